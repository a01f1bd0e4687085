//! The states of things as customers and organizers see them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::unreadable::Unreadable;

macro_rules! status {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $code)] $variant),+
        }

        impl $name {
            /// The upper-case word of the API and of the read tables.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code),+
                }
            }
        }

        impl FromStr for $name {
            type Err = Unreadable;

            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code {
                    $($code => Ok(Self::$variant),)+
                    other => Err(Unreadable::new(stringify!($name), other)),
                }
            }
        }
    };
}

status!(
    /// Where an event is in its life.
    EventStatus {
        /// Invisible to customers.
        Draft = "DRAFT",
        /// Visible and for sale.
        Published = "PUBLISHED",
        /// Won't take place.
        Cancelled = "CANCELLED",
        /// Is over.
        Completed = "COMPLETED",
    }
);

status!(
    /// Where a hold on tickets is in its life.
    ReservationStatus {
        /// The tickets are held until the deadline.
        Active = "ACTIVE",
        /// It became an order.
        Consumed = "CONSUMED",
        /// The deadline passed.
        Expired = "EXPIRED",
        /// It was given back.
        Released = "RELEASED",
    }
);

status!(
    /// Where a purchase is in its life.
    OrderStatus {
        /// Paid, the confirmation is on its way.
        Paid = "PAID",
        /// The confirmation was handed over.
        Completed = "COMPLETED",
    }
);

status!(
    /// What a ticket is worth at the door.
    TicketStatus {
        /// Admits its bearer.
        Valid = "VALID",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        assert_eq!("DRAFT".parse(), Ok(EventStatus::Draft));
        assert_eq!(ReservationStatus::Consumed.code().parse(), Ok(ReservationStatus::Consumed));
        assert_eq!(serde_json::to_string(&OrderStatus::Paid).unwrap(), "\"PAID\"");
    }

    #[test]
    fn refuses_unknown_words() {
        assert!("draft".parse::<EventStatus>().is_err());
    }
}
