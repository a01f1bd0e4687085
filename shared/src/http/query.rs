//! Query parameters.

use axum::{
    extract::{FromRequestParts, rejection::QueryRejection},
    http::Uri,
};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::{FieldError, Problem};

/// Query parameters as a `T`; 422 names the parameter at fault. `access_token` is no parameter of
/// any route: it is taken off before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        if query.contains("%00") {
            let fault =
                FieldError::new("?", "nul-character", "Text may not contain the character U+0000.");
            return Err(Problem::validation(vec![fault]));
        }
        let parsed = if query.contains("access_token=") {
            axum::extract::Query::try_from_uri(&without_token(query))
        } else {
            axum::extract::Query::try_from_uri(&parts.uri)
        };
        parsed.map(|axum::extract::Query(value)| Self(value)).map_err(|error| explain(&error))
    }
}

fn without_token(query: &str) -> Uri {
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("access_token=")).collect();
    // A part of a valid query is a valid query.
    format!("/?{}", kept.join("&")).parse().unwrap_or_default()
}

/// The message begins with the parameter's name, unless there is none to name.
fn explain(error: &QueryRejection) -> Problem {
    let text = error.body_text();
    let said = text.split_once("query string: ").map_or(text.as_str(), |(_, said)| said);
    let field = |prefix: &str| {
        let rest = said.split_once(prefix)?.1;
        Some(rest.split('`').next().unwrap_or_default())
    };
    let fault = if let Some(name) = field("unknown field `") {
        FieldError::new(format!("?{name}"), "unknown-parameter", "There is no such parameter.")
    } else if let Some(name) = field("missing field `") {
        FieldError::new(format!("?{name}"), "missing-parameter", "This parameter is required.")
    } else if let Some(name) = field("duplicate field `") {
        FieldError::new(format!("?{name}"), "repeated-parameter", "This parameter counts once.")
    } else if let Some((name, reason)) = said.split_once(": ") {
        FieldError::new(format!("?{name}"), "invalid-value", reason.to_owned())
    } else {
        FieldError::new("?", "invalid-value", said.to_owned())
    };
    Problem::validation(vec![fault])
}

#[cfg(test)]
mod tests {
    use axum::{Router, body::to_bytes, routing::get};
    use http::{Request, StatusCode};
    use serde::Deserialize;
    use serde_json::Value;
    use tower::ServiceExt;

    use super::*;

    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wanted {
        limit: u32,
        city: Option<String>,
    }

    async fn answer(query: &str) -> (StatusCode, Value) {
        let show = |Query(wanted): Query<Wanted>| async move {
            format!(r#""{} {}""#, wanted.limit, wanted.city.unwrap_or_default())
        };
        let router = Router::new().route("/", get(show));
        let request = Request::get(format!("/{query}")).body(axum::body::Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[tokio::test]
    async fn reads_parameters() {
        let (status, said) = answer("?limit=5&city=K%C3%B6ln").await;
        assert_eq!((status, said), (StatusCode::OK, "5 Köln".into()));
    }

    #[tokio::test]
    async fn an_access_token_is_no_parameter() {
        assert_eq!(answer("?access_token=fha_1&limit=5").await.0, StatusCode::OK);
    }

    #[tokio::test]
    async fn names_the_parameter_at_fault() {
        for (query, pointer, code) in [
            ("", "?limit", "missing-parameter"),
            ("?limit=", "?limit", "invalid-value"),
            ("?limit=-1", "?limit", "invalid-value"),
            ("?limit=99999999999", "?limit", "invalid-value"),
            ("?limit=1&color=red", "?color", "unknown-parameter"),
            ("?limit=1&limit=2", "?limit", "repeated-parameter"),
            ("?limit=1&city=%00", "?", "nul-character"),
        ] {
            let (status, problem) = answer(query).await;
            assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
            let fault = &problem["errors"][0];
            assert_eq!((&fault["pointer"], &fault["code"]), (&pointer.into(), &code.into()));
        }
    }

    #[tokio::test]
    async fn broken_escapes_are_no_failure() {
        for query in ["?limit=5&city=%", "?limit=5&city=%zz", "?limit=5&&=&city=%ff"] {
            let status = answer(query).await.0;
            assert!(!status.is_server_error(), "{query}: {status}");
        }
    }
}
