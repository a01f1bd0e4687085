//! Makes files as they are asked for. Any number of processes share the work.

use std::time::Duration;

use shared::auth::Seen;
use tokio_util::sync::CancellationToken;

use super::{
    content::{self, Content},
    job::Job,
};
use crate::{app::App, query_error::QueryError};

/// How often it is looked whether something was asked for.
const LOOK: Duration = Duration::from_secs(1);

/// Makes what is asked for, until the service stops.
pub async fn run(app: App) {
    let stop = app.stop.clone();
    loop {
        let worked = match Job::take(&app).await {
            Ok(Some(job)) => {
                work(&app, job, &stop).await;
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(%error, "exports can't be looked for; soon again");
                false
            }
        };
        if stop.is_cancelled() {
            return;
        }
        if !worked {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }
}

async fn work(app: &App, mut job: Job, stop: &CancellationToken) {
    // A file never has rows of anybody else, whatever its queries say.
    let seen = Seen::of(job.organization);
    let ended = match seen.scope(make(app, &mut job, stop)).await {
        Ok(Ended::Done) => Ok(()),
        Ok(Ended::NothingThere) => job.fail(app).await,
        Ok(Ended::Stopped) => job.hand_over(app).await,
        Err(error) => {
            tracing::warn!(%error, export.id = %job.id, "an export can't be made; soon again");
            job.postpone(app).await
        }
    };
    if let Err(error) = ended {
        tracing::warn!(%error, export.id = %job.id, "an export is free again in a minute");
    }
}

/// Why nothing more is to be done now.
enum Ended {
    /// It is ready, or somebody else goes on.
    Done,
    /// There is no such event.
    NothingThere,
    Stopped,
}

async fn make(app: &App, job: &mut Job, stop: &CancellationToken) -> Result<Ended, QueryError> {
    let Some(content) = Content::of(app, job).await? else { return Ok(Ended::NothingThere) };
    if job.total.is_none() {
        let total = content.count(app).await?;
        job.expect(app, total).await?;
    }
    loop {
        if stop.is_cancelled() {
            return Ok(Ended::Stopped);
        }
        let part = content::part(app, &content, job).await?;
        if !job.keep(app, part).await? {
            return Ok(Ended::Done);
        }
    }
}
