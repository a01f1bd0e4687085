//! The operator's tool as it is called.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::process::{Command, Output};

use shared::{
    event_log::{EventLog, Metadata, NewEvent, StreamAppend, StreamId},
    events::box_office::{BoxOfficeEvent, STREAM_TYPE},
    id::{CommandId, PersonId},
    testing::TestDatabase,
    vault::{
        Randomness, Vault, export_place, find_person, mail_place, seal_plain, second_factor_place,
    },
};
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

/// In shard 7.
const STREAM: StreamId = StreamId {
    stream_type: STREAM_TYPE,
    id: Uuid::from_u128(0x0190_a000_0000_7000_8000_0000_0000_0017),
};

#[tokio::test]
async fn a_migrated_database_may_be_migrated_again() {
    let database = TestDatabase::create().await;
    assert_eq!(code(&fullhouse(&database, &["migrate"])), 0);
}

#[tokio::test]
async fn an_intact_log_verifies_and_the_ends_of_its_chains_are_told() {
    let database = a_log_of_three_events().await;
    let output = fullhouse(&database, &["log", "verify"]);
    assert_eq!(code(&output), 0);
    let text = stdout(&output);
    assert_eq!(text.lines().count(), 16);
    assert!(text.contains("shard 7: intact, 3 events in 3 batches, chain "), "{text}");
}

#[tokio::test]
async fn a_changed_byte_is_found_and_its_batch_named() {
    let database = a_log_of_three_events().await;
    let mut superuser = PgConnection::connect(&database.owner_url()).await.unwrap();
    superuser.execute("SET session_replication_role = replica").await.unwrap();
    superuser
        .execute("UPDATE es.events SET payload = replace(payload::text, '2', '3')::json WHERE position = 2")
        .await
        .unwrap();
    let output = fullhouse(&database, &["log", "verify", "--shard", "7", "--shard", "8"]);
    assert_eq!(code(&output), 1);
    let text = stdout(&output);
    assert!(text.contains("BROKEN: shard 7, positions 2 to 2: "), "{text}");
    assert!(text.contains("shard 8: intact"), "{text}");
    assert_eq!(code(&fullhouse(&database, &["log", "verify", "--shard", "16"])), 2);
}

#[tokio::test]
async fn a_stream_is_printed_as_far_as_asked() {
    let database = a_log_of_three_events().await;
    let stream = format!("box_office/{}", STREAM.id);
    let lines = |until: &[&str]| -> Vec<String> {
        let output = fullhouse(&database, &[&["log", "cat", "--stream", &stream], until].concat());
        assert_eq!(code(&output), 0);
        stdout(&output).lines().map(str::to_owned).collect()
    };
    let all = lines(&[]);
    assert_eq!(all.len(), 3);
    let second: serde_json::Value = serde_json::from_str(&all[1]).unwrap();
    assert_eq!(second["position"], "7:2");
    assert_eq!(second["payload"]["CapacitySet"]["total_capacity"], 2);
    assert_eq!(second["metadata"]["actor"], "admin");
    assert_eq!(lines(&["--until", "2"]), all[..2]);
    assert_eq!(lines(&["--until", "7:1"]), all[..1]);
    assert_eq!(lines(&["--until", "2027-01-02T00:00:02Z"]), all[..2]);
    assert_eq!(lines(&["--until", "2026-01-02T00:00:02Z"]), all[..0]);
    for wrong in ["box_office/1", "box_office", "other/0190a000-0000-7000-8000-000000000017"] {
        assert_eq!(code(&fullhouse(&database, &["log", "cat", "--stream", wrong])), 2, "{wrong}");
    }
    let elsewhere = ["log", "cat", "--stream", &stream, "--until", "8:1"];
    assert_eq!(code(&fullhouse(&database, &elsewhere)), 2);
}

