//! What the verbs print.

use std::fmt;
use std::io::{ErrorKind, Write as _};

/// Prints a line for the user. Unlike `println!` it does not panic when nobody reads it.
macro_rules! say {
    ($($words:tt)*) => {
        $crate::cli::out::print(format_args!($($words)*), "\n")
    };
}

/// Prints without ending the line.
macro_rules! put {
    ($($words:tt)*) => {
        $crate::cli::out::print(format_args!($($words)*), "")
    };
}

pub(super) use {put, say};

/// A reader that has read enough (`… | head`) is no fault; an output that cannot be written ends the
/// command.
pub(super) fn print(words: fmt::Arguments<'_>, end: &str) {
    let mut out = std::io::stdout().lock();
    match write!(out, "{words}{end}").and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            eprintln!("the output cannot be written: {error}");
            std::process::exit(1);
        }
        Ok(()) | Err(_) => {}
    }
}
