//! Everything is found by an export, and nothing is left by an erasure.

use serde_json::{Value, json};
use shared::{
    event_log::{EventLog, Shard, verify},
    id::{AccountId, IdSource, PersonId},
    vault::{export_place, find_persons},
};
use sqlx::PgPool;
use url::Url;

use super::{erase_account::forget, exports::Exports};
use crate::{
    config::MailArgs,
    identity::testing::World,
    mail::{
        Mail, Needs, NewMail, Sender,
        tests::fixture::{access_tokens, an_order, ticket_codes},
    },
    runtime::{BoxOffices, Limits},
    vault::{Contact, testing::vault},
    waiting::Waiting,
};

const EMAIL: &str = "canary-address@example.org";

#[tokio::test]
async fn an_export_has_everything_and_only_its_owner_is_told() {
    let world = World::start().await;
    let exports = exports(&world);
    world.an_account(EMAIL).await;
    let owner = world.log_in(EMAIL).await;
    let (order, paid) = an_order(&offices(&world), &world.state.pool, world.person(EMAIL)).await;
    let kind = Mail::OrderConfirmation { event_id: paid.stream_id.into(), order_id: order };
    let (cause, recipient) = (paid.log_position.to_string(), world.person(EMAIL));
    let mut connection = world.state.pool.acquire().await.unwrap();
    let mail = NewMail { cause, recipient, kind };
    world.state.outbox.enqueue(&mut connection, mail).await.unwrap();
    world.history(&owner.account).await;
    sqlx::query(
        "INSERT INTO identity.linked_logins (id, account_id, provider, subject_key, linked_at)
         SELECT gen_random_uuid(), id, 'acme', sha256('x'), now() FROM identity.accounts",
    )
    .execute(world.database.owner())
    .await
    .unwrap();

    let asked = world.send("POST", "/account/export", Some(&owner.access), json!({})).await;
    assert_eq!(asked.status, 202, "{asked:?}");
    let again = world.send("POST", "/account/export", Some(&owner.access), json!({})).await;
    assert_eq!(asked.text("export_id"), again.text("export_id"));
    let taken = exports.take(10).await.unwrap();
    assert_eq!(taken.len(), 1);
    for asked in taken {
        exports.clone().work(asked).await.unwrap();
    }
    let content = exported(&world, &asked.text("export_id")).await;
    assert_eq!(content["account"]["account_id"], owner.account);
    assert_eq!(content["contacts"][0]["email"], EMAIL);
    assert_eq!(content["contacts"][0]["name"], "Ada");
    assert_eq!(content["sessions"].as_array().map(Vec::len), Some(2));
    assert_eq!(content["linked_logins"][0]["provider"], "acme");
    assert_eq!(content["orders"][0]["order"]["order_id"], order.to_string());
    assert_eq!(content["orders"][0]["order"]["total"], "EUR 90.00");
    assert_eq!(content["orders"][0]["order"]["tickets"].as_array().map(Vec::len), Some(2));
    let of = |list: &str, field: &str| -> Vec<Value> {
        content[list].as_array().unwrap().iter().map(|entry| entry[field].clone()).collect()
    };
    assert!(of("mails", "kind").contains(&json!("verify_email")));
    assert!(of("mails", "kind").contains(&json!("order_confirmation")));
    assert!(of("history", "what").contains(&json!("LoggedIn")));
    assert!(world.mails(EMAIL).await.contains(&"data_export_ready".to_owned()));
    assert!(exports.take(10).await.unwrap().is_empty());

    world.clock.advance(chrono::TimeDelta::days(8));
    exports.take(10).await.unwrap();
    assert_eq!(rows(world.database.owner(), "vault.exports", "").await, 0, "kept for a week");
}

