//! The running process: loops, HTTP listener, health, and an end in good order.

use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use bot_core::domain::time::SECOND;
use bot_core::runtime::core::Core;
use knowledge::answerer::KnowledgeBase;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use crate::health::Health;
use crate::wiring::Frontdesk;

/// How often a change of the articles is looked for.
const ARTICLES: i64 = SECOND;
/// How often votes are looked at.
const DOUBTS: i64 = 30 * SECOND;
/// How often the desk looks for what could be added to the articles.
const LEARNING: i64 = 600 * SECOND;
/// How often sessions, links and unsent files that are over are forgotten.
const SESSIONS: i64 = 600 * SECOND;

/// Runs a desk until `shutdown` comes; says on which address it listens once it is ready.
///
/// # Errors
/// When it cannot listen, the database fails at the start, or some part did not end in time.
pub async fn run(
    desk: Frontdesk,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let wanted = desk.config.server.listen;
    let listener = TcpListener::bind(wanted)
        .await
        .with_context(|| format!("cannot listen on {wanted}"))?;
    let address = listener.local_addr()?;
    let health = Health::new(desk.engine.core.clone());
    desk.engine.prepare().await?;
    refresh_articles(&desk).await;
    desk.engine.start();
    watch_articles(&desk);
    notice_changes(&desk);
    keep_learning(&desk);
    keep_doubting(&desk);
    sweep_sessions(&desk);
    health.started();
    ready(address);
    serve(listener, &desk, health, shutdown).await?;
    match desk.engine.end().await {
        true => Ok(()),
        false => anyhow::bail!("some work did not end in time; nothing of it is lost"),
    }
}

async fn serve(
    listener: TcpListener,
    desk: &Frontdesk,
    health: Health,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let app = desk
        .router
        .clone()
        .merge(health.routes())
        .layer(CatchPanicLayer::new())
        .into_make_service_with_connect_info::<SocketAddr>();
    let stop = desk.engine.supervisor.stop();
    let ending = async move {
        shutdown.await;
        health.ending();
        // Long polls and sockets end with everything else, not after it.
        stop.cancel();
    };
    let server = axum::serve(listener, app)
        .with_graceful_shutdown(ending)
        .into_future();
    let cut = cut_off(desk.engine.supervisor.stop());
    tokio::select! {
        served = server => served.context("the HTTP server failed"),
        () = cut => Ok(()),
    }
}

/// Requests that do not end by themselves are cut off some seconds after the end began.
async fn cut_off(stop: CancellationToken) {
    stop.cancelled().await;
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
}

// ---- articles ----

async fn refresh_articles(desk: &Frontdesk) {
    refresh(&desk.knowledge, &desk.engine.core).await;
}

async fn refresh(knowledge: &KnowledgeBase, core: &Core) {
    if let Err(error) = knowledge.refresh_if_changed(&core.db).await {
        tracing::warn!(%error, "the articles were not read anew");
    }
}

fn watch_articles(desk: &Frontdesk) {
    let (knowledge, core) = (Arc::clone(&desk.knowledge), desk.engine.core.clone());
    let stop = desk.engine.supervisor.stop();
    desk.engine.supervisor.spawn("articles", async move {
        while !stop.is_cancelled() {
            match knowledge.look_for_model().await {
                Ok(true) => tracing::info!("the model of sentences was taken up, or let go"),
                Ok(false) => {}
                Err(error) => tracing::warn!(%error, "the bot goes by words alone"),
            }
            refresh(&knowledge, &core).await;
            let until = core.now().plus_ms(ARTICLES);
            tokio::select! {
                () = core.clock.wait_until(until) => {}
                () = stop.cancelled() => {}
            }
        }
    });
}

