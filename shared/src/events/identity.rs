//! What is recorded about who may do what: the payloads of stream type `identity`.
//!
//! The stream id is that of the account or the organisation the fact is about. Like the facts of box
//! offices: people and things by id, nothing that proves who someone is, a variant is never renamed
//! or deleted.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use crate::{
    auth::MemberRole,
    id::{AccountId, ApiKeyId, DeviceId, EventId, ExportId, InvitationId, PasskeyId, SessionId},
};

/// The stream type; the stream id is an [`AccountId`] or an organisation's id.
pub const STREAM_TYPE: &str = "identity";

/// A recorded fact about an account or an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IdentityEvent {
    /// Someone asked for an account; its address isn't proved yet.
    AccountRegistered {},
    /// The owner of the address has shown that it is theirs.
    AddressProved {},
    /// The account has another address from now on.
    AddressChanged {},
    /// A session was opened.
    LoggedIn { session_id: SessionId, proof: Proof },
    /// Someone could not prove to be the owner.
    LogInFailed { proof: Proof },
    /// The owner proved again to be there.
    SteppedUp { session_id: SessionId, proof: Proof },
    /// A session is over.
    SessionEnded { session_id: SessionId, because: SessionEnd },
    /// The password is another one.
    PasswordChanged {},
    /// Codes of an app are asked for from now on.
    SecondFactorAdded {},
    /// They aren't any more.
    SecondFactorRemoved {},
    /// A log-in at this provider opens the account from now on.
    LoginLinked { provider: String },
    /// It doesn't any more.
    LoginUnlinked { provider: String },
    /// Someone came with the linked log-in; a second factor may still be asked for.
    LinkedLoginUsed { provider: String },
    /// A passkey opens the account from now on.
    PasskeyAdded { passkey_id: PasskeyId },
    /// It doesn't any more.
    PasskeyRemoved { passkey_id: PasskeyId },
    /// A passkey was refused because its counter went back: somebody may have copied it.
    PasskeyCopySuspected { passkey_id: PasskeyId },
    /// The account runs the platform from now on.
    PlatformAdminAppointed {},
    /// Nobody gets in with this account.
    AccountSuspended {},
    /// The account works again.
    AccountResumed {},
    /// A platform admin sees with the eyes of this account.
    ImpersonationBegun { session_id: SessionId, admin_id: AccountId },
    /// The account and what was known about its owner are gone.
    AccountErased {},
    /// The organisation came into being.
    OrganizationCreated {},
    /// Nobody acts for the organisation.
    OrganizationSuspended {},
    /// The organisation works again.
    OrganizationResumed {},
    /// A key was made; without scopes it may do all that keys may.
    ApiKeyCreated { api_key_id: ApiKeyId, scopes: Option<Vec<String>> },
    /// A key works no more.
    ApiKeyRevoked { api_key_id: ApiKeyId },
    /// Someone was invited.
    MemberInvited { invitation_id: InvitationId, role: MemberRole },
    /// An invitation was taken back.
    InvitationRevoked { invitation_id: InvitationId },
    /// Someone belongs to the organisation.
    MemberJoined { account_id: AccountId, role: MemberRole },
    /// A member has another role.
    MemberRoleChanged { account_id: AccountId, from: MemberRole, to: MemberRole },
    /// Someone belongs to the organisation no more.
    MemberRemoved { account_id: AccountId, role: MemberRole },
    /// Someone asked for a file of what the organisation knows; without an event, about all of them.
    DataExported { export_id: ExportId, data: ExportedData, event_id: Option<EventId> },
    /// A device may be enrolled for the door of an event, once, by whoever sees the code.
    DeviceInvited { device_id: DeviceId, event_id: EventId },
    /// A device made its key and took up the enrolment.
    DeviceEnrolled { device_id: DeviceId, event_id: EventId },
    /// A device, or the enrolment of one, works no more.
    DeviceRevoked { device_id: DeviceId, event_id: EventId },
    /// A device, or who took itself for one, was refused. Told once an hour for each reason, however
    /// often it happens.
    DeviceProofRefused { device_id: DeviceId, event_id: EventId, because: DeviceRefusal },
}

/// What a file of an organisation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportedData {
    /// Orders with their buyers.
    Orders,
    /// Tickets with their buyers.
    Attendees,
    /// Tickets and revenue by day and type.
    Sales,
}

/// Not what a file can be about.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no file is about {0:?}")]
pub struct UnknownData(pub String);

impl ExportedData {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Attendees => "attendees",
            Self::Sales => "sales",
        }
    }

    /// What was stored under this word.
    ///
    /// # Errors
    ///
    /// [`UnknownData`].
    pub fn parse(code: &str) -> Result<Self, UnknownData> {
        [Self::Orders, Self::Attendees, Self::Sales]
            .into_iter()
            .find(|data| data.code() == code)
            .ok_or_else(|| UnknownData(code.to_owned()))
    }
}

/// Why a device, or who took itself for one, was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceRefusal {
    /// Not signed with the device's key.
    WrongSignature,
    /// Signed with it, but not a challenge of ours, or an old one.
    ChallengeOver,
    /// A challenge that was answered before, or older than one that was.
    ChallengeReplayed,
    /// It was revoked, or its enrolment taken back.
    Revoked,
    /// It wasn't used for too long, or its time is over.
    LeaseOver,
    /// The code of its enrolment was shown once more, with another key.
    CodeTaken,
}

impl DeviceRefusal {
    /// As counted.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongSignature => "wrong_signature",
            Self::ChallengeOver => "challenge_over",
            Self::ChallengeReplayed => "challenge_replayed",
            Self::Revoked => "revoked",
            Self::LeaseOver => "lease_over",
            Self::CodeTaken => "code_taken",
        }
    }
}

