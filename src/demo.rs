//! A desk that needs nothing: a shop's page with the chat, the articles of that shop, and a first agent.
//!
//! Everything lies in one folder. What is there already is left as it is, so that a second start goes on
//! where the first one ended, with the articles as they were edited meanwhile.

mod page;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use admin::console::sign_in_link;
use anyhow::Context as _;
use bot_core::domain::id::AgentId;
use bot_core::port::clock::{RandomIds, SystemClock};
use bot_core::store::board::agents;
use bot_core::store::{Db, StoreError};
use knowledge::answerer::KnowledgeBase;
use knowledge::import::run::Import;
use knowledge::store::{Publish, has_articles};

use crate::config::Config;
use crate::pdf;
use crate::wiring::{Frontdesk, hire};

pub use page::router;

/// The articles of the shop, in both languages.
pub const ARTICLES: &str = include_str!("demo/articles.csv");
/// The port that is tried first, and how many after it.
const PORTS: std::ops::RangeInclusive<u16> = 8080..=8099;
/// The first agent's name in commands.
const AGENT: &str = "li";
/// Who has written the shop's articles, in their history.
const AUTHOR: &str = "demo";

const CONFIG: &str = r##"
[storage]
url = "sqlite:frontdesk.db"

[desk]
name = "Lumen"
language = "en"

[[channel]]
name = "shop"
type = "web"

[channel.widget]

[[team]]
name = "support"
room = "web"

[[agent]]
name = "li"
display = "小李 Li"
roles = ["agent", "admin"]
"##;

/// A demo that is ready to run.
#[derive(Debug)]
pub struct Demo {
    /// The desk.
    pub desk: Frontdesk,
    /// The link by which the first agent signs in; it works once.
    pub sign_in: String,
    /// How many articles were imported now; 0 when they were there already.
    pub imported: u64,
}

/// Makes or opens the demo in a folder.
///
/// # Errors
/// When the folder cannot be written, the port is taken, or the database fails.
pub async fn open(folder: &Path, port: Option<u16>) -> anyhow::Result<Demo> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
    let port = free_port(port)?;
    let config = config(folder, port)?;
    let base = config.server.address();
    let builder = Frontdesk::builder(config)
        .routes(router())
        .pdf(pdf::reader());
    let desk = builder.customer_page("/").build().await?;
    let db = &desk.engine.core.db;
    hire(db, &desk.config.agents, desk.engine.core.now()).await?;
    let imported = import(db, &desk.knowledge, folder).await?;
    let agent = first_agent(db).await?;
    let link = sign_in_link(db, agent, desk.engine.core.now()).await?;
    let sign_in = link.url(&base);
    Ok(Demo {
        desk,
        sign_in,
        imported,
    })
}

/// The configuration of a demo, as a file would have it.
fn config(folder: &Path, port: u16) -> anyhow::Result<Config> {
    let folder = std::path::absolute(folder)?;
    let text = format!("[server]\nlisten = \"127.0.0.1:{port}\"\n{CONFIG}");
    Config::parse(&text, &folder, &|_| None).map_err(|problems| anyhow::anyhow!("{problems:?}"))
}

/// The port that is asked for, or the first one that is free.
fn free_port(asked: Option<u16>) -> anyhow::Result<u16> {
    let is_free = |port: u16| {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        TcpListener::bind(address)
            .ok()
            .and_then(|listener| listener.local_addr().ok())
    };
    match asked {
        Some(port) => is_free(port)
            .map(|address| address.port())
            .with_context(|| format!("port {port} is taken; choose another one with --port")),
        None => PORTS
            .into_iter()
            .find(|port| is_free(*port).is_some())
            .context("the ports 8080 to 8099 are all taken; choose another one with --port"),
    }
}

/// The shop's articles, once: as a file in the folder, to be looked at and changed, and from there into
/// the database.
async fn import(db: &Db, knowledge: &KnowledgeBase, folder: &Path) -> anyhow::Result<u64> {
    if has_articles(db).await? {
        return Ok(0);
    }
    let file: PathBuf = folder.join("articles.csv");
    std::fs::write(&file, ARTICLES)
        .with_context(|| format!("{} cannot be written", file.display()))?;
    let import = Import {
        paths: vec![file],
        publish: Publish::All,
        author: AUTHOR.to_owned(),
        ..Import::default()
    };
    let imported = import
        .run(db, knowledge, &SystemClock, &RandomIds, &mut |_| {})
        .await?;
    Ok(imported.report.written.created)
}

async fn first_agent(db: &Db) -> anyhow::Result<AgentId> {
    let found: Result<_, StoreError> = db
        .read(|tx| Box::pin(async move { agents::named(tx, AGENT).await }))
        .await;
    found?
        .map(|agent| agent.id)
        .context("the first agent is not on the team any more")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_told_and_passed_by() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let refused = free_port(Some(port)).unwrap_err().to_string();
        assert!(refused.contains("--port"), "{refused}");
        assert!(free_port(None).is_ok());
    }

    #[test]
    fn the_configuration_is_usable() {
        let config = config(Path::new("somewhere"), 8080).unwrap();
        assert_eq!(config.channels.len(), 1);
    }
}
