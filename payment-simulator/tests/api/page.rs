//! A person pays with a browser.

use reqwest::header::LOCATION;

use crate::support::{Answer, Provider, client};

async fn press(provider: &Provider, intent: &Answer, name: &str, value: &str) -> String {
    let secret = intent.body["client_secret"].as_str().unwrap();
    let form = [("client_secret", secret), (name, value)];
    let url = provider.url(&format!("/pay/{}", intent.id()));
    let answer = client().post(url).form(&form).send().await.unwrap();
    assert_eq!(answer.status(), 303);
    let location = answer.headers()[LOCATION].to_str().unwrap().to_owned();
    let (status, page) = provider.get_page(&location).await;
    assert_eq!(status, 200);
    page
}

#[tokio::test]
async fn shows_the_amount_and_pays_with_the_chosen_card() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let secret = intent.body["client_secret"].as_str().unwrap();
    let path = format!("/pay/{}?client_secret={secret}", intent.id());
    let (_, page) = provider.get_page(&path).await;
    assert!(page.contains("23.42 EUR"), "{page}");
    assert!(page.contains("Choose a card."));
    let page = press(&provider, &intent, "payment_method", "pm_card_chargeDeclined").await;
    assert!(page.contains("Your card was declined."));
    let page = press(&provider, &intent, "payment_method", "pm_card_visa").await;
    assert!(page.contains("Paid. Thank you."));
}

#[tokio::test]
async fn asks_for_approval_and_takes_a_refusal() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    let card = "pm_card_authenticationRequired";
    let page = press(&provider, &intent, "payment_method", card).await;
    assert!(page.contains("Approve"));
    let page = press(&provider, &intent, "approval", "refuse").await;
    assert!(page.contains("The payment was not approved."));
    press(&provider, &intent, "payment_method", card).await;
    let page = press(&provider, &intent, "approval", "approve").await;
    assert!(page.contains("Paid. Thank you."));
}

#[tokio::test]
async fn shows_nothing_without_the_client_secret() {
    let provider = Provider::start().await;
    let intent = provider.an_intent().await;
    for query in ["", "?client_secret=", "?client_secret=x"] {
        let (status, page) = provider.get_page(&format!("/pay/{}{query}", intent.id())).await;
        assert_eq!(status, 404);
        assert!(!page.contains("23.42"));
    }
}

#[tokio::test]
async fn writes_nobodys_markup_into_the_page() {
    let provider = Provider::start().await;
    let form = [("amount", "500"), ("currency", "jpy"), ("description", "<script>x</script>&\"'")];
    let intent = provider.post("/v1/payment_intents", &form).await;
    let secret = intent.body["client_secret"].as_str().unwrap();
    let path = format!("/pay/{}?client_secret={secret}", intent.id());
    let (_, page) = provider.get_page(&path).await;
    assert!(page.contains("&lt;script&gt;x&lt;/script&gt;&amp;&quot;&#39;"), "{page}");
    assert!(page.contains("500 JPY"));
}
