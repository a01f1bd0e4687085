//! The second factor: codes of an app, recovery codes for when the app is lost.

mod add;
pub mod check;
mod code;
mod confirm;
pub mod recovery;
mod remove;
pub mod shown;
#[cfg(test)]
pub mod testing;
#[cfg(test)]
mod tests;

pub use add::{__path_add_totp, add_totp};
pub use confirm::{__path_confirm_totp, confirm_totp};
pub use remove::{__path_remove_totp, remove_totp};
