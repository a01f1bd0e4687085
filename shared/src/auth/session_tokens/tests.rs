//! Genuine tokens, and hundreds that are not.

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::*;
use crate::{
    auth::{MemberRole, Membership},
    id::{AccountId, OrganizationId, PersonId, SessionId},
};

struct World {
    clock: Clock,
    signer: TokenSigner,
    verifier: TokenVerifier,
}

fn keys(text: &str) -> TokenKeys {
    text.parse().unwrap()
}

fn seed(byte: &str) -> String {
    byte.repeat(32)
}

fn a_world() -> World {
    let clock = Clock::system();
    let keys = keys(&format!("new:{},old:{}", seed("02"), seed("01")));
    let verifier = TokenVerifier::new(&keys.public(), clock.clone());
    World { clock, signer: TokenSigner::new(keys), verifier }
}

fn an_actor() -> AccountActor {
    AccountActor {
        account: AccountId::new(Uuid::from_u128(1)),
        session: SessionId::new(Uuid::from_u128(2)),
        persons: vec![PersonId::new(Uuid::from_u128(3))],
        memberships: vec![Membership {
            organization: OrganizationId::new(Uuid::from_u128(4)),
            role: MemberRole::DoorStaff,
        }],
        platform_admin: true,
        second_factor: true,
        stepped_up: true,
        impersonator: None,
    }
}

impl World {
    fn claims(&self) -> Map<String, Value> {
        let now = self.clock.now();
        let claims = TokenClaims::new(&an_actor(), Some(now), now);
        serde_json::to_value(claims).unwrap().as_object().unwrap().clone()
    }

    fn genuine(&self) -> String {
        let now = self.clock.now();
        self.signer.sign(&TokenClaims::new(&an_actor(), Some(now), now))
    }

