//! A provider that answers what the tests want, also lies.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{HeaderMap, StatusCode, Uri, header};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::{net::TcpListener, task::JoinHandle};
use url::form_urlencoded;

use super::signing::{Sign, Signers};

pub const CLIENT: &str = "fullhouse";
pub const SECRET: &str = "hush & more";

/// The provider. Ends when dropped.
pub struct Fake {
    pub issuer: String,
    shared: Shared,
    server: JoinHandle<()>,
}

/// An id token before it is signed.
pub struct Minted {
    pub header: Value,
    pub claims: Value,
    pub sign: Sign,
}

/// What is done to a token that would be right.
pub type Tamper = fn(&mut Minted);

/// How an endpoint answers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Manner {
    #[default]
    Usual,
    Status(u16),
    Slow,
    Huge,
    Moved,
    NoJson,
}

/// What the tests set and look at.
#[derive(Default)]
pub struct Behaviour {
    pub granted: HashMap<String, Granted>,
    pub tamper: Option<Tamper>,
    pub token: Manner,
    pub keys: Manner,
    pub description: Manner,
    /// Laid over the usual description; `null` takes a field away.
    pub described: Value,
    pub user_info: Option<Value>,
    pub key_requests: usize,
    /// The names of the keys are followed by this: another number, other names.
    pub generation: usize,
    pub token_method: String,
    pub token_form: String,
}

/// What a code stands for.
pub struct Granted {
    pub claims: Value,
    pub challenge: String,
    pub redirect_uri: String,
}

#[derive(Clone)]
struct Shared {
    issuer: String,
    behaviour: Arc<Mutex<Behaviour>>,
    signers: Arc<Signers>,
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Fake {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let shared = Shared {
            issuer: issuer.clone(),
            behaviour: Arc::default(),
            signers: Arc::new(Signers::new()),
        };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(description))
            .route("/keys", get(keys))
            .route("/token", get(token).post(token))
            .route("/me", get(user_info))
            .with_state(shared.clone());
        let server = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { issuer, shared, server }
    }

    pub fn behaviour(&self) -> MutexGuard<'_, Behaviour> {
        self.shared.behaviour.lock().unwrap()
    }
}

async fn manner(manner: Manner) -> Option<Response> {
    match manner {
        Manner::Usual => None,
        Manner::Status(status) => Some(StatusCode::from_u16(status).unwrap().into_response()),
        Manner::Slow => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            None
        }
        Manner::Huge => Some(format!("\"{}\"", "a".repeat(2_000_000)).into_response()),
        Manner::Moved => Some(Redirect::temporary("/elsewhere").into_response()),
        Manner::NoJson => Some("<html>".into_response()),
    }
}

async fn description(State(fake): State<Shared>) -> Response {
    let (how, described) = {
        let behaviour = fake.behaviour.lock().unwrap();
        (behaviour.description, behaviour.described.clone())
    };
    if let Some(answer) = manner(how).await {
        return answer;
    }
    let issuer = &fake.issuer;
    let mut document = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/me"),
        "jwks_uri": format!("{issuer}/keys"),
    });
    for (name, value) in described.as_object().into_iter().flatten() {
        if value.is_null() {
            document.as_object_mut().unwrap().remove(name);
        } else {
            document[name] = value.clone();
        }
    }
    Json(document).into_response()
}

async fn keys(State(fake): State<Shared>) -> Response {
    let (how, generation) = {
        let mut behaviour = fake.behaviour.lock().unwrap();
        behaviour.key_requests += 1;
        (behaviour.keys, behaviour.generation)
    };
    match manner(how).await {
        Some(answer) => answer,
        None => Json(fake.signers.public(generation)).into_response(),
    }
}

async fn token(
    State(fake): State<Shared>,
    method: http::Method,
    uri: Uri,
    headers: HeaderMap,
    body: String,
) -> Response {
    let how = fake.behaviour.lock().unwrap().token;
    if let Some(answer) = manner(how).await {
        return answer;
    }
    let is_query = method == http::Method::GET;
    let sent = if is_query { uri.query().unwrap_or_default() } else { &body };
    let form: HashMap<String, String> =
        form_urlencoded::parse(sent.as_bytes()).into_owned().collect();
    let mut behaviour = fake.behaviour.lock().unwrap();
    method.as_str().clone_into(&mut behaviour.token_method);
    sent.clone_into(&mut behaviour.token_form);
    let known = if is_query { !sent.contains("secret") } else { knows_us(&headers) };
    let granted = behaviour.granted.remove(&form["code"]);
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&form["code_verifier"]));
    let Some(granted) = granted.filter(|granted| {
        granted.challenge == challenge && granted.redirect_uri == form["redirect_uri"]
    }) else {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"}))).into_response();
    };
    if !known || form["client_id"] != CLIENT {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let kid = format!("ed{}", behaviour.generation);
    let header = json!({"alg": "EdDSA", "kid": kid, "typ": "JWT"});
    let mut minted = Minted { header, claims: granted.claims, sign: Sign::Ed25519 };
    if let Some(tamper) = behaviour.tamper {
        tamper(&mut minted);
    }
    let id_token = fake.signers.sign(&minted);
    Json(json!({"id_token": id_token, "access_token": "them", "token_type": "Bearer"}))
        .into_response()
}

/// Names and secrets are encoded before they are joined (RFC 6749, section 2.3.1).
fn knows_us(headers: &HeaderMap) -> bool {
    let expected = format!("Basic {}", STANDARD.encode(format!("{CLIENT}:hush+%26+more")));
    headers.get(header::AUTHORIZATION).is_some_and(|sent| sent.as_bytes() == expected.as_bytes())
}

async fn user_info(State(fake): State<Shared>, headers: HeaderMap) -> Response {
    let told = fake.behaviour.lock().unwrap().user_info.clone();
    let knows = headers.get(header::AUTHORIZATION).is_some_and(|sent| sent == "Bearer them");
    told.filter(|_| knows)
        .map_or(StatusCode::UNAUTHORIZED.into_response(), |told| Json(told).into_response())
}
