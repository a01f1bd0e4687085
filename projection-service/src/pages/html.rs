//! Text in HTML and in JSON inside of HTML.

use std::fmt::Write;

/// A text as the content of an element or of an attribute in quotes.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // A parser of HTML would replace or drop them.
            control if control.is_control() && !matches!(control, '\n' | '\t') => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// JSON in a `<script>`: nothing in it ends or begins an element. It is the same JSON.
pub fn json_in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// At most this many characters on one line; what is cut off ends in an ellipsis.
pub fn shortened(text: &str, characters: usize) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    if words.chars().count() <= characters {
        return words;
    }
    let cut: String = words.chars().take(characters.saturating_sub(1)).collect();
    let end = cut.rfind(' ').filter(|end| *end > cut.len() / 2).unwrap_or(cut.len());
    let mut short =
        cut.get(..end).unwrap_or(&cut).trim_end_matches([',', '.', ';', ':']).to_owned();
    short.push('…');
    short
}

/// The elements of a page's head, one after the other.
#[derive(Debug, Default)]
pub struct Head(String);

impl Head {
    /// `<title>`.
    pub fn title(&mut self, title: &str) {
        self.push(format_args!("<title>{}</title>", escaped(title)));
    }

    /// `<meta name=… content=…>`.
    pub fn name(&mut self, name: &str, content: &str) {
        self.push(format_args!("<meta name=\"{name}\" content=\"{}\">", escaped(content)));
    }

    /// `<meta property=… content=…>`, as Open Graph has it.
    pub fn property(&mut self, name: &str, content: &str) {
        self.push(format_args!("<meta property=\"{name}\" content=\"{}\">", escaped(content)));
    }

    /// `<link rel=… href=…>`.
    pub fn link(&mut self, rel: &str, href: &str) {
        self.push(format_args!("<link rel=\"{rel}\" href=\"{}\">", escaped(href)));
    }

    /// Scripts that the page will ask for as soon as its first one has run.
    pub fn preload_scripts(&mut self, paths: &[String]) {
        for path in paths {
            let href = escaped(path);
            self.push(format_args!(
                "<link rel=\"modulepreload\" crossorigin fetchpriority=\"low\" href=\"/{href}\">"
            ));
        }
    }

    /// Structured data.
    pub fn structured(&mut self, json: &serde_json::Value) {
        let json = json_in_script(&json.to_string());
        self.push(format_args!("<script type=\"application/ld+json\">{json}</script>"));
    }

    /// All of it.
    pub fn into_html(self) -> String {
        self.0
    }

    fn push(&mut self, element: std::fmt::Arguments<'_>) {
        // A string takes everything.
        let _ = self.0.write_fmt(element);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_never_becomes_markup() {
        let text = "</title><script>alert('1')</script> & \"\u{0}\u{7f}";
        let shown = escaped(text);
        assert!(!shown.contains(['<', '>', '"', '\'', '\u{0}']), "{shown}");
        assert!(shown.starts_with("&lt;/title&gt;&lt;script&gt;"), "{shown}");
        assert_eq!(escaped("a & b"), "a &amp; b");
    }

    #[test]
    fn json_in_a_script_stays_the_same_json() {
        let value = serde_json::json!({"title": "</script><!--<script>", "rtl": "מופע \u{202e}x"});
        let inside = json_in_script(&value.to_string());
        assert!(!inside.contains('<'), "{inside}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&inside).unwrap(), value);
    }

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(shortened("one  two\nthree", 13), "one two three");
        assert_eq!(shortened("one two three", 12), "one two…");
        assert_eq!(shortened("one, two three", 6), "one…");
        assert_eq!(shortened(&"ä".repeat(10_000), 20).chars().count(), 20);
        assert_eq!(shortened("", 5), "");
    }
}
