//! Members from outside: who may invite, change and remove whom.

use futures::future::join_all;
use serde_json::json;

use crate::identity::testing::{LoggedIn, World};

const OWNER: &str = "owner@example.org";
const MANAGER: &str = "manager@example.org";
const DOOR: &str = "door@example.org";

/// An organisation and its owner, freshly proved.
async fn an_organization(world: &World) -> (String, LoggedIn) {
    world.an_account(OWNER).await;
    let owner = world.log_in(OWNER).await;
    let body = json!({"name": "Stadthalle"});
    let made = world.send("POST", "/organizations", Some(&owner.access), body).await;
    assert_eq!(made.status, 201, "{made:?}");
    (made.text("organization_id"), world.log_in(OWNER).await)
}

async fn invite(world: &World, by: &LoggedIn, organization: &str, email: &str, role: &str) -> u16 {
    let path = format!("/organizations/{organization}/invitations");
    let body = json!({"email": email, "role": role});
    world.send("POST", &path, Some(&by.access), body).await.status
}

/// Someone who has taken an invitation up, freshly proved.
async fn a_member(world: &World, by: &LoggedIn, of: &str, email: &str, role: &str) -> LoggedIn {
    world.an_account(email).await;
    assert_eq!(invite(world, by, of, email, role).await, 201);
    let token = world.mailed(email, "invitation").await.unwrap();
    let member = world.log_in(email).await;
    let body = json!({"token": token});
    let accepted = world.send("POST", "/invitations/accept", Some(&member.access), body).await;
    assert_eq!((accepted.status, &accepted.body["role"]), (200, &json!(role)), "{accepted:?}");
    world.log_in(email).await
}

fn place(organization: &str, member: &LoggedIn) -> String {
    format!("/organizations/{organization}/members/{}", member.account)
}

