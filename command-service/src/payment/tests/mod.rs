//! Payments against the simulator, a real log and a real database.

mod fixture;
mod kept;
mod observe;
mod reconciliation;
mod refunds;
mod start;
mod webhooks;
