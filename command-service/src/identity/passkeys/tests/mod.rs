//! Passkeys from outside, with a device that does what it shouldn't.

mod adding;
mod proving;
mod removing;

use super::testing::Device;
use crate::identity::testing::{LoggedIn, PASSWORD, World};

const ADA: &str = "ada@example.org";
const BOB: &str = "bob@example.org";

/// An account with a passkey as its only second factor; the session is the one that added it.
async fn with_a_passkey(world: &World, email: &str, device: Device) -> (Device, LoggedIn) {
    world.an_account(email).await;
    let owner = world.log_in(email).await;
    let (device, added) = device.add(world, &owner).await;
    assert_eq!(added.status, 201, "{added:?}");
    (device, owner)
}

/// The token of a log-in whose password was right.
async fn halfway(world: &World, email: &str) -> String {
    world.try_log_in(email, PASSWORD).await.text("second_factor_token")
}
