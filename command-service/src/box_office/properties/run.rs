//! Has a script decided as the service would, and compares the state with the model after each
//! command.

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Provider},
    id::OrderId,
};

use super::{
    fault::Fault,
    model::{Model, Recorded, Reservation},
    rules,
    script::Script,
};
use crate::box_office::{
    BoxOffice, BoxOfficeCommand, BoxOfficeRejected, Standing,
    state::TicketType,
    testing::{START, after, person},
};

const PEOPLE: std::ops::Range<u128> = 1..5;
const REFERENCES: std::ops::Range<u8> = 0..12;

/// Runs a script and returns what was recorded.
///
/// # Errors
///
/// The first thing found that isn't as it should be.
pub fn run(script: &Script, fault: Fault) -> Result<Vec<Recorded>, String> {
    let mut run = Run { fault, ..Run::default() };
    let mut snapshot = None;
    for (index, step) in script.steps.iter().enumerate() {
        if index == script.snapshot_before {
            snapshot = Some((postcard::to_allocvec(&run.office).unwrap(), run.history.len()));
        }
        run.at += TimeDelta::seconds(step.wait_seconds);
        let Some(command) = run.command(&step.ask) else { continue };
        run.execute(&command)?;
        run.compare()?;
    }
    rules::check(&run.history)?;
    run.replays_to_the_same_state(BoxOffice::default(), 0, "a full replay")?;
    if let Some((bytes, from)) = snapshot {
        let restored: BoxOffice = postcard::from_bytes(&bytes).map_err(|e| e.to_string())?;
        let from = from + usize::from(fault == Fault::SnapshotsLoseAnEvent);
        run.replays_to_the_same_state(restored, from, "a snapshot and what came after")?;
    }
    Ok(run.history)
}

/// A run under way.
pub struct Run {
    pub office: BoxOffice,
    history: Vec<Recorded>,
    at: Timestamp,
    /// How many reservations were asked for.
    pub reservations: u128,
    fault: Fault,
}

impl Default for Run {
    fn default() -> Self {
        Self {
            office: BoxOffice::default(),
            history: Vec::new(),
            at: after(0),
            reservations: 0,
            fault: Fault::None,
        }
    }
}

