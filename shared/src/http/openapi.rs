//! The OpenAPI document's common parts.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::{
        Components, ComponentsBuilder, Info, OpenApi, OpenApiBuilder,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::{FieldError, guard::BEARER};

/// How a [`Problem`](super::Problem) looks to clients.
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemBody {
    /// A URI that names the kind of problem.
    #[schema(example = "https://fullhouse.dev/problems/insufficient-inventory")]
    r#type: String,
    /// The kind of problem, for people.
    title: String,
    /// The HTTP status.
    #[schema(example = 409)]
    status: u16,
    /// This problem, for people.
    detail: String,
    /// The kind of problem, stable.
    #[schema(example = "insufficient-inventory")]
    code: String,
    /// Names the request in our logs.
    trace_id: String,
    /// Faults of single fields.
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// When to repeat the request, in milliseconds.
    #[schema(required = false)]
    retry_after_ms: u64,
}

/// A document without routes yet, for `OpenApiRouter::with_openapi`.
pub fn document(title: &'static str, description: &'static str) -> OpenApi {
    let mut info = Info::new(title, env!("CARGO_PKG_VERSION"));
    info.description = Some(Cow::Borrowed(description).into_owned());
    OpenApiBuilder::new().info(info).components(Some(components())).build()
}

fn components() -> Components {
    let bearer = Http::builder()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "An API key (`fhk_…`), or the access token of a reservation (`fha_…`), which reads \
             also take as `?access_token=`.",
        ))
        .build();
    ComponentsBuilder::new().security_scheme(BEARER, SecurityScheme::Http(bearer)).build()
}
