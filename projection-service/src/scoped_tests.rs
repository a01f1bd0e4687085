//! The second net: what the database shows to whoever works for one organisation, whatever is asked.

use std::collections::BTreeSet;

use http::StatusCode;
use shared::{
    auth::Seen,
    events::box_office::BoxOfficeEvent,
    id::{EventId, OrderId, OrganizationId, ReservationId, TicketId},
    postgres,
    testing::TestDatabase,
};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    database::scoped_pool,
    projection,
    rebuild::rebuild,
    samples,
    testing::{Fixture, eventually},
};

/// Tables that say whose a row is and have no policy, with the reason.
const WITHOUT: [(&str, &str); 10] = [
    ("identity.changed_memberships", "places that changed lately, which every process knows"),
    ("media.event_images", "names of pictures, which are public; nobody lists them"),
    ("es.snapshots", "box offices, read by their own mailbox only"),
    ("outbox.messages", "mails of the platform to people; nobody reads them for an organisation"),
    ("payment.inbox", "what providers told the platform"),
    ("payment.intents", "payments of buyers, found by their reservation"),
    ("payment.refunds", "money that goes back to buyers, worked off by the platform"),
    ("vault.organization_export_parts", "found by the file they belong to, which has a policy"),
    ("es.events", "read for organizers through es.seen_events only, which shows what is theirs"),
    ("es.log", "positions of facts"),
];

/// What is shown of everything, and of what.
const TABLES: [(&str, &str); 21] = [
    ("identity.organizations", "SELECT id::text FROM identity.organizations"),
    ("identity.api_keys", "SELECT coalesce(organization_id::text, '') FROM identity.api_keys"),
    ("identity.memberships", "SELECT organization_id::text FROM identity.memberships"),
    ("identity.invitations", "SELECT organization_id::text FROM identity.invitations"),
    ("identity.devices", "SELECT organization_id::text FROM identity.devices"),
    ("vault.organization_exports", "SELECT organization_id::text FROM vault.organization_exports"),
    ("events", "SELECT organization_id::text FROM read.events"),
    ("ticket_types", "SELECT event_id::text FROM read.ticket_types"),
    ("order_events", "SELECT organization_id::text FROM read.order_events"),
    ("orders", "SELECT organization_id::text FROM read.orders"),
    ("order_lines", "SELECT order_id::text FROM read.order_lines"),
    ("order_steps", "SELECT order_id::text FROM read.order_steps"),
    ("ticket_events", "SELECT organization_id::text FROM read.ticket_events"),
    ("tickets", "SELECT organization_id::text FROM read.tickets"),
    ("sales_events", "SELECT organization_id::text FROM read.sales_events"),
    ("sales_types", "SELECT event_id::text FROM read.sales_types"),
    ("sales_tickets", "SELECT event_id::text FROM read.sales_tickets"),
    ("sales_orders", "SELECT event_id::text FROM read.sales_orders"),
    ("availability_events", "SELECT organization_id::text FROM read.availability_events"),
    ("availability_types", "SELECT event_id::text FROM read.availability_types"),
    ("reservations", "SELECT reservation_id::text FROM read.reservations"),
];

/// Something of each kind, of an organisation: what its rows are known by.
struct Side {
    organization: OrganizationId,
    event: EventId,
    reservation: ReservationId,
}

impl Side {
    fn ours() -> Self {
        Self {
            organization: samples::organization_id(),
            event: samples::event_id(),
            reservation: samples::reservation_id(1),
        }
    }

    fn theirs(fixture: &Fixture) -> Self {
        Self {
            organization: fixture.foreign_organization,
            event: EventId::new(Uuid::from_u128(0xF0E)),
            reservation: samples::reservation_id(2),
        }
    }

    async fn sell(&self, fixture: &Fixture) {
        let order_id = OrderId::from(self.reservation);
        let drafted = BoxOfficeEvent::EventDrafted {
            event_id: self.event,
            organization_id: self.organization,
            details: samples::details(),
            settings: samples::settings(),
        };
        let number = if self.reservation == samples::reservation_id(1) { 1 } else { 2 };
        let ticket = BoxOfficeEvent::TicketIssued {
            ticket_id: TicketId::of_order(order_id, 0),
            order_id,
            ticket_type_id: samples::type_id(1),
        };
        let facts = vec![
            drafted,
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
            samples::reserved(number, 1),
            samples::payment_started(number, 2500),
            samples::paid(number, 1, false),
            ticket,
        ];
        fixture.record_at(self.event, samples::noon(), facts).await;
        self.keep(fixture.database.owner()).await;
    }

