//! Pictures of events: taken in, decoded within limits, and encoded anew, so that nothing but the
//! picture is left of what was sent.

mod decode;
mod exif;
mod http;
mod picture;
mod store;
#[cfg(test)]
mod tests;

pub use http::{MediaState, routes};
