//! Payment intents: one attempt to collect one amount.

use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use shared::{
    clock::Timestamp,
    id::{EventId, PaymentId, ReservationId},
    money::Money,
};

use super::{
    amount::{NotRepresentable, from_stripe, to_stripe},
    client::{Form, Stripe},
    error::StripeError,
    name,
};

/// An amount that is to be collected for a reservation.
#[derive(Debug, Clone, Copy)]
pub struct CreateIntent {
    pub event_id: EventId,
    pub reservation_id: ReservationId,
    /// The same id always gets the same intent.
    pub payment_id: PaymentId,
    pub amount: Money,
}

/// An intent, as far as we care: nothing else of it is kept, least of all who pays.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Intent {
    #[serde(rename = "id", deserialize_with = "name::needed")]
    pub reference: String,
    pub status: IntentStatus,
    pub livemode: bool,
    /// Lets the buyer's browser pay. Never logged or kept.
    #[serde(default, skip_serializing)]
    pub client_secret: Option<ClientSecret>,
    /// Seconds since 1970.
    created: i64,
    amount: i64,
    #[serde(default)]
    amount_received: i64,
    #[serde(deserialize_with = "name::needed")]
    currency: String,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_payment_error: Option<PaymentError>,
}

/// How far an intent has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum IntentStatus {
    RequiresPaymentMethod,
    RequiresConfirmation,
    RequiresAction,
    RequiresCapture,
    Processing,
    Succeeded,
    Canceled,
    /// Something newer than this program.
    #[serde(other)]
    Unknown,
}

/// Text that lets a browser pay one intent.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct ClientSecret(String);

impl ClientSecret {
    /// The secret itself, for the answer to the buyer.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[client secret]")
    }
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
#[expect(clippy::struct_field_names, reason = "these are the names on the intent")]
struct Metadata {
    #[serde(deserialize_with = "id_if_it_is_one", skip_serializing_if = "Option::is_none")]
    event_id: Option<EventId>,
    #[serde(deserialize_with = "id_if_it_is_one", skip_serializing_if = "Option::is_none")]
    reservation_id: Option<ReservationId>,
    #[serde(deserialize_with = "id_if_it_is_one", skip_serializing_if = "Option::is_none")]
    payment_id: Option<PaymentId>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct PaymentError {
    #[serde(default, deserialize_with = "name::if_it_is_one")]
    code: Option<String>,
    #[serde(default, deserialize_with = "name::if_it_is_one")]
    decline_code: Option<String>,
    #[serde(default, deserialize_with = "name::if_it_is_one")]
    charge: Option<String>,
}

/// Somebody else's intent may have anything there.
fn id_if_it_is_one<'de, D: Deserializer<'de>, T: FromStr>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.and_then(|text| text.parse().ok()))
}

/// A failed attempt to pay an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Names the attempt; an intent may be tried again.
    pub attempt: Option<String>,
    /// For example `card_declined`.
    pub code: String,
}

/// What we wrote on an intent when we made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purpose {
    pub event: EventId,
    pub reservation: ReservationId,
    pub payment: PaymentId,
}

impl Intent {
    /// What is to be paid.
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`] in a currency or unit we don't have.
    pub fn amount(&self) -> Result<Money, NotRepresentable> {
        from_stripe(self.amount, &self.currency)
    }

    /// What was paid.
    ///
    /// # Errors
    ///
    /// [`NotRepresentable`] in a currency or unit we don't have.
    pub fn amount_received(&self) -> Result<Money, NotRepresentable> {
        from_stripe(self.amount_received, &self.currency)
    }

    /// When it was made.
    pub fn created_at(&self) -> Option<Timestamp> {
        Timestamp::from_timestamp(self.created, 0)
    }

    /// The last failed attempt, if nothing followed it.
    pub fn failure(&self) -> Option<Failure> {
        let error = self.last_payment_error.as_ref()?;
        let code = error.code.as_ref().or(error.decline_code.as_ref());
        Some(Failure {
            attempt: error.charge.clone(),
            code: code.cloned().unwrap_or_else(|| "payment_failed".to_owned()),
        })
    }

    /// What we wrote on it; absent if someone else made it.
    pub fn purpose(&self) -> Option<Purpose> {
        let Metadata { event_id, reservation_id, payment_id } = &self.metadata;
        Some(Purpose {
            event: (*event_id)?,
            reservation: (*reservation_id)?,
            payment: (*payment_id)?,
        })
    }
}

/// One page of the provider's list, newest first.
#[derive(Debug, Deserialize)]
pub struct IntentPage {
    #[serde(rename = "data")]
    pub intents: Vec<Intent>,
    pub has_more: bool,
}

impl Stripe {
    /// Makes an intent, or finds the one made before for the same payment.
    ///
    /// # Errors
    ///
    /// [`StripeError`]; after a passing one, repeat it: it stays one intent.
    pub async fn create_intent(&self, create: CreateIntent) -> Result<Intent, StripeError> {
        let amount = to_stripe(create.amount).map_err(|_| StripeError::AmountNotRepresentable)?;
        let form: Form = vec![
            ("amount", amount.to_string()),
            ("currency", create.amount.currency.code().to_lowercase()),
            ("automatic_payment_methods[enabled]", "true".to_owned()),
            ("metadata[event_id]", create.event_id.to_string()),
            ("metadata[reservation_id]", create.reservation_id.to_string()),
            ("metadata[payment_id]", create.payment_id.to_string()),
        ];
        let key = format!("fullhouse-payment-{}", create.payment_id);
        self.post("v1/payment_intents", &key, &form).await
    }

    /// Looks an intent up.
    ///
    /// # Errors
    ///
    /// [`StripeError::NotFound`] if there is none.
    pub async fn intent(&self, reference: &str) -> Result<Intent, StripeError> {
        self.get(&format!("v1/payment_intents/{reference}"), &Form::new()).await
    }

    /// Gives an unpaid intent up, so that no money can come any more.
    ///
    /// # Errors
    ///
    /// [`StripeError::UnexpectedState`] if it was paid, is being paid or was given up before.
    pub async fn cancel_intent(&self, reference: &str) -> Result<Intent, StripeError> {
        let form: Form = vec![("cancellation_reason", "abandoned".to_owned())];
        let key = format!("fullhouse-cancel-{reference}");
        self.post(&format!("v1/payment_intents/{reference}/cancel"), &key, &form).await
    }

    /// Intents created at or after an instant, newest first, after the one named by `cursor`.
    ///
    /// # Errors
    ///
    /// [`StripeError`].
    pub async fn intents_since(
        &self,
        since: Timestamp,
        cursor: Option<&str>,
    ) -> Result<IntentPage, StripeError> {
        let mut query: Form =
            vec![("created[gte]", since.timestamp().to_string()), ("limit", "100".to_owned())];
        query.extend(cursor.map(|cursor| ("starting_after", cursor.to_owned())));
        self.get("v1/payment_intents", &query).await
    }
}
