//! `/v1/payment_intents`.

use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use chrono::TimeDelta;
use serde_json::Value;

use super::call::Call;
use crate::{
    error::ApiError,
    ledger::{NewIntent, PageQuery},
    simulator::Simulator,
};

const DEFAULT_DELAY_MS: i64 = 5_000;
const LONGEST_DELAY_MS: i64 = 7 * 24 * 3_600_000;

/// Makes an intent.
pub async fn create(
    State(simulator): State<Simulator>,
    mut call: Call,
) -> Result<Response, ApiError> {
    call.secret_key_only()?;
    let params = &mut call.params;
    let amount = params.required("amount")?;
    let amount = amount.parse().map_err(|_| {
        let message = format!("Invalid integer: {amount}");
        ApiError::invalid("parameter_invalid_integer", "amount", message)
    })?;
    let new = NewIntent {
        amount,
        currency: params.required("currency")?,
        description: params.text("description"),
        metadata: params.map("metadata"),
    };
    params.map("automatic_payment_methods");
    params.text("payment_method_types[]");
    params.finish()?;
    let key = call.idempotency_key.as_deref();
    Ok(simulator.execute(key, &call.fingerprint, |ledger| ledger.create_intent(new)).await)
}

/// One intent, for whoever has the secret key or the client secret.
pub async fn show(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    mut call: Call,
) -> Result<Json<Value>, ApiError> {
    let intent = simulator.ledger().intent(&id)?.clone();
    call.may_touch(&intent)?;
    call.params.finish()?;
    Ok(Json(intent.to_json()))
}

/// Intents, newest first.
pub async fn list(
    State(simulator): State<Simulator>,
    mut call: Call,
) -> Result<Json<Value>, ApiError> {
    call.secret_key_only()?;
    let query = PageQuery::take(&mut call.params)?;
    call.params.finish()?;
    let ledger = simulator.ledger();
    Ok(Json(query.cut(
        "/v1/payment_intents",
        ledger.intents(),
        |intent| (&intent.id, intent.created),
        |intent| intent.to_json(),
    )))
}

/// Pays with a card, as the server or as Stripe.js does it in the browser.
pub async fn confirm(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    mut call: Call,
) -> Result<Response, ApiError> {
    let intent = simulator.ledger().intent(&id)?.clone();
    call.may_touch(&intent)?;
    let card = call.params.required("payment_method")?;
    let delay = call.params.integer("delay_ms")?.unwrap_or(DEFAULT_DELAY_MS);
    let delay = TimeDelta::milliseconds(delay.clamp(0, LONGEST_DELAY_MS));
    call.params.text("return_url");
    call.params.finish()?;
    let page = simulator.page();
    let pay = |ledger: &mut crate::ledger::Ledger| ledger.confirm(&id, &card, delay, &page);
    Ok(simulator.execute(call.idempotency_key.as_deref(), &call.fingerprint, pay).await)
}

/// Gives an unpaid intent up.
pub async fn cancel(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    mut call: Call,
) -> Result<Response, ApiError> {
    call.secret_key_only()?;
    let reason = call.params.text("cancellation_reason");
    call.params.finish()?;
    let key = call.idempotency_key.as_deref();
    Ok(simulator.execute(key, &call.fingerprint, |ledger| ledger.cancel(&id, reason)).await)
}
