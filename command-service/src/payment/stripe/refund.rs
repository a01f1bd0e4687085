//! Refunds: money goes back to where it came from, once.

use serde::Deserialize;
use shared::{id::ReservationId, money::Money};

use super::{
    amount::to_stripe,
    client::{Form, Stripe},
    error::StripeError,
};

/// A payment that must go back.
#[derive(Debug, Clone)]
pub struct CreateRefund {
    pub payment_reference: String,
    pub reservation_id: ReservationId,
    pub amount: Money,
}

/// A refund the provider took on.
#[derive(Debug, Clone, Deserialize)]
pub struct Refund {
    #[serde(rename = "id")]
    pub reference: String,
    #[serde(default)]
    metadata: RefundMetadata,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct RefundMetadata {
    refund_key: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RefundPage {
    data: Vec<Refund>,
}

impl Stripe {
    /// Sends a payment back, or finds that this was done before.
    ///
    /// The provider forgets idempotency keys after a day. So the key also stands on the refund
    /// itself, and is looked for first. If someone sent the money back by hand, that is the refund.
    ///
    /// # Errors
    ///
    /// [`StripeError`]; after a passing one, repeat it: it stays one refund.
    pub async fn refund(&self, create: &CreateRefund) -> Result<Refund, StripeError> {
        let amount = to_stripe(create.amount).map_err(|_| StripeError::AmountNotRepresentable)?;
        let key =
            format!("fullhouse-refund-{}-{}", create.reservation_id, create.payment_reference);
        let is_ours = |refund: &Refund| refund.metadata.refund_key.as_deref() == Some(&key);
        let known = self.refunds_of(&create.payment_reference).await?;
        if let Some(refund) = known.into_iter().find(is_ours) {
            return Ok(refund);
        }
        let form: Form = vec![
            ("payment_intent", create.payment_reference.clone()),
            ("amount", amount.to_string()),
            ("metadata[reservation_id]", create.reservation_id.to_string()),
            ("metadata[refund_key]", key.clone()),
        ];
        match self.post("v1/refunds", &key, &form).await {
            Err(StripeError::AlreadyRefunded) => {
                let known = self.refunds_of(&create.payment_reference).await?;
                known.into_iter().next().ok_or(StripeError::AlreadyRefunded)
            }
            answer => answer,
        }
    }

    async fn refunds_of(&self, payment_reference: &str) -> Result<Vec<Refund>, StripeError> {
        let query: Form =
            vec![("payment_intent", payment_reference.to_owned()), ("limit", "100".to_owned())];
        let page: RefundPage = self.get("v1/refunds", &query).await?;
        Ok(page.data)
    }
}
