//! What the gateway counts, and the page Prometheus reads it from.

use std::{convert::Infallible, io};

use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use metrics::{Counter, counter};
use tokio::net::TcpListener;

use crate::refusal::Refusal;

const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// What is counted about one service.
pub(crate) struct Meters {
    answers: [Counter; 5],
    /// Connections opened.
    pub(crate) connects: Counter,
    /// Requests sent a second time.
    pub(crate) repeats: Counter,
}

impl Meters {
    /// The counters of `service`, which every worker shares.
    pub(crate) fn of(service: &'static str) -> Self {
        Self {
            answers: CLASSES.map(
                |class| counter!("gateway_responses_total", "service" => service, "class" => class),
            ),
            connects: counter!("gateway_connects_total", "service" => service),
            repeats: counter!("gateway_repeats_total", "service" => service),
        }
    }

    /// Counts the answer of a service.
    pub(crate) fn answered(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100);
        if let Some(count) = self.answers.get(class.saturating_sub(1)) {
            count.increment(1);
        }
    }
}

/// Counts an answer of the gateway's own.
pub(crate) fn refused(refusal: Refusal) {
    counter!("gateway_refusals_total", "code" => refusal.code()).increment(1);
}

/// Serves what `render` gives as the page at every path, for Prometheus; never returns.
///
/// # Errors
///
/// If no connection can be accepted any more.
pub async fn serve_metrics(
    listener: TcpListener,
    render: impl Fn() -> String + Clone + 'static,
) -> io::Result<Infallible> {
    loop {
        let (stream, _) = listener.accept().await?;
        let render = render.clone();
        let page = service_fn(move |_: Request<Incoming>| {
            let page = Response::new(Full::new(Bytes::from(render())));
            async move { Ok::<_, Infallible>(page) }
        });
        // One reader at a time is enough, and hyper hangs up on one that says nothing.
        let _ = http1::Builder::new()
            .timer(TokioTimer::new())
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), page)
            .await;
    }
}
