//! Read tables are rebuilt while everything goes on: nobody who reads notices.

use std::{
    process::Stdio,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::json;
use shared::testing::TestDatabase;
use tokio::process::Command;

use crate::{
    client::{Answer, Api, OnSale},
    platform::{Platform, bin_dir},
};

const NAMES: [&str; 5] = ["catalogue", "reservations", "orders", "tickets", "sales"];

#[tokio::test]
async fn a_rebuild_under_load_keeps_every_read_available() {
    let database = TestDatabase::create().await;
    let urls = (database.command_url(), database.projection_url());
    let platform = Platform::start_on(urls.0, urls.1.clone(), None).await;
    let (_, organizer) = platform.api().organizer().await;
    let sale = OnSale::publish(&organizer, 100_000, json!({})).await;
    let (api, is_over) = (platform.api(), AtomicBool::new(false));
    // The publication has to have arrived before nothing may go away any more.
    let hold = api.post(&sale.reservations(), sale.hold("first@example.org", 1)).await;
    for path in pages(&sale) {
        see(&api, &hold, &path).await;
    }
    let (held, read) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let selling =
        futures::future::join_all((0..4).map(|buyer| sell(&api, &sale, buyer, &held, &is_over)));
    let reading = keep_reading(&api, &sale, &read, &is_over);
    let rebuilding = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        for name in NAMES {
            fullhouse(&["projection", "rebuild", name], &urls.1).await;
        }
        is_over.store(true, Ordering::Relaxed);
    };
    tokio::join!(selling, reading, rebuilding);
    assert!(held.load(Ordering::Relaxed) > 0 && read.load(Ordering::Relaxed) > 0);
    fullhouse(&["projection", "compare", "--all"], &urls.1).await;
}

async fn sell(api: &Api, sale: &OnSale, buyer: usize, held: &AtomicUsize, is_over: &AtomicBool) {
    for number in 0.. {
        if is_over.load(Ordering::Relaxed) {
            return;
        }
        let body = sale.hold(&format!("b{buyer}n{number}@example.org"), 1);
        let hold = api.post(&sale.reservations(), body).await;
        let id = hold.body["reservation_id"].as_str().expect("an id").to_owned();
        let holder = api.with(hold.body["access_token"].as_str().expect("a token"));
        see(&holder, &hold, &format!("/reservations/{id}")).await;
        held.fetch_add(1, Ordering::Relaxed);
    }
}

/// One's own write is there in time, rebuild or not.
async fn see(holder: &Api, written: &Answer, path: &str) {
    holder.get_after(written, path).await.expect(200);
}

fn pages(sale: &OnSale) -> [String; 3] {
    let event = format!("/events/{}", sale.event);
    ["/events".to_owned(), event.clone(), format!("{event}/availability")]
}

async fn keep_reading(api: &Api, sale: &OnSale, read: &AtomicUsize, is_over: &AtomicBool) {
    while !is_over.load(Ordering::Relaxed) {
        for path in pages(sale) {
            api.get(&path).await.expect(200);
            read.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Runs the operator's program; it has to succeed.
async fn fullhouse(arguments: &[&str], database: &str) {
    let run = Command::new(bin_dir().join("fullhouse"))
        .args(arguments)
        .env("FULLHOUSE_DATABASE_URL", database)
        .stdin(Stdio::null())
        .output()
        .await
        .expect("the program runs");
    let said = String::from_utf8_lossy(&run.stdout);
    let complained = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "fullhouse {arguments:?}: {said}\n{complained}");
}