    async fn keep(&self, owner: &PgPool) {
        sqlx::query(
            "WITH account AS (
                 INSERT INTO identity.accounts (id, person_id, created_at) VALUES ($2, $2, now())
             ), member AS (
                 INSERT INTO identity.memberships (organization_id, account_id, role, since)
                 VALUES ($1, $2, 'owner', now())
             ), invitation AS (
                 INSERT INTO identity.invitations (id, organization_id, person_id, role,
                        token_sha256, created_at, expires_at)
                 VALUES ($2, $1, $2, 'owner', sha256($2::text::bytea), now(),
                        now() + interval '1 day')
             ), device AS (
                 INSERT INTO identity.devices (id, organization_id, event_id, label, gates,
                        lease_hours, ends_at, created_at, code_sha256, code_expires_at)
                 VALUES ($2, $1, $3, 'x', '{}', 1, now(), now(), sha256($2::text::bytea),
                        now() + interval '1 day')
             )
             INSERT INTO vault.organization_exports (id, organization_id, kind, asked_by,
                    requested_at, next_attempt_at, ready_at, expires_at)
             VALUES ($2, $1, 'orders', 'x', now(), now(), now(), now() + interval '1 day')",
        )
        .bind(self.organization.uuid())
        .bind(Uuid::new_v5(&Uuid::NAMESPACE_OID, self.organization.uuid().as_bytes()))
        .bind(self.event.uuid())
        .execute(owner)
        .await
        .unwrap();
    }

    fn names(&self) -> BTreeSet<String> {
        let ids = [self.organization.uuid(), self.event.uuid(), self.reservation.uuid()];
        ids.into_iter().map(|id| id.to_string()).collect()
    }
}

async fn two_that_sell() -> (Fixture, Side, Side) {
    let fixture = Fixture::start().await;
    let (ours, theirs) = (Side::ours(), Side::theirs(&fixture));
    ours.sell(&fixture).await;
    theirs.sell(&fixture).await;
    let owner = fixture.database.owner();
    eventually("both have sold", || async {
        let sold: i64 =
            sqlx::query_scalar("SELECT count(*) FROM read.tickets").fetch_one(owner).await.unwrap();
        let told: i64 = sqlx::query_scalar("SELECT count(*) FROM read.sales_orders")
            .fetch_one(owner)
            .await
            .unwrap();
        let lines: i64 = sqlx::query_scalar("SELECT count(*) FROM read.order_lines")
            .fetch_one(owner)
            .await
            .unwrap();
        let held: i64 = sqlx::query_scalar("SELECT count(*) FROM read.reservations")
            .fetch_one(owner)
            .await
            .unwrap();
        let events: i64 =
            sqlx::query_scalar("SELECT count(*) FROM read.events").fetch_one(owner).await.unwrap();
        [sold, told, lines, held, events] == [2; 5]
    })
    .await;
    (fixture, ours, theirs)
}

fn scoped(fixture: &Fixture) -> PgPool {
    let options = postgres::options(&fixture.database.projection_url()).unwrap();
    scoped_pool(options, 2)
}

async fn shown(pool: &PgPool, sql: &'static str) -> BTreeSet<String> {
    let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(pool).await.unwrap();
    rows.into_iter().collect()
}

#[tokio::test]
async fn whoever_works_for_an_organization_sees_its_rows_and_no_others() {
    let (fixture, ours, theirs) = two_that_sell().await;
    let pool = scoped(&fixture);
    let role: String = sqlx::query_scalar("SELECT current_user").fetch_one(&pool).await.unwrap();
    assert_eq!(role, "fullhouse_reader");
    for (table, sql) in TABLES {
        let all = shown(fixture.database.owner(), sql).await;
        assert!(all.len() >= 2, "{table} has rows of both: {all:?}");
        for (seen, other) in [(&ours, &theirs), (&theirs, &ours)] {
            let found = Seen::of(seen.organization).scope(shown(&pool, sql)).await;
            assert_eq!(found.len(), 1, "{table}: {found:?}");
            assert!(found.is_subset(&seen.names()) && found.is_disjoint(&other.names()), "{table}");
        }
        assert_eq!(shown(&pool, sql).await, BTreeSet::new(), "{table} without a scope");
    }
}

