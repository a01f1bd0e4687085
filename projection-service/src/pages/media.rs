//! Pictures of events, as the command service made them: under a name that is their content's hash.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use shared::http::Problem;

use crate::{app::App, http::IfNoneMatch};

const JPEG: HeaderValue = HeaderValue::from_static("image/jpeg");
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// Pages of others may show them: previews, and the widget.
const ANYWHERE: (HeaderName, HeaderValue) = (
    HeaderName::from_static("cross-origin-resource-policy"),
    HeaderValue::from_static("cross-origin"),
);
const HASH: usize = 64;

/// What a name asks for.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    sha256: Vec<u8>,
    is_small: bool,
}

impl Named {
    /// `<hash>.jpg`, or `<hash>-640.jpg` for lists.
    fn parse(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".jpg")?;
        let (hash, is_small) = match stem.strip_suffix("-640") {
            Some(hash) => (hash, true),
            None => (stem, false),
        };
        let is_hash = hash.len() == HASH && !hash.bytes().any(|byte| byte.is_ascii_uppercase());
        let sha256 = hex::decode(hash).ok().filter(|_| is_hash)?;
        Some(Self { sha256, is_small })
    }
}

/// One picture. It never changes, so whoever has it needs no other.
pub async fn picture(
    State(app): State<App>,
    Path(name): Path<String>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let named = Named::parse(&name).ok_or_else(Problem::not_found)?;
    let etag = HeaderValue::try_from(format!("\"{}\"", name.trim_end_matches(".jpg")));
    let etag = etag.map_err(|_| Problem::not_found())?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, JPEG);
    headers.insert(header::CACHE_CONTROL, FOR_EVER);
    headers.insert(ANYWHERE.0, ANYWHERE.1);
    headers.insert(header::ETAG, etag.clone());
    if known.is(&etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let content: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT CASE WHEN $2 THEN small ELSE content END FROM media.images WHERE sha256 = $1",
    )
    .bind(named.sha256)
    .bind(named.is_small)
    .fetch_optional(&app.pool)
    .await?;
    Ok((headers, content.ok_or_else(Problem::not_found)?).into_response())
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;
    use crate::testing::Fixture;

    #[test]
    fn only_the_name_of_a_picture_is_one() {
        let hash = "0a".repeat(32);
        let small = Named::parse(&format!("{hash}-640.jpg")).unwrap();
        assert_eq!(small, Named { sha256: vec![10; 32], is_small: true });
        assert!(!Named::parse(&format!("{hash}.jpg")).unwrap().is_small);
        for other in [
            hash.clone(),
            format!("{hash}.svg"),
            format!("{hash}-320.jpg"),
            format!("{}.jpg", hash.to_uppercase()),
            format!("{}.jpg", &hash[2..]),
            format!("{}.jpg", "zz".repeat(32)),
        ] {
            assert_eq!(Named::parse(&other), None, "{other}");
        }
    }

    async fn get(fixture: &Fixture, path: &str, known: Option<&str>) -> Response {
        let mut request = Request::get(path);
        if let Some(known) = known {
            request = request.header("if-none-match", known);
        }
        fixture.send(request.body(axum::body::Body::empty()).unwrap()).await
    }

    #[tokio::test]
    async fn a_picture_is_served_for_ever_and_as_nothing_else() {
        let fixture = Fixture::start().await;
        sqlx::query(
            "INSERT INTO media.images (sha256, content, small, width, height, created_at)
             VALUES ($1, 'large', 'small', 2, 1, now())",
        )
        .bind(vec![10_u8; 32])
        .execute(fixture.database.command())
        .await
        .unwrap();
        let hash = "0a".repeat(32);
        for (name, content) in [(hash.clone(), "large"), (format!("{hash}-640"), "small")] {
            let answered = get(&fixture, &format!("/media/{name}.jpg"), None).await;
            assert_eq!(answered.status(), StatusCode::OK);
            let header = |name: &str| answered.headers()[name].to_str().unwrap().to_owned();
            assert_eq!(header("content-type"), "image/jpeg");
            assert_eq!(header("x-content-type-options"), "nosniff");
            assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
            assert_eq!(header("cross-origin-resource-policy"), "cross-origin");
            assert!(header("content-security-policy").starts_with("default-src 'none'"));
            let etag = header("etag");
            let body = axum::body::to_bytes(answered.into_body(), 100).await.unwrap();
            assert_eq!(body, content);
            let known = get(&fixture, &format!("/media/{name}.jpg"), Some(&etag)).await;
            assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
        }
        for missing in [format!("/media/{}.jpg", "0b".repeat(32)), "/media/x.jpg".to_owned()] {
            assert_eq!(get(&fixture, &missing, None).await.status(), StatusCode::NOT_FOUND);
        }
    }
}
