//! Tries to log in, again and again: every other time with a wrong password.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{Answer, Buyer, Request, Verdict};

/// Who may be tried, and from how many addresses.
#[derive(Clone, Debug)]
pub struct Flood {
    /// Addresses of accounts that exist.
    pub emails: Vec<String>,
    /// Of all of them.
    pub password: String,
    /// Clients that the attempts come from, one after the other.
    pub clients: u32,
}

/// What was answered.
#[derive(Debug, Default)]
pub struct Counts {
    /// Let in with the right password.
    pub let_in: AtomicU64,
    /// Told that the password is wrong, after the work of a hash.
    pub turned_away: AtomicU64,
    /// 503: no place in the queue.
    pub busy: AtomicU64,
    /// 429: a rate limit.
    pub limited: AtomicU64,
}

/// Somebody who tries.
pub struct LogIns {
    flood: Arc<Flood>,
    counts: Arc<Counts>,
    next: u64,
    step: u64,
    is_right: bool,
    text: String,
}

impl LogIns {
    /// So many of them, which share the counts.
    pub fn all(flood: Flood, count: u64) -> (Vec<Self>, Arc<Counts>) {
        let (flood, counts) = (Arc::new(flood), Arc::<Counts>::default());
        let one = |next| Self {
            flood: Arc::clone(&flood),
            counts: Arc::clone(&counts),
            next,
            step: count,
            is_right: false,
            text: String::new(),
        };
        ((0..count).map(one).collect(), counts)
    }
}

impl Buyer for LogIns {
    fn request(&mut self) -> Option<Request<'_>> {
        let (number, flood) = (self.next, &self.flood);
        self.next = number.wrapping_add(self.step);
        // By rounds, so that each connection has right and wrong ones.
        self.is_right = (number / self.step).is_multiple_of(2);
        let emails = u64::try_from(flood.emails.len()).unwrap_or(u64::MAX);
        let email = usize::try_from(number.checked_rem(emails)?).ok();
        let email = email.and_then(|place| flood.emails.get(place))?;
        let password = if self.is_right { flood.password.as_str() } else { "not the right one" };
        let client = number.checked_rem(u64::from(flood.clients))?;
        let body = format!(r#"{{"email":"{email}","password":"{password}","session":"token"}}"#);
        self.text = format!(
            "POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Forwarded-For: 198.18.{}.{}\r\nContent-Length: {}\r\n\r\n{body}",
            client / 250 % 250,
            client % 250,
            body.len()
        );
        Some(Request { target: 0, bytes: self.text.as_bytes() })
    }

    fn answered(&mut self, answer: &Answer<'_>) -> Verdict {
        let counts = &self.counts;
        let (count, verdict) = match (answer.status, self.is_right) {
            (200, true) => (&counts.let_in, Verdict::Accepted),
            (401, false) => (&counts.turned_away, Verdict::Accepted),
            (503, _) => (&counts.busy, Verdict::Refused),
            (429, _) => (&counts.limited, Verdict::Refused),
            _ => return Verdict::Failed,
        };
        count.fetch_add(1, Ordering::Relaxed);
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> (Vec<LogIns>, Arc<Counts>) {
        let emails = vec!["a@example.com".to_owned(), "b@example.com".to_owned()];
        LogIns::all(Flood { emails, password: "right".to_owned(), clients: 1000 }, 2)
    }

    fn text(log_ins: &mut LogIns) -> String {
        String::from_utf8(log_ins.request().unwrap().bytes.to_vec()).unwrap()
    }

    #[test]
    fn every_other_password_is_wrong_and_the_answers_must_fit() {
        let (mut both, counts) = two();
        let first = text(&mut both[0]);
        assert!(first.contains(r#""email":"a@example.com","password":"right""#), "{first}");
        assert!(first.contains("X-Forwarded-For: 198.18.0.0\r\n"), "{first}");
        let answer = |status| Answer { status, body: b"", log_position: None };
        assert_eq!(both[0].answered(&answer(401)), Verdict::Failed);
        assert_eq!(both[0].answered(&answer(200)), Verdict::Accepted);
        let second = text(&mut both[0]);
        assert!(second.contains("not the right one"), "{second}");
        assert!(second.contains("X-Forwarded-For: 198.18.0.2\r\n"), "{second}");
        assert_eq!(both[0].answered(&answer(200)), Verdict::Failed);
        assert_eq!(both[0].answered(&answer(401)), Verdict::Accepted);
        assert_eq!(both[1].answered(&answer(503)), Verdict::Refused);
        assert_eq!(both[1].answered(&answer(429)), Verdict::Refused);
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let all = [&counts.let_in, &counts.turned_away, &counts.busy, &counts.limited].map(read);
        assert_eq!(all, [1, 1, 1, 1]);
    }

    #[test]
    fn the_length_of_the_body_is_true() {
        let text = text(&mut two().0[1]);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
    }
}
