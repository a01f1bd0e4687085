//! What is kept of webhooks: what we decide by, and nothing that tells of people.

use payment_simulator::signature_header;
use serde_json::{Value, json};
use sqlx::PgPool;

use super::fixture::{Fixture, Sale};

/// Where the provider, its customers and its other tools leave what they know of people.
fn with_canaries(mut notice: Value) -> Value {
    let object = &mut notice["data"]["object"];
    object["receipt_email"] = json!("canary@example.org");
    object["description"] = json!("canary");
    object["metadata"]["note"] = json!("canary");
    object["shipping"] = json!({"name": "canary", "address": {"line1": "canary"}});
    object["charges"] =
        json!({"data": [{"billing_details": {"name": "canary", "email": "canary"}}]});
    notice["data"]["previous_attributes"] = json!({"receipt_email": "canary@example.org"});
    notice
}

/// In how many rows of our tables about payments a text stands.
async fn rows_with(pool: &PgPool, text: &str) -> i64 {
    sqlx::query_scalar(
        "SELECT count(*) FROM (
            SELECT t::text FROM payment.inbox AS t UNION ALL SELECT t::text FROM payment.intents AS t
            UNION ALL SELECT t::text FROM payment.refunds AS t
            UNION ALL SELECT payload::text FROM es.events) AS rows (row)
          WHERE row LIKE '%' || $1 || '%' OR row LIKE '%' || encode($1::bytea, 'hex') || '%'",
    )
    .bind(text)
    .fetch_one(pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn what_a_webhook_tells_of_people_is_not_stored() {
    let fixture = Fixture::start().await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    let notice = fixture.notice_about(&begun.reference, "payment_intent.succeeded").await;
    let mut other = with_canaries(notice.clone());
    (other["id"], other["type"]) = (json!("evt_other"), json!("customer.updated"));
    let mut unreadable = with_canaries(notice.clone());
    (unreadable["id"], unreadable["livemode"]) = (json!("evt_unreadable"), json!("canary"));
    let mut nameless = unreadable.clone();
    nameless["id"] = json!("canary@example.org");
    for notice in [with_canaries(notice), other, unreadable, nameless] {
        assert_eq!(fixture.deliver(&notice).await, 200);
    }
    fixture.wait_for("OrderPaid", 1).await;
    fixture.wait_for_empty_inbox().await;
    assert_eq!(fixture.stored().await, 4);
    let pool = fixture.database.owner();
    assert_eq!(rows_with(pool, "canary").await, 0);
    assert_eq!(rows_with(pool, &begun.client_secret).await, 0, "nor what lets a browser pay");
    // Seen to find what is there: the notice, the intent, and the facts that name it.
    assert!(rows_with(pool, &begun.reference).await >= 3);
}

#[tokio::test]
async fn what_cannot_be_read_is_found_at_the_provider_by_its_name() {
    let fixture = Fixture::start().await;
    let now = fixture.clock.now().timestamp();
    for body in [&b"{\"id\":\"evt_1\"}"[..], b"{\"id\":\"of ada@example.org\"}"] {
        let signature = signature_header(&["whsec_of_tests"], now, body);
        assert_eq!(fixture.deliver_signed(body.to_vec(), &signature).await, 200);
    }
    let query = "SELECT provider_event_id FROM payment.inbox ORDER BY 1";
    let names: Vec<String> =
        sqlx::query_scalar(query).fetch_all(fixture.database.owner()).await.unwrap();
    assert_eq!(names[0], "evt_1");
    assert!(names[1].starts_with("sha256:"), "{names:?}");
}

#[tokio::test]
async fn what_waited_from_before_is_cut_down_and_settled() {
    let fixture = Fixture::idle(Sale::default()).await;
    let begun = fixture.a_begun_payment().await;
    fixture.pay(&begun, "pm_sim_webhook_never").await;
    let notice = fixture.notice_about(&begun.reference, "payment_intent.succeeded").await;
    let pool = fixture.database.owner();
    // The table as it was.
    sqlx::raw_sql(
        "ALTER TABLE payment.inbox DROP CONSTRAINT inbox_notice, DROP COLUMN notice,
            ADD COLUMN body bytea NOT NULL",
    )
    .execute(pool)
    .await
    .unwrap();
    let bodies = [
        ("evt_waits", with_canaries(notice.clone()).to_string(), false),
        ("evt_settled", with_canaries(notice).to_string(), true),
        ("evt_unreadable", "canary".to_owned(), false),
    ];
    for (id, body, is_settled) in bodies {
        sqlx::query(
            "INSERT INTO payment.inbox (provider, provider_event_id, body, received_at,
                next_attempt_at, processed_at)
             VALUES ('stripe', $1, $2, now(), now(), CASE WHEN $3 THEN now() END)",
        )
        .bind(id)
        .bind(body.as_bytes())
        .bind(is_settled)
        .execute(pool)
        .await
        .unwrap();
    }
    assert_eq!(rows_with(pool, "canary").await, 3, "seen to find what is there");
    let migration = include_str!("../../../../migrations/payment/4003_notices.sql");
    sqlx::raw_sql(migration).execute(pool).await.unwrap();
    fixture.start_workers();
    fixture.wait_for("OrderPaid", 1).await;
    fixture.wait_for_empty_inbox().await;
    assert_eq!(rows_with(pool, "canary").await, 0);
    assert_eq!(fixture.quarantined().await, ["unreadable"]);
}
