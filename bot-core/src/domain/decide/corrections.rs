//! What an agent changes or takes back of what was said.

use crate::domain::command::after_mark;
use crate::domain::content::Content;
use crate::domain::decide::settling::Settling;
use crate::domain::decide::team;
use crate::domain::delivery::Action;
use crate::domain::draft::Draft;
use crate::domain::effect::{Doing, Effect};
use crate::domain::id::{AgentId, MessageId};
use crate::domain::place::Destination;

/// A line was changed. Only replies are known here: editing a note never sends it.
pub(super) fn edited(
    settling: &mut Settling<'_>,
    agent: AgentId,
    message: Option<MessageId>,
    text: &str,
) {
    let Some(message) = message else {
        return;
    };
    let content = Content::text(settling.author(agent), text);
    if after_mark(text).is_some() {
        settling.remark("team.edit_is_command");
    } else if team::is_sensitive(text) {
        let kept = settling.event.message();
        team::held_back(
            settling,
            kept,
            &content,
            "team.sensitive",
            team::SEND_ANYWAY,
        );
    } else {
        amend(settling, message, &content);
    }
}

fn amend(settling: &mut Settling<'_>, message: MessageId, content: &Content) {
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

/// A line was deleted.
pub(super) fn deleted(settling: &mut Settling<'_>, message: Option<MessageId>) {
    if let Some(message) = message {
        take_back(settling, message);
    }
}

/// Takes a reply back at the customer's side, and marks it everywhere.
pub(super) fn take_back(settling: &mut Settling<'_>, message: MessageId) {
    settling.effect(Effect::TakeBack { message });
    settling.effect(Effect::Amend {
        message,
        text: None,
        deleted: true,
    });
    settling.in_thread(Action::Delete { of: message }, Some(message), true);
}
