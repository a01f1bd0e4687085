//! Whom the server runs as.

use std::{os::unix::fs::MetadataExt, path::Path};

use anyhow::{Context, bail, ensure};
use nix::unistd::{Gid, Uid, User, chown};

/// The identity PostgreSQL runs as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunAs {
    /// Whoever started the program.
    Current,
    /// Root started the program and the server gives its rights up.
    Other {
        /// User id, never 0.
        uid: u32,
        /// Group id.
        gid: u32,
    },
}

impl RunAs {
    /// Chooses whom to run as.
    ///
    /// PostgreSQL looks its own uid up in the user database, so only users that exist there are
    /// candidates under root: `forced`, the user behind sudo, the owner of the project,
    /// `postgres`, `nobody`.
    ///
    /// # Errors
    ///
    /// If there is no such user, or `forced` is unknown or root.
    pub fn choose(project: &Path, forced: Option<&str>) -> anyhow::Result<Self> {
        if !Uid::effective().is_root() {
            return Ok(Self::Current);
        }
        if let Some(name) = forced {
            let user = User::from_name(name)?.with_context(|| format!("no user named {name}"))?;
            ensure!(!user.uid.is_root(), "PostgreSQL may not run as root");
            return Ok(Self::of(&user));
        }
        let sudo = std::env::var_os("SUDO_UID").and_then(|uid| uid.to_str()?.parse().ok());
        let owner = project.metadata().ok().map(|metadata| metadata.uid());
        for uid in [sudo, owner].into_iter().flatten().filter(|uid| *uid != 0) {
            if let Some(user) = User::from_uid(Uid::from_raw(uid))? {
                return Ok(Self::of(&user));
            }
        }
        for name in ["postgres", "nobody"] {
            if let Some(user) = User::from_name(name)?.filter(|user| !user.uid.is_root()) {
                return Ok(Self::of(&user));
            }
        }
        bail!("started by root and there is no other user: set FULLHOUSE_POSTGRES_USER")
    }

    fn of(user: &User) -> Self {
        Self::Other { uid: user.uid.as_raw(), gid: user.gid.as_raw() }
    }

    /// The owner of an existing data directory stays its owner: the candidates may have changed
    /// since it was made.
    pub(crate) fn or_owner_of(self, data: &Path) -> Self {
        match (self, data.metadata()) {
            (Self::Other { .. }, Ok(found)) if found.uid() != 0 => {
                Self::Other { uid: found.uid(), gid: found.gid() }
            }
            _ => self,
        }
    }

    /// Whether every folder down to `path` may be passed through.
    pub(crate) fn reaches(self, path: &Path) -> bool {
        let Self::Other { uid, gid } = self else { return true };
        path.ancestors().filter(|folder| folder.exists()).all(|folder| {
            let Ok(metadata) = folder.metadata() else { return false };
            let bit = if metadata.uid() == uid {
                0o100
            } else if metadata.gid() == gid {
                0o010
            } else {
                0o001
            };
            metadata.mode() & bit != 0
        })
    }

    /// Makes `path` belong to this user.
    pub(crate) fn give(self, path: &Path) -> anyhow::Result<()> {
        if let Self::Other { uid, gid } = self {
            chown(path, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))
                .with_context(|| format!("chown {}", path.display()))?;
        }
        Ok(())
    }
}

impl std::fmt::Display for RunAs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {
            Self::Current => f.write_str("the current user"),
            Self::Other { uid, .. } => match User::from_uid(Uid::from_raw(uid)) {
                Ok(Some(user)) => f.write_str(&user.name),
                _ => write!(f, "uid {uid}"),
            },
        }
    }
}
