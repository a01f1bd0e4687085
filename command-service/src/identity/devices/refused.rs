//! Refused proofs of devices, told in the history of their organisation.
//!
//! The same is told once an hour by each process: whoever keeps trying fills no log. All are counted.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::identity::{DeviceRefusal, IdentityEvent},
    id::DeviceId,
};

use super::stored::Stored;
use crate::identity::{IdentityState, audit::Subject};

const QUIET: TimeDelta = TimeDelta::hours(1);
/// More than all devices of a large installation together; beyond it they are only counted.
const REMEMBERED: usize = 20_000;

/// What was told lately.
#[derive(Debug, Default)]
pub struct Refusals {
    told: Mutex<HashMap<(DeviceId, DeviceRefusal), Timestamp>>,
}

impl Refusals {
    /// Whether this is to be told; if so, it isn't for an hour from now.
    fn is_news(&self, what: (DeviceId, DeviceRefusal), now: Timestamp) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.get(&what).is_some_and(|at| now < *at + QUIET) {
            return false;
        }
        if told.len() >= REMEMBERED {
            told.retain(|_, at| now < *at + QUIET);
        }
        let has_room = told.len() < REMEMBERED;
        if has_room {
            told.insert(what, now);
        }
        has_room
    }

    /// It wasn't told after all.
    fn forget(&self, what: (DeviceId, DeviceRefusal)) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).remove(&what);
    }
}

/// Notes that a device, or who took itself for it, was refused: beside the request, so that the answer
/// takes the same time for devices that don't exist.
pub fn note(state: &IdentityState, stored: &Stored, because: DeviceRefusal) {
    metrics::counter!("device_proofs_refused_total", "reason" => because.code()).increment(1);
    let device_id = stored.device;
    if !state.refusals.is_news((device_id, because), state.clock.now()) {
        return;
    }
    let (state, subject) = (state.clone(), Subject::Organization(stored.organization));
    let fact = IdentityEvent::DeviceProofRefused { device_id, event_id: stored.event, because };
    tokio::spawn(async move {
        if let Err(error) = tell(&state, subject, &fact).await {
            state.refusals.forget((device_id, because));
            tracing::warn!(%error, "a refused door device is not in the history");
        }
    });
}

/// By the public: whoever was refused is not believed to be the device.
async fn tell(
    state: &IdentityState,
    subject: Subject,
    fact: &IdentityEvent,
) -> Result<(), sqlx::Error> {
    let mut connection = state.pool.acquire().await?;
    state.audit.note(&mut connection, subject, "public", fact).await
}

#[cfg(test)]
mod tests {
    use shared::{clock::Clock, id::IdSource};

    use super::*;

    #[test]
    fn the_same_is_news_once_an_hour() {
        let (refusals, now) = (Refusals::default(), Clock::system().now());
        let [one, other] = [(); 2].map(|()| DeviceId::new(IdSource.next()));
        let replayed = (one, DeviceRefusal::ChallengeReplayed);
        assert!(refusals.is_news(replayed, now));
        assert!(!refusals.is_news(replayed, now));
        assert!(!refusals.is_news(replayed, now + QUIET - TimeDelta::microseconds(1)));
        assert!(refusals.is_news((one, DeviceRefusal::WrongSignature), now));
        assert!(refusals.is_news((other, DeviceRefusal::ChallengeReplayed), now));
        assert!(refusals.is_news(replayed, now + QUIET));
        refusals.forget(replayed);
        assert!(refusals.is_news(replayed, now + QUIET), "it could not be told");
    }

    #[test]
    fn a_flood_over_many_devices_takes_little_memory_and_ends_after_an_hour() {
        let (refusals, now) = (Refusals::default(), Clock::system().now());
        let a_refusal = || (DeviceId::new(IdSource.next()), DeviceRefusal::WrongSignature);
        let told = (0..REMEMBERED + 100).filter(|_| refusals.is_news(a_refusal(), now)).count();
        assert_eq!(told, REMEMBERED);
        assert!(refusals.is_news(a_refusal(), now + QUIET));
    }
}
