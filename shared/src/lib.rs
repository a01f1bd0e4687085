//! What both services speak: ids, money, time, the recorded facts, the log, HTTP and access.

pub mod clock;
pub mod event_log;
pub mod events;
pub mod id;
pub mod migrations;
pub mod money;
pub mod postgres;
pub mod testing;
