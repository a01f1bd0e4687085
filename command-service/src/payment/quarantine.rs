//! Why something a provider told us must be looked at by someone.

/// A reason; its name is stored and counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quarantine {
    /// Signed, and yet nothing we can read.
    Unreadable,
    /// About another account than ours.
    WrongAccount,
    /// Play money told to a live system, or the other way round.
    WrongMode,
    /// Not what was due. The box office was asked to decide; it sends the money back.
    WrongAmount,
    /// The webhook says something else than the provider, when asked.
    NotConfirmed,
    /// An amount we have no unit for.
    NotRepresentable,
    /// Money for an event that we don't have.
    NotRecordable,
    /// Money that we sent back didn't arrive.
    RefundFailed,
}

impl Quarantine {
    /// As stored and counted.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::WrongAccount => "wrong-account",
            Self::WrongMode => "wrong-mode",
            Self::WrongAmount => "wrong-amount",
            Self::NotConfirmed => "not-confirmed",
            Self::NotRepresentable => "not-representable",
            Self::NotRecordable => "not-recordable",
            Self::RefundFailed => "refund-failed",
        }
    }

    /// Counts it and calls for someone.
    pub fn raise(self, subject: &str) {
        let reason = self.name();
        metrics::counter!("payment_quarantined_total", "reason" => reason).increment(1);
        tracing::error!(reason, subject, "what a payment provider told needs a look");
    }
}
