//! Routes of accounts and of the people of organisations.

use axum::{Json, extract::State};
use serde::Deserialize;
use shared::{
    auth::{AccountActor, Action, Caller, Resource, Seen},
    clock::Timestamp,
    http::{Ids, Problem, Query, guarded},
    id::{OrganizationId, PersonId},
};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;

use super::{
    logins::{self, LinkedLoginView, LoginProviderView},
    organization::{self, ApiKeyView, InvitationView, MemberView},
    own::{self, AccountView, SessionView},
    passkeys::{self, PasskeyView},
};
use crate::{
    app::App,
    contact,
    http::{Cursor, Limit, Page},
    orders::{self, view::OrderView},
    query_error::QueryError,
};

/// The routes of accounts.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(guarded(Action::ViewAccount, routes!(account)))
        .routes(guarded(Action::ViewAccount, routes!(sessions)))
        .routes(guarded(Action::ViewAccount, routes!(linked_logins)))
        .routes(guarded(Action::Authenticate, routes!(login_providers)))
        .routes(guarded(Action::ViewAccount, routes!(account_passkeys)))
        .routes(guarded(Action::ViewAccount, routes!(account_orders)))
        .routes(guarded(Action::ViewMembers, routes!(members)))
        .routes(guarded(Action::ViewMembers, routes!(invitations)))
        .routes(guarded(Action::ViewApiKeys, routes!(api_keys)))
}

/// Which page of the own orders is looked for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OwnOrdersWanted {
    /// `next_cursor` of the page before.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<(Timestamp, Uuid)>>,
    /// Entries of a page.
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 100)]
    limit: Limit,
}

/// The account that asks, if its session isn't over: its token may be older than that.
pub(super) async fn asking<'a>(app: &App, caller: &'a Caller) -> Result<&'a AccountActor, Problem> {
    let actor = caller.account()?;
    caller.may(Resource::Account(actor.account))?;
    if own::is_alive(&app.pool, actor.session, app.clock.now()).await? {
        return Ok(actor);
    }
    Err(Problem::unauthenticated("This session is over. Log in again."))
}

/// The account of whoever asks: profile, organisations, second factors.
#[utoipa::path(
    get,
    path = "/account",
    tag = "Accounts",
    responses((status = 200, description = "The account", body = AccountView)),
)]
async fn account(State(app): State<App>, caller: Caller) -> Result<Json<AccountView>, Problem> {
    let actor = asking(&app, &caller).await?;
    let found = own::find(&app, actor).await?.ok_or_else(Problem::not_found)?;
    Ok(Json(found))
}

/// The open sessions of whoever asks, the latest used first.
#[utoipa::path(
    get,
    path = "/account/sessions",
    tag = "Accounts",
    responses((status = 200, description = "The open sessions", body = Page<SessionView>)),
)]
async fn sessions(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Page<SessionView>>, Problem> {
    let actor = asking(&app, &caller).await?;
    let data = own::sessions(&app.pool, actor, app.clock.now()).await?;
    Ok(Json(Page { data, next_cursor: None }))
}

/// The passkeys of whoever asks, the oldest first.
#[utoipa::path(
    get,
    path = "/account/passkeys",
    tag = "Accounts",
    responses((status = 200, description = "The passkeys", body = Page<PasskeyView>)),
)]
async fn account_passkeys(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Page<PasskeyView>>, Problem> {
    let actor = asking(&app, &caller).await?;
    let data = passkeys::of_account(&app.pool, actor.account).await?;
    Ok(Json(Page { data, next_cursor: None }))
}

/// The orders of every address that the account has proved, also those bought as a guest, the
/// latest first.
#[utoipa::path(
    get,
    path = "/account/orders",
    tag = "Accounts",
    params(OwnOrdersWanted),
    responses((status = 200, description = "A page of orders", body = Page<OrderView>)),
)]
async fn account_orders(
    State(app): State<App>,
    Query(wanted): Query<OwnOrdersWanted>,
    caller: Caller,
) -> Result<Json<Page<OrderView>>, Problem> {
    let actor = asking(&app, &caller).await?;
    let persons = own::persons(&app.pool, actor.account).await?;
    let before = wanted.cursor.map(|cursor| cursor.0);
    let page = orders::query::of_persons(&app.scoped, &persons, before, wanted.limit);
    let page = Seen::bought_by(&persons).scope(page).await?;
    let contacts = contact::find_all(&app, &persons).await?;
    let view = |order: orders::query::Order| {
        let contact = contacts.get(&order.person_id).cloned();
        OrderView::of(order, contact)
    };
    let data: Result<Vec<_>, QueryError> = page.data.into_iter().map(view).collect();
    Ok(Json(Page { data: data?, next_cursor: page.next_cursor }))
}

