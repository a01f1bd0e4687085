//! Documents name files that exist: a walk through the code that leads nowhere is worse than none.

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "documents";
const EXTENSIONS: [&str; 4] = [".rs", ".sql", ".conf", ".md"];

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    let documents = tree.files().filter(|file| file.has_extension("md"));
    documents
        .flat_map(|file| {
            let named = file.lines().flat_map(|(line, text)| {
                let quoted = text.split('`').skip(1).step_by(2);
                let linked = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
                quoted.chain(linked).map(move |name| (line, name))
            });
            named
                .filter(|(_, name)| is_file_name(name) && !exists(tree, file, name))
                .map(|(line, name)| {
                    Violation::new(&file.path, line, RULE, format!("there is no file {name}"))
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

fn is_file_name(text: &str) -> bool {
    let is_path = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    text.chars().all(is_path)
        && EXTENSIONS.iter().any(|end| text.ends_with(end) && text.len() > end.len())
}

/// A path from the root, the end of one, or one from the document's own folder.
fn exists(tree: &Tree, document: &SourceFile, name: &str) -> bool {
    let end = format!("/{}", name.trim_start_matches("../").trim_start_matches("./"));
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = format!("{folder}/{name}");
    tree.files().any(|file| {
        file.path == name || file.path == beside || format!("/{}", file.path).ends_with(&end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_gone_is_found() {
        let document = (
            "docs/A.md",
            "`src/gone.rs` and `batch.rs`\n[why](adr/0001-x.md) [no](adr/0002-y.md)\n`a b.rs` `{x,y}.rs`\n",
        );
        let files = [document, ("a/src/batch.rs", "//! B.\n"), ("docs/adr/0001-x.md", "# 1\n")];
        let found = check(&Tree::of(&files));
        let found: Vec<_> = found.iter().map(|v| (v.line, v.message.as_str())).collect();
        assert_eq!(
            found,
            [(1, "there is no file src/gone.rs"), (2, "there is no file adr/0002-y.md")]
        );
    }
}
