//! Processes and PostgreSQL are killed in the middle of a rush; afterwards everything adds up.

use std::{
    collections::BTreeSet,
    path::Path,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use embedded_postgres::{Cluster, Options};
use nix::sys::signal::{Signal, kill};
use reqwest::Method;
use serde_json::json;
use shared::{migrations, postgres};
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    checker::{breaches, holds_breaches, read_log},
    client::{Api, OnSale, fresh_key, try_answer},
    platform::{Platform, Program, bin_dir},
};

const CAPACITY: u32 = 100_000;

/// What the buyers know afterwards.
#[derive(Default)]
struct Outcome {
    acknowledged: Mutex<BTreeSet<String>>,
    unknown: AtomicUsize,
    refused: AtomicUsize,
    is_over: AtomicBool,
}

impl Outcome {
    /// Waits until so many more holds are acknowledged: every fault hits a rush.
    async fn sold_more(&self, holds: usize) {
        let sold = || self.acknowledged.lock().expect("no panic").len();
        let (before, began) = (sold(), Instant::now());
        while sold() < before + holds {
            assert!(began.elapsed() < Duration::from_secs(90), "nothing is sold any more");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Buys one ticket after the other until the rush is over, each try under its own key and not
    /// repeated: whoever gets no answer doesn't know.
    async fn buy(&self, api: &Api, sale: &OnSale, buyer: usize) {
        for number in 0.. {
            if self.is_over.load(Ordering::Relaxed) {
                return;
            }
            let body = sale.hold(&format!("b{buyer}n{number}@example.org"), 1);
            let request = api.request(Method::POST, &sale.reservations());
            let request = request.header("Idempotency-Key", fresh_key()).json(&body);
            match try_answer(request.timeout(Duration::from_secs(5))).await {
                Ok(answer) if answer.status == 201 => {
                    let id = answer.body["reservation_id"].as_str().expect("an id").to_owned();
                    self.acknowledged.lock().expect("no panic").insert(id);
                }
                Ok(answer) if answer.status == 409 => {
                    self.refused.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Ok(answer) => {
                    assert_eq!(answer.status, 503, "{:#}", answer.body);
                    self.unknown.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(_) => {
                    self.unknown.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
}

/// A server of its own, on disk, that may be killed.
async fn a_server(folder: &Path) -> (Cluster, String, String) {
    let options = Options::ephemeral_in(Path::new(env!("CARGO_MANIFEST_DIR")), folder);
    let cluster = Cluster::start(&options, &|_: &str| {}).await.expect("PostgreSQL starts");
    let mut owner = PgConnection::connect(&cluster.url()).await.expect("the server answers");
    migrations::migrate(&mut owner).await.expect("the migrations run");
    for role in [migrations::ServiceRole::Command, migrations::ServiceRole::Projection] {
        migrations::set_password(&mut owner, role, "secret").await.expect("the role is there");
    }
    let command = cluster.url_as("fullhouse_command", "secret");
    let projection = cluster.url_as("fullhouse_projection", "secret");
    (cluster, command, projection)
}

#[tokio::test]
async fn kills_in_a_rush_lose_nothing_and_oversell_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut cluster, command, projection) = a_server(folder.path()).await;
    let mut platform = Platform::start_on(command, projection.clone(), None).await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, CAPACITY, json!({"per_person_cap": 50})).await;
    let (api, outcome) = (platform.api(), Outcome::default());
    let rush = futures::future::join_all((0..24).map(|buyer| outcome.buy(&api, &sale, buyer)));
    let faults = async {
        for _ in 0..3 {
            outcome.sold_more(60).await;
            platform.kill(Program::Command);
            platform.wait_ready(Program::Command).await;
            outcome.sold_more(60).await;
            platform.kill(Program::Projection);
            platform.launch(Program::Projection);
            outcome.sold_more(60).await;
            let server = cluster.pid().expect("it runs");
            kill(server, Signal::SIGKILL).expect("it can be killed");
            cluster.wait().await.expect("it ends");
            cluster.restart(&|_: &str| {}).await.expect("it starts again");
            platform.wait_ready(Program::Command).await;
        }
        outcome.sold_more(60).await;
        outcome.is_over.store(true, Ordering::Relaxed);
    };
    tokio::join!(rush, faults);
    platform.wait_ready(Program::Command).await;
    platform.wait_ready(Program::Projection).await;

    let pool = postgres::connect(&cluster.url(), 2).await.expect("the server answers");
    let log = settled_log(&pool).await;
    let acknowledged = outcome.acknowledged.lock().expect("no panic").clone();
    let unknown = outcome.unknown.load(Ordering::Relaxed);
    assert_eq!(breaches(&log), Vec::<String>::new());
    assert_eq!(holds_breaches(&log, &acknowledged, unknown), Vec::<String>::new());
    agrees_with_the_log(&platform, &sale, &log).await;
    fullhouse(&["log", "verify"], &cluster.url());
    platform.stop(Program::Projection);
    fullhouse(&["projection", "compare", "--all"], &projection);
    cluster.stop(Duration::from_secs(10)).await.expect("it stops");
}

/// The log once the append that may still have been under way is in or out.
async fn settled_log(pool: &PgPool) -> Vec<crate::checker::Fact> {
    let mut before = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(200)).await;
        let log = read_log(pool).await;
        if log.len() == before {
            return log;
        }
        before = log.len();
    }
}

/// I6 from outside: what buyers see is what the log says.
async fn agrees_with_the_log(platform: &Platform, sale: &OnSale, log: &[crate::checker::Fact]) {
    let created = log.iter().filter(|fact| fact.name == "ReservationCreated").count();
    let path = format!("/events/{}/availability", sale.event);
    let began = Instant::now();
    loop {
        let shown = platform.api().get(&path).await;
        if shown.status == 200 && shown.body["held"] == json!(created) {
            return;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{created} held, {:#}", shown.body);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Runs the operator's program; it has to succeed.
fn fullhouse(arguments: &[&str], database: &str) {
    let run = Command::new(bin_dir().join("fullhouse"))
        .args(arguments)
        .env("FULLHOUSE_DATABASE_URL", database)
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "fullhouse {arguments:?}: {said}\n{complained}");
}
