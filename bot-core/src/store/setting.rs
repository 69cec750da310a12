//! Settings that were changed while the desk ran.

use std::collections::BTreeMap;

use crate::domain::answer::AnswerMode;
use crate::domain::place::ChannelName;
use crate::store::error::StoreError;
use crate::store::pool::Tx;
use crate::{execute, fetch_all};

/// The names of these settings begin so; the channel's name follows.
const ANSWERS: &str = "answers:";

/// From now on this becomes of sure answers on a channel.
///
/// # Errors
/// When the database fails.
pub async fn switch_answers(
    tx: &mut Tx<'_>,
    channel: &ChannelName,
    mode: AnswerMode,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO setting (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        format!("{ANSWERS}{}", channel.0),
        mode.as_str()
    )
    .map(|_| ())
}

/// What was switched, channel by channel.
///
/// # Errors
/// When the database fails.
pub async fn answers(tx: &mut Tx<'_>) -> Result<BTreeMap<ChannelName, AnswerMode>, StoreError> {
    let rows = fetch_all!(tx, (String, String), "SELECT name, value FROM setting")?;
    let read = |(name, value): (String, String)| {
        let channel = name.strip_prefix(ANSWERS)?;
        Some((ChannelName(channel.to_owned()), AnswerMode::parse(&value)?))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}
