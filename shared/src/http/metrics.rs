//! Metrics of requests: atomic counters made at start, so that counting costs nothing to speak of.

use std::{
    fmt::Write,
    io,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use axum::{Router, routing::get};
use http::{StatusCode, header};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::Edge;

/// The statuses we answer with; anything else is counted as the last.
const STATUSES: [(u16, &str); 26] = [
    (200, "200"),
    (201, "201"),
    (202, "202"),
    (204, "204"),
    (206, "206"),
    (302, "302"),
    (303, "303"),
    (304, "304"),
    (400, "400"),
    (401, "401"),
    (402, "402"),
    (403, "403"),
    (404, "404"),
    (405, "405"),
    (408, "408"),
    (409, "409"),
    (410, "410"),
    (412, "412"),
    (413, "413"),
    (415, "415"),
    (422, "422"),
    (428, "428"),
    (429, "429"),
    (500, "500"),
    (503, "503"),
    (0, "other"),
];

/// Upper bounds of the duration buckets: microseconds, and the seconds Prometheus shows.
const BUCKETS: [(u64, &str); 14] = [
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_000, "0.002"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (15_000, "0.015"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (500_000, "0.5"),
    (1_000_000, "1"),
    (5_000_000, "5"),
    (u64::MAX, "+Inf"),
];

/// What happened on one route.
#[derive(Debug)]
pub(super) struct RouteMetrics {
    labels: String,
    by_status: [AtomicU64; STATUSES.len()],
    by_duration: [AtomicU64; BUCKETS.len()],
    sum_micros: AtomicU64,
}

impl RouteMetrics {
    /// Metrics of a route, by its template (never by the path of a request).
    pub(super) fn new(method: &str, template: &str) -> Self {
        Self {
            labels: format!("method=\"{method}\",route=\"{template}\""),
            by_status: Default::default(),
            by_duration: Default::default(),
            sum_micros: AtomicU64::new(0),
        }
    }

    /// Counts one answer.
    pub(super) fn record(&self, status: StatusCode, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let status = STATUSES.iter().position(|(code, _)| *code == status.as_u16());
        let bucket = BUCKETS.iter().position(|(bound, _)| micros <= *bound);
        if let Some(count) = self.by_status.get(status.unwrap_or(STATUSES.len() - 1)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(count) = bucket.and_then(|bucket| self.by_duration.get(bucket)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
        self.sum_micros.fetch_add(micros, Ordering::Relaxed);
    }

    fn write_statuses(&self, text: &mut String) {
        for ((_, status), count) in STATUSES.iter().zip(&self.by_status) {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                let labels = &self.labels;
                line(text, "http_requests_total", &format!("{labels},status=\"{status}\""), count);
            }
        }
    }

    fn write_durations(&self, text: &mut String) {
        let mut total = 0;
        let mut cumulated = Vec::with_capacity(BUCKETS.len());
        for ((_, bound), count) in BUCKETS.iter().zip(&self.by_duration) {
            total += count.load(Ordering::Relaxed);
            cumulated.push((bound, total));
        }
        if total == 0 {
            return;
        }
        let labels = &self.labels;
        for (bound, count) in cumulated {
            let name = "http_request_duration_seconds_bucket";
            line(text, name, &format!("{labels},le=\"{bound}\""), count);
        }
        let micros = self.sum_micros.load(Ordering::Relaxed);
        let seconds = format!("{}.{:06}", micros / 1_000_000, micros % 1_000_000);
        line(text, "http_request_duration_seconds_sum", labels, seconds);
        line(text, "http_request_duration_seconds_count", labels, total);
    }
}

/// Writes the metrics of all routes as Prometheus text.
pub(super) fn write<'a>(
    text: &mut String,
    routes: impl Iterator<Item = &'a RouteMetrics> + Clone,
    lanes: &[(&'static str, usize, u64)],
) {
    text.push_str("# TYPE http_requests_in_flight gauge\n");
    for (lane, in_flight, _) in lanes {
        line(text, "http_requests_in_flight", &format!("lane=\"{lane}\""), in_flight);
    }
    text.push_str("# TYPE http_requests_shed_total counter\n");
    for (lane, _, shed) in lanes {
        line(text, "http_requests_shed_total", &format!("lane=\"{lane}\""), shed);
    }
    text.push_str("# TYPE http_requests_total counter\n");
    for route in routes.clone() {
        route.write_statuses(text);
    }
    text.push_str("# TYPE http_request_duration_seconds histogram\n");
    for route in routes {
        route.write_durations(text);
    }
}

fn line(text: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    // Writing to a String can't fail.
    let _ = if labels.is_empty() {
        writeln!(text, "{name} {value}")
    } else {
        writeln!(text, "{name}{{{labels}}} {value}")
    };
}

/// Serves `/metrics` as Prometheus text until shutdown: those of the edge and all recorded ones.
///
/// # Errors
///
/// As [`axum::serve`].
pub async fn serve_metrics(
    listener: TcpListener,
    recorded: PrometheusHandle,
    edge: Edge,
    shutdown: CancellationToken,
) -> io::Result<()> {
    let render = move || async move {
        let mut text = recorded.render();
        edge.write_metrics(&mut text);
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
    };
    let router = Router::new().route("/metrics", get(render));
    axum::serve(listener, router).with_graceful_shutdown(shutdown.cancelled_owned()).await
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use metrics_exporter_prometheus::PrometheusBuilder;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
    };
    use utoipa_axum::router::OpenApiRouter;

    use super::*;
    use crate::http::{EdgeSettings, testing::edge_before};

    async fn scrape(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = "GET /metrics HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn serves_what_was_recorded_and_what_the_edge_counted() {
        let recorder = PrometheusBuilder::new().build_recorder();
        metrics::with_local_recorder(&recorder, || metrics::counter!("things_total").increment(4));
        let edge = edge_before(OpenApiRouter::new(), Router::new(), EdgeSettings::default());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let stop = shutdown.clone();
        let serving = serve_metrics(listener, recorder.handle(), edge.unwrap(), stop);
        let serving = tokio::spawn(serving);
        let answer = scrape(address).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("things_total 4"), "{answer}");
        assert!(answer.contains("http_requests_in_flight{lane=\"other\"} 0"), "{answer}");
        shutdown.cancel();
        serving.await.unwrap().unwrap();
    }

    fn written(route: &RouteMetrics) -> String {
        let mut text = String::new();
        write(&mut text, std::iter::once(route), &[("other", 3, 7)]);
        text
    }

    #[test]
    fn counts_by_status_and_duration() {
        let route = RouteMetrics::new("GET", "/api/v1/events/{event_id}");
        route.record(StatusCode::OK, Duration::from_micros(500));
        route.record(StatusCode::OK, Duration::from_micros(501));
        route.record(StatusCode::IM_A_TEAPOT, Duration::from_secs(9));
        let text = written(&route);
        let labels = r#"method="GET",route="/api/v1/events/{event_id}""#;
        for expected in [
            format!(r#"http_requests_total{{{labels},status="200"}} 2"#),
            format!(r#"http_requests_total{{{labels},status="other"}} 1"#),
            format!(r#"http_request_duration_seconds_bucket{{{labels},le="0.0005"}} 1"#),
            format!(r#"http_request_duration_seconds_bucket{{{labels},le="0.001"}} 2"#),
            format!(r#"http_request_duration_seconds_bucket{{{labels},le="+Inf"}} 3"#),
            format!("http_request_duration_seconds_sum{{{labels}}} 9.001001"),
            format!("http_request_duration_seconds_count{{{labels}}} 3"),
            r#"http_requests_in_flight{lane="other"} 3"#.to_owned(),
            r#"http_requests_shed_total{lane="other"} 7"#.to_owned(),
        ] {
            assert!(text.lines().any(|line| line == expected), "{expected}\n{text}");
        }
    }

    #[test]
    fn a_route_nobody_asked_for_takes_no_room() {
        let text = written(&RouteMetrics::new("GET", "/api/v1/events"));
        assert!(!text.contains("/api/v1/events"), "{text}");
    }
}
