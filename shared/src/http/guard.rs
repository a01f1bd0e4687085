//! Guarded routes: a route is made together with its policy, or it isn't served.

use axum::extract::FromRequestParts;
use http::{Method, request::Parts};
use thiserror::Error;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Content, Header, ObjectBuilder, PathItem, Ref, RefOr, Response, ResponseBuilder, Type,
        extensions::ExtensionsBuilder, path::Operation, security::SecurityRequirement,
    },
};
use utoipa_axum::router::UtoipaMethodRouter;

use super::{FieldError, Problem, openapi::ProblemBody};
use crate::auth::{Action, Caller};

/// Every guarded route starts with it.
pub const API_PREFIX: &str = "/api/v1";
/// Where an operation of the OpenAPI document names its [`Action`].
pub(super) const POLICY: &str = "x-policy";
/// The name of the security scheme in the OpenAPI document.
pub(super) const BEARER: &str = "bearer";

/// Puts routes behind a policy: `.routes(guarded(Action::DraftEvent, routes!(draft_event)))`.
///
/// Prefixes their paths with [`API_PREFIX`]; documents the policy, the credentials and the problems
/// any route may answer with. The [`Edge`](super::Edge) checks the policy before the handler runs,
/// and refuses to start with a documented route that has none; undocumented ones aren't served.
pub fn guarded<S>(action: Action, routes: UtoipaMethodRouter<S>) -> UtoipaMethodRouter<S>
where
    S: Send + Sync + Clone + 'static,
{
    let (mut schemas, mut paths, methods) = routes;
    schemas.push((ProblemBody::name().into(), ProblemBody::schema()));
    schemas.push((FieldError::name().into(), FieldError::schema()));
    for (path, mut item) in std::mem::take(&mut paths.paths) {
        if let Some(operation) = item.get.as_mut() {
            document(Documented { action, path: &path, is_read: true }, operation);
        }
        for operation in changes_mut(&mut item) {
            document(Documented { action, path: &path, is_read: false }, operation);
        }
        paths.paths.insert(format!("{API_PREFIX}{path}"), item);
    }
    (schemas, paths, methods)
}

/// What a route is, as far as its document depends on it.
#[derive(Clone, Copy)]
struct Documented<'a> {
    action: Action,
    path: &'a str,
    is_read: bool,
}

fn document(route: Documented<'_>, operation: &mut Operation) {
    let action = route.action;
    let bearer = SecurityRequirement::new(BEARER, Vec::<String>::new());
    operation.security = Some(if action.is_public() {
        vec![SecurityRequirement::default(), bearer]
    } else {
        vec![bearer]
    });
    let policy = ExtensionsBuilder::new().add(POLICY, action.name()).build();
    operation.extensions.get_or_insert_default().merge(policy);
    for (status, why) in common_problems(route, operation.request_body.is_some()) {
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(why)));
    }
    document_headers(operation);
    // What a route says of its own refusals is a problem too.
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && status.starts_with(['4', '5'])
            && response.content.is_empty()
        {
            let described = problem(&response.description);
            response.content = described.content;
        }
    }
}

/// The problems a route of this kind may answer with, whatever it does.
fn common_problems(
    Documented { action, path, is_read }: Documented<'_>,
    has_body: bool,
) -> impl Iterator<Item = (&'static str, &'static str)> {
    let (has_path_ids, is_webhook) = (path.contains('{'), path.starts_with("/webhooks/"));
    let all = [
        (true, "400", "The request can't be read."),
        (true, "401", "The credentials are missing or not valid."),
        (
            !is_read || !action.is_public(),
            "403",
            "These credentials don't allow that, or cookies came from a page of another site.",
        ),
        (has_path_ids, "404", "Missing, or someone else's."),
        (has_body, "408", "The body came too slowly."),
        (has_body, "413", "The body is too large."),
        (has_body, "415", "The body is not declared as JSON."),
        (true, "422", "Readable, but not acceptable; see errors."),
        (!is_webhook, "429", "Too often; repeat it after Retry-After."),
        (true, "503", "Overloaded or unavailable; repeat it after Retry-After."),
    ];
    all.into_iter().filter(|(applies, ..)| *applies).map(|(_, status, why)| (status, why))
}

/// Says when to come back, and of a rate limit, how it stands.
fn document_headers(operation: &mut Operation) {
    const RETRY: (&str, &str) = ("Retry-After", "Seconds after which to repeat it.");
    const LIMITED: [(&str, &str); 3] = [
        RETRY,
        ("RateLimit-Policy", "The limit, as in \"address\";q=100000;w=20."),
        ("RateLimit", "What is left of it, as in \"address\";r=0;t=20."),
    ];
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else { continue };
        let headers: &[_] = match status.as_str() {
            "429" => &LIMITED,
            "503" => &[RETRY],
            _ => continue,
        };
        for (name, description) in headers {
            response.headers.entry((*name).to_owned()).or_insert_with(|| {
                let mut header = Header::new(ObjectBuilder::new().schema_type(Type::String));
                header.description = Some((*description).to_owned());
                RefOr::T(header)
            });
        }
    }
}

/// A documented response that is a problem.
fn problem(why: &str) -> Response {
    let schema = Ref::from_schema_name(ProblemBody::name());
    ResponseBuilder::new()
        .description(why)
        .content("application/problem+json", Content::new(Some(schema)))
        .build()
}

fn changes_mut(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let all = [
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.options,
        &mut item.head,
        &mut item.patch,
        &mut item.trace,
    ];
    all.into_iter().filter_map(Option::as_mut)
}

/// The operations of a path, by method.
pub(super) fn operations(item: &PathItem) -> impl Iterator<Item = (Method, &Operation)> {
    let all = [
        (Method::GET, &item.get),
        (Method::PUT, &item.put),
        (Method::POST, &item.post),
        (Method::DELETE, &item.delete),
        (Method::OPTIONS, &item.options),
        (Method::HEAD, &item.head),
        (Method::PATCH, &item.patch),
        (Method::TRACE, &item.trace),
    ];
    all.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)))
}

/// The action a documented operation says it is.
pub(super) fn action_of(operation: &Operation) -> Option<Action> {
    let name = operation.extensions.as_ref()?.get(POLICY)?.as_str()?;
    Action::parse(name).ok()
}

/// A handler asked for its caller outside of a guarded route.
#[derive(Debug, Error)]
#[error("this route has a caller but no policy")]
struct Unguarded;

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts.extensions.get().cloned().ok_or_else(|| Problem::internal(&Unguarded))
    }
}
