//! Where the links in mails lead. Secrets stand behind `#`: a browser sends them to nobody, and
//! nothing that looks at links ahead of the reader uses one up.

use shared::{
    auth::AccessTokens,
    id::{OrderId, ReservationId},
};
use url::{Url, form_urlencoded::byte_serialize};
use uuid::Uuid;

/// Makes links to the pages of this installation.
#[derive(Clone)]
pub struct Links {
    public_url: String,
    access_tokens: AccessTokens,
}

impl Links {
    /// Links below the address under which people reach us.
    pub fn new(public_url: &Url, access_tokens: AccessTokens) -> Self {
        let public_url = public_url.as_str().trim_end_matches('/').to_owned();
        Self { public_url, access_tokens }
    }

    pub(super) fn page(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    pub(super) fn with_token(&self, path: &str, token: &str) -> String {
        let token: String = byte_serialize(token.as_bytes()).collect();
        format!("{}{path}#token={token}", self.public_url)
    }

    pub(super) fn order(&self, order: OrderId) -> String {
        let token = self.access_tokens.issue(ReservationId::new(order.uuid()));
        format!("{}/orders/{order}#access_token={token}", self.public_url)
    }

    pub(super) fn export(&self, export_id: Uuid) -> String {
        format!("{}/account/export/{export_id}", self.public_url)
    }
}
