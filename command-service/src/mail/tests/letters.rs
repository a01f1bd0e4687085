//! Every kind of mail in every language.

use chrono::DateTime;
use shared::id::PersonId;
use uuid::Uuid;

use super::fixture::{ADA, Fixture, mail};
use crate::mail::Mail;

const BOB: PersonId = PersonId::new(Uuid::from_u128(0xB0B));
const EVIL: &str = "Ev<b>il\r\nBcc: victim@example.org\r\n\r\n<script>x</script>";

#[tokio::test]
async fn every_kind_is_sent_in_both_languages() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "ada@example.org", "Ada", "en").await;
    fixture.know(BOB, "bob@example.org", "Bob", "de").await;
    let kinds = notes("x");
    for (person, kind) in [ADA, BOB].into_iter().flat_map(|p| kinds.iter().map(move |k| (p, k))) {
        fixture.ask_for(mail("1", person, kind.clone())).await;
    }
    // Of the same kind as another one.
    let removed = Mail::SecondFactorChanged { enabled: false, at: at() };
    fixture.ask_for(mail("2", ADA, removed)).await;
    fixture.send_all(2).await;
    let mails = fixture.mailbox.mails();
    assert_eq!(mails.to("ada").len(), kinds.len() + 1);
    assert_eq!(mails.to("bob").len(), kinds.len());
    for (to, greeting) in [("ada", "Hello Ada,"), ("bob", "Hallo Bob,")] {
        for mail in mails.to(to) {
            let (text, html) = (mail.text.as_deref().unwrap(), mail.html.as_deref().unwrap());
            assert!(text.starts_with(greeting), "{text}");
            assert!(html.contains(greeting) && html.contains("https://tickets.example.org/"));
            assert!(!text.contains('{') && !html.contains("{ "), "{text}");
            assert!(!mail.subject.is_empty());
        }
    }
    let subjects = |to| -> std::collections::HashSet<String> {
        mails.to(to).iter().map(|mail| mail.subject.clone()).collect()
    };
    assert!(subjects("ada").is_disjoint(&subjects("bob")));
}

#[tokio::test]
async fn what_others_wrote_adds_no_header_and_no_markup() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "ada@example.org", EVIL, "en").await;
    for kind in notes(EVIL) {
        fixture.ask_for(mail("1", ADA, kind)).await;
    }
    fixture.send_all(1).await;
    let mails = fixture.mailbox.mails().to("ada");
    assert_eq!(mails.len(), notes("").len());
    assert!(fixture.mailbox.mails().to("victim").is_empty());
    for mail in mails {
        let head = String::from_utf8_lossy(&mail.raw).into_owned();
        let head = head.split("\r\n\r\n").next().unwrap();
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        let html = mail.html.as_deref().unwrap();
        assert!(!html.contains("<script>") && !html.contains("Ev<b>"), "{html}");
    }
}

fn at() -> shared::clock::Timestamp {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn notes(text: &str) -> Vec<Mail> {
    let (token, device, at) = (text.to_owned(), text.to_owned(), at());
    vec![
        Mail::VerifyEmail { token: token.clone() },
        Mail::PasswordReset { token: token.clone() },
        Mail::EmailChange { token: token.clone() },
        Mail::EmailChanged { at },
        Mail::AccountExists {},
        Mail::PasswordChanged { at },
        Mail::SecondFactorChanged { enabled: true, at },
        Mail::ConfirmLogin { provider: text.to_owned(), token: token.clone() },
        Mail::LoginLinksChanged { provider: text.to_owned(), linked: true, at },
        Mail::PasskeyAdded { name: device.clone(), at },
        Mail::PasskeyRemoved { name: device.clone(), at },
        Mail::PasskeyCopied { name: device.clone(), at },
        Mail::NewSession { device: device.clone(), at },
        Mail::RefreshTokenReused { device, at },
        Mail::Invitation { organization_name: text.to_owned(), role: text.to_owned(), token },
        Mail::DataExportReady { export_id: Uuid::from_u128(1) },
    ]
}
