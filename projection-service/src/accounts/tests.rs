//! Accounts and organisations as their people see them, and nobody else.

use std::time::{Duration, Instant};

use http::StatusCode;
use shared::{
    auth::{AccountActor, MemberRole, Membership, TokenClaims, TokenSigner},
    events::box_office::BoxOfficeEvent,
    id::{AccountId, OrganizationId, PersonId, SessionId},
    vault::{Content, Randomness, Vault, export_place, reseal_batch},
};
use uuid::Uuid;

use crate::{
    samples,
    testing::{Fixture, eventually, token_keys},
};

/// What was taken away counts no more after about a second; a busy machine may need longer.
const SOON: Duration = Duration::from_secs(5);

const ADA: AccountId = AccountId::new(Uuid::from_u128(0xADA));
const BOB: AccountId = AccountId::new(Uuid::from_u128(0xB0B));

fn session_of(account: AccountId) -> SessionId {
    SessionId::new(Uuid::from_u128(account.uuid().as_u128() + 0x5E55_0000))
}

/// An account with a proved address and an open session.
async fn account(fixture: &Fixture, account: AccountId, person: PersonId) {
    let owner = fixture.database.owner();
    for statement in [
        "INSERT INTO identity.accounts (id, person_id, password_hash, email_verified_at, created_at)
         VALUES ($1, $2, 'secret', now(), now())",
        "INSERT INTO identity.proved_persons (account_id, person_id, proved_at)
         VALUES ($1, $2, now())",
    ] {
        let insert = sqlx::query(statement).bind(account.uuid()).bind(person.uuid());
        insert.execute(owner).await.unwrap();
    }
    sqlx::query(
        "INSERT INTO identity.sessions (id, account_id, device, created_at, last_used_at, expires_at)
         VALUES ($1, $2, 'A browser', now(), now(), now() + interval '30 days')",
    )
    .bind(session_of(account).uuid())
    .bind(account.uuid())
    .execute(owner)
    .await
    .unwrap();
}

/// The session token of an account with these roles.
fn token(fixture: &Fixture, account: AccountId, roles: &[(OrganizationId, MemberRole)]) -> String {
    let membership = |(organization, role): &(OrganizationId, MemberRole)| Membership {
        organization: *organization,
        role: *role,
    };
    let actor = AccountActor {
        account,
        session: session_of(account),
        persons: vec![samples::person_id()],
        memberships: roles.iter().map(membership).collect(),
        platform_admin: false,
        second_factor: false,
        stepped_up: false,
        impersonator: None,
    };
    let now = fixture.clock.now();
    TokenSigner::new(token_keys()).sign(&TokenClaims::new(&actor, None, now))
}

async fn member(fixture: &Fixture, organization: OrganizationId, account: AccountId, role: &str) {
    sqlx::query(
        "INSERT INTO identity.memberships (organization_id, account_id, role, since)
         VALUES ($1, $2, $3, now())",
    )
    .bind(organization.uuid())
    .bind(account.uuid())
    .bind(role)
    .execute(fixture.database.owner())
    .await
    .unwrap();
}

