//! XLSX files: the first sheet that has the needed columns.

use std::path::Path;

use calamine::{Data, DataRef, Dimensions, Reader as _, Xlsx, XlsxError, open_workbook};

use crate::import::column::Column;
use crate::import::list::unprotect_formula;
use crate::import::row::RawRow;
use crate::import::{ReadError, Take};

type Book = Xlsx<std::io::BufReader<std::fs::File>>;

pub(crate) fn read(path: &Path, take: &mut Take<'_>) -> Result<(), ReadError> {
    let mut book: Book = open_workbook(path).map_err(|error: XlsxError| broken(&error))?;
    let sheets = book.sheet_names();
    let mut missing = vec!["question", "answer"];
    for sheet in sheets {
        match read_sheet(&mut book, &sheet, take) {
            Err(ReadError::MissingColumns(columns)) => missing = columns,
            done => return done,
        }
    }
    Err(ReadError::MissingColumns(missing))
}

fn broken(error: &XlsxError) -> ReadError {
    ReadError::Broken(format!("is no workbook that can be read ({error})"))
}

/// Cells come one by one, so that a large sheet needs little memory.
fn read_sheet(book: &mut Book, sheet: &str, take: &mut Take<'_>) -> Result<(), ReadError> {
    let merged = book.merge_cells_by_sheet_name(sheet);
    let merged = Merged::new(merged.map_err(|error| broken(&error))?);
    let mut cells = book
        .worksheet_cells_reader(sheet)
        .map_err(|error| broken(&error))?;
    let mut rows = Rows {
        merged,
        ..Rows::default()
    };
    while let Some(cell) = cells
        .next_cell_with_formula()
        .map_err(|error| broken(&error))?
    {
        rows.reach(cell.pos.0, take)?;
        rows.push(cell.pos.1, shown(&cell.value), cell.formula.is_some());
    }
    rows.finish(take)
}

/// A cell as a reader of the sheet sees it.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => {
            format!("{number:.0}")
        }
        value => Data::from(value.clone()).to_string(),
    }
}

/// Gathers the cells of a row until the next one begins.
#[derive(Default)]
struct Rows {
    columns: Option<Vec<Option<Column>>>,
    row: u32,
    cells: Vec<String>,
    has_formula: bool,
    merged: Merged,
}

/// Cells that were merged: the value of the first holds for all of them.
#[derive(Default)]
struct Merged {
    areas: Vec<(Dimensions, String)>,
}

impl Merged {
    fn new(areas: Vec<Dimensions>) -> Self {
        let areas = areas.into_iter().map(|area| (area, String::new()));
        Self {
            areas: areas.collect(),
        }
    }

    /// Keeps the value of an area's first cell.
    fn keep(&mut self, row: u32, column: u32, text: &str) {
        let mut areas = self.areas.iter_mut();
        if let Some((_, value)) = areas.find(|(area, _)| area.start == (row, column)) {
            text.clone_into(value);
        }
    }

    /// Gives the values of areas that reach into this row, and forgets those that end with it.
    fn fill(&mut self, row: u32, cells: &mut Vec<String>) {
        for (area, value) in &self.areas {
            let reaches = (area.start.0..=area.end.0).contains(&row) && !value.is_empty();
            for column in (area.start.1..=area.end.1.min(255)).filter(|_| reaches) {
                let column = column as usize;
                cells.resize(cells.len().max(column + 1), String::new());
                if cells[column].is_empty() {
                    cells[column].clone_from(value);
                }
            }
        }
        self.areas.retain(|(area, _)| area.end.0 > row);
    }
}

impl Rows {
    fn reach(&mut self, row: u32, take: &mut Take<'_>) -> Result<(), ReadError> {
        if row != self.row {
            self.end_row(take)?;
            self.row = row;
        }
        Ok(())
    }

    fn push(&mut self, column: u32, text: String, formula: bool) {
        let column = column as usize;
        if column < 256 {
            self.cells
                .resize(self.cells.len().max(column + 1), String::new());
            self.merged.keep(self.row, column as u32, &text);
            self.cells[column] = text;
            self.has_formula |= formula && self.is_used(column);
        }
    }

    /// Whether a column means something; all do, while it is not known.
    fn is_used(&self, column: usize) -> bool {
        let columns = self.columns.as_ref();
        columns.is_none_or(|columns| columns.get(column).copied().flatten().is_some())
    }

    fn end_row(&mut self, take: &mut Take<'_>) -> Result<(), ReadError> {
        let mut cells = std::mem::take(&mut self.cells);
        let is_empty = cells.iter().all(|cell| cell.trim().is_empty());
        if !is_empty {
            self.merged.fill(self.row, &mut cells);
        }
        let has_formula = std::mem::take(&mut self.has_formula);
        if !has_formula && is_empty {
            return Ok(());
        }
        let Some(columns) = &self.columns else {
            let named = Column::all_named(cells.iter().map(String::as_str));
            self.columns = Some(named.map_err(ReadError::MissingColumns)?);
            return Ok(());
        };
        let row = if has_formula {
            Err("a cell holds a formula; put its value there".to_owned())
        } else {
            Ok(row_of(&cells, columns))
        };
        if take(u64::from(self.row) + 1, row) {
            Ok(())
        } else {
            Err(ReadError::Stopped)
        }
    }

    fn finish(mut self, take: &mut Take<'_>) -> Result<(), ReadError> {
        self.end_row(take)?;
        match self.columns {
            Some(_) => Ok(()),
            None => Err(ReadError::MissingColumns(vec!["question", "answer"])),
        }
    }
}

fn row_of(cells: &[String], columns: &[Option<Column>]) -> RawRow {
    let mut row = RawRow::default();
    for (cell, column) in cells.iter().zip(columns) {
        if let Some(column) = column {
            row.set(*column, unprotect_formula(cell));
        }
    }
    row
}
