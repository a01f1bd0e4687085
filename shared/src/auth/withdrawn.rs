//! What was taken away while tokens that say otherwise are still in force.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use arc_swap::ArcSwap;
use chrono::TimeDelta;
use sqlx::{
    PgPool,
    postgres::{PgListener, PgPoolOptions},
};
use tokio::time::{sleep, timeout};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;

use super::{AccountActor, MemberRole, Membership, TOKEN_LASTS};
use crate::{
    clock::Timestamp,
    id::{AccountId, OrganizationId, SessionId},
};

/// Where the database says that something was withdrawn or given back.
const CHANNEL: &str = "access";
/// How often it is looked at without being told. This is what makes it certain; notifications only
/// make it quick.
const POLL: Duration = Duration::from_secs(1);
/// Many log-outs at once are read together.
const PAUSE: Duration = Duration::from_millis(50);
/// What is read again, because it may have been committed late.
const OVERLAP: TimeDelta = TimeDelta::seconds(30);

/// The sessions that ended and the places in organisations that changed while their tokens are in
/// force, and the organisations that are suspended: as the database said at most about a second ago,
/// and asked without asking it. Clones share it.
#[derive(Clone, Default)]
pub struct Withdrawn {
    known: Arc<ArcSwap<Known>>,
}

#[derive(Clone, Default)]
struct Known {
    /// With the instant at which it ended.
    sessions: HashMap<SessionId, Timestamp>,
    organizations: HashSet<OrganizationId>,
    places: HashMap<(OrganizationId, AccountId), Place>,
}

/// What an account is in an organisation since a place there was given, changed or taken away.
#[derive(Clone, Copy)]
struct Place {
    role: Option<MemberRole>,
    since: Timestamp,
}

/// A place as it is stored: organisation, account, role, since when.
type PlaceRow = (Uuid, Uuid, Option<String>, Timestamp);

impl Withdrawn {
    /// Reads what is withdrawn, and follows it in `tasks` until `stop`.
    ///
    /// # Errors
    ///
    /// If it can't be read at first: nobody should be let in before it is known.
    pub async fn start(
        pool: PgPool,
        tasks: &TaskTracker,
        stop: CancellationToken,
    ) -> Result<Self, sqlx::Error> {
        let withdrawn = Self::default();
        withdrawn.read(&pool).await?;
        let followed = withdrawn.clone();
        tasks.spawn(async move {
            tokio::select! {
                () = followed.follow(&pool) => {}
                () = stop.cancelled() => {}
            }
        });
        Ok(withdrawn)
    }

    /// Whether nothing is sold or managed for this organisation now.
    pub fn is_suspended(&self, organization: OrganizationId) -> bool {
        self.known.load().organizations.contains(&organization)
    }

    /// The organisations for which nothing is sold or managed now.
    pub fn suspended(&self) -> Vec<OrganizationId> {
        self.known.load().organizations.iter().copied().collect()
    }

    /// What is left of someone: nothing if the session is over, no place that was taken away or is in
    /// an organisation that is suspended, and the other places as they are now.
    pub(super) fn left_of(&self, mut account: AccountActor) -> Option<AccountActor> {
        let known = self.known.load();
        if known.sessions.contains_key(&account.session) {
            return None;
        }
        let left = |said: &Membership| known.left_of(account.account, *said);
        account.memberships = account.memberships.iter().filter_map(left).collect();
        Some(account)
    }

    async fn follow(&self, pool: &PgPool) {
        let mut listener = None;
        loop {
            wait(pool, &mut listener).await;
            if let Err(error) = self.read(pool).await {
                tracing::warn!(%error, "what was withdrawn can't be read");
            }
        }
    }

    async fn read(&self, pool: &PgPool) -> Result<(), sqlx::Error> {
        let before = self.known.load_full();
        let newest = before.sessions.values().max().copied();
        let ended: Vec<(Uuid, Timestamp)> = sqlx::query_as(
            "SELECT session_id, ended_at FROM identity.ended_sessions
              WHERE $1::timestamptz IS NULL OR ended_at > $1",
        )
        .bind(newest.map(|newest| newest - OVERLAP))
        .fetch_all(pool)
        .await?;
        let newest = before.places.values().map(|place| place.since).max();
        let changed: Vec<PlaceRow> = sqlx::query_as(
            "SELECT organization_id, account_id, role, changed_at
               FROM identity.changed_memberships WHERE $1::timestamptz IS NULL OR changed_at > $1",
        )
        .bind(newest.map(|newest| newest - OVERLAP))
        .fetch_all(pool)
        .await?;
        let suspended: Vec<Uuid> = sqlx::query_scalar(
            "SELECT id FROM identity.organizations WHERE suspended_at IS NOT NULL",
        )
        .fetch_all(pool)
        .await?;
        let mut known = Known {
            sessions: before.sessions.clone(),
            organizations: suspended.into_iter().map(OrganizationId::new).collect(),
            places: before.places.clone(),
        };
        known.sessions.extend(ended.into_iter().map(|(id, at)| (SessionId::new(id), at)));
        known.places.extend(changed.into_iter().map(Place::read));
        known.forget();
        self.known.store(Arc::new(known));
        Ok(())
    }
}