#[tokio::test]
async fn mails_that_were_given_up_are_listed_and_may_be_sent_after_all() {
    let database = TestDatabase::create().await;
    sqlx::raw_sql(
        "INSERT INTO outbox.messages (cause, kind, person_id, status, attempts, last_error, sent_at)
         VALUES ('1', 'account_exists', gen_random_uuid(), 'failed', 44, 'nobody there', NULL),
                ('2', 'account_exists', gen_random_uuid(), 'waiting', 2, NULL, NULL),
                ('3', 'account_exists', gen_random_uuid(), 'sent', 1, NULL, now())",
    )
    .execute(database.owner())
    .await
    .unwrap();
    let listed = stdout(&fullhouse(&database, &["mail", "list"]));
    assert_eq!(listed.lines().count(), 2, "{listed}");
    assert!(listed.contains("1 account_exists failed of "), "{listed}");
    assert!(listed.contains("44 attempts: nobody there"), "{listed}");
    assert_eq!(stdout(&fullhouse(&database, &["mail", "list", "--failed"])).lines().count(), 1);
    assert_eq!(code(&fullhouse(&database, &["mail", "retry"])), 2);
    assert_eq!(code(&fullhouse(&database, &["mail", "retry", "--all"])), 0);
    assert_eq!(code(&fullhouse(&database, &["mail", "retry", "--all"])), 1, "none is left");
    assert_eq!(code(&fullhouse(&database, &["mail", "retry", "3"])), 1, "it was sent");
    assert_eq!(code(&fullhouse(&database, &["mail", "retry", "2"])), 0);
    let waiting: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM outbox.messages
          WHERE status = 'waiting' AND attempts = 0 AND last_error IS NULL",
    )
    .fetch_one(database.owner())
    .await
    .unwrap();
    assert_eq!(waiting, 2);
}

#[tokio::test]
async fn after_a_rotation_nothing_needs_the_old_master_key() {
    let database = TestDatabase::create().await;
    let key = |kid: &str, byte: &str| format!("{kid}:{}", byte.repeat(32));
    let (old, new) = (key("v1", "01"), key("v2", "02"));
    let (person, account) = (PersonId::new(Uuid::from_u128(7)), Uuid::from_u128(8));
    sealed_everywhere(&database, &Vault::new(&old.parse().unwrap()), person, account).await;
    let rotate = |keys: &str| fullhouse(&database, &["vault", "rotate", "--vault-keys", keys]);

    let told = rotate(&new);
    assert_eq!(code(&told), 1, "the old key is missing");
    assert!(stdout(&told).contains("4 can't be opened"), "{}", stdout(&told));
    let told = rotate(&format!("{new},{old}"));
    assert_eq!(code(&told), 0, "{}", stdout(&told));
    for line in ["data keys are wrapped", "second factors are sealed", "exports are sealed"] {
        assert!(stdout(&told).contains(&format!("1 {line} with v2")), "{}", stdout(&told));
    }
    assert_eq!(code(&rotate(&new)), 0, "the old key is needed no more");

    let after = Vault::new(&new.parse().unwrap());
    let found = find_person(database.owner(), &after, person).await.unwrap().unwrap();
    assert_eq!(found.email, "ada@example.org");
    for (query, place) in [
        ("SELECT secret, secret_key FROM identity.second_factors", second_factor_place(account)),
        ("SELECT content, content_key FROM vault.exports", export_place(account)),
        (
            "SELECT content, content_key FROM outbox.messages",
            mail_place("1", "verify_email", person),
        ),
    ] {
        let row: (Vec<u8>, String) =
            sqlx::query_as(query).fetch_one(database.owner()).await.unwrap();
        assert_eq!(after.open(&place, &row.1, &row.0).unwrap(), b"content", "{query}");
    }
}

