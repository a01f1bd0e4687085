//! Routes that hold tickets, give them back and begin to pay for them.

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use shared::{
    auth::Action,
    events::box_office::{BoxOfficeEvent, Line},
    http::{Body, IdempotencyKey, Ids, Problem, guarded},
    id::{EventId, PaymentId, ReservationId, TicketTypeId},
    money::{Currency, Money},
};

use thiserror::Error;

use super::{
    ReleaseReservation, ReleaseReservationRejected, ReserveTicketsRejected, StartPayment,
    StartPaymentRejected,
    body::{ItemAnswer, PayBody, PaymentAnswer, ReservationAnswer, ReserveBody, line_total},
};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    app::App,
    box_office::{BoxOfficeCommand, Standing},
    http::{Recorded, Request, digest_of, no_content},
    payment::Due,
    runtime::{CommandContext, Committed},
};

/// The routes of this file.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ReserveTickets, routes!(reserve_tickets)))
        .routes(guarded(Action::ReleaseReservation, routes!(release_reservation)))
        .routes(guarded(Action::PayReservation, routes!(start_payment)))
}

/// Holds tickets, all or none, until the answer's `expires_at`.
#[utoipa::path(
    post,
    path = "/events/{event_id}/reservations",
    tag = "Reservations",
    params(("event_id" = EventId, Path), ("Idempotency-Key" = String, Header, description = "Fresh random text; the same when the request is repeated", min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = ReserveBody,
    responses(
        (status = 201, description = "The tickets are held", body = ReservationAnswer),
        (status = 409, description = "Sold out, over a cap, or not on sale; the figures are in the problem"),
    )
)]
pub async fn reserve_tickets(
    State(app): State<App>,
    request: Request,
    _key: IdempotencyKey,
    Ids(event): Ids<EventId>,
    body: Body<ReserveBody>,
) -> Result<Response, Problem> {
    let digest = Some(digest_of(&body));
    let faults = body.value.contact.faults();
    if !faults.is_empty() {
        return Err(Problem::validation(faults));
    }
    let person = app.person_key.person(&body.value.contact.normalised_email());
    let (command, contact) = body.value.into_command(ReservationId::new(app.ids.next()), person);
    let context = request.context_of_public(&app.ids);
    let context = CommandContext { digest, contact: Some((person, contact)), ..context };
    let command = BoxOfficeCommand::ReserveTickets(command);
    let committed = app.offices.execute(event, command, context).await?;
    reservation_answer(&app, event, &committed)
}

/// Every event has a currency from its beginning, or nothing could be held.
#[derive(Debug, Error)]
#[error("tickets are held of an event without a currency")]
struct NoCurrency;

fn reservation_answer(
    app: &App,
    event_id: EventId,
    committed: &Committed,
) -> Result<Response, Problem> {
    let currency = currency_of(committed)?;
    for recorded in &committed.events {
        if let BoxOfficeEvent::ReservationCreated { reservation_id, lines, expires_at, .. } =
            recorded
        {
            let answer = ReservationAnswer {
                reservation_id: *reservation_id,
                event_id,
                status: "ACTIVE",
                items: lines.iter().map(|line| ItemAnswer::new(line, currency)).collect(),
                total: total(lines, currency),
                expires_at: *expires_at,
                access_token: app.access_tokens.issue(*reservation_id),
            };
            let recorded = Recorded::from(committed);
            return Ok((StatusCode::CREATED, recorded, Json(answer)).into_response());
        }
    }
    // A key is bound to its path, so a repeated hold always finds the hold it made.
    Err(Problem::idempotency_key_reused())
}

fn currency_of(committed: &Committed) -> Result<Currency, Problem> {
    committed.currency.ok_or_else(|| Problem::internal(&NoCurrency))
}

fn total(lines: &[Line], currency: Currency) -> Money {
    let sum = lines.iter().map(line_total).fold(0, i64::saturating_add);
    Money::new(sum, currency)
}

