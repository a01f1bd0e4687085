//! A device as a browser is one, and an organisation with an event.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use shared::{
    event_log::{Metadata, NewEvent, StreamAppend, StreamId},
    events::box_office::{BoxOfficeEvent, STREAM_TYPE},
    id::{CommandId, DeviceId, EventId, IdSource},
};

use super::proof::Claim;
use crate::identity::testing::{Answered, World};

/// A key pair that stays where it is.
pub struct Handset(EcdsaKeyPair);

/// An organisation with an event and a key that acts for it.
pub struct Seller {
    pub organization: String,
    pub event: String,
    pub key: String,
}

impl Handset {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let bytes = pair.as_ref();
        Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, bytes, &random).unwrap())
    }

    pub fn public_key(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.public_key())
    }

    pub fn sign(&self, claim: Claim<'_>) -> String {
        let signature = self.0.sign(&SystemRandom::new(), claim.text().as_bytes()).unwrap();
        URL_SAFE_NO_PAD.encode(signature)
    }

    pub fn enrolment(&self, code: &str) -> Value {
        let signature = self.sign(Claim::Enrol { code });
        json!({"code": code, "public_key": self.public_key(), "signature": signature})
    }

    pub fn answer_to(&self, device: &str, challenge: &str) -> Value {
        let id: DeviceId = device.parse().unwrap();
        let signature = self.sign(Claim::Token { device: id, challenge });
        json!({"device_id": device, "challenge": challenge, "signature": signature})
    }

    /// Gets a challenge, signs it, sends it.
    pub async fn ask_for_token(&self, world: &World, device: &str) -> Answered {
        let challenge = challenge(world, device).await;
        world.post("/devices/tokens", self.answer_to(device, &challenge)).await
    }
}

pub async fn challenge(world: &World, device: &str) -> String {
    let answer = world.post("/devices/challenges", json!({"device_id": device})).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.text("challenge")
}

impl Seller {
    pub async fn new(world: &World) -> Self {
        let admin = Some(world.admin.as_str());
        let made = world.send("POST", "/organizations", admin, json!({"name": "Stadthalle"})).await;
        let organization = made.text("organization_id");
        let path = format!("/organizations/{organization}/api-keys");
        let key =
            world.send("POST", &path, admin, json!({"label": "Desk", "role": "organizer"})).await;
        let event = EventId::new(IdSource.next());
        draft(world, event, &organization).await;
        Self { organization, event: event.to_string(), key: key.text("secret") }
    }

    /// An acceptable invitation.
    pub fn invitation(&self, world: &World) -> Value {
        let ends_at = world.clock.now() + chrono::TimeDelta::days(2);
        json!({"label": "Blue phone", "event_id": self.event, "gates": ["North"],
               "lease_hours": 3, "ends_at": ends_at})
    }

    pub async fn invite(&self, world: &World) -> Answered {
        let body = self.invitation(world);
        let path = format!("/organizations/{}/devices", self.organization);
        let invited = world.send("POST", &path, Some(&self.key), body).await;
        assert_eq!(invited.status, 201, "{invited:?}");
        invited
    }

    /// A device that works, with the answer to its enrolment.
    pub async fn a_device(&self, world: &World) -> (Handset, Answered) {
        let (handset, invited) = (Handset::new(), self.invite(world).await);
        let body = handset.enrolment(&invited.text("code"));
        let enrolled = world.post("/devices/enrol", body).await;
        assert_eq!(enrolled.status, 200, "{enrolled:?}");
        (handset, enrolled)
    }

    pub async fn revoke(&self, world: &World, device: &str) -> u16 {
        let path = format!("/organizations/{}/devices/{device}", self.organization);
        world.send("DELETE", &path, Some(&self.key), Value::Null).await.status
    }
}

async fn draft(world: &World, event: EventId, organization: &str) {
    let golden = include_str!("../../../../shared/src/events/golden/EventDrafted-1.0.json");
    let mut drafted: Value = serde_json::from_str(golden).unwrap();
    drafted["EventDrafted"]["event_id"] = json!(event);
    drafted["EventDrafted"]["organization_id"] = json!(organization);
    let drafted: BoxOfficeEvent = serde_json::from_value(drafted).unwrap();
    let metadata = Metadata {
        command_id: CommandId::new(IdSource.next()),
        at: world.clock.now(),
        actor: "test".to_owned(),
        trace_id: String::new(),
        digest: None,
        causation: None,
    };
    let append = StreamAppend {
        stream: StreamId { stream_type: STREAM_TYPE, id: event.uuid() },
        expected_version: 0,
        next_deadline: None,
        events: vec![NewEvent::box_office(&drafted, metadata.to_json())],
    };
    world.log.append(append).await.unwrap();
}
