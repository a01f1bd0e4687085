//! Refusals in Stripe's form.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::intent::Intent;

/// A refused request; becomes `{"error": {…}}` with a status code.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
    intent: Option<Value>,
}

impl ApiError {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code: None, param: None, message: message.into(), intent: None }
    }

    /// A parameter is wrong.
    pub fn invalid(code: &'static str, param: &str, message: impl Into<String>) -> Self {
        let mut error = Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message);
        error.code = Some(code);
        error.param = Some(param.to_owned());
        error
    }

    /// A request that can't be read at all.
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message)
    }

    /// A currency that nothing can be charged in. Stripe gives no code for it.
    pub fn invalid_currency(currency: &str) -> Self {
        let message = format!("Invalid currency: {currency}.");
        let mut error = Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message);
        error.param = Some("currency".to_owned());
        error
    }

    /// Nothing has this id.
    pub fn missing(object: &str, param: &str, id: &str) -> Self {
        let message = format!("No such {object}: '{id}'");
        Self { status: StatusCode::NOT_FOUND, ..Self::invalid("resource_missing", param, message) }
    }

    /// The address means nothing.
    pub fn unrecognized(path: &str) -> Self {
        let message = format!("Unrecognized request URL ({path}).");
        Self::new(StatusCode::NOT_FOUND, "invalid_request_error", message)
    }

    /// No key, or not ours.
    pub fn unauthorized() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "invalid_request_error",
            "Invalid API Key provided, or none.",
        )
    }

    /// The key may not do this.
    pub fn forbidden() -> Self {
        let message = "This API call cannot be made with a publishable API key.";
        let error = Self::new(StatusCode::FORBIDDEN, "invalid_request_error", message);
        Self { code: Some("secret_key_required"), ..error }
    }

    /// The intent isn't in a state in which this can be done.
    pub fn unexpected_state(intent: &Intent, wanted: &str) -> Self {
        let message = format!(
            "You cannot {wanted} this PaymentIntent because it has a status of {}.",
            intent.status.name()
        );
        let mut error = Self::new(StatusCode::BAD_REQUEST, "invalid_request_error", message);
        error.code = Some("payment_intent_unexpected_state");
        error.intent = Some(intent.to_json());
        error
    }

    /// The bank said no.
    pub fn declined(intent: &Intent, code: &'static str, message: &str) -> Self {
        let mut error = Self::new(StatusCode::PAYMENT_REQUIRED, "card_error", message);
        error.code = Some(code);
        error.intent = Some(intent.to_json());
        error
    }

    /// The key was used for something else before.
    pub fn idempotency(key: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters they were \
             first used with. Try using a key other than '{key}' if you meant to execute a \
             different request."
        );
        Self::new(StatusCode::BAD_REQUEST, "idempotency_error", message)
    }

    /// Too many requests.
    pub fn rate_limited() -> Self {
        let error = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "invalid_request_error",
            "Too many requests hit the API too quickly.",
        );
        Self { code: Some("rate_limit"), ..error }
    }

    /// Nothing was done; it may work later.
    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "api_error", "The service is unavailable.")
    }

    /// The status code.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body.
    pub fn body(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if let Some(fields) = error.as_object_mut() {
            if let Some(code) = self.code {
                fields.insert("code".to_owned(), json!(code));
            }
            if let Some(param) = &self.param {
                fields.insert("param".to_owned(), json!(param));
            }
            if let Some(intent) = &self.intent {
                let decline_code = &intent["last_payment_error"]["decline_code"];
                if self.kind == "card_error" {
                    fields.insert("decline_code".to_owned(), decline_code.clone());
                }
                fields.insert("payment_intent".to_owned(), intent.clone());
            }
        }
        json!({ "error": error })
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        (self.status, Json(self.body())).into_response()
    }
}
