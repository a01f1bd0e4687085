//! As whom the API is tried, and on what.

use crate::playground::{Person, Playground};

/// One run of schemathesis.
pub struct Pass<'a> {
    pub who: &'static str,
    pub credentials: Credentials<'a>,
    /// Whether paths ask for things that exist. Most rules lie behind them.
    ids_exist: bool,
    /// A regular expression of paths.
    paths: &'static str,
    /// Operations that are tried only here, or nowhere else.
    endings: Endings,
}

/// Operations after which a session is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Endings {
    /// None of them.
    Without,
    /// Only them.
    Only,
}

/// By name, as schemathesis has it.
const ENDINGS: [&str; 3] = [
    "DELETE /api/v1/account",
    "POST /api/v1/auth/logout-everywhere",
    "DELETE /api/v1/account/sessions/{session_id}",
];

/// What requests are sent with.
pub enum Credentials<'a> {
    Nothing,
    Token(&'a str),
    /// A session that is begun right before.
    Of(&'a Person),
}

/// What [`Credentials`] come to.
#[derive(Default)]
pub struct Presented {
    pub token: Option<String>,
    pub session_id: Option<String>,
}

/// All of them. The last one can't go on after what it does.
pub fn passes(ground: &Playground) -> Vec<Pass<'_>> {
    let people = &ground.people;
    let organizer = || Credentials::Token(&ground.demo.organizer_key);
    let desk = "organizations|events|orders|tickets|reservations|audit|account";
    let of = |who, person, paths| Pass::new(who, Credentials::Of(person), paths);
    vec![
        Pass { ids_exist: false, ..Pass::new("the public, any ids", Credentials::Nothing, ".") },
        of(
            "an account",
            &people.account,
            "/account|/auth/|invitations|orders|organizations$|audit",
        ),
        of("a member of the door staff", &people.door_staff, desk),
        of("a member of the finance", &people.finance, desk),
        of("a manager", &people.manager, desk),
        of("an owner", &people.owner, desk),
        Pass { ids_exist: false, ..Pass::new("an organizer, any ids", organizer(), ".") },
        Pass::new("an organizer, ids that exist", organizer(), "event_id|organization_id"),
        Pass::new(
            "a buyer, ids that exist",
            Credentials::Token(&ground.sold.access_token),
            "reservations|orders|tickets",
        ),
        Pass::new("an admin", Credentials::Token(&ground.admin_key), "organizations|platform"),
        Pass { endings: Endings::Only, ..of("somebody who goes", &people.bystander, ".") },
    ]
}

impl<'a> Pass<'a> {
    fn new(who: &'static str, credentials: Credentials<'a>, paths: &'static str) -> Self {
        Self { who, credentials, ids_exist: true, paths, endings: Endings::Without }
    }

    /// What is tried.
    pub fn filters(&self) -> Vec<String> {
        let endless = "--exclude-path-regex=/stream$".to_owned();
        let mut filters = match self.endings {
            Endings::Only => Vec::new(),
            Endings::Without => vec![format!("--include-path-regex={}", self.paths), endless],
        };
        let flag = match self.endings {
            Endings::Only => "--include-name",
            Endings::Without => "--exclude-name",
        };
        filters.extend(ENDINGS.map(|name| format!("{flag}={name}")));
        filters
    }

    /// Settings that have schemathesis ask for these things wherever a path asks for one.
    pub fn settings(&self, ground: &Playground, session_id: Option<&str>) -> String {
        if !self.ids_exist {
            return String::new();
        }
        let mut ids = ground.ids();
        ids.push(("export_id", &ground.people.export_id));
        ids.extend(session_id.map(|id| ("session_id", id)));
        let lines = ids.iter().map(|(name, id)| format!("\"path.{name}\" = \"{id}\"\n"));
        "[parameters]\n".to_owned() + &lines.collect::<String>()
    }
}

impl Credentials<'_> {
    /// Logs in where that is needed.
    ///
    /// # Errors
    ///
    /// If the log-in is refused.
    pub async fn present(&self) -> anyhow::Result<Presented> {
        Ok(match self {
            Self::Nothing => Presented::default(),
            Self::Token(token) => Presented { token: Some((*token).to_owned()), session_id: None },
            Self::Of(person) => {
                let session = person.log_in().await?;
                Presented {
                    token: Some(session.access_token),
                    session_id: Some(session.session_id),
                }
            }
        })
    }
}
