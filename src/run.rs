//! The running process: loops, HTTP listener, health, and an end in good order.

use std::future::{Future, IntoFuture as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bot_core::domain::time::{DAY, SECOND};
use bot_core::runtime::core::Core;
use bot_core::store::outbox;
use bot_core::store::record::Records;
use knowledge::answerer::KnowledgeBase;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::catch_panic::CatchPanicLayer;

use crate::wiring::Frontdesk;

/// How often a change of the articles is looked for.
const ARTICLES: i64 = SECOND;
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
    let health = Health::new(desk.engine.core.clone(), metrics_handle()?);
    desk.engine.prepare().await?;
    refresh_articles(&desk).await;
    desk.engine.start();
    watch_articles(&desk);
    sweep_sessions(&desk);
    health.ready.store(true, Ordering::Release);
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
        .merge(routes(health.clone()))
        .layer(CatchPanicLayer::new())
        .into_make_service_with_connect_info::<SocketAddr>();
    let stop = desk.engine.supervisor.stop();
    let ending = async move {
        shutdown.await;
        health.ready.store(false, Ordering::Release);
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

fn metrics_handle() -> anyhow::Result<PrometheusHandle> {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    // A second desk in the same process (a test) keeps the first one's recorder.
    drop(metrics::set_global_recorder(recorder));
    Ok(handle)
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
            refresh(&knowledge, &core).await;
            let until = core.now().plus_ms(ARTICLES);
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
            if let Err(error) = admin::console::sweep(&core.db, now).await {
                tracing::warn!(%error, "sessions that are over were not forgotten");
            }
            tokio::select! {
                () = core.clock.wait_until(now.plus_ms(SESSIONS)) => {}
                () = stop.cancelled() => {}
            }
        }
    });
}

// ---- health ----

#[derive(Clone)]
struct Health {
    core: Core,
    metrics: PrometheusHandle,
    ready: Arc<AtomicBool>,
}

impl Health {
    fn new(core: Core, metrics: PrometheusHandle) -> Self {
        Self {
            core,
            metrics,
            ready: Arc::default(),
        }
    }
}

fn routes(health: Health) -> Router {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(numbers))
        .with_state(health)
}

/// 200 while messages can be taken: the database answers, and the process is not ending.
async fn readyz(State(health): State<Health>) -> Response {
    let database = health.core.db.ping().await;
    let started = health.ready.load(Ordering::Acquire);
    let ready = started && database.is_ok();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let channels: Vec<&str> = health
        .core
        .outside
        .channels
        .keys()
        .map(|name| name.0.as_str())
        .collect();
    let body = json!({
        "ready": ready,
        "started": started,
        "database": database.map_or_else(|error| error.to_string(), |()| "ok".to_owned()),
        "channels": channels,
    });
    (status, axum::Json(body)).into_response()
}

async fn numbers(State(health): State<Health>) -> String {
    let now = health.core.now();
    if let Ok(waiting) = health
        .core
        .db
        .read(|tx| Box::pin(outbox::next_due(tx, now)))
        .await
    {
        #[expect(
            clippy::cast_precision_loss,
            reason = "gauges are floating point numbers"
        )]
        metrics::gauge!("frontdesk_outbox_waiting").set(waiting.rows as f64);
    }
    let records = Records::new(health.core.db.clone(), health.core.keyring.clone());
    if let Ok(trouble) = records.trouble(now.plus_ms(-DAY)).await {
        #[expect(
            clippy::cast_precision_loss,
            reason = "gauges are floating point numbers"
        )]
        metrics::gauge!("frontdesk_thread_fallbacks_day").set(trouble.fallbacks as f64);
    }
    health.metrics.render()
}

/// Waits for the first SIGTERM or Ctrl-C; the second one ends the process at once, which is safe
/// because `kill -9` is.
pub async fn signalled() {
    wait_for_signal().await;
    tracing::info!("ending; a second signal ends at once");
    #[expect(
        clippy::disallowed_methods,
        reason = "it outlives the supervisor, to cut it off"
    )]
    tokio::spawn(async {
        wait_for_signal().await;
        std::process::exit(1);
    });
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return drop(tokio::signal::ctrl_c().await);
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
