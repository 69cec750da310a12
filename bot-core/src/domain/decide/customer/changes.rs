//! What the customer changes afterwards: the copy in the thread is marked.

use crate::domain::content::Author;
use crate::domain::decide::settling::Settling;
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::Effect;
use crate::domain::id::MessageId;

pub(super) fn edited(settling: &mut Settling<'_>, message: Option<MessageId>, text: &str) {
    let Some(message) = message else {
        return settling.remark("customer.edited_unknown");
    };
    settling.effect(Effect::Amend {
        message,
        text: Some(text.to_owned()),
        deleted: false,
    });
    let name = settling.case.state.profile.name.clone();
    let draft =
        Draft::of(Author::Customer { name }, Words::Text(text.to_owned())).and("mark.edited");
    settling.in_thread(
        Action::Edit {
            of: message,
            body: draft,
        },
        Some(message),
        false,
    );
}

pub(super) fn deleted(settling: &mut Settling<'_>, message: Option<MessageId>) {
    let Some(message) = message else {
        return settling.remark("customer.deleted_unknown");
    };
    settling.effect(Effect::Amend {
        message,
        text: None,
        deleted: true,
    });
    // The copy is marked, not removed: staff keep the original until retention ends.
    let draft = Draft::notice("mark.deleted");
    settling.in_thread(
        Action::Edit {
            of: message,
            body: draft,
        },
        Some(message),
        false,
    );
}