#[tokio::test]
async fn an_account_sees_itself_and_its_sessions() {
    let fixture = Fixture::start().await;
    account(&fixture, ADA, samples::person_id()).await;
    member(&fixture, samples::organization_id(), ADA, "finance").await;
    let token = token(&fixture, ADA, &[]);
    let own = fixture.get("/account", Some(&token)).await.json();
    assert_eq!(own["account_id"], ADA.to_string());
    assert_eq!(own["email_verified"], true);
    assert_eq!(own["memberships"][0]["role"], "finance");
    assert_eq!(own["memberships"][0]["organization_name"], "O");
    let sessions = fixture.get("/account/sessions", Some(&token)).await.json();
    assert_eq!(sessions["data"][0]["device"], "A browser");
    assert_eq!(sessions["data"][0]["current"], true);
    for path in ["/account", "/account/sessions", "/account/passkeys", "/account/orders"] {
        assert_eq!(fixture.get(path, None).await.status, StatusCode::UNAUTHORIZED);
        let by_key = fixture.get(path, Some(&fixture.organizer)).await;
        assert_eq!(by_key.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn the_token_of_an_ended_session_shows_nothing_of_the_account() {
    let fixture = Fixture::start().await;
    account(&fixture, ADA, samples::person_id()).await;
    let token = token(&fixture, ADA, &[]);
    sqlx::query("UPDATE identity.sessions SET ended_at = now(), ended_because = 'revoked'")
        .execute(fixture.database.owner())
        .await
        .unwrap();
    for path in ["/account", "/account/sessions", "/account/passkeys", "/account/orders"] {
        let over = fixture.get(path, Some(&token)).await;
        assert_eq!(over.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn providers_are_listed_for_all_and_linked_log_ins_for_their_owner() {
    let fixture = Fixture::start().await;
    account(&fixture, ADA, samples::person_id()).await;
    account(&fixture, BOB, PersonId::new(Uuid::from_u128(0xB0B0))).await;
    for statement in [
        "INSERT INTO identity.login_providers (name, label, place)
         VALUES ('acme', 'Acme', 2), ('google', 'Google', 1)",
        "INSERT INTO identity.linked_logins (id, account_id, provider, subject_key, linked_at)
         SELECT gen_random_uuid(), id, 'acme', sha256(id::text::bytea), now()
           FROM identity.accounts",
    ] {
        sqlx::query(statement).execute(fixture.database.owner()).await.unwrap();
    }
    let listed = fixture.get("/auth/providers", None).await.json();
    assert_eq!(listed["data"][0]["name"], "google");
    assert_eq!(listed["data"][1]["label"], "Acme");
    let ada = token(&fixture, ADA, &[]);
    let linked = fixture.get("/account/identities", Some(&ada)).await.json();
    assert_eq!(linked["data"].as_array().map(Vec::len), Some(1), "{linked}");
    assert_eq!(linked["data"][0]["provider"], "acme");
    assert_eq!(linked["data"][0]["label"], "Acme");
    assert!(!linked.to_string().contains("subject"));
    let unknown = fixture.get("/account/identities", None).await;
    assert_eq!(unknown.status, StatusCode::UNAUTHORIZED);
    assert_eq!(fixture.get("/account", Some(&ada)).await.json()["has_password"], false);
}

#[tokio::test]
async fn what_was_bought_as_a_guest_is_there_once_the_address_is_proved() {
    let fixture = Fixture::start().await;
    fixture
        .record(vec![
            samples::drafted(),
            samples::type_added(1, None),
            BoxOfficeEvent::EventPublished {},
            samples::reserved(1, 2),
            samples::paid(1, 2, false),
            samples::issued(1, 0),
        ])
        .await;
    account(&fixture, ADA, samples::person_id()).await;
    account(&fixture, BOB, PersonId::new(Uuid::from_u128(0xB0B0))).await;
    let ada = token(&fixture, ADA, &[]);
    let path = format!("/orders/{}", samples::reservation_id(1));
    // This waits until it is folded; the list doesn't.
    assert_eq!(fixture.get(&path, Some(&ada)).await.status, StatusCode::OK);
    let orders = fixture.get("/account/orders", Some(&ada)).await.json();
    assert_eq!(orders["data"].as_array().unwrap().len(), 1, "{orders}");
    let tickets = fixture.get(&format!("{path}/tickets"), Some(&ada)).await.json();
    assert_eq!(tickets["data"].as_array().unwrap().len(), 1, "{tickets}");
    let timeline = fixture.get(&format!("{path}/timeline"), Some(&ada)).await;
    assert_eq!(timeline.status, StatusCode::OK);
    let bob = token(&fixture, BOB, &[]);
    let orders = fixture.get("/account/orders", Some(&bob)).await.json();
    assert_eq!(orders["data"].as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn members_see_each_other_and_keys_and_strangers_see_nothing() {
    let fixture = Fixture::start().await;
    let ours = samples::organization_id();
    account(&fixture, ADA, samples::person_id()).await;
    member(&fixture, ours, ADA, "owner").await;
    let owner = token(&fixture, ADA, &[(ours, MemberRole::Owner)]);
    let door = token(&fixture, BOB, &[(ours, MemberRole::DoorStaff)]);
    let stranger = token(&fixture, BOB, &[(fixture.foreign_organization, MemberRole::Owner)]);
    for list in ["members", "invitations", "api-keys"] {
        let path = format!("/organizations/{ours}/{list}");
        assert_eq!(fixture.get(&path, Some(&owner)).await.status, StatusCode::OK, "{list}");
        assert_eq!(fixture.get(&path, Some(&door)).await.status, StatusCode::FORBIDDEN, "{list}");
        let foreign = fixture.get(&path, Some(&stranger)).await;
        let missing = format!("/organizations/{}/{list}", Uuid::nil());
        let missing = fixture.get(&missing, Some(&owner)).await;
        assert_eq!(foreign.status, StatusCode::NOT_FOUND, "{list}");
        assert_eq!(foreign.problem(), missing.problem(), "{list}");
    }
    let members = fixture.get(&format!("/organizations/{ours}/members"), Some(&owner)).await.json();
    assert_eq!(members["data"][0]["role"], "owner");
    let keys = fixture.get(&format!("/organizations/{ours}/api-keys"), Some(&owner)).await;
    let keys = keys.json();
    assert_eq!(keys["data"][0]["label"], "test");
    assert!(!keys.to_string().contains("secret"));
}

#[tokio::test]
async fn who_was_demoted_or_removed_reads_no_more_than_they_are_now() {
    let fixture = Fixture::start().await;
    let ours = samples::organization_id();
    account(&fixture, ADA, samples::person_id()).await;
    member(&fixture, ours, ADA, "manager").await;
    let token = token(&fixture, ADA, &[(ours, MemberRole::Manager)]);
    let (keys, orders) =
        (format!("/organizations/{ours}/api-keys"), format!("/orders?organization_id={ours}"));
    for path in [&keys, &orders] {
        assert_eq!(fixture.get(path, Some(&token)).await.status, StatusCode::OK, "{path}");
    }
    // The token goes on saying that it is a manager's.
    for (change, of_keys, of_orders) in [
        ("UPDATE identity.memberships SET role = 'finance'", StatusCode::FORBIDDEN, StatusCode::OK),
        ("DELETE FROM identity.memberships", StatusCode::FORBIDDEN, StatusCode::FORBIDDEN),
    ] {
        sqlx::query(change).execute(fixture.database.owner()).await.unwrap();
        let at = Instant::now();
        let expected = [(&keys, of_keys), (&orders, of_orders)];
        eventually(change, || async {
            let (token, fixture) = (&token, &fixture);
            for (path, status) in expected {
                if fixture.get(path, Some(token)).await.status != status {
                    return false;
                }
            }
            true
        })
        .await;
        assert!(at.elapsed() < SOON, "{change}: {:?}", at.elapsed());
    }
}

#[tokio::test]
async fn an_export_is_downloaded_by_its_owner_for_a_week() {
    let fixture = Fixture::start().await;
    account(&fixture, ADA, samples::person_id()).await;
    account(&fixture, BOB, PersonId::new(Uuid::from_u128(0xB0B0))).await;
    let (ada, bob) = (token(&fixture, ADA, &[]), token(&fixture, BOB, &[]));
    let id = Uuid::from_u128(0xE4);
    let path = format!("/account/export/{id}");
    an_export(&fixture, id).await;
    let waiting = fixture.get(&path, Some(&ada)).await;
    assert_eq!((waiting.status, waiting.body.len()), (StatusCode::ACCEPTED, 0));

    finish(&fixture, id, "v1", "0a").await;
    let ready = fixture.get(&path, Some(&ada)).await;
    assert_eq!(ready.json()["contacts"][0]["email"], "ada@example.org");
    assert_eq!(ready.header("content-type"), "application/json");
    assert_eq!(ready.header("content-disposition"), "attachment; filename=\"fullhouse.json\"");
    assert_eq!(ready.header("cache-control"), "no-store");

    let missing = fixture.get(&format!("/account/export/{}", Uuid::nil()), Some(&ada)).await;
    let foreign = fixture.get(&path, Some(&bob)).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(foreign.problem(), missing.problem());
    assert_eq!(fixture.get(&path, None).await.status, StatusCode::UNAUTHORIZED);
    let by_key = fixture.get(&path, Some(&fixture.organizer)).await;
    assert_eq!(by_key.status, StatusCode::FORBIDDEN);

    let over = "UPDATE identity.sessions SET ended_at = now(), ended_because = 'revoked'";
    sqlx::query(over).execute(fixture.database.owner()).await.unwrap();
    assert_eq!(fixture.get(&path, Some(&ada)).await.status, StatusCode::UNAUTHORIZED, "logged out");
    let again = "UPDATE identity.sessions SET ended_at = NULL, ended_because = NULL";
    sqlx::query(again).execute(fixture.database.owner()).await.unwrap();

    fixture.clock.advance(chrono::TimeDelta::days(7));
    let ada = token(&fixture, ADA, &[]);
    assert_eq!(fixture.get(&path, Some(&ada)).await.status, StatusCode::NOT_FOUND, "over");
}

#[tokio::test]
async fn an_export_opens_after_the_old_master_key_was_dropped() {
    let fixture = Fixture::start().await;
    account(&fixture, ADA, samples::person_id()).await;
    let ada = token(&fixture, ADA, &[]);
    let id = Uuid::from_u128(0xE4);
    let path = format!("/account/export/{id}");
    an_export(&fixture, id).await;
    finish(&fixture, id, "v0", "0f").await;
    let status = fixture.get(&path, Some(&ada)).await.status;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "seen to need the old key");
    let keys = format!("v1:{},v0:{}", "0a".repeat(32), "0f".repeat(32));
    let both = Vault::new(&keys.parse().unwrap());
    let mut owner = fixture.database.owner().acquire().await.unwrap();
    let done = reseal_batch(&mut owner, &both, Content::Exports, None).await.unwrap().unwrap();
    assert_eq!((done.sealed, done.unreadable), (1, 0));
    let ready = fixture.get(&path, Some(&ada)).await.json();
    assert_eq!(ready["contacts"][0]["email"], "ada@example.org");
}

/// Asked for by Ada.
async fn an_export(fixture: &Fixture, id: Uuid) {
    let now = fixture.clock.now();
    sqlx::query(
        "INSERT INTO vault.exports (id, account_id, requested_at, next_attempt_at, expires_at)
         VALUES ($1, $2, $3, $3, $3 + interval '7 days')",
    )
    .bind(id)
    .bind(ADA.uuid())
    .bind(now)
    .execute(fixture.database.owner())
    .await
    .unwrap();
}

async fn finish(fixture: &Fixture, id: Uuid, kid: &str, byte: &str) {
    let vault = Vault::new(&format!("{kid}:{}", byte.repeat(32)).parse().unwrap());
    let content = br#"{"contacts":[{"email":"ada@example.org"}]}"#;
    let mut randomness = Randomness::draw(24).unwrap();
    let sealed = vault.seal(&export_place(id), content, &mut randomness).unwrap();
    sqlx::query(
        "UPDATE vault.exports SET ready_at = now(), content = $2, content_key = $3 WHERE id = $1",
    )
    .bind(id)
    .bind(sealed.bytes)
    .bind(sealed.kid)
    .execute(fixture.database.owner())
    .await
    .unwrap();
}

#[tokio::test]
async fn an_account_reads_its_own_history_only() {
    let fixture = Fixture::start().await;
    account(&fixture, ADA, samples::person_id()).await;
    account(&fixture, BOB, PersonId::new(Uuid::from_u128(0xB0B0))).await;
    let ada = token(&fixture, ADA, &[]);
    let path = |account: AccountId| format!("/audit/streams/identity/{account}");
    assert_eq!(fixture.get(&path(ADA), Some(&ada)).await.status, StatusCode::OK);
    assert_eq!(fixture.get(&path(BOB), Some(&ada)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(fixture.get(&path(BOB), Some(&fixture.admin)).await.status, StatusCode::OK);
    let state = fixture.get(&format!("{}/state", path(ADA)), Some(&ada)).await;
    assert_eq!(state.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_account_sees_its_own_passkeys_and_not_what_proves_them() {
    let fixture = Fixture::start().await;
    account(&fixture, ADA, samples::person_id()).await;
    account(&fixture, BOB, PersonId::new(Uuid::from_u128(0xB0B0))).await;
    let (ada, bob) = (token(&fixture, ADA, &[]), token(&fixture, BOB, &[]));
    assert_eq!(
        fixture.get("/account", Some(&ada)).await.json()["second_factors"],
        serde_json::json!([])
    );
    sqlx::query(
        "INSERT INTO identity.passkeys (id, account_id, credential_id, name, credential,
            backup_eligible, backed_up, created_at)
         VALUES ($1, $2, 'c', 'Phone', '{\"cred\": \"secret\"}', true, false, now())",
    )
    .bind(Uuid::from_u128(1))
    .bind(ADA.uuid())
    .execute(fixture.database.owner())
    .await
    .unwrap();
    let own = fixture.get("/account/passkeys", Some(&ada)).await.json();
    assert_eq!(own["data"][0]["name"], "Phone");
    assert_eq!(own["data"][0]["passkey_id"], Uuid::from_u128(1).to_string());
    assert_eq!(own["data"][0]["backup_eligible"], true);
    assert_eq!(own["data"][0]["backed_up"], false);
    assert_eq!(own["data"][0]["last_used_at"], serde_json::Value::Null);
    assert!(!own.to_string().contains("cred"), "{own}");
    let account = fixture.get("/account", Some(&ada)).await.json();
    assert_eq!(account["second_factors"], serde_json::json!(["passkey"]));
    let others = fixture.get("/account/passkeys", Some(&bob)).await.json();
    assert_eq!(others["data"], serde_json::json!([]));
}
