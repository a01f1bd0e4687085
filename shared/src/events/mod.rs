//! The recorded facts: payloads by stream type, and how old versions of them are read.

pub mod box_office;
#[cfg(test)]
mod documentation;
pub mod identity;
pub mod upcast;
