//! The routes of box offices.

use utoipa_axum::router::OpenApiRouter;

use super::{capacity, catalogue, reservation};
use crate::app::App;

/// Every request that a box office decides.
pub fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .merge(catalogue::http::routes())
        .merge(capacity::http::routes())
        .merge(reservation::http::routes())
}
