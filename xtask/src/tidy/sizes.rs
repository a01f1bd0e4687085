//! Files of at most 400 lines and functions of at most 60, tests not counted.

use syn::{
    Block, ImplItemFn, ItemFn, TraitItemFn,
    visit::{self, Visit},
};

use super::{
    Violation,
    tree::{SourceFile, Tree},
};

const RULE: &str = "sizes";
const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 60;

pub(super) fn check(tree: &Tree) -> Vec<Violation> {
    tree.rust()
        .filter(|(file, _)| !file.is_test())
        .flat_map(|(file, syntax)| {
            let mut functions = Functions { file, found: Vec::new() };
            functions.visit_file(syntax);
            functions.found.extend(too_long(file));
            functions.found
        })
        .collect()
}

fn too_long(file: &SourceFile) -> Option<Violation> {
    let lines = file.lines().filter(|(line, _)| !file.is_test_line(*line)).count();
    (lines > FILE_LINES).then(|| {
        let message = format!("{lines} lines without tests; {FILE_LINES} are allowed");
        Violation::new(&file.path, 1, RULE, message)
    })
}

struct Functions<'a> {
    file: &'a SourceFile,
    found: Vec<Violation>,
}

impl Functions<'_> {
    fn measure(&mut self, name: &syn::Ident, block: &Block) {
        let line = name.span().start().line;
        let span = block.brace_token.span;
        let (first, last) = (span.open().start().line, span.close().end().line);
        let is_code = |text: &str| {
            let text = text.trim();
            !text.is_empty() && !text.starts_with("//")
        };
        let body =
            self.file.lines().filter(|(line, text)| *line > first && *line < last && is_code(text));
        let lines = body.count();
        if lines > FUNCTION_LINES && !self.file.is_test_line(line) {
            let message = format!("`{name}` has {lines} lines; {FUNCTION_LINES} are allowed");
            self.found.push(Violation::new(&self.file.path, line, RULE, message));
        }
    }
}

impl<'ast> Visit<'ast> for Functions<'_> {
    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        self.measure(&item.sig.ident, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        self.measure(&item.sig.ident, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        if let Some(block) = &item.default {
            self.measure(&item.sig.ident, block);
        }
        visit::visit_trait_item_fn(self, item);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(lines: usize) -> String {
        format!("fn a() {{\n{}}}\n", "    b();\n".repeat(lines))
    }

    #[test]
    fn a_function_of_61_lines_is_too_long() {
        assert!(check(&Tree::of(&[("a/src/b.rs", &function(60))])).is_empty());
        let found = check(&Tree::of(&[("a/src/b.rs", &format!("\n{}", function(61)))]));
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].line, found[0].message.as_str()),
            (2, "`a` has 61 lines; 60 are allowed")
        );
        let method = format!("impl A {{\n{}}}\n", function(61));
        assert_eq!(check(&Tree::of(&[("a/src/b.rs", &method)])).len(), 1);
    }

    #[test]
    fn a_file_of_401_lines_is_too_long_without_its_tests() {
        let of = |lines: usize| "const A: u8 = 1;\n".repeat(lines);
        let tests = "#[cfg(test)]\nmod tests {\n    const B: u8 = 1;\n}\n";
        assert!(check(&Tree::of(&[("a/src/b.rs", &format!("{}{tests}", of(400)))])).is_empty());
        assert_eq!(check(&Tree::of(&[("a/src/b.rs", &of(401))])).len(), 1);
        assert!(check(&Tree::of(&[("a/tests/b.rs", &of(401))])).is_empty());
    }
}
