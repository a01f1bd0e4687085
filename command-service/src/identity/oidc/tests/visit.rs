//! A browser on its way to the provider and back.

use std::{collections::HashMap, sync::Once, time::Duration};

use serde_json::{Value, json};
use shared::clock::Clock;
use url::Url;

use super::fake::{CLIENT, Fake, Granted, SECRET};
use crate::identity::{
    oidc::{ProviderSettings, Providers},
    testing::{Answered, LoggedIn, World},
};

/// How long the provider may take: tests of slow ones wait for it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The providers: the fake, and one that issues as somebody else.
pub fn providers(fake: &Fake, clock: &Clock, changed: fn(&mut ProviderSettings)) -> Providers {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    let issuer = &fake.issuer;
    let text = json!([
        {"name": "acme", "label": "Acme", "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET},
        {"name": "other", "label": "Other", "issuer": format!("{issuer}/"), "client_id": CLIENT},
    ]);
    let mut settings = ProviderSettings::parse_all(&text.to_string()).unwrap();
    settings.iter_mut().for_each(changed);
    let public_url = Url::parse("https://tickets.example.org/").unwrap();
    Providers::try_new(settings, &public_url, clock, PATIENCE).unwrap()
}

/// A world with the fake provider.
pub async fn world(fake: &Fake) -> World {
    world_with(fake, |_| {}).await
}

pub async fn world_with(fake: &Fake, changed: fn(&mut ProviderSettings)) -> World {
    World::start_with(|clock| providers(fake, clock, changed)).await
}

/// Someone at the provider's page.
#[derive(Clone, Debug)]
pub struct Visit {
    pub cookie: String,
    pub query: HashMap<String, String>,
    /// Who is logged in here meanwhile.
    pub access: Option<String>,
}

impl Visit {
    /// Begins a log-in in a browser of its own.
    pub async fn log_in(world: &World) -> Self {
        let path = "/auth/oidc/acme/start";
        Self::begin(world, path, None, None, json!({"return_to": "/tickets"})).await
    }

    /// Begins to link from the account's page.
    pub async fn link(world: &World, who: &LoggedIn) -> Self {
        let body = json!({"provider": "acme"});
        Self::begin(world, "/account/identities", Some(who), None, body).await
    }

    /// Begins to prove to be there.
    pub async fn step_up(world: &World, who: &LoggedIn) -> Self {
        Self::begin(world, "/auth/step-up/acme/start", Some(who), None, json!({})).await
    }

    pub async fn begin(
        world: &World,
        path: &str,
        who: Option<&LoggedIn>,
        cookie: Option<&str>,
        body: Value,
    ) -> Self {
        let access = who.map(|who| who.access.clone());
        let started = send(world, path, access.as_deref(), cookie, body).await;
        assert_eq!(started.status, 200, "{started:?}");
        let line = started.cookie("__Host-login").expect("a cookie");
        let (cookie, attributes) = line.split_once(';').unwrap();
        assert_eq!(attributes, " Path=/; Max-Age=3600; HttpOnly; Secure; SameSite=Strict");
        let url = Url::parse(&started.text("authorization_url")).unwrap();
        let query = url.query_pairs().into_owned().collect();
        Self { cookie: format!("__Host-login={cookie}"), query, access }
    }

    /// What the provider would sign about this person now.
    pub fn claims(&self, world: &World, fake: &Fake, who: &Value) -> Value {
        let now = world.clock.now().timestamp();
        let mut claims = json!({
            "iss": fake.issuer, "aud": CLIENT, "iat": now, "exp": now + 300,
            "nonce": self.query["nonce"],
        });
        for (name, value) in who.as_object().unwrap() {
            claims[name] = value.clone();
        }
        claims
    }

    /// Logs in at the provider and comes back.
    pub async fn back(&self, world: &World, fake: &Fake, who: &Value) -> Answered {
        let code = self.grant(fake, self.claims(world, fake, who));
        self.back_with(world, json!({"code": code})).await
    }

    /// The provider's code for these claims.
    pub fn grant(&self, fake: &Fake, claims: Value) -> String {
        let mut behaviour = fake.behaviour();
        let code = format!("code-{}", self.query["state"]);
        let granted = Granted {
            claims,
            challenge: self.query["code_challenge"].clone(),
            redirect_uri: self.query["redirect_uri"].clone(),
        };
        behaviour.granted.insert(code.clone(), granted);
        code
    }

    /// Comes back with these parameters.
    pub async fn back_with(&self, world: &World, mut parameters: Value) -> Answered {
        if parameters.get("state").is_none() {
            parameters["state"] = json!(self.query["state"]);
        }
        parameters["session"] = json!("token");
        let path = "/auth/oidc/acme/callback";
        send(world, path, self.access.as_deref(), Some(&self.cookie), parameters).await
    }

    /// Follows the link of a mail in the same browser.
    pub async fn confirm(&self, world: &World, token: &str) -> Answered {
        let body = json!({"token": token, "session": "token"});
        send(world, "/auth/oidc/confirm", None, Some(&self.cookie), body).await
    }
}

/// Sends a command as a page of ours does, with the cookie.
pub async fn send(
    world: &World,
    path: &str,
    access: Option<&str>,
    cookie: Option<&str>,
    body: Value,
) -> Answered {
    let bearer = access.map(|access| format!("Bearer {access}"));
    let mut headers = vec![("sec-fetch-site", "same-origin")];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    headers.extend(cookie.map(|cookie| ("cookie", cookie)));
    world.send_with("POST", path, &headers, body).await
}

/// Someone whose address the provider has verified.
pub fn verified(subject: &str, email: &str) -> Value {
    json!({"sub": subject, "email": email, "email_verified": true, "name": "Ada Lovelace"})
}
