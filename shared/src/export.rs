//! What the files of organisations are written as.

use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

/// What a file of an organisation is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// Comma-separated values with a heading; nothing in them is a formula.
    #[default]
    Csv,
    /// A workbook (Office Open XML) with numbers, instants in UTC and texts.
    Xlsx,
    /// An array of objects, money in minor units.
    Json,
}

/// Not what a file can be written as.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no file is written as {0:?}")]
pub struct UnknownFormat(pub String);

impl ExportFormat {
    /// As stored, and the ending of the file's name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Json => "json",
        }
    }

    /// What was stored under this word.
    ///
    /// # Errors
    ///
    /// [`UnknownFormat`].
    pub fn parse(code: &str) -> Result<Self, UnknownFormat> {
        [Self::Csv, Self::Xlsx, Self::Json]
            .into_iter()
            .find(|format| format.code() == code)
            .ok_or_else(|| UnknownFormat(code.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_read_as_they_are_stored_and_told() {
        for format in [ExportFormat::Csv, ExportFormat::Xlsx, ExportFormat::Json] {
            assert_eq!(ExportFormat::parse(format.code()), Ok(format));
            let told = serde_json::to_value(format).unwrap();
            assert_eq!(told, format.code());
        }
        assert_eq!(ExportFormat::parse("pdf"), Err(UnknownFormat("pdf".to_owned())));
    }
}
