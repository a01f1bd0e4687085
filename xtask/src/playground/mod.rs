//! A throw-away Fullhouse that attackers may do anything to: every program on a free port, the demo,
//! something sold, and a person for every role.

mod people;
mod sold;

use std::path::{Path, PathBuf};

use embedded_postgres::Options;

use crate::{
    console::Console,
    database::Database,
    demo::{self, Demo},
    secrets::{self, Secrets},
    stack::{Ports, Stack},
    supervise::Supervisor,
    web::dist,
    workspace::Workspace,
};

pub use people::{People, Person};
pub use sold::Sold;

/// See the module.
pub struct Playground {
    pub ports: Ports,
    pub admin_key: String,
    pub demo: Demo,
    pub sold: Sold,
    pub people: People,
    /// A folder for whatever the attackers write.
    pub scratch: PathBuf,
}

impl Playground {
    /// Starts everything, without rate limits, in a fresh folder `name` below `.data`.
    ///
    /// # Errors
    ///
    /// If something doesn't start, or the API refuses what is made with it.
    pub async fn start(
        workspace: &Workspace,
        programs: &Path,
        name: &str,
        supervisor: &mut Supervisor,
    ) -> anyhow::Result<Self> {
        let console = Console::new();
        let scratch = workspace.data().join(name);
        let _ = std::fs::remove_dir_all(&scratch);
        std::fs::create_dir_all(&scratch)?;
        let secrets = Secrets::load(&scratch.join("secrets.env"))?;
        let options = Options::ephemeral(workspace.root());
        let database = Database::start(&options, console, supervisor).await?;
        let ports = Ports::free()?;
        let web_dist = dist(workspace);
        let stack = Stack {
            console,
            programs,
            secrets: &secrets,
            database: &database,
            ports,
            web_dist: &web_dist,
            log_filter: None,
            mails: None,
            limits_rates: false,
            login_providers: None,
        };
        stack.start(supervisor).await?;
        let admin_key = secrets.get(secrets::ADMIN_KEY)?.to_owned();
        let record = scratch.join("demo.json");
        let demo = demo::load(ports.gateway, &admin_key, &record, console).await?;
        let sold = sold::sell(ports.gateway, &demo).await?;
        console.say("fullhouse", "making people of every role");
        let people = People::gather(ports, &admin_key, &demo).await?;
        Ok(Self { ports, admin_key, demo, sold, people, scratch })
    }

    /// Ids of things that exist, by the name that paths have for them.
    pub fn ids(&self) -> Vec<(&'static str, &str)> {
        let (demo, sold, people) = (&self.demo, &self.sold, &self.people);
        vec![
            ("organization_id", &demo.organization_id),
            ("event_id", &demo.event_id),
            ("ticket_type_id", &demo.ticket_type_id),
            ("reservation_id", &sold.reservation_id),
            ("order_id", &sold.order_id),
            ("ticket_id", &sold.ticket_id),
            ("stream_type", "box_office"),
            ("stream_id", &demo.event_id),
            ("account_id", &people.bystander.account_id),
            ("invitation_id", &people.invitation_id),
            ("api_key_id", &people.api_key_id),
        ]
    }
}
