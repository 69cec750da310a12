//! Customers: each asks some questions one after the other and checks every answer.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use adapters::standard_webhooks::Secrets;
use anyhow::{Context as _, ensure};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde::Deserialize;
use serde_json::json;

use crate::articles::Entry;
use crate::http::Connection;
use crate::tally::Tally;

/// What all senders know.
pub(crate) struct Crowd {
    pub(crate) address: SocketAddr,
    pub(crate) secrets: Secrets,
    pub(crate) entries: Vec<Entry>,
    /// What can be asked, with the article that answers it.
    pub(crate) questions: Vec<(String, usize)>,
    /// Questions of one customer.
    pub(crate) each: usize,
    /// Share of messages that are posted twice.
    pub(crate) twice: f64,
    pub(crate) customers: AtomicUsize,
}

/// When a phase is over.
#[derive(Clone)]
pub(crate) struct Until {
    pub(crate) time: Instant,
    /// Messages that may still be sent by all together.
    pub(crate) left: Arc<AtomicUsize>,
}

impl Until {
    fn go_on(&self) -> bool {
        let take = |left: usize| left.checked_sub(1);
        Instant::now() < self.time
            && self
                .left
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
                .is_ok()
    }
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Said>,
    next: String,
}

#[derive(Deserialize)]
struct Said {
    from: String,
    kind: String,
    text: String,
    source: Option<String>,
}

#[derive(Deserialize)]
struct Taken {
    message_id: String,
}

/// One of the senders: a connection, over which one customer after the other writes.
pub(crate) struct Sender {
    crowd: Arc<Crowd>,
    connection: Connection,
    random: StdRng,
    tally: Tally,
}

impl Sender {
    pub(crate) async fn new(crowd: Arc<Crowd>, seed: u64) -> anyhow::Result<Self> {
        let connection = Connection::to(crowd.address).await?;
        let random = StdRng::seed_from_u64(seed);
        Ok(Self {
            crowd,
            connection,
            random,
            tally: Tally::default(),
        })
    }

    /// Lets customers write until the phase is over.
    pub(crate) async fn work(mut self, until: Until) -> anyhow::Result<Tally> {
        loop {
            let user = format!(
                "u{:07}",
                self.crowd.customers.fetch_add(1, Ordering::Relaxed)
            );
            let (mut cursor, mut asked) = (String::new(), Vec::new());
            while asked.len() < self.crowd.each && until.go_on() {
                let began = Instant::now();
                let article = self.ask(&user, asked.len(), &mut cursor).await?;
                self.tally.waits.push(began.elapsed());
                self.tally.firsts += usize::from(asked.is_empty());
                asked.push(article);
            }
            let over = asked.len() < self.crowd.each;
            self.tally.asked.push((user, asked));
            if over {
                return Ok(self.tally);
            }
        }
    }

    /// One question and its answer; gives the article it was about.
    async fn ask(
        &mut self,
        user: &str,
        number: usize,
        cursor: &mut String,
    ) -> anyhow::Result<usize> {
        let crowd = Arc::clone(&self.crowd);
        let (text, article) = crowd
            .questions
            .choose(&mut self.random)
            .context("no questions")?;
        let entry = &crowd.entries[*article];
        let id = format!("{user}-{number}");
        let user_of =
            json!({ "id": user, "name": format!("Customer {user}"), "locale": entry.lang });
        let body = serde_json::to_vec(&json!({ "id": id, "user": user_of, "text": text }))?;
        let taken = self.post(&id, &body).await?;
        if self.random.random_bool(crowd.twice) {
            self.tally.repeats += 1;
            let again = self.post(&id, &body).await?;
            ensure!(again == taken, "{id} was accepted as two messages");
        }
        let page = self.poll(&id, user, cursor, 20).await?;
        ensure!(
            page.messages.len() == 1,
            "{} replies to {text:?}",
            page.messages.len()
        );
        check(&page.messages[0], entry, text)?;
        *cursor = page.next;
        Ok(*article)
    }

    async fn post(&mut self, id: &str, body: &[u8]) -> anyhow::Result<String> {
        let answer = self
            .connection
            .post(&self.crowd.secrets, id, "/channels/shop/messages", body)
            .await?;
        ensure!(
            answer.status == 202,
            "{}: {}",
            answer.status,
            String::from_utf8_lossy(answer.body)
        );
        Ok(serde_json::from_slice::<Taken>(answer.body)?.message_id)
    }

    async fn poll(&mut self, id: &str, user: &str, after: &str, wait: u32) -> anyhow::Result<Page> {
        let path = format!("/channels/shop/users/{user}/messages?after={after}&wait={wait}");
        let answer = self.connection.get(&self.crowd.secrets, id, &path).await?;
        ensure!(
            answer.status == 200,
            "{}: {}",
            answer.status,
            String::from_utf8_lossy(answer.body)
        );
        Ok(serde_json::from_slice(answer.body)?)
    }

    /// Afterwards: everything that these customers were told, from the beginning, is what they asked
    /// for, once each and in order.
    pub(crate) async fn verify(mut self, asked: Vec<(String, Vec<usize>)>) -> anyhow::Result<()> {
        for (user, articles) in asked {
            if articles.is_empty() {
                continue;
            }
            let page = self.poll("verify", &user, "", 0).await?;
            let told: Vec<Option<&str>> = page
                .messages
                .iter()
                .map(|said| said.source.as_deref())
                .collect();
            let crowd = &self.crowd;
            let due: Vec<Option<&str>> = articles
                .iter()
                .map(|at| Some(crowd.entries[*at].question.as_str()))
                .collect();
            ensure!(told == due, "{user} was told {told:?} instead of {due:?}");
        }
        Ok(())
    }
}

fn check(said: &Said, entry: &Entry, asked: &str) -> anyhow::Result<()> {
    let right = said.from == "bot"
        && said.kind == "text"
        && said.source.as_deref() == Some(entry.question.as_str())
        && said.text.contains(&entry.answer);
    ensure!(
        right,
        "{asked:?} was answered by {:?}: {}",
        said.source,
        said.text
    );
    Ok(())
}