/// Gives a hold back.
#[utoipa::path(
    delete,
    path = "/events/{event_id}/reservations/{reservation_id}",
    tag = "Reservations",
    params(("event_id" = EventId, Path), ("reservation_id" = ReservationId, Path)),
    responses(
        (status = 204, description = "The tickets are free again"),
        (status = 409, description = "The reservation was paid"),
        (status = 410, description = "The reservation has expired"),
    )
)]
pub async fn release_reservation(
    State(app): State<App>,
    request: Request,
    Ids((event, reservation)): Ids<(EventId, ReservationId)>,
) -> Result<Response, Problem> {
    let context = request.context_about(reservation, &app.ids);
    let command = ReleaseReservation { reservation_id: reservation };
    let command = BoxOfficeCommand::ReleaseReservation(command);
    let committed = app.offices.execute(event, command, context).await?;
    Ok(no_content(&committed))
}

/// Begins to pay a hold, or completes the purchase if nothing is due.
#[utoipa::path(
    post,
    path = "/events/{event_id}/reservations/{reservation_id}/payments",
    tag = "Reservations",
    params(("event_id" = EventId, Path), ("reservation_id" = ReservationId, Path), ("Idempotency-Key" = String, Header, description = "Fresh random text; the same when the request is repeated", min_length = 1, max_length = 255, pattern = "^[!-~]+$")),
    request_body = PayBody,
    responses(
        (status = 201, description = "The payment is under way, or nothing was due and the order stands", body = PaymentAnswer),
        (status = 409, description = "Paid already, or the event was cancelled"),
        (status = 410, description = "The reservation is over"),
    )
)]
pub async fn start_payment(
    State(app): State<App>,
    request: Request,
    _key: IdempotencyKey,
    Ids((event, reservation)): Ids<(EventId, ReservationId)>,
    body: Body<PayBody>,
) -> Result<Response, Problem> {
    let digest = Some(digest_of(&body));
    let context = request.context_about(reservation, &app.ids);
    let context = CommandContext { digest, ..context };
    let command = BoxOfficeCommand::StartPayment(StartPayment {
        reservation_id: reservation,
        payment_id: PaymentId::new(app.ids.next()),
        provider: body.value.provider.into(),
    });
    let committed = app.offices.execute(event, command, context).await?;
    let answer = match nothing_due(&committed) {
        Some(answer) => answer?,
        None => pending(&app, event, reservation).await?,
    };
    Ok((StatusCode::CREATED, Recorded::from(&committed), Json(answer)).into_response())
}

/// The answer if the order stands already.
fn nothing_due(committed: &Committed) -> Option<Result<PaymentAnswer, Problem>> {
    let paid =
        committed.events.iter().find(|event| matches!(event, BoxOfficeEvent::OrderPaid { .. }));
    let Some(BoxOfficeEvent::OrderPaid { order_id, .. }) = paid else { return None };
    let answer = |currency| PaymentAnswer {
        payment_id: None,
        status: "SUCCEEDED",
        amount: Money::new(0, currency),
        payment_reference: None,
        client_secret: None,
        payment_url: None,
        expires_at: None,
        order_id: Some(*order_id),
    };
    Some(currency_of(committed).map(answer))
}

/// The provider's payment of this hold: made now, or the one made before.
async fn pending(
    app: &App,
    event: EventId,
    reservation: ReservationId,
) -> Result<PaymentAnswer, Problem> {
    let asked = app.offices.inspect(event, move |office, _| {
        let due = office.payment_of(reservation).zip(office.hold(reservation));
        due.zip(office.currency()).map_or_else(
            // Repeated after the end of the hold.
            || Err(office.standing(reservation)),
            |(((payment_id, _), hold), currency)| {
                let amount = Money::new(hold.total_minor(), currency);
                Ok((Due { event, reservation, payment_id, amount }, hold.expires_at()))
            },
        )
    });
    let (due, expires_at) = asked.await?.map_err(over)?;
    let begun = app.payments.start(due).await?;
    Ok(PaymentAnswer {
        payment_id: Some(due.payment_id),
        status: "PENDING",
        amount: due.amount,
        payment_reference: Some(begun.reference),
        client_secret: Some(begun.client_secret),
        payment_url: begun.payment_url,
        expires_at: Some(expires_at),
        order_id: None,
    })
}

/// Why a reservation can't be paid any more.
fn over(standing: Standing) -> Problem {
    start_payment_problem(match standing {
        Standing::Consumed => StartPaymentRejected::ReservationConsumed,
        Standing::Released => StartPaymentRejected::ReservationReleased,
        Standing::EventCancelled => StartPaymentRejected::EventCancelled,
        Standing::Active | Standing::Expired | Standing::Unknown => {
            StartPaymentRejected::ReservationExpired
        }
    })
}

