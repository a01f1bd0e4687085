//! The running provider: carries requests out, remembers them, sends webhooks afterwards.

use std::{
    collections::VecDeque,
    io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock},
    time::Duration,
};

use axum::{
    Json,
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use shared::clock::{Clock, Timestamp};
use thiserror::Error;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{
    error::ApiError,
    ledger::{Answer, Journal, JournalError, Known, Ledger, Outcome},
    settings::Settings,
    webhook::Webhooks,
};

const FIRST_WEBHOOK_WAIT: Duration = Duration::from_secs(5);

/// Something that goes wrong with the next request that would change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is done, the answer is 503.
    Unavailable,
    /// Nothing is done, the answer is 429.
    RateLimited,
    /// Everything is done, but the connection breaks instead of an answer.
    AnswerLost,
}

/// The simulator could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("the state can't be used")]
    Journal(#[from] JournalError),
    #[error("the HTTP client can't be made")]
    Client(#[from] reqwest::Error),
    #[error("the address can't be listened on")]
    Listen(#[from] io::Error),
}

/// The provider. A clone is the same provider.
#[derive(Clone)]
pub struct Simulator {
    inner: Arc<Inner>,
}

struct Inner {
    ledger: Mutex<Ledger>,
    webhooks: Webhooks,
    secret_key: String,
    page: RwLock<String>,
    faults: Mutex<VecDeque<Fault>>,
    clock: Clock,
    stopped: CancellationToken,
}

impl Simulator {
    /// Opens the state and takes up again what it left unfinished.
    ///
    /// # Errors
    ///
    /// [`StartError`] if the state can't be used.
    pub fn open(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        let mut ledger = Ledger::new(clock.clone(), settings.account, settings.secret_key.clone());
        if let Some(path) = &settings.state {
            let (journal, records) = Journal::open(path)?;
            ledger.restore(records, journal);
        }
        let webhooks =
            Webhooks::new(settings.webhook_url, settings.webhook_secrets, clock.clone())?;
        let simulator = Self {
            inner: Arc::new(Inner {
                ledger: Mutex::new(ledger),
                webhooks,
                secret_key: settings.secret_key,
                page: RwLock::default(),
                faults: Mutex::default(),
                clock,
                stopped: CancellationToken::new(),
            }),
        };
        simulator.resume();
        Ok(simulator)
    }

    /// Sends webhooks to this address from now on.
    pub fn set_webhook_url(&self, url: Option<String>) {
        self.inner.webhooks.set_url(url);
    }

    /// Lets something go wrong with the next requests that would change something.
    pub fn fail_next(&self, faults: impl IntoIterator<Item = Fault>) {
        self.inner.faults.lock().unwrap_or_else(PoisonError::into_inner).extend(faults);
    }

    /// Answers requests until `stop`, then finishes those under way.
    ///
    /// # Errors
    ///
    /// If the listener breaks.
    pub async fn serve(&self, listener: TcpListener, stop: CancellationToken) -> io::Result<()> {
        let address = format!("http://{}", listener.local_addr()?);
        *self.inner.page.write().unwrap_or_else(PoisonError::into_inner) = address;
        let stopped = self.inner.stopped.clone();
        let served = axum::serve(listener, crate::router(self.clone()))
            .with_graceful_shutdown(stop.cancelled_owned())
            .await;
        stopped.cancel();
        served
    }

    /// Where this provider's pages are.
    pub(crate) fn page(&self) -> String {
        self.inner.page.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn is_secret_key(&self, key: &str) -> bool {
        key == self.inner.secret_key
    }

    pub(crate) fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.inner.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Carries a request out, once for each idempotency key.
    pub(crate) async fn execute(
        &self,
        key: Option<&str>,
        fingerprint: &str,
        operation: impl FnOnce(&mut Ledger) -> Result<Outcome, ApiError>,
    ) -> Response {
        let fault = self.inner.faults.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match fault {
            Some(Fault::Unavailable) => return ApiError::unavailable().into_response(),
            Some(Fault::RateLimited) => return ApiError::rate_limited().into_response(),
            Some(Fault::AnswerLost) | None => {}
        }
        let (response, outcome) = self.carry_out(key, fingerprint, operation);
        if let Some(outcome) = outcome {
            self.follow_up(outcome).await;
        }
        if fault == Some(Fault::AnswerLost) { broken(&response) } else { response }
    }

    fn carry_out(
        &self,
        key: Option<&str>,
        fingerprint: &str,
        operation: impl FnOnce(&mut Ledger) -> Result<Outcome, ApiError>,
    ) -> (Response, Option<Outcome>) {
        let mut ledger = self.ledger();
        if let Some(key) = key {
            match ledger.known(key, fingerprint) {
                Known::No => {}
                Known::Same { status, body } => return (replayed(status, body), None),
                Known::Other => return (ApiError::idempotency(key).into_response(), None),
            }
        }
        let outcome = match operation(&mut ledger) {
            Ok(outcome) => outcome,
            Err(error) => return (error.into_response(), None),
        };
        let (status, body) = match &outcome.answer {
            Ok(body) => (StatusCode::OK, body.clone()),
            Err(error) => (error.status(), error.body()),
        };
        if let Some(key) = key {
            let at = ledger.seconds();
            ledger.remember(Answer {
                key: key.to_owned(),
                fingerprint: fingerprint.to_owned(),
                status: status.as_u16(),
                body: body.clone(),
                at,
            });
        }
        commit(&mut ledger);
        ((status, Json(body)).into_response(), Some(outcome))
    }

    async fn follow_up(&self, outcome: Outcome) {
        let intent =
            outcome.answer.ok().and_then(|answer| answer["id"].as_str().map(str::to_owned));
        if let (Some(intent), Some(at)) = (intent, outcome.arrives_at) {
            self.arrive_later(intent, at);
        }
        let delivery = self.deliver(outcome.webhooks);
        if outcome.webhooks_first {
            // It goes on in the background if it takes longer.
            let waited = tokio::time::timeout(FIRST_WEBHOOK_WAIT, delivery).await;
            if waited.is_err() {
                tracing::warn!("the webhook was not taken before the answer");
            }
        }
    }

    /// Delivers provider events one after the other, in the background.
    fn deliver(&self, events: Vec<String>) -> JoinHandle<()> {
        let simulator = self.clone();
        self.in_background(async move {
            for event in events {
                let Ok(known) = simulator.ledger().event(&event).cloned() else { continue };
                // Pretty-printed like Stripe's, so that nobody gets away with signing it anew.
                let body = serde_json::to_vec_pretty(&known.to_json()).unwrap_or_default();
                let mut pending = known.pending_webhooks;
                while pending > 0 {
                    simulator.inner.webhooks.deliver(body.clone()).await;
                    let mut ledger = simulator.ledger();
                    pending = ledger.delivered(&event);
                    commit(&mut ledger);
                }
            }
        })
    }

    fn arrive_later(&self, intent: String, at: Timestamp) {
        let simulator = self.clone();
        self.in_background(async move {
            let left = (at - simulator.inner.clock.now()).to_std().unwrap_or_default();
            tokio::time::sleep(left + Duration::from_millis(1)).await;
            let arrived = {
                let mut ledger = simulator.ledger();
                let arrived = ledger.arrive(&intent);
                commit(&mut ledger);
                arrived
            };
            if let Some(outcome) = arrived {
                simulator.deliver(outcome.webhooks);
            }
        });
    }

    fn resume(&self) {
        let (undelivered, late) = {
            let ledger = self.ledger();
            let undelivered: Vec<String> = ledger
                .events()
                .filter(|event| event.pending_webhooks > 0)
                .map(|event| event.id.clone())
                .collect();
            let late: Vec<(String, Timestamp)> = ledger
                .intents()
                .filter_map(|intent| Some((intent.id.clone(), intent.succeeds_at?)))
                .collect();
            (undelivered, late)
        };
        for event in undelivered {
            self.deliver(vec![event]);
        }
        for (intent, at) in late {
            self.arrive_later(intent, at);
        }
    }

    fn in_background(&self, work: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        let stopped = self.inner.stopped.clone();
        tokio::spawn(async move {
            stopped.run_until_cancelled_owned(work).await;
        })
    }
}

fn commit(ledger: &mut Ledger) {
    if let Err(error) = ledger.commit() {
        tracing::error!(error = %error, "the journal can't be written, a restart will forget");
    }
}

fn replayed(status: u16, body: Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mark = (HeaderName::from_static("idempotent-replayed"), HeaderValue::from_static("true"));
    (status, [mark], Json(body)).into_response()
}

/// The head of the answer, and then the connection breaks.
fn broken(response: &Response) -> Response {
    let lost = futures::stream::once(async { Err::<Vec<u8>, _>(io::Error::other("lost")) });
    let body = Body::from_stream(lost);
    let mut broken = Response::new(body);
    *broken.status_mut() = response.status();
    broken
}

/// A simulator in this process, on a port of its own.
pub struct RunningSimulator {
    simulator: Simulator,
    address: SocketAddr,
    stop: CancellationToken,
    served: JoinHandle<io::Result<()>>,
}

impl RunningSimulator {
    /// Starts on a free port of the loopback address, or on `address`.
    ///
    /// # Errors
    ///
    /// [`StartError`] if the state or the address can't be used.
    pub async fn start(
        settings: Settings,
        clock: Clock,
        address: Option<SocketAddr>,
    ) -> Result<Self, StartError> {
        let address = address.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let simulator = Simulator::open(settings, clock)?;
        let stop = CancellationToken::new();
        let served = tokio::spawn({
            let (simulator, stop) = (simulator.clone(), stop.clone());
            async move { simulator.serve(listener, stop).await }
        });
        Ok(Self { simulator, address, stop, served })
    }

    /// The provider itself.
    pub fn simulator(&self) -> &Simulator {
        &self.simulator
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The address of its API.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops it, so that another can be started with the same state and address.
    pub async fn stop(self) {
        self.stop.cancel();
        self.simulator.inner.stopped.cancel();
        if let Ok(Err(error)) = self.served.await {
            tracing::warn!(%error, "the simulator's listener broke");
        }
    }
}
