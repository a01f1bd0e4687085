//! `/healthz` (the process runs) and `/readyz` (it can work): for supervisors and balancers.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{Json, Router, extract::State, routing::get};
use http::StatusCode;
use serde_json::{Value, json};
use sqlx::PgPool;

const PATIENCE: Duration = Duration::from_secs(2);

/// Whether this process can work now: it has finished starting, isn't stopping, and its database
/// answers.
#[derive(Clone)]
pub struct Readiness {
    pool: PgPool,
    open: Arc<AtomicBool>,
}

impl Readiness {
    /// Not ready until [`Self::open`].
    pub fn new(pool: PgPool) -> Self {
        Self { pool, open: Arc::new(AtomicBool::new(false)) }
    }

    /// The process has started: from now on the database decides.
    pub fn open(&self) {
        self.open.store(true, Ordering::Relaxed);
    }

    /// The process is about to stop: no new work, please.
    pub fn close(&self) {
        self.open.store(false, Ordering::Relaxed);
    }

    /// Whether work is welcome, asking the database.
    pub async fn is_ready(&self) -> bool {
        let asked = sqlx::query_scalar::<_, i32>("SELECT 1").fetch_one(&self.pool);
        self.open.load(Ordering::Relaxed)
            && matches!(tokio::time::timeout(PATIENCE, asked).await, Ok(Ok(1)))
    }

    /// `/healthz` and `/readyz`, for the open routes of an [`Edge`](super::Edge).
    pub fn routes(self) -> Router {
        Router::new()
            .route("/healthz", get(async || Json(json!({"status": "alive"}))))
            .route("/readyz", get(ready))
            .with_state(self)
    }
}

async fn ready(State(readiness): State<Readiness>) -> (StatusCode, Json<Value>) {
    if readiness.is_ready().await {
        (StatusCode::OK, Json(json!({"status": "ready"})))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(json!({"status": "not ready"})))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use http::Request;
    use sqlx::postgres::PgPoolOptions;
    use tower::ServiceExt;

    use super::*;
    use crate::testing::TestDatabase;

    async fn status(readiness: &Readiness, path: &str) -> u16 {
        let request = Request::get(path).body(Body::empty()).unwrap();
        readiness.clone().routes().oneshot(request).await.unwrap().status().as_u16()
    }

    #[tokio::test]
    async fn ready_between_opening_and_closing() {
        let database = TestDatabase::create().await;
        let readiness = Readiness::new(database.command().clone());
        assert_eq!(status(&readiness, "/readyz").await, 503);
        readiness.open();
        assert_eq!(status(&readiness, "/readyz").await, 200);
        readiness.close();
        assert_eq!(status(&readiness, "/readyz").await, 503);
    }

    #[tokio::test]
    async fn without_its_database_it_lives_but_is_not_ready() {
        let pool = PgPoolOptions::new()
            .acquire_timeout(Duration::from_millis(100))
            .connect_lazy("postgres://nobody@127.0.0.1:1/none")
            .unwrap();
        let readiness = Readiness::new(pool);
        readiness.open();
        assert_eq!(status(&readiness, "/healthz").await, 200);
        assert_eq!(status(&readiness, "/readyz").await, 503);
    }
}
