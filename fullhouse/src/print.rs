//! What the tool says. A reader that has seen enough (`… | head`) is no error.

use std::{
    io::{self, ErrorKind, Write},
    process,
};

/// A line of the answer.
pub fn line(text: &str) {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => process::exit(0),
        Ok(()) | Err(_) => {}
    }
}

/// A line about how it goes, apart from the answer.
pub fn progress(text: &str) {
    // Nobody is told if there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Why there is no answer.
pub fn complaint(text: &str) {
    progress(&format!("fullhouse: {text}"));
}
