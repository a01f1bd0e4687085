//! The rules of selling as they are typed, and when they make sense.

use shared::events::box_office::{LatePayment, SalesSettings};

use crate::box_office::{capacity::MAX_CAPACITY, validation::Violations};

const DEFAULT_SETTINGS: SalesSettings = SalesSettings {
    per_person_cap: 50,
    hold_ttl_seconds: 900,
    late_payment: LatePayment::AcquireAgain,
};
const MIN_HOLD_TTL_SECONDS: u32 = 60;
const MAX_HOLD_TTL_SECONDS: u32 = 3600;

/// Sales settings as typed: what is absent keeps its value, or takes the default in a draft.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsInput {
    pub per_person_cap: Option<u32>,
    pub hold_ttl_seconds: Option<u32>,
    pub late_payment: Option<LatePayment>,
}

impl SettingsInput {
    /// The settings after this input, with whatever is wrong added to `violations`.
    pub(super) fn over(
        &self,
        current: Option<&SalesSettings>,
        violations: &mut Violations,
    ) -> SalesSettings {
        let current = current.unwrap_or(&DEFAULT_SETTINGS);
        let settings = SalesSettings {
            per_person_cap: self.per_person_cap.unwrap_or(current.per_person_cap),
            hold_ttl_seconds: self.hold_ttl_seconds.unwrap_or(current.hold_ttl_seconds),
            late_payment: self.late_payment.unwrap_or(current.late_payment),
        };
        if !(1..=MAX_CAPACITY).contains(&settings.per_person_cap) {
            violations.add(
                "/per_person_cap",
                "out-of-range",
                format!("must lie between 1 and {MAX_CAPACITY}"),
            );
        }
        if !(MIN_HOLD_TTL_SECONDS..=MAX_HOLD_TTL_SECONDS).contains(&settings.hold_ttl_seconds) {
            violations.add(
                "/hold_ttl_seconds",
                "out-of-range",
                format!("must lie between {MIN_HOLD_TTL_SECONDS} and {MAX_HOLD_TTL_SECONDS}"),
            );
        }
        settings
    }
}
