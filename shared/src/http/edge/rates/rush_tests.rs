//! What the default limits let through when a sale opens.

use clap::Parser;
use http::Method;

use super::*;
use crate::http::edge::client::TrustedProxies;

const BUYERS: usize = 10_000;
const HOLD: (Method, &str) = (Method::POST, "/api/v1/events/{event_id}/reservations");

#[derive(Parser)]
struct Defaults {
    #[command(flatten)]
    rates: RateArgs,
}

fn defaults() -> RateArgs {
    Defaults::parse_from(["rates"]).rates
}

/// The client of a request that came through the gateway on this machine.
fn client(forwarded_for: Option<&str>) -> ClientAddress {
    let trusted: TrustedProxies = "127.0.0.0/8,::1".parse().unwrap();
    let headers = forwarded_for
        .map(|address| (HeaderName::from_static("x-forwarded-for"), address.parse().unwrap()));
    ClientAddress::of([127, 0, 0, 1].into(), &headers.into_iter().collect(), &trusted)
}

/// How many of so many requests for one event are let in, all in one instant.
async fn let_in(rates: &Rates, arrival: Arrival, route: (Method, &str), times: usize) -> usize {
    let demand = Demand::of(&route.0, route.1);
    let event = Some(Uuid::from_u128(0xE0));
    let mut admitted = 0;
    for _ in 0..times {
        let taken = rates.take(&demand, event, arrival, &mut Left::default()).await;
        match taken {
            Ok(()) => admitted += 1,
            Err(problem) => assert_eq!(problem.status(), StatusCode::TOO_MANY_REQUESTS),
        }
    }
    admitted
}

#[tokio::test]
async fn ten_thousand_buyers_behind_one_address_buy_at_once() {
    let rates = Rates::new(defaults(), None);
    let arrival = Arrival { client: Some(client(Some("203.0.113.7"))), at: Instant::now() };
    let reservation = "/api/v1/events/{event_id}/reservations/{reservation_id}";
    let payments = format!("{reservation}/payments");
    for route in [
        (Method::GET, "/api/v1/events/{event_id}"),
        (Method::GET, "/api/v1/events/{event_id}/availability"),
        HOLD,
        // Its tickets were gone: another type.
        HOLD,
        (Method::POST, &payments),
        (Method::GET, "/api/v1/reservations/{reservation_id}"),
    ] {
        let admitted = let_in(&rates, arrival, route.clone(), BUYERS).await;
        assert_eq!(admitted, BUYERS, "{route:?}");
    }
}

#[tokio::test]
async fn one_address_alone_comes_to_its_end_and_leaves_the_others_alone() {
    let rates = Rates::new(defaults(), None);
    let at = Instant::now();
    let arrival = |address| Arrival { client: Some(client(Some(address))), at };
    let abuser = let_in(&rates, arrival("203.0.113.7"), HOLD, 50_000).await;
    assert_eq!(abuser, 30_000);
    assert_eq!(let_in(&rates, arrival("203.0.113.8"), HOLD, BUYERS).await, BUYERS);
}

#[tokio::test]
async fn buyers_of_a_gateway_that_tells_none_apart_are_limited_by_event_only() {
    let rates = Rates::new(defaults(), None);
    let arrival = Arrival { client: Some(client(None)), at: Instant::now() };
    let admitted = let_in(&rates, arrival, HOLD, 250_000).await;
    assert_eq!(admitted, 200_000, "twenty holds for each of ten thousand buyers");
}

#[test]
fn a_thousand_behind_one_address_log_in_at_once() {
    let attempts = Buckets::new(defaults().rate_limit_attempts.0.unwrap());
    let now = Instant::now();
    let taken = (0..1001).filter(|_| attempts.take("address", 1, now).is_ok());
    assert_eq!(taken.count(), 1000);
}
