//! Every operation, asked over HTTP by every kind of caller, about the own and about others' things.
//!
//! `document` says what is to be answered, `callers` makes who asks, `world` what is asked for, and
//! `plan` how. An operation without a plan and a cell that wasn't asked fail the test.

mod callers;
mod document;
mod plan;
mod world;

use std::{collections::BTreeSet, io::Write};

use futures::{StreamExt, stream};
use reqwest::{Method, header::HeaderMap};

use self::{
    callers::{Caller, Who, appear},
    document::{Expected, Operation, Side, Table, operations},
    plan::{Names, Planned},
    world::{Things, World},
};
use crate::client::fresh_key;

/// Cells asked at the same time.
const AT_ONCE: usize = 8;
/// An edit of a version that never was: whoever may edit is told so.
const NO_VERSION: &str = "\"999999\"";

/// One question and its answer.
#[derive(Clone, Debug)]
struct Cell {
    operation: Operation,
    caller: Caller,
    side: Side,
    /// Whether the caller has proved lately to be there.
    proved: bool,
    expected: Expected,
}

/// What came back, as it was sent.
#[derive(Debug)]
struct Answered {
    status: u16,
    headers: HeaderMap,
    body: String,
}

#[tokio::test]
async fn every_operation_answers_every_caller_as_the_table_says() {
    let (table, operations) = (Table::read(), operations());
    let names: Vec<&str> = Caller::ALL.into_iter().map(Caller::name).collect();
    assert_eq!(table.callers(), names);
    let known: BTreeSet<String> = operations.iter().map(Operation::name).collect();
    let unknown: Vec<_> = table.different().filter(|name| !known.contains(*name)).collect();
    assert!(unknown.is_empty(), "there are no such operations: {unknown:?}");
    for operation in &operations {
        let planned = plan::plan(operation, &Names::of_nothing());
        assert!(planned.is_some(), "{} has no plan", operation.name());
    }
    let cells: Vec<Cell> =
        operations.iter().flat_map(|operation| cells_of(&table, operation)).collect();

    let world = World::start().await;
    world.suspend().await;
    let asked = cells.iter().map(|cell| ask(&world, cell));
    let outcomes: Vec<Result<(), String>> =
        stream::iter(asked).buffer_unordered(AT_ONCE).collect().await;
    let asserted = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let wrong: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    let mut out = std::io::stdout();
    writeln!(out, "{asserted} of {} cells asserted", cells.len()).expect("a place to write to");
    assert!(wrong.is_empty(), "{} cells are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(asserted, cells.len());
}

#[tokio::test]
async fn undocumented_methods_are_refused_where_the_path_is() {
    let operations = operations();
    let world = World::start().await;
    let names = Names::of_nothing();
    let of_service = |method: &Method| *method == Method::GET;
    let mut refused = 0;
    for operation in &operations {
        let path = plan::plan(operation, &names).expect("a plan").path;
        for method in [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE] {
            let same = |other: &&Operation| other.path == operation.path;
            let mut there = operations.iter().filter(same);
            if there.any(|other| other.method == method)
                || of_service(&method) != of_service(&operation.method)
            {
                continue;
            }
            let asked = world.api.admin();
            let answer = asked.request(method.clone(), &path).send().await.expect("an answer");
            assert_eq!(answer.status(), 405, "{method} {path}");
            let allow = answer.headers()["allow"].to_str().expect("text").to_owned();
            assert!(allow.contains(operation.method.as_str()), "{method} {path}: {allow}");
            refused += 1;
        }
    }
    assert!(refused > operations.len(), "{refused}");
}

fn cells_of(table: &Table, operation: &Operation) -> Vec<Cell> {
    let mut cells = Vec::new();
    for caller in Caller::ALL {
        for side in [Side::Own, Side::Foreign] {
            if side == Side::Foreign && !plan::has_foreign(operation) {
                continue;
            }
            let proofs: &[bool] = if caller.is_person() { &[true, false] } else { &[true] };
            for proved in proofs.iter().copied() {
                let expected = table.expected(operation, caller, side, proved);
                let operation = operation.clone();
                cells.push(Cell { operation, caller, side, proved, expected });
            }
        }
    }
    cells
}

/// Asks, and says what is wrong with the answer.
async fn ask(world: &World, cell: &Cell) -> Result<(), String> {
    let Cell { operation, caller, side, proved, expected } = cell;
    let own = if *caller == Caller::Suspended { &world.suspended } else { &world.ours };
    let asked = if *side == Side::Own { own } else { &world.theirs };
    let (who, names) = name(world, cell, own, asked).await;
    let planned = plan::plan(operation, &names).expect("a plan");
    let answered = send(world, operation, &planned, &who).await;
    let missing = if *expected == Expected::Missing {
        let nothing = plan::plan(operation, &Names::of_nothing()).expect("a plan");
        Some(send(world, operation, &nothing, &who).await)
    } else {
        None
    };
    let fault = match expected {
        Expected::Allowed => is_refused(&answered).then_some("is refused"),
        Expected::Refused(status, code) => {
            let is_so = answered.status == *status && answered.is_problem(code);
            (!is_so).then_some("is not refused like that")
        }
        Expected::Missing if !(answered.status == 404 && answered.is_problem("not-found")) => {
            Some("is not missing")
        }
        Expected::Missing => {
            let like = missing.as_ref().map(Answered::without_trace);
            (like != Some(answered.without_trace())).then_some("differs from what is missing")
        }
    };
    match fault {
        None => Ok(()),
        Some(fault) => Err(format!(
            "{} by {} ({side:?}, proved: {proved}) {fault}: {expected:?}, {} {:.300}",
            operation.name(),
            caller.name(),
            answered.status,
            answered.body,
        )),
    }
}

/// Who asks, and what for.
async fn name(world: &World, cell: &Cell, own: &Things, asked: &Things) -> (Who, Names) {
    let is_own = cell.side == Side::Own;
    let needs_hold = plan::needs_hold(&cell.operation);
    let reservation = if needs_hold { world.hold(asked).await } else { asked.reservation };
    // The holder of a hold sees that, the holder of an order the order.
    let about_order = !cell.operation.path.contains("{reservation_id}");
    let held = match (is_own, about_order) {
        (true, false) => reservation,
        (true, true) => own.order,
        (false, _) => own.reservation,
    };
    let who = appear(world, cell.caller, own, held, cell.proved).await;
    let account = if is_own { who.account } else { world.an_admin() };
    let fresh = world.fresh(asked.organization, account, &who.name).await;
    let names = Names::of(asked, &fresh, cell.caller, &who, cell.side);
    if cell.operation.path.contains("{device_id}") {
        world.device(names.device, asked).await;
    }
    (who, Names { reservation, ..names })
}

async fn send(world: &World, operation: &Operation, planned: &Planned, who: &Who) -> Answered {
    let mut request = world.api.request(operation.method.clone(), &planned.path);
    if let Some(token) = &who.token {
        request = request.bearer_auth(token);
    }
    if operation.method != Method::GET {
        request = request.header("Idempotency-Key", fresh_key()).header("If-Match", NO_VERSION);
    }
    if let Some(body) = &planned.body {
        request = request.json(body);
    }
    let response = request.send().await.expect("the platform answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    // A stream that is let in goes on for ever.
    let kind = headers.get("content-type").and_then(|kind| kind.to_str().ok());
    let endless = kind.is_some_and(|kind| kind.starts_with("text/event-stream"));
    let body = if endless { String::new() } else { response.text().await.unwrap_or_default() };
    Answered { status, headers, body }
}

/// Whether an answer is about who asks and not about what was asked.
fn is_refused(answered: &Answered) -> bool {
    let codes = ["unauthenticated", "forbidden", "not-found", "step-up-required"];
    answered.status >= 500
        || codes.iter().any(|code| answered.is_problem(code))
        || answered.is_problem("second-factor-required")
}

impl Answered {
    fn is_problem(&self, code: &str) -> bool {
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        let kind = self.headers.get("content-type").map(|kind| kind.as_bytes());
        problem["code"] == code
            && problem["type"] == format!("https://fullhouse.dev/problems/{code}")
            && problem["status"] == self.status
            && kind == Some(b"application/problem+json")
    }

    /// The body as it was sent, but for the trace.
    fn without_trace(&self) -> (u16, String) {
        let problem: serde_json::Value = serde_json::from_str(&self.body).unwrap_or_default();
        let trace = problem["trace_id"].as_str().unwrap_or_default();
        (self.status, self.body.replace(trace, ""))
    }
}
