//! What an agent changes or takes back of what was said.

use crate::domain::command::after_mark;
use crate::domain::content::{Content, Kind};
use crate::domain::decide::settling::Settling;
use crate::domain::decide::team;
use crate::domain::delivery::Action;
use crate::domain::draft::Draft;
use crate::domain::effect::{Doing, Effect};
use crate::domain::id::{AgentId, MessageId};
use crate::domain::place::Destination;

/// A reply was changed.
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

/// Changes what the customer was told, in the record and in the thread too.
pub(super) fn amend(settling: &mut Settling<'_>, message: MessageId, content: &Content) {
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

/// A note was changed; it stays between colleagues.
pub(super) fn note_edited(
    settling: &mut Settling<'_>,
    agent: AgentId,
    message: MessageId,
    text: &str,
) {
    let text = without_command(text);
    if text.is_empty() {
        return settling.remark("team.edit_is_command");
    }
    let content = Content::text(settling.author(agent), text);
    settling.effect(Effect::Amend {
        message,
        text: Some(content.text.clone()),
        deleted: false,
    });
    let action = Action::Edit {
        of: message,
        body: Draft::verbatim(&content).as_kind(Kind::Note),
    };
    settling.in_thread(action, Some(message), true);
}

/// A note that was given as a command is changed together with it: `/note …`.
fn without_command(text: &str) -> &str {
    let Some(rest) = after_mark(text) else {
        return text.trim();
    };
    let words = rest.split_once(char::is_whitespace);
    words.map_or("", |(_, words)| words.trim())
}

/// A note was deleted.
pub(super) fn note_deleted(settling: &mut Settling<'_>, message: MessageId) {
    settling.effect(Effect::Amend {
        message,
        text: None,
        deleted: true,
    });
    settling.in_thread(Action::Delete { of: message }, Some(message), true);
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
