//! Log-ins elsewhere: which providers there are, and which open the own account.

use serde::Serialize;
use shared::{clock::Timestamp, id::AccountId};
use sqlx::PgPool;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::query_error::QueryError;

row!(
    /// Where people can log in from elsewhere.
    #[derive(Debug, Serialize, ToSchema)]
    pub struct LoginProviderView {
        /// In addresses: `/auth/oidc/{name}/start`.
        #[schema(example = "google")]
        pub name: String,
        /// What people know it as.
        #[schema(example = "Google")]
        pub label: String,
    }
);

row!(
    /// A log-in elsewhere that opens the account.
    #[derive(Debug, Serialize, ToSchema)]
    pub struct LinkedLoginView {
        pub identity_id: Uuid,
        #[schema(example = "google")]
        pub provider: String,
        /// Absent if people can't log in with the provider any more.
        #[schema(example = "Google")]
        pub label: Option<String>,
        #[schema(value_type = chrono::DateTime<chrono::Utc>)]
        pub linked_at: Timestamp,
        #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
        pub last_used_at: Option<Timestamp>,
    }
);

/// Where people can log in from elsewhere, in the order in which it is offered.
///
/// # Errors
///
/// [`QueryError`].
pub async fn providers(pool: &PgPool) -> Result<Vec<LoginProviderView>, QueryError> {
    let statement = "SELECT name, label FROM identity.login_providers ORDER BY place, name";
    Ok(sqlx::query_as(statement).fetch_all(pool).await?)
}

/// The log-ins that open an account.
///
/// # Errors
///
/// [`QueryError`].
pub async fn linked(pool: &PgPool, account: AccountId) -> Result<Vec<LinkedLoginView>, QueryError> {
    let linked = sqlx::query_as(
        "SELECT l.id AS identity_id, l.provider, p.label, l.linked_at, l.last_used_at
           FROM identity.linked_logins AS l
           LEFT JOIN identity.login_providers AS p ON p.name = l.provider
          WHERE l.account_id = $1 ORDER BY l.linked_at",
    )
    .bind(account.uuid())
    .fetch_all(pool)
    .await?;
    Ok(linked)
}
