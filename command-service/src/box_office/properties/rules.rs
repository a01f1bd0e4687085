//! What must never be recorded, looked for at every prefix of a history.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use shared::{
    clock::Timestamp,
    events::box_office::{BoxOfficeEvent, Line},
    id::{OrderId, ReservationId, TicketId},
};

use super::model::{Model, Recorded};
use crate::box_office::{EventStatus, Standing};

/// Ends with the first rule that is broken.
type Finding = Result<(), String>;

/// Looks through a whole history.
pub fn check(history: &[Recorded]) -> Finding {
    let mut tickets = BTreeSet::new();
    for (index, recorded) in history.iter().enumerate() {
        let (before, after) = (Model(&history[..index]), Model(&history[..=index]));
        let Recorded { at, event } = recorded;
        let found = time_goes_forward(&history[..=index])
            .and_then(|()| nothing_is_due(before, event, *at))
            .and_then(|()| fits_before(before, event, *at))
            .and_then(|()| nothing_oversold(after))
            .and_then(|()| cap_is_kept(after, event))
            .and_then(|()| order_has_its_tickets(&history[index..], &mut tickets));
        found.map_err(|finding| format!("{finding} at {index}: {event:?} after {history:#?}"))?;
    }
    no_stray_tickets(history, &tickets)
}

fn time_goes_forward(history: &[Recorded]) -> Finding {
    rule(history.is_sorted_by_key(|recorded| recorded.at), "time goes backwards")
}

/// A hold whose time ran out is ended before anything else is recorded.
fn nothing_is_due(before: Model<'_>, event: &BoxOfficeEvent, at: Timestamp) -> Finding {
    match event {
        BoxOfficeEvent::ReservationExpired { reservation_id } => {
            let ran_out = before
                .reservation(*reservation_id)
                .is_some_and(|reservation| reservation.expires_at <= at);
            rule(ran_out, "expired before its time")
        }
        _ => rule(
            before.active().iter().all(|reservation| reservation.expires_at > at),
            "a hold is due and wasn't ended",
        ),
    }
}

/// I2.
fn nothing_oversold(after: Model<'_>) -> Finding {
    let taken = after.sold(None) + after.held(None);
    rule(taken <= after.capacity().unwrap_or(0), "more than the capacity")?;
    for kind in after.kinds() {
        let allocation = after.terms(kind).and_then(|terms| terms.allocation);
        let taken = after.sold(Some(kind)) + after.held(Some(kind));
        rule(allocation.is_none_or(|allocation| taken <= allocation), "more than an allocation")?;
    }
    Ok(())
}

fn cap_is_kept(after: Model<'_>, event: &BoxOfficeEvent) -> Finding {
    let person = match event {
        BoxOfficeEvent::ReservationCreated { person_id, .. }
        | BoxOfficeEvent::OrderPaid { person_id, late: true, .. } => *person_id,
        _ => return Ok(()),
    };
    let cap = after.settings().map_or(0, |settings| settings.per_person_cap);
    rule(after.tickets_of(person) <= cap, "a person has more than the cap")
}

/// I3: an `OrderPaid` is followed by one `TicketIssued` for each ticket, and adds up.
fn order_has_its_tickets(from_here: &[Recorded], tickets: &mut BTreeSet<TicketId>) -> Finding {
    let Some(BoxOfficeEvent::OrderPaid { order_id, lines, total_minor, .. }) =
        from_here.first().map(|recorded| &recorded.event)
    else {
        return Ok(());
    };
    let sum: i64 = lines.iter().map(|line| line.unit_price_minor * i64::from(line.quantity)).sum();
    rule(sum == *total_minor, "an order that doesn't add up")?;
    let mut following = from_here[1..].iter().map(|recorded| &recorded.event);
    for Line { ticket_type_id, quantity, .. } in lines {
        for _ in 0..*quantity {
            let issued = match following.next() {
                Some(BoxOfficeEvent::TicketIssued {
                    ticket_id,
                    order_id: of,
                    ticket_type_id: kind,
                }) if of == order_id && kind == ticket_type_id => tickets.insert(*ticket_id),
                _ => false,
            };
            rule(issued, "an order without its tickets")?;
        }
    }
    Ok(())
}

fn no_stray_tickets(history: &[Recorded], tickets: &BTreeSet<TicketId>) -> Finding {
    let issued = history
        .iter()
        .filter(|recorded| matches!(recorded.event, BoxOfficeEvent::TicketIssued { .. }))
        .count();
    rule(issued == tickets.len(), "a ticket without its order")
}

