//! `figures load`: customers ask, wait for the answer, check it, and ask again.

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use clap::Args;
use tokio::task::JoinSet;

use crate::articles::{made, own_words};
use crate::customers::{Crowd, Sender, Until};
use crate::desk::{Desk, DeskArgs, Running};
use crate::machine::{cpu_of, cpu_of_all, described, resident_mb};
use crate::tally::{Tally, line};

/// Arguments of `load`.
#[derive(Args)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    desk: DeskArgs,
    /// Customers who write at the same time, each with one message under way
    #[arg(long, default_value_t = 64)]
    senders: usize,
    /// How long is measured, after the warm-up
    #[arg(long, default_value_t = 20)]
    seconds: u64,
    /// Ends after so many messages, if that comes first
    #[arg(long, default_value_t = usize::MAX)]
    messages: usize,
    /// Seconds of load before the measurement
    #[arg(long, default_value_t = 3)]
    warm_up: u64,
    /// Articles in the knowledge base
    #[arg(long, default_value_t = 200)]
    articles: usize,
    /// Questions of one customer, of which the first makes the account; at most 20 a minute are answered
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=20))]
    each: u8,
    /// Per cent of the messages that are posted twice under the same id
    #[arg(long, default_value_t = 1.0)]
    twice: f64,
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What the processes had used at one moment.
struct Moment {
    at: Instant,
    server: f64,
    client: f64,
    all: f64,
}

impl Moment {
    fn now(running: &Running) -> anyhow::Result<Self> {
        Ok(Self {
            at: Instant::now(),
            server: cpu_of(&running.process())?,
            client: cpu_of("self")?,
            all: cpu_of_all()?,
        })
    }
}

/// Measures, checks and tells.
pub(crate) async fn run(args: &LoadArgs) -> anyhow::Result<()> {
    let desk = Desk::new(&args.desk).await?;
    let entries = made(args.articles, args.seed);
    print!("{}", described(desk.folder())?);
    println!("database    {}", desk.database());
    if let Some(durability) = desk.durability().await? {
        println!("            {durability}");
    }
    desk.import(&entries)?;
    let running = desk.serve().await?;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let idle = resident_mb(&running.process())?;
    let crowd = Arc::new(Crowd {
        address: running.address,
        secrets: Desk::secrets()?,
        questions: own_words(&entries),
        entries,
        each: usize::from(args.each),
        twice: args.twice / 100.0,
        customers: AtomicUsize::new(1),
    });
    tell_mix(args, &crowd);
    let warm_up = phase(&crowd, args, args.warm_up, usize::MAX).await?;
    let before = Moment::now(&running)?;
    let mut tally = phase(&crowd, args, args.seconds, args.messages).await?;
    let after = Moment::now(&running)?;
    let loaded = resident_mb(&running.process())?;
    tally.sort();
    tell(&tally, &before, &after);
    line(
        "memory idle, after",
        &format!("{idle:.1} MB, {loaded:.1} MB"),
        "60 MB idle",
    );
    let ready = running.ready_after.as_secs_f64() * 1_000.0;
    line("start to ready", &format!("{ready:.0} ms"), "1000 ms");
    let asked = [warm_up.asked, tally.asked].concat();
    let customers = asked.len();
    verify(&crowd, args.senders, asked).await?;
    println!(
        "checked                     every reply at once, and the whole history of {customers} customers afterwards:"
    );
    println!(
        "                            one reply a question, the right article, in order, none lost, none double"
    );
    running.end()?;
    desk.remove().await
}

fn tell_mix(args: &LoadArgs, crowd: &Crowd) {
    println!(
        "mix         {} senders, each with one message under way: a signed POST, then a long poll for the reply, \
         over one kept-alive connection;\n            a customer asks {} questions, the first of which makes the account; \
         {} % of the messages are posted twice;\n            {} phrasings of {} articles, half Chinese, half English\n",
        args.senders,
        crowd.each,
        args.twice,
        crowd.questions.len(),
        crowd.entries.len()
    );
}

async fn phase(
    crowd: &Arc<Crowd>,
    args: &LoadArgs,
    seconds: u64,
    messages: usize,
) -> anyhow::Result<Tally> {
    let until = Until {
        time: Instant::now() + Duration::from_secs(seconds),
        left: Arc::new(AtomicUsize::new(messages)),
    };
    let mut senders = JoinSet::new();
    for number in 0..args.senders as u64 {
        let (crowd, until) = (Arc::clone(crowd), until.clone());
        let seed = args.seed ^ (number << 32) ^ seconds;
        senders.spawn(async move { Sender::new(crowd, seed).await?.work(until).await });
    }
    let mut tally = Tally::default();
    while let Some(one) = senders.join_next().await {
        tally.add(one??);
    }
    Ok(tally)
}

fn tell(tally: &Tally, before: &Moment, after: &Moment) {
    let took = (after.at - before.at).as_secs_f64();
    let messages = tally.messages() as f64;
    let per_message = |seconds: f64| seconds * 1_000.0 / messages;
    let (server, client) = (after.server - before.server, after.client - before.client);
    let others = (after.all - before.all - server - client).max(0.0);
    line("messages", &format!("{messages} in {took:.1} s"), "");
    line(
        "",
        &format!("{} first, {} posted twice", tally.firsts, tally.repeats),
        "",
    );
    line(
        "answered end to end",
        &format!("{:.0} a second", messages / took),
        "1500 (aim 2500); PostgreSQL 600",
    );
    let waits = [0.5, 0.95, 0.99, 1.0].map(|share| format!("{:.1}", tally.percentile(share)));
    line(
        "p50 / p95 / p99 / max",
        &format!("{} ms", waits.join(" / ")),
        "p99 100 ms",
    );
    line(
        "CPU of the desk",
        &format!("{:.3} ms a message", per_message(server)),
        "0.5 ms",
    );
    line("", &format!("{:.2} cores", server / took), "");
    line(
        "CPU of the customers",
        &format!("{:.3} ms a message", per_message(client)),
        "",
    );
    line(
        "CPU of everything else",
        &format!(
            "{:.3} ms a message, {:.2} cores",
            per_message(others),
            others / took
        ),
        "",
    );
}

async fn verify(
    crowd: &Arc<Crowd>,
    senders: usize,
    asked: Vec<(String, Vec<usize>)>,
) -> anyhow::Result<()> {
    let mut checks = JoinSet::new();
    for some in asked.chunks(asked.len().div_ceil(senders).max(1)) {
        let (crowd, some) = (Arc::clone(crowd), some.to_vec());
        checks.spawn(async move { Sender::new(crowd, 0).await?.verify(some).await });
    }
    while let Some(one) = checks.join_next().await {
        one??;
    }
    Ok(())
}
