//! An answer that was wrong is made right, where it was given.

use crate::domain::decide::corrections::amend;
use crate::domain::decide::settling::Settling;
use crate::domain::draft::Draft;
use crate::domain::event::Correction;
use crate::domain::phrase::Phrase;

/// Changes the message where that can be done; else the customer is told once.
pub(super) fn corrected(settling: &mut Settling<'_>, correction: &Correction) {
    match &correction.edited {
        Some(content) => amend(settling, correction.message, content),
        None if correction.newest => tell(settling, correction),
        None => {}
    }
}

fn tell(settling: &mut Settling<'_>, correction: &Correction) {
    let phrase = Phrase::new("correction.sent")
        .with("title", correction.title.as_str())
        .with("text", correction.text.as_str());
    let draft = Draft::bot(phrase);
    let message = settling.say(draft.clone());
    settling.show(Some(message), draft);
}
