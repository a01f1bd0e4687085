//! Devices on a real database, through the edges of two processes.

mod enrolling;
mod managing;
mod proving;
mod revoking;

use serde_json::json;
use shared::http::Edge;
use uuid::Uuid;

use crate::identity::testing::{answered, send};

/// What a process answers to a device's token where a device may nothing: 403 if the token counts.
async fn shown(edge: &Edge, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let path = format!("/organizations/{}/api-keys", Uuid::nil());
    let headers = [("authorization", bearer.as_str())];
    answered(send(edge, "POST", &path, &headers, json!({})).await).await.status
}