/// How someone proved, or tried to prove, to be the owner of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    Password,
    /// A link in a mail.
    Mail,
    /// A code of an app.
    Code,
    RecoveryCode,
    /// A log-in elsewhere that is linked with the account.
    Provider,
    Passkey,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionEnd {
    LoggedOut,
    LoggedOutEverywhere,
    /// From the list of sessions.
    Revoked,
    PasswordChanged,
    /// A refresh token was shown again after it had been replaced.
    TokenReused,
    Suspended,
}

impl SessionEnd {
    /// As stored.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LoggedOut => "logged_out",
            Self::LoggedOutEverywhere => "logged_out_everywhere",
            Self::Revoked => "revoked",
            Self::PasswordChanged => "password_changed",
            Self::TokenReused => "token_reused",
            Self::Suspended => "suspended",
        }
    }
}

impl IdentityEvent {
    /// The stored type.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::AccountRegistered {} => "AccountRegistered",
            Self::AddressProved {} => "AddressProved",
            Self::AddressChanged {} => "AddressChanged",
            Self::LoggedIn { .. } => "LoggedIn",
            Self::LogInFailed { .. } => "LogInFailed",
            Self::SteppedUp { .. } => "SteppedUp",
            Self::SessionEnded { .. } => "SessionEnded",
            Self::PasswordChanged {} => "PasswordChanged",
            Self::SecondFactorAdded {} => "SecondFactorAdded",
            Self::SecondFactorRemoved {} => "SecondFactorRemoved",
            Self::LoginLinked { .. } => "LoginLinked",
            Self::LoginUnlinked { .. } => "LoginUnlinked",
            Self::LinkedLoginUsed { .. } => "LinkedLoginUsed",
            Self::PasskeyAdded { .. } => "PasskeyAdded",
            Self::PasskeyRemoved { .. } => "PasskeyRemoved",
            Self::PasskeyCopySuspected { .. } => "PasskeyCopySuspected",
            Self::PlatformAdminAppointed {} => "PlatformAdminAppointed",
            Self::AccountSuspended {} => "AccountSuspended",
            Self::AccountResumed {} => "AccountResumed",
            Self::ImpersonationBegun { .. } => "ImpersonationBegun",
            Self::AccountErased {} => "AccountErased",
            Self::OrganizationCreated {} => "OrganizationCreated",
            Self::OrganizationSuspended {} => "OrganizationSuspended",
            Self::OrganizationResumed {} => "OrganizationResumed",
            Self::ApiKeyCreated { .. } => "ApiKeyCreated",
            Self::ApiKeyRevoked { .. } => "ApiKeyRevoked",
            Self::MemberInvited { .. } => "MemberInvited",
            Self::InvitationRevoked { .. } => "InvitationRevoked",
            Self::MemberJoined { .. } => "MemberJoined",
            Self::MemberRoleChanged { .. } => "MemberRoleChanged",
            Self::MemberRemoved { .. } => "MemberRemoved",
            Self::DataExported { .. } => "DataExported",
            Self::DeviceInvited { .. } => "DeviceInvited",
            Self::DeviceEnrolled { .. } => "DeviceEnrolled",
            Self::DeviceRevoked { .. } => "DeviceRevoked",
            Self::DeviceProofRefused { .. } => "DeviceProofRefused",
        }
    }

    /// The version of the type that is written today.
    pub const fn version(&self) -> &'static str {
        "1.0"
    }

    /// Reads a stored fact.
    ///
    /// # Errors
    ///
    /// If it is none of the known ones.
    pub fn parse(payload: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(payload)
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::PathBuf};

    use super::*;

    /// The names of the facts, as their `name` function lists them.
    fn names() -> BTreeSet<String> {
        let arm = |line: &str| {
            let (variant, name) = line.trim().strip_prefix("Self::")?.split_once(" => \"")?;
            let name = name.strip_suffix("\",")?;
            variant.starts_with(name).then(|| name.to_owned())
        };
        include_str!("identity.rs").lines().filter_map(arm).collect()
    }

    #[test]
    fn every_fact_is_read_as_it_was_once_stored() {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/events/golden_identity");
        let mut kept = BTreeSet::new();
        for file in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let stored = fs::read_to_string(file.path()).unwrap();
            let fact = IdentityEvent::parse(&stored).unwrap();
            let name = format!("{}-{}.json", fact.name(), fact.version());
            assert_eq!(file.file_name().to_str(), Some(name.as_str()));
            let golden: serde_json::Value = serde_json::from_str(&stored).unwrap();
            assert_eq!(serde_json::to_value(&fact).unwrap(), golden, "{name}");
            kept.insert(fact.name().to_owned());
        }
        assert_eq!(names().len(), 36);
        assert_eq!(kept, names());
    }

    #[test]
    fn a_reason_is_counted_as_it_is_stored() {
        for because in [
            DeviceRefusal::WrongSignature,
            DeviceRefusal::ChallengeOver,
            DeviceRefusal::ChallengeReplayed,
            DeviceRefusal::Revoked,
            DeviceRefusal::LeaseOver,
            DeviceRefusal::CodeTaken,
        ] {
            assert_eq!(serde_json::to_value(because).unwrap(), because.code());
        }
    }

    #[test]
    fn what_is_unknown_is_refused() {
        assert!(IdentityEvent::parse(r#"{"Unheard":{}}"#).is_err());
        assert!(IdentityEvent::parse(r#"{"LogInFailed":{"proof":"charm"}}"#).is_err());
    }
}
