//! Messages that consist of links: how unknown senders advertise.

use super::wording::Wording;
use crate::domain::text::{clean, is_han};

/// Whether there are links in the message and nothing else but mentions and emoji.
pub(super) fn links_only(said: &Wording<'_>) -> bool {
    const LONGEST: usize = 4_000;
    let cleaned = clean(said.text, LONGEST);
    let mut links = 0;
    for piece in cleaned.text.split_whitespace() {
        if is_link(piece) {
            links += 1;
        } else if !is_wordless(piece) {
            return false;
        }
    }
    links > 0
}

fn is_link(piece: &str) -> bool {
    let piece = piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '/');
    if piece.chars().any(is_han) || piece.contains('@') {
        return false;
    }
    let lower = piece.to_lowercase();
    let bare = lower
        .split_once("://")
        .map_or(lower.as_str(), |(_, rest)| rest);
    let schemed = bare.len() != lower.len();
    let host = bare.split(['/', '?', '#', ':']).next().unwrap_or_default();
    schemed && !host.is_empty() || is_host(host)
}

/// `www.example.com`, `t.me`: labels and a top domain of letters.
fn is_host(host: &str) -> bool {
    let Some((labels, top)) = host.rsplit_once('.') else {
        return false;
    };
    let named =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let lettered = labels.chars().any(char::is_alphabetic);
    top.len() >= 2
        && top.chars().all(|c| c.is_ascii_alphabetic())
        && lettered
        && labels.split('.').all(named)
}

/// A mention, an emoji, punctuation.
fn is_wordless(piece: &str) -> bool {
    piece.starts_with('@') || !piece.chars().any(char::is_alphanumeric)
}
