//! Reads the whole log and checks what must hold at every prefix, by a fold that shares no code
//! with the services. Each rule is first shown to fail on a planted fault.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::PgPool;

/// One recorded event, as plain JSON.
#[derive(Clone, Debug)]
pub struct Fact {
    pub shard: i16,
    pub position: i64,
    pub stream: String,
    pub version: i64,
    pub name: String,
    pub payload: Value,
}

/// Everything that was recorded, by shard and position.
pub async fn read_log(pool: &PgPool) -> Vec<Fact> {
    let rows: Vec<(i16, i64, String, i64, String, String)> = sqlx::query_as(
        "SELECT shard, position, aggregate_id, sequence, event_type, payload::text \
           FROM es.events ORDER BY shard, position",
    )
    .fetch_all(pool)
    .await
    .expect("the log can be read");
    let fact = |(shard, position, stream, version, name, payload): (_, _, _, _, String, String)| {
        let tagged: Value = serde_json::from_str(&payload).expect("payloads are JSON");
        let payload = tagged[&name].clone();
        Fact { shard, position, stream, version, name, payload }
    };
    rows.into_iter().map(fact).collect()
}

/// What one stream says at some point.
#[derive(Default)]
struct Office {
    version: i64,
    capacity: Option<u64>,
    allocations: BTreeMap<String, u64>,
    /// Lines of active holds by reservation.
    holds: BTreeMap<String, Vec<(String, u64)>>,
    sold: BTreeMap<String, u64>,
    /// Tickets that are still due, by order.
    missing: BTreeMap<String, Vec<(String, u64)>>,
    tickets: BTreeSet<String>,
}

/// Every breach of I2 (capacity), I3 (orders have exactly their tickets) and I8 (no holes).
pub fn breaches(log: &[Fact]) -> Vec<String> {
    let mut breaches = Vec::new();
    let mut offices: BTreeMap<&str, Office> = BTreeMap::new();
    let mut positions: BTreeMap<i16, i64> = BTreeMap::new();
    for fact in log {
        let last = positions.entry(fact.shard).or_default();
        if fact.position != *last + 1 {
            breaches
                .push(format!("I8: shard {} jumps from {last} to {}", fact.shard, fact.position));
        }
        *last = fact.position;
        let office = offices.entry(&fact.stream).or_default();
        if fact.version != office.version + 1 {
            let (stream, version) = (&fact.stream, office.version);
            breaches.push(format!("I8: {stream} jumps from {version} to {}", fact.version));
        }
        office.version = fact.version;
        office.fold(fact, &mut breaches);
        office.check(fact, &mut breaches);
    }
    for (stream, office) in offices {
        for (order, missing) in office.missing {
            let left: u64 = missing.iter().map(|(_, quantity)| quantity).sum();
            if left > 0 {
                breaches.push(format!("I3: order {order} of {stream} lacks {left} tickets"));
            }
        }
    }
    breaches
}

impl Office {
    fn fold(&mut self, fact: &Fact, breaches: &mut Vec<String>) {
        let payload = &fact.payload;
        match fact.name.as_str() {
            "CapacitySet" => self.capacity = payload["total_capacity"].as_u64(),
            "TicketTypeAdded" | "TicketTypeChanged" => {
                let kind = text(&payload["ticket_type_id"]);
                match payload["terms"]["allocation"].as_u64() {
                    Some(allocation) => self.allocations.insert(kind, allocation),
                    None => self.allocations.remove(&kind),
                };
            }
            "ReservationCreated" => {
                self.holds.insert(text(&payload["reservation_id"]), lines(&payload["lines"]));
            }
            "ReservationExpired" | "ReservationReleased" => {
                let id = text(&payload["reservation_id"]);
                if self.holds.remove(&id).is_none() {
                    breaches.push(format!("I2: {id} ended twice, or never began"));
                }
            }
            "EventCancelled" => self.holds.clear(),
            "OrderPaid" => {
                let id = text(&payload["order_id"]);
                self.holds.remove(&id);
                let lines = lines(&payload["lines"]);
                for (kind, quantity) in &lines {
                    *self.sold.entry(kind.clone()).or_default() += quantity;
                }
                if self.missing.insert(id.clone(), lines).is_some() {
                    breaches.push(format!("I3: order {id} was paid twice"));
                }
            }
            "TicketIssued" => self.issue(payload, breaches),
            _ => {}
        }
    }

    fn issue(&mut self, payload: &Value, breaches: &mut Vec<String>) {
        let (ticket, order) = (text(&payload["ticket_id"]), text(&payload["order_id"]));
        let kind = text(&payload["ticket_type_id"]);
        let missing = self.missing.get_mut(&order);
        let line = missing.and_then(|lines| {
            lines.iter_mut().find(|(due, quantity)| *due == kind && *quantity > 0)
        });
        match line {
            Some((_, quantity)) => *quantity -= 1,
            None => breaches.push(format!("I3: order {order} has one ticket too many")),
        }
        if !self.tickets.insert(ticket.clone()) {
            breaches.push(format!("I3: ticket {ticket} was issued twice"));
        }
    }

