//! Logs: text on a terminal, JSON otherwise, always on standard error.
//!
//! What is logged: ids, counts, durations, kinds of errors. What never is: texts, names, tokens.
//! `FRONTDESK_LOG` filters as `RUST_LOG` does elsewhere: `debug`, `info,bot_core=trace`, `off`.

use std::io::IsTerminal as _;

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

/// The environment variable that chooses what is logged.
pub const FILTER_VARIABLE: &str = "FRONTDESK_LOG";

/// Quiet about what other crates do well: the database driver would print every statement.
const DEFAULT_FILTER: &str = "info,sqlx=warn,tantivy=warn,hyper=warn,reqwest=warn";

/// Logs that could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("FRONTDESK_LOG cannot be read: {0}; write for example FRONTDESK_LOG=debug")]
    Filter(#[source] ParseError),
    /// Logs were set up already.
    #[error("logging was already set up")]
    Twice(#[from] TryInitError),
}

/// How a line looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For collectors: one object a line.
    Json,
}

impl Format {
    /// Text if standard error is a terminal.
    #[must_use]
    pub fn detect() -> Self {
        if std::io::stderr().is_terminal() {
            Self::Text
        } else {
            Self::Json
        }
    }
}

/// Sets up logging for the whole process, once.
///
/// # Errors
/// When `FRONTDESK_LOG` cannot be read, or logging was set up before.
pub fn init(format: Format) -> Result<(), TelemetryError> {
    init_with(format, DEFAULT_FILTER)
}

/// The same for somebody who watches the terminal for something else: only what is wrong is told.
///
/// # Errors
/// As [`init`].
pub fn init_quiet(format: Format) -> Result<(), TelemetryError> {
    init_with(format, "warn")
}

fn init_with(format: Format, usual: &str) -> Result<(), TelemetryError> {
    let directives = std::env::var(FILTER_VARIABLE).ok();
    let lines = tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(filter(directives.as_deref(), usual)?);
    match format {
        Format::Text => lines.finish().try_init()?,
        Format::Json => lines.json().flatten_event(true).finish().try_init()?,
    }
    Ok(())
}

fn filter(directives: Option<&str>, usual: &str) -> Result<EnvFilter, TelemetryError> {
    let directives = directives.map(str::trim).filter(|text| !text.is_empty());
    EnvFilter::try_new(directives.unwrap_or(usual)).map_err(TelemetryError::Filter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_is_read_or_named() {
        assert_eq!(
            filter(None, DEFAULT_FILTER)
                .unwrap()
                .to_string()
                .split(',')
                .count(),
            5
        );
        assert_eq!(
            filter(Some(" "), DEFAULT_FILTER)
                .unwrap()
                .to_string()
                .split(',')
                .count(),
            5
        );
        assert_eq!(
            filter(Some("debug"), DEFAULT_FILTER).unwrap().to_string(),
            "debug"
        );
        let error = filter(Some("frontdesk=loud"), DEFAULT_FILTER)
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("FRONTDESK_LOG cannot be read"), "{error}");
    }
}
