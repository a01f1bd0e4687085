//! How each operation is asked for: a request that would do it, if it were let in.
//!
//! What is allowed needn't succeed (an edit names a version that never was, a code is wrong), but
//! nothing else than who asks may be what refuses it. A new operation gets its line here.

use reqwest::Method;
use serde_json::{Value, json};
use shared::id::IdSource;
use uuid::Uuid;

use super::{
    callers::{Caller, Who},
    document::{Operation, Side},
    world::{Fresh, Things},
};

/// What is to be asked.
pub struct Planned {
    /// With its parameters filled in.
    pub path: String,
    pub body: Option<Value>,
}

/// The ids that a request names.
pub struct Names {
    pub event: Uuid,
    pub scratch: Uuid,
    pub ticket_type: Uuid,
    pub organization: Uuid,
    pub reservation: Uuid,
    pub order: Uuid,
    pub ticket: Uuid,
    /// Of somebody else, or the own one where that is what is asked for.
    pub account: Uuid,
    pub member: Uuid,
    pub stream: (&'static str, Uuid),
    pub suspended: Uuid,
    pub api_key: Uuid,
    pub invitation: Uuid,
    pub session: Uuid,
    pub export: Uuid,
    pub device: Uuid,
}

impl Names {
    /// What a caller names of these things.
    pub fn of(things: &Things, fresh: &Fresh, caller: Caller, who: &Who, side: Side) -> Self {
        let is_own = side == Side::Own;
        let leaves = is_own && caller.is_person() && caller != Caller::Admin;
        let is_account = is_own && !caller.works_for_one();
        let stream = match (is_account, is_own || caller.works_for_one()) {
            (true, _) => ("identity", who.account),
            (false, true) => ("box_office", things.event),
            (false, false) => ("identity", fresh.account),
        };
        Self {
            event: things.event,
            scratch: things.scratch,
            ticket_type: things.ticket_type,
            organization: things.organization,
            reservation: things.reservation,
            order: things.order,
            ticket: things.ticket,
            account: fresh.account,
            member: if leaves { who.account } else { fresh.member },
            stream,
            suspended: fresh.organization,
            api_key: fresh.api_key,
            invitation: fresh.invitation,
            session: fresh.session,
            export: fresh.export,
            device: if is_own { who.account } else { fresh.member },
        }
    }