#[tokio::test]
async fn history_is_seen_by_whose_it_is() {
    let (fixture, ours, theirs) = two_that_sell().await;
    let pool = scoped(&fixture);
    let sql = "SELECT aggregate_id FROM es.seen_events";
    for side in [&ours, &theirs] {
        let found = Seen::of(side.organization).scope(shown(&pool, sql)).await;
        assert_eq!(found, BTreeSet::from([side.event.to_string()]));
    }
    assert_eq!(shown(&pool, sql).await, BTreeSet::new());
    let admin = Seen::by(&shared::auth::Actor::Admin);
    assert_eq!(admin.scope(shown(&pool, sql)).await.len(), 2);
    let log = sqlx::query("SELECT FROM es.events").execute(&pool).await;
    assert!(log.is_err(), "the log itself isn't read");
}

#[tokio::test]
async fn the_net_is_there_again_after_a_rebuild() {
    let (fixture, ours, _) = two_that_sell().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let orders = projection::find("orders").unwrap();
    rebuild(&fixture.sources(&stop), orders, |_| {}).await.unwrap();
    stop.cancel();
    let pool = scoped(&fixture);
    let sql = "SELECT organization_id::text FROM read.orders";
    let found = Seen::of(ours.organization).scope(shown(&pool, sql)).await;
    assert_eq!(found, BTreeSet::from([ours.organization.to_string()]));
    assert_eq!(shown(&pool, sql).await, BTreeSet::new());
}

#[tokio::test]
async fn a_buyer_sees_what_was_bought_and_an_admin_everything() {
    let (fixture, _, theirs) = two_that_sell().await;
    let pool = scoped(&fixture);
    let sql = "SELECT order_id::text FROM read.order_lines";
    let holder = Seen::by(&shared::auth::Actor::Holder(theirs.reservation));
    let found = holder.scope(shown(&pool, sql)).await;
    assert_eq!(found, BTreeSet::from([theirs.reservation.to_string()]));
    let admin = Seen::by(&shared::auth::Actor::Admin);
    assert_eq!(admin.scope(shown(&pool, sql)).await.len(), 2);
}

#[tokio::test]
async fn whoever_writes_for_an_organization_writes_no_others_rows() {
    let (fixture, ours, theirs) = two_that_sell().await;
    let mut tx = fixture.database.command().begin().await.unwrap();
    let narrow = format!(
        "SET LOCAL ROLE fullhouse_office; SET LOCAL fullhouse.organizations = '{{{}}}'",
        ours.organization
    );
    sqlx::raw_sql(&narrow).execute(&mut *tx).await.unwrap();
    for sql in [
        "UPDATE identity.memberships SET role = 'finance'",
        "UPDATE identity.api_keys SET label = 'ours'",
        "UPDATE identity.invitations SET role = 'finance'",
    ] {
        let changed = sqlx::query(sql).execute(&mut *tx).await.unwrap();
        assert_eq!(changed.rows_affected(), 1, "{sql}");
    }
    let planted = sqlx::query(
        "INSERT INTO identity.memberships (organization_id, account_id, role, since)
         SELECT $1, id, 'owner', now() FROM identity.accounts LIMIT 1",
    )
    .bind(theirs.organization.uuid())
    .execute(&mut *tx)
    .await;
    let refused = planted.unwrap_err().as_database_error().unwrap().code().unwrap().into_owned();
    assert_eq!(refused, "42501");
}

#[tokio::test]
async fn every_table_of_an_organization_has_a_policy_or_a_reason() {
    let (fixture, ..) = two_that_sell().await;
    let tables: Vec<(String, bool)> = sqlx::query_as(
        "SELECT DISTINCT n.nspname || '.' || c.relname, c.relrowsecurity
           FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
           JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
          WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)'
            AND (a.attname IN ('organization_id', 'event_id', 'order_id', 'reservation_id')
                 OR n.nspname || '.' || c.relname
                    IN ('identity.organizations', 'es.events', 'es.log', 'es.snapshots',
                        'vault.organization_export_parts', 'payment.inbox'))
          ORDER BY 1",
    )
    .fetch_all(fixture.database.owner())
    .await
    .unwrap();
    let open: Vec<&str> = tables
        .iter()
        .filter(|(table, protected)| !protected && WITHOUT.iter().all(|(name, _)| name != table))
        .map(|(table, _)| table.as_str())
        .collect();
    assert!(open.is_empty(), "neither policy nor reason: {open:?}");
    let protected = tables.iter().filter(|(_, protected)| *protected).count();
    assert_eq!(protected, TABLES.len(), "a table with a policy isn't tried out: {tables:?}");
}

