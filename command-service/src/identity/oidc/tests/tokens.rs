//! Id tokens that a provider, or somebody in its name, might show us.

use serde_json::{Value, json};

use super::{
    fake::{CLIENT, Fake, Tamper},
    signing::Sign,
    visit::{Visit, verified, world, world_with},
};
use crate::identity::testing::{Answered, World};

const ADA: &str = "ada@example.org";

/// Each is one step away from a token that is believed.
const WRONG: &[(&str, Tamper)] = &[
    ("for another client", |token| token.claims["aud"] = json!("somebody")),
    ("for no client", |token| token.claims["aud"] = json!([])),
    ("for us among others, given to nobody", |token| token.claims["aud"] = json!([CLIENT, "b"])),
    ("given to another client", |token| token.claims["azp"] = json!("somebody")),
    ("by another issuer", |token| token.claims["iss"] = json!("https://evil.example")),
    ("by the issuer with a slash", |token| {
        let issuer = token.claims["iss"].as_str().unwrap().to_owned();
        token.claims["iss"] = json!(format!("{issuer}/"));
    }),
    ("expired", |token| shift(&mut token.claims["exp"], -300 - 61)),
    ("from the future", |token| shift(&mut token.claims["iat"], 120)),
    ("not yet valid", |token| {
        let begins = token.claims["iat"].as_i64().unwrap() + 120;
        token.claims["nbf"] = json!(begins);
    }),
    ("made long before the code", |token| shift(&mut token.claims["iat"], -12 * 60)),
    ("with a log-in in the future", |token| {
        let at = token.claims["iat"].as_i64().unwrap() + 120;
        token.claims["auth_time"] = json!(at);
    }),
    ("with another nonce", |token| token.claims["nonce"] = json!("tampered")),
    ("with an empty nonce", |token| token.claims["nonce"] = json!("")),
    ("without a nonce", |token| take(&mut token.claims, "nonce")),
    ("without a subject", |token| take(&mut token.claims, "sub")),
    ("with an empty subject", |token| token.claims["sub"] = json!("")),
    ("with an endless subject", |token| token.claims["sub"] = json!("x".repeat(256))),
    ("without an audience", |token| take(&mut token.claims, "aud")),
    ("without an issuer", |token| take(&mut token.claims, "iss")),
    ("without an end", |token| take(&mut token.claims, "exp")),
    ("without a beginning", |token| take(&mut token.claims, "iat")),
    ("with an end in words", |token| token.claims["exp"] = json!("9999999999")),
    ("with a number for a subject", |token| token.claims["sub"] = json!(7)),
    ("with too many claims", |token| token.claims["x"] = json!("x".repeat(20_000))),
    ("signed by nobody", |token| {
        token.header["alg"] = json!("none");
        token.sign = Sign::Nobody;
    }),
    ("signed by nobody, spelt otherwise", |token| {
        token.header["alg"] = json!("nOnE");
        token.sign = Sign::Nobody;
    }),
    ("without a signature", |token| token.sign = Sign::Nobody),
    ("signed with the public key as a secret", |token| {
        token.header["alg"] = json!("HS256");
        token.sign = Sign::HmacOfPublicKey;
    }),
    ("signed by somebody else", |token| token.sign = Sign::Stranger),
    ("with a key that is for encryption", |token| {
        token.header["kid"] = json!("for-encryption");
        token.sign = Sign::Stranger;
    }),
    ("with a key of another kind", |token| token.header["alg"] = json!("RS256")),
    ("with the name of another key", |token| token.header["kid"] = json!("ec0")),
    ("with a key that nobody knows", |token| token.header["kid"] = json!("ed9")),
    ("with an algorithm that isn't allowed", |token| token.header["alg"] = json!("RS512")),
    ("without an algorithm", |token| take(&mut token.header, "alg")),
    ("with what must be understood", |token| token.header["crit"] = json!(["exp"])),
    ("for another use", |token| token.header["typ"] = json!("at+jwt")),
];

fn shift(number: &mut Value, by: i64) {
    *number = json!(number.as_i64().unwrap() + by);
}

