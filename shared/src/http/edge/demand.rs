//! What a route costs, which lane it is in, and how large and how slow its requests may be.

use std::time::Duration;

use http::Method;

use super::{cross_site::Reads, lanes::Lane};
use crate::http::{API_PREFIX, body::BodyLimits};

const KB: usize = 1024;
/// Routes on which something can be guessed. The rest of `/auth/` is of those who are known already.
const GUESSED: [&str; 6] = [
    "/auth/",
    "/invitations/accept",
    "/account/password",
    "/account/email",
    "/account/totp",
    "/devices/enrol",
];
const NOT_GUESSED: [&str; 5] = [
    "/auth/refresh",
    "/auth/logout",
    "/auth/logout-everywhere",
    "/auth/passkeys/options",
    "/auth/step-up/options",
];
/// What reads much.
const LARGE: [&str; 3] = ["/reports/", "/audit/", "/facets"];

/// How a route is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not at all: who may send is decided by a signature.
    Free,
    /// By address and caller.
    Usual,
    /// As a hold, by address and event.
    Hold,
    /// As an attempt at what can be guessed, for all processes together.
    Guess,
}

/// What the edge knows of a route before a request comes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Demand {
    /// The route, without the prefix.
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) units: u32,
    pub(super) lane: Lane,
    pub(super) reads: Reads,
    pub(super) body: BodyLimits,
    /// A request that takes longer is given up.
    pub(super) time: Duration,
}

impl Demand {
    /// The demand of a route, by its method and path template.
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let name = path.strip_prefix(API_PREFIX).unwrap_or(path);
        let is_read = *method == Method::GET;
        let kind = kind(method, name);
        let is_large = LARGE.iter().any(|part| name.contains(part));
        // A picture: large, and decoded.
        let is_upload = *method == Method::PUT && name.ends_with("/image");
        let units = match kind {
            _ if is_large || is_upload => 20,
            Kind::Guess => 10,
            Kind::Free | Kind::Usual | Kind::Hold => 1 + u32::from(!is_read),
        };
        let body = match kind {
            _ if is_upload => BodyLimits { bytes: 5 * KB * KB, depth: 0 },
            Kind::Free => BodyLimits { bytes: 256 * KB, depth: 32 },
            Kind::Usual => BodyLimits::default(),
            Kind::Hold => BodyLimits { bytes: 32 * KB, depth: 8 },
            Kind::Guess => BodyLimits { bytes: 8 * KB, depth: 4 },
        };
        let time = Duration::from_secs(match kind {
            _ if is_upload => 30,
            Kind::Hold => 10,
            Kind::Free | Kind::Usual | Kind::Guess => 15,
        });
        // Made once for each route when the service starts.
        let name = Box::leak(name.to_owned().into_boxed_str());
        let (lane, reads) = (Lane::of(method, name), Reads::of(method, name));
        Self { name, kind, units, lane, reads, body, time }
    }
}

fn kind(method: &Method, name: &str) -> Kind {
    if name.starts_with("/webhooks/") {
        return Kind::Free;
    }
    if *method == Method::GET {
        return Kind::Usual;
    }
    let is_guessed = GUESSED.iter().any(|start| name.starts_with(start));
    if is_guessed && !NOT_GUESSED.contains(&name) {
        return Kind::Guess;
    }
    if *method == Method::POST && name.ends_with("/reservations") {
        return Kind::Hold;
    }
    Kind::Usual
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::edge::lanes::PASSWORDS;

    fn of(method: &Method, path: &str) -> (Kind, u32, Lane) {
        let demand = Demand::of(method, &format!("{API_PREFIX}{path}"));
        (demand.kind, demand.units, demand.lane)
    }

    #[test]
    fn what_can_be_guessed_is_known_by_its_path() {
        for path in [
            "/auth/login",
            "/auth/login/passkey",
            "/auth/anything/new",
            "/account/totp/confirm",
            "/devices/enrol",
        ] {
            assert_eq!(of(&Method::POST, path).0, Kind::Guess, "{path}");
        }
        for path in [
            "/auth/refresh",
            "/auth/passkeys/options",
            "/account/profile",
            "/organizations",
            "/devices/tokens",
        ] {
            assert_eq!(of(&Method::POST, path).0, Kind::Usual, "{path}");
        }
        assert_eq!(of(&Method::GET, "/account").0, Kind::Usual);
    }

    #[test]
    fn routes_cost_what_they_do() {
        assert_eq!(of(&Method::GET, "/events"), (Kind::Usual, 1, Lane::Other));
        let hold = "/events/{event_id}/reservations";
        assert_eq!(of(&Method::POST, hold), (Kind::Hold, 2, Lane::Other));
        let pay = "/events/{event_id}/reservations/{reservation_id}/payments";
        assert_eq!(of(&Method::POST, pay), (Kind::Usual, 2, Lane::Checkout));
        let report = "/organizations/{organization_id}/reports/sales";
        assert_eq!(of(&Method::GET, report), (Kind::Usual, 20, Lane::Other));
        assert_eq!(of(&Method::POST, "/webhooks/stripe"), (Kind::Free, 2, Lane::Webhooks));
        let picture = "/events/{event_id}/image";
        assert_eq!(of(&Method::PUT, picture), (Kind::Usual, 20, Lane::Other));
    }

    #[test]
    fn whatever_takes_a_place_among_passwords_is_an_attempt() {
        for path in PASSWORDS {
            let (kind, _, lane) = of(&Method::POST, path);
            assert_eq!((kind, lane), (Kind::Guess, Lane::Passwords), "{path}");
        }
    }
}
