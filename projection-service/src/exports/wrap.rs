//! What stands around the rows of a file, by what it is written as. Parts are rows only (in CSV the
//! first has the heading), so that any process makes any of them.

use shared::{events::identity::ExportedData, export::ExportFormat};

use super::{
    csv, json,
    table::{ATTENDEES, Column, ORDERS, Row, SALES},
    xlsx::{self, Workbook, WorkbookError},
};

/// The columns of a file.
pub const fn columns(data: ExportedData) -> &'static [Column] {
    match data {
        ExportedData::Orders => ORDERS,
        ExportedData::Attendees => ATTENDEES,
        ExportedData::Sales => SALES,
    }
}

/// Rows as they are kept in a part; whether it is the first of its file.
pub fn part(format: ExportFormat, columns: &[Column], rows: &[Row], is_first: bool) -> String {
    match format {
        ExportFormat::Csv => {
            let heading = if is_first { csv::heading(columns) } else { String::new() };
            rows.iter().map(|row| csv::line(row)).fold(heading, |text, line| text + &line)
        }
        ExportFormat::Json => {
            let firsts = std::iter::once(is_first).chain(std::iter::repeat(false));
            rows.iter().zip(firsts).map(|(row, first)| json::object(columns, row, first)).collect()
        }
        ExportFormat::Xlsx => rows.iter().map(|row| xlsx::row(row)).collect(),
    }
}

/// A file that is being downloaded: its parts with what stands around them.
pub enum Wrapped {
    Csv,
    Json,
    Xlsx(Box<Workbook>),
}

impl Wrapped {
    /// A file of so many parts.
    ///
    /// # Errors
    ///
    /// [`WorkbookError`].
    pub fn new(
        format: ExportFormat,
        data: ExportedData,
        parts: i32,
    ) -> Result<Self, WorkbookError> {
        Ok(match format {
            ExportFormat::Csv => Self::Csv,
            ExportFormat::Json => Self::Json,
            ExportFormat::Xlsx => {
                let parts = usize::try_from(parts).unwrap_or_default();
                Self::Xlsx(Box::new(Workbook::begin(data.code(), columns(data), parts)?))
            }
        })
    }

    /// A part with what stands before it.
    ///
    /// # Errors
    ///
    /// [`WorkbookError`].
    pub fn part(&mut self, part: Vec<u8>, is_first: bool) -> Result<Vec<u8>, WorkbookError> {
        match self {
            Self::Json if is_first => Ok([json::BEGIN.as_bytes(), &part].concat()),
            Self::Csv | Self::Json => Ok(part),
            Self::Xlsx(workbook) => {
                workbook.add(&part)?;
                Ok(workbook.take())
            }
        }
    }

    /// What stands at the end.
    ///
    /// # Errors
    ///
    /// [`WorkbookError`].
    pub fn end(self) -> Result<Vec<u8>, WorkbookError> {
        match self {
            Self::Csv => Ok(Vec::new()),
            Self::Json => Ok(json::END.into()),
            Self::Xlsx(workbook) => workbook.end(),
        }
    }
}
