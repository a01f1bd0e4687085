//! What a test sees of the log, our tables and the provider.

use std::time::Duration;

use serde_json::Value;

use super::fixture::Fixture;

const PATIENCE: Duration = Duration::from_secs(20);

impl Fixture {
    /// How many facts of this type are in the log.
    pub async fn recorded(&self, event_type: &str) -> i64 {
        let query = "SELECT count(*) FROM es.events WHERE event_type = $1";
        self.count(query, event_type).await
    }

    async fn count(&self, query: &'static str, argument: &str) -> i64 {
        sqlx::query_scalar(query).bind(argument).fetch_one(self.database.owner()).await.unwrap()
    }

    /// The payloads of the facts of this type.
    pub async fn payloads(&self, event_type: &str) -> Vec<Value> {
        let query = "SELECT payload::jsonb -> $1 FROM es.events WHERE event_type = $1";
        let rows: Vec<Value> = sqlx::query_scalar(query)
            .bind(event_type)
            .fetch_all(self.database.owner())
            .await
            .unwrap();
        rows
    }

    pub async fn wait_for(&self, event_type: &str, count: i64) {
        self.wait(event_type, async || self.recorded(event_type).await >= count).await;
    }

    pub async fn wait(&self, what: &str, mut is_so: impl AsyncFnMut() -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !is_so().await {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        waited.await.unwrap_or_else(|_| panic!("waited in vain for {what}"));
    }

    /// Until every webhook that came is worked through.
    pub async fn wait_for_empty_inbox(&self) {
        let waiting =
            "SELECT count(*) FROM payment.inbox WHERE provider = $1 AND processed_at IS NULL";
        self.wait("an empty inbox", async || self.count(waiting, "stripe").await == 0).await;
    }

    /// How many webhooks are stored.
    pub async fn stored(&self) -> i64 {
        self.count("SELECT count(*) FROM payment.inbox WHERE provider = $1", "stripe").await
    }

    /// Why webhooks were put aside.
    pub async fn quarantined(&self) -> Vec<String> {
        let query = "SELECT quarantined FROM payment.inbox WHERE quarantined IS NOT NULL";
        sqlx::query_scalar(query).fetch_all(self.database.owner()).await.unwrap()
    }

    /// The provider's refunds of a payment.
    pub async fn refunds_of(&self, reference: &str) -> Vec<Value> {
        let listed = self.ask(&format!("v1/refunds?payment_intent={reference}")).await;
        listed["data"].as_array().unwrap().clone()
    }
}