#[tokio::test]
async fn an_export_waits_for_facts_that_are_noted_and_not_yet_in_the_log() {
    let world = World::start().await;
    let exports = exports(&world);
    world.an_account(EMAIL).await;
    let owner = world.log_in(EMAIL).await;
    let asked = world.send("POST", "/account/export", Some(&owner.access), json!({})).await;
    let taken = exports.take(1).await.unwrap()[0];
    // Nobody sees what is noted, until somebody looks.
    let mut hidden = world.database.owner().begin().await.unwrap();
    sqlx::query("LOCK TABLE identity.audit_pending IN ACCESS EXCLUSIVE MODE")
        .execute(&mut *hidden)
        .await
        .unwrap();
    let work = tokio::spawn(exports.work(taken));
    while !work.is_finished() && !is_looked_for_facts(&world).await {}
    hidden.commit().await.unwrap();
    let known = world.history(&owner.account).await;
    work.await.unwrap().unwrap();
    let content = exported(&world, &asked.text("export_id")).await;
    let history = content["history"].as_array().unwrap();
    let told: Vec<&str> = history.iter().filter_map(|fact| fact["what"].as_str()).collect();
    assert_eq!(told, known);
    assert!(told.contains(&"LoggedIn"), "{told:?}");
}

/// Whether someone waits to see what is noted.
async fn is_looked_for_facts(world: &World) -> bool {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM pg_locks
                         WHERE NOT granted AND relation = 'identity.audit_pending'::regclass
                           AND database = (SELECT oid FROM pg_database
                                            WHERE datname = current_database()))",
    )
    .fetch_one(world.database.owner())
    .await
    .unwrap()
}

