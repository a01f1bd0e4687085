//! The files of a workbook around its rows.

use super::cells::{escaped, text};
use crate::exports::table::Column;

/// The styles of cells, by their place in `styles.xml`.
pub mod style {
    use shared::money::Currency;

    pub const PLAIN: usize = 0;
    pub const HEADING: usize = 1;
    /// A text that stays one when it is edited.
    pub const GUARDED: usize = 2;
    pub const INSTANT: usize = 3;
    pub const DAY: usize = 4;
    /// Amounts without decimals; with more of them the following.
    const AMOUNT: usize = 5;
    const MOST_DECIMALS: usize = 4;

    /// The style of amounts of a currency.
    pub fn amount(currency: Currency) -> usize {
        AMOUNT + usize::from(currency.exponent()).min(MOST_DECIMALS)
    }
}

const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
const KINDS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/// `[Content_Types].xml`.
pub fn content_types(sheets: usize) -> String {
    let sheet = |number| {
        format!(
            "<Override PartName=\"/xl/worksheets/sheet{number}.xml\" \
             ContentType=\"{KINDS}.worksheet+xml\"/>"
        )
    };
    let sheets: String = (1..=sheets).map(sheet).collect();
    format!(
        "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\">\
         <Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KINDS}.sheet.main+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" ContentType=\"{KINDS}.styles+xml\"/>{sheets}</Types>"
    )
}

/// `_rels/.rels`.
pub fn relations() -> String {
    format!(
        "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONS}/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>"
    )
}

/// `xl/workbook.xml`.
pub fn workbook(title: &str, sheets: usize) -> String {
    let title = escaped(title);
    let sheet = |number| {
        let name = if number == 1 { title.clone() } else { format!("{title} {number}") };
        format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>")
    };
    let sheets: String = (1..=sheets).map(sheet).collect();
    format!(
        "{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">\
         <bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
    )
}

/// `xl/_rels/workbook.xml.rels`.
pub fn workbook_relations(sheets: usize) -> String {
    let sheet = |number| {
        format!(
            "<Relationship Id=\"rId{number}\" Type=\"{RELATIONS}/worksheet\" \
             Target=\"worksheets/sheet{number}.xml\"/>"
        )
    };
    let styles = sheets + 1;
    let sheets: String = (1..=sheets).map(sheet).collect();
    format!(
        "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">{sheets}\
         <Relationship Id=\"rId{styles}\" Type=\"{RELATIONS}/styles\" Target=\"styles.xml\"/>\
         </Relationships>"
    )
}

/// Formats of numbers of our own; the first has the number 164.
const FORMATS: [&str; 7] = [
    "yyyy-mm-dd hh:mm:ss",
    "yyyy-mm-dd",
    "#,##0",
    "#,##0.0",
    "#,##0.00",
    "#,##0.000",
    "#,##0.0000",
];

/// `xl/styles.xml`, in the order of [`style`].
pub fn styles() -> String {
    let formats = || (164..).zip(FORMATS);
    let declare =
        |(id, code): (i32, &str)| format!("<numFmt numFmtId=\"{id}\" formatCode=\"{code}\"/>");
    let declared: String = formats().map(declare).collect();
    let style = |(id, _): (i32, &str)| {
        format!(
            "<xf numFmtId=\"{id}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
             applyNumberFormat=\"1\"/>"
        )
    };
    let styled: String = formats().map(style).collect();
    format!(
        "{DECLARATION}<styleSheet xmlns=\"{MAIN}\"><numFmts count=\"7\">{declared}</numFmts>\
         <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
         <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>\
         </cellStyleXfs><cellXfs count=\"10\">\
         <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>\
         <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" \
         quotePrefix=\"1\"/>{styled}</cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/>\
         </cellStyles></styleSheet>"
    )
}

/// The beginning of a sheet: widths, and a heading that stays in sight.
pub fn sheet_begins(columns: &[Column]) -> String {
    let widths = columns.iter().flat_map(|column| {
        std::iter::once(column.width).chain(column.is_money.then_some(CURRENCY_WIDTH))
    });
    let width = |(at, width): (i32, u16)| {
        format!("<col min=\"{at}\" max=\"{at}\" width=\"{width}\" customWidth=\"1\"/>")
    };
    let widths: String = (1..).zip(widths).map(width).collect();
    let headings = columns.iter().flat_map(|column| column.headings());
    let headings: String = headings.map(|heading| text(heading, style::HEADING)).collect();
    format!(
        "{DECLARATION}<worksheet xmlns=\"{MAIN}\"><sheetViews><sheetView workbookViewId=\"0\">\
         <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>\
         </sheetView></sheetViews><cols>{widths}</cols><sheetData><row>{headings}</row>"
    )
}

/// The end of a sheet.
pub const SHEET_ENDS: &str = "</sheetData></worksheet>";

const CURRENCY_WIDTH: u16 = 10;
