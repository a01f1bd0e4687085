//! A `match` on an enum of ours names every variant, in the domain and in projections: a new
//! variant must not pass by unnoticed.

use std::collections::HashSet;

use syn::{
    Arm, ExprMatch, ItemEnum, Pat, Path,
    visit::{self, Visit},
};

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "matches";
const STRICT: [&str; 3] =
    ["command-service/src/box_office", "projection-service/src", "shared/src/events"];
const ENUMS: [&str; 3] = ["command-service/src", "projection-service/src", "shared/src"];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let mut enums = Enums::default();
    let is_in = |file: &SourceFile, folders: &[&str]| {
        folders.iter().any(|folder| file.segment_below(folder).is_some())
    };
    for (_, syntax) in tree.rust().filter(|(file, _)| is_in(file, &ENUMS)) {
        enums.visit_file(syntax);
    }
    let strict = tree.rust().filter(|(file, _)| is_in(file, &STRICT) && !file.is_test());
    strict
        .flat_map(|(file, syntax)| {
            let mut matches = Matches { file, enums: &enums.0, found: Vec::new() };
            matches.visit_file(syntax);
            matches.found
        })
        .collect()
}

#[derive(Default)]
struct Enums(HashSet<String>);

impl<'ast> Visit<'ast> for Enums {
    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        self.0.insert(item.ident.to_string());
    }
}

struct Matches<'a> {
    file: &'a SourceFile,
    enums: &'a HashSet<String>,
    found: Vec<Violation>,
}

impl Matches<'_> {
    /// The enum of ours that a pattern names a variant of.
    fn enum_of(&self, pattern: &Pat) -> Option<String> {
        match pattern {
            Pat::Path(pattern) => self.enum_in(&pattern.path),
            Pat::TupleStruct(pattern) => self.enum_in(&pattern.path),
            Pat::Struct(pattern) => self.enum_in(&pattern.path),
            Pat::Reference(pattern) => self.enum_of(&pattern.pat),
            Pat::Paren(pattern) => self.enum_of(&pattern.pat),
            Pat::Or(pattern) => pattern.cases.iter().find_map(|case| self.enum_of(case)),
            Pat::Ident(pattern) => {
                pattern.subpat.as_ref().and_then(|(_, inner)| self.enum_of(inner))
            }
            _ => None,
        }
    }

    fn enum_in(&self, path: &Path) -> Option<String> {
        let before_last = path.segments.len().checked_sub(2)?;
        let name = path.segments.get(before_last)?.ident.to_string();
        (name == "Self" || self.enums.contains(&name)).then_some(name)
    }
}

/// The line of an arm that takes whatever is left.
fn wildcard_line(arm: &Arm) -> Option<usize> {
    if arm.guard.is_some() {
        return None;
    }
    match &arm.pat {
        Pat::Wild(wild) => Some(wild.underscore_token.spans.first()?.start().line),
        Pat::Ident(name) if name.subpat.is_none() => {
            let text = name.ident.to_string();
            let is_binding = text.starts_with(|first: char| first.is_lowercase() || first == '_');
            is_binding.then(|| name.ident.span().start().line)
        }
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Matches<'_> {
    fn visit_expr_match(&mut self, item: &'ast ExprMatch) {
        let named = item.arms.iter().find_map(|arm| self.enum_of(&arm.pat));
        let rest = item.arms.iter().find_map(wildcard_line);
        if let (Some(name), Some(line)) = (named, rest)
            && !self.file.is_test_line(line)
        {
            let message = format!("name the other variants of {name}: one to come would pass here");
            self.found.push(Violation::new(&self.file.path, line, RULE, message));
        }
        visit::visit_expr_match(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "projection-service/src/orders/fold.rs";
    const ENUM: (&str, &str) = ("shared/src/events/box_office.rs", "pub enum Fact { A, B(u8) }");

    fn lines(text: &str) -> Vec<usize> {
        let found = check(&Tree::of(&[ENUM, (PATH, text)]));
        found.into_iter().map(|violation| violation.line).collect()
    }

    #[test]
    fn a_wildcard_over_our_enum_is_found() {
        assert_eq!(lines("fn a(f: Fact) {\nmatch f {\nFact::A => 1,\n_ => 2,\n};\n}"), [4]);
        assert_eq!(
            lines("fn a(f: &Fact) {\nmatch f {\n&Fact::B(_) => 1,\nother => 2,\n};\n}"),
            [4]
        );
        assert_eq!(
            lines("fn a(f: Fact) {\nmatch f {\nx::Fact::A | x::Fact::B(1) => 1,\n_ => 2,\n};\n}"),
            [4]
        );
    }

    #[test]
    fn other_matches_may_have_one() {
        assert!(
            lines("fn a(f: Fact) {\nmatch f {\nFact::A => 1,\nFact::B(_) => 2,\n};\n}").is_empty()
        );
        assert!(lines("fn a(n: u8) {\nmatch n {\n1 => 1,\n_ => 2,\n};\n}").is_empty());
        assert!(
            lines("fn a(o: Ordering) {\nmatch o {\nOrdering::Less => 1,\n_ => 2,\n};\n}")
                .is_empty()
        );
        let elsewhere = ("gateway/src/a.rs", "fn a(f: Fact) { match f { Fact::A => 1, _ => 2 }; }");
        assert_eq!(check(&Tree::of(&[ENUM, elsewhere])), []);
    }
}
