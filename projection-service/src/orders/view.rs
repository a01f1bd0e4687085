//! What is answered about orders.

use chrono::{DateTime, Utc};
use serde::Serialize;
use shared::{
    clock::Timestamp,
    events::box_office::Provider,
    id::{EventId, OrderId, OrganizationId},
    money::Money,
};
use utoipa::ToSchema;

use super::{
    query::{KeptStep, Order},
    steps::StepKind,
};
use crate::{
    contact::BuyerContact,
    http::{Item, items},
    query_error::QueryError,
    reservations::query::Reservation,
    status::{OrderStatus, ReservationStatus},
    tickets::query::Issued,
};

/// A purchase.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderView {
    /// Equal to the id of the reservation it grew from.
    pub order_id: OrderId,
    pub event_id: EventId,
    pub organization_id: OrganizationId,
    pub status: OrderStatus,
    pub items: Vec<Item>,
    pub total: Money,
    pub provider: Provider,
    /// The provider's name of the payment; absent if nothing was due.
    pub payment_reference: Option<String>,
    /// The money came after the hold was over, and the tickets were still free.
    pub late: bool,
    pub paid_at: DateTime<Utc>,
    pub completed_at: Option<DateTime<Utc>>,
    /// Absent if the person was forgotten.
    pub contact: Option<BuyerContact>,
}

/// What happened about a purchase, in order.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineView {
    pub order_id: OrderId,
    pub event_id: EventId,
    pub steps: Vec<StepView>,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepView {
    pub kind: StepKind,
    pub at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<Provider>,
    /// The provider's name of the payment or refund.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Why a payment failed or money goes back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// How many tickets were issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tickets: Option<i64>,
}

impl OrderView {
    /// The view of an order.
    ///
    /// # Errors
    ///
    /// [`QueryError::Unreadable`] if a total overflows.
    pub fn of(order: Order, contact: Option<BuyerContact>) -> Result<Self, QueryError> {
        Ok(Self {
            order_id: order.order_id,
            event_id: order.event_id,
            organization_id: order.organization_id,
            status: order.status,
            items: items(&order.lines, order.total.currency)?,
            total: order.total,
            provider: order.provider,
            payment_reference: Some(order.payment_reference).filter(|name| !name.is_empty()),
            late: order.late,
            paid_at: order.paid_at,
            completed_at: order.completed_at,
            contact,
        })
    }
}

impl TimelineView {
    /// Puts together what happened to a hold, its money and its tickets. Steps at the same instant
    /// stay in the order of a purchase.
    pub fn of(hold: &Reservation, money: Vec<KeptStep>, issued: Option<Issued>) -> Self {
        let mut steps = vec![StepView::of(StepKind::Held, hold.created_at)];
        steps.extend(end_of_hold(hold));
        steps.extend(money.into_iter().map(StepView::from));
        let after_paid = steps.iter().rposition(|step| step.kind == StepKind::Paid);
        if let Some(issued) = issued {
            let step = StepView::of(StepKind::Issued, issued.first_at);
            let place = after_paid.map_or(steps.len(), |paid| paid + 1);
            steps.insert(place, StepView { tickets: Some(issued.count), ..step });
        }
        steps.sort_by_key(|step| step.at);
        Self { order_id: hold.reservation_id.into(), event_id: hold.event_id, steps }
    }
}

/// The end of a hold, unless it became an order in time.
fn end_of_hold(hold: &Reservation) -> Option<StepView> {
    let ended_at = hold.ended_at?;
    let kind = match hold.status {
        ReservationStatus::Expired => StepKind::Expired,
        ReservationStatus::Released => StepKind::Released,
        // Consumed by a late payment, if there is a later step that says so.
        ReservationStatus::Consumed if ended_at >= hold.expires_at => StepKind::Expired,
        ReservationStatus::Consumed | ReservationStatus::Active => return None,
    };
    Some(StepView::of(kind, ended_at))
}

impl StepView {
    fn of(kind: StepKind, at: Timestamp) -> Self {
        Self { kind, at, amount: None, provider: None, reference: None, code: None, tickets: None }
    }
}

impl From<KeptStep> for StepView {
    fn from(kept: KeptStep) -> Self {
        Self {
            kind: kept.kind,
            at: kept.at,
            amount: kept.amount,
            provider: kept.provider,
            reference: kept.reference.filter(|reference| !reference.is_empty()),
            code: kept.code,
            tickets: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use shared::money::Currency;

    use super::*;
    use crate::samples;

    fn a_hold(status: ReservationStatus, ended_after: Option<i64>) -> Reservation {
        Reservation {
            reservation_id: samples::reservation_id(1),
            event_id: samples::event_id(),
            organization_id: samples::organization_id(),
            person_id: samples::person_id(),
            status,
            lines: samples::lines(2),
            currency: Currency::EUR,
            created_at: samples::noon(),
            expires_at: samples::noon() + TimeDelta::seconds(900),
            ended_at: ended_after.map(|seconds| samples::noon() + TimeDelta::seconds(seconds)),
        }
    }

    fn step(kind: StepKind, after: i64) -> KeptStep {
        let at = samples::noon() + TimeDelta::seconds(after);
        KeptStep { kind, at, provider: None, amount: None, reference: None, code: None }
    }

    fn kinds(timeline: &TimelineView) -> Vec<StepKind> {
        timeline.steps.iter().map(|step| step.kind).collect()
    }

    #[test]
    fn a_purchase_is_held_paid_issued_completed() {
        let money = vec![
            step(StepKind::PaymentStarted, 5),
            step(StepKind::Paid, 10),
            step(StepKind::Completed, 10),
        ];
        let issued = Issued { first_at: samples::noon() + TimeDelta::seconds(10), count: 2 };
        let timeline =
            TimelineView::of(&a_hold(ReservationStatus::Consumed, Some(10)), money, Some(issued));
        assert_eq!(
            kinds(&timeline),
            vec![
                StepKind::Held,
                StepKind::PaymentStarted,
                StepKind::Paid,
                StepKind::Issued,
                StepKind::Completed
            ]
        );
        assert_eq!(timeline.steps[3].tickets, Some(2));
    }

    #[test]
    fn a_late_purchase_shows_that_the_hold_had_expired() {
        let money = vec![step(StepKind::PaymentStarted, 5), step(StepKind::Paid, 905)];
        let timeline =
            TimelineView::of(&a_hold(ReservationStatus::Consumed, Some(900)), money, None);
        assert_eq!(
            kinds(&timeline),
            vec![StepKind::Held, StepKind::PaymentStarted, StepKind::Expired, StepKind::Paid]
        );
    }

    #[test]
    fn money_that_came_for_nothing_goes_back() {
        let money = vec![step(StepKind::RefundRequested, 905), step(StepKind::RefundSettled, 906)];
        let timeline =
            TimelineView::of(&a_hold(ReservationStatus::Released, Some(20)), money, None);
        assert_eq!(
            kinds(&timeline),
            vec![
                StepKind::Held,
                StepKind::Released,
                StepKind::RefundRequested,
                StepKind::RefundSettled
            ]
        );
    }
}
