//! `POST /simulator/faults`: lets something go wrong with the next requests.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::call::Call;
use crate::{
    error::ApiError,
    simulator::{Fault, Simulator},
};

const MOST_AT_ONCE: i64 = 1_000;

/// `kind=unavailable|rate_limited|answer_lost`, `count=1`.
pub async fn add(
    State(simulator): State<Simulator>,
    mut call: Call,
) -> Result<Json<Value>, ApiError> {
    call.secret_key_only()?;
    let kind = call.params.required("kind")?;
    let fault = match kind.as_str() {
        "unavailable" => Fault::Unavailable,
        "rate_limited" => Fault::RateLimited,
        "answer_lost" => Fault::AnswerLost,
        other => {
            let message = format!("Unknown kind of fault: {other}");
            return Err(ApiError::invalid("parameter_invalid", "kind", message));
        }
    };
    let count = call.params.integer("count")?.unwrap_or(1).clamp(1, MOST_AT_ONCE);
    call.params.finish()?;
    simulator.fail_next((0..count).map(|_| fault));
    Ok(Json(json!({ "kind": kind, "count": count })))
}
