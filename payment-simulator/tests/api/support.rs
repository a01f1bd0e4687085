//! A simulator with a client, and a receiver of webhooks.

use std::{
    collections::VecDeque,
    path::PathBuf,
    sync::{Arc, Mutex, Once},
    time::Duration,
};

use axum::{Router, body::Bytes, http::HeaderMap, http::StatusCode, routing::post};
use payment_simulator::{RunningSimulator, Settings, signature_header};
use serde_json::Value;
use shared::clock::Clock;
use tokio::{net::TcpListener, sync::mpsc};

pub const SECRET_KEY: &str = "sk_test_of_tests";
pub const WEBHOOK_SECRETS: [&str; 2] = ["whsec_new", "whsec_old"];

const PATIENCE: Duration = Duration::from_secs(10);

/// A simulator and a client that knows its secret key.
pub struct Provider {
    pub simulator: RunningSimulator,
    client: reqwest::Client,
}

/// An answer: status, the header that marks a repeated one, body.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub replayed: bool,
    pub body: Value,
}

impl Answer {
    pub fn id(&self) -> String {
        self.body["id"].as_str().expect("an id").to_owned()
    }

    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

impl Provider {
    pub async fn start() -> Self {
        Self::with(None, None).await
    }

    pub async fn with(webhook_url: Option<String>, state: Option<PathBuf>) -> Self {
        let settings = Settings {
            secret_key: SECRET_KEY.to_owned(),
            webhook_url,
            webhook_secrets: WEBHOOK_SECRETS.map(str::to_owned).to_vec(),
            account: Some("acct_of_tests".to_owned()),
            state,
        };
        let client = client();
        let simulator = RunningSimulator::start(settings, Clock::system(), None).await.unwrap();
        Self { simulator, client }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.simulator.base_url())
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(self.client.post(self.url(path)).bearer_auth(SECRET_KEY).form(form)).await
    }

    pub async fn post_with_key(&self, key: &str, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.client.post(self.url(path)).bearer_auth(SECRET_KEY).form(form);
        self.send(request.header("Idempotency-Key", key)).await
    }

    /// Without the secret key.
    pub async fn post_as_browser(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send(self.client.post(self.url(path)).form(form)).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.client.get(self.url(path)).bearer_auth(SECRET_KEY)).await
    }

    /// Which pages may read an answer, by `Access-Control-Allow-Origin`.
    pub async fn readers_of(&self, path: &str) -> Option<String> {
        let answer = self.client.get(self.url(path)).send().await.unwrap();
        let origin = answer.headers().get("access-control-allow-origin")?;
        Some(origin.to_str().unwrap().to_owned())
    }

    pub async fn get_page(&self, path: &str) -> (u16, String) {
        let answer = self.client.get(self.url(path)).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }

    pub async fn an_intent(&self) -> Answer {
        let intent =
            self.post("/v1/payment_intents", &[("amount", "2342"), ("currency", "eur")]).await;
        assert_eq!(intent.status, 200, "{}", intent.body);
        intent
    }

    pub async fn confirm(&self, intent: &Answer, card: &str) -> Answer {
        let path = format!("/v1/payment_intents/{}/confirm", intent.id());
        self.post(&path, &[("payment_method", card)]).await
    }

    pub async fn a_paid_intent(&self) -> Answer {
        let intent = self.an_intent().await;
        let paid = self.confirm(&intent, "pm_card_visa").await;
        assert_eq!(paid.body["status"], "succeeded");
        paid
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let answer = request.send().await.unwrap();
        Answer {
            status: answer.status().as_u16(),
            replayed: answer.headers().contains_key("idempotent-replayed"),
            body: answer.json().await.unwrap(),
        }
    }
}

/// A client that follows no redirects.
pub fn client() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().unwrap();
    });
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE)
        .build()
        .unwrap()
}

/// Takes webhooks, or refuses the first few.
pub struct Receiver {
    pub url: String,
    received: mpsc::UnboundedReceiver<(String, Vec<u8>)>,
}

impl Receiver {
    pub async fn start() -> Self {
        Self::refusing(&[]).await
    }

    /// Answers the first webhooks with these status codes, all others with 200.
    pub async fn refusing(first: &[u16]) -> Self {
        client();
        let answers: Arc<Mutex<VecDeque<u16>>> =
            Arc::new(Mutex::new(first.iter().copied().collect()));
        let (sender, received) = mpsc::unbounded_channel();
        let take = async move |headers: HeaderMap, body: Bytes| {
            let status = answers.lock().unwrap().pop_front().unwrap_or(200);
            let signature = headers["stripe-signature"].to_str().unwrap().to_owned();
            sender.send((signature, body.to_vec())).unwrap();
            StatusCode::from_u16(status).unwrap()
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/webhooks", listener.local_addr().unwrap());
        let router = Router::new().route("/webhooks", post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, received }
    }

    /// The next webhook, after its signature was checked.
    pub async fn next(&mut self) -> Value {
        let (signature, body) =
            tokio::time::timeout(PATIENCE, self.received.recv()).await.unwrap().unwrap();
        let at = signature.split([',', '=']).nth(1).unwrap().parse().unwrap();
        assert_eq!(signature, signature_header(&WEBHOOK_SECRETS, at, &body));
        serde_json::from_slice(&body).unwrap()
    }

    /// Whether a webhook has come that nobody looked at.
    pub fn has_more(&mut self) -> bool {
        self.received.try_recv().is_ok()
    }
}
