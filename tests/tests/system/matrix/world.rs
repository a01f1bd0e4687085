//! What can be asked for: three organisations that sell, one of them suspended, and their buyers.

use std::{sync::Mutex, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};
use shared::{id::IdSource, testing::TestDatabase};
use sqlx::PgPool;
use uuid::Uuid;

use crate::{
    client::{Api, OnSale},
    platform::Platform,
};

/// Two operations that use up a hold, asked with and without a fresh proof.
const SPARE: usize = 4;

/// The platform and everything on it.
pub struct World {
    pub ours: Things,
    pub theirs: Things,
    pub suspended: Things,
    pub api: Api,
    an_admin: Uuid,
    // Ended before the database goes.
    _platform: Platform,
    database: TestDatabase,
}

/// An organisation and what it sold.
pub struct Things {
    pub organization: Uuid,
    /// On sale.
    pub event: Uuid,
    pub ticket_type: Uuid,
    /// Changed, cancelled and so on.
    pub scratch: Uuid,
    /// Who bought.
    pub buyer: Uuid,
    email: String,
    /// Held and not paid.
    pub reservation: Uuid,
    /// Held to be used up later, when nothing may be held any more.
    spare: Mutex<Vec<Uuid>>,
    /// Bought.
    pub order: Uuid,
    pub ticket: Uuid,
}

/// Things that a request may use up, made for one cell.
pub struct Fresh {
    pub api_key: Uuid,
    pub invitation: Uuid,
    /// A member of the organisation, at the door.
    pub member: Uuid,
    pub organization: Uuid,
    /// Someone who works nowhere.
    pub account: Uuid,
    /// Of the account that is named.
    pub session: Uuid,
    pub export: Uuid,
}

impl World {
    pub async fn start() -> Self {
        let database = TestDatabase::create().await;
        let (command, projection) = (database.command_url(), database.projection_url());
        let platform = Platform::start_on(command, projection, None).await;
        let api = platform.api();
        let pool = database.owner();
        let ours = Things::make(&api, pool, "ours@example.org").await;
        let theirs = Things::make(&api, pool, "theirs@example.org").await;
        let suspended = Things::make(&api, pool, "suspended@example.org").await;
        let an_admin = IdSource.next();
        sqlx::query(
            "INSERT INTO identity.accounts (id, person_id, email_verified_at, platform_admin,
                    created_at)
             VALUES ($1, $2, now(), true, now())",
        )
        .bind(an_admin)
        .bind(IdSource.next())
        .execute(pool)
        .await
        .expect("an admin");
        Self { ours, theirs, suspended, api, an_admin, database, _platform: platform }
    }

    pub fn pool(&self) -> &PgPool {
        self.database.owner()
    }

    /// Who looks with another's eyes.
    pub fn an_admin(&self) -> Uuid {
        self.an_admin
    }

    /// Nobody acts for the organisation from here on.
    pub async fn suspend(&self) {
        let path = format!("/platform/organizations/{}/suspension", self.suspended.organization);
        let admin = self.api.admin();
        admin.edit(Method::PUT, &path, 0, json!({})).await.expect(204);
        let (event, organizer) = (self.suspended.event, &self.suspended);
        let holds = organizer.reservations();
        let selling = || self.api.post(&holds, organizer.hold_body());
        while selling().await.status != 409 {}
        let path = format!("/events/{event}");
        while self.api.get(&path).await.expect(200)["sales_suspended"] != true {}
    }

    /// Another hold of the same buyer.
    pub async fn hold(&self, things: &Things) -> Uuid {
        let spare = things.spare.lock().expect("nobody fails with it").pop();
        match spare {
            Some(held) => held,
            None => things.hold(&self.api).await.0,
        }
    }

    /// A device at the door of the event.
    pub async fn device(&self, id: Uuid, things: &Things) {
        sqlx::query(
            "INSERT INTO identity.devices (id, organization_id, event_id, label, gates, lease_hours,
                    ends_at, created_at, code_sha256, code_expires_at, public_key, enrolled_at,
                    lease_ends_at, last_used_at)
             VALUES ($1, $2, $3, 'x', '{}', 24, now() + interval '1 day', now(),
                     sha256($1::text::bytea), now(), decode(repeat('04', 65), 'hex'), now(),
                     now() + interval '1 hour', now())",
        )
        .bind(id)
        .bind(things.organization)
        .bind(things.event)
        .execute(self.pool())
        .await
        .expect("a device");
    }

    /// What belongs to an organisation, and to an account if there is one of this id; what was asked
    /// for by whom the history calls `name`.
    pub async fn fresh(&self, organization: Uuid, account: Uuid, name: &str) -> Fresh {
        let fresh = Fresh {
            api_key: IdSource.next(),
            invitation: IdSource.next(),
            member: IdSource.next(),
            organization: IdSource.next(),
            account: IdSource.next(),
            session: IdSource.next(),
            export: IdSource.next(),
        };
        sqlx::query(
            "WITH organization AS (
                 INSERT INTO identity.organizations (id, name, created_at)
                 VALUES ($1, 'Fresh', now())
             ), api_key AS (
                 INSERT INTO identity.api_keys (id, organization_id, role, label, secret_sha256,
                        created_at)
                 VALUES ($2, $3, 'organizer', 'fresh', sha256($2::text::bytea), now())
             ), invitation AS (
                 INSERT INTO identity.invitations (id, organization_id, person_id, role,
                        token_sha256, created_at, expires_at)
                 VALUES ($4, $3, $4, 'door_staff', sha256($4::text::bytea), now(),
                         now() + interval '1 day')
             ), people AS (
                 INSERT INTO identity.accounts (id, person_id, email_verified_at, created_at)
                 VALUES ($5, $5, now(), now()), ($6, $6, now(), now())
             ), member AS (
                 INSERT INTO identity.memberships (organization_id, account_id, role, since)
                 VALUES ($3, $5, 'door_staff', now())
             ), session AS (
                 INSERT INTO identity.sessions (id, account_id, device, created_at, last_used_at,
                        expires_at)
                 SELECT $7, id, 'other', now(), now(), now() + interval '1 day'
                   FROM identity.accounts WHERE id = $8
             ), passkey AS (
                 INSERT INTO identity.passkeys (id, account_id, credential_id, name, credential,
                        backup_eligible, backed_up, created_at)
                 SELECT $7, id, $7::text::bytea, 'other', $11, false, false, now()
                   FROM identity.accounts WHERE id = $8
             ), linked AS (
                 INSERT INTO identity.linked_logins (id, account_id, provider, subject_key,
                        linked_at)
                 SELECT $7, id, $7::text, sha256($7::text::bytea), now()
                   FROM identity.accounts WHERE id = $8
             ), file AS (
                 INSERT INTO vault.organization_exports (id, organization_id, kind, asked_by,
                        requested_at, next_attempt_at, ready_at, expires_at)
                 VALUES ($9, $3, 'sales', $10, now(), now(), now(), now() + interval '1 day')
             )
             INSERT INTO vault.exports (id, account_id, requested_at, next_attempt_at, expires_at)
             VALUES ($9, $8, now(), now() + interval '1 day', now() + interval '1 day')",
        )
        .bind(fresh.organization)
        .bind(fresh.api_key)
        .bind(organization)
        .bind(fresh.invitation)
        .bind(fresh.member)
        .bind(fresh.account)
        .bind(fresh.session)
        .bind(account)
        .bind(fresh.export)
        .bind(name)
        .bind(a_passkey())
        .execute(self.pool())
        .await
        .expect("fresh things");
        fresh
    }
}

