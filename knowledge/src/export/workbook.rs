//! A workbook with one sheet.

use std::io::Write;

use rust_xlsxwriter::{Format, Workbook};

use crate::article::Article;
use crate::export::{COLUMNS, ExportError, cells};

/// How wide the columns of words are, in characters.
const WIDE: [(u16, f64); 4] = [(0, 20.0), (1, 40.0), (2, 60.0), (3, 40.0)];

pub(super) fn write(articles: &[Article], mut file: impl Write) -> Result<(), ExportError> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (title, column) in COLUMNS.iter().zip(0..) {
        sheet.write_string_with_format(0, column, *title, &bold)?;
    }
    for (article, row) in articles.iter().zip(1..) {
        for (cell, column) in cells(&article.content).iter().zip(0..) {
            sheet.write_string(row, column, cell)?;
        }
    }
    for (column, width) in WIDE {
        sheet.set_column_width(column, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    file.write_all(&book.save_to_buffer()?)?;
    Ok(file.flush()?)
}