#[tokio::test]
async fn whoever_answers_or_writes_owns_nothing_and_passes_no_policy_by() {
    let database = TestDatabase::create().await;
    let owned: Vec<String> = sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class AS c JOIN pg_roles AS r ON r.oid = c.relowner
          WHERE r.rolname IN ('fullhouse_command', 'fullhouse_reader', 'fullhouse_office')",
    )
    .fetch_all(database.owner())
    .await
    .unwrap();
    assert!(owned.is_empty(), "{owned:?}");
    let roles: Vec<(bool, bool, bool, bool)> = sqlx::query_as(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles
          WHERE rolname IN ('fullhouse_reader', 'fullhouse_office')",
    )
    .fetch_all(database.owner())
    .await
    .unwrap();
    assert_eq!(roles, [(false, false, false, false); 2]);
}

/// From here on the service's own role sees no row of these either: only who says what is to be seen
/// does.
const CLOSE: &str = "DO $$ DECLARE v_table text; BEGIN
    FOR v_table IN
        SELECT format('%I.%I', n.nspname, c.relname)
          FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
         WHERE n.nspname = 'read' AND c.relrowsecurity AND c.relname ~ '^(events|ticket|order|sales)'
    LOOP
        EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', v_table);
    END LOOP;
    DROP POLICY platform ON identity.memberships;
    DROP POLICY platform ON identity.invitations;
    DROP POLICY platform ON identity.devices;
    DROP POLICY platform ON vault.organization_exports;
    REVOKE SELECT ON es.events FROM fullhouse_projection;
END $$";

#[tokio::test]
async fn answers_to_organizers_pass_the_net() {
    let (fixture, ours, _) = two_that_sell().await;
    sqlx::raw_sql(CLOSE).execute(fixture.database.owner()).await.unwrap();
    let directly = shown(fixture.database.projection(), "SELECT order_id::text FROM read.orders");
    assert_eq!(directly.await, BTreeSet::new(), "who passes the net by sees nothing");
    let Side { organization, event, reservation } = ours;
    let (order, of) = (OrderId::from(reservation), format!("/organizations/{organization}"));
    let lists = [
        "/orders".to_owned(),
        format!("/orders?organization_id={organization}"),
        format!("/orders?q={reservation}"),
        format!("/orders/{order}/tickets"),
        format!("/events/{event}/orders"),
        format!("/events/{event}/attendees"),
        format!("{of}/events"),
        format!("{of}/devices"),
        format!("{of}/exports"),
        format!("{of}/api-keys"),
        format!("/audit/streams/box_office/{event}"),
    ];
    let of_the_admin = [format!("{of}/members"), format!("{of}/invitations")];
    let others = [
        (format!("/orders/{order}"), "/items/0/quantity"),
        (format!("/orders/{order}/timeline"), "/steps/3/kind"),
        (format!("/events/{event}/door"), "/event_id"),
        (format!("{of}/reports/sales"), "/events/0/event_id"),
        (format!("{of}/reports/sales?event_id={event}"), "/events/0/event_id"),
        (format!("/audit/streams/box_office/{event}/state"), "/version"),
    ];
    for token in [&fixture.organizer, &fixture.admin] {
        let of_the_admin = of_the_admin.iter().filter(|_| *token == fixture.admin);
        for path in lists.iter().chain(of_the_admin) {
            let answered = fixture.get_with(path, Some(token), &[]).await;
            assert_eq!(answered.status, StatusCode::OK, "{path}");
            let list = answered.json();
            assert!(!list["data"].as_array().unwrap().is_empty(), "{path}: {list}");
        }
        for (path, pointer) in &others {
            let answered = fixture.get_with(path, Some(token), &[]).await;
            assert_eq!(answered.status, StatusCode::OK, "{path}");
            let body = answered.json();
            assert!(body.pointer(pointer).is_some(), "{path}: {body}");
        }
    }
    let holder = Fixture::holder(reservation);
    let bought = fixture.get_with(&format!("/orders/{order}/tickets"), Some(&holder), &[]).await;
    assert_eq!(bought.json()["data"].as_array().unwrap().len(), 1);
}
