//! The documentation of the API, and pages to browse it.

use axum::{
    Router,
    http::{HeaderValue, header},
    response::IntoResponse,
    routing::get,
};
use shared::http::{API_PREFIX, compressed, document};
use tower::ServiceBuilder;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::{
    accounts, app::App, attendees, availability, catalogue, devices, exports, health, history,
    orders, platform, reservations, sales, tickets,
};

/// The document of both services together, as `cargo xtask openapi` wrote it.
const MERGED: &str = include_str!("../../docs/openapi.json");
/// The page may load what comes from here, and its styles and pictures are inline.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
);

/// The document of this service.
pub fn openapi() -> OpenApi {
    bare_routes().merge(larger_routes()).into_openapi()
}

/// Every route of this service. Larger answers are compressed; availability, asked for thousands of
/// times a second, is not.
pub fn routes(app: &App) -> OpenApiRouter {
    let (larger, documented) = larger_routes().with_state(app.clone()).split_for_parts();
    let larger = OpenApiRouter::with_openapi(documented).merge(compressed(larger).into());
    bare_routes().with_state(app.clone()).merge(larger)
}

fn bare_routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(document(
        "Fullhouse",
        "Sells tickets: events, holds, payments, orders, tickets and their history.",
    ))
    .merge(availability::http::routes())
    .merge(reservations::http::routes())
    .merge(tickets::http::routes())
}

fn larger_routes() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(OpenApi::default())
        .merge(catalogue::http::routes())
        .merge(accounts::http::routes())
        .merge(devices::http::routes())
        .merge(orders::http::routes())
        .merge(attendees::http::routes())
        .merge(sales::http::routes())
        .merge(history::http::routes())
        .merge(health::http::routes())
        .merge(platform::http::routes())
        .merge(accounts::export::routes())
        .merge(exports::http::routes())
}

/// The merged document at `/api/v1/openapi.json`, a page to browse it at `/docs`.
pub fn pages() -> Router {
    let url = format!("{API_PREFIX}/openapi.json");
    let json = async || ([(header::CONTENT_TYPE, "application/json")], MERGED).into_response();
    let browser = SwaggerUi::new("/docs").config(Config::from(url.clone()));
    let policy =
        SetResponseHeaderLayer::if_not_present(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    let browser = Router::from(browser).layer(ServiceBuilder::new().layer(policy));
    compressed(browser.route(&url, get(json)))
}
