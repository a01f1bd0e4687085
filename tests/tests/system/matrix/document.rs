//! What the documents say: the operations, and the answer that each caller is to get.

use std::collections::BTreeMap;

use reqwest::Method;
use serde_json::Value;

use super::callers::Caller;

const DOCUMENT: &str = include_str!("../../../../docs/openapi.json");
const TABLE: &str = include_str!("../../../../docs/AUTHORIZATION.md");

/// A documented method on a path.
#[derive(Clone, Debug)]
pub struct Operation {
    pub method: Method,
    /// Below `/api/v1`, with its parameters.
    pub path: String,
    pub action: String,
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    pub fn names_something(&self) -> bool {
        self.path.contains("_id}")
    }
}

/// Whose thing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Own,
    Foreign,
}

/// What is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Whatever it is, it isn't refused for who asks.
    Allowed,
    /// This status and this code.
    Refused(u16, &'static str),
    /// As if it didn't exist.
    Missing,
}

/// The table of the document, and where operations differ from it.
pub struct Table {
    callers: Vec<String>,
    rows: BTreeMap<String, Vec<String>>,
    differs: BTreeMap<String, String>,
}

pub fn operations() -> Vec<Operation> {
    let document: Value = serde_json::from_str(DOCUMENT).expect("JSON");
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let path = path.strip_prefix("/api/v1").expect("the prefix of the API");
            all.push(Operation {
                method: method.to_uppercase().parse().expect("a method"),
                path: path.to_owned(),
                action: operation["x-policy"].as_str().expect("a policy").to_owned(),
            });
        }
    }
    all
}

impl Table {
    pub fn read() -> Self {
        let mut lines = TABLE.lines().filter(|line| line.starts_with('|')).map(cells);
        let header = lines.next().expect("a header");
        let (mut rows, mut differs) = (BTreeMap::new(), BTreeMap::new());
        for mut row in lines.filter(|row| row[0].starts_with('`')) {
            let name = row.remove(0).trim_matches('`').to_owned();
            if row.len() == 1 {
                differs.insert(name.replace(" /api/v1", " "), row.remove(0));
            } else {
                rows.insert(name, row);
            }
        }
        Self { callers: header[1..].to_vec(), rows, differs }
    }

    /// The callers of the table, to be compared with those who ask.
    pub fn callers(&self) -> &[String] {
        &self.callers
    }

    /// The operations that differ, to be compared with those there are.
    pub fn different(&self) -> impl Iterator<Item = &String> {
        self.differs.keys()
    }

    /// What a caller is to be answered.
    pub fn expected(
        &self,
        operation: &Operation,
        caller: Caller,
        side: Side,
        proved: bool,
    ) -> Expected {
        let row = self.rows.get(&operation.action).expect("a row for each action");
        let place = self.callers.iter().position(|name| name == caller.name()).expect("a column");
        let (own, foreign) = row[place].split_once(' ').expect("two cells");
        let differs = self.differs.get(&operation.name()).map_or("", String::as_str);
        let is_own = side == Side::Own;
        let own = match own {
            "yes" if differs.contains("fresh proof") && caller.is_person() => "yes*",
            own => own,
        };
        let cell = match if is_own { own } else { foreign } {
            "yes" if differs.contains("own only") && !is_own => "404",
            "yes" if differs.contains("events only") && is_own && !caller.works_for_one() => "404",
            cell => cell,
        };
        match cell {
            // The proof is asked for before anything is looked up.
            "404" if own == "yes*" && !proved => Expected::Refused(403, "step-up-required"),
            "yes*" if !proved => Expected::Refused(403, "step-up-required"),
            "yes" | "yes*" => Expected::Allowed,
            "401" => Expected::Refused(401, "unauthenticated"),
            "403" if caller == Caller::UnprovedAdmin => {
                Expected::Refused(403, "second-factor-required")
            }
            "403" => Expected::Refused(403, "forbidden"),
            "404" => Expected::Missing,
            other => panic!("what is {other:?}?"),
        }
    }
}

fn cells(line: &str) -> Vec<String> {
    line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()
}
