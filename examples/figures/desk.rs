//! A real desk for a measurement: configuration, database, `kb import`, `serve`.

use std::fmt::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use adapters::standard_webhooks::Secrets;
use anyhow::{Context as _, bail, ensure};
use clap::Args;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::articles::Entry;
use crate::http::Connection;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const MASTER_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// A desk that is not ready after this long will not be.
const PATIENCE: Duration = Duration::from_secs(300);

/// Where the desk is, and on which database.
#[derive(Args)]
pub(crate) struct DeskArgs {
    /// A PostgreSQL server, on which a database is made and taken away again; SQLite without
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// The binary that is measured; `frontdesk` beside this program without
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Where the temporary folder is made: the disk that is measured
    #[arg(long, value_name = "DIR", default_value = "target")]
    folder: PathBuf,
    /// Keep the folder with the configuration, database and log
    #[arg(long)]
    keep: bool,
}

/// What a measurement wants in the configuration besides.
#[derive(Default)]
pub(crate) struct Sections {
    /// Keys of `[server]`.
    pub(crate) server: String,
    /// Whole sections, the first of which may belong to the channel.
    pub(crate) more: String,
}

/// A folder with everything that a desk needs.
pub(crate) struct Desk {
    binary: PathBuf,
    folder: tempfile::TempDir,
    address: SocketAddr,
    server: Option<(String, String)>,
}

/// A desk that runs; it ends when this is dropped.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    /// From the start of the process until `/readyz` said 200.
    pub(crate) ready_after: Duration,
}

impl Desk {
    pub(crate) async fn new(args: &DeskArgs) -> anyhow::Result<Self> {
        Self::with(args, &Sections::default()).await
    }

    pub(crate) async fn with(args: &DeskArgs, sections: &Sections) -> anyhow::Result<Self> {
        let mut folder = tempfile::Builder::new()
            .prefix("figures-")
            .tempdir_in(&args.folder)?;
        folder.disable_cleanup(args.keep);
        let server = match &args.database {
            Some(url) => Some((url.clone(), new_database(url).await?)),
            None => None,
        };
        let beside =
            || Ok::<_, anyhow::Error>(std::env::current_exe()?.with_file_name("../frontdesk"));
        let binary = args.binary.clone().map_or_else(beside, Ok)?;
        let binary = binary
            .canonicalize()
            .with_context(|| format!("{}: cargo build --release", binary.display()))?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let desk = Self {
            binary,
            folder,
            address,
            server,
        };
        std::fs::write(desk.config(), desk.configuration(sections))?;
        Ok(desk)
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Which database, for people.
    pub(crate) fn database(&self) -> &'static str {
        match self.server {
            Some(_) => "PostgreSQL",
            None => "SQLite (WAL, synchronous=FULL)",
        }
    }

    /// What the PostgreSQL server says of how it keeps its word.
    pub(crate) async fn durability(&self) -> anyhow::Result<Option<String>> {
        let Some((url, _)) = &self.server else {
            return Ok(None);
        };
        let mut admin = PgConnection::connect(url).await?;
        let mut told = String::new();
        for name in [
            "server_version",
            "fsync",
            "synchronous_commit",
            "full_page_writes",
            "shared_buffers",
        ] {
            let show = sqlx::query_scalar::<_, String>(AssertSqlSafe(format!("SHOW {name}")));
            write!(told, "{name}={} ", show.fetch_one(&mut admin).await?)?;
        }
        Ok(Some(told.trim_end().to_owned()))
    }

    pub(crate) fn secrets() -> anyhow::Result<Secrets> {
        Ok(Secrets::parse([SECRET])?)
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("frontdesk.toml")
    }

