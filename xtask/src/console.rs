//! What a person sees: one prefixed line at a time.

use std::{
    io::{IsTerminal, Write, stderr, stdout},
    time::Instant,
};

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

/// Writes to the terminal, coloured if there is one.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    colour: bool,
}

/// Everybody who says something, with a colour.
const SPEAKERS: [(&str, u8); 8] = [
    ("fullhouse", 35),
    ("postgres", 34),
    ("simulator", 33),
    ("command", 32),
    ("projection", 36),
    ("gateway", 94),
    ("demo", 35),
    ("error", 31),
];

impl Console {
    /// Finds out whether there is a terminal.
    pub fn new() -> Self {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let colour = (stdout().is_terminal() && !set("NO_COLOR")) || set("CLICOLOR_FORCE");
        Self { colour }
    }

    /// Whether the children should colour what they say.
    pub fn is_coloured(self) -> bool {
        self.colour
    }

    /// Prints one line of `who`.
    pub fn say(self, who: &str, line: &str) {
        let colour = SPEAKERS.iter().find(|(name, _)| *name == who).map_or(37, |found| found.1);
        let text = if self.colour {
            format!("\x1b[{colour}m{who:>10} |\x1b[0m {line}\n")
        } else {
            format!("{who:>10} | {line}\n")
        };
        self.print(&text);
    }

    /// Tells something where it can't get into what a program is to read.
    #[expect(clippy::unused_self, reason = "whoever may print has a console")]
    pub fn note(self, line: &str) {
        let _ = stderr().lock().write_all(format!("{line}\n").as_bytes());
    }

    /// Prints text as it is.
    #[expect(clippy::unused_self, reason = "whoever may print has a console")]
    pub fn print(self, text: &str) {
        // one write for each line, so that lines never mix; a closed pipe is no reason to end
        let _ = stdout().lock().write_all(text.as_bytes());
    }

    /// Passes on every line that `from` gives, until it ends.
    pub fn pipe<R: AsyncRead + Unpin + Send + 'static>(self, who: &'static str, from: R) {
        tokio::spawn(async move {
            let mut from = BufReader::new(from);
            let mut line = Vec::new();
            while matches!(from.read_until(b'\n', &mut line).await, Ok(1..)) {
                self.say(who, String::from_utf8_lossy(&line).trim_end());
                line.clear();
            }
        });
    }

    /// Announces a step that takes a while; to be ended by [`Step::done`].
    pub fn step(self, title: &str) -> Step {
        let line = if self.colour {
            format!("\n\x1b[1;35m==>\x1b[0m \x1b[1m{title}\x1b[0m\n")
        } else {
            format!("\n==> {title}\n")
        };
        // where cargo writes as well, so that the order is kept
        let _ = stderr().lock().write_all(line.as_bytes());
        Step { title: title.to_owned(), began: Instant::now() }
    }
}

/// A step that has begun.
pub struct Step {
    title: String,
    began: Instant,
}

impl Step {
    /// Says how long it took.
    pub fn done(self) {
        let took = self.began.elapsed();
        let line =
            format!("    {}: {}.{:03} s\n", self.title, took.as_secs(), took.subsec_millis());
        let _ = stderr().lock().write_all(line.as_bytes());
    }
}