impl Known {
    /// A place that a token speaks of, as it is now.
    fn left_of(&self, account: AccountId, said: Membership) -> Option<Membership> {
        if self.organizations.contains(&said.organization) {
            return None;
        }
        match self.places.get(&(said.organization, account)) {
            Some(place) => place.role.map(|role| Membership { role, ..said }),
            None => Some(said),
        }
    }

    /// Forgets what is older than every token that could contradict it.
    fn forget(&mut self) {
        let is_old = |newest: Timestamp, at: Timestamp| newest - at >= TOKEN_LASTS + OVERLAP;
        if let Some(newest) = self.sessions.values().max().copied() {
            self.sessions.retain(|_, ended| !is_old(newest, *ended));
        }
        if let Some(newest) = self.places.values().map(|place| place.since).max() {
            self.places.retain(|_, place| !is_old(newest, place.since));
        }
    }
}

impl Place {
    /// A role that this program doesn't know gives nothing.
    fn read((organization, account, role, since): PlaceRow) -> ((OrganizationId, AccountId), Self) {
        let role = role.and_then(|role| MemberRole::parse(&role).ok());
        ((OrganizationId::new(organization), AccountId::new(account)), Self { role, since })
    }
}

/// Returns at a notification or when it is time to look anyway.
async fn wait(pool: &PgPool, listener: &mut Option<PgListener>) {
    if listener.is_none() {
        *listener = timeout(POLL, listen(pool)).await.ok().and_then(Result::ok);
    }
    match listener {
        Some(open) => match timeout(POLL, open.recv()).await {
            Ok(Ok(_)) => sleep(PAUSE).await,
            Err(_) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "notifications of what is withdrawn are interrupted");
                *listener = None;
                sleep(POLL).await;
            }
        },
        None => sleep(POLL).await,
    }
}

