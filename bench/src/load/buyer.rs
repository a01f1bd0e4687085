//! What one connection asks, again and again.

use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::answer::Answer;

/// A request, ready to be written.
pub struct Request<'a> {
    /// Which of the plan's servers it goes to.
    pub target: usize,
    pub bytes: &'a [u8],
}

/// What an answer meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What was wanted happened; its time counts.
    Accepted,
    /// A rule said no.
    Refused,
    /// Something is broken, or an answer was not foreseen.
    Failed,
    /// One step of several; the next request belongs to the same wish.
    Continued,
    /// The same as [`Verdict::Continued`], after a pause.
    Later(Duration),
}

/// Somebody with a connection and a wish.
pub trait Buyer {
    /// The next request, or `None` if this buyer is done.
    fn request(&mut self) -> Option<Request<'_>>;

    /// Takes the answer to the last request.
    fn answered(&mut self, answer: &Answer<'_>) -> Verdict;
}

/// Places where a fresh number is written, in hex, before every request.
const DIGITS: usize = 16;
const PLACE: &[u8; DIGITS] = b"################";

/// Holds tickets, each time as another person, until they are sold out.
pub struct Holder {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
    next: u64,
    step: u64,
    sold_out: bool,
    asked: u64,
    samples: Option<Samples>,
}

/// Holds of which is kept when they were answered: every so many of each buyer.
#[derive(Clone)]
pub struct Samples {
    every: u64,
    taken: Arc<Mutex<Vec<Sample>>>,
}

/// A hold that was confirmed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Where in the log it is.
    pub position: u64,
    /// When the buyer had the answer.
    pub answered: Instant,
}

impl Samples {
    /// Keeps one of `every` holds.
    pub fn of_every(every: u64) -> Self {
        Self { every, taken: Arc::default() }
    }

    /// What was kept so far, by position.
    pub fn taken(&self) -> Vec<Sample> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
        taken.sort_by_key(|sample| sample.position);
        taken
    }

    fn keep(&self, position: u64) {
        let sample = Sample { position, answered: Instant::now() };
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
    }
}

impl Holder {
    /// Buyer `number` of `all`, with its own share of the numbers from `first` on, so that no two
    /// requests have the same person or idempotency key.
    pub fn new(path: &str, ticket_type: &str, number: u64, all: u64, first: u64) -> Self {
        let place = String::from_utf8_lossy(PLACE);
        let body = format!(
            r#"{{"items":[{{"ticket_type_id":"{ticket_type}","quantity":2}}],"contact":{{"email":"{place}@example.com"}}}}"#
        );
        let bytes = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nIdempotency-Key: {place}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes();
        let places = places(&bytes);
        let next = first.wrapping_add(number);
        let (asked, samples) = (number, None);
        Self { bytes, places, next, step: all, sold_out: false, asked, samples }
    }

    /// The same, keeping when some of its holds were answered.
    #[must_use]
    pub fn sampled(self, samples: &Samples) -> Self {
        Self { samples: Some(samples.clone()), ..self }
    }

    /// How many tickets each of its holds takes.
    pub const QUANTITY: u32 = 2;
}

impl Buyer for Holder {
    fn request(&mut self) -> Option<Request<'_>> {
        if self.sold_out {
            return None;
        }
        let digits = hex(self.next);
        self.next = self.next.wrapping_add(self.step);
        for place in &self.places {
            if let Some(place) = self.bytes.get_mut(place.clone()) {
                place.copy_from_slice(&digits);
            }
        }
        Some(Request { target: 0, bytes: &self.bytes })
    }

    fn answered(&mut self, answer: &Answer<'_>) -> Verdict {
        match answer.status {
            201 => {
                self.asked = self.asked.wrapping_add(1);
                let wanted = |samples: &&Samples| self.asked.is_multiple_of(samples.every.max(1));
                let samples = self.samples.as_ref().filter(wanted);
                if let Some((samples, position)) = samples.zip(answer.log_position) {
                    samples.keep(position);
                }
                Verdict::Accepted
            }
            409 => {
                self.sold_out = true;
                Verdict::Refused
            }
            _ => Verdict::Failed,
        }
    }
}

/// Asks the same question for ever.
pub struct Reader {
    bytes: Vec<u8>,
}

impl Reader {
    pub fn new(path: &str) -> Self {
        Self { bytes: format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes() }
    }
}

impl Buyer for Reader {
    fn request(&mut self) -> Option<Request<'_>> {
        Some(Request { target: 0, bytes: &self.bytes })
    }

    fn answered(&mut self, answer: &Answer<'_>) -> Verdict {
        if answer.status == 200 { Verdict::Accepted } else { Verdict::Failed }
    }
}

fn places(bytes: &[u8]) -> Vec<Range<usize>> {
    let found = bytes.windows(DIGITS).enumerate().filter(|(_, window)| window == PLACE);
    found.map(|(start, _)| start..start + DIGITS).collect()
}

fn hex(number: u64) -> [u8; DIGITS] {
    let mut digits = *PLACE;
    for (nibble, digit) in digits.iter_mut().rev().enumerate() {
        let value = (number >> (4 * nibble)) & 15;
        *digit = usize::try_from(value)
            .ok()
            .and_then(|v| b"0123456789abcdef".get(v))
            .copied()
            .unwrap_or(b'0');
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, log_position: Option<u64>) -> Answer<'static> {
        Answer { status, body: b"", log_position }
    }

    #[test]
    fn keeps_one_of_so_many_holds() {
        let samples = Samples::of_every(3);
        let mut holder = Holder::new("/x", "type", 0, 1, 0).sampled(&samples);
        for position in 1..=7 {
            holder.answered(&answer(201, Some(position)));
        }
        let kept: Vec<u64> = samples.taken().iter().map(|sample| sample.position).collect();
        assert_eq!(kept, [3, 6]);
    }

    fn text(holder: &mut Holder) -> String {
        String::from_utf8(holder.request().unwrap().bytes.to_vec()).unwrap()
    }

    #[test]
    fn every_hold_is_another_persons() {
        let mut first = Holder::new("/x", "type", 0, 2, 0xabc0);
        let mut second = Holder::new("/x", "type", 1, 2, 0xabc0);
        let texts = [text(&mut first), text(&mut second), text(&mut first)];
        for (text, number) in texts.iter().zip(["abc0", "abc1", "abc2"]) {
            let digits = format!("{number:0>16}");
            assert!(text.contains(&format!("Idempotency-Key: {digits}\r\n")), "{text}");
            assert!(text.contains(&format!("{digits}@example.com")), "{text}");
        }
    }

    #[test]
    fn the_length_of_the_body_is_true() {
        let text = text(&mut Holder::new("/x", "type", 0, 1, 0));
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Length: {}", body.len())), "{head}");
    }

    #[test]
    fn asks_no_more_once_sold_out() {
        let mut holder = Holder::new("/x", "type", 0, 1, 0);
        assert_eq!(holder.answered(&answer(409, None)), Verdict::Refused);
        assert!(holder.request().is_none());
    }
}
