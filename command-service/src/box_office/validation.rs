//! Findings about input: all of them at once, each with a pointer to its field.

use std::fmt;

use shared::clock::Timestamp;

/// One thing that is wrong with what was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// JSON pointer into the request body, for example `/venue/country`.
    pub pointer: String,
    /// Stable, for programs.
    pub code: &'static str,
    /// For people.
    pub detail: String,
}

/// Everything that is wrong with what was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Adds a finding.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) {
        self.0.push(Violation { pointer: pointer.into(), code, detail: detail.into() });
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The findings in the order in which they were made.
    pub fn iter(&self) -> std::slice::Iter<'_, Violation> {
        self.0.iter()
    }

    /// `value` if nothing is wrong.
    ///
    /// # Errors
    ///
    /// The findings, if there are any or if there is no value.
    pub fn or<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.is_empty() => Ok(value),
            Some(_) | None => Err(self),
        }
    }

    /// Checks a text that must say something.
    pub(super) fn check_required_text(&mut self, pointer: &str, text: &str, rule: TextRule) {
        if text.trim().is_empty() {
            self.add(pointer, "required", "must not be empty");
        } else {
            self.check_text(pointer, text, rule);
        }
    }

    /// Checks length and characters of a text.
    pub(super) fn check_text(&mut self, pointer: &str, text: &str, rule: TextRule) {
        if text.chars().count() > rule.max_characters {
            self.add(
                pointer,
                "too-long",
                format!("must not be longer than {} characters", rule.max_characters),
            );
        }
        if text.chars().any(|character| rule.forbids(character)) {
            self.add(
                pointer,
                "forbidden-character",
                "must not contain control characters or characters that change the direction of text",
            );
        }
    }

    /// Checks that an instant lies in the years that can be stored and computed with.
    pub(super) fn check_instant(&mut self, pointer: &str, instant: Timestamp) {
        let seconds = instant.timestamp();
        if !(0..FIRST_SECOND_OF_2200).contains(&seconds) {
            self.add(pointer, "out-of-range", "must lie between the years 1970 and 2199");
        }
    }
}

const FIRST_SECOND_OF_2200: i64 = 7_258_118_400;

impl<'a> IntoIterator for &'a Violations {
    type Item = &'a Violation;
    type IntoIter = std::slice::Iter<'a, Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, violation) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{} {}", violation.pointer, violation.detail)?;
        }
        Ok(())
    }
}

/// How long a text may be and which characters it may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextRule {
    max_characters: usize,
    line_breaks: bool,
}

impl TextRule {
    /// One line, such as a name.
    pub(super) const fn line(max_characters: usize) -> Self {
        Self { max_characters, line_breaks: false }
    }

    /// Several lines, such as a description.
    pub(super) const fn lines(max_characters: usize) -> Self {
        Self { max_characters, line_breaks: true }
    }

    fn forbids(self, character: char) -> bool {
        match character {
            // Line and paragraph separators break a name in two as a line feed does.
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => !self.line_breaks,
            // Embeddings, overrides and isolates: they make a name read as another one.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
            other => other.is_control(),
        }
    }
}

/// What an edit wants of a value that may be absent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Edit<T> {
    /// Leave it as it is. For something new: absent.
    #[default]
    Keep,
    /// Make it absent.
    Clear,
    /// Replace it.
    Set(T),
}

impl<T: Clone> Edit<T> {
    /// The value after this edit.
    pub fn over(&self, current: Option<&T>) -> Option<T> {
        match self {
            Self::Keep => current.cloned(),
            Self::Clear => None,
            Self::Set(value) => Some(value.clone()),
        }
    }
}