fn take(object: &mut Value, name: &str) {
    object.as_object_mut().unwrap().remove(name).unwrap();
}

async fn come(world: &World, fake: &Fake, tamper: Option<Tamper>) -> Answered {
    fake.behaviour().tamper = tamper;
    Visit::log_in(world).await.back(world, fake, &verified("ada-1", ADA)).await
}

#[tokio::test]
async fn no_token_is_believed_that_is_wrong_in_one_thing() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    for (what, tamper) in WRONG {
        let refused = come(&world, &fake, Some(*tamper)).await;
        assert_eq!(refused.problem(), (403, "provider-not-believed"), "{what}: {refused:?}");
    }
    let statement = "SELECT count(*) FROM identity.accounts";
    let made: i64 = sqlx::query_scalar(statement).fetch_one(world.database.owner()).await.unwrap();
    assert_eq!(made, 0);
    assert_eq!(world.mails(ADA).await, Vec::<String>::new());
    assert_eq!(come(&world, &fake, None).await.status, 200, "but right as it was");
}

#[tokio::test]
async fn what_the_standard_leaves_open_is_taken_either_way() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let right: [(&str, Tamper); 9] = [
        ("a list of one", |token| token.claims["aud"] = json!([CLIENT])),
        ("given to us", |token| {
            token.claims["aud"] = json!([CLIENT, "b"]);
            token.claims["azp"] = json!(CLIENT);
        }),
        ("clocks that differ a little", |token| shift(&mut token.claims["iat"], 50)),
        ("just expired", |token| shift(&mut token.claims["exp"], -300 - 50)),
        ("without a type", |token| take(&mut token.header, "typ")),
        ("without the name of a key, where there is one of its kind", |token| {
            take(&mut token.header, "kid");
        }),
        ("a quoted flag", |token| token.claims["email_verified"] = json!("true")),
        ("ES256", |token| {
            token.header = json!({"alg": "ES256", "kid": "ec0"});
            token.sign = Sign::P256;
        }),
        ("RS256", |token| {
            token.header = json!({"alg": "RS256", "kid": "rsa0"});
            token.sign = Sign::Rsa;
        }),
    ];
    for (what, tamper) in right {
        let taken = come(&world, &fake, Some(tamper)).await;
        assert_eq!(taken.status, 200, "{what}: {taken:?}");
    }
}

#[tokio::test]
async fn new_keys_are_asked_for_once_a_minute_at_most() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    assert_eq!(come(&world, &fake, None).await.status, 200);
    assert_eq!(fake.behaviour().key_requests, 1);
    assert_eq!(come(&world, &fake, None).await.status, 200);
    assert_eq!(fake.behaviour().key_requests, 1, "they are kept");

    fake.behaviour().generation = 1;
    let early = come(&world, &fake, None).await;
    assert_eq!(early.problem(), (403, "provider-not-believed"), "asked less than a minute ago");
    world.clock.advance(chrono::TimeDelta::seconds(61));
    assert_eq!(come(&world, &fake, None).await.status, 200, "the provider has changed its keys");
    assert_eq!(fake.behaviour().key_requests, 2);
    for _ in 0..5 {
        come(&world, &fake, Some(|token| token.header["kid"] = json!("ed9"))).await;
    }
    assert_eq!(fake.behaviour().key_requests, 2, "unknown names don't make us ask");
}

#[tokio::test]
async fn google_may_leave_the_scheme_of_its_issuer_away() {
    let fake = Fake::start().await;
    let world = world_with(&fake, |settings| {
        settings.peculiar.also_issues_as = Some("accounts.google.com");
    })
    .await;
    let short: Tamper = |token| token.claims["iss"] = json!("accounts.google.com");
    let taken = come(&world, &fake, Some(short)).await;
    assert_eq!(taken.status, 200, "{taken:?}");
    let other: Tamper = |token| token.claims["iss"] = json!("accounts.google.org");
    assert_eq!(come(&world, &fake, Some(other)).await.status, 403);
}