fn expired() -> Problem {
    Problem::gone("reservation-expired", "The tickets are no longer held. Choose again.")
}

pub(in crate::box_office) fn reserve_problem(rejected: ReserveTicketsRejected) -> Problem {
    use ReserveTicketsRejected as Rejected;
    let detail = rejected.to_string();
    match rejected {
        Rejected::EventUnknown | Rejected::TicketTypeUnknown { .. } => Problem::not_found(),
        Rejected::EventNotPublished { .. } => Problem::conflict("event-not-published", detail),
        Rejected::EventOver => Problem::conflict("event-over", detail),
        Rejected::AlreadyReserved => Problem::conflict("already-reserved", detail),
        Rejected::NoItems => field("/items", "required", detail),
        Rejected::TooManyItems { items } => {
            field("/items", "too-many", detail).figure("items", items)
        }
        Rejected::DuplicateTicketType { .. } => field("/items", "duplicate-ticket-type", detail),
        Rejected::TotalTooLarge => field("/items", "total-too-large", detail),
        Rejected::TicketTypeDisabled { ticket_type_id } => {
            of_type(Problem::conflict("ticket-type-disabled", detail), ticket_type_id)
        }
        Rejected::SaleNotOpen { ticket_type_id, opens_at } => {
            of_type(Problem::conflict("sale-not-open", detail), ticket_type_id)
                .figure("opens_at", opens_at.to_rfc3339())
        }
        Rejected::SaleClosed { ticket_type_id, closed_at } => {
            of_type(Problem::conflict("sale-closed", detail), ticket_type_id)
                .figure("closed_at", closed_at.to_rfc3339())
        }
        Rejected::QuantityOutOfRange { ticket_type_id, quantity, minimum, maximum } => {
            of_type(field("/items", "quantity-out-of-range", detail), ticket_type_id)
                .figure("quantity", quantity)
                .figure("minimum", minimum)
                .figure("maximum", maximum)
        }
        Rejected::PriceOutOfRange { ticket_type_id, minimum, maximum } => {
            of_type(field("/items", "price-out-of-range", detail), ticket_type_id)
                .figure("minimum", minimum)
                .figure("maximum", maximum)
        }
        Rejected::PriceChanged { ticket_type_id, unit_price_minor } => {
            of_type(Problem::conflict("price-changed", detail), ticket_type_id)
                .figure("unit_price", unit_price_minor)
        }
        Rejected::InsufficientInventory { ticket_type_id, requested, remaining } => {
            of_type(Problem::conflict("insufficient-inventory", detail), ticket_type_id)
                .figure("requested", requested)
                .figure("remaining", remaining)
        }
        Rejected::PerPersonCap { cap, remaining } => Problem::conflict("per-person-cap", detail)
            .figure("cap", cap)
            .figure("remaining", remaining),
    }
}

fn of_type(problem: Problem, ticket_type: TicketTypeId) -> Problem {
    problem.figure("ticket_type_id", ticket_type.to_string())
}

fn field(pointer: &'static str, code: &'static str, detail: String) -> Problem {
    Problem::validation(vec![shared::http::FieldError::new(pointer, code, detail)])
}

pub(in crate::box_office) fn release_problem(rejected: ReleaseReservationRejected) -> Problem {
    match rejected {
        ReleaseReservationRejected::EventUnknown
        | ReleaseReservationRejected::ReservationUnknown => Problem::not_found(),
        ReleaseReservationRejected::ReservationExpired => expired(),
        ReleaseReservationRejected::ReservationConsumed => {
            Problem::conflict("reservation-consumed", rejected.to_string())
        }
    }
}

pub(in crate::box_office) fn start_payment_problem(rejected: StartPaymentRejected) -> Problem {
    let detail = rejected.to_string();
    match rejected {
        StartPaymentRejected::EventUnknown | StartPaymentRejected::ReservationUnknown => {
            Problem::not_found()
        }
        StartPaymentRejected::ReservationExpired => expired(),
        StartPaymentRejected::ReservationReleased => Problem::gone("reservation-released", detail),
        StartPaymentRejected::ReservationConsumed => {
            Problem::conflict("reservation-consumed", detail)
        }
        StartPaymentRejected::EventCancelled => Problem::conflict("event-cancelled", detail),
        StartPaymentRejected::ProviderRequired => field("/provider", "provider-required", detail),
    }
}