/// A person, a second factor, an export and a mail.
async fn sealed_everywhere(
    database: &TestDatabase,
    vault: &Vault,
    person: PersonId,
    account: Uuid,
) {
    let owner = database.owner();
    sqlx::query("INSERT INTO vault.persons (person_id, email, updated_at) VALUES ($1, $2, now())")
        .bind(person.uuid())
        .bind("ada@example.org")
        .execute(owner)
        .await
        .unwrap();
    seal_plain(owner, vault).await.unwrap();
    for (statement, place) in [
        (
            "WITH account AS (
                 INSERT INTO identity.accounts (id, person_id, created_at)
                 VALUES ($1, $2, now()) RETURNING id
             ) INSERT INTO identity.second_factors (account_id, secret, secret_key, created_at)
               SELECT id, $3, $4, now() FROM account",
            second_factor_place(account),
        ),
        (
            "INSERT INTO vault.exports (id, account_id, requested_at, next_attempt_at, expires_at,
                                        ready_at, content, content_key)
             VALUES ($1, $2, now(), now(), now(), now(), $3, $4)",
            export_place(account),
        ),
        (
            "INSERT INTO outbox.messages (cause, kind, person_id, content, content_key)
             SELECT '1', 'verify_email', $2, $3, $4 WHERE $1 IS NOT NULL",
            mail_place("1", "verify_email", person),
        ),
    ] {
        let sealed = vault.seal(&place, b"content", &mut Randomness::draw(24).unwrap()).unwrap();
        let insert = sqlx::query(statement).bind(account).bind(person.uuid());
        insert.bind(sealed.bytes).bind(sealed.kid).execute(owner).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_parked_is_listed_and_may_be_asked_for_again() {
    let database = TestDatabase::create().await;
    database
        .owner()
        .execute(
            "INSERT INTO read.parked
                 (name, version, shard, position, aggregate_type, aggregate_id, reason)
             VALUES ('orders', 1, 7, 3, 'box_office', 'a7', 'no such order'),
                    ('orders', 1, 7, 9, 'box_office', 'a7', 'an earlier event'),
                    ('orders', 1, 7, 4, 'box_office', 'b7', 'no such order')",
        )
        .await
        .unwrap();
    let listed = stdout(&fullhouse(&database, &["parked", "list"]));
    assert_eq!(listed.lines().count(), 2);
    assert!(
        listed.contains("orders v1 box_office/a7: 2 events, first 7:3 no such order"),
        "{listed}"
    );
    let one = fullhouse(&database, &["parked", "retry", "orders", "box_office/b7"]);
    assert_eq!(stdout(&one), "1 events are to be handled again\n");
    let all = fullhouse(&database, &["parked", "retry", "orders"]);
    assert_eq!(stdout(&all), "3 events are to be handled again\n");
    assert_eq!(code(&fullhouse(&database, &["parked", "retry", "other"])), 1);
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_no_verdict() {
    let output = Command::new(env!("CARGO_BIN_EXE_fullhouse"))
        .args(["log", "verify", "--database-url", "postgres://nobody@127.0.0.1:1/nothing"])
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(String::from_utf8_lossy(&output.stderr).contains("can't be reached"));
}

fn fullhouse(database: &TestDatabase, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fullhouse"))
        .args(arguments)
        .env("FULLHOUSE_DATABASE_URL", database.owner_url())
        .env_remove("FULLHOUSE_COMMAND_PASSWORD")
        .env_remove("FULLHOUSE_PROJECTION_PASSWORD")
        .output()
        .unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Capacities 1 to 3, decided a second apart from 2027-01-02T00:00:01Z on.
async fn a_log_of_three_events() -> TestDatabase {
    let database = TestDatabase::create().await;
    let log = EventLog::start(database.command().clone());
    for number in 1..=3_u32 {
        let metadata = Metadata {
            command_id: CommandId::new(Uuid::from_u128(number.into())),
            at: format!("2027-01-02T00:00:0{number}Z").parse().unwrap(),
            actor: "admin".to_owned(),
            trace_id: "4bf92f3577b34da6a3ce929d0e0e4736".to_owned(),
            digest: None,
            causation: None,
        };
        let fact = BoxOfficeEvent::CapacitySet { total_capacity: number };
        let events = vec![NewEvent::box_office(&fact, metadata.to_json())];
        let append = StreamAppend {
            stream: STREAM,
            expected_version: i64::from(number) - 1,
            next_deadline: None,
            events,
        };
        log.append(append).await.unwrap();
    }
    database
}
