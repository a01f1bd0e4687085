//! A mailbox that runs, on its own or inside a test.

use std::{io, net::SocketAddr, path::PathBuf};

use shared::clock::Clock;
use thiserror::Error;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use crate::{http, mails::Mails, smtp};

/// The mailbox can't start.
#[derive(Debug, Error)]
pub enum StartError {
    #[error("the folder of the mails can't be used")]
    Folder(#[source] io::Error),
    #[error("can't listen on {0}")]
    Address(SocketAddr, #[source] io::Error),
}

/// Where a mailbox listens and keeps its mails.
#[derive(Clone, Debug)]
pub struct Settings {
    pub smtp: SocketAddr,
    pub page: SocketAddr,
    /// Absent: mails are kept in memory only.
    pub folder: Option<PathBuf>,
}

/// A mailbox that takes and shows mail.
pub struct RunningMailbox {
    mails: Mails,
    smtp: SocketAddr,
    page: SocketAddr,
    stop: CancellationToken,
    tasks: JoinSet<()>,
}

impl RunningMailbox {
    /// Starts with these settings; a port of 0 means a free one.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self, StartError> {
        let mails = Mails::open(settings.folder, clock).map_err(StartError::Folder)?;
        let (smtp_listener, smtp) = listen(settings.smtp).await?;
        let (page_listener, page) = listen(settings.page).await?;
        let (stop, mut tasks) = (CancellationToken::new(), JoinSet::new());
        tasks.spawn(smtp::serve(smtp_listener, mails.clone(), stop.clone()));
        let (routes, stopped) = (http::routes(mails.clone()), stop.clone());
        tasks.spawn(async move {
            let serve = axum::serve(page_listener, routes);
            let served = serve.with_graceful_shutdown(stopped.cancelled_owned()).await;
            if let Err(error) = served {
                tracing::error!(%error, "the page can't be served any more");
            }
        });
        Ok(Self { mails, smtp, page, stop, tasks })
    }

    /// Starts on free ports of the loopback address, in memory.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub async fn start_local() -> Result<Self, StartError> {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self::start(Settings { smtp: free, page: free, folder: None }, Clock::system()).await
    }

    /// What came.
    pub fn mails(&self) -> &Mails {
        &self.mails
    }

    /// Where mail is taken, as a URL for programs that send.
    pub fn smtp_url(&self) -> String {
        format!("smtp://{}", self.smtp)
    }

    /// Where mail is taken.
    pub fn smtp_address(&self) -> SocketAddr {
        self.smtp
    }

    /// Where the page is.
    pub fn page_url(&self) -> String {
        format!("http://{}", self.page)
    }

    /// Ends it; connections are cut.
    pub async fn stop(mut self) {
        self.stop.cancel();
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error| StartError::Address(address, error);
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}
