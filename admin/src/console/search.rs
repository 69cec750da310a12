//! Finding tickets: by number, by customer or subject, by what was said.

use std::collections::BTreeSet;

use bot_core::domain::text::fold;
use bot_core::domain::ticket::Status;
use bot_core::store::board::{self, Filter, TicketLine};
use bot_core::store::search::{self, Filter as Where};
use bot_core::store::{Keyring, StoreError, Tx};

/// Tickets whose customer and subject are looked at: names are sealed, so that no index knows them.
const LOOKED_AT: i64 = 500;
/// Messages that are found by their words.
const MESSAGES: u32 = 50;
/// Tickets that are shown.
const SHOWN: usize = 50;

/// The tickets that fit what somebody typed, the last change first.
///
/// # Errors
/// When the database fails, or a sealed value does not open.
pub(super) async fn tickets(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    words: &str,
) -> Result<Vec<TicketLine>, StoreError> {
    if let Some(number) = number(words) {
        return Ok(board::by_number(tx, keyring, number)
            .await?
            .into_iter()
            .collect());
    }
    let mut found = by_name(tx, keyring, &fold(words)).await?;
    found.extend(by_words(tx, keyring, words).await?);
    let mut seen = BTreeSet::new();
    found.retain(|line| seen.insert(line.ticket.id.0));
    found.sort_by_key(|line| std::cmp::Reverse(line.updated));
    found.truncate(SHOWN);
    Ok(found)
}

/// `1042` or `#1042`.
fn number(words: &str) -> Option<i64> {
    let words = words.trim();
    words.strip_prefix('#').unwrap_or(words).parse().ok()
}

async fn by_name(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    wanted: &str,
) -> Result<Vec<TicketLine>, StoreError> {
    let all = Filter {
        statuses: Status::ALL.to_vec(),
        ..Filter::default()
    };
    let mut lines = board::list(tx, keyring, &all, None, LOOKED_AT).await?;
    lines.retain(|line| {
        let names = [&line.ticket.subject, &line.state.profile.name];
        names.iter().any(|name| fold(name).contains(wanted))
    });
    Ok(lines)
}

async fn by_words(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    words: &str,
) -> Result<Vec<TicketLine>, StoreError> {
    let everywhere = Where {
        most: MESSAGES,
        ..Where::default()
    };
    let hits = search::search(tx, keyring, words, &everywhere).await?;
    let conversations: BTreeSet<_> = hits.iter().map(|hit| hit.conversation).collect();
    let mut lines = Vec::new();
    for conversation in conversations {
        lines.extend(board::newest(tx, keyring, conversation).await?);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_and_without_its_mark() {
        assert_eq!(number(" #1042 "), Some(1042));
        assert_eq!(number("1042"), Some(1042));
        assert_eq!(number("order 1042"), None);
    }
}
