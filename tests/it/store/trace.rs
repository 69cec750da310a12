//! What a process asked the kernel to do, as `strace -f -y -xx` recorded it, and the files as they
//! would stand after a power cut: with what was synced, and with none or some of the rest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use tokio::process::Command;

/// One system call. Its line numbers order it: a call that was interrupted by others has two.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) begun: usize,
    pub(crate) ended: usize,
    /// The path behind its first file descriptor.
    pub(crate) path: PathBuf,
    /// All strings among its arguments, in order.
    pub(crate) strings: Vec<Vec<u8>>,
    /// The plain arguments after the first string.
    numbers: Vec<u64>,
    pub(crate) result: i64,
}

impl Call {
    pub(crate) fn is_sync(&self) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync") && self.result == 0
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.strings.concat()
    }

    /// Whether it writes this text.
    pub(crate) fn says(&self, text: &str) -> bool {
        let bytes = self.bytes();
        self.name.contains("write")
            && bytes
                .windows(text.len())
                .any(|part| part == text.as_bytes())
    }
}

/// What is recorded: everything that SQLite and std write files with, and what answers are sent by.
const CALLS: &str = "trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,ftruncate,\
     fsync,fdatasync,rename";

/// The same command under a recorder.
pub(crate) fn recorded(command: &Command, to: &Path) -> Command {
    let plain = command.as_std();
    let mut recorder = Command::new("strace");
    recorder
        .args(["-f", "-y", "-xx", "-s", "1000000", "-e", CALLS, "-o"])
        .arg(to)
        .arg(plain.get_program())
        .args(plain.get_args());
    recorder
}

pub(crate) fn read(path: &Path) -> Vec<Call> {
    let text = std::fs::read_to_string(path).unwrap();
    let (mut calls, mut begun) = (Vec::new(), BTreeMap::new());
    for (at, line) in text.lines().enumerate() {
        let (task, rest) = line.split_once(' ').unwrap();
        let rest = rest.trim_start();
        if let Some(first) = rest.strip_suffix(" <unfinished ...>") {
            begun.insert(task, (at, first));
        } else if let Some((_, last)) = rest.split_once(" resumed>") {
            let (since, first) = begun.remove(task).unwrap();
            calls.extend(call(&format!("{first}{last}"), since, at));
        } else {
            calls.extend(call(rest, at, at));
        }
    }
    calls
}

fn call(line: &str, begun: usize, ended: usize) -> Option<Call> {
    let (name, rest) = line.split_once('(')?;
    let (arguments, result) = rest.rsplit_once(" = ")?;
    let path = arguments.split_once('<').and_then(|(fd, rest)| {
        let named = fd.bytes().all(|byte| byte.is_ascii_digit());
        named.then(|| rest.split('>').next()).flatten()
    });
    let mut strings = Vec::new();
    let mut plain = String::new();
    for (at, piece) in arguments.split('"').enumerate() {
        if at % 2 == 1 {
            strings.push(unescaped(piece));
        } else if at > 0 || strings.is_empty() {
            plain = piece.to_owned();
        }
    }
    let numbers = plain
        .split([',', ')', ' '])
        .filter_map(|word| word.parse().ok());
    Some(Call {
        name: name.to_owned(),
        begun,
        ended,
        path: PathBuf::from(String::from_utf8(unescaped(path.unwrap_or_default())).unwrap()),
        strings,
        numbers: numbers.collect(),
        result: result.split(' ').next()?.parse().ok()?,
    })
}

/// With `-xx` every byte of a string is written as `\x2f`.
fn unescaped(text: &str) -> Vec<u8> {
    if !text.contains("\\x") {
        return text.as_bytes().to_vec();
    }
    let bytes = text.split("\\x").skip(1);
    bytes
        .map(|hex| u8::from_str_radix(hex, 16).unwrap())
        .collect()
}

/// What a disk does with writes that were not synced when the power went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unsynced {
    Lost,
    HalfKept,
}

/// A file as it would stand if the power had gone when `at` was reached.
pub(crate) fn after_power_cut(
    before: &[u8],
    calls: &[Call],
    path: &Path,
    at: usize,
    unsynced: Unsynced,
) -> Vec<u8> {
    let of_file = || calls.iter().filter(|call| call.path == path);
    let synced = of_file()
        .filter(|call| call.is_sync() && call.ended < at)
        .map(|call| call.begun)
        .max();
    let mut bytes = before.to_vec();
    for (number, call) in of_file().filter(|call| call.begun < at).enumerate() {
        let safe = synced.is_some_and(|since| call.ended < since);
        if safe || (unsynced == Unsynced::HalfKept && number % 2 == 0) {
            apply(&mut bytes, call);
        }
    }
    bytes
}

fn apply(bytes: &mut Vec<u8>, call: &Call) {
    match call.name.as_str() {
        "pwrite64" => {
            let at = usize::try_from(*call.numbers.last().unwrap()).unwrap();
            let written = call.bytes();
            let end = at + written.len();
            bytes.resize(bytes.len().max(end), 0);
            bytes[at..end].copy_from_slice(&written);
        }
        "ftruncate" => {
            let length = call.numbers.last().unwrap();
            bytes.resize(usize::try_from(*length).unwrap(), 0);
        }
        "fsync" | "fdatasync" => {}
        other => panic!("{other} on {}", call.path.display()),
    }
}
