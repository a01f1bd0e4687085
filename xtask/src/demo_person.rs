//! The owner of the demo organisation: registered, proved and invited as anybody is, by way of the
//! local mailbox. Only this program makes one; no service knows of it.

use std::time::Duration;

use anyhow::{bail, ensure};
use serde_json::{Value, json};

use crate::{
    api::{Api, text},
    console::Console,
    http::{Answer, Request},
    stack::Ports,
};

/// The address that the person logs in with.
pub const EMAIL: &str = "demo@fullhouse.localhost";
const NAME: &str = "Demo Owner";

/// Mails take a moment.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(200);

/// Where to ask, and with what.
pub struct Needs<'a> {
    pub ports: Ports,
    pub admin_key: &'a str,
    pub password: &'a str,
    pub console: Console,
}

/// Makes sure that the person is there and owns the organisation.
///
/// # Errors
///
/// If the API refuses something, or a mail doesn't come.
pub async fn ensure_owner(needs: &Needs<'_>, organization_id: &str) -> anyhow::Result<()> {
    let access = match log_in(needs).await? {
        Some(access) => access,
        None => register(needs).await?,
    };
    let person = Api { port: needs.ports.gateway, key: &access };
    let account = person.get("/account").await?;
    let memberships = account["memberships"].as_array().into_iter().flatten();
    if memberships.into_iter().any(|of| of["organization_id"] == organization_id) {
        return Ok(());
    }
    let admin = Api { port: needs.ports.gateway, key: needs.admin_key };
    let path = format!("/organizations/{organization_id}/invitations");
    admin.post(&path, json!({ "email": EMAIL, "role": "owner" })).await?;
    let token = mailed(needs, "invitation").await?;
    person.post("/invitations/accept", json!({ "token": token })).await?;
    Ok(())
}

/// The access token, if there is such an account by now.
async fn log_in(needs: &Needs<'_>) -> anyhow::Result<Option<String>> {
    let body = json!({ "email": EMAIL, "password": needs.password, "session": "token" });
    let answer = post(needs, "/auth/login", &body).await?;
    match answer.status {
        200 => Ok(Some(text(&answer.json(), "access_token")?)),
        401 => Ok(None),
        status => bail!("/auth/login answered {status}: {}", answer.text()),
    }
}

async fn register(needs: &Needs<'_>) -> anyhow::Result<String> {
    needs.console.say("demo", "registering the owner of the demo organisation");
    let body = json!({ "email": EMAIL, "password": needs.password, "name": NAME });
    let answer = post(needs, "/auth/register", &body).await?;
    ensure!(answer.status == 202, "/auth/register answered {}", answer.text());
    let token = mailed(needs, "verify").await?;
    let body = json!({ "token": token, "session": "token" });
    let answer = post(needs, "/auth/verify-email", &body).await?;
    ensure!(answer.status == 200, "/auth/verify-email answered {}", answer.text());
    text(&answer.json(), "access_token")
}

async fn post(needs: &Needs<'_>, path: &str, body: &Value) -> anyhow::Result<Answer> {
    let path = format!("/api/v1{path}");
    Request::new("POST", &path).json(body).send(needs.ports.gateway).await
}

/// The token of the newest link to a page that was mailed to the person.
async fn mailed(needs: &Needs<'_>, page: &str) -> anyhow::Result<String> {
    let path = format!("/api/messages?to={}", EMAIL.replace('@', "%40"));
    for _ in 0..LOOKS {
        let mails = Request::new("GET", &path).send(needs.ports.mailbox).await?.json();
        if let Some(token) = newest(&mails, page) {
            return Ok(token);
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("no mail to {EMAIL} leads to /{page}; if the account has another password, reset it")
}

fn newest(mails: &Value, page: &str) -> Option<String> {
    let mark = format!("/{page}#token=");
    let mails = mails.as_array()?.iter();
    let with_token = mails.filter_map(|mail| {
        let (_, rest) = mail["text"].as_str()?.split_once(&mark)?;
        let token = rest.split_whitespace().next()?;
        Some((mail["received_at"].as_str()?, token))
    });
    with_token.max_by_key(|(received_at, _)| *received_at).map(|(_, token)| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_link_to_the_page_counts() {
        let mail = |page: &str, token: &str, at: &str| {
            let link = format!("Open http://localhost:8080/{page}#token={token}\nbefore tomorrow");
            json!({ "text": link, "received_at": at })
        };
        let mails = json!([
            mail("verify", "old", "2026-01-01T00:00:00Z"),
            mail("verify", "new", "2026-01-02T00:00:00Z"),
            mail("invitation", "other", "2026-01-03T00:00:00Z"),
            { "text": null, "received_at": "2026-01-04T00:00:00Z" },
        ]);
        assert_eq!(newest(&mails, "verify").as_deref(), Some("new"));
        assert_eq!(newest(&mails, "reset"), None);
    }
}
