//! A desk with a chat over TCP: `cargo run --example line_chat -- frontdesk.toml 127.0.0.1:7000`, then
//! `nc 127.0.0.1 7000`, `hello anna`, `1 How long does delivery take?`.

mod line_chat;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use bot_core::port::clock::SystemClock;
use frontdesk::config::Config;
use frontdesk::wiring::Frontdesk;

use crate::line_chat::LineChat;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let file = args.next().context("which configuration?")?;
    let address = args.next().context("which address?")?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    let chat = LineChat::new("lines", Arc::new(SystemClock), listener);
    let config = Config::load(Path::new(&file))?;
    let desk = Frontdesk::builder(config)
        .platform("lines".into(), "lines", Arc::new(chat))
        .build()
        .await?;
    let shown = |address| println!("{address}");
    frontdesk::run::run(desk, shown, frontdesk::run::signalled()).await?;
    Ok(())
}
