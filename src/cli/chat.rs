//! `frontdesk chat`: a customer on the console, over the first web channel of a running desk.

use std::io::Write as _;

use adapters::standard_webhooks::{Headers, Secrets};
use anyhow::{Context, bail};
use bot_core::port::clock::{Clock as _, SystemClock};
use clap::Args;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use uuid::Uuid;

use crate::cli::Failure;
use crate::cli::out::{put, say};
use crate::cli::source::ConfigFile;
use crate::config::{ChannelKind, Config};

/// Arguments of `chat`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example, with `frontdesk serve` running in another terminal:
  frontdesk chat --config frontdesk.toml

Each line is a message; a number picks a choice. Ctrl-D ends."
)]
pub struct ChatArgs {
    /// Who is writing: the user's id on the channel
    #[arg(long, default_value = "console")]
    user: String,
    #[command(flatten)]
    file: ConfigFile,
}

/// Chats until the input ends.
///
/// # Errors
/// An unusable configuration, or a desk that cannot be reached.
pub fn run(args: &ChatArgs) -> Result<(), Failure> {
    let config = args.file.load()?;
    let runtime = tokio::runtime::Runtime::new().map_err(anyhow::Error::from)?;
    runtime.block_on(async {
        let customer = Customer::of(&config, &args.user)?;
        customer.chat().await
    })?;
    Ok(())
}

/// How long one poll waits for news, in seconds.
const WAIT: u32 = 30;

#[derive(Clone)]
struct Customer {
    http: reqwest::Client,
    base: String,
    channel: String,
    user: String,
    secrets: std::sync::Arc<Secrets>,
}

impl Customer {
    fn of(config: &Config, user: &str) -> anyhow::Result<Self> {
        let channel = config
            .channels
            .first()
            .context("the configuration has no web channel")?;
        let ChannelKind::Web(web) = &channel.kind;
        let secrets = Secrets::parse(web.secrets.iter().map(crate::config::Secret::expose))?;
        Ok(Self {
            http: reqwest::Client::builder().no_proxy().build()?,
            base: format!("http://{}", config.server.listen),
            channel: channel.name.0.clone(),
            user: user.to_owned(),
            secrets: std::sync::Arc::new(secrets),
        })
    }

    async fn chat(&self) -> anyhow::Result<()> {
        let mut after = self.newest().await?;
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        prompt()?;
        loop {
            tokio::select! {
                line = lines.next_line() => match line? {
                    Some(line) if line.trim().is_empty() => prompt()?,
                    Some(line) => self.say(&line).await?,
                    None => return Ok(()),
                },
                page = self.poll(&after, WAIT) => {
                    let page = page?;
                    show(&page);
                    after = cursor(&page);
                    prompt()?;
                }
            }
        }
    }

    /// Past what was said before, so that a second chat begins with a clean page.
    async fn newest(&self) -> anyhow::Result<String> {
        let mut after = String::new();
        loop {
            let page = self.poll(&after, 0).await?;
            let empty = page["messages"].as_array().is_none_or(Vec::is_empty);
            after = cursor(&page);
            if empty {
                return Ok(after);
            }
        }
    }

    async fn say(&self, text: &str) -> anyhow::Result<()> {
        let body = json!({ "id": Uuid::new_v4(), "user": { "id": self.user }, "text": text });
        let body = serde_json::to_vec(&body)?;
        let url = format!("{}/channels/{}/messages", self.base, self.channel);
        let request = self
            .http
            .post(url)
            .header("content-type", "application/json");
        let answer = self
            .signed(request, &body)
            .body(body)
            .send()
            .await
            .context(UNREACHABLE)?;
        taken(answer).await.map(|_| ())
    }

    async fn poll(&self, after: &str, wait: u32) -> anyhow::Result<Value> {
        let (channel, user) = (&self.channel, &self.user);
        let path = format!("/channels/{channel}/users/{user}/messages?after={after}&wait={wait}");
        let request = self.http.get(format!("{}{path}", self.base));
        let answer = self
            .signed(request, path.as_bytes())
            .send()
            .await
            .context(UNREACHABLE)?;
        taken(answer).await
    }

    fn signed(&self, request: reqwest::RequestBuilder, payload: &[u8]) -> reqwest::RequestBuilder {
        let id = Uuid::new_v4().to_string();
        let Headers {
            id,
            timestamp,
            signature,
        } = self.secrets.sign(&id, SystemClock.now().0, payload);
        request
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
    }
}

const UNREACHABLE: &str = "the desk does not answer; is `frontdesk serve` running?";

async fn taken(answer: reqwest::Response) -> anyhow::Result<Value> {
    let status = answer.status();
    let body: Value = answer.json().await.unwrap_or_default();
    if !status.is_success() {
        bail!(
            "the desk refused: {status} {}",
            body["error"]["message"].as_str().unwrap_or("")
        );
    }
    Ok(body)
}

fn cursor(page: &Value) -> String {
    page["next"].as_str().unwrap_or_default().to_owned()
}

fn show(page: &Value) {
    for message in page["messages"].as_array().into_iter().flatten() {
        let from = message["name"]
            .as_str()
            .or(message["from"].as_str())
            .unwrap_or("desk");
        say!("\r{from}: {}", message["text"].as_str().unwrap_or_default());
        for (number, choice) in (1..).zip(message["choices"].as_array().into_iter().flatten()) {
            say!(
                "   {number}. {}",
                choice["label"].as_str().unwrap_or_default()
            );
        }
    }
}

fn prompt() -> std::io::Result<()> {
    put!("> ");
    std::io::stdout().flush()
}