/// Where people can log in from elsewhere.
#[utoipa::path(
    get,
    path = "/auth/providers",
    tag = "Accounts",
    responses((status = 200, description = "The providers", body = Page<LoginProviderView>)),
)]
async fn login_providers(State(app): State<App>) -> Result<Json<Page<LoginProviderView>>, Problem> {
    let data = logins::providers(&app.pool).await?;
    Ok(Json(Page { data, next_cursor: None }))
}

/// The log-ins elsewhere that open the account of whoever asks.
#[utoipa::path(
    get,
    path = "/account/identities",
    tag = "Accounts",
    responses((status = 200, description = "The linked log-ins", body = Page<LinkedLoginView>)),
)]
async fn linked_logins(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Page<LinkedLoginView>>, Problem> {
    let actor = asking(&app, &caller).await?;
    let data = logins::linked(&app.pool, actor.account).await?;
    Ok(Json(Page { data, next_cursor: None }))
}

/// Who belongs to an organisation.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/members",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path)),
    responses((status = 200, description = "The members", body = Page<MemberView>)),
)]
async fn members(
    State(app): State<App>,
    Ids(organization): Ids<OrganizationId>,
    caller: Caller,
) -> Result<Json<Page<MemberView>>, Problem> {
    caller.may(Resource::Organization(organization))?;
    existing(&app, organization).await?;
    let rows = organization::members(&app.scoped, organization).await?;
    let persons: Vec<PersonId> = rows.iter().map(|member| member.person).collect();
    let contacts = contact::find_all(&app, &persons).await?;
    let data = rows.into_iter().map(|member| member.view(&contacts)).collect();
    Ok(Json(Page { data, next_cursor: None }))
}

/// The open invitations of an organisation.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/invitations",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path)),
    responses((status = 200, description = "The open invitations", body = Page<InvitationView>)),
)]
async fn invitations(
    State(app): State<App>,
    Ids(organization): Ids<OrganizationId>,
    caller: Caller,
) -> Result<Json<Page<InvitationView>>, Problem> {
    caller.may(Resource::Organization(organization))?;
    existing(&app, organization).await?;
    let now = app.clock.now();
    let rows = organization::invitations(&app.scoped, organization, now).await?;
    let persons: Vec<PersonId> = rows.iter().map(|invitation| invitation.person).collect();
    let contacts = contact::find_all(&app, &persons).await?;
    let data = rows.into_iter().map(|invitation| invitation.view(&contacts)).collect();
    Ok(Json(Page { data, next_cursor: None }))
}

/// The API keys of an organisation, without their secrets, the latest first.
#[utoipa::path(
    get,
    path = "/organizations/{organization_id}/api-keys",
    tag = "Organizations",
    params(("organization_id" = OrganizationId, Path)),
    responses((status = 200, description = "The keys", body = Page<ApiKeyView>)),
)]
async fn api_keys(
    State(app): State<App>,
    Ids(organization): Ids<OrganizationId>,
    caller: Caller,
) -> Result<Json<Page<ApiKeyView>>, Problem> {
    caller.may(Resource::Organization(organization))?;
    existing(&app, organization).await?;
    let data = organization::api_keys(&app.scoped, organization).await?;
    Ok(Json(Page { data, next_cursor: None }))
}

/// Only the platform may ask for an organisation that doesn't exist, and is told.
async fn existing(app: &App, organization: OrganizationId) -> Result<(), Problem> {
    let exists = organization::exists(&app.scoped, organization).await?;
    if exists { Ok(()) } else { Err(Problem::not_found()) }
}
