//! Each mail goes out once, whatever happens on the way.

use std::{collections::HashSet, sync::Arc};

use shared::{
    event_log::subscription::Subscriber,
    id::{PersonId, ReservationId},
    ticket_code::qr,
};
use uuid::Uuid;

use super::fixture::{
    ADA, AFTER_THE_LEASE, Fixture, access_tokens, eventually, mail, ticket_codes,
};
use crate::{mail::Mail, policy::Fulfilment, waiting::Waiting};

#[tokio::test]
async fn a_paid_order_is_confirmed_once_with_its_tickets() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "ada@example.org", "Ada L.", "en").await;
    let (order, paid) = fixture.an_order().await;
    let (policy, paid) =
        (Fulfilment::new(fixture.offices.clone(), fixture.outbox.clone()), Arc::new(paid));
    for _ in 0..3 {
        let mut tx = fixture.pool().begin().await.unwrap();
        policy.handle(&mut tx, &[Arc::clone(&paid)]).await.unwrap();
        tx.commit().await.unwrap();
        fixture.send_all(1).await;
    }

    let mails = fixture.mailbox.mails().to("ada@example.org");
    assert_eq!(mails.len(), 1, "three deliveries of one cause");
    let mail = &mails[0];
    let (text, html) = (mail.text.as_deref().unwrap(), mail.html.as_deref().unwrap());
    assert_eq!(mail.subject, "Your tickets: Night of <Short> Plays");
    assert_eq!(mail.from, "Fullhouse <tickets@example.org>");
    let token = access_tokens().issue(ReservationId::new(order.uuid()));
    let link = format!("https://tickets.example.org/orders/{order}#access_token={token}");
    for said in [
        "Hello Ada L.,",
        "Friday, 2 May 2031, 20:00",
        "Corner Stage, Leipzig",
        "2 x Standing, each EUR 45.00: EUR 90.00",
        "Total: EUR 90.00",
        &link,
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(html.contains("Night of &#60;Short&#62; Plays"), "{html}");
    assert!(html.contains(&format!("href=\"{link}\"")), "{html}");
    assert_eq!(mail.attachments.len(), 2);
    for (number, part) in mail.attachments.iter().enumerate() {
        let ticket = shared::id::TicketId::of_order(order, u32::try_from(number).unwrap());
        let code = ticket_codes().sign(ticket);
        assert!(text.contains(&code), "{code} in {text}");
        assert_eq!(part.content, qr::as_png(&code).unwrap());
        assert_eq!(part.media_type, "image/png");
        assert!(html.contains(&format!("cid:{}", part.content_id.as_deref().unwrap())));
    }
}

#[tokio::test]
async fn several_senders_share_the_work() {
    let fixture = Fixture::start().await;
    for number in 0..40_u128 {
        let person = PersonId::new(Uuid::from_u128(number));
        fixture.know(person, &format!("p{number}@example.org"), "P", "en").await;
        fixture.ask_for(mail("1", person, Mail::AccountExists {})).await;
    }
    fixture.send_all(3).await;
    let mails = fixture.mailbox.mails().to("@example.org");
    let recipients: HashSet<&String> = mails.iter().flat_map(|mail| &mail.envelope_to).collect();
    assert_eq!((mails.len(), recipients.len()), (40, 40));
}

#[tokio::test]
async fn a_sender_that_dies_before_it_marks_leaves_a_repetition_with_the_same_id() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "ada@example.org", "Ada", "en").await;
    fixture.ask_for(mail("1", ADA, Mail::VerifyEmail { token: "t".to_owned() })).await;
    let dying = fixture.sender();
    let taken = dying.take(10).await.unwrap();
    dying.send(&taken[0]).await.unwrap();
    drop((dying, taken));
    fixture.send_all(1).await;
    assert_eq!(fixture.mailbox.mails().to("ada").len(), 1, "the lease holds others off");

    fixture.clock.advance(AFTER_THE_LEASE);
    let other = fixture.sender();
    for row in other.take(10).await.unwrap() {
        other.clone().work(row).await.unwrap();
    }
    let mails = fixture.mailbox.mails().to("ada");
    let ids: HashSet<&str> = mails.iter().map(|mail| mail.message_id.as_str()).collect();
    assert_eq!((mails.len(), ids.len()), (2, 1));
    assert_eq!(fixture.statuses().await, [("sent".to_owned(), 2)]);
    assert!(other.take(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_was_sent_is_no_longer_known() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "ada@example.org", "Ada", "en").await;
    fixture.ask_for(mail("1", ADA, Mail::PasswordReset { token: "t0ken".to_owned() })).await;
    fixture.send_all(1).await;
    let left: bool = sqlx::query_scalar(
        "SELECT content IS NOT NULL OR content_key IS NOT NULL FROM outbox.messages",
    )
    .fetch_one(fixture.pool())
    .await
    .unwrap();
    assert!(!left);
    let text = fixture.mailbox.mails().to("ada")[0].text.clone().unwrap();
    assert!(text.contains("https://tickets.example.org/reset#token=t0ken"), "{text}");
}

