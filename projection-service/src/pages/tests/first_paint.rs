//! What a page has for its first paint: words, data, and the names of what it needs next.

use super::*;

#[tokio::test]
async fn a_page_carries_what_the_api_would_answer() {
    let (_folder, fixture) = with_event("Rust Nacht", "").await;
    let id = event_id();
    let boot = get(&fixture, &event_path()).await.boot();
    let event = fixture.get(&event_path(), None).await.json();
    let availability = fixture.get(&format!("{}/availability", event_path()), None).await.json();
    assert_eq!(
        boot["queries"],
        json!([{"key": ["event", id], "data": event},
            {"key": ["availability", id], "data": availability}])
    );
    assert!(boot["server_now"].as_str().unwrap().parse::<shared::clock::Timestamp>().is_ok());

    let list = fixture.get("/events?limit=24", None).await.json();
    assert_eq!(list["data"][0]["title"], "Rust Nacht");
    assert_eq!(list["data"][0]["available"], 30);
    let facets = fixture.get("/events/facets", None).await.json();
    let boot = get(&fixture, "/").await.boot();
    let data = json!({"pages": [list], "pageParams": [null]});
    assert_eq!(
        boot["queries"],
        json!([{"key": ["events", {}], "data": data}, {"key": ["facets", {}], "data": facets}])
    );
    // What is looked for is asked by the page itself.
    assert!(!get(&fixture, "/?q=rust").await.body.contains("id=\"boot\""));
}

#[tokio::test]
async fn texts_of_organizers_stay_texts() {
    let long = "x".repeat(10_000);
    for title in [
        "</script><script>alert(1)</script><!--",
        "\"quoted\" & 'single' <b>bold</b>",
        "\u{202e}מופע \u{2067}rtl\u{2069} عرض",
        &long,
    ] {
        let (_folder, fixture) = with_event(title, title).await;
        let page = get(&fixture, &event_path()).await;
        assert_eq!(page.status, StatusCode::OK);
        // The two scripts of data, and the one of the entry: nothing else begins or ends one.
        assert_eq!(page.body.matches("<script").count(), 3, "{title}");
        assert_eq!(page.body.matches("</script>").count(), 3, "{title}");
        assert!(!page.body.contains("<b>") && !page.body.contains("<!--"), "{title}");
        assert_eq!(page.structured()["name"], title);
        assert_eq!(page.boot()["queries"][0]["data"]["title"], title);
        assert!(page.element("<title>").chars().count() < 200);
        let shown = page.meta("og:title").unwrap();
        assert!(!shown.contains(['<', '>', '\'']), "{shown}");
    }
}

#[tokio::test]
async fn the_list_is_written_in_the_language_of_the_reader() {
    let (_folder, fixture) = with_event("Rust Nacht", "").await;
    let heading = "<h1 tabindex=\"-1\" class=\"text-3xl font-bold sm:text-4xl\">";
    for (accepted, title, lang, scripts) in [
        ("en-GB,en;q=0.9,de;q=0.8", "Find your next night out", "en", &["home"][..]),
        ("de-AT,de;q=0.9,en;q=0.8", "Was haben Sie vor?", "de", &["home", "de"][..]),
        ("", "Find your next night out", "en", &["home"][..]),
    ] {
        let headers = [("accept-language", accepted)];
        let page = ask(&fixture, Method::GET, "/", &headers).await;
        assert_eq!(page.element(heading), title);
        assert!(page.body.contains(&format!("lang=\"{lang}\" class=\"page")), "{}", page.body);
        assert_eq!(page.preloaded(), scripts, "{accepted}");
        assert_eq!(page.header("vary"), "accept-encoding, accept-language");
        let link = format!("href=\"{}\"", event_path());
        assert!(page.body.contains(&link) && page.body.contains(">Rust Nacht</a></h3>"));
        // A copy that somebody has in another language is not the page.
        let known = [headers[0], ("if-none-match", page.header("etag"))];
        assert_eq!(
            ask(&fixture, Method::GET, "/", &known).await.header("vary"),
            page.header("vary")
        );
    }
    assert_eq!(get(&fixture, &event_path()).await.header("vary"), "accept-encoding");
    // What is looked for stands in the title of that page: only its frame is known before.
    assert!(!get(&fixture, "/?q=rust").await.body.contains("<h1"));
}

#[tokio::test]
async fn pages_of_somebody_name_their_scripts_and_nothing_else() {
    let (_folder, fixture) = with_event("Rust Nacht", "").await;
    let id = event_id();
    let bare = get(&fixture, "/terms").await;
    assert!(bare.preloaded().is_empty());
    let page = get(&fixture, &format!("/events/{id}/checkout/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.preloaded(), ["card", "payment"]);
    let start = page.body.find("<link rel=\"modulepreload\"").unwrap();
    let end = page.body.rfind("payment-1.js\">").unwrap() + "payment-1.js\">".len();
    let mut rest = page.body.clone();
    rest.replace_range(start..end, "");
    assert_eq!(rest, bare.body);
    assert_eq!(page.header("vary"), "accept-encoding");
}
