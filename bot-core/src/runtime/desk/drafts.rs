//! Draft answers in the thread: how earlier ones of the channel were judged.

use crate::runtime::core::Core;
use crate::runtime::intake::Stored;
use crate::store::case::Loaded;
use crate::store::{StoreError, judgement};

/// The case with what agents made of the channel's drafts, where one may be judged now.
pub(super) async fn looked_up(
    core: &Core,
    loaded: &Loaded,
    stored: &Stored,
) -> Result<Option<Loaded>, StoreError> {
    let waiting = !loaded.case.state.suggestions.is_empty();
    if !waiting || !matches!(stored, Stored::Thread(_)) {
        return Ok(None);
    }
    let channel = loaded.case.channel.0.clone();
    let read = core
        .db
        .read(|tx| Box::pin(async move { judgement::tally(tx, &channel).await }));
    let mut loaded = loaded.clone();
    loaded.case.state.tally = read.await?;
    Ok(Some(loaded))
}
