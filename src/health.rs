//! How the process is doing: `/healthz`, `/readyz` and `/metrics`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bot_core::runtime::core::Core;
use bot_core::store::census::{self, Census};
use metrics::gauge;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::{Map, Value, json};

/// What the three paths look at. Cheap to clone.
#[derive(Clone)]
pub struct Health {
    core: Core,
    metrics: PrometheusHandle,
    ready: Arc<AtomicBool>,
}

impl std::fmt::Debug for Health {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Health")
            .field("ready", &self.ready)
            .finish_non_exhaustive()
    }
}

impl Health {
    /// The health of a desk that has not started yet; from now on its numbers are collected.
    #[must_use]
    pub fn new(core: Core) -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        let metrics = recorder.handle();
        // A second desk in the same process (a test) leaves the numbers to the first one.
        drop(metrics::set_global_recorder(recorder));
        Self {
            core,
            metrics,
            ready: Arc::default(),
        }
    }

    /// From now on messages are taken.
    pub fn started(&self) {
        self.ready.store(true, Ordering::Release);
    }

    /// From now on no new messages should come.
    pub fn ending(&self) {
        self.ready.store(false, Ordering::Release);
    }

    /// The paths.
    pub fn routes(&self) -> Router {
        Router::new()
            .route("/healthz", get(|| async { "ok\n" }))
            .route("/readyz", get(readyz))
            .route("/metrics", get(numbers))
            .with_state(self.clone())
    }

    fn channels(&self) -> Map<String, Value> {
        let all = self.core.signals.listening.all().into_iter();
        all.map(|(name, reason)| {
            (
                name,
                Value::String(reason.unwrap_or_else(|| "ok".to_owned())),
            )
        })
        .collect()
    }
}

/// 200 while messages can be taken: the database answers with its tables up to date, and the process
/// is not ending. A channel that cannot be listened to is named, and keeps nobody else from being
/// served.
async fn readyz(State(health): State<Health>) -> Response {
    let database = health.core.db.ping().await;
    let started = health.ready.load(Ordering::Acquire);
    let ready = started && database.is_ok();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({
        "ready": ready,
        "started": started,
        "database": database.map_or_else(|error| error.to_string(), |()| "ok".to_owned()),
        "channels": health.channels(),
    });
    (status, axum::Json(body)).into_response()
}

async fn numbers(State(health): State<Health>) -> Response {
    match health.core.db.read(|tx| Box::pin(census::take(tx))).await {
        Ok(census) => set(&census, &health),
        Err(error) => tracing::warn!(%error, "the numbers of the database are old"),
    }
    let version = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, version)], health.metrics.render()).into_response()
}

fn set(census: &Census, health: &Health) {
    let now = health.core.now();
    let age = census.oldest.map_or(0, |at| now.since(at));
    gauge!("frontdesk_inbox_undecided").set(float(census.undecided));
    gauge!("frontdesk_inbox_oldest_seconds").set(float(age) / 1_000.0);
    gauge!("frontdesk_files_wanted").set(float(census.files));
    by_name(
        "frontdesk_deliveries",
        "state",
        &["queued", "sending", "held", "unknown", "dead"],
        &census.deliveries,
    );
    by_name(
        "frontdesk_tickets",
        "status",
        &["pending", "in_progress", "on_hold"],
        &census.tickets,
    );
    for (name, reason) in health.core.signals.listening.all() {
        gauge!("frontdesk_channel_listening", "channel" => name)
            .set(f64::from(u8::from(reason.is_none())));
    }
}

/// A name that is not among the counted ones has none left.
fn by_name(
    gauge: &'static str,
    label: &'static str,
    names: &[&'static str],
    counted: &[(String, i64)],
) {
    for name in names {
        let found = counted.iter().find(|(one, _)| one == name);
        let count = found.map_or(0, |(_, count)| *count);
        gauge!(gauge, label => *name).set(float(count));
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "gauges are floating point numbers"
)]
const fn float(count: i64) -> f64 {
    count as f64
}
