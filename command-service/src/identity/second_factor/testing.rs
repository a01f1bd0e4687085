//! An app that makes codes.

use serde_json::{Value, json};

use super::code::CodeSecret;
use crate::identity::testing::{Answered, PASSWORD, World};

/// An app with the secret of an account. Each code works once, so it remembers the last step.
pub struct App {
    secret: CodeSecret,
    pub recovery_codes: Vec<String>,
    last_step: i64,
}

impl App {
    /// Adds an app to an account that has none.
    pub async fn add(world: &World, email: &str) -> Self {
        let session = world.log_in(email).await;
        let shown = world.send("POST", "/account/totp", Some(&session.access), json!({})).await;
        assert_eq!(shown.status, 200, "{shown:?}");
        let secret = CodeSecret::try_new(&from_base32(&shown.text("secret"))).unwrap();
        let mut app = Self { secret, recovery_codes: Vec::new(), last_step: 0 };
        let body = json!({"code": app.code(world)});
        let path = "/account/totp/confirm";
        let confirmed = world.send("POST", path, Some(&session.access), body).await;
        assert_eq!(confirmed.status, 200, "{confirmed:?}");
        app.recovery_codes =
            serde_json::from_value(confirmed.body["recovery_codes"].clone()).unwrap();
        app
    }

    /// A code that wasn't shown before; the clock goes on if need be.
    pub fn code(&mut self, world: &World) -> String {
        let step = world.clock.now().timestamp() / 30;
        if step <= self.last_step {
            world.clock.advance(chrono::TimeDelta::seconds(30 * (self.last_step - step + 1)));
        }
        self.last_step = step.max(self.last_step + 1);
        self.secret.code(self.last_step)
    }

    /// Logs in with both factors.
    pub async fn log_in(&mut self, world: &World, email: &str) -> Answered {
        let code = self.code(world);
        second_factor(world, email, &code).await
    }
}

/// Logs in with the password and this code.
pub async fn second_factor(world: &World, email: &str, code: &str) -> Answered {
    let first = world.try_log_in(email, PASSWORD).await;
    assert_eq!(first.body["second_factor_required"], Value::Bool(true), "{first:?}");
    let token = first.text("second_factor_token");
    let body = json!({"second_factor_token": token, "code": code, "session": "token"});
    world.post("/auth/login/second-factor", body).await
}

fn from_base32(text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text
        .bytes()
        .flat_map(|byte| {
            let value = if byte.is_ascii_uppercase() { byte - b'A' } else { byte - b'2' + 26 };
            (0..5).rev().map(move |bit| value >> bit & 1)
        })
        .collect();
    bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |n, bit| n << 1 | bit)).collect()
}
