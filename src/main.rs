//! The `frontdesk` command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Many small texts live for a moment each, on several threads: a tenth of the time went to the
/// system's allocator.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    frontdesk::cli::main()
}
