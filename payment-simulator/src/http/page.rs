//! `/pay/{intent}`: where a person pays, or approves a payment, without a script.

use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use chrono::TimeDelta;
use shared::money::Currency;

use crate::{
    card::CARDS,
    error::ApiError,
    intent::{Intent, Status},
    ledger::{Ledger, Outcome},
    params::Params,
    simulator::Simulator,
};

const LATE: TimeDelta = TimeDelta::seconds(5);

const HEADERS: [(HeaderName, HeaderValue); 3] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
             frame-ancestors 'none'",
        ),
    ),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
];

/// Shows what is to be paid and the cards to pay with.
pub async fn show(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let mut params = Params::default();
    params.add(query.unwrap_or_default().as_bytes());
    match known(&simulator, &id, &mut params) {
        Ok(intent) => (HEADERS, Html(page(&intent))).into_response(),
        Err(_) => (StatusCode::NOT_FOUND, HEADERS, Html(not_found())).into_response(),
    }
}

/// Pays with the card that was chosen, or approves or refuses, and shows what came of it.
pub async fn pay(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    form: Bytes,
) -> Response {
    let mut params = Params::default();
    params.add(&form);
    let Ok(intent) = known(&simulator, &id, &mut params) else {
        return (StatusCode::NOT_FOUND, HEADERS, Html(not_found())).into_response();
    };
    let page = simulator.page();
    let operation = |ledger: &mut Ledger| choose(ledger, &mut params, &id, &page);
    let answer = simulator.execute(None, "", operation).await;
    tracing::info!(payment_intent = %id, status = answer.status().as_u16(), "paid on the page");
    let location = format!("/pay/{id}?client_secret={}", intent.client_secret);
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}

fn choose(
    ledger: &mut Ledger,
    params: &mut Params,
    id: &str,
    page: &str,
) -> Result<Outcome, ApiError> {
    match params.text("approval").as_deref() {
        Some("approve") => ledger.approve(id, true),
        Some(_) => ledger.approve(id, false),
        None => ledger.confirm(id, &params.required("payment_method")?, LATE, page),
    }
}

/// The intent, if the client secret belongs to it.
fn known(simulator: &Simulator, id: &str, params: &mut Params) -> Result<Intent, ApiError> {
    let intent = simulator.ledger().intent(id)?.clone();
    if params.required("client_secret")? == intent.client_secret {
        Ok(intent)
    } else {
        Err(ApiError::missing("payment_intent", "intent", id))
    }
}

fn page(intent: &Intent) -> String {
    let (said, buttons) = match intent.status {
        Status::RequiresPaymentMethod => (
            intent.decline.map_or("Choose a card.", crate::card::DeclineCode::message),
            CARDS.iter().map(|(name, _, label)| button("payment_method", name, label)).collect(),
        ),
        Status::RequiresAction => (
            "Your bank asks whether it is you who pays.",
            button("approval", "approve", "Approve") + &button("approval", "refuse", "Refuse"),
        ),
        Status::Processing => {
            ("The payment is on its way. Reload to see it arrive.", String::new())
        }
        Status::Succeeded => ("Paid. Thank you.", String::new()),
        Status::Canceled => ("This payment was cancelled.", String::new()),
    };
    let description = intent.description.as_deref().unwrap_or("Payment");
    let form = format!(
        "<form method=\"post\" action=\"/pay/{}\"><input type=\"hidden\" name=\"client_secret\" \
         value=\"{}\">{buttons}</form>",
        escaped(&intent.id),
        escaped(&intent.client_secret),
    );
    document(&format!(
        "<p>{}</p><p class=\"amount\">{}</p><p role=\"status\">{said}</p>{form}",
        escaped(description),
        escaped(&amount(intent)),
    ))
}

fn not_found() -> String {
    document("<p role=\"status\">There is no such payment.</p>")
}

fn button(name: &str, value: &str, label: &str) -> String {
    format!("<button name=\"{name}\" value=\"{value}\">{}</button>", escaped(label))
}

fn document(body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width\"><title>Pay (simulator)</title><style>body{{font:1.1rem/1.5 \
         system-ui,sans-serif;max-width:26rem;margin:2rem auto;padding:0 1rem}}.amount{{font-size:\
         2rem;margin:0}}button{{display:block;width:100%;margin:.5rem 0;padding:.7rem;font:inherit;\
         text-align:left}}</style></head><body><main><h1>Payment simulator</h1>{body}\
         <p><small>No real money moves here.</small></p></main></body></html>"
    )
}

/// The amount with its decimal point, for example `23.42 EUR`.
fn amount(intent: &Intent) -> String {
    let code = intent.currency.to_uppercase();
    let exponent = Currency::parse(&code).map_or(0, Currency::exponent);
    let digits = usize::from(exponent);
    let text = format!("{:0>width$}", intent.amount, width = digits + 1);
    match text.split_at_checked(text.len() - digits) {
        Some((major, minor)) if digits > 0 => format!("{major}.{minor} {code}"),
        Some(_) | None => format!("{text} {code}"),
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
