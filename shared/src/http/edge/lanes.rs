//! Lanes: what must go on has its own places, so that a rush of something else can't take them.

use std::{
    collections::HashMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use clap::Args;
use http::Method;

use super::client::{AddressPrefix, ClientAddress};

/// Paths of the checkout: whoever has tickets in hand pays for them or gets in.
const CHECKOUT: [&str; 3] = ["/payments", "/check-ins", "/scans"];

/// Routes that hash a password. Each of them takes a core for a while and waits for its turn.
pub(super) const PASSWORDS: [&str; 6] = [
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
    /// How many of them which address holds, where that counts.
    held: Mutex<HashMap<AddressPrefix, usize>>,
}

/// One of the places among requests being answered, given back when dropped.
#[derive(Debug)]
pub(super) struct Place<'a> {
    places: &'a Places,
    /// On whose account.
    held_by: Option<AddressPrefix>,
}

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

    /// A place for this client, if there is one.
    pub(super) fn enter(&self, lane: Lane, client: Option<ClientAddress>) -> Option<Place<'_>> {
        let places = match lane {
            Lane::Webhooks => &self.webhooks,
            Lane::Checkout => &self.checkout,
            Lane::Passwords => &self.passwords,
            Lane::Other => &self.other,
        };
        // A sale opens for thousands behind one address, and a proxy of ours is nobody's.
        let shares = lane == Lane::Passwords;
        let address = client.filter(|client| shares && !client.is_proxy());
        let place = places.enter(address.map(ClientAddress::prefix));
        if place.is_none() {
            places.shed.fetch_add(1, Ordering::Relaxed);
        }
        place
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
        let held = Mutex::default();
        Self { taken: AtomicUsize::new(0), most, shed: AtomicU64::new(0), held }
    }

    /// An address holds no more places than it leaves free: one alone has half of them at most, two
    /// a third each, and the last free one is for an address that holds none.
    fn enter(&self, held_by: Option<AddressPrefix>) -> Option<Place<'_>> {
        let Some(address) = held_by else { return self.take(None) };
        let mut held = self.held();
        let of_this = held.get(&address).copied().unwrap_or_default();
        let free = self.most.saturating_sub(self.taken.load(Ordering::Relaxed));
        if of_this >= free {
            return None;
        }
        held.insert(address, of_this + 1);
        drop(held);
        self.take(Some(address))
    }

    fn take(&self, held_by: Option<AddressPrefix>) -> Option<Place<'_>> {
        // Taken first and given back if it was too much, so that two can't take the last one.
        let before = self.taken.fetch_add(1, Ordering::Relaxed);
        let place = Place { places: self, held_by };
        (before < self.most).then_some(place)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<AddressPrefix, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.places.taken.fetch_sub(1, Ordering::Relaxed);
        let Some(address) = self.held_by else { return };
        let mut held = self.places.held();
        match held.get(&address).copied() {
            Some(more) if more > 1 => held.insert(address, more - 1),
            _ => held.remove(&address),
        };
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    #[test]
    fn a_full_lane_leaves_the_others_open() {
        let lanes = lanes_with(1, 2);
        let taken =
            (lanes.enter(Lane::Other, None).unwrap(), lanes.enter(Lane::Other, None).unwrap());
        assert!(lanes.enter(Lane::Other, None).is_none());
        assert!(lanes.enter(Lane::Checkout, None).is_some());
        assert!(lanes.enter(Lane::Webhooks, None).is_some());
        assert!(lanes.enter(Lane::Passwords, None).is_some());
        assert_eq!(lanes.figures()[3], ("other", 2, 1));
        drop(taken);
        assert!(lanes.enter(Lane::Other, None).is_some());
    }

    fn lanes_with(passwords: usize, other: usize) -> Lanes {
        let args = LaneArgs {
            max_in_flight_checkout: 1,
            max_in_flight_webhooks: 1,
            max_in_flight_passwords: passwords,
        };
        Lanes::new(args, other)
    }

    fn client(host: u8) -> ClientAddress {
        let (headers, trusted) = (HeaderMap::new(), "127.0.0.1".parse().unwrap());
        let peer = if host == 0 { [127, 0, 0, 1] } else { [203, 0, 113, host] };
        ClientAddress::of(peer.into(), &headers, &trusted)
    }

    fn all_that_are_given(lanes: &Lanes, lane: Lane, host: u8) -> Vec<Place<'_>> {
        std::iter::from_fn(|| lanes.enter(lane, Some(client(host)))).collect()
    }

    #[test]
    fn an_address_that_wants_all_places_leaves_as_many_as_it_has() {
        let lanes = lanes_with(8, 8);
        let first = all_that_are_given(&lanes, Lane::Passwords, 1);
        let second = all_that_are_given(&lanes, Lane::Passwords, 2);
        let third = all_that_are_given(&lanes, Lane::Passwords, 3);
        assert_eq!([first.len(), second.len(), third.len()], [4, 2, 1]);
        let last = lanes.enter(Lane::Passwords, Some(client(4)));
        assert!(last.is_some() && lanes.enter(Lane::Passwords, Some(client(5))).is_none());
        assert_eq!(lanes.figures()[2], ("passwords", 8, 4));
    }

    #[test]
    fn places_that_are_given_back_go_to_who_holds_fewest() {
        let lanes = lanes_with(4, 8);
        let mut first = all_that_are_given(&lanes, Lane::Passwords, 1);
        let others = [
            lanes.enter(Lane::Passwords, Some(client(2))),
            lanes.enter(Lane::Passwords, Some(client(3))),
        ];
        assert!(others.iter().all(Option::is_some));
        first.pop();
        assert!(lanes.enter(Lane::Passwords, Some(client(1))).is_none(), "it holds another one");
        assert!(lanes.enter(Lane::Passwords, Some(client(4))).is_some());
        drop((first, others));
        assert_eq!(all_that_are_given(&lanes, Lane::Passwords, 1).len(), 2, "as if nothing was");
        assert!(lanes.passwords.held().is_empty());
    }

    #[test]
    fn sales_and_proxies_that_tell_nobody_apart_may_take_all_places() {
        let lanes = lanes_with(8, 8);
        assert_eq!(all_that_are_given(&lanes, Lane::Other, 1).len(), 8);
        assert_eq!(all_that_are_given(&lanes, Lane::Passwords, 0).len(), 8);
    }
}
