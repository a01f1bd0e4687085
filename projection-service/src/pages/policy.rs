//! What a browser may do on a page: headers of every HTML answer.

use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::settings::Payments;

const PERMISSIONS: HeaderName = HeaderName::from_static("permissions-policy");
const NO_DEVICES: HeaderValue =
    HeaderValue::from_static("camera=(), microphone=(), geolocation=(), usb=(), serial=()");
const CAMERA: HeaderValue =
    HeaderValue::from_static("camera=(self), microphone=(), geolocation=(), usb=(), serial=()");
/// Where Stripe's script comes from.
const STRIPE_SCRIPTS: &str = "https://js.stripe.com";

/// Which part of the front end a page belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part<'a> {
    /// With the hashes of the styles inside of its pages.
    Storefront { style_hashes: &'a [String] },
    /// With the nonce of this answer: its widgets make a style of their own.
    Organizer { nonce: &'a str },
    /// May use the camera.
    Scan,
}

/// The headers of a page. Only the storefront's need anything for paying.
pub fn headers(part: Part<'_>, payments: &Payments) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    if let Ok(policy) = HeaderValue::try_from(content_policy(part, payments)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let referrer = HeaderValue::from_static("strict-origin-when-cross-origin");
    headers.insert(header::REFERRER_POLICY, referrer);
    let devices = if part == Part::Scan { CAMERA } else { NO_DEVICES };
    headers.insert(PERMISSIONS, devices);
    // With a nonce no two answers are alike.
    let keep = if matches!(part, Part::Organizer { .. }) { "no-store" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers
}

fn content_policy(part: Part<'_>, payments: &Payments) -> String {
    let origins = match part {
        Part::Storefront { .. } => payments.origins.as_slice(),
        Part::Organizer { .. } | Part::Scan => &[],
    };
    let uses_stripe = payments.uses_stripe;
    let payments = origins.iter().fold(String::new(), |all, origin| format!("{all} {origin}"));
    let scripts = match part {
        Part::Storefront { .. } if uses_stripe => format!("'self' {STRIPE_SCRIPTS}"),
        Part::Storefront { .. } | Part::Organizer { .. } => "'self'".to_owned(),
        Part::Scan => "'self' 'wasm-unsafe-eval'".to_owned(),
    };
    let styles = match part {
        Part::Storefront { style_hashes } => {
            style_hashes.iter().fold("'self'".to_owned(), |all, hash| format!("{all} '{hash}'"))
        }
        Part::Organizer { nonce } => format!("'self' 'nonce-{nonce}'"),
        Part::Scan => "'self'".to_owned(),
    };
    // Measured boxes of the desk's widgets are set as attributes.
    let style_attributes = if matches!(part, Part::Organizer { .. }) {
        "; style-src-attr 'unsafe-inline'"
    } else {
        ""
    };
    let frames = if payments.is_empty() { " 'none'" } else { payments.as_str() };
    format!(
        "default-src 'self'; script-src {scripts}; style-src {styles}{style_attributes}; \
         img-src 'self' data: blob: https:; font-src 'self'; connect-src 'self'{payments}; \
         frame-src{frames}; worker-src 'self'; manifest-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'{payments}; frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(part: Part<'_>, origins: &[&str]) -> String {
        let uses_stripe = origins.contains(&STRIPE_SCRIPTS);
        let origins = origins.iter().map(|text| text.parse().unwrap()).collect();
        let headers = headers(part, &Payments { origins, uses_stripe });
        headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned()
    }

    fn directive<'a>(policy: &'a str, name: &str) -> &'a str {
        let found = policy.split("; ").find_map(|one| one.strip_prefix(name)?.strip_prefix(' '));
        found.unwrap_or_else(|| panic!("no {name} in {policy}"))
    }

    const HASHES: [&str; 1] = ["sha256-abc="];

    #[test]
    fn no_page_may_run_what_is_written_into_it() {
        let hashes = HASHES.map(str::to_owned);
        for part in
            [Part::Storefront { style_hashes: &hashes }, Part::Organizer { nonce: "n" }, Part::Scan]
        {
            let policy = policy(part, &["https://pay.example.org"]);
            let scripts = directive(&policy, "script-src");
            assert!(!scripts.contains("unsafe-inline") && !scripts.contains("'unsafe-eval'"));
            assert!(!scripts.contains("pay.example.org"), "{scripts}");
            assert_eq!(directive(&policy, "frame-ancestors"), "'none'");
            assert_eq!(directive(&policy, "base-uri"), "'none'");
        }
    }

    #[test]
    fn the_storefront_shows_the_styles_inside_and_talks_to_the_payment_provider() {
        let hashes = HASHES.map(str::to_owned);
        let part = Part::Storefront { style_hashes: &hashes };
        let policy = policy(part, &["https://js.stripe.com", "https://api.stripe.com"]);
        assert_eq!(directive(&policy, "style-src"), "'self' 'sha256-abc='");
        assert_eq!(directive(&policy, "script-src"), "'self' https://js.stripe.com");
        let both = "https://js.stripe.com https://api.stripe.com";
        assert_eq!(directive(&policy, "frame-src"), both);
        assert_eq!(directive(&policy, "connect-src"), format!("'self' {both}"));
    }

    #[test]
    fn without_a_provider_nothing_else_is_shown_or_asked() {
        let policy = policy(Part::Storefront { style_hashes: &[] }, &[]);
        assert_eq!(directive(&policy, "frame-src"), "'none'");
        assert_eq!(directive(&policy, "connect-src"), "'self'");
    }

    #[test]
    fn only_the_scanner_sees_through_the_camera() {
        let camera = |part| {
            headers(part, &Payments::default())[PERMISSIONS]
                .to_str()
                .unwrap()
                .contains("camera=(self)")
        };
        assert!(camera(Part::Scan));
        assert!(!camera(Part::Storefront { style_hashes: &[] }));
        assert!(!camera(Part::Organizer { nonce: "n" }));
        assert_eq!(directive(&policy(Part::Scan, &[]), "script-src"), "'self' 'wasm-unsafe-eval'");
    }

    #[test]
    fn the_desk_is_written_anew_for_every_answer() {
        let kept = |part| {
            headers(part, &Payments::default())[header::CACHE_CONTROL].to_str().unwrap().to_owned()
        };
        assert_eq!(kept(Part::Organizer { nonce: "n" }), "no-store");
        assert_eq!(kept(Part::Scan), "no-cache");
        let policy = policy(Part::Organizer { nonce: "n" }, &[]);
        assert_eq!(directive(&policy, "style-src"), "'self' 'nonce-n'");
    }
}
