//! Words and shapes that have no place in the tree.

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "words";

// Written in parts, so that this file may be checked as well.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
const SKIPPED_TEST: &str = concat!("#[", "ignore");
const HOST_PATHS: [&str; 3] =
    [concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let files = tree.files().filter(|file| file.path != "Cargo.lock");
    files
        .flat_map(|file| {
            let mut found: Vec<Violation> = file
                .lines()
                .flat_map(|(line, text)| {
                    let messages = faults(text).into_iter();
                    messages.map(move |message| Violation::new(&file.path, line, RULE, message))
                })
                .collect();
            found.extend(headless(file));
            found.extend(commented_out(file));
            found
        })
        .collect()
}

fn faults(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for word in UNFINISHED {
        if has_word(text, word) {
            found.push(format!("{word}: finish it, or open an issue"));
        }
    }
    if text.trim_start().starts_with(SKIPPED_TEST) {
        found.push("a test that is not run protects nothing".to_owned());
    }
    for path in HOST_PATHS {
        let is_absolute = |(at, _): (usize, &str)| {
            let before = text.get(..at).and_then(|before| before.chars().next_back());
            !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}'))
        };
        if text.match_indices(path).any(is_absolute) {
            found.push(format!("{path}… is a path of one machine"));
        }
    }
    found
}

fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|after| after.chars().next());
        !is_part(before) && !is_part(after)
    })
}

/// A file of Rust begins by saying what it is.
fn headless(file: &SourceFile) -> Option<Violation> {
    let is_headless = file.has_extension("rs") && !file.text.starts_with("//! ");
    is_headless.then(|| {
        Violation::new(&file.path, 1, RULE, "the first line says what the file is: `//! …`")
    })
}

/// A comment is for people, and begins with a space. What doesn't was code.
fn commented_out(file: &SourceFile) -> Vec<Violation> {
    let is_code = |text: &str| {
        let comment = text.trim_start().strip_prefix("//");
        comment.is_some_and(|rest| !rest.is_empty() && !rest.starts_with([' ', '/', '!']))
    };
    let lines = file.lines().filter(|(_, text)| file.has_extension("rs") && is_code(text));
    lines
        .map(|(line, _)| Violation::new(&file.path, line, RULE, "code that is not used is deleted"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|violation| violation.message).collect()
    }

    #[test]
    fn unfinished_work_skipped_tests_and_host_paths_are_found() {
        for part in [
            format!("// {}: later", UNFINISHED[0]),
            format!("// {} later", UNFINISHED[1]),
            format!("    {SKIPPED_TEST}]"),
            format!("{SKIPPED_TEST} = \"slow\"]"),
            format!("const A: &str = \"{}x\";", HOST_PATHS[0]),
        ] {
            assert_eq!(messages("a/src/b.rs", &format!("//! B.\n{part}\n")).len(), 1, "{part}");
        }
    }

    #[test]
    fn parts_of_words_and_of_paths_are_not() {
        for part in [
            format!("// {}S", UNFINISHED[0]),
            format!("// MY_{}", UNFINISHED[1]),
            format!("// some{}x", HOST_PATHS[0]),
            format!("// https://example.com{}x", HOST_PATHS[1]),
        ] {
            assert_eq!(messages("a/src/b.rs", &format!("//! B.\n{part}\n")), Vec::<String>::new());
        }
    }

    #[test]
    fn code_in_a_comment_is_found() {
        assert_eq!(
            messages("a/src/b.rs", "//! B.\n    //mod c;\n// a comment\n/// Doc\n").len(),
            1
        );
    }

    #[test]
    fn a_file_that_does_not_say_what_it_is_is_found() {
        assert_eq!(messages("a/src/b.rs", "use std::fmt;\n").len(), 1);
        assert!(messages("a/b.md", "# B\n").is_empty());
    }
}