    fn check(&self, fact: &Fact, breaches: &mut Vec<String>) {
        let mut taken: BTreeMap<&str, u64> = BTreeMap::new();
        let held = self.holds.values().flatten().map(|(kind, quantity)| (kind, quantity));
        for (kind, quantity) in held.chain(&self.sold) {
            *taken.entry(kind).or_default() += quantity;
        }
        let total: u64 = taken.values().sum();
        let at = format!("{} v{}", fact.stream, fact.version);
        if total > self.capacity.unwrap_or(0) {
            breaches.push(format!("I2: {at}: {total} taken of {:?}", self.capacity));
        }
        for (kind, allocation) in &self.allocations {
            if taken.get(kind.as_str()).is_some_and(|taken| taken > allocation) {
                breaches.push(format!("I2: {at}: type {kind} exceeds {allocation}"));
            }
        }
    }
}

/// I1 for holds: what was acknowledged is there, and nothing that nobody asked for. `unknown` are
/// the holds whose outcome the client never learned.
pub fn holds_breaches(
    log: &[Fact],
    acknowledged: &BTreeSet<String>,
    unknown: usize,
) -> Vec<String> {
    let created = log.iter().filter(|fact| fact.name == "ReservationCreated");
    let recorded: Vec<String> = created.map(|it| text(&it.payload["reservation_id"])).collect();
    let once: BTreeSet<String> = recorded.iter().cloned().collect();
    let mut breaches = Vec::new();
    if once.len() != recorded.len() {
        breaches.push("I1: a hold is recorded twice".to_owned());
    }
    for lost in acknowledged.difference(&once) {
        breaches.push(format!("I1: acknowledged hold {lost} is lost"));
    }
    let unasked = once.difference(acknowledged).count();
    if unasked > unknown {
        breaches.push(format!("I1: {unasked} holds nobody knows of, {unknown} are unknown"));
    }
    breaches
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn lines(value: &Value) -> Vec<(String, u64)> {
    let line = |line: &Value| {
        (text(&line["ticket_type_id"]), line["quantity"].as_u64().unwrap_or_default())
    };
    value.as_array().into_iter().flatten().map(line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn fact(version: i64, name: &str, payload: Value) -> Fact {
        let (stream, name) = ("e".to_owned(), name.to_owned());
        Fact { shard: 0, position: version, stream, version, name, payload }
    }

    fn held(id: &str, quantity: u64) -> Value {
        json!({"reservation_id": id, "lines": [{"ticket_type_id": "t", "quantity": quantity}]})
    }

    fn a_good_log() -> Vec<Fact> {
        let paid = json!({"order_id": "a", "lines": [{"ticket_type_id": "t", "quantity": 2}]});
        let ticket = |id: &str| json!({"ticket_id": id, "order_id": "a", "ticket_type_id": "t"});
        let terms = json!({"ticket_type_id": "t", "terms": {"allocation": 3}});
        vec![
            fact(1, "CapacitySet", json!({"total_capacity": 4})),
            fact(2, "TicketTypeAdded", terms),
            fact(3, "ReservationCreated", held("a", 2)),
            fact(4, "OrderPaid", paid),
            fact(5, "TicketIssued", ticket("1")),
            fact(6, "TicketIssued", ticket("2")),
        ]
    }

    #[test]
    fn finds_nothing_in_a_good_log() {
        assert_eq!(breaches(&a_good_log()), Vec::<String>::new());
    }

    #[test]
    fn finds_an_oversold_type_and_an_oversold_event() {
        let mut log = a_good_log();
        log.push(fact(7, "ReservationCreated", held("b", 2)));
        assert_eq!(breaches(&log).len(), 1, "the type is over, the event is not");
        log.push(fact(8, "ReservationCreated", held("c", 1)));
        assert!(breaches(&log).iter().any(|it| it.contains("5 taken of")));
    }

    #[test]
    fn finds_a_missing_a_doubled_and_a_surplus_ticket() {
        let mut log = a_good_log();
        let doubled = log[5].clone();
        log.pop();
        assert!(breaches(&log)[0].contains("lacks 1 tickets"));
        log.extend([doubled.clone(), Fact { version: 7, position: 7, ..doubled }]);
        assert_eq!(breaches(&log).len(), 2, "one too many, and twice the same");
    }

    #[test]
    fn finds_holes_in_versions_and_positions() {
        let mut log = a_good_log();
        log.remove(2);
        assert_eq!(breaches(&log).iter().filter(|it| it.starts_with("I8")).count(), 2);
    }

    #[test]
    fn finds_a_lost_and_an_unasked_hold() {
        let log = a_good_log();
        let lost = BTreeSet::from(["a".to_owned(), "z".to_owned()]);
        assert_eq!(holds_breaches(&log, &lost, 0).len(), 1);
        assert_eq!(holds_breaches(&log, &BTreeSet::new(), 0).len(), 1);
        assert_eq!(holds_breaches(&log, &BTreeSet::new(), 1).len(), 0);
    }
}