    /// Names of nothing.
    pub fn of_nothing() -> Self {
        let id = || IdSource.next();
        Self {
            event: id(),
            scratch: id(),
            ticket_type: id(),
            organization: id(),
            reservation: id(),
            order: id(),
            ticket: id(),
            account: id(),
            member: id(),
            stream: ("box_office", id()),
            suspended: id(),
            api_key: id(),
            invitation: id(),
            session: id(),
            export: id(),
            device: id(),
        }
    }
}

/// Whether an operation can be asked about what is somebody else's.
pub fn has_foreign(operation: &Operation) -> bool {
    let by_body_or_query = ["POST /events", "GET /orders"];
    operation.names_something() || by_body_or_query.contains(&&*operation.name())
}

/// Whether a request uses up a hold.
pub fn needs_hold(operation: &Operation) -> bool {
    operation.path.contains("{reservation_id}") && operation.method != Method::GET
}

/// The request, or nothing if the operation isn't known here.
pub fn plan(operation: &Operation, names: &Names) -> Option<Planned> {
    let body = match body(operation, names)? {
        Value::Null => None,
        body => Some(body),
    };
    // What ends things for all of an event is tried out on another one.
    let is_edit = operation.action == "manage_event" || operation.path.ends_with("/devices");
    let (stream_type, stream) = names.stream;
    let is_suspension = operation.path.starts_with("/platform/organizations");
    let organization = if is_suspension { names.suspended } else { names.organization };
    let is_place = operation.path.contains("/members/");
    let filled = [
        ("{event_id}", if is_edit { names.scratch } else { names.event }),
        ("{ticket_type_id}", names.ticket_type),
        ("{organization_id}", organization),
        ("{reservation_id}", names.reservation),
        ("{order_id}", names.order),
        ("{ticket_id}", names.ticket),
        ("{account_id}", if is_place { names.member } else { names.account }),
        ("{stream_id}", stream),
        ("{api_key_id}", names.api_key),
        ("{invitation_id}", names.invitation),
        ("{session_id}", names.session),
        ("{export_id}", names.export),
        ("{device_id}", names.device),
        ("{passkey_id}", names.session),
        ("{identity_id}", names.session),
    ];
    let mut path = operation.path.replace("{stream_type}", stream_type);
    path = path.replace("{provider}", "none");
    for (parameter, id) in filled {
        path = path.replace(parameter, &id.to_string());
    }
    if path.contains('{') {
        return None;
    }
    if operation.name() == "GET /orders" {
        path = format!("{path}?organization_id={}", names.organization);
    }
    Some(Planned { path, body })
}

/// The body; null for none, nothing for an operation that isn't known.
fn body(operation: &Operation, names: &Names) -> Option<Value> {
    let address = format!("{}@example.org", IdSource.next().simple());
    let body = match &*operation.name() {
        name if name.starts_with("GET ") || name.starts_with("DELETE ") => Value::Null,
        "POST /account/email" => json!({"email": "-", "password": "not this one"}),
        "POST /account/email/confirm" | "POST /invitations/accept" => json!({"token": "no token"}),
        "POST /account/export"
        | "POST /account/totp"
        | "POST /auth/logout-everywhere"
        | "POST /events/{event_id}/complete"
        | "PUT /events/{event_id}/image"
        | "PUT /platform/accounts/{account_id}/suspension"
        | "PUT /platform/organizations/{organization_id}/suspension" => Value::Null,
        "PUT /account/password" => {
            json!({"current_password": "not this one", "password": "-"})
        }
        "PUT /account/profile" => json!({"name": ""}),
        "POST /account/totp/confirm" => json!({"code": "000000"}),
        "POST /auth/step-up/options" | "POST /account/passkeys/options" => Value::Null,
        "POST /auth/passkeys/options" => json!({}),
        "POST /auth/login/passkey" => json!({"passkey": 7}),
        "POST /account/passkeys" => json!({
            "name": "Blue", "ceremony": "-", "credential_id": "-", "client_data_json": "-",
            "attestation_object": "-",
        }),
        "PATCH /account/passkeys/{passkey_id}" => json!({"name": "Green"}),
        "POST /account/identities" => json!({"provider": 7}),
        "POST /auth/oidc/confirm" => json!({"token": 7}),
        "POST /auth/oidc/{provider}/callback" => json!({"state": 7}),
        "POST /auth/oidc/{provider}/start" | "POST /auth/step-up/{provider}/start" => {
            json!({"return_to": 7})
        }
        "POST /devices/challenges" => json!({"device_id": names.device}),
        "POST /devices/enrol" => json!({"code": 7}),
        "POST /devices/tokens" => json!({"device_id": names.device}),
        "POST /organizations/{organization_id}/devices" => json!({
            "label": "Blue phone", "event_id": names.event, "ends_at": "2035-06-02T18:00:00Z",
        }),
        "POST /auth/login" | "POST /auth/register" => json!({"email": "-", "password": "-"}),
        "POST /auth/login/second-factor" => json!({"second_factor_token": "-", "code": "000000"}),
        "POST /auth/logout" => json!({"refresh_token": "-"}),
        "POST /auth/refresh" => json!({"refresh_token": 7}),
        "POST /auth/password/forgot" => json!({"email": "-"}),
        "POST /auth/password/reset" => json!({"token": "-", "password": "sonata for two pianos"}),
        "POST /auth/step-up" => json!({"code": "000000"}),
        "POST /auth/verify-email" => json!({"token": "-"}),
        "POST /events" => json!({
            "organization_id": names.organization, "title": "Evening", "currency": "EUR",
            "starts_at": "2035-06-01T18:00:00Z", "time_zone": "Europe/Berlin",
        }),
        "PATCH /events/{event_id}" => json!({"title": "Morning"}),
        "POST /events/{event_id}/cancel" => json!({"reason": "The singer is ill."}),
        "PUT /events/{event_id}/capacity" => json!({"total_capacity": 11}),
        "POST /events/{event_id}/publish" | "POST /webhooks/stripe" => json!({}),
        "POST /events/{event_id}/reservations" => json!({
            "items": [{"ticket_type_id": names.ticket_type, "quantity": 1}],
            "contact": {"email": address},
        }),
        "POST /events/{event_id}/reservations/{reservation_id}/payments" => {
            json!({"provider": "stripe"})
        }
        "POST /events/{event_id}/ticket-types" => json!({"name": "Box", "price": {"kind": "free"}}),
        "PATCH /events/{event_id}/ticket-types/{ticket_type_id}" => json!({"name": "Loge"}),
        "POST /organizations" => json!({"name": "A new hall"}),
        "POST /organizations/{organization_id}/api-keys" => {
            json!({"label": "matrix", "role": "organizer"})
        }
        "POST /organizations/{organization_id}/exports" => json!({"data": "orders"}),
        "POST /organizations/{organization_id}/invitations" => {
            json!({"email": address, "role": "door_staff"})
        }
        "PATCH /organizations/{organization_id}/members/{account_id}" => json!({"role": "finance"}),
        "POST /platform/accounts/{account_id}/impersonation" => json!({"session": "token"}),
        _ => return None,
    };
    Some(body)
}
