//! What both services speak: ids, money, time, the recorded facts, the log, HTTP and access.

pub mod clock;
pub mod events;
pub mod id;
pub mod money;
