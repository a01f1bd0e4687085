//! The outbox on a real database.

use chrono::DateTime;
use shared::{
    id::{EventId, OrderId, PersonId},
    testing::TestDatabase,
};
use sqlx::PgPool;
use uuid::Uuid;

use super::fixture::mail;
use crate::{
    mail::{Mail, Outbox},
    vault::testing::{know, vault},
};

const ADA: PersonId = PersonId::new(Uuid::from_u128(0xADA));
const BOB: PersonId = PersonId::new(Uuid::from_u128(0xB0B));

#[tokio::test]
async fn the_same_cause_kind_and_recipient_are_one_mail() {
    let (database, outbox) = (TestDatabase::create().await, outbox());
    let verify = |token: &str| Mail::VerifyEmail { token: token.to_owned() };
    for mail in [
        mail("1", ADA, verify("first")),
        mail("1", ADA, verify("second")),
        mail("2", ADA, verify("third")),
        mail("1", BOB, verify("fourth")),
        mail("1", ADA, Mail::AccountExists {}),
    ] {
        let mut tx = database.command().begin().await.unwrap();
        outbox.enqueue(&mut tx, mail).await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(count(database.command()).await, 4);
}

#[tokio::test]
async fn what_is_rolled_back_was_never_asked_for() {
    let (database, outbox) = (TestDatabase::create().await, outbox());
    let mut tx = database.command().begin().await.unwrap();
    outbox.enqueue(&mut tx, mail("1", ADA, Mail::AccountExists {})).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(count(database.command()).await, 0);
}

#[tokio::test]
async fn what_a_mail_says_is_sealed() {
    let (database, outbox) = (TestDatabase::create().await, outbox());
    let order = Mail::OrderConfirmation {
        event_id: EventId::new(Uuid::from_u128(1)),
        order_id: OrderId::new(Uuid::from_u128(2)),
    };
    let secret = "correct-horse-battery-staple";
    let invitation = Mail::Invitation {
        organization_name: "Corner Stage".to_owned(),
        role: "manager".to_owned(),
        token: secret.to_owned(),
    };
    let session = Mail::NewSession {
        device: "Firefox".to_owned(),
        at: DateTime::from_timestamp(1_800_000_000, 0).unwrap(),
    };
    let mails = vec![mail("3:14", ADA, order), mail("1", ADA, invitation), mail("1", BOB, session)];
    let mut connection = database.command().acquire().await.unwrap();
    outbox.enqueue_all(&mut connection, mails).await.unwrap();
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT row_to_json(m)::text || encode(coalesce(content, ''), 'escape')
           FROM outbox.messages AS m",
    )
    .fetch_all(database.command())
    .await
    .unwrap();
    assert_eq!(rows.len(), 3);
    for said in [secret, "Corner Stage", "Firefox"] {
        assert!(!rows.iter().any(|row| row.contains(said)), "{said}");
    }
}

#[tokio::test]
async fn a_mail_is_written_in_the_language_of_its_recipient() {
    let (database, outbox) = (TestDatabase::create().await, outbox());
    know(database.owner(), ADA, "ada@example.org", "Ada", "de").await;
    let mut connection = database.command().acquire().await.unwrap();
    for person in [ADA, BOB] {
        let mail = mail("1", person, Mail::AccountExists {});
        outbox.enqueue(&mut connection, mail).await.unwrap();
    }
    let languages: Vec<(Uuid, String)> =
        sqlx::query_as("SELECT person_id, language FROM outbox.messages ORDER BY language")
            .fetch_all(database.command())
            .await
            .unwrap();
    assert_eq!(languages, [(ADA.uuid(), "de".to_owned()), (BOB.uuid(), "en".to_owned())]);
}

#[test]
fn a_mail_is_printed_without_what_it_says() {
    let mail = mail("1", ADA, Mail::PasswordReset { token: "hunter2".to_owned() });
    let text = format!("{mail:?}");
    assert!(text.contains("password_reset") && !text.contains("hunter2"), "{text}");
}

fn outbox() -> Outbox {
    Outbox::new(vault())
}

async fn count(pool: &PgPool) -> i64 {
    sqlx::query_scalar("SELECT count(*) FROM outbox.messages").fetch_one(pool).await.unwrap()
}