/// A credential as the library keeps it.
fn a_passkey() -> Value {
    json!({"cred": {
        "cred_id": "AQEBAQEBAQEBAQEBAQEBAQEBAQE",
        "cred": {"type_": "ES256", "key": {"EC_EC2": {
            "curve": "SECP256R1",
            "x": "b_A7lJJBzh2t1DUZ5pYOCoW0GmmgXDKBA6orzhWUyhY",
            "y": "PE91OlW_AdxT9sCwx-7ni0DG_30lqW4igrmJzvccFEo"
        }}},
        "counter": 1,
        "transports": null,
        "user_verified": true,
        "backup_eligible": false,
        "backup_state": false,
        "registration_policy": "required",
        "extensions": {
            "cred_protect": "Ignored",
            "hmac_create_secret": "NotRequested",
            "appid": "NotRequested",
            "cred_props": "Ignored"
        },
        "attestation": {"data": "None", "metadata": "None"},
        "attestation_format": "none"
    }})
}

impl Things {
    async fn make(api: &Api, pool: &PgPool, email: &str) -> Self {
        let (organization, organizer) = api.organizer().await;
        let sale = OnSale::publish(&organizer, 5000, json!({"per_person_cap": 5000})).await;
        let scratch = OnSale::publish(&organizer, 10, json!({})).await;
        let guest = json!({"name": "Guest", "price": {"kind": "free"}});
        let types = format!("/events/{}/ticket-types", sale.event);
        let added = organizer.post(&types, guest).await.expect(201);
        let mut things = Self {
            organization: organization.parse().expect("an id"),
            event: id(&json!(sale.event)),
            ticket_type: id(&added["ticket_types"][2]["ticket_type_id"]),
            scratch: id(&json!(scratch.event)),
            buyer: Uuid::nil(),
            email: email.to_owned(),
            reservation: Uuid::nil(),
            spare: Mutex::default(),
            order: Uuid::nil(),
            ticket: Uuid::nil(),
        };
        let (bought, token) = things.hold(api).await;
        let payments = sale.payments_of(&bought.to_string());
        let paid = api.with(&*token).post(&payments, json!({"provider": "stripe"})).await;
        assert_eq!(paid.status, 201, "{:#}", paid.body);
        things.order = bought;
        things.reservation = things.hold(api).await.0;
        for _ in 0..SPARE {
            let held = things.hold(api).await.0;
            things.spare.lock().expect("nobody fails with it").push(held);
        }
        things.look_up(&api.with(token), pool).await;
        things
    }

    /// Reads who bought and which ticket it was, once all of it is folded.
    async fn look_up(&mut self, holder: &Api, pool: &PgPool) {
        let tickets = format!("/orders/{}/tickets", self.order);
        let tickets = loop {
            let tickets = holder.get(&tickets).await;
            if tickets.status == 200 && !tickets.body["data"].as_array().expect("a list").is_empty()
            {
                break tickets;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        self.ticket = id(&tickets.body["data"][0]["ticket_id"]);
        self.buyer = loop {
            let bought: Option<(Uuid,)> =
                sqlx::query_as("SELECT person_id FROM read.reservations WHERE reservation_id = $1")
                    .bind(self.reservation)
                    .fetch_optional(pool)
                    .await
                    .expect("the holds");
            if let Some((person,)) = bought {
                break person;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
    }

    fn reservations(&self) -> String {
        format!("/events/{}/reservations", self.event)
    }

    fn hold_body(&self) -> Value {
        json!({
            "items": [{"ticket_type_id": self.ticket_type, "quantity": 1}],
            "contact": {"email": self.email},
        })
    }

    async fn hold(&self, api: &Api) -> (Uuid, String) {
        let held = api.post(&self.reservations(), self.hold_body()).await.expect(201);
        let token = held["access_token"].as_str().expect("a token");
        (id(&held["reservation_id"]), token.to_owned())
    }
}

fn id(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).expect("an id")
}
