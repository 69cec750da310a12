//! Measures the real release binary: messages a second end to end, and a large knowledge base.
//!
//! ```sh
//! cargo build --release --workspace --bins --examples
//! target/release/examples/figures load                        # SQLite, 64 senders, 20 seconds
//! target/release/examples/figures load --database postgres://postgres@127.0.0.1:5432/postgres
//! target/release/examples/figures kb                          # 100,000 articles
//! target/release/examples/figures widgets                     # 500 widgets, 50 agents
//! target/release/examples/figures page                        # needs chromium and chromedriver
//! ```
//!
//! One command does everything: a configuration in a temporary folder, `kb import`, `serve` on a free
//! port, the load or the questions, the checks, and the numbers beside their goals. With PostgreSQL it
//! makes a database of its own on the server that the URL names, and takes it away at the end.

use clap::{Parser, Subcommand};

mod articles;
mod customers;
mod desk;
mod http;
mod kb;
mod load;
mod machine;
mod page;
mod tally;
mod widgets;

#[derive(Parser)]
#[command(about = "Measures the release binary of frontdesk")]
struct Figures {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Customers who ask and wait for the answer: messages a second, latency, CPU, memory
    Load(load::LoadArgs),
    /// A large knowledge base: import, indexing, and one query
    Kb(kb::KbArgs),
    /// Many open widgets and agents' pages on one desk: how long a line takes across, CPU, memory
    Widgets(widgets::WidgetArgs),
    /// A cold load of the demo's shop in a real Chromium, until the chat and its first answer are there
    Page(page::PageArgs),
}

// One thread: what the customers cost stays small, and apart from what the desk costs.
#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    match Figures::parse().what {
        What::Load(args) => load::run(&args).await,
        What::Kb(args) => kb::run(&args).await,
        What::Widgets(args) => widgets::run(&args).await,
        What::Page(args) => page::run(&args).await,
    }
}
