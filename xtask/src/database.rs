//! The database: a private server of our own, or the one that `DATABASE_URL` names.

use anyhow::{Context, ensure};
use embedded_postgres::{Cluster, Options};

use crate::{console::Console, supervise::Supervisor};

/// Where the database is.
#[derive(Clone, Debug)]
pub struct Database {
    owner_url: String,
}

impl Database {
    /// The server that `DATABASE_URL` names, if it is set.
    pub fn given() -> Option<Self> {
        let url = std::env::var_os("DATABASE_URL").filter(|url| !url.is_empty())?;
        Some(Self { owner_url: url.into_string().ok()? })
    }

    /// Starts a private server and has it kept running.
    ///
    /// # Errors
    ///
    /// If it can't be started.
    pub async fn start(
        options: &Options,
        console: Console,
        supervisor: &mut Supervisor,
    ) -> anyhow::Result<Self> {
        let cluster = Cluster::start(options, &move |line| console.say("fullhouse", line)).await?;
        let binaries = cluster.binaries();
        let (version, origin, port) = (&binaries.version, binaries.origin, cluster.port());
        let user = cluster.run_as();
        console.say(
            "fullhouse",
            &format!("PostgreSQL {version} ({origin}) on 127.0.0.1:{port} as {user}"),
        );
        let owner_url = cluster.url();
        supervisor.keep_cluster(cluster);
        Ok(Self { owner_url })
    }

    /// URL for the owner of everything.
    pub fn owner_url(&self) -> &str {
        &self.owner_url
    }

    /// URL for another login.
    ///
    /// # Errors
    ///
    /// If the owner's isn't a URL.
    pub fn url_as(&self, user: &str, password: &str) -> anyhow::Result<String> {
        with_login(&self.owner_url, user, password)
    }
}

fn with_login(url: &str, user: &str, password: &str) -> anyhow::Result<String> {
    let (scheme, rest) = url.split_once("://").context("DATABASE_URL is not a URL")?;
    let known = matches!(scheme, "postgres" | "postgresql");
    ensure!(known, "DATABASE_URL starts with {scheme}://, not with postgres://");
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let host = authority.rsplit_once('@').map_or(authority, |(_login, host)| host);
    // a socket's folder stands in the query, and a URL with a login must have a host
    let host = if host.is_empty() { "localhost" } else { host };
    Ok(format!("{scheme}://{user}:{password}@{host}{path}"))
}

#[cfg(test)]
mod tests {
    use super::with_login;

    #[test]
    fn another_login_keeps_host_database_and_options() {
        let url = |text| with_login(text, "u", "p").unwrap();
        assert_eq!(url("postgres://a:b@h:5432/d?x=y"), "postgres://u:p@h:5432/d?x=y");
        assert_eq!(url("postgres://h/d"), "postgres://u:p@h/d");
        assert_eq!(url("postgres://a:p@ss@h/d"), "postgres://u:p@h/d");
        assert_eq!(url("postgresql:///d?host=/run"), "postgresql://u:p@localhost/d?host=/run");
        assert!(with_login("mysql://h/d", "u", "p").is_err());
        assert!(with_login("h/d", "u", "p").is_err());
    }
}
