//! Lanes: what must go on has its own places, so that a rush of something else can't take them.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use clap::Args;
use http::Method;

/// Paths of the checkout: whoever has tickets in hand pays for them or gets in.
const CHECKOUT: [&str; 3] = ["/payments", "/check-ins", "/scans"];

/// Routes that hash a password. Each of them takes a core for a while and waits for its turn.
const PASSWORDS: [&str; 6] = [
    "/auth/login",
    "/auth/register",
    "/auth/password/reset",
    "/auth/step-up",
    "/account/password",
    "/account/email",
];

/// How many requests may be answered at once beside the others.
#[derive(Debug, Clone, Copy, Args)]
pub struct LaneArgs {
    /// Payments and check-ins answered at once; more are refused with 503.
    #[arg(long, env = "FULLHOUSE_MAX_IN_FLIGHT_CHECKOUT", default_value_t = 1024)]
    pub max_in_flight_checkout: usize,
    /// Webhooks answered at once; more are refused with 503 and come again.
    #[arg(long, env = "FULLHOUSE_MAX_IN_FLIGHT_WEBHOOKS", default_value_t = 256)]
    pub max_in_flight_webhooks: usize,
    /// Requests with a password answered at once; more are refused with 503 before anything is done
    /// for them.
    #[arg(long, env = "FULLHOUSE_MAX_IN_FLIGHT_PASSWORDS", default_value_t = 32)]
    pub max_in_flight_passwords: usize,
}

/// Which places a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Of webhooks.
    Webhooks,
    /// Of payments and check-ins.
    Checkout,
    /// Of those who come with a password.
    Passwords,
    /// Of everything else.
    Other,
}

/// The places of all lanes.
#[derive(Debug)]
pub(super) struct Lanes {
    webhooks: Places,
    checkout: Places,
    passwords: Places,
    other: Places,
}

#[derive(Debug)]
struct Places {
    taken: AtomicUsize,
    most: usize,
    shed: AtomicU64,
}

/// One of the places among requests being answered, given back when dropped.
#[derive(Debug)]
pub(super) struct Place<'a>(&'a Places);

impl Lane {
    pub(super) fn of(method: &Method, path: &str) -> Self {
        if path.starts_with("/webhooks/") {
            Self::Webhooks
        } else if *method != Method::GET && CHECKOUT.iter().any(|end| path.ends_with(end)) {
            Self::Checkout
        } else if *method != Method::GET && PASSWORDS.contains(&path) {
            Self::Passwords
        } else {
            Self::Other
        }
    }
}

impl Lanes {
    /// `other` is for what has no lane of its own.
    pub(super) fn new(args: LaneArgs, other: usize) -> Self {
        Self {
            webhooks: Places::new(args.max_in_flight_webhooks),
            checkout: Places::new(args.max_in_flight_checkout),
            passwords: Places::new(args.max_in_flight_passwords),
            other: Places::new(other),
        }
    }

    /// A place, if there is one.
    pub(super) fn enter(&self, lane: Lane) -> Option<Place<'_>> {
        let places = match lane {
            Lane::Webhooks => &self.webhooks,
            Lane::Checkout => &self.checkout,
            Lane::Passwords => &self.passwords,
            Lane::Other => &self.other,
        };
        // Taken first and given back if it was too much, so that two can't take the last one.
        let before = places.taken.fetch_add(1, Ordering::Relaxed);
        let place = Place(places);
        if before < places.most {
            return Some(place);
        }
        places.shed.fetch_add(1, Ordering::Relaxed);
        None
    }

    /// Name, requests being answered and requests refused of each lane.
    pub(super) fn figures(&self) -> [(&'static str, usize, u64); 4] {
        let figures = |name, places: &Places| {
            (name, places.taken.load(Ordering::Relaxed), places.shed.load(Ordering::Relaxed))
        };
        [
            figures("webhooks", &self.webhooks),
            figures("checkout", &self.checkout),
            figures("passwords", &self.passwords),
            figures("other", &self.other),
        ]
    }
}

impl Places {
    fn new(most: usize) -> Self {
        Self { taken: AtomicUsize::new(0), most, shed: AtomicU64::new(0) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_lane_leaves_the_others_open() {
        let args = LaneArgs {
            max_in_flight_checkout: 1,
            max_in_flight_webhooks: 1,
            max_in_flight_passwords: 1,
        };
        let lanes = Lanes::new(args, 2);
        let taken = (lanes.enter(Lane::Other).unwrap(), lanes.enter(Lane::Other).unwrap());
        assert!(lanes.enter(Lane::Other).is_none());
        assert!(lanes.enter(Lane::Checkout).is_some());
        assert!(lanes.enter(Lane::Webhooks).is_some());
        assert!(lanes.enter(Lane::Passwords).is_some());
        assert_eq!(lanes.figures()[3], ("other", 2, 1));
        drop(taken);
        assert!(lanes.enter(Lane::Other).is_some());
    }
}
