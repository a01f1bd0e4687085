//! What a measurement says: one line for a person, or one JSON object a line for a program.

use serde::Serialize;

use crate::figure;

/// One measured figure beside what it is compared with.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    pub name: String,
    pub ours: f64,
    /// 0 if there is nothing to compare with.
    pub baseline: f64,
    /// `ours ÷ baseline`.
    pub ratio: f64,
    pub unit: &'static str,
    /// Of our requests; absent where there are none.
    pub p50_ms: Option<f64>,
    pub p99_ms: Option<f64>,
    /// What the baseline is, and whatever else a reader has to know.
    #[serde(skip)]
    pub note: String,
}

impl Line {
    /// A figure and its baseline.
    pub fn new(name: &str, ours: f64, baseline: f64, unit: &'static str) -> Self {
        let ratio = figure::ratio(ours, baseline);
        let (name, note) = (name.to_owned(), String::new());
        Self { name, ours, baseline, ratio, unit, p50_ms: None, p99_ms: None, note }
    }

    /// With latencies.
    #[must_use]
    pub fn latencies(mut self, p50_ms: f64, p99_ms: f64) -> Self {
        (self.p50_ms, self.p99_ms) = (Some(p50_ms), Some(p99_ms));
        self
    }

    /// With words.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// Where the lines go: standard output. What is being done is [told](tell) on standard error.
pub struct Report {
    json: bool,
    head_printed: bool,
}

impl Report {
    /// With `json`: one object a line on standard output, otherwise a table.
    pub fn new(json: bool) -> Self {
        Self { json, head_printed: false }
    }

    /// Prints one figure.
    #[expect(clippy::print_stdout, reason = "the figures are what this program is for")]
    pub fn line(&mut self, line: &Line) -> anyhow::Result<()> {
        if self.json {
            println!("{}", serde_json::to_string(line)?);
            return Ok(());
        }
        if !self.head_printed {
            self.head_printed = true;
            println!(
                "{:<28} {:>12} {:>12} {:>9}  {:<11} {:>9} {:>9}",
                "name", "ours", "baseline", "ratio", "unit", "p50 ms", "p99 ms"
            );
        }
        let ms = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |v| format!("{v:.2}"));
        println!(
            "{:<28} {:>12} {:>12} {:>9.3}  {:<11} {:>9} {:>9}  {}",
            line.name,
            rounded(line.ours),
            rounded(line.baseline),
            line.ratio,
            line.unit,
            ms(line.p50_ms),
            ms(line.p99_ms),
            line.note
        );
        Ok(())
    }
}

/// Tells a person what is being done.
#[expect(clippy::print_stderr, reason = "a program that tells its progress")]
pub fn tell(words: &str) {
    eprintln!("      {words}");
}

fn rounded(value: f64) -> String {
    if value >= 100.0 { format!("{value:.0}") } else { format!("{value:.1}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_fields_that_programs_read() {
        let line = Line::new("on-sale/gateway", 30.0, 60.0, "holds/s").latencies(1.0, 2.0);
        assert_eq!(
            serde_json::to_string(&line.note("words")).unwrap(),
            r#"{"name":"on-sale/gateway","ours":30.0,"baseline":60.0,"ratio":0.5,"unit":"holds/s","p50_ms":1.0,"p99_ms":2.0}"#
        );
    }
}
