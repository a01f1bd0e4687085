//! Workbooks (Office Open XML) of tables. Rows are made part by part without knowing where they will
//! stand; the workbook around them is written while it is downloaded.

mod cells;
mod frame;
mod workbook;

pub use cells::row;
pub use workbook::{Workbook, WorkbookError};