/// Listens on a connection of its own, so that it takes none away from the pool.
async fn listen(pool: &PgPool) -> Result<PgListener, sqlx::Error> {
    let options = pool.connect_options().as_ref().clone();
    let own = PgPoolOptions::new().max_connections(1).connect_lazy_with(options);
    let mut listener = PgListener::connect_with(&own).await?;
    listener.listen(CHANNEL).await?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Clock, id::IdSource, testing::TestDatabase};

    fn someone(session: SessionId, organization: OrganizationId) -> AccountActor {
        AccountActor {
            account: AccountId::new(IdSource.next()),
            session,
            persons: Vec::new(),
            memberships: vec![Membership { organization, role: MemberRole::Owner }],
            platform_admin: false,
            second_factor: false,
            stepped_up: false,
            impersonator: None,
        }
    }

    async fn a_session(pool: &PgPool) -> SessionId {
        let id = IdSource.next();
        sqlx::query(
            "WITH account AS (
                 INSERT INTO identity.accounts (id, person_id, created_at) VALUES ($1, $1, now())
             )
             INSERT INTO identity.sessions (id, account_id, device, created_at, last_used_at,
                    expires_at)
             VALUES ($1, $1, 'x', now(), now(), now() + interval '1 day')",
        )
        .bind(id)
        .execute(pool)
        .await
        .unwrap();
        SessionId::new(id)
    }

    #[tokio::test]
    async fn an_ended_session_and_an_erased_account_leave_nothing() {
        let database = TestDatabase::create().await;
        let withdrawn = Withdrawn::default();
        let organization = OrganizationId::new(IdSource.next());
        for end in [
            "UPDATE identity.sessions SET ended_at = now(), ended_because = 'x' WHERE id = $1",
            "DELETE FROM identity.accounts WHERE id = $1",
        ] {
            let session = a_session(database.command()).await;
            let other = a_session(database.command()).await;
            sqlx::query(end).bind(session.uuid()).execute(database.command()).await.unwrap();
            withdrawn.read(database.projection()).await.unwrap();
            assert_eq!(withdrawn.left_of(someone(session, organization)), None, "{end}");
            assert!(withdrawn.left_of(someone(other, organization)).is_some(), "{end}");
        }
    }

    #[tokio::test]
    async fn of_a_suspended_organization_no_place_is_left_until_it_is_resumed() {
        let database = TestDatabase::create().await;
        let withdrawn = Withdrawn::default();
        let id = IdSource.next();
        let who = someone(SessionId::new(IdSource.next()), OrganizationId::new(id));
        for (change, places) in [
            (
                "INSERT INTO identity.organizations (id, name, created_at) VALUES ($1, 'O', now())",
                1,
            ),
            ("UPDATE identity.organizations SET suspended_at = now() WHERE id = $1", 0),
            ("UPDATE identity.organizations SET suspended_at = NULL WHERE id = $1", 1),
        ] {
            sqlx::query(change).bind(id).execute(database.command()).await.unwrap();
            withdrawn.read(database.projection()).await.unwrap();
            let left = withdrawn.left_of(who.clone()).unwrap();
            assert_eq!(left.memberships.len(), places, "{change}");
        }
    }

    #[tokio::test]
    async fn a_place_counts_as_it_is_now_and_not_as_the_token_says() {
        let database = TestDatabase::create().await;
        let withdrawn = Withdrawn::default();
        let session = a_session(database.command()).await;
        let organization = OrganizationId::new(IdSource.next());
        let who = AccountActor {
            account: AccountId::new(session.uuid()),
            ..someone(session, organization)
        };
        let other = someone(a_session(database.command()).await, organization);
        for (change, role) in [
            (
                "WITH organization AS (
                     INSERT INTO identity.organizations (id, name, created_at)
                     VALUES ($1, 'O', now())
                 )
                 INSERT INTO identity.memberships (organization_id, account_id, role, since)
                 VALUES ($1, $2, 'owner', now())",
                Some(MemberRole::Owner),
            ),
            (
                "UPDATE identity.memberships SET role = 'finance'
                  WHERE organization_id = $1 AND account_id = $2",
                Some(MemberRole::Finance),
            ),
            (
                "DELETE FROM identity.memberships WHERE organization_id = $1 AND account_id = $2",
                None,
            ),
            (
                "INSERT INTO identity.memberships (organization_id, account_id, role, since)
                 VALUES ($1, $2, 'door_staff', now())",
                Some(MemberRole::DoorStaff),
            ),
            (
                "WITH gone AS (SELECT $1::uuid)
                 DELETE FROM identity.accounts WHERE id = $2",
                None,
            ),
        ] {
            sqlx::query(change)
                .bind(organization.uuid())
                .bind(who.account.uuid())
                .execute(database.command())
                .await
                .unwrap();
            withdrawn.read(database.projection()).await.unwrap();
            // The erased account has no session either.
            let places = withdrawn.left_of(AccountActor { session: other.session, ..who.clone() });
            let roles = places.unwrap().role_in(organization);
            assert_eq!(roles, role, "{change}");
            let others = withdrawn.left_of(other.clone()).unwrap().role_in(organization);
            assert_eq!(others, Some(MemberRole::Owner), "{change}");
        }
    }

    #[tokio::test]
    async fn news_are_known_within_a_second() {
        let database = TestDatabase::create().await;
        let (tasks, stop) = (TaskTracker::new(), CancellationToken::new());
        let pool = database.projection().clone();
        let withdrawn = Withdrawn::start(pool, &tasks, stop.clone()).await.unwrap();
        let session = a_session(database.command()).await;
        let who = someone(session, OrganizationId::new(IdSource.next()));
        assert!(withdrawn.left_of(who.clone()).is_some());
        sqlx::query("DELETE FROM identity.sessions WHERE id = $1")
            .bind(session.uuid())
            .execute(database.command())
            .await
            .unwrap();
        let told = async {
            while withdrawn.left_of(who.clone()).is_some() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(Duration::from_secs(10), told).await.unwrap();
        stop.cancel();
        tasks.close();
        tasks.wait().await;
    }

    #[test]
    fn what_no_token_can_say_any_more_is_forgotten() {
        let at = Clock::system().now();
        let id = |number| SessionId::new(Uuid::from_u128(number));
        let old = at - TimeDelta::minutes(11);
        let place = |number, since| {
            let uuid = Uuid::from_u128(number);
            ((OrganizationId::new(uuid), AccountId::new(uuid)), Place { role: None, since })
        };
        let mut known = Known {
            sessions: HashMap::from([(id(1), old), (id(2), at)]),
            organizations: HashSet::new(),
            places: HashMap::from([place(1, old), place(2, at)]),
        };
        known.forget();
        assert_eq!(known.sessions.keys().copied().collect::<Vec<_>>(), [id(2)]);
        assert_eq!(known.places.keys().copied().collect::<Vec<_>>(), [place(2, at).0]);
    }
}
