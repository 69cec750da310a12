//! `figures widgets`: many open widgets and agents on one desk, and how long a line takes across.

mod people;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use clap::Args;
use futures::future::try_join_all;
use tokio::task::JoinSet;

use crate::desk::{Desk, DeskArgs, Running, Sections};
use crate::machine::{cpu_of, described, resident_mb};
use crate::tally::{Tally, line};
use people::{Agent, Customer};

/// Seconds of lines before those that count.
const WARM_UP: u64 = 5;

/// Arguments of `widgets`.
#[derive(Args)]
pub(crate) struct WidgetArgs {
    #[command(flatten)]
    desk: DeskArgs,
    /// Customers with an open widget, each in a ticket
    #[arg(long, default_value_t = 500)]
    widgets: usize,
    /// Agents with an open page, who share the tickets
    #[arg(long, default_value_t = 50)]
    agents: usize,
    /// Lines a second, half of them from agents, half from customers
    #[arg(long, default_value_t = 50)]
    lines: u64,
    /// How long is measured
    #[arg(long, default_value_t = 20)]
    seconds: u64,
}

/// When each line that is under way was sent, by its words.
#[derive(Clone, Default)]
pub(crate) struct UnderWay(Arc<Mutex<HashMap<String, Instant>>>);

impl UnderWay {
    fn map(&self) -> std::sync::MutexGuard<'_, HashMap<String, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line is about to be sent.
    pub(crate) fn begins(&self, words: &str) {
        self.map().insert(words.to_owned(), Instant::now());
    }

    /// A line is seen on the other side; how long it took, unless it was seen before.
    pub(crate) fn ends(&self, words: &str) -> Option<Duration> {
        self.map().remove(words).map(|began| began.elapsed())
    }

    fn len(&self) -> usize {
        self.map().len()
    }
}

/// Measures and tells.
pub(crate) async fn run(args: &WidgetArgs) -> anyhow::Result<()> {
    let desk = Desk::with(&args.desk, &sections(args.agents)).await?;
    print!("{}", described(desk.folder())?);
    println!("database    {}", desk.database());
    println!(
        "mix         {} open widgets, each with a ticket; {} open agents' pages; {} lines a second, every other one \
         from an agent\n            (send_hold = 0), the others from customers\n",
        args.widgets, args.agents, args.lines
    );
    let running = desk.serve().await?;
    let empty = resident_mb(&running.process())?;
    let (agents, customers) = everybody(args, &desk, &running).await?;
    let quiet = used(&running, Duration::from_secs(5)).await?;
    let under_way = UnderWay::default();
    let heard = listen(agents.clone(), customers.clone(), &under_way);
    let before = cpu_of(&running.process())?;
    let began = Instant::now();
    talk(args, &agents, &customers, &under_way).await?;
    let cores = (cpu_of(&running.process())? - before) / began.elapsed().as_secs_f64();
    let [to_widgets, to_agents] = heard.finish(&under_way).await?;
    tell("agent to widget", &to_widgets, "p99 50 ms");
    tell("widget to agent", &to_agents, "");
    line("CPU of the desk", &format!("{cores:.2} cores"), "");
    line("CPU while nobody writes", &format!("{quiet:.2} cores"), "");
    let full = resident_mb(&running.process())?;
    let memory = format!("{empty:.1} MB, {full:.1} MB");
    line("memory idle, with all open", &memory, "");
    running.end()?;
    desk.remove().await
}

/// Each customer and agent has an address of their own, as behind a proxy: limits count by address.
fn sections(agents: usize) -> Sections {
    let agents = (0..agents).map(|n| format!("[[agent]]\nname = \"a{n}\"\nroles = [\"agent\"]\n"));
    Sections {
        server: "trusted_proxies = [\"127.0.0.1\"]\n".to_owned(),
        more: format!(
            "[channel.widget]\norigins = []\n[desk]\nsend_hold = 0\n{}",
            agents.collect::<String>()
        ),
    }
}

type Everybody = (Vec<Arc<Agent>>, Vec<Arc<Customer>>);

