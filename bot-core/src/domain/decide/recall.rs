//! An answer that was wrong is made right, where it was given.

use crate::domain::content::Content;
use crate::domain::decide::settling::Settling;
use crate::domain::delivery::Action;
use crate::domain::draft::Draft;
use crate::domain::effect::{Doing, Effect};
use crate::domain::event::Correction;
use crate::domain::id::MessageId;
use crate::domain::phrase::Phrase;
use crate::domain::place::Destination;

/// Changes the message where that can be done; else the customer is told once.
pub(super) fn corrected(settling: &mut Settling<'_>, correction: &Correction) {
    match &correction.edited {
        Some(content) => edit(settling, correction.message, content),
        None if correction.newest => tell(settling, correction),
        None => {}
    }
}

fn edit(settling: &mut Settling<'_>, message: MessageId, content: &Content) {
    settling.effect(Effect::Amend {
        message,
        text: Some(content.text.clone()),
        deleted: false,
    });
    let action = Action::Edit {
        of: message,
        body: Draft::verbatim(content),
    };
    settling.effect(Effect::Do(Doing {
        to: Destination::Customer,
        action: action.clone(),
        message: Some(message),
        hold_until: None,
        echo: false,
    }));
    settling.in_thread(action, Some(message), true);
}

fn tell(settling: &mut Settling<'_>, correction: &Correction) {
    let phrase = Phrase::new("correction.sent")
        .with("title", correction.title.as_str())
        .with("text", correction.text.as_str());
    let draft = Draft::bot(phrase);
    let message = settling.say(draft.clone());
    settling.show(Some(message), draft);
}
