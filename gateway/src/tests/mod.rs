//! The gateway as clients and services see it: bytes in, bytes out.

mod failures;
mod framing;
mod heads;
mod limits;
mod refused;
mod rig;
mod routing;
mod stopping;
mod streaming;
mod wire;
