//! `/v1/events`: what happened, whether or not a webhook told it.

use axum::{
    Json,
    extract::{Path, State},
};
use serde_json::Value;

use super::call::Call;
use crate::{error::ApiError, ledger::PageQuery, simulator::Simulator};

/// One provider event.
pub async fn show(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    call: Call,
) -> Result<Json<Value>, ApiError> {
    call.secret_key_only()?;
    call.params.finish()?;
    Ok(Json(simulator.ledger().event(&id)?.to_json()))
}

/// Provider events, newest first; of one `type`, or those that were delivered or not.
pub async fn list(
    State(simulator): State<Simulator>,
    mut call: Call,
) -> Result<Json<Value>, ApiError> {
    call.secret_key_only()?;
    let kind = call.params.text("type");
    let delivered = call.params.text("delivery_success").map(|text| text == "true");
    let query = PageQuery::take(&mut call.params)?;
    call.params.finish()?;
    let ledger = simulator.ledger();
    let wanted = |event: &&crate::intent::ProviderEvent| {
        kind.as_ref().is_none_or(|kind| event.kind == *kind)
            && delivered.is_none_or(|delivered| (event.pending_webhooks == 0) == delivered)
    };
    Ok(Json(query.cut(
        "/v1/events",
        ledger.events().filter(wanted),
        |event| (&event.id, event.created),
        |event| event.to_json(),
    )))
}
