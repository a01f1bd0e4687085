//! Organisations and keys on a real database, through the edge.

use axum::{body::to_bytes, response::Response};
use chrono::TimeDelta;
use http::{Request, StatusCode, header};
use serde_json::{Value, json};
use shared::{
    auth::{ApiKeySecret, ApiKeys},
    config::Secret,
    http::Edge,
    id::{ApiKeyId, IdSource},
};

use super::{testing::World as Base, *};

struct World(Base);

impl std::ops::Deref for World {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.0
    }
}

async fn a_world() -> World {
    World(Base::start().await)
}

impl World {
    async fn send(&self, method: &str, path: &str, token: &str, body: Value) -> (u16, Value) {
        let response = send(&self.edge, method, path, token, body).await;
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 100_000).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn an_organization(&self) -> String {
        let body = json!({"name": "Stadthalle"});
        let (status, answer) = self.send("POST", "/organizations", &self.admin, body).await;
        assert_eq!((status, &answer["name"]), (201, &json!("Stadthalle")));
        answer["organization_id"].as_str().unwrap().to_owned()
    }

    /// The id and the secret of a new key.
    async fn a_key_of(&self, organization: &str) -> (String, String) {
        let body = json!({"label": "Web shop", "role": "organizer"});
        let (status, answer) = self.send("POST", &keys_of(organization), &self.admin, body).await;
        assert_eq!((status, &answer["role"]), (201, &json!("organizer")), "{answer}");
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        (text("api_key_id"), text("secret"))
    }

    /// What a process answers to a key that tries to create a key of its organisation without
    /// saying anything acceptable: 422 if the key works.
    async fn try_key(edge: &Edge, organization: &str, secret: &str) -> u16 {
        let body = json!({"label": "", "role": "organizer"});
        send(edge, "POST", &keys_of(organization), secret, body).await.status().as_u16()
    }
}

async fn send(edge: &Edge, method: &str, path: &str, token: &str, body: Value) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    edge.respond(request).await
}

fn keys_of(organization: &str) -> String {
    format!("/organizations/{organization}/api-keys")
}

#[tokio::test]
async fn a_new_key_works_for_its_organization_only() {
    let world = a_world().await;
    let (ours, theirs) = (world.an_organization().await, world.an_organization().await);
    let (_, secret) = world.a_key_of(&ours).await;
    assert_eq!(World::try_key(&world.edge, &ours, &secret).await, 422);
    assert_eq!(World::try_key(&world.edge, &theirs, &secret).await, 404);
    let body = json!({"name": "Mine"});
    assert_eq!(world.send("POST", "/organizations", &secret, body).await.0, 403);
}

#[tokio::test]
async fn a_foreign_organization_looks_like_a_missing_one() {
    let world = a_world().await;
    let (ours, theirs) = (world.an_organization().await, world.an_organization().await);
    let (_, secret) = world.a_key_of(&ours).await;
    let body = json!({"label": "x", "role": "organizer"});
    let nowhere = IdSource.next().to_string();
    let (foreign_status, mut foreign) =
        world.send("POST", &keys_of(&theirs), &secret, body.clone()).await;
    let (missing_status, mut missing) =
        world.send("POST", &keys_of(&nowhere), &world.admin, body).await;
    foreign["trace_id"].take();
    missing["trace_id"].take();
    assert_eq!((foreign_status, foreign), (missing_status, missing));
    assert_eq!(missing_status, 404);
}

#[tokio::test]
async fn the_secret_is_not_stored() {
    let world = a_world().await;
    let organization = world.an_organization().await;
    let (_, secret) = world.a_key_of(&organization).await;
    let half = secret.rsplit_once('_').unwrap().1;
    let rows: Vec<String> = sqlx::query_scalar("SELECT k::text FROM identity.api_keys k")
        .fetch_all(world.database.owner())
        .await
        .unwrap();
    assert_eq!(rows.len(), 2);
    assert!(rows.iter().all(|row| !row.contains(half)));
}

#[tokio::test]
async fn a_revoked_key_stops_here_at_once_and_elsewhere_within_five_seconds() {
    let world = a_world().await;
    let organization = world.an_organization().await;
    let (id, secret) = world.a_key_of(&organization).await;
    assert_eq!(World::try_key(&world.edge, &organization, &secret).await, 422);
    assert_eq!(World::try_key(&world.elsewhere, &organization, &secret).await, 422);
    let path = format!("{}/{id}", keys_of(&organization));
    assert_eq!(world.send("DELETE", &path, &world.admin, Value::Null).await.0, 204);
    assert_eq!(World::try_key(&world.edge, &organization, &secret).await, 401);
    assert_eq!(World::try_key(&world.elsewhere, &organization, &secret).await, 422);
    world.clock.advance(TimeDelta::seconds(5));
    assert_eq!(World::try_key(&world.elsewhere, &organization, &secret).await, 401);
    assert_eq!(world.send("DELETE", &path, &world.admin, Value::Null).await.0, 204);
}

#[tokio::test]
async fn a_key_of_another_organization_is_not_revoked() {
    let world = a_world().await;
    let (ours, theirs) = (world.an_organization().await, world.an_organization().await);
    let (_, our_secret) = world.a_key_of(&ours).await;
    let (their_id, their_secret) = world.a_key_of(&theirs).await;
    for organization in [&ours, &theirs] {
        let path = format!("{}/{their_id}", keys_of(organization));
        assert_eq!(world.send("DELETE", &path, &our_secret, Value::Null).await.0, 404);
    }
    assert_eq!(World::try_key(&world.edge, &theirs, &their_secret).await, 422);
}

