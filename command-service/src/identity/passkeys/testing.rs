//! A device with passkeys, made of software: it signs whatever it is told to.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{DerSignature, SigningKey, signature::Signer};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::identity::testing::{Answered, LoggedIn, ORIGIN, World};

const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_CREDENTIAL: u8 = 0x40;

/// A passkey, and how its device and its browser behave: every field may be turned to the bad.
#[derive(Clone)]
pub struct Device {
    pub key: SigningKey,
    pub credential_id: Vec<u8>,
    /// Whose it is, as the account said when it was made.
    pub handle: Option<Vec<u8>>,
    pub origin: String,
    pub rp_id: String,
    pub kind: Option<&'static str>,
    pub flags: u8,
    pub counter: u32,
    pub spoils_signature: bool,
    /// What the account calls it.
    pub passkey_id: String,
}

impl Device {
    /// A device that was never used here. It counts its signatures, and keeps its keys to itself.
    pub fn new(number: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&[number; 32]).unwrap(),
            credential_id: vec![number; 20],
            handle: None,
            origin: ORIGIN.to_owned(),
            rp_id: "tickets.example.org".to_owned(),
            kind: None,
            flags: USER_PRESENT | USER_VERIFIED,
            counter: 1,
            spoils_signature: false,
            passkey_id: String::new(),
        }
    }

    /// One whose owner wasn't asked for finger, face or PIN.
    pub fn unverified(self) -> Self {
        Self { flags: USER_PRESENT, ..self }
    }

    /// One that keeps its keys in a cloud, and doesn't count.
    pub fn in_a_cloud(self) -> Self {
        let flags = self.flags | BACKUP_ELIGIBLE | BACKED_UP;
        Self { flags, counter: 0, ..self }
    }

    /// Adds it to the account of someone who has just proved to be there.
    pub async fn add(mut self, world: &World, owner: &LoggedIn) -> (Self, Answered) {
        let body = self.make(world, owner).await;
        let added = world.send("POST", "/account/passkeys", Some(&owner.access), body).await;
        if added.status == 201 {
            self.passkey_id = added.text("passkey_id");
        }
        (self, added)
    }

    /// What is to be sent to add it.
    pub async fn make(&mut self, world: &World, owner: &LoggedIn) -> Value {
        let path = "/account/passkeys/options";
        let asked = world.send("POST", path, Some(&owner.access), json!({})).await;
        assert_eq!(asked.status, 200, "{asked:?}");
        self.made(&asked)
    }

    /// What its browser makes of these options.
    pub fn made(&mut self, asked: &Answered) -> Value {
        let options = &asked.body["public_key"];
        self.handle = Some(bytes(&options["user"]["id"]));
        let data = self.authenticator_data(true);
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        json!({
            "ceremony": asked.text("ceremony"),
            "name": "Phone",
            "credential_id": text(&self.credential_id),
            "client_data_json": text(&self.client_data("webauthn.create", options)),
            "attestation_object": text(&object),
            "transports": ["internal", "hybrid", "telepathy"],
        })
    }

    /// What its browser answers to these options. The counter goes on.
    pub fn show(&mut self, asked: &Answered) -> Value {
        assert_eq!(asked.status, 200, "{asked:?}");
        self.counter += u32::from(self.counter > 0);
        let client_data = self.client_data("webauthn.get", &asked.body["public_key"]);
        let data = self.authenticator_data(false);
        let message = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: DerSignature = self.key.sign(&message);
        let mut signature = signature.as_bytes().to_vec();
        if self.spoils_signature {
            *signature.last_mut().unwrap() ^= 1;
        }
        json!({
            "ceremony": asked.text("ceremony"),
            "credential_id": text(&self.credential_id),
            "client_data_json": text(&client_data),
            "authenticator_data": text(&data),
            "signature": text(&signature),
            "user_handle": self.handle.as_deref().map(text),
        })
    }

    /// Logs in with it alone.
    pub async fn log_in(&mut self, world: &World) -> Answered {
        let asked = world.post("/auth/passkeys/options", json!({})).await;
        let body = json!({"passkey": self.show(&asked), "session": "token"});
        world.post("/auth/login/passkey", body).await
    }

    /// Goes on with a log-in that was begun with the password.
    pub async fn second_factor(&mut self, world: &World, token: &str) -> Answered {
        let body = json!({"second_factor_token": token});
        let asked = world.post("/auth/passkeys/options", body).await;
        let passkey = self.show(&asked);
        let body = json!({"second_factor_token": token, "passkey": passkey, "session": "token"});
        world.post("/auth/login/second-factor", body).await
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let data = json!({
            "type": self.kind.unwrap_or(kind),
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, with_credential: bool) -> Vec<u8> {
        let flags = self.flags | if with_credential { HAS_CREDENTIAL } else { 0 };
        let mut data = Sha256::digest(self.rp_id.as_bytes()).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        if with_credential {
            data.extend([0; 16]); // of no known make
            data.extend(u16::try_from(self.credential_id.len()).unwrap().to_be_bytes());
            data.extend(&self.credential_id);
            data.extend(self.public_key());
        }
        data
    }

    /// As COSE has it: an ES256 key on the curve P-256.
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}
