//! Where the bot only suggests: drafts in the thread, and what agents make of them.

use crate::domain::answer::{Answer, AnswerMode, Outcome};
use crate::domain::command::Write;
use crate::domain::content::{Content, Kind};
use crate::domain::conversation::{Suggestion, Tally};
use crate::domain::decide::answer::words;
use crate::domain::decide::settling::Settling;
use crate::domain::decide::{handoff, team};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{Direction, Effect, Fact, FactKind, Judged, Keep, Opinion};
use crate::domain::event::DraftVerdict;
use crate::domain::id::{AgentId, MessageId};
use crate::domain::phrase::Phrase;
use crate::domain::ticket::{Cause, Priority};

/// Drafts that are remembered; older ones stay in the thread, without effect.
const KEPT: usize = 12;
/// After so many judged drafts of a channel the desk says how it went, and again after as many more.
const TELLING: u64 = 50;

/// What becomes of sure answers on this channel.
pub(super) fn mode(settling: &Settling<'_>) -> AnswerMode {
    settling.policy.answers.on(&settling.case.channel)
}

/// What becomes of this answer: the strictest of what its channel and its articles say.
pub(super) fn mode_of(settling: &Settling<'_>, answer: &Answer) -> AnswerMode {
    mode(settling).max(answer.mode)
}

/// Puts the answer into the thread as a draft, which an agent sends, changes or turns down.
pub(super) fn draft(settling: &mut Settling<'_>, answer: &Answer) {
    let Outcome::Confident(article) = &answer.outcome else {
        return;
    };
    // What has no answer is for the agent anyway, who reads the question itself.
    let known = Answer {
        unanswered: Vec::new(),
        ..answer.clone()
    };
    let Some(draft) = words::of(settling, &known) else {
        return;
    };
    if !handoff::is_with_humans(settling) {
        handoff::open(settling, Cause::Suggested, Priority::default());
    }
    let message = settling.new_message();
    settling.effect(Effect::Keep(Keep {
        message,
        direction: Direction::Note,
        body: draft.clone().as_kind(Kind::Note),
        evidence: Some(answer.evidence.clone()),
        reason: None,
    }));
    settling.show(Some(message), with_buttons(draft, message));
    settling.effect(Effect::Count(Fact {
        article: Some(article.article),
        ..Fact::of(FactKind::Suggested)
    }));
    remember(
        settling,
        Suggestion {
            message,
            article: article.article,
            edited_by: None,
        },
    );
}

fn with_buttons(mut draft: Draft, message: MessageId) -> Draft {
    draft.words.insert(0, Words::from("suggestion.draft"));
    let draft = draft.as_kind(Kind::Note);
    let button = |draft: Draft, deed: &str| {
        let label = format!("button.suggestion_{deed}");
        draft.choice(format!("draft-{deed}:{message}"), label.as_str())
    };
    ["send", "edit", "wrong"].into_iter().fold(draft, button)
}

fn remember(settling: &mut Settling<'_>, suggestion: Suggestion) {
    let known = &mut settling.case.state.suggestions;
    known.push(suggestion);
    let spare = known.len().saturating_sub(KEPT);
    known.drain(..spare);
}

/// An agent presses a button under a draft.
pub(super) fn pressed(
    settling: &mut Settling<'_>,
    agent: AgentId,
    (message, content): (MessageId, &Content),
    verdict: DraftVerdict,
) {
    let known = settling.case.state.suggestions.iter();
    let Some(draft) = known.clone().find(|one| one.message == message).cloned() else {
        return settling.remark("button.gone");
    };
    match verdict {
        DraftVerdict::Send if settling.case.open_ticket().is_none() => {
            settling.remark("ticket.not_open");
        }
        DraftVerdict::Send => {
            team::send_kept(settling, agent, message, content);
            judged(settling, agent, &draft, Opinion::Sent, None);
        }
        DraftVerdict::Edit => begin_edit(settling, agent, message),
        DraftVerdict::Wrong => {
            crossed_out(settling, message, content);
            settling.remark("suggestion.wrong");
            judged(settling, agent, &draft, Opinion::Wrong, None);
        }
    }
}

