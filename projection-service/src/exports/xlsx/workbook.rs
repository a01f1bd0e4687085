//! A workbook as it is written: bytes come out as rows go in, and nothing of it is kept.

use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use thiserror::Error;
use zip::{
    CompressionMethod, ZipWriter,
    result::ZipError,
    write::{SimpleFileOptions, StreamWriter},
};

use super::frame;
use crate::exports::table::Column;

/// The workbook can't be written on.
#[derive(Debug, Error)]
pub enum WorkbookError {
    #[error("the container refused")]
    Container(#[from] ZipError),
    #[error("the container can't be written to")]
    Write(#[from] io::Error),
}

/// Parts of a sheet: a sheet ends at 1,048,576 rows.
const PARTS_OF_A_SHEET: usize = 1_000;

/// A workbook that is being written.
pub struct Workbook {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
    columns: &'static [Column],
    /// Parts that are in it.
    parts: usize,
}

impl Workbook {
    /// Begins the workbook of a table that comes in so many parts.
    ///
    /// # Errors
    ///
    /// [`WorkbookError`].
    pub fn begin(
        title: &str,
        columns: &'static [Column],
        parts: usize,
    ) -> Result<Self, WorkbookError> {
        let written = Written::default();
        let zip = ZipWriter::new_stream(written.clone());
        let mut workbook = Self { zip, written, columns, parts: 0 };
        let sheets = parts.div_ceil(PARTS_OF_A_SHEET).max(1);
        for (name, content) in [
            ("[Content_Types].xml", frame::content_types(sheets)),
            ("_rels/.rels", frame::relations()),
            ("xl/workbook.xml", frame::workbook(title, sheets)),
            ("xl/_rels/workbook.xml.rels", frame::workbook_relations(sheets)),
            ("xl/styles.xml", frame::styles()),
        ] {
            workbook.file(name)?;
            workbook.zip.write_all(content.as_bytes())?;
        }
        workbook.sheet(1)?;
        Ok(workbook)
    }

    /// Adds the rows of a part.
    ///
    /// # Errors
    ///
    /// [`WorkbookError`].
    pub fn add(&mut self, rows: &[u8]) -> Result<(), WorkbookError> {
        if self.parts > 0 && self.parts.is_multiple_of(PARTS_OF_A_SHEET) {
            self.zip.write_all(frame::SHEET_ENDS.as_bytes())?;
            self.sheet(self.parts / PARTS_OF_A_SHEET + 1)?;
        }
        self.parts += 1;
        self.zip.write_all(rows)?;
        Ok(())
    }

    /// What was written since the last time.
    pub fn take(&self) -> Vec<u8> {
        self.written.take()
    }

    /// What is left to write.
    ///
    /// # Errors
    ///
    /// [`WorkbookError`].
    pub fn end(mut self) -> Result<Vec<u8>, WorkbookError> {
        self.zip.write_all(frame::SHEET_ENDS.as_bytes())?;
        self.zip.finish()?;
        Ok(self.written.take())
    }

    fn sheet(&mut self, number: usize) -> Result<(), WorkbookError> {
        self.file(&format!("xl/worksheets/sheet{number}.xml"))?;
        self.zip.write_all(frame::sheet_begins(self.columns).as_bytes())?;
        Ok(())
    }

    /// Begins a file of the container. Quickly compressed: it is done while somebody waits.
    fn file(&mut self, name: &str) -> Result<(), WorkbookError> {
        let options = SimpleFileOptions::default();
        let options = options.compression_method(CompressionMethod::Deflated);
        self.zip.start_file(name, options.compression_level(Some(1)))?;
        Ok(())
    }
}

/// Bytes that the container wrote and nobody has taken yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use calamine::{Data, Reader, Xlsx};
    use shared::money::{Currency, Money};

    use super::*;
    use crate::exports::{
        table::{Cell, SALES},
        xlsx::row,
    };

    fn sale(name: &str) -> String {
        row(&[
            Cell::Day("2026-06-01".parse().unwrap()),
            Cell::text(name),
            Cell::Number(3),
            Cell::Money(Money::new(7_550, Currency::parse("EUR").unwrap())),
        ])
    }

    fn written(parts: &[String]) -> Vec<u8> {
        let mut workbook = Workbook::begin("sales & more", SALES, parts.len()).unwrap();
        let mut bytes = workbook.take();
        for part in parts {
            workbook.add(part.as_bytes()).unwrap();
            bytes.extend(workbook.take());
        }
        bytes.extend(workbook.end().unwrap());
        bytes
    }

    fn sheets(bytes: Vec<u8>) -> Vec<(String, Vec<Vec<Data>>)> {
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
        let names = book.sheet_names();
        let mut sheets = Vec::new();
        for name in names {
            assert!(book.worksheet_formula(&name).unwrap().is_empty(), "no formula anywhere");
            let range = book.worksheet_range(&name).unwrap();
            sheets.push((name, range.rows().map(<[Data]>::to_vec).collect()));
        }
        sheets
    }

    fn xml(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn another_reader_finds_numbers_days_and_texts_and_no_formula() {
        let hostile = "=HYPERLINK(\"http://x\") <b>&amp; \u{1}_x0041_\r\n@";
        let bytes = written(&[sale("Standard") + &sale(hostile), sale("+1")]);
        let sheets = sheets(bytes);
        let (name, rows) = sheets.first().unwrap();
        assert_eq!((sheets.len(), name.as_str()), (1, "sales & more"));
        let text = |text: &str| Data::String(text.to_owned());
        let heading = ["date", "ticket_type", "tickets", "revenue", "currency"];
        assert_eq!(rows[0], heading.map(text));
        let Data::DateTime(day) = &rows[1][0] else { panic!("a day: {:?}", rows[1][0]) };
        assert_eq!(day.to_ymd_hms_milli(), (2026, 6, 1, 0, 0, 0, 0));
        let rest = [text("Standard"), Data::Float(3.0), Data::Float(75.5), text("EUR")];
        assert_eq!(rows[1][1..], rest);
        assert_eq!(rows[2][1], text(hostile));
        assert_eq!(rows[3][1], text("+1"));
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn the_heading_is_bold_and_stays_in_sight() {
        let bytes = written(&[sale("Standard")]);
        let sheet = xml(&bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains("<pane ySplit=\"1\" topLeftCell=\"A2\""), "{sheet}");
        assert!(sheet.contains("<c s=\"1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">date<"));
        assert_eq!(sheet.matches("<col ").count(), 5, "each has a width");
        let styles = xml(&bytes, "xl/styles.xml");
        let formats = styles.split("<cellXfs").nth(1).unwrap();
        assert!(formats.split("<xf ").nth(2).unwrap().starts_with("numFmtId=\"0\" fontId=\"1\""));
    }

    #[test]
    fn a_table_that_is_too_long_for_a_sheet_goes_on_in_another() {
        let parts = vec![sale("Standard"); PARTS_OF_A_SHEET + 1];
        let sheets = sheets(written(&parts));
        let lengths: Vec<_> =
            sheets.iter().map(|(name, rows)| (name.as_str(), rows.len())).collect();
        assert_eq!(lengths, [("sales & more", 1_001), ("sales & more 2", 2)]);
    }

    #[test]
    fn a_table_without_rows_is_a_heading() {
        let sheets = sheets(written(&[]));
        assert_eq!(sheets[0].1.len(), 1);
    }
}