/// A change ends the training for what was there before, however long that would have taken.
fn notice_changes(desk: &Frontdesk) {
    let (knowledge, core) = (Arc::clone(&desk.knowledge), desk.engine.core.clone());
    let stop = desk.engine.supervisor.stop();
    desk.engine
        .supervisor
        .spawn("changes of articles", async move {
            while !stop.is_cancelled() {
                if let Err(error) = knowledge.notice_changes(&core.db).await {
                    tracing::warn!(%error, "the version of the articles was not read");
                }
                let until = core.now().plus_ms(ARTICLES);
                tokio::select! {
                    () = core.clock.wait_until(until) => {}
                    () = stop.cancelled() => {}
                }
            }
        });
}

/// What customers ask that nothing answers well becomes suggestions.
fn keep_learning(desk: &Frontdesk) {
    let (learner, core) = (desk.learner(), desk.engine.core.clone());
    let stop = desk.engine.supervisor.stop();
    desk.engine.supervisor.spawn("learning", async move {
        while !stop.is_cancelled() {
            let until = core.now().plus_ms(LEARNING);
            tokio::select! {
                () = core.clock.wait_until(until) => {}
                () = stop.cancelled() => continue,
            }
            match learner.learn(core.now()).await {
                Ok(0) => {}
                Ok(new) => tracing::info!(new, "there are new suggestions for the articles"),
                Err(error) => tracing::warn!(%error, "nothing was learned from what was asked"),
            }
        }
    });
}

/// An article that several customers find wrong is not given by itself any more.
fn keep_doubting(desk: &Frontdesk) {
    let (doubts, core) = (desk.doubts(), desk.engine.core.clone());
    let stop = desk.engine.supervisor.stop();
    desk.engine.supervisor.spawn("doubts", async move {
        while !stop.is_cancelled() {
            match doubts.look(core.now()).await {
                Ok(0) => {}
                Ok(doubted) => tracing::warn!(doubted, "customers find articles wrong"),
                Err(error) => tracing::warn!(%error, "the votes were not read"),
            }
            let until = core.now().plus_ms(DOUBTS);
            tokio::select! {
                () = core.clock.wait_until(until) => {}
                () = stop.cancelled() => {}
            }
        }
    });
}

// ---- sessions ----

fn sweep_sessions(desk: &Frontdesk) {
    let (core, stop) = (desk.engine.core.clone(), desk.engine.supervisor.stop());
    desk.engine.supervisor.spawn("sessions", async move {
        while !stop.is_cancelled() {
            let now = core.now();
            let swept = [
                admin::console::sweep(&core.db, now).await,
                adapters::web::sweep(&core.db, now).await,
            ];
            for error in swept.into_iter().filter_map(Result::err) {
                tracing::warn!(%error, "sessions that are over were not forgotten");
            }
            tokio::select! {
                () = core.clock.wait_until(now.plus_ms(SESSIONS)) => {}
                () = stop.cancelled() => {}
            }
        }
    });
}

/// Waits for the first SIGTERM or Ctrl-C; the second one ends the process at once, which is safe
/// because `kill -9` is. Both are caught from the call on, not only from the first poll: who hears
/// that the desk is ready may end it at once.
pub fn signalled() -> impl Future<Output = ()> + Send + 'static {
    let mut signals = Signals::caught();
    async move {
        signals.next().await;
        tracing::info!("ending; a second signal ends at once");
        #[expect(
            clippy::disallowed_methods,
            reason = "it outlives the supervisor, to cut it off"
        )]
        tokio::spawn(async move {
            signals.next().await;
            std::process::exit(1);
        });
    }
}

struct Signals {
    interrupt: Option<Signal>,
    terminate: Option<Signal>,
}

impl Signals {
    fn caught() -> Self {
        Self {
            interrupt: signal(SignalKind::interrupt()).ok(),
            terminate: signal(SignalKind::terminate()).ok(),
        }
    }

    async fn next(&mut self) {
        tokio::select! {
            () = arrived(&mut self.interrupt) => {}
            () = arrived(&mut self.terminate) => {}
        }
    }
}

/// A signal that cannot be caught keeps its own effect.
async fn arrived(signal: &mut Option<Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}
