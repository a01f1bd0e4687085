//! What the handlers work with.

use std::sync::Arc;

use shared::{
    auth::AccessTokens,
    clock::Clock,
    id::{EventId, IdSource},
};

use crate::{
    box_office::EventView,
    payment::Payments,
    runtime::{BoxOffices, ExecuteError},
    vault::PersonKey,
};

/// The state behind the box office routes.
#[derive(Clone)]
pub struct App {
    inner: Arc<Parts>,
}

/// The parts of an [`App`].
pub struct Parts {
    pub offices: BoxOffices,
    pub person_key: PersonKey,
    pub access_tokens: AccessTokens,
    pub payments: Payments,
    pub ids: IdSource,
    pub clock: Clock,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self { inner: Arc::new(parts) }
    }

    /// The event as its organizer sees it, as of the last decision.
    ///
    /// # Errors
    ///
    /// [`ExecuteError::NotFound`] if there is none, else as [`BoxOffices::inspect`].
    pub async fn event_view(&self, event: EventId) -> Result<EventView, ExecuteError> {
        let view = self.offices.inspect(event, |office, _| office.view()).await?;
        view.ok_or(ExecuteError::NotFound)
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.inner
    }
}
