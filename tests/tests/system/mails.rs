//! Mail as its readers get it: in a mailbox, once.

use serde_json::{Value, json};

use crate::{
    client::OnSale,
    platform::{Platform, Program},
};

/// What came for an address, once something did.
pub async fn mails_to(platform: &Platform, address: &str) -> Vec<Value> {
    let url = format!("{}/api/messages?to={address}", platform.url(Program::Mailbox));
    for _ in 0..500 {
        let answer = platform.http().get(&url).send().await.expect("the mailbox answers");
        let mails: Vec<Value> = answer.json().await.expect("a list");
        if !mails.is_empty() {
            return mails;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no mail to {address} after ten seconds");
}

/// The secret behind `link` in the first mail to an address that has one, once it came.
pub async fn token_for(platform: &Platform, address: &str, link: &str) -> String {
    for _ in 0..500 {
        let mails = mails_to(platform, address).await;
        let text = mails.iter().filter_map(|mail| mail["text"].as_str());
        let mut token = text.filter_map(|text| text.split_once(link)?.1.split_whitespace().next());
        if let Some(token) = token.next() {
            return token.to_owned();
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("no mail to {address} with {link} after ten seconds");
}

#[tokio::test]
async fn the_link_in_the_confirmation_opens_the_order() {
    let platform = Platform::start().await;
    let (_, organizer) = platform.api().organizer().await;
    let mut sale = OnSale::publish(&organizer, 10, json!({})).await;
    let kind = json!({"name": "Guest", "price": {"kind": "free"}});
    let added =
        organizer.post(&format!("/events/{}/ticket-types", sale.event), kind).await.expect(201);
    let guest = added["ticket_types"][2]["ticket_type_id"].as_str().expect("an id");
    guest.clone_into(&mut sale.ticket_type);
    let api = platform.api();
    let hold = api.post(&sale.reservations(), sale.hold("ada@example.org", 2)).await.expect(201);
    let reservation = hold["reservation_id"].as_str().expect("an id");
    let holder = api.with(hold["access_token"].as_str().expect("a token"));
    holder.post(&sale.payments_of(reservation), json!({"provider": "stripe"})).await.expect(201);

    let mails = mails_to(&platform, "ada@example.org").await;
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail["subject"], "Your tickets: An evening of chamber music");
    assert_eq!(mail["attachments"].as_array().expect("a list").len(), 2);
    let text = mail["text"].as_str().expect("a text");
    let link = format!("/orders/{reservation}#access_token=");
    let token = text.split_once(&link).expect("a link").1.split_whitespace().next();
    let reader = api.with(token.expect("a token"));
    let tickets = reader.get(&format!("/orders/{reservation}/tickets")).await.expect(200);
    for ticket in tickets["data"].as_array().expect("a list") {
        assert!(text.contains(ticket["code"].as_str().expect("a code")), "{text}");
    }
    let health = api.admin().get("/platform/health").await.expect(200);
    assert_eq!(health["mail"]["has_server"], true);
    assert_eq!(health["mail"]["failed_count"], 0);
}