    /// A token with this header and these claims, signed with our newest key.
    fn signed(header: &str, claims: &str) -> String {
        let signed = format!("{}.{}", encode(header), encode(claims));
        let keys = keys(&format!("new:{}", seed("02")));
        let signature = keys.newest().1.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// Claims that aren't ours under our own header and signature.
    fn with_claims(claims: &str) -> String {
        Self::signed(HEADER, claims)
    }
}

const HEADER: &str = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new"}"#;

fn encode(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

#[test]
fn says_who_it_was_made_for() {
    let world = a_world();
    assert_eq!(world.verifier.verify(&world.genuine()), Some(an_actor()));
    assert!(TokenVerifier::is_token(&world.genuine()));
    // The forgeries below fail for what is forged, not for how they are put together.
    let again = World::with_claims(&Value::Object(world.claims()).to_string());
    assert_eq!(world.verifier.verify(&again), Some(an_actor()));
}

#[test]
fn ends_after_ten_minutes() {
    let world = a_world();
    let token = world.genuine();
    world.clock.advance(TimeDelta::seconds(599));
    assert!(world.verifier.verify(&token).is_some());
    world.clock.advance(TimeDelta::seconds(1));
    assert_eq!(world.verifier.verify(&token), None);
}

#[test]
fn a_fresh_proof_counts_for_five_minutes() {
    let world = a_world();
    let token = world.genuine();
    let stepped_up = || world.verifier.verify(&token).unwrap().stepped_up;
    world.clock.advance(TimeDelta::seconds(298));
    assert!(stepped_up());
    world.clock.advance(TimeDelta::seconds(2));
    assert!(!stepped_up());
}

#[test]
fn an_old_key_verifies_until_it_is_taken_out() {
    let world = a_world();
    let old = TokenSigner::new(keys(&format!("old:{}", seed("01"))));
    let now = world.clock.now();
    let token = old.sign(&TokenClaims::new(&an_actor(), Some(now), now));
    assert!(world.verifier.verify(&token).is_some());
    let newest = keys(&format!("new:{}", seed("02"))).public();
    assert_eq!(TokenVerifier::new(&newest, world.clock.clone()).verify(&token), None);
}

#[test]
fn no_forged_token_is_accepted() {
    let world = a_world();
    let forged = forgeries(&world);
    assert!(forged.len() >= 300, "{}", forged.len());
    for (what, token) in forged {
        assert_eq!(world.verifier.verify(&token), None, "{what}: {token}");
    }
}

fn forgeries(world: &World) -> Vec<(String, String)> {
    let mut all = Vec::new();
    all.extend(wrong_headers(world));
    all.extend(wrong_claims(world));
    all.extend(wrong_json(world));
    all.extend(wrong_signatures(world));
    all.extend(wrong_text(world));
    all
}

/// Headers that ask to be verified in another way, or are spelt otherwise.
fn wrong_headers(world: &World) -> Vec<(String, String)> {
    let claims = Value::Object(world.claims()).to_string();
    let mut headers: Vec<String> = [
        "none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS256", "PS256", "ES256",
        "ES256K", "ES512", "EdDSA ", "eddsa", "EDDSA", "Ed25519", "Ed448", "dir", "A128KW",
    ]
    .iter()
    .map(|alg| json!({"alg": alg, "typ": "at+jwt", "kid": "new"}).to_string())
    .collect();
    headers.extend(
        ["JWT", "jwt", "at+JWT", "application/at+jwt", "rt+jwt", "", "dpop+jwt"]
            .map(|typ| format!(r#"{{"alg":"EdDSA","typ":"{typ}","kid":"new"}}"#)),
    );
    headers.extend(
        ["", "none", "NEW", "new ", "older", "../new", "/dev/null", "new\\u0000", "0", "null"]
            .map(|kid| format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#)),
    );
    headers.extend(
        [
            "",
            "{}",
            "[]",
            "null",
            "\"EdDSA\"",
            "not json",
            r#"{"alg":"EdDSA","kid":"new"}"#,
            r#"{"typ":"at+jwt","kid":"new"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":null}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":["new"]}"#,
            r#"{"alg":["EdDSA"],"typ":"at+jwt","kid":"new"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","crit":["exp"]}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","b64":false,"crit":["b64"]}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","jku":"https://evil.example/k"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","x5u":"https://evil.example/k"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","zip":"DEF"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","alg":"none"}"#,
            r#"{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"new"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","kid":"old"}"#,
            r#" {"alg":"EdDSA","typ":"at+jwt","kid":"new"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new"} "#,
            r#"{"typ":"at+jwt","alg":"EdDSA","kid":"new"}"#,
            r#"{"alg":"EdDSA","typ":"at+jwt","kid":"old"}"#,
        ]
        .map(str::to_owned),
    );
    let jwk = r#"{"alg":"EdDSA","typ":"at+jwt","kid":"new","jwk":{"kty":"OKP","crv":"Ed25519"}}"#;
    headers.push(jwk.to_owned());
    let all = headers.into_iter();
    all.map(|header| (format!("header {header}"), World::signed(&header, &claims))).collect()
}

/// Each claim missing, null, of another type, and with values that are not ours.
fn wrong_claims(world: &World) -> Vec<(String, String)> {
    let genuine = world.claims();
    let mut all = Vec::new();
    let mut push = |what: String, claims: &Map<String, Value>| {
        all.push((what, World::with_claims(&Value::Object(claims.clone()).to_string())));
    };
    for name in genuine.keys() {
        let mut without = genuine.clone();
        without.remove(name);
        push(format!("without {name}"), &without);
        for wrong in
            [json!({}), json!([]), json!([[]]), json!("x"), json!(1.5), json!(-1), json!(true)]
        {
            let fits = genuine[name] == wrong
                || (wrong == json!([]) && genuine[name].is_array())
                || (wrong == json!(-1) && name == "sua");
            if !fits {
                push(format!("{name} {wrong}"), &with(&genuine, name, wrong));
            }
        }
        if !matches!(name.as_str(), "sua" | "imp") {
            push(format!("{name} null"), &with(&genuine, name, Value::Null));
        }
        let spelt = format!("{name} ");
        push(format!("unknown {spelt:?}"), &with(&genuine, &spelt, json!(1)));
    }
    for (name, value) in wrong_values(world.clock.now().timestamp()) {
        push(format!("{name} {value}"), &with(&genuine, name, value));
    }
    all
}

/// Claims of the right type whose values aren't ours.
fn wrong_values(now: i64) -> Vec<(&'static str, Value)> {
    vec![
        ("iss", json!("https://evil.example")),
        ("iss", json!(format!("{ISSUER}/"))),
        ("iss", json!([ISSUER])),
        ("aud", json!(ISSUER)),
        ("aud", json!([AUDIENCE])),
        ("aud", json!(format!("{AUDIENCE} "))),
        ("aud", json!("")),
        ("sub", json!("not-an-id")),
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", json!(now + 601)),
        ("exp", json!(now + 86_400)),
        ("exp", json!(i64::MAX)),
        ("exp", json!((now + 60).to_string())),
        ("exp", json!(1e10)),
        ("nbf", json!(now + 30)),
        ("nbf", json!(i64::MAX)),
        ("nbf", json!(now.to_string())),
        ("iat", json!(now + 30)),
        ("iat", json!(now - 3600)),
        ("iat", json!(i64::MIN)),
        ("iat", json!(u64::MAX)),
        ("mem", json!([["00000000-0000-0000-0000-000000000004", "admin"]])),
        ("mem", json!([["00000000-0000-0000-0000-000000000004"]])),
        ("mem", json!([["x", "owner"]])),
        ("mem", json!({"organization": "x"})),
        ("per", json!(["x"])),
        ("adm", json!("true")),
        ("adm", json!(1)),
        ("mfa", json!("yes")),
        ("sua", json!("now")),
        ("imp", json!("me")),
    ]
}

fn with(claims: &Map<String, Value>, name: &str, value: Value) -> Map<String, Value> {
    let mut claims = claims.clone();
    claims.insert(name.to_owned(), value);
    claims
}

/// Claims twice, and text that is no object of claims.
fn wrong_json(world: &World) -> Vec<(String, String)> {
    let genuine = Value::Object(world.claims()).to_string();
    let inner = genuine.trim_end_matches('}');
    let mut texts: Vec<String> = world
        .claims()
        .iter()
        .map(|(name, value)| format!("{inner},\"{name}\":{value}}}"))
        .collect();
    texts.extend([
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        format!("[{genuine}]"),
        format!("{genuine}{genuine}"),
        format!("{genuine},"),
        inner.to_owned(),
        format!("\u{feff}{genuine}"),
        genuine.replace('"', "'"),
        format!("{genuine}\0"),
    ]);
    let all = texts.into_iter();
    all.map(|text| (format!("claims {text}"), World::with_claims(&text))).collect()
}

/// One bit wrong in each place, other keys, other signatures.
fn wrong_signatures(world: &World) -> Vec<(String, String)> {
    let genuine = world.genuine();
    let mut all = Vec::new();
    let (signed, signature) = genuine.rsplit_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(signature).unwrap();
    for place in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1 << (place % 8);
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(flipped));
        all.push((format!("bit of signature byte {place}"), token));
    }
    let (header, claims) = signed.split_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(claims).unwrap();
    for place in (0..bytes.len()).step_by(5) {
        let mut flipped = bytes.clone();
        flipped[place] ^= 1;
        let token = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(flipped));
        all.push((format!("bit of claim byte {place}"), token));
    }
    let now = world.clock.now();
    let stranger = TokenSigner::new(keys(&format!("new:{}", seed("03"))));
    let claims_of = TokenClaims::new(&an_actor(), Some(now), now);
    all.push(("another key under our id".to_owned(), stranger.sign(&claims_of)));
    let crossed = TokenSigner::new(keys(&format!("old:{}", seed("02"))));
    all.push(("our keys crosswise".to_owned(), crossed.sign(&claims_of)));
    for wrong in [vec![0; 64], vec![255; 64], vec![0; 63], vec![0; 65], Vec::new()] {
        let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(&wrong));
        all.push((format!("{} bytes of signature", wrong.len()), token));
    }
    all
}

/// Text that is spelt otherwise than the genuine token.
fn wrong_text(world: &World) -> Vec<(String, String)> {
    let genuine = world.genuine();
    let (signed, signature) = genuine.rsplit_once('.').unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    let mut all: Vec<String> =
        (1..=40).map(|cut| genuine[..genuine.len() - cut].to_owned()).collect();
    for space in [" ", "\t", "\n", "\r\n", "\u{a0}", "\0"] {
        all.extend([
            format!("{space}{genuine}"),
            format!("{genuine}{space}"),
            format!("{header}{space}.{claims}.{signature}"),
            format!("{header}.{claims}{space}.{signature}"),
            format!("{header}.{claims}.{space}{signature}"),
        ]);
    }
    all.extend([
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        "...".to_owned(),
        header.to_owned(),
        signed.to_owned(),
        format!("{signed}."),
        format!("{signed}.."),
        format!("{genuine}."),
        format!(".{genuine}"),
        format!("{genuine}="),
        format!("{genuine}=="),
        format!("{header}=.{claims}.{signature}"),
        format!("{genuine}.{signature}"),
        format!(".{claims}.{signature}"),
        format!("{header}..{signature}"),
        format!("Bearer {genuine}"),
        genuine.to_lowercase(),
        genuine.to_uppercase(),
        genuine.replace('.', ","),
        format!("{header}.{claims}.{}", "A".repeat(9000)),
        format!("{genuine}{}", "A".repeat(9000)),
        other_last_bits(&genuine),
    ]);
    all.into_iter().map(|text| ("text".to_owned(), text)).collect()
}

/// The last character of 64 bytes carries four bits that mean nothing: they must be zero.
fn other_last_bits(genuine: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let last = genuine.chars().next_back().unwrap();
    let place = ALPHABET.find(last).unwrap();
    format!("{}{}", &genuine[..genuine.len() - 1], &ALPHABET[place + 1..=place + 1])
}