impl Run {
    pub fn model(&self) -> Model<'_> {
        Model(&self.history)
    }

    fn record(&mut self, events: Vec<BoxOfficeEvent>) {
        for event in events {
            let is_release = matches!(event, BoxOfficeEvent::ReservationReleased { .. });
            if !(is_release && self.fault == Fault::FoldsNoRelease) {
                self.office.apply(&event, self.at);
            }
            self.history.push(Recorded { at: self.at, event });
        }
    }

    /// In the order of the service: what is due, then the decision, then the fold.
    fn execute(&mut self, command: &BoxOfficeCommand) -> Result<(), String> {
        while self.fault != Fault::ExpiresTooLate {
            let due = self.office.due(self.at);
            if due.is_empty() {
                break;
            }
            self.record(due);
        }
        let before = self.office.clone();
        let decided = self.office.decide(command, self.at);
        let decided = self.fault.spoil(command, decided, self.at);
        if self.office != before {
            return Err("deciding changed the state".to_owned());
        }
        self.expect_the_right_refusals(command, &decided)?;
        let Ok(events) = decided else { return Ok(()) };
        self.record(events);
        self.expect_an_outcome(command)
    }

    /// No false sold-out, and no false sale.
    fn expect_the_right_refusals(
        &self,
        command: &BoxOfficeCommand,
        decided: &Result<Vec<BoxOfficeEvent>, BoxOfficeRejected>,
    ) -> Result<(), String> {
        let BoxOfficeCommand::ReserveTickets(reserve) = command else { return Ok(()) };
        let is_over = self.at >= after(START) + TimeDelta::days(1);
        // These faults are for the rules to find in what was recorded.
        let is_spoilt = [Fault::SellsWhatIsNotThere, Fault::IgnoresTheCap, Fault::ExpiresTooLate]
            .contains(&self.fault);
        match (self.model().grants(reserve, is_over), decided) {
            (true, Err(rejected)) => Err(format!("refused what is there: {rejected:?}")),
            (false, Ok(_)) if !is_spoilt => Err(format!("granted what isn't there: {reserve:?}")),
            (true | false, _) => Ok(()),
        }
    }

    /// Money never vanishes: it is an order or a refund, once.
    fn expect_an_outcome(&self, command: &BoxOfficeCommand) -> Result<(), String> {
        let BoxOfficeCommand::RecordPayment(paid) = command else { return Ok(()) };
        if self.model().outcomes(&paid.payment_reference) == 0 {
            return Err(format!("money without outcome: {paid:?}"));
        }
        Ok(())
    }

    /// Asks the state and the model the same questions.
    fn compare(&self) -> Result<(), String> {
        let (office, model) = (&self.office, self.model());
        same("status", office.status(), model.status())?;
        same("edition", office.edition(), model.edits())?;
        same("capacity", office.total_capacity(), model.capacity())?;
        same("sold", office.sold(), model.sold(None))?;
        same("held", office.held(), model.held(None))?;
        let kinds: Vec<_> = office.ticket_types().map(TicketType::id).collect();
        same("types", kinds, model.kinds())?;
        for kind in office.ticket_types() {
            let id = kind.id();
            same("terms", Some(kind.terms()), model.terms(id))?;
            same("enabled", kind.is_enabled(), model.is_enabled(id))?;
            same("sold of a type", kind.sold(), model.sold(Some(id)))?;
            same("held of a type", kind.held(), model.held(Some(id)))?;
            same("available", i64::from(office.available(id)), model.available(id).max(0))?;
        }
        for number in PEOPLE {
            let id = person(number);
            same("tickets of a person", office.tickets_of(id), model.tickets_of(id))?;
        }
        for number in REFERENCES {
            let reference = reference(number);
            let settled = office.is_settled(Provider::Stripe, &reference);
            same("settled", settled, model.outcomes(&reference) > 0)?;
        }
        let next = model.active().into_iter().map(|reservation| reservation.expires_at).min();
        same("next deadline", office.next_deadline(), next)?;
        model.reservations().iter().try_for_each(|reservation| self.compare_one(reservation))
    }

    fn compare_one(&self, expected: &Reservation) -> Result<(), String> {
        let id = expected.id;
        if !self.is_forgotten(expected) {
            same("standing", self.office.standing(id), expected.standing)?;
        }
        let is_order = expected.standing == Standing::Consumed;
        same("order", self.office.order_status(OrderId::from(id)).is_some(), is_order)?;
        if let Some(hold) = self.office.hold(id) {
            same("deadline", hold.expires_at(), expected.expires_at)?;
            same("begin", hold.created_at(), expected.created_at)?;
            same("lines", &self.office.lines_of(hold.lines()), &expected.lines)?;
        }
        let is_payable = expected.payment_began && !is_order && !expected.is_active();
        let payable = self.office.payable_late(id);
        same("payable late", payable.is_some(), is_payable)?;
        let lines = payable.map(|ended| self.office.lines_of(ended.lines()));
        same("lines payable late", lines, is_payable.then(|| expected.lines.clone()))
    }

    /// Whether a box office may have forgotten why this one ended.
    pub fn is_forgotten(&self, reservation: &Reservation) -> bool {
        !reservation.payment_began
            && reservation.standing != Standing::Consumed
            && reservation.ended_at.is_some_and(|ended| ended + TimeDelta::days(1) <= self.at)
    }

    fn replays_to_the_same_state(
        &self,
        mut office: BoxOffice,
        from: usize,
        how: &str,
    ) -> Result<(), String> {
        for Recorded { at, event } in self.history.iter().skip(from) {
            office.apply(event, *at);
        }
        if office == self.office || self.fault == Fault::FoldsNoRelease {
            return Ok(());
        }
        Err(format!("{how} gives another state: {office:#?} instead of {:#?}", self.office))
    }
}

/// A payment's name at the provider.
pub fn reference(number: u8) -> String {
    format!("pi_{number}")
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, state: T, model: T) -> Result<(), String> {
    if state == model {
        return Ok(());
    }
    Err(format!("{what} differ: {state:?} in the state, {model:?} in the model"))
}
