//! Keeps the front end as it was built last: built later or anew, it is there within seconds.

use std::{
    collections::hash_map::DefaultHasher,
    fs,
    hash::{Hash, Hasher},
    io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use arc_swap::ArcSwapOption;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::{settings::PageSettings, site::Site};

/// How often the folder is looked at.
const RHYTHM: Duration = Duration::from_secs(2);

/// The front end, if there is one. Clones share it.
#[derive(Clone, Debug)]
pub struct CurrentSite {
    folder: Arc<PathBuf>,
    /// Written into every page of the storefront.
    head: Arc<str>,
    site: Arc<ArcSwapOption<Site>>,
    /// What the folder looked like when it was taken.
    taken: Arc<AtomicU64>,
}

impl CurrentSite {
    /// Reads the folder. That there is nothing is said in the log, and no reason to stop.
    pub fn read(settings: &PageSettings) -> Self {
        let current = Self {
            folder: Arc::new(settings.web_dist.clone()),
            head: settings.head().into(),
            site: Arc::default(),
            taken: Arc::default(),
        };
        current.take();
        current
    }

    /// The front end as it is now.
    pub fn get(&self) -> Option<Arc<Site>> {
        self.site.load_full()
    }

    /// Takes every new build, until `stop`.
    pub async fn follow(self, stop: CancellationToken) {
        self.follow_every(RHYTHM, stop).await;
    }

    async fn follow_every(self, rhythm: Duration, stop: CancellationToken) {
        let look = || {
            let folder = Arc::clone(&self.folder);
            let looked = tokio::task::spawn_blocking(move || fingerprint(&folder));
            async { looked.await.ok() }
        };
        let mut before = None;
        loop {
            tokio::select! {
                () = sleep(rhythm) => {}
                () = stop.cancelled() => return,
            }
            let now = look().await;
            // A build that still writes looks different every time.
            if now == before && now != Some(self.taken.load(Ordering::Relaxed)) {
                let current = self.clone();
                // Nobody needs to know whether it was taken: it is looked at again.
                let _ = tokio::task::spawn_blocking(move || current.take()).await;
            }
            before = now;
        }
    }

    /// Takes what is in the folder, if it is a front end; else what was there before stays.
    fn take(&self) {
        let folder = &*self.folder;
        // Before it is read: what changes meanwhile is seen the next time.
        self.taken.store(fingerprint(folder), Ordering::Relaxed);
        match Site::read(folder, &self.head) {
            Ok(site) => {
                let site = match self.get() {
                    Some(before) => site.after(&before),
                    None => site,
                };
                self.site.store(Some(Arc::new(site)));
                tracing::info!(folder = %folder.display(), "the front end is served");
            }
            Err(error) if self.get().is_some() => {
                tracing::debug!(%error, "the front end is not whole; the one before is served");
            }
            Err(error) => {
                tracing::warn!(%error, "the front end isn't built: pages answer 503");
            }
        }
    }
}

/// Differs when files come, go or change.
fn fingerprint(folder: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    // A folder that can't be read is as one that isn't there.
    let _ = hash_folder(folder, &mut hasher);
    hasher.finish()
}

fn hash_folder(folder: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::path);
    for entry in entries {
        let about = entry.metadata()?;
        entry.path().hash(hasher);
        if about.is_dir() {
            hash_folder(&entry.path(), hasher)?;
        } else {
            (about.len(), about.modified()?).hash(hasher);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{pages::tests::dist, testing::eventually};

    #[tokio::test]
    async fn a_build_is_taken_when_it_is_whole_and_kept_when_it_goes() {
        let built = dist();
        let folder = tempfile::tempdir().unwrap();
        let web_dist = folder.path().join("dist");
        let settings = PageSettings {
            web_dist: web_dist.clone(),
            public_url: "https://tickets.example.org".parse().unwrap(),
            payment_origins: Vec::new(),
            stripe_publishable_key: None,
        };
        let current = CurrentSite::read(&settings);
        assert!(current.get().is_none());

        let stop = CancellationToken::new();
        let rhythm = Duration::from_millis(10);
        let following = tokio::spawn(current.clone().follow_every(rhythm, stop.clone()));
        fs::rename(built.path(), &web_dist).unwrap();
        eventually("the build is taken", async || current.get().is_some()).await;

        fs::write(web_dist.join("assets/new-2.js"), "new()").unwrap();
        let has_new = || current.get().is_some_and(|site| site.file("assets/new-2.js").is_some());
        eventually("the next build is taken", async || has_new()).await;

        fs::remove_dir_all(&web_dist).unwrap();
        for _ in 0..5 {
            sleep(rhythm).await;
        }
        assert!(has_new());
        stop.cancel();
        following.await.unwrap();
    }
}
