//! The edge: what every request passes before and after its handler, in one cheap layer.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use thiserror::Error;
use tower::Service;
use tracing::Instrument;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use super::{
    Problem, TraceId,
    metrics::{self, RouteMetrics},
    routes::{Found, Routes},
    trace::TRACE_ID,
};
use crate::auth::{Authenticator, Caller, Credentials};

/// Sent unless the handler says otherwise: answers are data, and for whoever asked.
const SAFE_HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
];

/// Limits of the edge.
#[derive(Debug, Clone, Copy)]
pub struct EdgeSettings {
    /// A request that takes longer is answered with 503; its handler is dropped.
    pub request_timeout: Duration,
    /// Guarded requests answered at once; more are answered with 503 before anything is done.
    pub max_in_flight: usize,
}

impl Default for EdgeSettings {
    fn default() -> Self {
        Self { request_timeout: Duration::from_secs(15), max_in_flight: 4096 }
    }
}

/// Why a service must not start.
#[derive(Debug, Error)]
pub enum EdgeError {
    /// A documented route wasn't made with [`guarded`](super::guarded).
    #[error("{method} {path} has no policy")]
    NoPolicy {
        /// Its method.
        method: Method,
        /// Its path.
        path: String,
    },
    /// A path that can't be routed, or is there twice.
    #[error("{0} is no path for a route")]
    Path(String),
}

/// Every request's way in. Finds the route and its policy, refuses what is too much, says who the
/// caller is, bounds the time, catches panics, counts, and names the trace. Clones share all of it.
///
/// Guarded routes are reached through the table of the document only: what isn't in it, or is
/// without policy, isn't served.
#[derive(Clone)]
pub struct Edge(Arc<Inner>);

struct Inner {
    routes: Routes,
    guarded: Router,
    open: Router,
    open_metrics: RouteMetrics,
    authenticator: Authenticator,
    settings: EdgeSettings,
    document: OpenApi,
    in_flight: AtomicUsize,
    shed: AtomicU64,
}

impl Edge {
    /// An edge before `guarded` routes (every one made with [`guarded`](super::guarded)) and `open`
    /// ones, which have no policy and no caller: health, documentation.
    ///
    /// # Errors
    ///
    /// [`EdgeError`] if a route has no policy or no usable path: the service must not start.
    pub fn try_new(
        guarded: OpenApiRouter,
        open: Router,
        authenticator: Authenticator,
        settings: EdgeSettings,
    ) -> Result<Self, EdgeError> {
        let (guarded, document) = guarded.split_for_parts();
        let open = open
            .fallback(async || Problem::not_found())
            .method_not_allowed_fallback(async || method_not_allowed());
        Ok(Self(Arc::new(Inner {
            routes: Routes::try_new(&document)?,
            guarded,
            open,
            open_metrics: RouteMetrics::new("any", "open"),
            authenticator,
            settings,
            document,
            in_flight: AtomicUsize::new(0),
            shed: AtomicU64::new(0),
        })))
    }

    /// The OpenAPI document of the guarded routes.
    pub fn document(&self) -> &OpenApi {
        &self.0.document
    }

    /// Answers one request.
    pub async fn respond(&self, request: Request) -> Response {
        let began = Instant::now();
        let trace = TraceId::of(request.headers());
        let found = self.0.routes.find(request.method(), request.uri().path());
        let metrics = match found {
            Found::Route(route) => &route.metrics,
            Found::WrongMethod(_) | Found::Nothing => &self.0.open_metrics,
        };
        let span = tracing::debug_span!(
            "request",
            trace_id = %trace,
            method = %request.method(),
            path = request.uri().path(),
        );
        let answer = trace.scope(self.survive(found, request)).instrument(span);
        let mut response = answer.await;
        metrics.record(response.status(), began.elapsed());
        dress(&mut response, trace);
        response
    }

    /// Appends the metrics of requests as Prometheus text.
    pub fn write_metrics(&self, text: &mut String) {
        let inner = &self.0;
        let routes = inner.routes.metrics().chain(std::iter::once(&inner.open_metrics));
        let in_flight = inner.in_flight.load(Ordering::Relaxed);
        metrics::write(text, routes, in_flight, inner.shed.load(Ordering::Relaxed));
    }

    /// Answers in time and without panicking, whatever the handler does.
    async fn survive(&self, found: Found<'_>, request: Request) -> Response {
        let bounded =
            tokio::time::timeout(self.0.settings.request_timeout, self.dispatch(found, request));
        match AssertUnwindSafe(bounded).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Problem::deadline_exceeded().into_response(),
            // The panic hook has logged it.
            Err(_) => Problem::broken().into_response(),
        }
    }

    async fn dispatch(&self, found: Found<'_>, mut request: Request) -> Response {
        let route = match found {
            Found::Route(route) => route,
            Found::WrongMethod(allow) => {
                return method_not_allowed().header(header::ALLOW, allow.clone()).into_response();
            }
            Found::Nothing => return call(&self.0.open, request).await,
        };
        let Some(_place) = InFlight::enter(&self.0) else {
            return Problem::overloaded().into_response();
        };
        let credentials = Credentials::of(request.method(), request.uri(), request.headers());
        let authenticated = self.0.authenticator.authenticate(credentials).await;
        let admitted = authenticated.map_err(Problem::from).and_then(|(actor, api_key)| {
            Caller::try_new(actor, api_key, route.action).map_err(Problem::from)
        });
        match admitted {
            Ok(caller) => {
                request.extensions_mut().insert(caller);
                call(&self.0.guarded, request).await
            }
            Err(problem) => problem.into_response(),
        }
    }
}

async fn call(router: &Router, request: Request) -> Response {
    match router.clone().call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn method_not_allowed() -> Problem {
    let detail = "This address doesn't take that method. See Allow.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail)
}

fn dress(response: &mut Response, trace: TraceId) {
    let headers = response.headers_mut();
    headers.reserve(SAFE_HEADERS.len() + 1);
    for (name, value) in SAFE_HEADERS {
        headers.entry(name).or_insert(value);
    }
    if let Some(value) = trace.header() {
        headers.insert(TRACE_ID, value);
    }
}

/// One of the places among requests being answered, given back when dropped.
struct InFlight<'a>(&'a AtomicUsize);

impl<'a> InFlight<'a> {
    fn enter(inner: &'a Inner) -> Option<Self> {
        // Taken first and given back if it was too much, so that two can't take the last one.
        let before = inner.in_flight.fetch_add(1, Ordering::Relaxed);
        let place = Self(&inner.in_flight);
        if before < inner.settings.max_in_flight {
            return Some(place);
        }
        inner.shed.fetch_add(1, Ordering::Relaxed);
        None
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests;
