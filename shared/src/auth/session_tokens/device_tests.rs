//! Tokens of devices: genuine ones, and what else could be presented.

use chrono::SubsecRound;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::*;
use crate::id::{AccountId, DeviceId, EventId, OrganizationId, SessionId};

const HEADER: &str = r#"{"alg":"EdDSA","typ":"door+jwt","kid":"new"}"#;

fn keys() -> TokenKeys {
    format!("new:{}", "02".repeat(32)).parse().unwrap()
}

fn a_device(clock: &Clock, lease: TimeDelta) -> DeviceActor {
    DeviceActor {
        device: DeviceId::new(Uuid::from_u128(1)),
        organization: OrganizationId::new(Uuid::from_u128(2)),
        event: EventId::new(Uuid::from_u128(3)),
        gates: vec!["North".to_owned()],
        lease_ends_at: (clock.now() + lease).trunc_subsecs(0),
    }
}

fn a_world() -> (Clock, TokenSigner, TokenVerifier) {
    let clock = Clock::system();
    let verifier = TokenVerifier::new(&keys().public(), clock.clone());
    (clock, TokenSigner::new(keys()), verifier)
}

/// A token with this header and these claims, signed with our key.
fn signed(header: &str, claims: &Value) -> String {
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", encode(header.to_owned()), encode(claims.to_string()));
    let signature = keys().newest().1.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

fn claims(clock: &Clock) -> Map<String, Value> {
    let claims = DeviceClaims::new(&a_device(clock, TimeDelta::hours(1)), clock.now());
    serde_json::to_value(claims).unwrap().as_object().unwrap().clone()
}

#[test]
fn says_which_device_it_was_made_for() {
    let (clock, signer, verifier) = a_world();
    let device = a_device(&clock, TimeDelta::hours(1));
    let token = signer.sign_device(&DeviceClaims::new(&device, clock.now()));
    assert_eq!(verifier.verify_device(&token), Some(device));
    // The forgeries below fail for what is forged.
    let again = signed(HEADER, &Value::Object(claims(&clock)));
    assert!(verifier.verify_device(&again).is_some());
}

#[test]
fn ends_after_five_minutes_or_with_the_lease() {
    for (lease, lasts) in [(TimeDelta::hours(1), 300), (TimeDelta::minutes(2), 119)] {
        let (clock, signer, verifier) = a_world();
        let device = a_device(&clock, lease);
        let token = signer.sign_device(&DeviceClaims::new(&device, clock.now()));
        clock.advance(TimeDelta::seconds(lasts - 2));
        assert!(verifier.verify_device(&token).is_some(), "{lease}");
        clock.advance(TimeDelta::seconds(3));
        assert_eq!(verifier.verify_device(&token), None, "{lease}");
    }
}

#[test]
fn a_device_is_no_account_and_an_account_no_device() {
    let (clock, signer, verifier) = a_world();
    let device = a_device(&clock, TimeDelta::hours(1));
    let token = signer.sign_device(&DeviceClaims::new(&device, clock.now()));
    assert_eq!(verifier.verify(&token), None);
    let account = AccountActor {
        account: AccountId::new(Uuid::from_u128(1)),
        session: SessionId::new(Uuid::from_u128(2)),
        persons: Vec::new(),
        memberships: Vec::new(),
        platform_admin: true,
        second_factor: true,
        stepped_up: true,
        impersonator: None,
    };
    let token = signer.sign(&TokenClaims::new(&account, None, clock.now()));
    assert_eq!(verifier.verify_device(&token), None);
    // Not even if the claims are those of the other kind.
    let crossed = signed(&HEADER.replace("door+jwt", "at+jwt"), &Value::Object(claims(&clock)));
    assert_eq!(verifier.verify(&crossed), None);
    assert_eq!(verifier.verify_device(&crossed), None);
}

#[test]
fn no_forged_token_is_accepted() {
    let (clock, signer, verifier) = a_world();
    let genuine = claims(&clock);
    let mut forged = Vec::new();
    for (name, value) in &genuine {
        let mut without = genuine.clone();
        without.remove(name);
        forged.push((HEADER.to_owned(), without));
        for wrong in [Value::Null, json!({}), json!("x"), json!(-1), json!(i64::MAX), json!(true)] {
            if *value != wrong {
                let mut other = genuine.clone();
                other.insert(name.clone(), wrong);
                forged.push((HEADER.to_owned(), other));
            }
        }
        let mut more = genuine.clone();
        more.insert(format!("{name} "), value.clone());
        forged.push((HEADER.to_owned(), more));
    }
    let now = clock.now().timestamp();
    for (name, value) in [
        ("exp", now),
        ("exp", now + 301),
        ("nbf", now + 30),
        ("iat", now - 3600),
        ("lse", now + 60),
    ] {
        let mut other = genuine.clone();
        other.insert(name.to_owned(), json!(value));
        forged.push((HEADER.to_owned(), other));
    }
    for (from, to) in [("EdDSA", "none"), ("EdDSA", "ES256"), ("door+jwt", "jwt"), ("new", "old")] {
        forged.push((HEADER.replace(from, to), genuine.clone()));
    }
    assert!(forged.len() > 80, "{}", forged.len());
    for (header, claims) in forged {
        // `lse` may be the greatest instant only where dates reach that far: they don't.
        let token = signed(&header, &Value::Object(claims.clone()));
        assert_eq!(verifier.verify_device(&token), None, "{header} {claims:?}");
    }
    let device = a_device(&clock, TimeDelta::hours(1));
    let token = signer.sign_device(&DeviceClaims::new(&device, clock.now()));
    let (rest, signature) = token.rsplit_once('.').unwrap();
    let mut bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    bytes[7] ^= 1;
    let flipped = format!("{rest}.{}", URL_SAFE_NO_PAD.encode(bytes));
    assert_eq!(verifier.verify_device(&flipped), None);
}
