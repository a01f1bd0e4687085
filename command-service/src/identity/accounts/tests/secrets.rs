//! What is stored, and what may be read of it.

use super::ADA;
use crate::identity::testing::{PASSWORD, World};

#[tokio::test]
async fn no_token_or_password_is_stored() {
    let world = World::start().await;
    let session = world.an_account(ADA).await;
    let mailed = world.mailed(ADA, "verify_email").await.unwrap();
    for table in ["accounts", "sessions", "refresh_tokens", "one_time_tokens", "audit_pending"] {
        let dump = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM identity.{table} t");
        let rows: String =
            sqlx::query_scalar(&dump).fetch_one(world.database.owner()).await.unwrap();
        for secret in [PASSWORD, &session.refresh, &mailed, ADA] {
            assert!(!rows.contains(secret), "{table}");
        }
    }
}

#[tokio::test]
async fn the_projection_service_reads_nothing_that_proves_who_someone_is() {
    let world = World::start().await;
    let pool = world.database.projection();
    for column in [
        "password_hash FROM identity.accounts",
        "token_sha256 FROM identity.refresh_tokens",
        "token_sha256 FROM identity.one_time_tokens",
        "stepped_up_at FROM identity.sessions",
        "secret FROM identity.second_factors",
        "code_sha256 FROM identity.recovery_codes",
        "token_sha256 FROM identity.invitations",
        "credential FROM identity.passkeys",
        "state FROM identity.passkey_ceremonies",
        "payload FROM identity.audit_pending",
        "* FROM identity.accounts",
    ] {
        let refused = sqlx::query(&format!("SELECT {column}")).fetch_optional(pool).await;
        let code =
            refused.unwrap_err().into_database_error().and_then(|e| e.code().map(Into::into));
        assert_eq!(code, Some("42501".to_owned()), "{column}");
    }
    let allowed = "SELECT id, person_id, email_verified_at FROM identity.accounts";
    assert!(sqlx::query(allowed).fetch_optional(pool).await.is_ok());
}