/// It stays where it is, with a mark in the place of its buttons.
fn crossed_out(settling: &mut Settling<'_>, message: MessageId, content: &Content) {
    let body = Draft::verbatim(content)
        .as_kind(Kind::Note)
        .and("mark.wrong");
    settling.in_thread(Action::Edit { of: message, body }, Some(message), false);
}

fn begin_edit(settling: &mut Settling<'_>, agent: AgentId, message: MessageId) {
    for one in &mut settling.case.state.suggestions {
        if one.edited_by == Some(agent) {
            one.edited_by = None;
        }
        if one.message == message {
            one.edited_by = Some(agent);
        }
    }
    settling.remark("suggestion.edit");
}

/// An agent's reply is their version of the draft that they wanted to change.
pub(super) fn replied(settling: &mut Settling<'_>, agent: AgentId, reply: MessageId) {
    let known = settling.case.state.suggestions.iter();
    let edited = known.clone().find(|one| one.edited_by == Some(agent));
    if let Some(draft) = edited.cloned() {
        team::withdraw_note(settling, draft.message);
        judged(settling, agent, &draft, Opinion::Edited, Some(reply));
    }
}

fn judged(
    settling: &mut Settling<'_>,
    agent: AgentId,
    draft: &Suggestion,
    opinion: Opinion,
    instead: Option<MessageId>,
) {
    let state = &mut settling.case.state;
    state.suggestions.retain(|one| one.message != draft.message);
    settling.effect(Effect::Judge(Judged {
        message: draft.message,
        opinion,
        agent: Some(agent),
        instead,
    }));
    settling.effect(Effect::Count(Fact {
        agent: Some(agent),
        article: Some(draft.article),
        ..Fact::of(opinion.fact())
    }));
    tell(settling, opinion);
}

/// Every fifty drafts the desk says how many were right, and offers to let the bot answer by itself.
fn tell(settling: &mut Settling<'_>, opinion: Opinion) {
    let tally = settling.case.state.tally.with(opinion);
    settling.case.state.tally = tally;
    if !tally.total().is_multiple_of(TELLING) || mode(settling) != AnswerMode::Suggest {
        return;
    }
    let told = Phrase::new("suggestion.tally")
        .with("channel", settling.case.channel.0.clone())
        .with("total", tally.total())
        .with("sent", tally.sent)
        .with("edited", tally.edited)
        .with("wrong", tally.wrong)
        .with("share", tally.sent * 100 / tally.total().max(1));
    let switch = format!("switch-on:{}", settling.case.conversation);
    settling.show(None, Draft::notice(told).choice(switch, "button.switch_on"));
}

/// From now on the bot answers by itself on this channel.
pub(super) fn switch_on(settling: &mut Settling<'_>, agent: AgentId) {
    let channel = settling.case.channel.clone();
    if mode(settling) != AnswerMode::Suggest {
        return settling.remark("button.gone");
    }
    let may = settling
        .policy
        .colleague(agent)
        .is_some_and(|one| one.decides_on_answers());
    if !may {
        return settling.remark("suggestion.not_yours");
    }
    settling.remark(Phrase::new("suggestion.switched_on").with("channel", channel.0.clone()));
    settling.effect(Effect::Write(Write::Answers {
        channel,
        mode: AnswerMode::Auto,
    }));
}

impl Tally {
    /// With one more.
    const fn with(mut self, opinion: Opinion) -> Self {
        match opinion {
            Opinion::Sent => self.sent += 1,
            Opinion::Edited => self.edited += 1,
            Opinion::Wrong => self.wrong += 1,
            Opinion::VotedUp | Opinion::VotedDown => {}
        }
        self
    }
}
