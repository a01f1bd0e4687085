//! One event on sale, a provider that sends webhooks here, and buyers.

use std::sync::Once;

use axum::Router;
use chrono::TimeDelta;
use payment_simulator::{RunningSimulator, Settings, signature_header};
use serde_json::Value;
use shared::{
    clock::Clock,
    config::Secret,
    event_log::{
        EventLog,
        subscription::{Bookkeeping, Feed, Subscription},
    },
    events::box_office::{LatePayment, Price, Provider},
    id::{
        CommandId, EventId, IdSource, OrganizationId, PaymentId, PersonId, ReservationId,
        TicketTypeId,
    },
    money::{Currency, Money},
    testing::TestDatabase,
};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;
use uuid::Uuid;

use crate::{
    box_office::{
        BoxOfficeCommand,
        capacity::{AddTicketType, TermsInput},
        catalogue::{DetailsInput, DraftEvent, PublishEvent, SettingsInput},
        reservation::{ReserveItem, ReserveTickets, StartPayment},
    },
    config::StripeArgs,
    payment::{Begun, Due, Payments, StartError, refund::RefundPolicy, routes},
    runtime::{BoxOffices, CommandContext, ExecuteError, Limits},
    vault::{Persons, testing::vault},
};

pub const EVENT: EventId = EventId::new(Uuid::from_u128(0xE0));
pub const PRICE: i64 = 4500;
pub const ACCOUNT: &str = "acct_of_tests";
const STANDARD: TicketTypeId = TicketTypeId::new(Uuid::from_u128(0x57));
const SECRET_KEY: &str = "sk_test_of_tests";
const WEBHOOK_SECRET: &str = "whsec_of_tests";
const HOLD_SECONDS: u32 = 600;

/// What stays the same however often the service or the provider is started again.
pub struct Fixture {
    pub database: TestDatabase,
    pub clock: Clock,
    pub offices: BoxOffices,
    pub payments: Payments,
    pub client: reqwest::Client,
    provider: Option<RunningSimulator>,
    settings: Settings,
    webhooks: Url,
    stop: CancellationToken,
    tasks: TaskTracker,
    _state: TempDir,
}

/// How the event sells.
#[derive(Clone, Copy)]
pub struct Sale {
    pub capacity: u32,
    pub price: i64,
    pub late_payment: LatePayment,
}

impl Default for Sale {
    fn default() -> Self {
        Self { capacity: 100, price: PRICE, late_payment: LatePayment::AcquireAgain }
    }
}

impl Fixture {
    /// Everything runs, except the comparison with the provider.
    pub async fn start() -> Self {
        Self::selling(Sale::default()).await
    }

    pub async fn selling(sale: Sale) -> Self {
        let fixture = Self::idle(sale).await;
        fixture.start_workers();
        fixture
    }

    /// Webhooks are stored, but nobody works through them.
    pub async fn idle(sale: Sale) -> Self {
        install_tls();
        let (database, clock) = (TestDatabase::create().await, Clock::system());
        let state = tempfile::tempdir().unwrap();
        let settings = Settings {
            secret_key: SECRET_KEY.to_owned(),
            webhook_url: None,
            webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
            account: Some(ACCOUNT.to_owned()),
            state: Some(state.path().join("journal")),
        };
        let provider =
            RunningSimulator::start(settings.clone(), clock.clone(), None).await.unwrap();
        let pool = database.command().clone();
        let log = EventLog::start(pool.clone());
        let persons = Persons::start(pool.clone(), vault());
        let offices = BoxOffices::new(log, pool.clone(), persons, clock.clone(), Limits::default());
        let args = stripe_args(&provider.base_url());
        let payments = Payments::try_new(&args, pool, offices.clone(), clock.clone()).unwrap();
        let webhooks = serve(&payments).await;
        provider.simulator().set_webhook_url(Some(webhooks.to_string()));
        let fixture = Self {
            database,
            clock,
            offices,
            payments,
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            provider: Some(provider),
            settings,
            webhooks,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
            _state: state,
        };
        fixture.put_on_sale(sale).await;
        fixture
    }

