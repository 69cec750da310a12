//! `figures page`: how long a newcomer waits for the demo's chat, in a browser with nothing kept.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::Context as _;
use clap::Args;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

use crate::machine::{described, resident_mb};
use crate::tally::line;

/// Arguments of `page`.
#[derive(Args)]
pub(crate) struct PageArgs {
    /// The binary that is measured; `frontdesk` beside this program without
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Cold loads, each with a browser of its own
    #[arg(long, default_value_t = 5)]
    loads: usize,
}

/// Looks with every frame, from the start of the page's loading on; gives when each thing was there.
const WATCH: &str = "
    const done = arguments[0], at = [], host = () => document.querySelector('frontdesk-widget')?.shadowRoot;
    const until = look => new Promise(go => {
      const again = () => { const found = look(); if (found) { at.push(performance.now()); go(found); } else requestAnimationFrame(again); };
      again();
    });
    (async () => {
      (await until(() => host()?.querySelector('.launcher'))).click();
      (await until(() => host().querySelector('.welcome .primary'))).click();
      const text = await until(() => host().querySelector('textarea'));
      text.value = 'How long does delivery take?';
      host().querySelector('.send').click();
      await until(() => host().querySelector('.theirs .bubble'));
      done(at);
    })();";

/// A process that ends with this.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Measures and tells.
pub(crate) async fn run(args: &PageArgs) -> anyhow::Result<()> {
    let folder = tempfile::tempdir_in("target")?;
    print!("{}", described(folder.path())?);
    let beside = || std::env::current_exe().map(|path| path.with_file_name("../frontdesk"));
    let binary = args.binary.clone().map_or_else(beside, Ok)?;
    let mut demo = Command::new(binary);
    demo.args(["demo", "--port", "0", "--no-model", "--data"])
        .arg(folder.path());
    let (demo, shop) = started(&mut demo, |line| {
        line.trim().strip_prefix("http://").map(str::to_owned)
    })?;
    let mut driver = Command::new("chromedriver");
    driver.arg("--port=0");
    let (_driver, port) = started(&mut driver, |line| {
        let (_, port) = line.split_once("successfully on port ")?;
        Some(port.trim_end_matches('.').to_owned())
    })?;
    let mut all = Vec::new();
    for _ in 0..args.loads {
        all.push(cold(&port, &format!("http://{shop}")).await?);
    }
    tell(&all);
    let memory = resident_mb(&demo.0.id().to_string())?;
    line("memory of the demo", &format!("{memory:.1} MB"), "100 MB");
    Ok(())
}

/// Starts a program and waits for the line that says what is wanted.
fn started(
    command: &mut Command,
    wanted: impl Fn(&str) -> Option<String>,
) -> anyhow::Result<(Ending, String)> {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = Ending(child.with_context(|| format!("{command:?}"))?);
    let told = child.0.stdout.take().context("no output")?;
    let mut lines = BufReader::new(told).lines();
    let found = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| wanted(&line));
    // It goes on to talk, and must not meet a closed pipe.
    std::thread::spawn(move || lines.for_each(drop));
    Ok((child, found.context("it ended before it was ready")?))
}

async fn cold(port: &str, shop: &str) -> anyhow::Result<Vec<f64>> {
    let browser = browser(port).await?;
    browser.goto(shop).await?;
    let at = browser.execute_async(WATCH, Vec::new()).await?;
    browser.close().await?;
    Ok(serde_json::from_value(at)?)
}

async fn browser(port: &str) -> anyhow::Result<Client> {
    let args = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--lang=en-US",
    ];
    let wants: Map<String, Value> = Map::from_iter([
        ("goog:chromeOptions".to_owned(), json!({ "args": args })),
        // The page is watched while it loads.
        ("pageLoadStrategy".to_owned(), json!("none")),
    ]);
    let driver = format!("http://127.0.0.1:{port}");
    let mut builder = ClientBuilder::new(HttpConnector::new());
    Ok(builder.capabilities(wants).connect(&driver).await?)
}

fn tell(all: &[Vec<f64>]) {
    let median = |step: usize| {
        let mut times: Vec<f64> = all.iter().filter_map(|at| at.get(step).copied()).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    };
    let steps = [
        "launcher",
        "welcome, opened at once",
        "room to write",
        "first answer",
    ];
    println!(
        "\nfrom the beginning of a cold load, median of {}:",
        all.len()
    );
    for (step, name) in steps.iter().enumerate() {
        line(name, &format!("{:.0} ms", median(step)), "");
    }
}
