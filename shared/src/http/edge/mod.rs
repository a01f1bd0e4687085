//! The edge: what every request passes before and after its handler, in one cheap layer.

mod client;
mod cross_site;
mod demand;
mod dress;
mod lanes;
mod rates;
mod routes;
mod settings;

use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use http::{Method, StatusCode, header, request::Parts};
use thiserror::Error;
use tower::Service;
use tracing::Instrument;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;

use self::{
    cross_site::{CrossSite, Reads, share},
    dress::dress,
    lanes::Lanes,
    rates::{Arrival, Left, Rates},
    routes::{Found, Route, Routes},
};
use super::{
    Problem, TraceId,
    body::BodyLimits,
    metrics::{self, RouteMetrics},
};
use crate::auth::{Authenticator, Caller, Credentials, NotAuthenticated, Seen};

pub use client::{AddressPrefix, ClientAddress, InvalidNetwork, TrustedProxies};
pub use cross_site::{InvalidOrigin, Origin};
pub use lanes::LaneArgs;
pub use rates::{InvalidLimit, Limit, Rate, RateArgs, Switch};
pub use settings::{EdgeArgs, EdgeSettings};

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
    document: OpenApi,
    lanes: Lanes,
    rates: Rates,
    cross_site: CrossSite,
    trusted_proxies: TrustedProxies,
    request_timeout: Duration,
    is_https: bool,
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
        let EdgeSettings { request_timeout, max_in_flight, args, counting_in } = settings;
        Ok(Self(Arc::new(Inner {
            routes: Routes::try_new(&document)?,
            guarded,
            open,
            open_metrics: RouteMetrics::new("any", "open"),
            authenticator,
            document,
            lanes: Lanes::new(args.lanes, max_in_flight),
            rates: Rates::new(args.rates, counting_in),
            is_https: args.own_origin.as_ref().is_some_and(Origin::is_https),
            cross_site: CrossSite::new(args.own_origin, args.cors_origins),
            trusted_proxies: args.trusted_proxies,
            request_timeout,
        })))
    }

    /// The OpenAPI document of the guarded routes.
    pub fn document(&self) -> &OpenApi {
        &self.0.document
    }

    /// Answers one request that comes from nowhere in particular, and so is not limited by address.
    pub async fn respond(&self, request: Request) -> Response {
        self.respond_to(request, None).await
    }

    /// Answers one request of this peer: a client, or a proxy that speaks for it.
    pub async fn respond_to(&self, request: Request, peer: Option<IpAddr>) -> Response {
        let inner = &self.0;
        let at = Instant::now();
        let trace = TraceId::of(request.headers());
        let found = inner.routes.find(request.method(), request.uri().path());
        let (metrics, reads) = match found {
            Found::Route { route, .. } => (&route.metrics, route.demand.reads),
            Found::WrongMethod(_) | Found::Nothing => (&inner.open_metrics, Reads::ForKnownPages),
        };
        let span = tracing::debug_span!(
            "request",
            trace_id = %trace,
            method = %request.method(),
            path = request.uri().path(),
        );
        let headers = request.headers();
        let client = peer.map(|peer| ClientAddress::of(peer, headers, &inner.trusted_proxies));
        let shared_with = inner.cross_site.admitted(headers, reads);
        let arrival = Arrival { client, at };
        let answer = trace.scope(self.survive(found, request, arrival)).instrument(span);
        let mut response = answer.await;
        metrics.record(response.status(), at.elapsed());
        if let Some(origin) = shared_with {
            share(&mut response, origin);
        }
        dress(&mut response, trace, inner.is_https);
        response
    }

    /// Appends the metrics of requests as Prometheus text.
    pub fn write_metrics(&self, text: &mut String) {
        let inner = &self.0;
        let routes = inner.routes.metrics().chain(std::iter::once(&inner.open_metrics));
        metrics::write(text, routes, &inner.lanes.figures());
    }

    /// Answers in time and without panicking, whatever the handler does.
    async fn survive(&self, found: Found<'_>, request: Request, arrival: Arrival) -> Response {
        let most = self.0.request_timeout;
        let time = match found {
            Found::Route { route, .. } => route.demand.time.min(most),
            Found::WrongMethod(_) | Found::Nothing => most,
        };
        let bounded = tokio::time::timeout(time, self.dispatch(found, request, arrival));
        match AssertUnwindSafe(bounded).catch_unwind().await {
            Ok(Ok(response)) => response,
            Ok(Err(_)) => Problem::deadline_exceeded().into_response(),
            // The panic hook has logged it.
            Err(_) => Problem::broken().into_response(),
        }
    }

    async fn dispatch(&self, found: Found<'_>, request: Request, arrival: Arrival) -> Response {
        let inner = &self.0;
        let (mut head, body) = request.into_parts();
        if let Some(answer) = inner.cross_site.preflight(&head) {
            return answer;
        }
        let (route, event) = match found {
            Found::Route { route, event } => (route, event),
            Found::WrongMethod(allow) => {
                return method_not_allowed().header(header::ALLOW, allow.clone()).into_response();
            }
            Found::Nothing => return call(&inner.open, Request::from_parts(head, body)).await,
        };
        if let Err(problem) = inner.rates.knock(&route.demand, arrival) {
            return problem.into_response();
        }
        let Some(_place) = inner.lanes.enter(route.demand.lane, arrival.client) else {
            return Problem::overloaded().into_response();
        };
        let mut left = Left::default();
        let admitted = match inner.rates.take(&route.demand, event, arrival, &mut left).await {
            Ok(()) => self.admit(route, &head, arrival, &mut left).await,
            Err(problem) => Err(problem),
        };
        let mut response = match admitted {
            Ok(caller) => {
                let admitted = Admitted { client: arrival.client, body: route.demand.body };
                let seen = Seen::by(caller.actor());
                head.extensions.insert(caller);
                head.extensions.insert(admitted);
                seen.scope(call(&inner.guarded, Request::from_parts(head, body))).await
            }
            Err(problem) => problem.into_response(),
        };
        left.tell(&mut response);
        response
    }

    /// Who asks, if that may be asked for in this way.
    async fn admit<'a>(
        &'a self,
        route: &Route,
        head: &Parts,
        arrival: Arrival,
        left: &mut Left<'a>,
    ) -> Result<Caller, Problem> {
        let Inner { rates, authenticator, cross_site, .. } = &*self.0;
        let Parts { method, uri, headers, .. } = head;
        cross_site.guard(method, headers)?;
        route.demand.body.admit(headers)?;
        let credentials = Credentials::of(method, uri, headers);
        let authenticated = authenticator.authenticate(credentials).await;
        if let Err(NotAuthenticated::Invalid) = authenticated {
            rates.presented_wrong(arrival)?;
        }
        let (actor, api_key) = authenticated?;
        let caller = Caller::try_new(actor, api_key, route.action)?;
        rates.take_of(&caller, &route.demand, arrival, left)?;
        Ok(caller)
    }
}

/// What the edge knows of a request it let in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Admitted {
    pub(super) client: Option<ClientAddress>,
    pub(super) body: BodyLimits,
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

#[cfg(test)]
mod flood_tests;
#[cfg(test)]
mod limit_tests;
#[cfg(test)]
mod tests;