/// Whether a domain event can follow on what was recorded before.
fn fits_before(before: Model<'_>, event: &BoxOfficeEvent, at: Timestamp) -> Finding {
    let is_active = |id: &ReservationId| {
        rule(before.reservation(*id).is_some_and(|one| one.is_active()), "not an active hold")
    };
    match event {
        BoxOfficeEvent::ReservationCreated { reservation_id, lines, expires_at, .. } => {
            rule(before.reservation(*reservation_id).is_none(), "created twice")?;
            rule(before.status() == Some(EventStatus::Published), "sold while not published")?;
            rule(lines.iter().all(|line| before.is_enabled(line.ticket_type_id)), "disabled type")?;
            rule(*expires_at > at && *expires_at <= at + TimeDelta::hours(1), "odd deadline")
        }
        BoxOfficeEvent::ReservationExtended { reservation_id, expires_at } => {
            is_active(reservation_id)?;
            let hold = before.reservation(*reservation_id);
            let fits = hold.is_some_and(|hold| {
                *expires_at > hold.expires_at
                    && *expires_at <= hold.created_at + TimeDelta::hours(1)
            });
            rule(fits, "extended beyond an hour or backwards")?;
            let again = before.0.iter().any(|one| match &one.event {
                BoxOfficeEvent::ReservationExtended { reservation_id: id, .. } => {
                    id == reservation_id
                }
                _ => false,
            });
            rule(!again, "extended twice")
        }
        BoxOfficeEvent::ReservationExpired { reservation_id }
        | BoxOfficeEvent::ReservationReleased { reservation_id }
        | BoxOfficeEvent::PaymentStarted { reservation_id, .. }
        | BoxOfficeEvent::PaymentFailed { reservation_id, .. } => is_active(reservation_id),
        BoxOfficeEvent::OrderPaid { order_id, lines, payment_reference, late, .. } => {
            fits_hold(before, *order_id, lines, *late)?;
            let settled = !payment_reference.is_empty() && before.outcomes(payment_reference) > 0;
            rule(!settled, "a payment settled twice")
        }
        BoxOfficeEvent::RefundRequested { payment_reference, .. } => {
            rule(before.outcomes(payment_reference) == 0, "a payment settled twice")
        }
        BoxOfficeEvent::RefundSettled { payment_reference, amount_minor, .. } => {
            refund_was_requested(before, payment_reference, *amount_minor)
        }
        _ => Ok(()),
    }
}

/// An order is what was held: now, or late after its payment began.
fn fits_hold(before: Model<'_>, order_id: OrderId, lines: &[Line], late: bool) -> Finding {
    let hold = before.reservation(ReservationId::from(order_id));
    let fits = hold.is_some_and(|hold| {
        let is_held = match hold.standing {
            Standing::Active => !late,
            Standing::Expired | Standing::Released => late && hold.payment_began,
            Standing::Consumed | Standing::EventCancelled | Standing::Unknown => false,
        };
        is_held && hold.lines == lines
    });
    rule(fits, "an order of what wasn't held")
}

fn refund_was_requested(before: Model<'_>, reference: &str, amount: i64) -> Finding {
    let count = |wanted: fn(&BoxOfficeEvent) -> Option<(&String, i64)>| {
        before
            .0
            .iter()
            .filter(|one| {
                wanted(&one.event).is_some_and(|(of, minor)| of == reference && minor == amount)
            })
            .count()
    };
    let requested = count(|event| match event {
        BoxOfficeEvent::RefundRequested { payment_reference, amount_minor, .. } => {
            Some((payment_reference, *amount_minor))
        }
        _ => None,
    });
    let settled = count(|event| match event {
        BoxOfficeEvent::RefundSettled { payment_reference, amount_minor, .. } => {
            Some((payment_reference, *amount_minor))
        }
        _ => None,
    });
    rule(requested == 1 && settled == 0, "a refund settled that wasn't requested, or twice")
}

fn rule(holds: bool, broken: &str) -> Finding {
    if holds { Ok(()) } else { Err(broken.to_owned()) }
}

#[cfg(test)]
mod tests {
    use shared::{
        events::box_office::{Price, Provider, RefundReason, SalesSettings, TicketTypeTerms},
        money::Currency,
    };

    use super::*;
    use crate::box_office::testing::{
        BOB, PRICE, STANDARD, TTL, after, cancelled, capacity, expired, held, held_by, on_sale,
        on_sale_with, paid, paying, released, reservation, settings, terms,
    };

    #[test]
    fn a_sound_history_passes() {
        assert_eq!(found([vec![held(1, 2), paying(1, 2)], paid(1, 2)].concat(), 0), Ok(()));
        let late = [vec![held(1, 2), paying(1, 2)], late_money()].concat();
        assert_eq!(found(late, 0), Ok(()));
    }

