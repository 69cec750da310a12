//! CSV files: commas, semicolons or tabs, in any encoding that spreadsheets write.

use std::io::{self, BufRead, BufReader, Read};

use csv::{ReaderBuilder, StringRecord};

use crate::import::column::Column;
use crate::import::decode::Decoding;
use crate::import::list::{is_formula, unprotect_formula};
use crate::import::row::RawRow;
use crate::import::{ReadError, Take};

pub(crate) fn read(file: impl Read, take: &mut Take<'_>) -> Result<(), ReadError> {
    let decoding = Decoding::new(file)?;
    let fence = decoding.fence();
    let mut source = BufReader::with_capacity(65_536, decoding);
    let delimiter = delimiter_of(source.fill_buf()?);
    let mut table = ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(source);
    let columns = Column::all_named(table.headers().map_err(broken)?.iter())
        .map_err(ReadError::MissingColumns)?;
    let mut record = StringRecord::new();
    while table.read_record(&mut record).map_err(broken)? {
        fence.row_done();
        let line = record.position().map_or(0, csv::Position::line);
        if !is_blank(&record) && !take(line, row_of(&record, &columns)) {
            return Err(ReadError::Stopped);
        }
    }
    Ok(())
}

pub(crate) fn broken(error: csv::Error) -> ReadError {
    let line = error.position().map(csv::Position::line);
    match (error.into_kind(), line) {
        (csv::ErrorKind::Io(error), _) => ReadError::Io(error),
        (_, Some(line)) => ReadError::Broken(format!("line {line} cannot be read")),
        (_, None) => ReadError::Io(io::Error::from(io::ErrorKind::InvalidData)),
    }
}

/// What separates the headings: whichever of comma, tab and semicolon stands there most often.
pub(crate) fn delimiter_of(beginning: &[u8]) -> u8 {
    let first = beginning.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |sign: u8| first.iter().filter(|b| **b == sign).count();
    [b';', b'\t', b',']
        .into_iter()
        .max_by_key(|sign| count(*sign))
        .unwrap_or(b',')
}

fn is_blank(record: &StringRecord) -> bool {
    record.iter().all(|cell| cell.trim().is_empty())
}

fn row_of(record: &StringRecord, columns: &[Option<Column>]) -> Result<RawRow, String> {
    if record.len() > columns.len() {
        let (cells, headings) = (record.len(), columns.len());
        return Err(format!(
            "{cells} cells under {headings} headings; is a quote missing?"
        ));
    }
    let mut row = RawRow::default();
    for (cell, column) in record.iter().zip(columns) {
        let Some(column) = column else { continue };
        if is_formula(cell) {
            return Err("a cell holds a formula; put its value there".to_owned());
        }
        row.set(*column, unprotect_formula(cell));
    }
    Ok(row)
}
