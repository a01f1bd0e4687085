//! Pages as browsers and search engines get them, from a small front end that was built by hand.

use std::fs;

use axum::body::{Body, to_bytes};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, Method, Request, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shared::events::box_office::BoxOfficeEvent;
use tempfile::TempDir;

use crate::{
    samples::{self, event_id},
    testing::Fixture,
};

mod first_paint;

const STYLE: &str = "h1{color:#123}";
const ORIGIN: &str = "https://tickets.example.org";

/// What a build leaves.
pub fn dist() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let entry = |script: &str| {
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
             <!--head--><title>Dev</title><!--/head-->\
             <script type=\"module\" crossorigin src=\"/assets/{script}-1.js\"></script>\
             <link rel=\"stylesheet\" crossorigin href=\"/assets/{script}-1.css\"></head>\
             <body><div id=\"root\"><!--static--></div><!--boot--></body></html>"
        )
    };
    let files = [
        ("index.html", entry("app")),
        ("organizer/index.html", entry("desk")),
        ("scan/index.html", entry("scan")),
        ("favicon.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_owned()),
        ("assets/app-1.js", "run()".to_owned()),
        ("assets/app-1.js.br", "brotli of run()".to_owned()),
        ("assets/app-1.js.gz", "gzip of run()".to_owned()),
        ("assets/app-1.css", STYLE.to_owned()),
        ("scan/sw.js", "self.skipWaiting()".to_owned()),
        (".built-from", "a hash".to_owned()),
        (
            ".vite/shop.json",
            json!({
                "src/storefront/event/EventPage.tsx": {"file": "assets/event-1.js"},
                "src/storefront/discover/HomePage.tsx": {"file": "assets/home-1.js"},
                "src/storefront/checkout/PaymentPage.tsx":
                    {"file": "assets/payment-1.js", "imports": ["_card.js", "index.html"]},
                "_card.js": {"file": "assets/card-1.js"},
                "index.html": {"file": "assets/app-1.js"},
                "src/storefront/i18n/de.ts": {"file": "assets/de-1.js"},
            })
            .to_string(),
        ),
    ];
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Got {
    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The text of the first element that begins like this.
    fn element(&self, start: &str) -> &str {
        let (_, rest) = self.body.split_once(start).unwrap_or_else(|| panic!("no {start}"));
        rest.split("</").next().unwrap()
    }

    fn boot(&self) -> Value {
        let json = self.element("<script type=\"application/json\" id=\"boot\">");
        serde_json::from_str(json).unwrap()
    }

    /// Names of the scripts that are loaded before anything asks for them.
    fn preloaded(&self) -> Vec<&str> {
        let start = "<link rel=\"modulepreload\" crossorigin fetchpriority=\"low\" href=\"/assets/";
        let links = self.body.split(start).skip(1);
        links.map(|link| link.split("-1.js\">").next().unwrap()).collect()
    }

    fn structured(&self) -> Value {
        let json = self.element("<script type=\"application/ld+json\">");
        serde_json::from_str(json).unwrap()
    }

    fn meta(&self, name: &str) -> Option<&str> {
        let (_, rest) = self.body.split_once(&format!("=\"{name}\" content=\""))?;
        rest.split('"').next()
    }
}

async fn ask(fixture: &Fixture, method: Method, path: &str, headers: &[(&str, &str)]) -> Got {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = fixture.send(request.body(Body::empty()).unwrap()).await;
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000_000).await.unwrap();
    let body = String::from_utf8_lossy(&body).into_owned();
    Got { status: parts.status, headers: parts.headers, body }
}

async fn get(fixture: &Fixture, path: &str) -> Got {
    ask(fixture, Method::GET, path, &[]).await
}

fn event_path() -> String {
    format!("/events/{}", event_id())
}

