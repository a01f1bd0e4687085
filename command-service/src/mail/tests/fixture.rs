//! A database, a sender and a mailbox that it sends to.

use chrono::TimeDelta;
use mailbox::RunningMailbox;
use shared::{
    auth::AccessTokens,
    clock::Clock,
    config::{Secret, SecretKey},
    event_log::{EventLog, RecordedEvent, read},
    event_log::{Shard, StreamId},
    events::box_office::{Price, Provider, STREAM_TYPE, Venue},
    id::{
        CommandId, EventId, IdSource, OrderId, OrganizationId, PaymentId, PersonId, ReservationId,
        TicketTypeId,
    },
    money::Currency,
    testing::TestDatabase,
    ticket_code::TicketCodes,
};
use sqlx::PgPool;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use url::Url;
use uuid::Uuid;

use crate::{
    box_office::{
        BoxOfficeCommand,
        capacity::{AddTicketType, TermsInput},
        catalogue::{DetailsInput, DraftEvent, PublishEvent, SettingsInput},
        order::RecordPayment,
        reservation::{ReserveItem, ReserveTickets, StartPayment},
        validation::Edit,
    },
    config::MailArgs,
    mail::{Mail, Needs, NewMail, Outbox, Sender},
    runtime::{BoxOffices, CommandContext, Limits},
    vault::{
        Persons,
        testing::{know, vault},
    },
};

pub const ADA: PersonId = PersonId::new(Uuid::from_u128(0xADA));
const EVENT: EventId = EventId::new(Uuid::from_u128(0xE7));
const STANDARD: TicketTypeId = TicketTypeId::new(Uuid::from_u128(0x57));

/// Everything but a running sender.
pub struct Fixture {
    pub database: TestDatabase,
    pub mailbox: RunningMailbox,
    pub clock: Clock,
    pub outbox: Outbox,
    pub offices: BoxOffices,
}

impl Fixture {
    pub async fn start() -> Self {
        let (database, clock) = (TestDatabase::create().await, Clock::system());
        let pool = database.command().clone();
        let log = EventLog::start(pool.clone());
        let persons = Persons::start(pool.clone(), vault());
        let offices = BoxOffices::new(log, pool, persons, clock.clone(), Limits::default());
        let mailbox = RunningMailbox::start_local().await.unwrap();
        Self { database, mailbox, clock, outbox: Outbox::new(vault()), offices }
    }

    /// A sender that does only what it is told, and knows a mail server.
    pub fn sender(&self) -> Sender {
        self.sender_to(Some(self.mailbox.smtp_url()))
    }

    pub fn sender_to(&self, smtp_url: Option<String>) -> Sender {
        let settings = MailArgs {
            smtp_url: smtp_url.map(Secret::from),
            mail_from: "Fullhouse <tickets@example.org>".to_owned(),
            public_url: Url::parse("https://tickets.example.org/").unwrap(),
        };
        Sender::try_new(Needs {
            pool: self.database.command().clone(),
            vault: vault(),
            offices: self.offices.clone(),
            access_tokens: access_tokens(),
            ticket_codes: ticket_codes(),
            clock: self.clock.clone(),
            settings: &settings,
        })
        .unwrap()
    }

    /// Lets senders run until nothing waits any more that is due.
    pub async fn send_all(&self, senders: usize) {
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        for _ in 0..senders {
            tasks.spawn(self.sender().run(stop.clone()));
        }
        let now = self.clock.now();
        eventually(async || {
            let due: i64 = sqlx::query_scalar(
                "SELECT count(*) FROM outbox.messages
                  WHERE status = 'waiting' AND attempts = 0 AND next_attempt_at <= $1",
            )
            .bind(now)
            .fetch_one(self.pool())
            .await
            .unwrap();
            due == 0
        })
        .await;
        // Those begun are finished.
        stop.cancel();
        tasks.close();
        tasks.wait().await;
    }

    pub fn pool(&self) -> &PgPool {
        self.database.command()
    }

    pub async fn know(&self, person: PersonId, email: &str, name: &str, language: &str) {
        know(self.database.owner(), person, email, name, language).await;
    }

    pub async fn ask_for(&self, mail: NewMail) {
        let mut tx = self.pool().begin().await.unwrap();
        self.outbox.enqueue(&mut tx, mail).await.unwrap();
        tx.commit().await.unwrap();
    }

