//! Buys to the end: hold, payment, card, and then looks until the tickets are there.

use std::time::Duration;

use serde_json::Value;

use super::{Answer, Buyer, Request, Verdict};

/// The numbers of the servers in the plan of a [`Purchaser`].
pub const COMMAND: usize = 0;
pub const SIMULATOR: usize = 1;
pub const PROJECTION: usize = 2;

/// How often one looks whether the tickets are there.
const LOOK_EVERY: Duration = Duration::from_millis(10);

const SIMULATOR_KEY: &str = "sk_test_bench";

/// Somebody who buys two tickets, again and again, each time as another person.
pub struct Purchaser {
    event: String,
    ticket_type: String,
    next: u64,
    step: u64,
    stage: Stage,
    text: String,
}

/// What comes next.
enum Stage {
    Hold,
    Pay { hold: Hold },
    Confirm { hold: Hold, intent: String, client_secret: String },
    Look { hold: Hold },
}

#[derive(Clone)]
struct Hold {
    reservation: String,
    token: String,
}

impl Purchaser {
    /// Buyer `number` of `all`, with its own share of the numbers from `first` on.
    pub fn new(event: &str, ticket_type: &str, number: u64, all: u64, first: u64) -> Self {
        Self {
            event: event.to_owned(),
            ticket_type: ticket_type.to_owned(),
            next: first.wrapping_add(number),
            step: all,
            stage: Stage::Hold,
            text: String::new(),
        }
    }

    fn post(&mut self, path: &str, headers: &str, kind: &str, body: &str) {
        let length = body.len();
        self.text = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
        );
    }

    fn write(&mut self) -> usize {
        let (event, key) = (self.event.clone(), format!("{:016x}", self.next));
        match &self.stage {
            Stage::Hold => {
                let ticket_type = &self.ticket_type;
                let body = format!(
                    r#"{{"items":[{{"ticket_type_id":"{ticket_type}","quantity":2}}],"contact":{{"email":"{key}@example.com"}}}}"#
                );
                let path = format!("/api/v1/events/{event}/reservations");
                let headers = format!("Idempotency-Key: {key}\r\n");
                self.post(&path, &headers, "application/json", &body);
                COMMAND
            }
            Stage::Pay { hold: Hold { reservation, token } } => {
                let path = format!("/api/v1/events/{event}/reservations/{reservation}/payments");
                let headers =
                    format!("Idempotency-Key: {key}\r\nAuthorization: Bearer {token}\r\n");
                self.post(&path, &headers, "application/json", r#"{"provider":"stripe"}"#);
                COMMAND
            }
            Stage::Confirm { intent, client_secret, .. } => {
                let path = format!("/v1/payment_intents/{intent}/confirm");
                let body = format!("payment_method=pm_card_visa&client_secret={client_secret}");
                let headers = format!("Authorization: Bearer {SIMULATOR_KEY}\r\n");
                self.post(&path, &headers, "application/x-www-form-urlencoded", &body);
                SIMULATOR
            }
            Stage::Look { hold: Hold { reservation, token } } => {
                self.text = format!(
                    "GET /api/v1/orders/{reservation}/tickets HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n"
                );
                PROJECTION
            }
        }
    }
}

impl Buyer for Purchaser {
    fn request(&mut self) -> Option<Request<'_>> {
        let target = self.write();
        Some(Request { target, bytes: self.text.as_bytes() })
    }

    fn answered(&mut self, answer: &Answer<'_>) -> Verdict {
        let body: Value = serde_json::from_slice(answer.body).unwrap_or(Value::Null);
        let text = |name: &str| {
            body.get(name).and_then(Value::as_str).map(str::to_owned).unwrap_or_default()
        };
        let stage = std::mem::replace(&mut self.stage, Stage::Hold);
        let (next, verdict) = match (stage, answer.status) {
            (Stage::Hold, 201) => {
                let hold =
                    Hold { reservation: text("reservation_id"), token: text("access_token") };
                (Stage::Pay { hold }, Verdict::Continued)
            }
            (Stage::Pay { hold }, 201) => {
                let (intent, client_secret) = (text("payment_reference"), text("client_secret"));
                (Stage::Confirm { hold, intent, client_secret }, Verdict::Continued)
            }
            (Stage::Confirm { hold, .. }, 200) => (Stage::Look { hold }, Verdict::Continued),
            (Stage::Look { hold }, 200 | 404) => {
                let tickets = body.get("data").and_then(Value::as_array).map_or(0, Vec::len);
                match tickets {
                    2 => (Stage::Hold, Verdict::Accepted),
                    _ => (Stage::Look { hold }, Verdict::Later(LOOK_EVERY)),
                }
            }
            (Stage::Hold, 409) => (Stage::Hold, Verdict::Refused),
            _ => (Stage::Hold, Verdict::Failed),
        };
        if matches!(next, Stage::Hold) {
            self.next = self.next.wrapping_add(self.step);
        }
        self.stage = next;
        verdict
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(buyer: &mut Purchaser) -> (usize, String) {
        let request = buyer.request().unwrap();
        (request.target, String::from_utf8(request.bytes.to_vec()).unwrap())
    }

    fn told(buyer: &mut Purchaser, status: u16, body: &str) -> Verdict {
        buyer.answered(&Answer { status, body: body.as_bytes(), log_position: None })
    }

    #[test]
    fn goes_from_hold_to_tickets() {
        let mut buyer = Purchaser::new("event", "type", 0, 1, 7);
        let (target, first) = asked(&mut buyer);
        assert!(target == COMMAND && first.starts_with("POST /api/v1/events/event/reservations "));
        let hold = r#"{"reservation_id":"r","access_token":"t"}"#;
        assert_eq!(told(&mut buyer, 201, hold), Verdict::Continued);
        assert!(asked(&mut buyer).1.contains("/reservations/r/payments"));
        let intent = r#"{"payment_reference":"pi","client_secret":"s"}"#;
        assert_eq!(told(&mut buyer, 201, intent), Verdict::Continued);
        let (target, confirm) = asked(&mut buyer);
        assert!(target == SIMULATOR && confirm.contains("/v1/payment_intents/pi/confirm"));
        assert_eq!(told(&mut buyer, 200, "{}"), Verdict::Continued);
        assert_eq!(asked(&mut buyer).0, PROJECTION);
        assert_eq!(told(&mut buyer, 404, "{}"), Verdict::Later(LOOK_EVERY));
        assert_eq!(told(&mut buyer, 200, r#"{"data":[1,2]}"#), Verdict::Accepted);
        assert_ne!(asked(&mut buyer).1, first, "the next purchase is another person's");
    }

    #[test]
    fn a_step_that_fails_ends_the_purchase() {
        let mut buyer = Purchaser::new("event", "type", 0, 1, 7);
        assert_eq!(told(&mut buyer, 500, ""), Verdict::Failed);
        assert!(asked(&mut buyer).1.starts_with("POST /api/v1/events/event/reservations "));
    }
}
