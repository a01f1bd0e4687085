//! How refusals of box offices are told to clients.

use shared::http::{FieldError, Problem};

use super::{
    BoxOfficeRejected, capacity, catalogue, reservation,
    validation::{Violation, Violations},
};
use crate::runtime::ExecuteError;

impl From<ExecuteError> for Problem {
    fn from(error: ExecuteError) -> Self {
        match error {
            ExecuteError::Rejected(rejected) => rejected.into(),
            ExecuteError::NotFound => Self::not_found(),
            ExecuteError::KeyReused => Self::idempotency_key_reused(),
            ExecuteError::EditionMismatch { current } => Self::version_stale(current.into()),
            ExecuteError::Suspended => Self::conflict("organization-suspended", error.to_string()),
            ExecuteError::Overloaded => Self::overloaded(),
            ExecuteError::Unavailable => Self::unavailable(&error),
        }
    }
}

impl From<BoxOfficeRejected> for Problem {
    fn from(rejected: BoxOfficeRejected) -> Self {
        match rejected {
            BoxOfficeRejected::DraftEvent(rejected) => catalogue::http::draft_problem(rejected),
            BoxOfficeRejected::ChangeEvent(rejected) => catalogue::http::change_problem(rejected),
            BoxOfficeRejected::PublishEvent(rejected) => catalogue::http::publish_problem(rejected),
            BoxOfficeRejected::CancelEvent(rejected) => catalogue::http::cancel_problem(rejected),
            BoxOfficeRejected::CompleteEvent(rejected) => {
                catalogue::http::complete_problem(rejected)
            }
            BoxOfficeRejected::SetCapacity(rejected) => capacity::http::set_problem(rejected),
            BoxOfficeRejected::AddTicketType(rejected) => capacity::http::add_problem(rejected),
            BoxOfficeRejected::ChangeTicketType(rejected) => {
                capacity::http::change_problem(rejected)
            }
            BoxOfficeRejected::ReserveTickets(rejected) => {
                reservation::http::reserve_problem(rejected)
            }
            BoxOfficeRejected::ReleaseReservation(rejected) => {
                reservation::http::release_problem(rejected)
            }
            BoxOfficeRejected::StartPayment(rejected) => {
                reservation::http::start_payment_problem(rejected)
            }
            // Only policies send these; no client ever sees the answer.
            BoxOfficeRejected::RecordPayment(_)
            | BoxOfficeRejected::RecordPaymentFailure(_)
            | BoxOfficeRejected::CompleteOrder(_)
            | BoxOfficeRejected::SettleRefund(_) => {
                Self::conflict("not-applicable", rejected.to_string())
            }
        }
    }
}

/// All faults of a body at once, each with its field.
pub(super) fn validation(violations: Violations) -> Problem {
    Problem::validation(field_errors(violations))
}

pub(super) fn field_errors(violations: Violations) -> Vec<FieldError> {
    let field_error =
        |violation: Violation| FieldError::new(violation.pointer, violation.code, violation.detail);
    violations.into_iter().map(field_error).collect()
}