    #[test]
    fn each_rule_sees_its_fault() {
        let order = |quantity| paid(1, quantity);
        let without_last = |mut events: Vec<BoxOfficeEvent>| {
            events.pop();
            events
        };
        for (finding, history) in [
            ("more than the capacity", vec![held(1, 6), held(2, 5)]),
            ("more than the capacity", vec![held(1, 6), capacity(5)]),
            ("created twice", vec![held(1, 1), held(1, 1)]),
            ("not an active hold", vec![held(1, 1), released(1), released(1)]),
            ("not an active hold", vec![held(1, 1), cancelled(), paying(1, 1)]),
            ("sold while not published", vec![cancelled(), held(1, 1)]),
            ("disabled type", vec![disabled(), held(1, 1)]),
            ("expired before its time", vec![held(1, 1), expired(1)]),
            ("an order without its tickets", without_last([vec![held(1, 2)], order(2)].concat())),
            (
                "a ticket without its order",
                [vec![held(1, 2)], order(2), paid(3, 1)[1..].to_vec()].concat(),
            ),
            ("an order of what wasn't held", order(1)),
            ("an order of what wasn't held", [vec![held(1, 1)], order(2)].concat()),
            ("an order of what wasn't held", [vec![held(1, 1), released(1)], order(1)].concat()),
            ("a payment settled twice", vec![refund(), refund()]),
            ("a payment settled twice", [vec![refund(), held(1, 1)], order(1)].concat()),
            ("a refund settled that wasn't", vec![settled()]),
            ("a refund settled that wasn't", vec![refund(), settled(), settled()]),
            ("extended beyond an hour", vec![held(1, 1), extended(3601)]),
            ("extended beyond an hour", vec![held(1, 1), extended(TTL)]),
            ("extended twice", vec![held(1, 1), extended(TTL + 1), extended(TTL + 2)]),
        ] {
            expect(finding, found(history, 0));
        }
    }

    #[test]
    fn a_hold_that_is_due_is_seen() {
        expect("a hold is due", found(vec![held(1, 1), held_by(BOB, 2, 1)], TTL));
    }

    #[test]
    fn time_that_goes_backwards_is_seen() {
        expect("time goes backwards", found(vec![held(1, 1), released(1)], -1));
    }

    #[test]
    fn an_exceeded_allocation_is_seen() {
        let capped = TicketTypeTerms { allocation: Some(1), ..terms(Price::Free) };
        let mut history = on_sale_with(10, capped, settings());
        history.push(held(1, 2));
        expect("more than an allocation", check(&recorded(history, 0)));
    }

    #[test]
    fn an_exceeded_cap_is_seen() {
        let mut history = on_sale_with(
            10,
            terms(Price::Fixed { amount: PRICE }),
            SalesSettings { per_person_cap: 1, ..settings() },
        );
        history.extend([held(1, 1), held_by(BOB, 2, 1)]);
        assert_eq!(check(&recorded(history.clone(), 0)), Ok(()));
        history.push(held(3, 1));
        expect("more than the cap", check(&recorded(history, 0)));
    }

    #[test]
    fn an_order_that_does_not_add_up_is_seen() {
        let mut order = paid(1, 1);
        if let Some(BoxOfficeEvent::OrderPaid { total_minor, .. }) = order.first_mut() {
            *total_minor += 1;
        }
        expect("doesn't add up", found([vec![held(1, 1)], order].concat(), 0));
    }

    fn expect(finding: &str, found: Finding) {
        let found = found.expect_err(finding);
        let first_line = found.lines().next().unwrap_or_default();
        assert!(first_line.contains(finding), "{finding} was found as: {first_line}");
    }

    /// Checks an event with ten tickets on sale and this history, the last of it so much later.
    fn found(history: Vec<BoxOfficeEvent>, last_after: i64) -> Finding {
        check(&recorded([on_sale(10), history].concat(), last_after))
    }

    fn recorded(history: Vec<BoxOfficeEvent>, last_after: i64) -> Vec<Recorded> {
        let last = history.len() - 1;
        let at = |index| if index == last { after(last_after) } else { after(0) };
        history
            .into_iter()
            .enumerate()
            .map(|(index, event)| Recorded { at: at(index), event })
            .collect()
    }

    /// A release and the money that came after it.
    fn late_money() -> Vec<BoxOfficeEvent> {
        let mut order = paid(1, 2);
        if let Some(BoxOfficeEvent::OrderPaid { late, .. }) = order.first_mut() {
            *late = true;
        }
        [vec![released(1)], order].concat()
    }

    fn disabled() -> BoxOfficeEvent {
        BoxOfficeEvent::TicketTypeDisabled { ticket_type_id: STANDARD }
    }

    fn extended(seconds: i64) -> BoxOfficeEvent {
        BoxOfficeEvent::ReservationExtended {
            reservation_id: reservation(1),
            expires_at: after(seconds),
        }
    }

    fn refund() -> BoxOfficeEvent {
        BoxOfficeEvent::RefundRequested {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            amount_minor: 1,
            currency: Currency::EUR,
            reason: RefundReason::TooLate,
        }
    }

    fn settled() -> BoxOfficeEvent {
        BoxOfficeEvent::RefundSettled {
            reservation_id: reservation(1),
            provider: Provider::Stripe,
            payment_reference: "pi_1".to_owned(),
            refund_reference: "re_1".to_owned(),
            amount_minor: 1,
        }
    }
}
