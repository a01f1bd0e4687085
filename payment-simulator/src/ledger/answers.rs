//! Idempotency keys: the same key and parameters get the same answer, for a day.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};
use serde_json::Value;

const KEPT_SECONDS: i64 = 24 * 3600;

/// What a request with a key was answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub key: String,
    /// Method, path and parameters of the request.
    pub fingerprint: String,
    pub status: u16,
    pub body: Value,
    /// Seconds since 1970.
    pub at: i64,
}

/// What is known of a key.
#[derive(Debug)]
pub enum Known {
    /// Nothing.
    No,
    /// This was answered before.
    Same { status: u16, body: Value },
    /// The key was used for something else.
    Other,
}

#[derive(Debug, Default)]
pub(super) struct Answers {
    by_key: HashMap<String, Answer>,
    oldest_first: VecDeque<(i64, String)>,
}

impl Answers {
    pub(super) fn known(&self, key: &str, fingerprint: &str) -> Known {
        match self.by_key.get(key) {
            None => Known::No,
            Some(answer) if answer.fingerprint == fingerprint => {
                Known::Same { status: answer.status, body: answer.body.clone() }
            }
            Some(_) => Known::Other,
        }
    }

    pub(super) fn insert(&mut self, answer: Answer) {
        while let Some((at, key)) = self.oldest_first.front() {
            if *at > answer.at - KEPT_SECONDS {
                break;
            }
            self.by_key.remove(key);
            self.oldest_first.pop_front();
        }
        self.oldest_first.push_back((answer.at, answer.key.clone()));
        self.by_key.insert(answer.key.clone(), answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn an_answer(key: &str, at: i64) -> Answer {
        Answer {
            key: key.to_owned(),
            fingerprint: "POST /v1/refunds a=1".to_owned(),
            status: 200,
            body: Value::Null,
            at,
        }
    }

    #[test]
    fn knows_a_key_for_a_day_only() {
        let mut answers = Answers::default();
        answers.insert(an_answer("first", 0));
        answers.insert(an_answer("second", KEPT_SECONDS - 1));
        assert!(matches!(answers.known("first", "POST /v1/refunds a=1"), Known::Same { .. }));
        answers.insert(an_answer("third", KEPT_SECONDS));
        assert!(matches!(answers.known("first", "POST /v1/refunds a=1"), Known::No));
        assert!(matches!(answers.known("second", "POST /v1/refunds a=1"), Known::Same { .. }));
    }

    #[test]
    fn tells_another_request_with_the_same_key() {
        let mut answers = Answers::default();
        answers.insert(an_answer("key", 0));
        assert!(matches!(answers.known("key", "POST /v1/refunds a=2"), Known::Other));
    }
}
