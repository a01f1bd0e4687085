//! Random histories of one box office against rules and figures that are found independently.
//!
//! [`script`] says what is asked and when, [`run`] has it decided, [`model`] recomputes every
//! figure from the list of domain events, and [`rules`] looks for what must never be recorded.
//! Every one of them is first seen to fail on a planted fault.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the model asks after one kind of domain event at a time and passes over the others"
)]

mod command;
mod fault;
mod model;
mod rules;
mod run;
mod script;

use std::{cell::RefCell, collections::BTreeSet};

use proptest::{
    prelude::*,
    test_runner::{Config, TestError, TestRng, TestRunner},
};
use shared::events::box_office::BoxOfficeEvent;

use self::{
    fault::Fault,
    model::Recorded,
    run::run,
    script::{Script, a_script},
};

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_history_breaks_a_rule_or_a_figure(script in a_script()) {
        run(&script, Fault::None).map_err(TestCaseError::fail)?;
    }
}

/// A search that never gets anywhere finds nothing.
#[test]
fn histories_get_everywhere() {
    let seen = RefCell::new(BTreeSet::new());
    search(300, |script| {
        for Recorded { event, .. } in run(script, Fault::None)? {
            let detail = match &event {
                BoxOfficeEvent::OrderPaid { late, provider, .. } => format!(" {late} {provider:?}"),
                BoxOfficeEvent::RefundRequested { reason, .. } => format!(" {reason:?}"),
                _ => String::new(),
            };
            seen.borrow_mut().insert(format!("{}{detail}", event.name()));
        }
        Ok(())
    })
    .unwrap();
    let seen = seen.into_inner();
    assert_eq!(
        seen.iter().map(String::as_str).collect::<Vec<_>>(),
        [
            "CapacitySet",
            "EventCancelled",
            "EventCompleted",
            "EventDetailsChanged",
            "EventDrafted",
            "EventPublished",
            "OrderCompleted",
            "OrderPaid false None",
            "OrderPaid false Stripe",
            "OrderPaid true Stripe",
            "PaymentFailed",
            "PaymentStarted",
            "RefundRequested AlreadyPaid",
            "RefundRequested EventClosed",
            "RefundRequested LatePaymentsRefused",
            "RefundRequested TooLate",
            "RefundRequested UnknownReservation",
            "RefundRequested WrongAmount",
            "RefundSettled",
            "ReservationCreated",
            "ReservationExpired",
            "ReservationExtended",
            "ReservationReleased",
            "SalesSettingsChanged",
            "TicketIssued",
            "TicketTypeAdded",
            "TicketTypeChanged",
            "TicketTypeDisabled",
            "TicketTypeEnabled",
        ]
    );
}

#[test]
fn every_planted_fault_is_found() {
    for (fault, finding) in [
        (Fault::SellsWhatIsNotThere, "more than"),
        (Fault::IgnoresTheCap, "has more than"),
        (Fault::LosesATicket, "sold differ"),
        (Fault::IssuesATicketTooMany, "sold differ"),
        (Fault::RefundsTwice, "settled twice"),
        (Fault::DropsMoney, "without outcome"),
        (Fault::ExpiresTooLate, "is due"),
        (Fault::FoldsNoRelease, "differ"),
        (Fault::SnapshotsLoseAnEvent, "snapshot"),
        (Fault::RefusesWhatIsThere, "refused"),
    ] {
        let found = find(fault);
        assert!(found.contains(finding), "{fault:?} was found as: {found}");
    }
}

/// What is found first when this fault is planted.
fn find(fault: Fault) -> String {
    search(2000, |script| run(script, fault).map(|_| ()))
        .expect_err(&format!("{fault:?} was not found"))
}

/// Goes through the same scripts every time until one fails.
fn search(cases: u32, check: impl Fn(&Script) -> Result<(), String>) -> Result<(), String> {
    let config =
        Config { cases, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let outcome = TestRunner::new_with_rng(config, rng)
        .run(&a_script(), |script: Script| check(&script).map_err(TestCaseError::fail));
    match outcome {
        Err(TestError::Fail(reason, _)) => Err(reason.message().to_owned()),
        Err(TestError::Abort(reason)) => panic!("gave up: {reason}"),
        Ok(()) => Ok(()),
    }
}