#[tokio::test]
async fn whoever_erases_the_account_is_gone_and_the_history_stays() {
    let world = World::start().await;
    world.an_account(EMAIL).await;
    let owner = world.log_in(EMAIL).await;
    let gone = world.send("DELETE", "/account", Some(&owner.access), json!({})).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    assert!(world.history(&owner.account).await.contains(&"AccountErased".to_owned()));
    assert_eq!(world.mails(EMAIL).await, Vec::<String>::new());
    let after = world.send("POST", "/account/export", Some(&owner.access), json!({})).await;
    assert_eq!(after.status, 401, "{after:?}");
    assert_eq!(world.try_log_in(EMAIL, crate::identity::testing::PASSWORD).await.status, 401);
    assert_eq!(found(&world, EMAIL).await, Vec::<String>::new());
    // The same address may begin anew, and is stored anew.
    world.an_account(EMAIL).await;
    let persons = [world.person(EMAIL)];
    assert_eq!(find_persons(&world.state.pool, &vault(), &persons).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_thousand_canaries_are_erased_from_every_table() {
    let world = World::start().await;
    let (state, pool) = (&world.state, world.database.owner());
    let planted: Vec<(AccountId, PersonId)> = (0..250)
        .map(|_| (AccountId::new(IdSource.next()), PersonId::new(IdSource.next())))
        .collect();
    for (number, (account, person)) in planted.iter().enumerate() {
        plant(&world, number, *account, *person).await;
    }
    let persons: Vec<PersonId> = planted.iter().map(|(_, person)| *person).collect();
    assert_eq!(find_persons(pool, &vault(), &persons).await.unwrap().len(), 250);
    let seen = ["identity.passkeys: 250", "identity.sessions: 250"];
    assert_eq!(found(&world, "canary").await, seen, "seen to find some");

    let mut tx = state.pool.begin().await.unwrap();
    for (account, _) in &planted {
        forget(state, &mut tx, *account, "test").await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(find_persons(pool, &vault(), &persons).await.unwrap().len(), 0);
    assert_eq!(found(&world, "canary").await, Vec::<String>::new());
    for person in persons {
        let id = person.to_string();
        for table in ["vault.persons", "outbox.messages", "identity.accounts"] {
            assert_eq!(rows(pool, table, &id).await, 0, "{table} still knows {id}");
        }
    }
    world.history(&planted[0].0.to_string()).await;
    let mut connection = pool.acquire().await.unwrap();
    for shard in Shard::all() {
        verify::shard(&mut connection, shard, |_, _| {}).await.unwrap();
    }
}

/// An address, a name, a device, a passkey, and a mail that tells of the device.
async fn plant(world: &World, number: usize, account: AccountId, person: PersonId) {
    let contact = Contact {
        email: format!("canary-{number}@example.org"),
        name: Some(format!("canary-{number}")),
    };
    world.state.persons.put_all(vec![(person, contact)]).await.unwrap();
    let device = format!("canary-{number}");
    sqlx::query(
        "WITH account AS (
             INSERT INTO identity.accounts (id, person_id, created_at) VALUES ($1, $2, now())
             RETURNING id
         ), proved AS (
             INSERT INTO identity.proved_persons (person_id, account_id, proved_at)
             SELECT $2, id, now() FROM account
         ), passkey AS (
             INSERT INTO identity.passkeys (id, account_id, credential_id, name, credential,
                backup_eligible, backed_up, created_at)
             SELECT $3, id, uuid_send($3), $4, '{}', true, true, now() FROM account
         )
         INSERT INTO identity.sessions (id, account_id, device, created_at, last_used_at, expires_at)
         SELECT $3, id, $4, now(), now(), now() FROM account",
    )
    .bind(account.uuid())
    .bind(person.uuid())
    .bind(IdSource.next())
    .bind(&device)
    .execute(world.database.owner())
    .await
    .unwrap();
    let kind = Mail::NewSession { device, at: world.clock.now() };
    let mail = NewMail { cause: number.to_string(), recipient: person, kind };
    let mut connection = world.state.pool.acquire().await.unwrap();
    world.state.outbox.enqueue(&mut connection, mail).await.unwrap();
}

/// The tables in which a text stands somewhere, plain or as bytes, and in how many rows.
async fn found(world: &World, text: &str) -> Vec<String> {
    let pool = world.database.owner();
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT schemaname || '.' || tablename FROM pg_tables
          WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
    )
    .fetch_all(pool)
    .await
    .unwrap();
    assert!(tables.len() > 20, "{tables:?}");
    let mut found = Vec::new();
    for table in tables {
        let count = rows(pool, &table, text).await + rows(pool, &table, &hex::encode(text)).await;
        if count > 0 {
            found.push(format!("{table}: {count}"));
        }
    }
    found
}

async fn rows(pool: &PgPool, table: &str, text: &str) -> i64 {
    let statement =
        format!("SELECT count(*) FROM {table} AS t WHERE t::text LIKE '%' || $1 || '%'");
    sqlx::query_scalar(&statement).bind(text).fetch_one(pool).await.unwrap()
}

async fn exported(world: &World, id: &str) -> Value {
    let id = id.parse().unwrap();
    let (content, key): (Vec<u8>, String) =
        sqlx::query_as("SELECT content, content_key FROM vault.exports WHERE id = $1")
            .bind(id)
            .fetch_one(world.database.projection())
            .await
            .unwrap();
    assert!(!content.windows(6).any(|part| part == b"canary"));
    serde_json::from_slice(&vault().open(&export_place(id), &key, &content).unwrap()).unwrap()
}

fn offices(world: &World) -> BoxOffices {
    let (pool, clock) = (world.state.pool.clone(), world.clock.clone());
    let (log, persons) = (EventLog::start(pool.clone()), world.state.persons.clone());
    BoxOffices::new(log, pool, persons, clock, Limits::default())
}

fn exports(world: &World) -> Exports {
    let settings = MailArgs {
        smtp_url: None,
        mail_from: "tickets@example.org".to_owned(),
        public_url: Url::parse("https://tickets.example.org/").unwrap(),
    };
    let sender = Sender::try_new(Needs {
        pool: world.state.pool.clone(),
        vault: vault(),
        offices: offices(world),
        access_tokens: access_tokens(),
        ticket_codes: ticket_codes(),
        clock: world.clock.clone(),
        settings: &settings,
    });
    Exports::new(world.state.clone(), sender.unwrap().order_reader())
}
