//! Recognises commands that were decided before.

use std::collections::{HashMap, VecDeque};

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use shared::{clock::Timestamp, id::CommandId};

use super::message::RequestDigest;

/// How long a command id is remembered at least: idempotency keys are promised for 24 hours.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// What a known command caused: `count` events from `first_version` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Known {
    pub first_version: i64,
    pub count: u16,
    /// 0 if the command had no body to compare.
    digest: u64,
}

impl Known {
    /// Whether a request with this digest is the one that was decided.
    pub fn is_same_request(&self, digest: Option<RequestDigest>) -> bool {
        digest.is_none_or(|RequestDigest(asked)| self.digest == 0 || self.digest == asked)
    }
}

/// The ids of the commands that caused events in the last 24 hours.
#[derive(Debug, Default)]
pub(super) struct CommandWindow {
    known: HashMap<CommandId, Known>,
    /// Ids by minute of decision, oldest first.
    minutes: VecDeque<(i64, Vec<CommandId>)>,
}

impl CommandWindow {
    pub fn get(&self, id: CommandId) -> Option<Known> {
        self.known.get(&id).copied()
    }

    /// Notes that the event at `version` was caused by `id`. Called in the order of the stream;
    /// the events of one command are neighbours.
    pub fn note(
        &mut self,
        id: CommandId,
        version: i64,
        at: Timestamp,
        digest: Option<RequestDigest>,
    ) {
        if id.uuid().is_nil() {
            return;
        }
        if let Some(known) = self.known.get_mut(&id) {
            known.count = known.count.saturating_add(1);
            return;
        }
        let digest = digest.map_or(0, |RequestDigest(digest)| digest);
        self.known.insert(id, Known { first_version: version, count: 1, digest });
        let minute = at.timestamp() / 60;
        match self.minutes.back_mut() {
            Some((last, ids)) if *last >= minute => ids.push(id),
            Some(_) | None => self.minutes.push_back((minute, vec![id])),
        }
    }

    /// Forgets what is older than a day at `now`.
    pub fn forget_old(&mut self, now: Timestamp) {
        let oldest = (now - KEPT).timestamp() / 60;
        while self.minutes.front().is_some_and(|(minute, _)| *minute < oldest) {
            for id in self.minutes.pop_front().map(|(_, ids)| ids).unwrap_or_default() {
                self.known.remove(&id);
            }
        }
    }

    /// The content in order of time, for a snapshot.
    pub fn to_entries(&self) -> Vec<(i64, Vec<(CommandId, Known)>)> {
        let entries_of = |ids: &[CommandId]| {
            ids.iter().filter_map(|id| Some((*id, *self.known.get(id)?))).collect()
        };
        self.minutes.iter().map(|(minute, ids)| (*minute, entries_of(ids))).collect()
    }

    /// The reverse of [`Self::to_entries`].
    pub fn from_entries(entries: Vec<(i64, Vec<(CommandId, Known)>)>) -> Self {
        let size = entries.iter().map(|(_, entries)| entries.len()).sum();
        let mut window = Self { known: HashMap::with_capacity(size), minutes: VecDeque::new() };
        for (minute, entries) in entries {
            window.minutes.push_back((minute, entries.iter().map(|(id, _)| *id).collect()));
            window.known.extend(entries);
        }
        window
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use uuid::Uuid;

    fn id(n: u128) -> CommandId {
        CommandId::new(Uuid::from_u128(n))
    }

    fn at(seconds: i64) -> Timestamp {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn spans_all_events_of_a_command() {
        let mut window = CommandWindow::default();
        window.note(id(1), 5, at(0), None);
        window.note(id(1), 6, at(0), None);
        let known = window.get(id(1)).unwrap();
        assert_eq!((known.first_version, known.count), (5, 2));
    }

    #[test]
    fn tells_another_body_under_the_same_key() {
        let mut window = CommandWindow::default();
        window.note(id(1), 5, at(0), Some(RequestDigest(77)));
        let known = window.get(id(1)).unwrap();
        assert!(known.is_same_request(Some(RequestDigest(77))));
        assert!(!known.is_same_request(Some(RequestDigest(78))));
    }

    #[test]
    fn keeps_a_command_for_a_day_and_not_much_longer() {
        let mut window = CommandWindow::default();
        window.note(id(1), 1, at(0), None);
        window.forget_old(at(24 * 3600));
        assert!(window.get(id(1)).is_some());
        window.forget_old(at(24 * 3600 + 60));
        assert!(window.get(id(1)).is_none());
    }

    #[test]
    fn survives_a_snapshot() {
        let mut window = CommandWindow::default();
        window.note(id(1), 1, at(0), Some(RequestDigest(7)));
        window.note(id(2), 2, at(90), None);
        let mut restored = CommandWindow::from_entries(window.to_entries());
        assert_eq!(restored.get(id(1)), window.get(id(1)));
        restored.forget_old(at(24 * 3600 + 60));
        assert!(restored.get(id(1)).is_none());
        assert!(restored.get(id(2)).is_some());
    }

    #[test]
    fn ignores_what_nobody_asked_for() {
        let mut window = CommandWindow::default();
        window.note(id(0), 1, at(0), None);
        assert!(window.get(id(0)).is_none());
    }
}
