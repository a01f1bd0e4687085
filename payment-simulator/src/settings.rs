//! How the simulator is set up.

use std::path::PathBuf;

/// What the simulator has to know.
#[derive(Clone)]
pub struct Settings {
    /// The key that may do everything (`sk_test_…`).
    pub secret_key: String,
    /// Where webhooks go; absent: nowhere.
    pub webhook_url: Option<String>,
    /// Webhooks are signed with each of these.
    pub webhook_secrets: Vec<String>,
    /// The account named in webhooks.
    pub account: Option<String>,
    /// A journal that outlives a restart; absent: everything is forgotten.
    pub state: Option<PathBuf>,
}
