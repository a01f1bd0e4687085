//! The platform's lists and figures on a real log and a real database.

use chrono::TimeDelta;
use http::StatusCode;
use serde_json::json;
use shared::{
    events::box_office::{BoxOfficeEvent, Provider, RefundReason},
    id::{IdSource, PersonId},
    money::Currency,
    vault::PersonKey,
};
use uuid::Uuid;

use crate::{
    samples::{self, event_id, organization_id},
    testing::{Fixture, person_key},
};

async fn with_sales() -> Fixture {
    let fixture = Fixture::start().await;
    fixture
        .record(vec![
            samples::drafted(),
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
        ])
        .await;
    for (number, hours) in [(1, 0), (2, 0), (3, 24)] {
        let at = samples::noon() + TimeDelta::hours(hours);
        let facts = vec![samples::reserved(number, 2), samples::paid(number, 2, false)];
        fixture.record_at(event_id(), at, facts).await;
    }
    fixture
}

async fn names(fixture: &Fixture, parameters: &str) -> Vec<String> {
    let path = format!("/platform/organizations{parameters}");
    let page = fixture.get(&path, Some(&fixture.admin)).await.json();
    let id = |one: &serde_json::Value| one["organization_id"].as_str().unwrap().to_owned();
    page["data"].as_array().unwrap().iter().map(id).collect()
}

async fn account(fixture: &Fixture, email: &str, suspended: bool) -> (Uuid, PersonId) {
    let (id, person) = (IdSource.next(), PersonKey::new(&person_key()).person(email));
    sqlx::query(
        "WITH account AS (
             INSERT INTO identity.accounts (id, person_id, email_verified_at, suspended_at,
                    created_at)
             VALUES ($1, $2, now(), CASE WHEN $3 THEN now() END, '2026-06-02T08:00:00Z')
             RETURNING id
         )
         INSERT INTO identity.sessions (id, account_id, device, created_at, last_used_at,
                expires_at, ended_at, ended_because)
         SELECT s.id, account.id, 'Firefox', now(), now(), now() + interval '1 day', s.over,
                CASE WHEN s.over IS NOT NULL THEN 'logged_out' END
           FROM account, (VALUES ($4::uuid, NULL::timestamptz), ($5, now())) AS s (id, over)",
    )
    .bind(id)
    .bind(person.uuid())
    .bind(suspended)
    .bind(IdSource.next())
    .bind(IdSource.next())
    .execute(fixture.database.owner())
    .await
    .unwrap();
    (id, person)
}

#[tokio::test]
async fn organizations_have_their_events_and_what_they_sold() {
    let fixture = with_sales().await;
    let path = format!("/platform/organizations?q={}", organization_id());
    let page = fixture.get(&path, Some(&fixture.admin)).await.json();
    let one = &page["data"][0];
    assert_eq!((&one["events"], &one["events_published"]), (&json!(1), &json!(1)));
    assert_eq!((&one["state"], &one["members"]), (&json!("ACTIVE"), &json!(0)));
    let revenue = json!({"amount": 15_000, "currency": "EUR"});
    assert_eq!(one["sales"], json!([{"orders": 3, "tickets": 6, "revenue": revenue}]));
}

#[tokio::test]
async fn organizations_are_found_by_name_and_standing() {
    let fixture = with_sales().await;
    let (ours, theirs) = (organization_id().to_string(), fixture.foreign_organization.to_string());
    sqlx::query(
        "UPDATE identity.organizations SET name = 'Bücher & 100%', suspended_at = now(),
                created_at = created_at + interval '1 hour' WHERE id = $1",
    )
    .bind(fixture.foreign_organization.uuid())
    .execute(fixture.database.owner())
    .await
    .unwrap();
    assert_eq!(names(&fixture, "").await, [theirs.clone(), ours.clone()], "the latest first");
    assert_eq!(names(&fixture, "?q=b%C3%BCCHER").await, vec![theirs.clone()]);
    assert_eq!(names(&fixture, "?q=%25").await, vec![theirs.clone()], "no pattern");
    assert_eq!(names(&fixture, "?state=SUSPENDED").await, [theirs]);
    assert_eq!(names(&fixture, "?state=ACTIVE").await, vec![ours.clone()]);
    let path = "/platform/organizations?limit=1";
    let first = fixture.get(path, Some(&fixture.admin)).await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    assert_eq!(names(&fixture, &format!("?cursor={cursor}")).await, [ours]);
}

