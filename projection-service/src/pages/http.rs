//! Routes of pages and files: every address that isn't the API's.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{FromRequestParts, Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{any, get},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, StatusCode, Uri, header, request::Parts};
use shared::http::Problem;

use super::{
    address::Address,
    encoding::{Accepted, Encoded},
    event_page,
    file::ASSETS,
    follow::CurrentSite,
    home_page,
    html::{Head, escaped},
    language::Language,
    media,
    policy::{self, Part},
    renders::{Key, Renders, Unwritten},
    settings::{PageSettings, Payments},
    site::{NAME, Site},
    sitemap,
    template::{Filling, Template},
};
use crate::{app::App, http::IfNoneMatch};

/// What the answer depends on beside the address.
const BY_ENCODING: HeaderValue = HeaderValue::from_static("accept-encoding");
const BY_LANGUAGE: HeaderValue = HeaderValue::from_static("accept-encoding, accept-language");
const AGAIN: Duration = Duration::from_secs(2);
const NONCE_BYTES: usize = 18;

/// What pages are made of. Clones share everything.
#[derive(Clone, Debug)]
pub struct Pages {
    site: CurrentSite,
    settings: Arc<PageSettings>,
    renders: Renders,
}

impl Pages {
    /// Pages of this front end.
    pub fn new(site: CurrentSite, settings: PageSettings) -> Self {
        Self { site, settings: Arc::new(settings), renders: Renders::new() }
    }
}

#[derive(Clone)]
struct Shown {
    app: App,
    pages: Pages,
}

/// The routes, all without a caller: what they answer is the same for everybody.
pub fn routes(app: App, pages: Pages) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/{*path}", get(page))
        .route("/assets/{*path}", get(asset))
        .route("/robots.txt", get(robots))
        .route("/sitemap.xml", get(sitemap))
        .route("/api", any(async || Problem::not_found()))
        .route("/api/{*path}", any(async || Problem::not_found()))
        .with_state(Shown { app: app.clone(), pages })
        .merge(Router::new().route("/media/{name}", get(media::picture)).with_state(app))
}

/// What the client has, and takes.
struct Asked {
    known: IfNoneMatch,
    accepted: Accepted,
    language: Language,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let known = IfNoneMatch::from_request_parts(parts, state).await?;
        let (accepted, language) = (Accepted::of(&parts.headers), Language::of(&parts.headers));
        Ok(Self { known, accepted, language })
    }
}

impl Asked {
    /// The body in an encoding that the client takes; 304 if it has that. Every header is sent with
    /// a 304 too: a browser replaces those it had by them, also those that the edge would add.
    fn answer(&self, status: StatusCode, headers: HeaderMap, body: &Encoded) -> Response {
        let chosen = body.choose(self.accepted);
        let is_known = status == StatusCode::OK && self.known.is(&chosen.etag);
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Response::new(Body::from(chosen.body));
            *response.status_mut() = status;
            if let Some(encoding) = chosen.encoding {
                response.headers_mut().insert(header::CONTENT_ENCODING, encoding);
            }
            response
        };
        response.headers_mut().extend(headers);
        let headers = response.headers_mut();
        headers.insert(header::VARY, BY_ENCODING);
        headers.insert(header::ETAG, chosen.etag);
        response
    }
}

/// Files with a hash in their name. What isn't there is not a page either.
async fn asset(State(shown): State<Shown>, Path(path): Path<String>, asked: Asked) -> Response {
    let Some(site) = shown.pages.site.get() else {
        return not_built().into_response();
    };
    match site.file(&format!("{ASSETS}{path}")) {
        Some(file) => asked.answer(StatusCode::OK, file.headers(), &file.body),
        None => Problem::not_found().into_response(),
    }
}

