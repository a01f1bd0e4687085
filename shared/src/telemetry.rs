//! Logs, panics and metrics of a process.

use std::{str::FromStr, time::Duration};

use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use thiserror::Error;
use tracing_subscriber::{
    EnvFilter, Layer, Registry, filter::ParseError, layer::SubscriberExt, util::SubscriberInitExt,
    util::TryInitError,
};

use crate::{config::LogArgs, http::TraceId};

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    Text,
}

/// Neither `json` nor `text`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("a log format is json or text")]
pub struct UnknownLogFormat;

impl FromStr for LogFormat {
    type Err = UnknownLogFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err(UnknownLogFormat),
        }
    }
}

/// Why telemetry couldn't be set up.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The filter is not one.
    #[error("the log filter can't be read")]
    Filter(#[from] ParseError),
    /// Someone was first.
    #[error("logging is already set up")]
    Logs(#[from] TryInitError),
    /// The metrics recorder is misconfigured or already set.
    #[error("metrics can't be set up")]
    Metrics(#[from] BuildError),
}

// Upper bounds in seconds, as Prometheus wants them.
const SECONDS: [f64; 13] =
    [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0];
const UPKEEP: Duration = Duration::from_secs(5);

/// Sets up logging, the panic hook and the metrics recorder of this process; once, first thing,
/// inside the runtime. The answer renders the metrics.
///
/// # Errors
///
/// [`TelemetryError`] if a filter can't be read or something is already set up.
pub fn install(args: &LogArgs) -> Result<PrometheusHandle, TelemetryError> {
    let filter: EnvFilter = args.log_filter.parse()?;
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match args.log_format {
        LogFormat::Json => {
            tracing_subscriber::fmt::layer().json().flatten_event(true).with_filter(filter).boxed()
        }
        LogFormat::Text => tracing_subscriber::fmt::layer().with_filter(filter).boxed(),
    };
    tracing_subscriber::registry().with(lines).try_init()?;
    install_panic_hook();
    install_recorder()
}

fn install_recorder() -> Result<PrometheusHandle, TelemetryError> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)?
        .install_recorder()?;
    let upkeep = handle.clone();
    tokio::spawn(async move {
        // Histograms keep every sample until they are folded.
        let mut ticks = tokio::time::interval(UPKEEP);
        loop {
            ticks.tick().await;
            upkeep.run_upkeep();
        }
    });
    Ok(handle)
}

/// Logs a panic as one line with its place and the trace it happened in. What was said goes to
/// the log only; the client gets a 500 problem.
fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let said = panic.payload_as_str().unwrap_or("not a text");
        let trace_id = TraceId::current().map(|trace| trace.to_string()).unwrap_or_default();
        tracing::error!(place, said, trace_id, "A task panicked");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(filter: &str) -> LogArgs {
        LogArgs { log_format: LogFormat::Json, log_filter: filter.to_owned() }
    }

    #[tokio::test]
    async fn is_installed_once_and_records_what_is_measured() {
        let handle = install(&args("info")).unwrap();
        metrics::counter!("things_total").increment(4);
        metrics::histogram!("batch_seconds").record(Duration::from_millis(3));
        let text = handle.render();
        assert!(text.contains("things_total 4"), "{text}");
        assert!(text.contains(r#"batch_seconds_bucket{le="0.005"} 1"#), "{text}");
        assert!(matches!(install(&args("info")), Err(TelemetryError::Logs(_))));
    }

    #[tokio::test]
    async fn a_filter_that_is_none_is_refused() {
        assert!(matches!(install(&args("shared=loudly")), Err(TelemetryError::Filter(_))));
    }

    #[test]
    fn knows_two_log_formats() {
        assert_eq!("json".parse(), Ok(LogFormat::Json));
        assert_eq!("text".parse(), Ok(LogFormat::Text));
        assert_eq!("xml".parse::<LogFormat>(), Err(UnknownLogFormat));
    }
}