/// On sale, with a title and a description.
fn on_sale(title: &str, description: &str) -> Vec<BoxOfficeEvent> {
    let mut details = samples::details();
    title.clone_into(&mut details.title);
    description.clone_into(&mut details.description);
    details.image_url = Some("https://pictures.example.org/a.jpg?w=1&h=2".to_owned());
    let venue = json!({"name": "Corner Stage", "city": "Leipzig", "country": "DE"});
    details.venue = Some(serde_json::from_value(venue).unwrap());
    // Far enough in the future for this to be upcoming for ever.
    details.starts_at = "2090-07-01T18:00:00Z".parse().unwrap();
    vec![
        BoxOfficeEvent::EventDrafted {
            event_id: event_id(),
            organization_id: samples::organization_id(),
            details,
            settings: samples::settings(),
        },
        BoxOfficeEvent::CapacitySet { total_capacity: 100 },
        samples::type_added(1, Some(30)),
        BoxOfficeEvent::EventPublished {},
    ]
}

/// A front end, and an event on sale that every read model knows.
async fn with_event(title: &str, description: &str) -> (TempDir, Fixture) {
    let folder = dist();
    let fixture = Fixture::with_pages(folder.path().to_owned()).await;
    fixture.record(on_sale(title, description)).await;
    assert_eq!(fixture.get(&event_path(), None).await.status, StatusCode::OK);
    (folder, fixture)
}

#[tokio::test]
async fn without_a_front_end_the_api_answers_and_pages_say_what_is_missing() {
    let fixture = Fixture::start().await;
    for path in ["/", "/login", "/organizer", "/assets/app-1.js"] {
        let got = get(&fixture, path).await;
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert!(got.body.contains("front-end-not-built") && got.body.contains("npm run build"));
    }
    assert_eq!(get(&fixture, "/api/v1/events").await.status, StatusCode::OK);
    assert_eq!(get(&fixture, "/docs/").await.status, StatusCode::OK);
    assert_eq!(get(&fixture, "/robots.txt").await.status, StatusCode::OK);
}