    pub async fn statuses(&self) -> Vec<(String, i32)> {
        sqlx::query_as("SELECT status, attempts FROM outbox.messages ORDER BY id")
            .fetch_all(self.pool())
            .await
            .unwrap()
    }

    /// Ada has bought two tickets at 4500; the event and the record of the payment.
    pub async fn an_order(&self) -> (OrderId, RecordedEvent) {
        an_order(&self.offices, self.pool(), ADA).await
    }
}

/// Someone has bought two tickets at 4500; the order and the record of its payment.
pub async fn an_order(
    offices: &BoxOffices,
    pool: &PgPool,
    person_id: PersonId,
) -> (OrderId, RecordedEvent) {
    put_on_sale(offices).await;
    let reservation_id = ReservationId::new(IdSource.next());
    let reserve = ReserveTickets {
        reservation_id,
        person_id,
        items: vec![ReserveItem { ticket_type_id: STANDARD, quantity: 2, unit_price_minor: None }],
    };
    let start = StartPayment {
        reservation_id,
        payment_id: PaymentId::new(IdSource.next()),
        provider: Provider::Stripe,
    };
    let pay = RecordPayment {
        reservation_id,
        provider: Provider::Stripe,
        payment_reference: "pi_1".to_owned(),
        amount_minor: 9_000,
        currency: Currency::EUR,
    };
    execute(offices, BoxOfficeCommand::ReserveTickets(reserve)).await;
    execute(offices, BoxOfficeCommand::StartPayment(start)).await;
    execute(offices, BoxOfficeCommand::RecordPayment(pay)).await;
    let stream = StreamId { stream_type: STREAM_TYPE, id: EVENT.uuid() };
    assert_eq!(stream.shard(), Shard::of(EVENT.uuid()));
    let events = read::stream(pool, stream, 0, 1_000).await.unwrap();
    let paid = events.into_iter().find(|event| event.event_type == "OrderPaid").unwrap();
    (OrderId::from(reservation_id), paid)
}

async fn put_on_sale(offices: &BoxOffices) {
    let venue = Venue {
        name: "Corner Stage".to_owned(),
        address: None,
        city: Some("Leipzig".to_owned()),
        country: None,
        coordinates: None,
    };
    let draft = DraftEvent {
        event_id: EVENT,
        organization_id: OrganizationId::new(Uuid::from_u128(1)),
        details: DetailsInput {
            title: Some("Night of <Short> Plays".to_owned()),
            venue: Edit::Set(venue),
            starts_at: Some("2031-05-02T18:00:00Z".parse().unwrap()),
            time_zone: Some("Europe/Berlin".to_owned()),
            currency: Some("EUR".to_owned()),
            ..DetailsInput::default()
        },
        settings: SettingsInput::default(),
        total_capacity: Some(50),
        default_ticket_type_id: TicketTypeId::new(Uuid::from_u128(0xD)),
    };
    let terms = TermsInput {
        name: Some("Standing".to_owned()),
        price: Some(Price::Fixed { amount: 4_500 }),
        ..TermsInput::default()
    };
    let add = AddTicketType { ticket_type_id: STANDARD, terms, enabled: true };
    for command in [
        BoxOfficeCommand::DraftEvent(draft),
        BoxOfficeCommand::AddTicketType(add),
        BoxOfficeCommand::PublishEvent(PublishEvent {}),
    ] {
        execute(offices, command).await;
    }
}

async fn execute(offices: &BoxOffices, command: BoxOfficeCommand) {
    let id = CommandId::new(IdSource.next());
    let context = CommandContext::of_policy("test", id, "", String::new());
    offices.execute(EVENT, command, context).await.unwrap();
}

pub fn mail(cause: &str, recipient: PersonId, kind: Mail) -> NewMail {
    NewMail { cause: cause.to_owned(), recipient, kind }
}

pub fn ticket_codes() -> TicketCodes {
    TicketCodes::new(&format!("k1:{}", "07".repeat(32)).parse().unwrap())
}

pub fn access_tokens() -> AccessTokens {
    AccessTokens::new(&SecretKey::new([9; 32]))
}

pub async fn eventually(mut is_so: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("not after ten seconds");
}

/// A second after the lease of whoever took a mail.
pub const AFTER_THE_LEASE: TimeDelta = TimeDelta::seconds(61);
