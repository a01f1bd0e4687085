//! What our figures are compared with, measured in the same run on the same server.

mod constant;
mod row_lock;
mod stock;

pub use constant::{PATH as CONSTANT_PATH, constant_handler, serve_constant};
pub use row_lock::{Script, row_lock};
pub use stock::stock;
