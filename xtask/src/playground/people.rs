//! People: one for every role in the demo organisation, and some who belong to none.

use std::time::Duration;

use anyhow::{Context, ensure};
use serde_json::json;

use crate::{
    api::{self, Api, text},
    demo::Demo,
    http::Request,
    stack::Ports,
};

const PASSWORD: &str = "a lantern over seven quiet harbours";

/// Someone with an account.
#[derive(Clone, Debug)]
pub struct Person {
    pub email: String,
    pub account_id: String,
    /// The port of the gateway.
    port: u16,
}

/// Everybody.
#[derive(Clone, Debug)]
pub struct People {
    /// Belongs to no organisation; has asked for an export.
    pub account: Person,
    pub export_id: String,
    pub owner: Person,
    pub manager: Person,
    pub finance: Person,
    pub door_staff: Person,
    /// Belongs to the organisation, for others to change.
    pub bystander: Person,
    /// An open one to the organisation, and a key of it.
    pub invitation_id: String,
    pub api_key_id: String,
}

/// A session: its tokens last ten minutes.
#[derive(Clone, Debug)]
pub struct Session {
    pub access_token: String,
    pub session_id: String,
}

impl People {
    /// Makes them all through the API and the mailbox.
    ///
    /// # Errors
    ///
    /// If the API refuses something or a mail doesn't come.
    pub async fn gather(ports: Ports, admin_key: &str, demo: &Demo) -> anyhow::Result<Self> {
        let gathering = Gathering { ports, admin_key, demo };
        let account = gathering.person("account").await?;
        let session = account.log_in().await?;
        let api = Api { port: ports.gateway, key: &session.access_token };
        let asked = api.post("/account/export", json!({})).await?.json();
        let export_id = text(&asked, "export_id")?;
        gathering.wait_for(&account.email, &export_id).await?;
        Ok(Self {
            account,
            export_id,
            owner: gathering.member("owner").await?,
            manager: gathering.member("manager").await?,
            finance: gathering.member("finance").await?,
            door_staff: gathering.member("door_staff").await?,
            bystander: gathering.member_called("bystander", "door_staff").await?,
            invitation_id: gathering.invite("invited", "finance").await?,
            api_key_id: gathering.api_key().await?,
        })
    }
}

impl Person {
    /// Begins a session, which also is a fresh proof.
    ///
    /// # Errors
    ///
    /// If the log-in is refused.
    pub async fn log_in(&self) -> anyhow::Result<Session> {
        let body = json!({ "email": self.email, "password": PASSWORD, "session": "token" });
        let answer = api::post_openly(self.port, "/auth/login", &body).await?;
        let access_token = text(&answer, "access_token")?;
        let sessions = Api { port: self.port, key: &access_token }.get("/account/sessions").await?;
        let current = sessions["data"].as_array().into_iter().flatten();
        let mut current = current.filter(|session| session["current"] == true);
        let session = current.next_back().context("the session isn't listed")?;
        Ok(Session { session_id: text(session, "session_id")?, access_token })
    }
}

struct Gathering<'a> {
    ports: Ports,
    admin_key: &'a str,
    demo: &'a Demo,
}

impl Gathering<'_> {
    /// Registers and proves the address.
    async fn person(&self, name: &str) -> anyhow::Result<Person> {
        let email = format!("{name}@people.example");
        let port = self.ports.gateway;
        let body = json!({ "email": email, "password": PASSWORD, "name": name });
        api::post_openly(port, "/auth/register", &body).await?;
        let token = self.token(&email, "/verify#token=").await?;
        let body = json!({ "token": token, "session": "token" });
        let answer = api::post_openly(port, "/auth/verify-email", &body).await?;
        let account_id = text(&answer["account"], "account_id")?;
        Ok(Person { email, account_id, port })
    }

    async fn member(&self, role: &str) -> anyhow::Result<Person> {
        self.member_called(role, role).await
    }

    /// Invites someone by mail, who accepts.
    async fn member_called(&self, name: &str, role: &str) -> anyhow::Result<Person> {
        let person = self.person(name).await?;
        self.invite(name, role).await?;
        let token = self.token(&person.email, "/invitation#token=").await?;
        let session = person.log_in().await?;
        let api = Api { port: self.ports.gateway, key: &session.access_token };
        api.post("/invitations/accept", json!({ "token": token })).await?;
        Ok(person)
    }

    async fn invite(&self, name: &str, role: &str) -> anyhow::Result<String> {
        let admin = Api { port: self.ports.gateway, key: self.admin_key };
        let body = json!({ "email": format!("{name}@people.example"), "role": role });
        let path = format!("/organizations/{}/invitations", self.demo.organization_id);
        text(&admin.post(&path, body).await?.json(), "invitation_id")
    }

    async fn api_key(&self) -> anyhow::Result<String> {
        let admin = Api { port: self.ports.gateway, key: self.admin_key };
        let path = format!("/organizations/{}/api-keys", self.demo.organization_id);
        let body = json!({ "label": "spare", "role": "organizer" });
        text(&admin.post(&path, body).await?.json(), "api_key_id")
    }

    /// The secret behind `marker` in a mail to `email`.
    async fn token(&self, email: &str, marker: &str) -> anyhow::Result<String> {
        let letter = self.wait_for(email, marker).await?;
        let (_, rest) = letter.split_once(marker).context("no link in the mail")?;
        let is_part = |c: &char| c.is_ascii_alphanumeric() || "_-.".contains(*c);
        let token: String = rest.chars().take_while(is_part).collect();
        ensure!(token.len() >= 16, "no token in the mail to {email}");
        Ok(token)
    }

    /// The text of a mail to `email` in which `wanted` stands.
    async fn wait_for(&self, email: &str, wanted: &str) -> anyhow::Result<String> {
        for _ in 0..300 {
            let path = format!("/api/messages?to={email}");
            let mails = Request::new("GET", &path).send(self.ports.mailbox).await?.json();
            let texts = mails.as_array().into_iter().flatten();
            let mut texts = texts.filter_map(|mail| mail["text"].as_str());
            if let Some(text) = texts.find(|text| text.contains(wanted)) {
                return Ok(text.to_owned());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        anyhow::bail!("no mail with {wanted} came to {email}")
    }
}