#[tokio::test]
async fn people_are_found_by_their_whole_address() {
    let fixture = with_sales().await;
    let (ada, person) = account(&fixture, "ada@example.org", false).await;
    let (eve, _) = account(&fixture, "eve@example.org", true).await;
    fixture.know(person, "Ada@example.org", "Ada").await;
    sqlx::query(
        "INSERT INTO identity.memberships (organization_id, account_id, role, since)
         VALUES ($1, $2, 'owner', now())",
    )
    .bind(organization_id().uuid())
    .bind(ada)
    .execute(fixture.database.owner())
    .await
    .unwrap();
    let people = async |parameters: &str| {
        let path = format!("/platform/people{parameters}");
        fixture.get(&path, Some(&fixture.admin)).await.json()["data"].clone()
    };
    let found = people("?email=%20ADA@example.org").await;
    assert_eq!(found.as_array().unwrap().len(), 1);
    let one = &found[0];
    assert_eq!((&one["account_id"], &one["name"]), (&json!(ada), &json!("Ada")));
    assert_eq!((&one["sessions"], &one["email_verified"]), (&json!(1), &json!(true)));
    assert_eq!(one["memberships"][0]["role"], "owner");
    assert_eq!(people("?email=ada@example").await, json!([]), "not by a part");
    let suspended = people("?state=SUSPENDED").await;
    assert_eq!((&suspended[0]["account_id"], &suspended[0]["email"]), (&json!(eve), &json!(null)));
    assert_eq!(people("").await.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn growth_is_by_day_and_currency_and_compared_with_before() {
    let fixture = with_sales().await;
    account(&fixture, "ada@example.org", false).await;
    let path = "/platform/growth?from=2026-06-02&to=2026-06-03";
    let report = fixture.get(path, Some(&fixture.admin)).await.json();
    let sold = |orders: i64| {
        let revenue = json!({"amount": 5000 * orders, "currency": "EUR"});
        json!([{"orders": orders, "tickets": 2 * orders, "revenue": revenue}])
    };
    assert_eq!(report["totals"]["sales"], sold(1));
    assert_eq!(report["totals"]["accounts"], 1);
    assert_eq!(report["before"]["sales"], sold(2));
    assert_eq!(report["before"]["events_published"], 1);
    let days = report["days"].as_array().unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!((&days[0]["date"], &days[0]["sales"]), (&json!("2026-06-02"), &sold(1)));
    assert_eq!(days[1]["sales"], json!([]), "a day without sales is there too");
    assert_eq!(report["totals"]["refunds"], json!([]));
    let wrong = fixture.get("/platform/growth?from=2026-06-03&to=2026-06-02", Some(&fixture.admin));
    assert_eq!(wrong.await.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn money_that_bought_nothing_is_told_beside_what_was_sold() {
    let fixture = with_sales().await;
    let refund = |number, amount_minor, currency| BoxOfficeEvent::RefundRequested {
        reservation_id: samples::reservation_id(number),
        provider: Provider::Stripe,
        payment_reference: format!("pi_{number}"),
        amount_minor,
        currency,
        reason: RefundReason::TooLate,
    };
    let day = |days| samples::noon() + TimeDelta::days(days);
    let (euro, franc) = (Currency::EUR, Currency::parse("CHF").unwrap());
    for (at, refunds) in [
        (day(1), vec![refund(8, 5_000, euro), refund(9, 2_500, euro), refund(10, 100, franc)]),
        (day(2), vec![refund(11, 1, euro)]),
    ] {
        fixture.record_at(event_id(), at, refunds).await;
    }
    let path = "/platform/growth?from=2026-06-02&to=2026-06-03";
    let report = fixture.get(path, Some(&fixture.admin)).await.json();
    let given_back = |payments: i64, amount: i64, currency: &str| json!({"payments": payments, "amount": {"amount": amount, "currency": currency}});
    let first = json!([given_back(1, 100, "CHF"), given_back(2, 7_500, "EUR")]);
    assert_eq!(report["days"][0]["refunds"], first);
    assert_eq!(report["days"][1]["refunds"], json!([given_back(1, 1, "EUR")]));
    let all = json!([given_back(1, 100, "CHF"), given_back(3, 7_501, "EUR")]);
    assert_eq!(report["totals"]["refunds"], all);
    assert_eq!(report["before"]["refunds"], json!([]));
    assert_eq!(report["totals"]["sales"][0]["revenue"]["amount"], 5_000, "as without them");
}

#[tokio::test]
async fn the_platform_is_for_who_runs_it() {
    let fixture = with_sales().await;
    for path in ["/platform/organizations", "/platform/people", "/platform/growth"] {
        let forbidden = fixture.get(path, Some(&fixture.organizer)).await;
        assert_eq!(forbidden.status, StatusCode::FORBIDDEN, "{path}");
        assert_eq!(fixture.get(path, None).await.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(fixture.get(path, Some(&fixture.admin)).await.status, StatusCode::OK, "{path}");
    }
}
