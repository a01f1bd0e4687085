//! What can be told to people by mail.

use std::fmt;

use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    id::{EventId, OrderId, PersonId},
};
use uuid::Uuid;

/// A mail that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    /// What it follows from, for example a log position or the id of a token. There is one mail
    /// for a cause, kind and recipient, however often it is asked for. That of an order
    /// confirmation is the log position of its `OrderPaid`.
    pub cause: String,
    /// The address is looked up in the vault when the mail is sent.
    pub recipient: PersonId,
    pub kind: Mail,
}

/// What a mail says. Tokens end up in links, behind `#`, so that nothing is done by merely
/// fetching one.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mail {
    /// The order stands: what was bought, and the tickets.
    OrderConfirmation { event_id: EventId, order_id: OrderId },
    /// Prove that this is your address.
    VerifyEmail { token: String },
    /// Choose another password.
    PasswordReset { token: String },
    /// Sent to the new address: prove that it is yours.
    EmailChange { token: String },
    /// Sent to the old address: it is no longer that of the account.
    EmailChanged { at: Timestamp },
    /// Someone wanted to register with an address that has an account.
    AccountExists {},
    /// The password was changed.
    PasswordChanged { at: Timestamp },
    /// A second factor was added or taken away.
    SecondFactorChanged { enabled: bool, at: Timestamp },
    /// Sent to the address that a log-in provider told: prove that it is yours, and go on.
    ConfirmLogin { provider: String, token: String },
    /// A log-in at a provider opens the account from now on, or doesn't any more.
    LoginLinksChanged { provider: String, linked: bool, at: Timestamp },
    /// A passkey was added; `name` is what its owner calls it.
    PasskeyAdded { name: String, at: Timestamp },
    /// It was taken away.
    PasskeyRemoved { name: String, at: Timestamp },
    /// It was refused: its counter went back, so there may be two of it.
    PasskeyCopied { name: String, at: Timestamp },
    /// Someone logged in on a device that wasn't seen before.
    NewSession { device: String, at: Timestamp },
    /// A refresh token was used twice, so the session was ended.
    RefreshTokenReused { device: String, at: Timestamp },
    /// Join an organisation.
    Invitation { organization_name: String, role: String, token: String },
    /// Everything that is held about the person can be downloaded.
    DataExportReady { export_id: Uuid },
}

impl Mail {
    /// The name of the kind, as stored and as the key of its templates.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::OrderConfirmation { .. } => "order_confirmation",
            Self::VerifyEmail { .. } => "verify_email",
            Self::PasswordReset { .. } => "password_reset",
            Self::EmailChange { .. } => "email_change",
            Self::EmailChanged { .. } => "email_changed",
            Self::AccountExists {} => "account_exists",
            Self::PasswordChanged { .. } => "password_changed",
            Self::SecondFactorChanged { .. } => "second_factor_changed",
            Self::ConfirmLogin { .. } => "confirm_login",
            Self::LoginLinksChanged { .. } => "login_links_changed",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
            Self::PasskeyCopied { .. } => "passkey_copied",
            Self::NewSession { .. } => "new_session",
            Self::RefreshTokenReused { .. } => "refresh_token_reused",
            Self::Invitation { .. } => "invitation",
            Self::DataExportReady { .. } => "data_export_ready",
        }
    }
}

/// Only the kind: what a mail says may be a secret.
impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A language that people are written to in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    English,
    German,
}

impl Language {
    /// The code, as stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// The language of a code; English if it is none of ours.
    pub fn of(code: &str) -> Self {
        if code == Self::German.code() { Self::German } else { Self::English }
    }
}
