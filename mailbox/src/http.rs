//! The page that shows the mails, and the same as JSON for tests.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use uuid::Uuid;

use crate::mails::{Mail, Mails};

const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// A mail may show its own pictures and be clicked; it runs nothing and loads nothing.
const MAIL_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:; \
     style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'",
);
const DOWNLOAD_POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
const NOSNIFF: (HeaderName, HeaderValue) =
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));

/// The routes of the mailbox.
pub fn routes(mails: Mails) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/page.js", get(async || asset("text/javascript", include_str!("page.js"))))
        .route("/page.css", get(async || asset("text/css", include_str!("page.css"))))
        .route("/healthz", get(async || "alive"))
        .route("/api/messages", get(list).delete(clear))
        .route("/api/messages/{id}", get(one))
        .route("/api/messages/{id}/html", get(html))
        .route("/api/messages/{id}/raw", get(raw))
        .route("/api/messages/{id}/attachments/{number}", get(attachment))
        .layer(middleware::from_fn(only_local))
        .with_state(mails)
}

/// Mails hold secrets: a page elsewhere must not read them through a name that leads here.
async fn only_local(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    match name {
        Some("localhost" | "127.0.0.1" | "[::1]" | "mailbox") => next.run(request).await,
        _ => (StatusCode::FORBIDDEN, "Call me localhost.").into_response(),
    }
}

async fn page() -> Response {
    let headers = [(header::CONTENT_SECURITY_POLICY, PAGE_POLICY), NOSNIFF];
    (headers, Html(include_str!("page.html"))).into_response()
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static(kind)), NOSNIFF], text).into_response()
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
}

async fn list(State(mails): State<Mails>, Query(wanted): Query<Wanted>) -> Json<Vec<Mail>> {
    Json(mails.to(&wanted.to).iter().map(|mail| (**mail).clone()).collect())
}

async fn clear(State(mails): State<Mails>) -> Response {
    match mails.clear() {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => {
            tracing::error!(%error, "mails can't be deleted");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn one(State(mails): State<Mails>, Path(id): Path<Uuid>) -> Result<Json<Mail>, StatusCode> {
    Ok(Json((*found(&mails, id)?).clone()))
}

async fn html(State(mails): State<Mails>, Path(id): Path<Uuid>) -> Result<Response, StatusCode> {
    let mail = found(&mails, id)?;
    let mut html = mail.html.clone().ok_or(StatusCode::NOT_FOUND)?;
    for part in &mail.attachments {
        if let Some(content_id) = &part.content_id {
            let inline =
                format!("data:{};base64,{}", part.media_type, STANDARD.encode(&part.content));
            html = html.replace(&format!("cid:{content_id}"), &inline);
        }
    }
    // Links open beside the mailbox.
    let html = format!("<base target=\"_blank\">{html}");
    let headers = [(header::CONTENT_SECURITY_POLICY, MAIL_POLICY), NOSNIFF];
    Ok((headers, Html(html)).into_response())
}

async fn raw(State(mails): State<Mails>, Path(id): Path<Uuid>) -> Result<Response, StatusCode> {
    let mail = found(&mails, id)?;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind), NOSNIFF], mail.raw.clone()).into_response())
}

async fn attachment(
    State(mails): State<Mails>,
    Path((id, number)): Path<(Uuid, usize)>,
) -> Result<Response, StatusCode> {
    let mail = found(&mails, id)?;
    let part = mail.attachments.get(number).ok_or(StatusCode::NOT_FOUND)?;
    let kind = HeaderValue::from_str(&part.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-_ ".contains(c);
    let name: String = part.name.chars().filter(|c| plain(*c)).collect();
    let disposition = HeaderValue::try_from(format!("inline; filename=\"{name}\""))
        .unwrap_or(HeaderValue::from_static("inline"));
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CONTENT_SECURITY_POLICY, DOWNLOAD_POLICY),
        NOSNIFF,
    ];
    Ok((headers, part.content.clone()).into_response())
}

fn found(mails: &Mails, id: Uuid) -> Result<Arc<Mail>, StatusCode> {
    mails.find(id).ok_or(StatusCode::NOT_FOUND)
}
