//! Providers that are slow, broken, peculiar, or not who they say.

use serde_json::{Value, json};

use super::{
    fake::{CLIENT, Fake, Manner},
    visit::{Visit, send, verified, world, world_with},
};
use crate::identity::testing::World;

const ADA: &str = "ada@example.org";
const UNAVAILABLE: (u16, &str) = (503, "provider-unavailable");
const BROKEN: [Manner; 5] =
    [Manner::Status(500), Manner::Slow, Manner::Huge, Manner::Moved, Manner::NoJson];

async fn begins(world: &World) -> (u16, String) {
    let started = send(world, "/auth/oidc/acme/start", None, None, json!({})).await;
    (started.status, started.body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn one_that_cant_describe_itself_is_not_offered_a_log_in() {
    for how in BROKEN {
        let fake = Fake::start().await;
        let world = world(&fake).await;
        fake.behaviour().description = how;
        assert_eq!(begins(&world).await, (503, "provider-unavailable".to_owned()), "{how:?}");
        fake.behaviour().description = Manner::Usual;
        assert_eq!(begins(&world).await.0, 200, "and works again afterwards");
    }
}

#[tokio::test]
async fn one_that_breaks_meanwhile_logs_nobody_in() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    for how in BROKEN {
        fake.behaviour().token = how;
        let back = Visit::log_in(&world).await.back(&world, &fake, &verified("a", ADA)).await;
        assert_eq!(back.problem(), UNAVAILABLE, "{how:?}");
        fake.behaviour().token = Manner::Usual;
        fake.behaviour().keys = how;
        let back = Visit::log_in(&world).await.back(&world, &fake, &verified("a", ADA)).await;
        assert_eq!(back.problem(), UNAVAILABLE, "{how:?}");
        fake.behaviour().keys = Manner::Usual;
    }
    let back = Visit::log_in(&world).await.back(&world, &fake, &verified("a", ADA)).await;
    assert_eq!(back.status, 200, "{back:?}");
}

#[tokio::test]
async fn what_was_known_of_one_lasts_while_it_cant_be_asked() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    assert_eq!(begins(&world).await.0, 200);
    world.clock.advance(chrono::TimeDelta::hours(2));
    fake.behaviour().description = Manner::Status(500);
    assert_eq!(begins(&world).await.0, 200);
}

#[tokio::test]
async fn one_that_says_what_cant_be_is_not_used() {
    for described in [
        json!({"issuer": "https://evil.example"}),
        json!({"issuer": null}),
        json!({"jwks_uri": null}),
        json!({"jwks_uri": "http://evil.example/keys"}),
        json!({"token_endpoint": "http://169.254.169.254/latest"}),
        json!({"userinfo_endpoint": "file:///etc/passwd"}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
        json!({"authorization_endpoint": null}),
    ] {
        let fake = Fake::start().await;
        let world = world(&fake).await;
        fake.behaviour().described = described.clone();
        assert_eq!(begins(&world).await.0, 503, "{described}");
    }
}

#[tokio::test]
async fn the_issuer_is_compared_letter_by_letter() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let other = send(&world, "/auth/oidc/other/start", None, None, json!({})).await;
    assert_eq!(other.problem(), UNAVAILABLE, "a slash more than the provider says");
}

#[tokio::test]
async fn an_answer_names_its_issuer_if_the_provider_says_so() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let field = "authorization_response_iss_parameter_supported";
    fake.behaviour().described = json!({field: true});
    for (named, status) in
        [(Value::Null, 403), (json!("https://evil.example"), 403), (json!(fake.issuer), 200)]
    {
        let visit = Visit::log_in(&world).await;
        let code = visit.grant(&fake, visit.claims(&world, &fake, &verified("a", ADA)));
        let back = visit.back_with(&world, json!({"code": code, "iss": named})).await;
        assert_eq!(back.status, status, "{named}");
    }
}

#[tokio::test]
async fn what_the_id_token_leaves_out_the_user_info_says() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let told = |sub: &str| json!({"sub": sub, "email": ADA, "email_verified": true, "name": "Ada"});
    fake.behaviour().user_info = Some(told("eve-1"));
    let who = json!({"sub": "ada-1"});
    let back = Visit::log_in(&world).await.back(&world, &fake, &who).await;
    assert_eq!(back.problem(), (403, "provider-not-believed"), "about somebody else");
    fake.behaviour().user_info = Some(told("ada-1"));
    let back = Visit::log_in(&world).await.back(&world, &fake, &who).await;
    assert_eq!(back.text("outcome"), "logged_in");
}

#[tokio::test]
async fn a_provider_may_want_our_secret_in_the_form() {
    let fake = Fake::start().await;
    let world = world(&fake).await;
    let methods = json!(["client_secret_post", "private_key_jwt"]);
    fake.behaviour().described = json!({"token_endpoint_auth_methods_supported": methods});
    let back = Visit::log_in(&world).await.back(&world, &fake, &verified("a", ADA)).await;
    assert_eq!(back.problem(), (403, "provider-refused"), "the fake wants it in the header");
    assert!(fake.behaviour().token_form.contains("client_secret=hush+%26+more"));
}

/// As Facebook's documentation has it: no token endpoint in the description, the code is exchanged
/// by GET with the verifier alone, and nothing is said about the address being verified.
#[tokio::test]
async fn facebook_is_asked_as_it_documents() {
    let fake = Fake::start().await;
    let world = world_with(&fake, |settings| {
        let at = |path: &str| url::Url::parse(&settings.issuer).unwrap().join(path).ok();
        let discovery = at("/.well-known/openid-configuration");
        (settings.peculiar.token_query, settings.peculiar.discovery) = (at("/token"), discovery);
        settings.peculiar.undated = true;
        settings.client_secret = None;
    })
    .await;
    let responses = json!(["id_token", "token id_token"]);
    fake.behaviour().described = json!({"token_endpoint": null, "userinfo_endpoint": null, "response_types_supported": responses});
    let visit = Visit::log_in(&world).await;
    let who = json!({"sub": "ada-1", "email": ADA, "name": "Ada"});
    let back = visit.back(&world, &fake, &who).await;
    assert_eq!(back.text("outcome"), "check_mail");
    let form = fake.behaviour().token_form.clone();
    assert!(form.contains(&format!("client_id={CLIENT}")) && form.contains("code_verifier="));
    assert!(fake.behaviour().token_method == "GET" && !form.contains("secret"), "{form}");
    let token = world.mailed(ADA, "confirm_login").await.unwrap();
    assert_eq!(visit.confirm(&world, &token).await.text("outcome"), "logged_in");
}