#[tokio::test]
async fn what_is_refused_for_now_is_tried_again_and_what_is_refused_for_good_is_not() {
    let fixture = Fixture::start().await;
    let (busy, gone) = (PersonId::new(Uuid::from_u128(1)), PersonId::new(Uuid::from_u128(2)));
    fixture.know(busy, "busy@example.org", "B", "en").await;
    fixture.know(gone, "bounce@example.org", "G", "en").await;
    fixture.know(ADA, "ada@example.org", "Ada", "en").await;
    for person in [busy, gone, ADA] {
        fixture.ask_for(mail("1", person, Mail::AccountExists {})).await;
    }
    fixture.send_all(1).await;
    let expected = [("waiting", 1), ("failed", 1), ("sent", 1)];
    let expected = expected.map(|(status, attempts)| (status.to_owned(), attempts));
    assert_eq!(fixture.statuses().await, expected);
    assert!(fixture.sender().take(10).await.unwrap().is_empty(), "not at once");

    fixture.know(busy, "better@example.org", "B", "en").await;
    fixture.clock.advance(AFTER_THE_LEASE);
    let sender = fixture.sender();
    for row in sender.take(10).await.unwrap() {
        sender.clone().work(row).await.unwrap();
    }
    assert_eq!(fixture.mailbox.mails().to("better@example.org").len(), 1);
}

#[tokio::test]
async fn after_three_days_of_trying_a_mail_is_given_up_visibly() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "busy@example.org", "Ada", "en").await;
    fixture.ask_for(mail("1", ADA, Mail::AccountExists {})).await;
    let (sender, began) = (fixture.sender(), fixture.clock.now());
    let mut attempts = 0;
    while fixture.statuses().await[0].0 == "waiting" {
        for row in sender.take(1).await.unwrap() {
            sender.clone().work(row).await.unwrap();
            attempts += 1;
        }
        fixture.clock.advance(chrono::TimeDelta::minutes(40));
    }
    let days = (fixture.clock.now() - began).num_hours() / 24;
    assert_eq!((attempts, days), (44, 3));
    let error: String = sqlx::query_scalar("SELECT last_error FROM outbox.messages")
        .fetch_one(fixture.pool())
        .await
        .unwrap();
    assert!(error.contains("not now"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_away_loses_nothing() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "ada@example.org", "Ada", "en").await;
    fixture.ask_for(mail("1", ADA, Mail::AccountExists {})).await;
    let away = fixture.sender_to(Some("smtp://127.0.0.1:1".to_owned()));
    for row in away.take(10).await.unwrap() {
        away.clone().work(row).await.unwrap();
    }
    assert_eq!(fixture.statuses().await, [("waiting".to_owned(), 1)]);
    fixture.clock.advance(AFTER_THE_LEASE);
    let sender = fixture.sender();
    for row in sender.take(10).await.unwrap() {
        sender.clone().work(row).await.unwrap();
    }
    assert_eq!(fixture.mailbox.mails().to("ada").len(), 1);
}

#[tokio::test]
async fn without_a_server_mails_wait_and_the_platform_says_so() {
    let fixture = Fixture::start().await;
    fixture.know(ADA, "ada@example.org", "Ada", "en").await;
    fixture.ask_for(mail("1", ADA, Mail::AccountExists {})).await;
    let (idle, stop) = (fixture.sender_to(None), tokio_util::sync::CancellationToken::new());
    idle.report_once().await.unwrap();
    let running = tokio::spawn(idle.run(stop.clone()));
    let has_server = async || -> bool {
        sqlx::query_scalar("SELECT has_server FROM outbox.sender")
            .fetch_one(fixture.database.projection())
            .await
            .unwrap()
    };
    assert!(!has_server().await);
    assert_eq!(fixture.statuses().await, [("waiting".to_owned(), 0)]);
    stop.cancel();
    running.await.unwrap();
    fixture.sender().report_once().await.unwrap();
    eventually(has_server).await;
}

#[tokio::test]
async fn nobody_is_written_to_who_was_forgotten() {
    let fixture = Fixture::start().await;
    fixture.ask_for(mail("1", ADA, Mail::AccountExists {})).await;
    fixture.send_all(1).await;
    assert_eq!(fixture.statuses().await, [("waiting".to_owned(), 1)]);
    assert!(fixture.mailbox.mails().to("").is_empty());
}