async fn page(State(shown): State<Shown>, uri: Uri, asked: Asked) -> Response {
    let Some(site) = shown.pages.site.get() else {
        return not_built().into_response();
    };
    if let Some(file) = uri.path().strip_prefix('/').and_then(|path| site.file(path)) {
        return asked.answer(StatusCode::OK, file.headers(), &file.body);
    }
    match Address::of(uri.path()) {
        Address::Home if uri.query().is_none() => {
            let (origin, language) = (&shown.pages.settings.public_url, asked.language);
            let write = home_page::write(&shown.app, &site, origin, language);
            let written = shown.pages.renders.get(Key::Home(language), write).await;
            let mut response = shown.storefront(&site, &asked, written);
            response.headers_mut().insert(header::VARY, BY_LANGUAGE);
            response
        }
        Address::Event(event) => {
            let origin = &shown.pages.settings.public_url;
            let write = event_page::write(&shown.app, &site, origin, event);
            let written = shown.pages.renders.get(Key::Event(event), write).await;
            shown.storefront(&site, &asked, written)
        }
        Address::Home => {
            let write = async { Ok(home_page::search(&site, &shown.pages.settings.public_url)) };
            let written = shown.pages.renders.get(Key::Search, write).await;
            shown.storefront(&site, &asked, written)
        }
        Address::Inner(module) => {
            asked.answer(StatusCode::OK, shown.storefront_headers(&site), site.bare(module))
        }
        Address::Organizer => match &site.organizer {
            Some(template) => organizer(template, &asked),
            None => shown.bare(&site, &asked, StatusCode::NOT_FOUND),
        },
        Address::Scan => match &site.scan {
            Some(page) => asked.answer(
                StatusCode::OK,
                policy::headers(Part::Scan, &Payments::default()),
                page,
            ),
            None => shown.bare(&site, &asked, StatusCode::NOT_FOUND),
        },
        Address::Moved(path) => Redirect::permanent(&path).into_response(),
        Address::File => Problem::not_found().into_response(),
        Address::Nowhere => shown.bare(&site, &asked, StatusCode::NOT_FOUND),
    }
}

impl Shown {
    /// A page that was written, or one without anything in it that finds out by itself.
    fn storefront(
        &self,
        site: &Site,
        asked: &Asked,
        written: Result<Arc<Encoded>, Unwritten>,
    ) -> Response {
        match written {
            Ok(page) => asked.answer(StatusCode::OK, self.storefront_headers(site), &page),
            Err(Unwritten::Unknown) => self.bare(site, asked, StatusCode::NOT_FOUND),
            Err(Unwritten::Unavailable(problem)) => {
                tracing::warn!(code = problem.code(), "a page is shown without its data");
                let mut response = self.bare(site, asked, StatusCode::SERVICE_UNAVAILABLE);
                let again = HeaderValue::from(AGAIN.as_secs());
                response.headers_mut().insert(header::RETRY_AFTER, again);
                response
            }
        }
    }

    fn bare(&self, site: &Site, asked: &Asked, status: StatusCode) -> Response {
        asked.answer(status, self.storefront_headers(site), site.bare(None))
    }

    fn storefront_headers(&self, site: &Site) -> HeaderMap {
        let part = Part::Storefront { style_hashes: site.storefront.style_hashes() };
        policy::headers(part, &self.pages.settings.payments())
    }
}

/// The desk: its widgets make a style of their own, allowed by a nonce.
fn organizer(template: &Template, asked: &Asked) -> Response {
    let mut bytes = [0; NONCE_BYTES];
    if let Err(error) = getrandom::fill(&mut bytes) {
        return Problem::internal(&error).into_response();
    }
    let nonce = STANDARD.encode(bytes);
    let mut head = Head::default();
    head.title(&format!("Organizer desk · {NAME}"));
    head.name("robots", "noindex");
    // Where its widgets look for it.
    let nonce_element =
        format!("<meta property=\"csp-nonce\" nonce=\"{0}\" content=\"{0}\">", escaped(&nonce));
    let head = head.into_html() + &nonce_element;
    let page = Encoded::text(template.fill(Filling { head: &head, ..Filling::default() }));
    asked.answer(
        StatusCode::OK,
        policy::headers(Part::Organizer { nonce: &nonce }, &Payments::default()),
        &page,
    )
}

async fn robots(State(shown): State<Shown>, asked: Asked) -> Response {
    let text = Encoded::text(sitemap::robots(&shown.pages.settings.public_url));
    asked.answer(StatusCode::OK, found_by_machines("text/plain; charset=utf-8"), &text)
}

async fn sitemap(State(shown): State<Shown>, asked: Asked) -> Response {
    let write = sitemap::write(&shown.app, &shown.pages.settings.public_url);
    match shown.pages.renders.get(Key::Sitemap, write).await {
        Ok(xml) => asked.answer(StatusCode::OK, found_by_machines("application/xml"), &xml),
        Err(Unwritten::Unknown) => Problem::not_found().into_response(),
        Err(Unwritten::Unavailable(problem)) => problem.into_response(),
    }
}

fn found_by_machines(kind: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers
}

fn not_built() -> Problem {
    let detail = "The front end isn't built: `cargo xtask up` does it, or `npm ci && npm run \
        build` in web/. FULLHOUSE_WEB_DIST names the folder of what was built. The API answers.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "front-end-not-built", detail).retry_after(AGAIN)
}