async fn change(world: &World, by: &LoggedIn, path: &str, role: &str) -> (u16, String) {
    let answer = world.send("PATCH", path, Some(&by.access), json!({"role": role})).await;
    (answer.status, answer.body["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn an_account_founds_an_organization_and_runs_it() {
    let world = World::start().await;
    let (organization, owner) = an_organization(&world).await;
    let path = format!("/organizations/{organization}/api-keys");
    let key = json!({"label": "Web shop", "role": "organizer"});
    let made = world.send("POST", &path, Some(&owner.access), key).await;
    assert_eq!(made.status, 201, "{made:?}");
    let history = world.history(&organization).await;
    assert_eq!(history, ["OrganizationCreated", "MemberJoined", "ApiKeyCreated"]);
}

#[tokio::test]
async fn nobody_invites_above_the_own_role() {
    let world = World::start().await;
    let (organization, owner) = an_organization(&world).await;
    let manager = a_member(&world, &owner, &organization, MANAGER, "manager").await;
    let door = a_member(&world, &owner, &organization, DOOR, "door_staff").await;
    let eve = "eve@example.org";
    for (role, expected) in [("owner", 403), ("manager", 201), ("door_staff", 201)] {
        assert_eq!(invite(&world, &manager, &organization, eve, role).await, expected, "{role}");
        assert_eq!(invite(&world, &door, &organization, eve, role).await, 403, "{role}");
    }
    let stranger = world.an_account("mallory@example.org").await;
    assert_eq!(invite(&world, &stranger, &organization, eve, "owner").await, 403);
}

#[tokio::test]
async fn nobody_changes_or_removes_the_mightier() {
    let world = World::start().await;
    let (organization, owner) = an_organization(&world).await;
    let manager = a_member(&world, &owner, &organization, MANAGER, "manager").await;
    let door = a_member(&world, &owner, &organization, DOOR, "door_staff").await;
    let owners = place(&organization, &owner);
    assert_eq!(change(&world, &manager, &owners, "door_staff").await.0, 403);
    let removed = world.send("DELETE", &owners, Some(&manager.access), json!({})).await;
    assert_eq!(removed.status, 403);
    let own = place(&organization, &manager);
    assert_eq!(change(&world, &manager, &own, "owner").await.0, 403, "not oneself either");
    let doors = place(&organization, &door);
    assert_eq!(change(&world, &manager, &doors, "owner").await.0, 403);
    assert_eq!(change(&world, &manager, &doors, "finance").await.0, 204);
    assert_eq!(change(&world, &owner, &own, "owner").await.0, 204);
}

#[tokio::test]
async fn the_last_owner_stays_even_if_two_go_at_once() {
    let world = World::start().await;
    let (organization, owner) = an_organization(&world).await;
    let own = place(&organization, &owner);
    let alone = change(&world, &owner, &own, "manager").await;
    assert_eq!(alone, (409, "last-owner".to_owned()));
    let other = a_member(&world, &owner, &organization, MANAGER, "owner").await;
    let leave = async |who: &LoggedIn| {
        let path = place(&organization, who);
        world.send("DELETE", &path, Some(&who.access), json!({})).await.status
    };
    let mut left = join_all([leave(&owner), leave(&other)]).await;
    left.sort_unstable();
    assert_eq!(left, [204, 409]);
}

#[tokio::test]
async fn a_removed_member_is_out_at_once() {
    let world = World::start().await;
    let (organization, owner) = an_organization(&world).await;
    let manager = a_member(&world, &owner, &organization, MANAGER, "manager").await;
    let path = place(&organization, &manager);
    assert_eq!(world.send("DELETE", &path, Some(&owner.access), json!({})).await.status, 204);
    // The token still says manager.
    let eve = "eve@example.org";
    assert_eq!(invite(&world, &manager, &organization, eve, "door_staff").await, 403);
}

#[tokio::test]
async fn an_invitation_is_taken_up_once_and_can_be_taken_back() {
    let world = World::start().await;
    let (organization, owner) = an_organization(&world).await;
    let (ada, bob) = ("ada@example.org", "bob@example.org");
    let (first, second) = (world.an_account(ada).await, world.an_account(bob).await);
    assert_eq!(invite(&world, &owner, &organization, ada, "finance").await, 201);
    let token = json!({"token": world.mailed(ada, "invitation").await.unwrap()});
    let accept = async |who: &LoggedIn, token: &serde_json::Value| {
        let path = "/invitations/accept";
        world.send("POST", path, Some(&who.access), token.clone()).await.status
    };
    let mut answers = join_all([accept(&first, &token), accept(&second, &token)]).await;
    answers.sort_unstable();
    assert_eq!(answers, [200, 410]);

    let path = format!("/organizations/{organization}/invitations");
    let body = json!({"email": bob, "role": "finance"});
    let made = world.send("POST", &path, Some(&owner.access), body).await;
    let token = json!({"token": world.mailed(bob, "invitation").await.unwrap()});
    let path = format!("{path}/{}", made.text("invitation_id"));
    assert_eq!(world.send("DELETE", &path, Some(&owner.access), json!({})).await.status, 204);
    assert_eq!(accept(&second, &token).await, 410);
}

#[tokio::test]
async fn what_is_dangerous_asks_for_a_fresh_proof() {
    let world = World::start().await;
    let (organization, owner) = an_organization(&world).await;
    world.clock.advance(chrono::TimeDelta::minutes(5));
    let path = format!("/organizations/{organization}/invitations");
    let body = json!({"email": DOOR, "role": "door_staff"});
    let refused = world.send("POST", &path, Some(&owner.access), body.clone()).await;
    assert_eq!(refused.problem(), (403, "step-up-required"));
    let wrong = json!({"password": "wrong"});
    let wrong = world.send("POST", "/auth/step-up", Some(&owner.access), wrong).await;
    assert_eq!(wrong.problem(), (401, "invalid-credentials"));
    let right = json!({"password": crate::identity::testing::PASSWORD});
    let proved = world.send("POST", "/auth/step-up", Some(&owner.access), right).await;
    assert_eq!(proved.status, 200, "{proved:?}");
    let access = proved.text("access_token");
    assert_eq!(world.send("POST", &path, Some(&access), body).await.status, 201);
}

#[tokio::test]
async fn a_foreign_organization_looks_like_a_missing_one_to_members() {
    let world = World::start().await;
    let (ours, owner) = an_organization(&world).await;
    world.an_account("other@example.org").await;
    let other = world.log_in("other@example.org").await;
    let made =
        world.send("POST", "/organizations", Some(&other.access), json!({"name": "Arena"})).await;
    let theirs = made.text("organization_id");
    let answer = async |organization: &str| {
        let path = format!("/organizations/{organization}/invitations");
        let body = json!({"email": DOOR, "role": "door_staff"});
        let mut answer = world.send("POST", &path, Some(&owner.access), body).await;
        answer.body.as_object_mut().unwrap().remove("trace_id");
        (answer.status, answer.body)
    };
    let missing = answer(&uuid::Uuid::nil().to_string()).await;
    assert_eq!(answer(&theirs).await, missing);
    assert_eq!(missing.0, 404);
    assert_eq!(answer(&ours).await.0, 201);
}
