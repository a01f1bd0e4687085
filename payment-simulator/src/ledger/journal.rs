//! An append-only file of records: one line for each request, so half a request is never kept.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Seek, SeekFrom, Write},
    path::Path,
};

use thiserror::Error;

use super::Record;

/// The file can't be used.
#[derive(Debug, Error)]
pub enum JournalError {
    #[error("the journal can't be read or written")]
    Io(#[from] io::Error),
    #[error("line {line} of the journal is no record")]
    Unreadable { line: usize, source: serde_json::Error },
    #[error("a record can't be written as JSON")]
    Unwritable(#[source] serde_json::Error),
}

/// The open file, at its end.
#[derive(Debug)]
pub struct Journal {
    file: File,
}

impl Journal {
    /// Opens or creates the file and reads what it holds. A last line without its line feed was
    /// never answered to anybody and is cut off.
    ///
    /// # Errors
    ///
    /// [`JournalError`] if it can't be opened or holds something else.
    pub fn open(path: &Path) -> Result<(Self, Vec<Record>), JournalError> {
        let file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut records = Vec::new();
        let mut kept = 0;
        let mut reader = BufReader::new(&file);
        let mut text = String::new();
        let mut line = 0;
        while reader.read_line(&mut text)? > 0 && text.ends_with('\n') {
            line += 1;
            let read: Vec<Record> = serde_json::from_str(&text)
                .map_err(|source| JournalError::Unreadable { line, source })?;
            records.extend(read);
            kept = reader.stream_position()?;
            text.clear();
        }
        file.set_len(kept)?;
        let mut journal = Self { file };
        journal.file.seek(SeekFrom::End(0))?;
        Ok((journal, records))
    }

    /// Appends one line. It outlives the process, though not a power failure.
    pub(super) fn write(&mut self, records: &[Record]) -> Result<(), JournalError> {
        let mut line = serde_json::to_vec(records).map_err(JournalError::Unwritable)?;
        line.push(b'\n');
        Ok(self.file.write_all(&line)?)
    }
}