#[tokio::test]
async fn files_are_sent_as_they_were_compressed_and_kept_for_ever() {
    let folder = dist();
    let fixture = Fixture::with_pages(folder.path().to_owned()).await;
    let (path, gzip) = ("/assets/app-1.js", ("accept-encoding", "gzip"));
    for (accepted, body, encoding) in [
        ("gzip, br", "brotli of run()", "br"),
        ("gzip", "gzip of run()", "gzip"),
        ("identity", "run()", ""),
    ] {
        let got = ask(&fixture, Method::GET, path, &[("accept-encoding", accepted)]).await;
        assert_eq!((got.body.as_str(), got.header("content-encoding")), (body, encoding));
        assert_eq!(got.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(got.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(got.header("vary"), "accept-encoding");
        assert_eq!(got.header("x-content-type-options"), "nosniff");
    }
    let etag = get(&fixture, path).await.header("etag").to_owned();
    let known = ask(&fixture, Method::GET, path, &[("if-none-match", &etag)]).await;
    assert_eq!((known.status, known.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    // The same file in another encoding is another body.
    let other = ask(&fixture, Method::GET, path, &[("if-none-match", &etag), gzip]).await;
    assert_eq!(other.status, StatusCode::OK);
    let head = ask(&fixture, Method::HEAD, path, &[gzip]).await;
    assert_eq!((head.status, head.body.as_str()), (StatusCode::OK, ""));
    assert_eq!(head.header("content-length"), "gzip of run()".len().to_string());
    assert_eq!(get(&fixture, "/scan/sw.js").await.header("cache-control"), "no-cache");
}

#[tokio::test]
async fn neither_files_nor_the_api_fall_back_to_a_page() {
    let folder = dist();
    let fixture = Fixture::with_pages(folder.path().to_owned()).await;
    for path in [
        "/assets/gone-1.js",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/api/v1/nothing",
        "/api",
        "/favicon.ico",
        "/.built-from",
        "/index.html",
        "/assets/app-1.js.br",
    ] {
        let got = get(&fixture, path).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(got.header("content-type"), "application/problem+json", "{path}");
    }
    let posted = ask(&fixture, Method::POST, "/api/v1/nothing", &[]).await;
    assert_eq!(posted.status, StatusCode::NOT_FOUND);
    let posted = ask(&fixture, Method::POST, "/login", &[]).await;
    assert_eq!(posted.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn every_address_gets_the_entry_that_knows_it() {
    let folder = dist();
    let fixture = Fixture::with_pages(folder.path().to_owned()).await;
    let id = event_id();
    for (path, entry, status) in [
        ("/login", "app", 200),
        ("/tickets", "app", 200),
        ("/nothing/here", "app", 404),
        (&*event_path(), "app", 404),
        (&*format!("/events/{id}/checkout/{id}"), "app", 200),
        ("/?q=rust", "app", 200),
        ("/organizer/events/7", "desk", 200),
        ("/scan/", "scan", 200),
        ("/scan/settings", "scan", 200),
    ] {
        let got = get(&fixture, path).await;
        assert_eq!(got.status, status, "{path}");
        assert_eq!(got.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(got.body.contains(&format!("src=\"/assets/{entry}-1.js\"")), "{path}");
        assert!(!got.body.contains("<!--"), "{path}");
        assert_eq!(got.meta("robots").unwrap() == "noindex", path != "/?q=rust", "{path}");
    }
    let moved = get(&fixture, "/scan").await;
    assert_eq!((moved.status.as_u16(), moved.header("location")), (308, "/scan/"));
}

#[tokio::test]
async fn an_event_page_says_what_previews_and_search_engines_ask_for() {
    let (_folder, fixture) = with_event("Rust Nacht", "An evening of ownership").await;
    let page = get(&fixture, &event_path()).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.element("<title>"), "Rust Nacht · Fullhouse");
    let heading =
        page.element("<h1 tabindex=\"-1\" dir=\"auto\" class=\"text-3xl font-bold sm:text-4xl\">");
    assert_eq!(heading, "Rust Nacht");
    assert_eq!(page.preloaded(), ["event"]);
    let description =
        "Sat, 1 July 2090, 20:00 · Corner Stage, Leipzig · from EUR 25.00. An evening of ownership";
    let url = format!("{ORIGIN}{}", event_path());
    let picture = "https://pictures.example.org/a.jpg?w=1&amp;h=2";
    for (name, content) in [
        ("description", description),
        ("og:title", "Rust Nacht"),
        ("og:description", description),
        ("og:url", &url),
        ("og:image", picture),
        ("twitter:card", "summary_large_image"),
        ("twitter:image", picture),
        ("robots", "index, follow, max-image-preview:large"),
    ] {
        assert_eq!(page.meta(name), Some(content), "{name}");
    }
    assert!(page.body.contains(&format!("<link rel=\"canonical\" href=\"{url}\">")));
    let structured = page.structured();
    assert_eq!(structured["@type"], "Event");
    assert_eq!(structured["startDate"], "2090-07-01T20:00:00+02:00");
    assert_eq!(structured["location"]["address"]["addressCountry"], "DE");
    assert_eq!(structured["organizer"], json!({"@type": "Organization", "name": "O"}));
    assert_eq!(structured["offers"]["lowPrice"], "25.00");
    assert_eq!(structured["offers"]["availability"], "https://schema.org/InStock");
}

#[tokio::test]
async fn the_policy_names_the_style_inside_and_comes_with_304_too() {
    let (_folder, fixture) = with_event("Rust Nacht", "").await;
    for path in ["/login", "/", &event_path()] {
        let page = get(&fixture, path).await;
        assert_eq!(page.element("<style>"), STYLE, "{path}");
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        let policy = page.header("content-security-policy");
        assert!(policy.contains(&format!("style-src 'self' 'sha256-{hash}';")), "{policy}");
        assert!(policy.contains("script-src 'self';"), "{policy}");
        assert!(policy.contains("connect-src 'self' https://pay.example.org;"), "{policy}");
        assert_eq!(page.header("cache-control"), "no-cache");
        assert_eq!(page.header("referrer-policy"), "strict-origin-when-cross-origin");
        assert!(page.header("permissions-policy").contains("camera=()"));
    }
    let page = get(&fixture, "/login").await;
    let etag = page.header("etag").to_owned();
    let known = ask(&fixture, Method::GET, "/login", &[("if-none-match", &etag)]).await;
    assert_eq!((known.status, known.body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    for name in ["content-security-policy", "permissions-policy", "cache-control", "etag"] {
        assert_eq!(known.header(name), page.header(name), "{name}");
    }
    let scan = get(&fixture, "/scan/").await;
    assert!(scan.header("permissions-policy").contains("camera=(self)"));
    assert!(scan.header("content-security-policy").contains("'wasm-unsafe-eval'"));
}

#[tokio::test]
async fn the_desk_has_another_nonce_each_time() {
    let folder = dist();
    let fixture = Fixture::with_pages(folder.path().to_owned()).await;
    let nonce = async || {
        let page = get(&fixture, "/organizer").await;
        assert_eq!(page.header("cache-control"), "no-store");
        let (_, rest) = page.body.split_once("csp-nonce\" nonce=\"").unwrap();
        let nonce = rest.split('"').next().unwrap().to_owned();
        let policy = page.header("content-security-policy");
        assert!(policy.contains(&format!("'nonce-{nonce}'")), "{policy}");
        nonce
    };
    assert_ne!(nonce().await, nonce().await);
}

#[tokio::test]
async fn pages_are_compressed_and_the_same_for_everybody() {
    let (_folder, fixture) = with_event("Rust Nacht", &"Long. ".repeat(400)).await;
    let path = event_path();
    let plain = get(&fixture, &path).await;
    let brotli = ask(&fixture, Method::GET, &path, &[("accept-encoding", "br")]).await;
    assert_eq!(brotli.header("content-encoding"), "br");
    assert!(brotli.body.len() < plain.body.len() / 3);
    // Of two renders within a second the second one is the first.
    let token = format!("Bearer {}", fixture.organizer);
    let headers =
        [("authorization", &*token), ("cookie", "__Host-at=x"), ("accept-language", "de")];
    let mut same = false;
    for _ in 0..10 {
        let one = get(&fixture, &path).await;
        same |= ask(&fixture, Method::GET, &path, &headers).await.body == one.body;
    }
    assert!(same);
    let without_instant = |page: &Got| {
        let mut boot = page.boot();
        boot.as_object_mut().unwrap().remove("server_now");
        boot
    };
    let one = ask(&fixture, Method::GET, &path, &headers).await;
    assert_eq!(without_instant(&one), without_instant(&plain));
}

#[tokio::test]
async fn a_draft_is_not_found_and_a_cancelled_event_is() {
    let folder = dist();
    let fixture = Fixture::with_pages(folder.path().to_owned()).await;
    fixture.record(vec![samples::drafted()]).await;
    assert_eq!(fixture.get(&event_path(), Some(&fixture.organizer)).await.status, StatusCode::OK);
    let draft = get(&fixture, &event_path()).await;
    assert_eq!((draft.status, draft.body.contains("Rust Nacht")), (StatusCode::NOT_FOUND, false));

    let reason = "Rain".to_owned();
    let facts = vec![
        BoxOfficeEvent::CapacitySet { total_capacity: 100 },
        BoxOfficeEvent::EventPublished {},
        BoxOfficeEvent::EventCancelled { reason },
    ];
    fixture.record(facts).await;
    fixture.get(&event_path(), None).await;
    let cancelled = get(&fixture, &event_path()).await;
    assert_eq!(cancelled.status, StatusCode::OK);
    let status = &cancelled.structured()["eventStatus"];
    assert_eq!(status, "https://schema.org/EventCancelled");
}

#[tokio::test]
async fn search_engines_are_told_what_is_on_sale() {
    let (_folder, fixture) = with_event("Rust Nacht", "").await;
    let sitemap = get(&fixture, "/sitemap.xml").await;
    assert_eq!(sitemap.header("content-type"), "application/xml");
    let event = format!("<url><loc>{ORIGIN}{}</loc></url>", event_path());
    assert!(sitemap.body.contains(&event), "{}", sitemap.body);
    let robots = get(&fixture, "/robots.txt").await;
    assert!(robots.body.contains(&format!("Sitemap: {ORIGIN}/sitemap.xml")));
}
