//! The table of guarded routes: what a method and path means before any handler is asked.

use http::{HeaderValue, Method};
use utoipa::openapi::OpenApi;

use uuid::Uuid;

use super::{
    EdgeError,
    demand::{Demand, Kind},
};
use crate::{
    auth::Action,
    http::{
        guard::{action_of, operations},
        metrics::RouteMetrics,
    },
};

/// Every guarded route, by path.
pub(super) struct Routes {
    paths: matchit::Router<usize>,
    table: Vec<OnePath>,
}

struct OnePath {
    routes: Vec<Route>,
    allow: HeaderValue,
}

/// One method on one path.
pub(super) struct Route {
    method: Method,
    pub(super) action: Action,
    pub(super) demand: Demand,
    pub(super) metrics: RouteMetrics,
}

/// What a method and path turned out to be.
#[derive(Clone, Copy)]
pub(super) enum Found<'a> {
    /// A guarded route, and of a hold the event it is about.
    Route {
        /// The route.
        route: &'a Route,
        /// The event, if the path names it by an id.
        event: Option<Uuid>,
    },
    /// The path is guarded, but takes other methods: these.
    WrongMethod(&'a HeaderValue),
    /// No guarded route.
    Nothing,
}

impl Routes {
    /// The routes of a document.
    pub(super) fn try_new(document: &OpenApi) -> Result<Self, EdgeError> {
        let mut routes = Self { paths: matchit::Router::new(), table: Vec::new() };
        for (path, item) in &document.paths.paths {
            let found: Vec<_> = operations(item)
                .map(|(method, operation)| {
                    let action = action_of(operation).ok_or_else(|| EdgeError::NoPolicy {
                        method: method.clone(),
                        path: path.clone(),
                    })?;
                    let metrics = RouteMetrics::new(method.as_str(), path);
                    let demand = Demand::of(&method, path);
                    Ok(Route { method, action, demand, metrics })
                })
                .collect::<Result<_, EdgeError>>()?;
            routes.add(path, found)?;
        }
        Ok(routes)
    }

    fn add(&mut self, path: &str, routes: Vec<Route>) -> Result<(), EdgeError> {
        let mut methods: Vec<_> = routes.iter().map(|route| route.method.as_str()).collect();
        if methods.contains(&"GET") {
            methods.push("HEAD");
        }
        let broken = || EdgeError::Path(path.to_owned());
        let allow = HeaderValue::try_from(methods.join(", ")).map_err(|_| broken())?;
        self.paths.insert(path, self.table.len()).map_err(|_| broken())?;
        self.table.push(OnePath { routes, allow });
        Ok(())
    }

    /// What this method and path mean.
    pub(super) fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let Ok(place) = self.paths.at(path) else { return Found::Nothing };
        let Some(one) = self.table.get(*place.value) else { return Found::Nothing };
        let wanted = if *method == Method::HEAD { &Method::GET } else { method };
        match one.routes.iter().find(|route| route.method == *wanted) {
            Some(route) => {
                let named = || place.params.get("event_id").and_then(|id| id.parse().ok());
                let event = if route.demand.kind == Kind::Hold { named() } else { None };
                Found::Route { route, event }
            }
            None => Found::WrongMethod(&one.allow),
        }
    }

    pub(super) fn metrics(&self) -> impl Iterator<Item = &RouteMetrics> + Clone {
        self.table.iter().flat_map(|path| &path.routes).map(|route| &route.metrics)
    }
}