    pub fn start_workers(&self) {
        let pool = self.database.command().clone();
        let feed = Feed::start(pool.clone(), None, self.stop.clone());
        let policy = RefundPolicy::new(self.payments.clone());
        let stop = self.stop.clone();
        let follow = Subscription::start(policy, &feed, pool, Bookkeeping::Policy, stop.clone());
        self.tasks.spawn(follow.stopped());
        self.tasks.spawn(self.payments.clone().run_inbox(stop.clone()));
        self.tasks.spawn(self.payments.clone().run_refunds(stop));
    }

    /// The service stops in order, and is not started again yet.
    pub async fn stop_workers(&mut self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.stop = CancellationToken::new();
        self.tasks = TaskTracker::new();
    }

    pub fn provider(&self) -> &RunningSimulator {
        self.provider.as_ref().unwrap()
    }

    /// The provider is gone until [`Fixture::start_provider`].
    pub async fn stop_provider(&mut self) -> std::net::SocketAddr {
        let provider = self.provider.take().unwrap();
        let address = provider.address();
        provider.stop().await;
        address
    }

    pub async fn start_provider(&mut self, address: std::net::SocketAddr) {
        let settings =
            Settings { webhook_url: Some(self.webhooks.to_string()), ..self.settings.clone() };
        let clock = self.clock.clone();
        self.provider =
            Some(RunningSimulator::start(settings, clock, Some(address)).await.unwrap());
    }

    async fn put_on_sale(&self, sale: Sale) {
        let draft = DraftEvent {
            event_id: EVENT,
            organization_id: OrganizationId::new(Uuid::from_u128(1)),
            details: DetailsInput {
                title: Some("Chamber music".to_owned()),
                starts_at: Some(self.clock.now() + TimeDelta::days(30)),
                time_zone: Some("Europe/Berlin".to_owned()),
                currency: Some("EUR".to_owned()),
                ..DetailsInput::default()
            },
            settings: SettingsInput {
                hold_ttl_seconds: Some(HOLD_SECONDS),
                late_payment: Some(sale.late_payment),
                ..SettingsInput::default()
            },
            total_capacity: Some(sale.capacity),
            default_ticket_type_id: TicketTypeId::new(Uuid::from_u128(0xD)),
        };
        let terms = TermsInput {
            name: Some("Seat".to_owned()),
            price: Some(Price::Fixed { amount: sale.price }),
            ..TermsInput::default()
        };
        let add = AddTicketType { ticket_type_id: STANDARD, terms, enabled: true };
        for command in [
            BoxOfficeCommand::DraftEvent(draft),
            BoxOfficeCommand::AddTicketType(add),
            BoxOfficeCommand::PublishEvent(PublishEvent {}),
        ] {
            self.execute(command).await.unwrap();
        }
    }

    async fn execute(&self, command: BoxOfficeCommand) -> Result<(), ExecuteError> {
        let context = CommandContext {
            command_id: CommandId::new(IdSource.next()),
            actor: "test".to_owned(),
            trace_id: String::new(),
            digest: None,
            expected_edition: None,
            asker: None,
            causation: None,
            contact: None,
        };
        self.offices.execute(EVENT, command, context).await.map(|_| ())
    }

    /// A person of their own holds one ticket.
    pub async fn a_hold(&self) -> ReservationId {
        let reservation = ReservationId::new(IdSource.next());
        let reserve = ReserveTickets {
            reservation_id: reservation,
            person_id: PersonId::new(reservation.uuid()),
            items: vec![ReserveItem {
                ticket_type_id: STANDARD,
                quantity: 1,
                unit_price_minor: None,
            }],
        };
        self.execute(BoxOfficeCommand::ReserveTickets(reserve)).await.unwrap();
        reservation
    }

