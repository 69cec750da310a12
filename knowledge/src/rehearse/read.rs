//! Past chats from a file: a table, JSON lines, or one message a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use csv::StringRecord;
use serde_json::Value;

use crate::import::decode::Decoding;
use crate::import::table::{broken, delimiter_of};

/// A message that a customer once wrote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastMessage {
    /// The conversation it belongs to; messages without one stand alone.
    pub conversation: String,
    /// What was written.
    pub text: String,
}

/// Past chats that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadPastError {
    /// The file cannot be opened, or reading stopped.
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    /// The table cannot be read on.
    #[error("{0}")]
    Table(#[from] crate::import::ReadError),
    /// No column holds the messages.
    #[error("has no column with the messages; name it text, message, question, 消息, 内容 or 问题")]
    NoMessages,
}

const TEXT: [&str; 12] = [
    "text",
    "message",
    "question",
    "content",
    "body",
    "query",
    "消息",
    "内容",
    "问题",
    "消息内容",
    "文本",
    "客户消息",
];
const CONVERSATION: [&str; 11] = [
    "conversation",
    "conversationid",
    "session",
    "sessionid",
    "ticket",
    "customer",
    "user",
    "会话",
    "会话id",
    "客户",
    "工单",
];
const AUTHOR: [&str; 9] = [
    "author",
    "from",
    "role",
    "sender",
    "direction",
    "角色",
    "发送方",
    "发送人",
    "方向",
];
/// Who writes as a customer; everybody else's lines are left out.
const CUSTOMERS: [&str; 13] = [
    "", "customer", "user", "visitor", "client", "guest", "in", "incoming", "客户", "用户", "访客",
    "顾客", "买家",
];

/// Reads the customers' messages of a `.csv`, `.tsv`, `.jsonl` or text file, in order.
///
/// # Errors
/// When it cannot be read, or no column holds messages.
pub fn read(path: &Path) -> Result<Vec<PastMessage>, ReadPastError> {
    let source = Decoding::new(File::open(path)?)?;
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.unwrap_or_default().to_lowercase().as_str() {
        "csv" | "tsv" => table(source),
        "jsonl" | "ndjson" => lines(source, of_json),
        _ => lines(source, |line| of_fields(line, "", "")),
    }
}

fn lines(
    source: Decoding<File>,
    read: impl Fn(&str) -> Option<PastMessage>,
) -> Result<Vec<PastMessage>, ReadPastError> {
    let fence = source.fence();
    let mut messages = Vec::new();
    for line in BufReader::new(source).lines() {
        fence.row_done();
        messages.extend(read(&line?));
    }
    Ok(messages)
}

fn of_json(line: &str) -> Option<PastMessage> {
    let Ok(Value::Object(fields)) = serde_json::from_str(line) else {
        return None;
    };
    let field = |names: &[&str]| {
        let found = fields
            .iter()
            .find(|(name, _)| names.contains(&plain(name).as_str()));
        found.map_or("", |(_, value)| value.as_str().unwrap_or_default())
    };
    of_fields(field(&TEXT), field(&CONVERSATION), field(&AUTHOR))
}

fn of_fields(text: &str, conversation: &str, author: &str) -> Option<PastMessage> {
    let author = author.trim().to_lowercase();
    let is_message = !text.trim().is_empty() && CUSTOMERS.contains(&author.as_str());
    is_message.then(|| PastMessage {
        conversation: conversation.trim().to_owned(),
        text: text.trim().to_owned(),
    })
}

/// A heading without case, spaces and marks.
fn plain(heading: &str) -> String {
    let letters = heading.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

fn table(source: Decoding<File>) -> Result<Vec<PastMessage>, ReadPastError> {
    let fence = source.fence();
    let mut source = BufReader::with_capacity(65_536, source);
    let delimiter = delimiter_of(source.fill_buf()?);
    let mut table = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(source);
    let headings: Vec<String> = table.headers().map_err(broken)?.iter().map(plain).collect();
    let column = |names: &[&str]| {
        let mut places = names
            .iter()
            .filter_map(|name| headings.iter().position(|one| one == name));
        places.next()
    };
    let text = column(&TEXT).ok_or(ReadPastError::NoMessages)?;
    let (conversation, author) = (column(&CONVERSATION), column(&AUTHOR));
    let mut messages = Vec::new();
    let mut row = StringRecord::new();
    while table.read_record(&mut row).map_err(broken)? {
        fence.row_done();
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default();
        messages.extend(of_fields(
            cell(Some(text)),
            cell(conversation),
            cell(author),
        ));
    }
    Ok(messages)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(name: &str, bytes: &[u8]) -> Result<Vec<PastMessage>, ReadPastError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        read(&path)
    }

    fn message(conversation: &str, text: &str) -> PastMessage {
        PastMessage {
            conversation: conversation.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn customers_lines_are_read_from_tables_and_json() {
        let table = "Session ID,Role,Message\n1,customer,怎么退货\n1,agent,您好\n2,USER,\"a, b\"\n";
        let expected = [message("1", "怎么退货"), message("2", "a, b")];
        assert_eq!(read_from("chats.csv", table.as_bytes()).unwrap(), expected);
        let json = "{\"text\": \"怎么退货\", \"session\": \"1\"}\nno json\n{\"text\": \"x\", \"from\": \"bot\"}\n";
        assert_eq!(
            read_from("chats.jsonl", json.as_bytes()).unwrap(),
            [expected[0].clone()]
        );
        assert_eq!(
            read_from("chats.txt", b"one\n\n two \n").unwrap(),
            [message("", "one"), message("", "two")]
        );
    }

    /// The guard against an open quote counts a row, not the file.
    #[test]
    fn a_long_history_is_read_to_its_end() {
        let line = format!("{}\n", "退".repeat(1_000));
        let lines = line.repeat(3_500);
        assert_eq!(
            read_from("chats.txt", lines.as_bytes()).unwrap().len(),
            3_500
        );
        let table = format!("text\n{lines}");
        assert_eq!(
            read_from("chats.csv", table.as_bytes()).unwrap().len(),
            3_500
        );
    }

    #[test]
    fn a_table_of_a_spreadsheet_in_gbk_is_read() {
        let (bytes, _, _) = encoding_rs::GBK.encode("问题;会话\n多久能送到;7\n");
        assert_eq!(
            read_from("chats.csv", &bytes).unwrap(),
            [message("7", "多久能送到")]
        );
    }

    #[test]
    fn a_table_without_messages_is_named() {
        let error = read_from("chats.csv", b"a,b\n1,2\n").unwrap_err();
        assert!(
            error.to_string().contains("no column with the messages"),
            "{error}"
        );
    }
}