    fn configuration(&self, sections: &Sections) -> String {
        let url = match &self.server {
            Some((url, name)) => other_database(url, name),
            None => "sqlite:frontdesk.db".to_owned(),
        };
        let address = self.address;
        let Sections { server, more } = sections;
        format!(
            "[server]\nlisten = \"{address}\"\n{server}[storage]\nurl = \"{url}\"\n[security]\nmaster_key = \"{MASTER_KEY}\"\n\
             [[channel]]\nname = \"shop\"\ntype = \"web\"\nsecret = \"{SECRET}\"\n[[team]]\nname = \"support\"\nroom = \"web\"\n{more}"
        )
    }

    /// `kb import`; gives how long it took.
    pub(crate) fn import(&self, entries: &[Entry]) -> anyhow::Result<Duration> {
        let file = self.lines("articles.jsonl", entries)?;
        let began = Instant::now();
        let done = self.run(&["kb", "import", &file, "--publish"])?;
        let told = String::from_utf8_lossy(&done.stdout);
        ensure!(
            told.starts_with(&format!("{} articles are new", entries.len())),
            "kb import: {told}"
        );
        Ok(began.elapsed())
    }

    /// Writes rows as JSON lines into the folder.
    pub(crate) fn lines<T: serde::Serialize>(
        &self,
        name: &str,
        rows: &[T],
    ) -> anyhow::Result<String> {
        let mut text = String::new();
        for row in rows {
            writeln!(text, "{}", serde_json::to_string(row)?)?;
        }
        let path = self.folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    }

    /// Runs a verb of the binary to its end.
    pub(crate) fn run(&self, verb: &[&str]) -> anyhow::Result<Output> {
        let config = self.config();
        let done = Command::new(&self.binary)
            .args(verb)
            .arg("--config")
            .arg(config)
            .output()?;
        ensure!(
            done.status.success(),
            "{verb:?}: {}",
            String::from_utf8_lossy(&done.stderr)
        );
        Ok(done)
    }

    /// `serve`, until it is ready.
    pub(crate) async fn serve(&self) -> anyhow::Result<Running> {
        let log = std::fs::File::create(self.folder.path().join("serve.log"))?;
        let mut serve = Command::new(&self.binary);
        serve
            .arg("serve")
            .arg("--config")
            .arg(self.config())
            .stdout(Stdio::null())
            .stderr(log);
        let began = Instant::now();
        let child = serve.spawn()?;
        let mut running = Running {
            child,
            address: self.address,
            ready_after: Duration::ZERO,
        };
        while !is_ready(self.address).await {
            if let Some(status) = running.child.try_wait()? {
                bail!(
                    "the desk ended: {status}; {}",
                    std::fs::read_to_string(self.folder.path().join("serve.log"))?
                );
            }
            ensure!(began.elapsed() < PATIENCE, "the desk is not ready");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        running.ready_after = began.elapsed();
        Ok(running)
    }

    /// Takes away what does not go by itself.
    pub(crate) async fn remove(self) -> anyhow::Result<()> {
        if let Some((url, name)) = &self.server {
            let mut admin = PgConnection::connect(url).await?;
            admin
                .execute(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))
                .await?;
        }
        Ok(())
    }
}

impl Running {
    /// Its number, as `/proc` names it.
    pub(crate) fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// Ends it in good order.
    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        Command::new("kill")
            .args(["-TERM", &self.process()])
            .status()?;
        let status = self.child.wait()?;
        ensure!(
            status.success(),
            "the desk did not end in good order: {status}"
        );
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already, except when a measurement broke off.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

async fn is_ready(address: SocketAddr) -> bool {
    let Ok(mut connection) = Connection::to(address).await else {
        return false;
    };
    let answer = connection.plain_get("/readyz").await;
    answer.is_ok_and(|answer| answer.status == 200)
}

async fn new_database(url: &str) -> anyhow::Result<String> {
    let mut admin = PgConnection::connect(url)
        .await
        .context("the PostgreSQL server")?;
    let name = format!("figures_{}", uuid::Uuid::new_v4().simple());
    admin
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await?;
    Ok(name)
}

fn other_database(url: &str, name: &str) -> String {
    let base = url.rsplit_once('/').map_or(url, |(base, _)| base);
    format!("{base}/{name}")
}
