//! `POST /webhooks/stripe`: what the provider tells us, stored before it is answered.

use std::time::Duration;

use axum::{
    body::Body,
    extract::{FromRef, State},
};
use http::{HeaderMap, StatusCode};
use shared::{
    auth::Action,
    http::{Problem, guarded},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{Payments, stripe::verify_signature};

const LARGEST_BODY: usize = 256 * 1024;
const SLOWEST_BODY: Duration = Duration::from_secs(15);
const SIGNATURE: &str = "stripe-signature";

/// The routes of payment providers.
pub fn routes<S>() -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Payments: FromRef<S>,
{
    OpenApiRouter::new().routes(guarded(Action::DeliverWebhook, routes!(stripe_webhook)))
}

/// Takes a webhook of Stripe. It is answered as soon as it is stored.
#[utoipa::path(
    post,
    path = "/webhooks/stripe",
    tag = "payments",
    params(("Stripe-Signature" = String, Header, description = "`t=<seconds>,v1=<hex>…`")),
    request_body(content = Object, description = "At most 256 kB, signed as it stands."),
    responses(
        (status = 200, description = "Stored; more deliveries of it change nothing."),
        (status = 400, description = "Not signed by the provider, or not lately."),
    )
)]
async fn stripe_webhook(
    State(payments): State<Payments>,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, Problem> {
    let read = tokio::time::timeout(SLOWEST_BODY, axum::body::to_bytes(body, LARGEST_BODY)).await;
    let Ok(Ok(body)) = read else { return Err(refused("body")) };
    let signature = headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
    let secrets = &payments.inner.settings.stripe_webhook_secrets;
    let now = payments.inner.clock.now();
    if let Err(error) = verify_signature(signature.unwrap_or_default(), &body, secrets, now) {
        tracing::warn!(%error, "a webhook isn't believed");
        return Err(refused("signature"));
    }
    payments.store_webhook(&body).await.map_err(|error| Problem::unavailable(&error))?;
    Ok(StatusCode::OK)
}

/// One answer to everything that isn't right, so that a forger learns nothing.
fn refused(reason: &'static str) -> Problem {
    metrics::counter!("payment_webhooks_refused_total", "reason" => reason).increment(1);
    Problem::bad_request("invalid-webhook", "This is not a webhook we can take.")
}
