//! The provider's HTTP API, and a page to pay on.

mod call;
mod events;
mod faults;
mod intents;
mod page;
mod refunds;

use axum::{
    Json, Router,
    http::{HeaderValue, Uri, header::ACCESS_CONTROL_ALLOW_ORIGIN},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;

use crate::{error::ApiError, simulator::Simulator};

/// Every route of the provider.
pub fn router(simulator: Simulator) -> Router {
    Router::new()
        .route("/v1/payment_intents", get(intents::list).post(intents::create))
        .route("/v1/payment_intents/{id}", get(intents::show))
        .route("/v1/payment_intents/{id}/confirm", post(intents::confirm))
        .route("/v1/payment_intents/{id}/cancel", post(intents::cancel))
        .route("/v1/refunds", get(refunds::list).post(refunds::create))
        .route("/v1/refunds/{id}", get(refunds::show))
        .route("/v1/events", get(events::list))
        .route("/v1/events/{id}", get(events::show))
        .route("/pay/{id}", get(page::show).post(page::pay))
        .route("/simulator/faults", post(faults::add))
        .route("/healthz", get(healthz))
        .fallback(unrecognized)
        .layer(map_response(readable_in_browsers))
        .with_state(simulator)
}

/// Any page may ask, as with Stripe: buyers pay from their shop's page, and what protects a payment
/// is its client secret.
async fn readable_in_browsers(mut response: Response) -> Response {
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

async fn healthz() -> Json<serde_json::Value> {
    Json(json!({ "status": "ok" }))
}

async fn unrecognized(uri: Uri) -> Response {
    ApiError::unrecognized(uri.path()).into_response()
}
