//! The files that rules look at.

use std::{fs, ops::RangeInclusive, path::Path};

use anyhow::Context;
use syn::{
    Attribute, ImplItemFn, ItemFn, ItemImpl, ItemMod, Meta,
    visit::{self, Visit},
};

const SKIPPED_FOLDERS: [&str; 4] = ["target", "node_modules", "dist", "test-results"];
const EXTENSIONS: [&str; 14] = [
    "rs", "sql", "toml", "lock", "md", "json", "yml", "yaml", "conf", "ts", "tsx", "mjs", "css",
    "html",
];
const OTHER_FILES: [&str; 2] = ["CHECKSUMS", "run"];

/// All text files of the checkout, by path.
pub(super) struct Tree {
    files: Vec<SourceFile>,
}

/// One file.
pub(super) struct SourceFile {
    /// From the root, with slashes.
    pub(super) path: String,
    pub(super) text: String,
    syntax: Option<syn::File>,
    test_lines: Vec<RangeInclusive<usize>>,
    is_test: bool,
}

impl Tree {
    /// Reads the checkout, without what is made by running.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        read_folder(root, "", &mut files)?;
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self::new(files))
    }

    /// A tree of these paths and texts.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let file =
            |(path, text): &(&str, &str)| SourceFile::new((*path).to_owned(), (*text).to_owned());
        Self::new(files.iter().map(file).collect())
    }

    fn new(mut files: Vec<SourceFile>) -> Self {
        let of_tests: Vec<String> = files.iter().flat_map(SourceFile::modules_of_tests).collect();
        for file in &mut files {
            file.is_test |= of_tests.iter().any(|module| {
                let rest = file.path.strip_prefix(module.as_str());
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            });
        }
        Self { files }
    }

    pub(super) fn files(&self) -> impl Iterator<Item = &SourceFile> {
        self.files.iter()
    }

    /// Files of Rust, with what they parse to.
    pub(super) fn rust(&self) -> impl Iterator<Item = (&SourceFile, &syn::File)> {
        self.files.iter().filter_map(|file| Some((file, file.syntax.as_ref()?)))
    }

    pub(super) fn find(&self, path: &str) -> Option<&SourceFile> {
        self.files.iter().find(|file| file.path == path)
    }
}

fn read_folder(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> anyhow::Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{}", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        let is_hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
        if entry.file_type()?.is_dir() {
            if !is_hidden && !SKIPPED_FOLDERS.contains(&name.as_str()) {
                read_folder(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if is_text(&name) && !is_hidden {
            let text = fs::read_to_string(entry.path()).with_context(|| path.clone())?;
            files.push(SourceFile::new(path, text));
        }
    }
    Ok(())
}

fn is_text(name: &str) -> bool {
    EXTENSIONS.iter().any(|known| has_extension(name, known)) || OTHER_FILES.contains(&name)
}

fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|known| known == extension)
}

impl SourceFile {
    fn new(path: String, text: String) -> Self {
        let syntax = has_extension(&path, "rs").then(|| syn::parse_file(&text).ok()).flatten();
        let mut tests = TestLines::default();
        if let Some(syntax) = &syntax {
            tests.visit_file(syntax);
        }
        // The crates of system tests and measurements, and what other tests are built with.
        let is_test = path.split('/').any(|folder| matches!(folder, "tests" | "testing" | "bench"));
        Self { path, text, syntax, test_lines: tests.lines, is_test }
    }

    /// The paths, without extension, of modules in other files that are declared for tests only.
    fn modules_of_tests(&self) -> Vec<String> {
        let mut tests = TestLines::default();
        if let Some(syntax) = &self.syntax {
            tests.visit_file(syntax);
        }
        let path = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        let folder = ["/mod", "/lib", "/main"].iter().find_map(|root| path.strip_suffix(root));
        let folder = folder.unwrap_or(path);
        tests.modules.iter().map(|module| format!("{folder}/{module}")).collect()
    }

    /// Whether the name ends in `.extension`.
    pub(super) fn has_extension(&self, extension: &str) -> bool {
        has_extension(&self.path, extension)
    }

    /// Lines with their numbers, from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// Whether all of the file is there for tests or measurements.
    pub(super) fn is_test(&self) -> bool {
        self.is_test
    }

    /// Whether a line is part of `#[cfg(test)]`, or the whole file is.
    pub(super) fn is_test_line(&self, line: usize) -> bool {
        self.is_test() || self.test_lines.iter().any(|lines| lines.contains(&line))
    }

    /// The first segment below `folder`, if the file is in there.
    pub(super) fn segment_below(&self, folder: &str) -> Option<&str> {
        let below = self.path.strip_prefix(folder)?.strip_prefix('/')?;
        below.split('/').next()
    }
}

#[derive(Default)]
struct TestLines {
    lines: Vec<RangeInclusive<usize>>,
    modules: Vec<String>,
}

impl TestLines {
    fn note(&mut self, attributes: &[Attribute], last_line: usize) -> bool {
        let found = attributes.iter().find(|attribute| is_cfg_test(attribute));
        if let Some(attribute) = found {
            self.lines.push(attribute.pound_token.span.start().line..=last_line);
        }
        found.is_some()
    }
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(_) | Meta::NameValue(_) => false,
    }
}

impl<'ast> Visit<'ast> for TestLines {
    fn visit_item_mod(&mut self, item: &'ast ItemMod) {
        let last = item.content.as_ref().map_or(0, |(brace, _)| brace.span.close().end().line);
        if !self.note(&item.attrs, last) {
            visit::visit_item_mod(self, item);
        } else if item.content.is_none() {
            self.modules.push(item.ident.to_string());
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.note(&item.attrs, item.block.brace_token.span.close().end().line);
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        if !self.note(&item.attrs, item.brace_token.span.close().end().line) {
            visit::visit_item_impl(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.note(&item.attrs, item.block.brace_token.span.close().end().line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_which_lines_are_tests() {
        let tree =
            Tree::of(&[("a/src/b.rs", "fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\nfn c() {}\n")]);
        let file = tree.find("a/src/b.rs").unwrap();
        let tests: Vec<usize> = (1..=6).filter(|line| file.is_test_line(*line)).collect();
        assert_eq!(tests, [3, 4, 5]);
    }

    #[test]
    fn knows_which_files_are_tests() {
        let tree = Tree::of(&[
            ("tests/src/lib.rs", ""),
            ("a/src/lib.rs", "#[cfg(test)]\nmod checks;\nmod b;"),
            ("a/src/checks/mod.rs", ""),
            ("a/src/b.rs", "#[cfg(test)]\nmod proof;"),
            ("a/src/b/proof.rs", ""),
            ("a/src/b/proofs.rs", ""),
        ]);
        let tests: Vec<&str> =
            tree.files().filter(|file| file.is_test()).map(|file| file.path.as_str()).collect();
        assert_eq!(tests, ["tests/src/lib.rs", "a/src/checks/mod.rs", "a/src/b/proof.rs"]);
    }

    #[test]
    fn reads_a_folder_without_what_is_built_there() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [("src/a.rs", "fn a() {}"), ("target/b.rs", ""), (".git/c.toml", "")] {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let tree = Tree::read(folder.path()).unwrap();
        assert_eq!(tree.files().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["src/a.rs"]);
        assert_eq!(tree.rust().count(), 1);
    }
}
