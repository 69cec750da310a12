//! PDF files are read by this program again, in a process of its own (`frontdesk read-pdf`).

use knowledge::import::pdf::PdfReader;

/// This program; this process, if it does not know where its program is.
pub(crate) fn reader() -> PdfReader {
    std::env::current_exe().map_or(PdfReader::Here, PdfReader::Program)
}
