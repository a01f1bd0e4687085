//! `/v1/refunds`.

use axum::{
    Json,
    extract::{Path, State},
    response::Response,
};
use serde_json::Value;

use super::call::Call;
use crate::{
    error::ApiError,
    ledger::{NewRefund, PageQuery},
    simulator::Simulator,
};

/// Sends money back.
pub async fn create(
    State(simulator): State<Simulator>,
    mut call: Call,
) -> Result<Response, ApiError> {
    call.secret_key_only()?;
    let params = &mut call.params;
    let new = NewRefund {
        payment_intent: params.required("payment_intent")?,
        amount: params.integer("amount")?,
        reason: params.text("reason"),
        metadata: params.map("metadata"),
    };
    params.finish()?;
    let key = call.idempotency_key.as_deref();
    Ok(simulator.execute(key, &call.fingerprint, |ledger| ledger.create_refund(new)).await)
}

/// One refund.
pub async fn show(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Json<Value>, ApiError> {
    call.secret_key_only()?;
    call.params.finish()?;
    Ok(Json(simulator.ledger().refund(&id)?.to_json()))
}

/// Refunds, newest first; of one intent if `payment_intent` is given.
pub async fn list(
    State(simulator): State<Simulator>,
    mut call: Call,
) -> Result<Json<Value>, ApiError> {
    call.secret_key_only()?;
    let intent = call.params.text("payment_intent");
    let query = PageQuery::take(&mut call.params)?;
    call.params.finish()?;
    let ledger = simulator.ledger();
    let wanted = |refund: &&crate::intent::Refund| {
        intent.as_ref().is_none_or(|intent| refund.payment_intent == *intent)
    };
    Ok(Json(query.cut(
        "/v1/refunds",
        ledger.refunds().filter(wanted),
        |refund| (&refund.id, refund.created),
        |refund| refund.to_json(),
    )))
}