#[tokio::test]
async fn a_key_ends_when_it_expires() {
    let world = a_world().await;
    let organization = world.an_organization().await;
    let expires_at = world.clock.now() + TimeDelta::minutes(1);
    let body = json!({"label": "Short", "role": "organizer", "expires_at": expires_at});
    let (status, key) = world.send("POST", &keys_of(&organization), &world.admin, body).await;
    assert_eq!((status, &key["expires_at"]), (201, &json!(expires_at)));
    let secret = key["secret"].as_str().unwrap();
    assert_eq!(World::try_key(&world.edge, &organization, secret).await, 422);
    world.clock.advance(TimeDelta::minutes(1));
    assert_eq!(World::try_key(&world.edge, &organization, secret).await, 401);
}

#[tokio::test]
async fn an_unknown_key_is_remembered_as_unknown() {
    let world = a_world().await;
    let organization = world.an_organization().await;
    let unknown = ApiKeySecret::generate(ApiKeyId::new(IdSource.next())).unwrap();
    assert_eq!(World::try_key(&world.edge, &organization, &unknown.expose()).await, 401);
    bootstrap_row(&world, &unknown).await;
    assert_eq!(World::try_key(&world.edge, &organization, &unknown.expose()).await, 401);
    world.clock.advance(TimeDelta::seconds(5));
    assert_eq!(World::try_key(&world.edge, &organization, &unknown.expose()).await, 422);
}

#[tokio::test]
async fn the_right_id_with_a_wrong_secret_is_nobody() {
    let world = a_world().await;
    let organization = world.an_organization().await;
    let (_, secret) = world.a_key_of(&organization).await;
    let (id, _) = secret.rsplit_once('_').unwrap();
    let guessed = format!("{id}_{}", "0".repeat(64));
    assert_eq!(World::try_key(&world.edge, &organization, &guessed).await, 401);
}

#[tokio::test]
async fn names_that_are_no_names_are_refused_all_at_once() {
    let world = a_world().await;
    for name in ["", " ", "a\u{7}b", &"x".repeat(201)] {
        let (status, problem) =
            world.send("POST", "/organizations", &world.admin, json!({"name": name})).await;
        assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/name")), "{name:?}");
    }
    let organization = world.an_organization().await;
    let past = json!({"label": " ", "role": "organizer", "expires_at": "2020-01-01T00:00:00Z"});
    let (_, problem) = world.send("POST", &keys_of(&organization), &world.admin, past).await;
    let pointers = [&problem["errors"][0]["pointer"], &problem["errors"][1]["pointer"]];
    assert_eq!(pointers, ["/label", "/expires_at"]);
}

#[tokio::test]
async fn nobody_makes_an_admin_key_over_http() {
    let world = a_world().await;
    let organization = world.an_organization().await;
    for body in [
        json!({"label": "x", "role": "admin"}),
        json!({"label": "x", "role": "organizer", "organization_id": null}),
    ] {
        let answer = world.send("POST", &keys_of(&organization), &world.admin, body).await;
        assert_eq!(answer.0, 422, "{answer:?}");
    }
}

#[tokio::test]
async fn a_repeated_creation_creates_one_organization() {
    let world = a_world().await;
    let create = async |name: &str| {
        let request = Request::post("/api/v1/organizations")
            .header(header::AUTHORIZATION, format!("Bearer {}", world.admin))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", "the-same")
            .body(axum::body::Body::from(json!({"name": name}).to_string()))
            .unwrap();
        world.edge.respond(request).await
    };
    let first = create("Arena").await;
    assert!(!first.headers().contains_key("idempotency-replayed"));
    let again = create("Arena").await;
    assert_eq!(again.headers()["idempotency-replayed"], "true");
    assert_eq!(again.status(), StatusCode::CREATED);
    let bytes = async |response: Response| to_bytes(response.into_body(), 1000).await.unwrap();
    assert_eq!(bytes(first).await, bytes(again).await);
    assert_eq!(create("Other").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn the_bootstrap_key_can_be_given_again_but_not_changed() {
    let world = a_world().await;
    bootstrap_admin_key(&world.state, &Secret::new(&*world.admin)).await.unwrap();
    let (id, _) = world.admin.rsplit_once('_').unwrap();
    let changed = Secret::new(format!("{id}_{}", "0".repeat(64)));
    let refusal = bootstrap_admin_key(&world.state, &changed).await.unwrap_err();
    assert!(matches!(refusal, BootstrapError::Taken), "{refusal}");
    let refusal = bootstrap_admin_key(&world.state, &Secret::new("hunter2")).await.unwrap_err();
    assert!(matches!(refusal, BootstrapError::Malformed), "{refusal}");
}

#[tokio::test]
async fn the_projection_service_can_check_keys_as_well() {
    let world = a_world().await;
    let keys = ApiKeys::new(world.database.projection().clone(), world.clock.clone());
    let admin = ApiKeySecret::parse(&world.admin).unwrap();
    assert_eq!(keys.verify(&admin).await.unwrap(), Some(shared::auth::Actor::Admin));
}

async fn bootstrap_row(world: &World, key: &ApiKeySecret) {
    sqlx::query(
        "INSERT INTO identity.api_keys (id, role, label, secret_sha256, created_at) \
         VALUES ($1, 'admin', 'Late', $2, now())",
    )
    .bind(key.id().uuid())
    .bind(key.sha256().as_slice())
    .execute(world.database.owner())
    .await
    .unwrap();
}