    /// What the box office wants to have paid for a hold.
    pub async fn due(&self, reservation: ReservationId) -> Due {
        let start = StartPayment {
            reservation_id: reservation,
            payment_id: PaymentId::new(IdSource.next()),
            provider: Provider::Stripe,
        };
        self.execute(BoxOfficeCommand::StartPayment(start)).await.unwrap();
        let question = move |office: &crate::box_office::BoxOffice, _| {
            let (payment_id, _) = office.payment_of(reservation)?;
            let amount = office.hold(reservation)?.total_minor();
            Some((payment_id, Money::new(amount, Currency::EUR)))
        };
        let (payment_id, amount) = self.offices.inspect(EVENT, question).await.unwrap().unwrap();
        Due { event: EVENT, reservation, payment_id, amount }
    }

    pub async fn begin(&self, reservation: ReservationId) -> Result<Begun, StartError> {
        self.payments.start(self.due(reservation).await).await
    }

    /// A hold whose payment waits for the buyer.
    pub async fn a_begun_payment(&self) -> Begun {
        self.begin(self.a_hold().await).await.unwrap()
    }

    /// The buyer pays, as the browser does it.
    pub async fn pay(&self, begun: &Begun, card: &str) -> Value {
        let secret = &*begun.client_secret;
        let form = [("payment_method", card), ("client_secret", secret), ("delay_ms", "50")];
        let path = format!("v1/payment_intents/{}/confirm", begun.reference);
        self.client
            .post(format!("{}/{path}", self.provider().base_url()))
            .form(&form)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    /// What only we may ask the provider.
    pub async fn ask(&self, path: &str) -> Value {
        let url = format!("{}/{path}", self.provider().base_url());
        let answer = self.client.get(url).bearer_auth(SECRET_KEY).send().await.unwrap();
        answer.json().await.unwrap()
    }

    /// What only we may have the provider do.
    pub async fn tell(&self, path: &str, form: &[(&str, &str)]) -> Value {
        let url = format!("{}/{path}", self.provider().base_url());
        let request = self.client.post(url).bearer_auth(SECRET_KEY).form(form);
        request.send().await.unwrap().json().await.unwrap()
    }

    /// Delivers a webhook whose signature is right; gives the status.
    pub async fn deliver(&self, notice: &Value) -> u16 {
        let body = serde_json::to_vec(notice).unwrap();
        let at = self.clock.now().timestamp();
        self.deliver_signed(body.clone(), &signature_header(&[WEBHOOK_SECRET], at, &body)).await
    }

    pub async fn deliver_signed(&self, body: Vec<u8>, signature: &str) -> u16 {
        let request = self.client.post(self.webhooks.clone()).body(body);
        let answer = request.header("Stripe-Signature", signature).send().await.unwrap();
        answer.status().as_u16()
    }

    /// The webhook that the provider would send about an intent, as it stands now.
    pub async fn notice_about(&self, reference: &str, kind: &str) -> Value {
        serde_json::json!({
            "id": format!("evt_{}", IdSource.next().simple()),
            "object": "event",
            "account": ACCOUNT,
            "livemode": false,
            "type": kind,
            "data": { "object": self.ask(&format!("v1/payment_intents/{reference}")).await },
        })
    }

    /// Lets every hold run out.
    pub async fn let_holds_expire(&self) {
        let count = self.recorded("ReservationExpired").await;
        self.clock.advance(TimeDelta::seconds(i64::from(HOLD_SECONDS) + 1));
        self.offices.wake(EVENT);
        self.wait_for("ReservationExpired", count + 1).await;
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn install_tls() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().unwrap();
    });
}

fn stripe_args(base_url: &str) -> StripeArgs {
    StripeArgs {
        stripe_base_url: Url::parse(base_url).unwrap(),
        stripe_secret_key: Secret::new(SECRET_KEY),
        stripe_webhook_secrets: vec![Secret::new("whsec_next"), Secret::new(WEBHOOK_SECRET)],
        stripe_account: ACCOUNT.to_owned(),
    }
}

async fn serve(payments: &Payments) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/api/v1/webhooks/stripe", listener.local_addr().unwrap());
    let router: Router = routes().with_state(payments.clone()).into();
    tokio::spawn(async move { axum::serve(listener, router).await });
    Url::parse(&base).unwrap()
}
