//! What a message that was wrong would say, if it can be changed at all.

use crate::domain::content::Content;
use crate::domain::conversation::Case;
use crate::domain::event::{Correction, EventKind};
use crate::domain::id::MessageId;
use crate::domain::place::Place;
use crate::runtime::core::Core;
use crate::runtime::intake::Stored;
use crate::store::{StoreError, message, thread};

/// What becomes of a stored correction.
pub(super) async fn event(
    core: &Core,
    case: &Case,
    stored: Stored,
) -> Result<EventKind, StoreError> {
    let Stored::Correct {
        message,
        was,
        now,
        title,
        newest,
    } = stored
    else {
        return Err(StoreError::Refused("no correction".to_owned()));
    };
    Ok(EventKind::Correction(Correction {
        message,
        edited: edited(core, case, message, (&was, &now)).await?,
        newest,
        title,
        text: now,
    }))
}

/// The message with the right words in the place of the wrong ones; none where the platform changes no
/// messages, it was taken back, or the words are not found in it.
async fn edited(
    core: &Core,
    case: &Case,
    of: MessageId,
    (was, now): (&str, &str),
) -> Result<Option<Content>, StoreError> {
    let (keyring, conversation) = (core.keyring.clone(), case.conversation);
    let read = core.db.read(|tx| {
        Box::pin(async move {
            let key = keyring.of_conversation(tx, conversation).await?;
            let at = thread::customer_place(tx, conversation.lane().0).await?;
            let recorded = message::find(tx, &key, conversation, of).await?;
            Ok((at, recorded))
        })
    });
    let (at, recorded) = read.await?;
    let can_edit = core
        .account(&case.channel.0)
        .zip(at)
        .is_some_and(|(account, at)| account.platform.abilities(&Place(at)).edits);
    let standing = recorded.filter(|one| can_edit && !one.deleted);
    Ok(standing.and_then(|one| with_right_words(one.content, was, now)))
}

fn with_right_words(mut content: Content, was: &str, now: &str) -> Option<Content> {
    if was.is_empty() || !content.text.contains(was) {
        return None;
    }
    content.text = content.text.replacen(was, now, 1);
    Some(content)
}
