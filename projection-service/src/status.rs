//! The states of things as customers and organizers see them.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::unreadable::Unreadable;

macro_rules! status {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every state.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

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
    fn answers_documents_and_read_tables_use_the_same_words() {
        macro_rules! check {
            ($($name:ident),+) => {$(
                let schema = serde_json::to_value(<$name as utoipa::PartialSchema>::schema()).unwrap();
                let words: Vec<_> = $name::ALL.iter().map(|status| status.code()).collect();
                assert_eq!(schema["enum"], serde_json::json!(words));
                for status in $name::ALL {
                    assert_eq!(serde_json::to_value(status).unwrap(), status.code());
                    assert_eq!(status.code().parse(), Ok(*status));
                }
            )+};
        }
        check!(EventStatus, ReservationStatus, OrderStatus, TicketStatus);
    }

    #[test]
    fn refuses_unknown_words() {
        assert!("draft".parse::<EventStatus>().is_err());
    }
}