async fn everybody(args: &WidgetArgs, desk: &Desk, running: &Running) -> anyhow::Result<Everybody> {
    let base = format!("http://{}", running.address);
    let mut agents = Vec::new();
    for number in 0..args.agents {
        agents.push(Arc::new(Agent::sign_in(desk, &base, number).await?));
    }
    let mut customers = Vec::new();
    for some in (0..args.widgets).collect::<Vec<_>>().chunks(20) {
        let some = some.iter().map(|number| Customer::open(&base, *number));
        customers.extend(try_join_all(some).await?.into_iter().map(Arc::new));
    }
    Ok((agents, customers))
}

async fn used(running: &Running, span: Duration) -> anyhow::Result<f64> {
    let before = cpu_of(&running.process())?;
    tokio::time::sleep(span).await;
    Ok((cpu_of(&running.process())? - before) / span.as_secs_f64())
}

/// Everybody's sockets, and how long each line took that came over them.
struct Heard {
    widgets: JoinSet<anyhow::Result<()>>,
    agents: JoinSet<anyhow::Result<()>>,
    waits: [Arc<Mutex<Vec<Duration>>>; 2],
}

fn listen(agents: Vec<Arc<Agent>>, customers: Vec<Arc<Customer>>, under_way: &UnderWay) -> Heard {
    let mut heard = Heard {
        widgets: JoinSet::new(),
        agents: JoinSet::new(),
        waits: Default::default(),
    };
    for customer in customers {
        let (under_way, waits) = (under_way.clone(), Arc::clone(&heard.waits[0]));
        heard
            .widgets
            .spawn(async move { customer.listen(&under_way, &waits).await });
    }
    let mine = agents.len();
    for (number, agent) in agents.into_iter().enumerate() {
        let (under_way, waits) = (under_way.clone(), Arc::clone(&heard.waits[1]));
        heard
            .agents
            .spawn(async move { agent.listen((number, mine), &under_way, &waits).await });
    }
    heard
}

impl Heard {
    /// Waits for the last lines, and gives what each way took.
    async fn finish(mut self, under_way: &UnderWay) -> anyhow::Result<[Tally; 2]> {
        let last = Instant::now() + Duration::from_secs(10);
        while under_way.len() > 0 && Instant::now() < last {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::ensure!(under_way.len() == 0, "{} lines were lost", under_way.len());
        self.widgets.abort_all();
        self.agents.abort_all();
        Ok(self.waits.map(|waits| {
            let mut waits = waits.lock().unwrap_or_else(PoisonError::into_inner);
            let mut tally = Tally {
                waits: std::mem::take(&mut *waits),
                ..Tally::default()
            };
            tally.sort();
            tally
        }))
    }
}

/// Lines at an even pace, each to another customer.
async fn talk(
    args: &WidgetArgs,
    agents: &[Arc<Agent>],
    customers: &[Arc<Customer>],
    under_way: &UnderWay,
) -> anyhow::Result<()> {
    // The first lines also open connections and claim tickets.
    let warm_up = args.lines * WARM_UP;
    let mut pace = tokio::time::interval(Duration::from_secs(1) / u32::try_from(args.lines)?);
    let mut sending = JoinSet::new();
    for number in 0..usize::try_from(warm_up + args.lines * args.seconds)? {
        pace.tick().await;
        let customer = Arc::clone(&customers[number / 2 % customers.len()]);
        let agent = Arc::clone(&agents[customer.number % agents.len()]);
        let kind = if number % 2 == 0 {
            people::REPLY
        } else {
            people::WORD
        };
        let words = format!("{kind} {number} of the measurement");
        if number as u64 >= warm_up {
            under_way.begins(&words);
        }
        sending.spawn(async move {
            match number % 2 {
                0 => agent.writes(customer.ticket, &words).await,
                _ => customer.writes(&words).await,
            }
        });
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    Ok(())
}

fn tell(way: &str, tally: &Tally, goal: &str) {
    let waits = [0.5, 0.95, 0.99, 1.0].map(|share| format!("{:.1}", tally.percentile(share)));
    let text = format!("{} ms", waits.join(" / "));
    line(
        way,
        &format!("{} lines, p50 / p95 / p99 / max", tally.messages()),
        "",
    );
    line("", &text, goal);
}
