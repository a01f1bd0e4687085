//! All providers that people can log in with.

use std::{sync::Arc, time::Duration};

use shared::clock::Clock;
use sqlx::PgPool;
use url::Url;

use super::{
    client::Provider,
    fault::OidcError,
    settings::{InvalidProviders, ProviderSettings},
};

/// How long a provider may take for one answer. Several are needed before the edge gives up.
pub const PATIENCE: Duration = Duration::from_secs(6);

/// The configured providers. Clones share what the providers said.
#[derive(Clone, Default)]
pub struct Providers(Arc<[Provider]>);

impl Providers {
    /// Clients for these providers. People come back to pages below `public_url`.
    ///
    /// # Errors
    ///
    /// [`InvalidProviders::Client`].
    pub fn try_new(
        settings: Vec<ProviderSettings>,
        public_url: &Url,
        clock: &Clock,
        patience: Duration,
    ) -> Result<Self, InvalidProviders> {
        let provider = |one| Provider::try_new(one, public_url, clock.clone(), patience);
        let all: Result<Vec<Provider>, reqwest::Error> =
            settings.into_iter().map(provider).collect();
        Ok(Self(all?.into()))
    }

    /// The provider of that name.
    ///
    /// # Errors
    ///
    /// [`OidcError::UnknownProvider`].
    pub(super) fn find(&self, name: &str) -> Result<&Provider, OidcError> {
        let found = self.0.iter().find(|provider| provider.settings.name == name);
        found.ok_or(OidcError::UnknownProvider)
    }

    /// Tells the pages which providers there are.
    ///
    /// # Errors
    ///
    /// If the database refuses.
    pub async fn publish(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let of = |pick: fn(&ProviderSettings) -> &String| -> Vec<String> {
            self.0.iter().map(|provider| pick(&provider.settings).clone()).collect()
        };
        let names = of(|settings| &settings.name);
        let mut tx = pool.begin().await?;
        sqlx::query("DELETE FROM identity.login_providers WHERE name <> ALL($1)")
            .bind(&names)
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO identity.login_providers (name, label, place) \
             SELECT * FROM unnest($1::text[], $2::text[]) WITH ORDINALITY \
             ON CONFLICT (name) DO UPDATE SET label = excluded.label, place = excluded.place",
        )
        .bind(&names)
        .bind(of(|settings| &settings.label))
        .execute(&mut *tx)
        .await?;
        tx.commit().await
    }
}
