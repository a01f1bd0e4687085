//! What both services speak: ids, money, time, the recorded facts, the log, HTTP and access.

pub mod auth;
pub mod clock;
pub mod config;
pub mod event_log;
pub mod events;
pub mod export;
pub mod http;
pub mod id;
pub mod migrations;
pub mod money;
pub mod postgres;
pub mod telemetry;
pub mod testing;
pub mod ticket_code;
pub mod vault;
