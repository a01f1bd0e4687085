//! Typed identifiers, so that an event is never looked up by a ticket's id.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that already names this kind of thing.
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.0)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
    };
}

id!(
    /// What people attend; also the id of its box office stream.
    EventId
);
id!(
    /// A seller of tickets. Everything but the catalogue is visible inside one organisation only.
    OrganizationId
);
id!(
    /// One kind of ticket of one event.
    TicketTypeId
);
id!(
    /// A hold on tickets. The order it may become keeps this id.
    ReservationId
);
id!(
    /// A paid (or free) purchase. Equal to the id of the reservation it grew from.
    OrderId
);
id!(
    /// One admission.
    TicketId
);
id!(
    /// One attempt to pay a reservation; the provider's idempotency key derives from it.
    PaymentId
);
id!(
    /// An opaque name for a person; what is known about the person lives in the vault.
    PersonId
);
id!(
    /// Names one command, so that a repeated one is answered and not decided again.
    CommandId
);
id!(
    /// A credential of a program.
    ApiKeyId
);
id!(
    /// A person who can log in.
    AccountId
);
id!(
    /// One log-in of an account, on one device.
    SessionId
);
id!(
    /// A passkey of an account.
    PasskeyId
);
id!(
    /// An invitation to an organisation.
    InvitationId
);
id!(
    /// A phone or scanner that works at the door of one event.
    DeviceId
);

id!(
    /// A file of what an organisation sold and to whom.
    ExportId
);

impl From<ReservationId> for OrderId {
    fn from(reservation: ReservationId) -> Self {
        Self(reservation.uuid())
    }
}

impl From<OrderId> for ReservationId {
    fn from(order: OrderId) -> Self {
        Self(order.uuid())
    }
}

impl TicketId {
    /// The id of the `number`th ticket (from 0) of an order. The same order always has the same
    /// tickets, so nothing has to be minted while deciding.
    pub fn of_order(order: OrderId, number: u32) -> Self {
        Self(Uuid::new_v5(&order.uuid(), &number.to_be_bytes()))
    }
}

/// Mints new ids. Passed in wherever ids are made, so that tests can foresee them.
#[derive(Clone, Debug, Default)]
pub struct IdSource;

impl IdSource {
    /// A new, time-ordered UUID (version 7).
    #[expect(clippy::disallowed_methods, reason = "this is the one place that mints ids")]
    pub fn next(&self) -> Uuid {
        Uuid::now_v7()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tickets_of_an_order_are_stable_and_distinct() {
        let order = OrderId::new(Uuid::from_u128(7));
        assert_eq!(TicketId::of_order(order, 0), TicketId::of_order(order, 0));
        assert_ne!(TicketId::of_order(order, 0), TicketId::of_order(order, 1));
    }
}
