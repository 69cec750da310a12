//! What follows from an event, in words short enough for a table.

use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::{
    Direction, Doing, Effect, FactKind, Keep, Opinion, Reason, RingCause, Rung,
};
use crate::domain::id::MessageId;
use crate::domain::place::Destination;

/// What follows from an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Then {
    /// The message that the event brought.
    pub(crate) message: MessageId,
    pub(crate) effects: Vec<Effect>,
}

impl Then {
    pub(crate) fn extend(&mut self, then: Self) {
        self.effects.extend(then.effects);
    }

    /// What the customer gets, with the choices in brackets.
    pub(crate) fn told(&self) -> Vec<String> {
        self.at(Destination::Customer)
    }

    /// What the thread gets.
    pub(crate) fn thread(&self) -> Vec<String> {
        let opened = self.effects.contains(&Effect::OpenThread);
        let opening = opened.then(|| "<opened>".to_owned());
        opening
            .into_iter()
            .chain(self.at(Destination::Thread))
            .collect()
    }

    fn at(&self, to: Destination) -> Vec<String> {
        let doings = self.doings().filter(|doing| doing.to == to);
        doings.map(|doing| done(&doing.action)).collect()
    }

    pub(crate) fn doings(&self) -> impl Iterator<Item = &Doing> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Do(doing) => Some(doing),
            _ => None,
        })
    }

    pub(crate) fn keeps(&self) -> impl Iterator<Item = &Keep> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Keep(keep) => Some(keep),
            _ => None,
        })
    }

    /// What somebody thought of answers.
    pub(crate) fn judged(&self) -> Vec<Opinion> {
        let judged = self.effects.iter().filter_map(|effect| match effect {
            Effect::Judge(judged) => Some(judged.opinion),
            _ => None,
        });
        judged.collect()
    }

    /// What is recorded, in order.
    pub(crate) fn kept(&self) -> Vec<(Direction, String)> {
        self.keeps()
            .map(|keep| (keep.direction, words(&keep.body)))
            .collect()
    }

    /// Why nothing more was done about the customer's message.
    pub(crate) fn reason(&self) -> Option<Reason> {
        self.keeps().find_map(|keep| keep.reason)
    }

    pub(crate) fn rung(&self) -> Vec<Rung> {
        let rung = self.effects.iter().filter_map(|effect| match effect {
            Effect::Ring(ring) => Some(ring.to),
            _ => None,
        });
        rung.collect()
    }

    pub(crate) fn rings(&self) -> Vec<RingCause> {
        let rings = self.effects.iter().filter_map(|effect| match effect {
            Effect::Ring(ring) => Some(ring.why),
            _ => None,
        });
        rings.collect()
    }

    pub(crate) fn counts(&self, kind: FactKind) -> bool {
        self.value_of(kind).is_some()
    }

    /// The value of a counted happening; outside `None`: it was not counted.
    pub(crate) fn value_of(&self, kind: FactKind) -> Option<Option<i64>> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Count(fact) if fact.kind == kind => Some(fact.value),
            _ => None,
        })
    }

    /// The id of the choice with this label.
    pub(crate) fn choice(&self, label: &str) -> String {
        let drafts = self.doings().filter_map(|doing| match &doing.action {
            Action::Send(draft) => Some(draft),
            _ => None,
        });
        let mut choices = drafts.flat_map(|draft| &draft.choices);
        let found = choices.find(|(_, words)| word(words) == label);
        found.unwrap().0.clone()
    }
}

/// What an action shows.
pub(crate) fn done(action: &Action<Draft>) -> String {
    match action {
        Action::Send(draft) => words(draft),
        Action::Edit { body, .. } => format!("edit: {}", words(body)),
        other => format!("<{}>", other.name()),
    }
}

/// Paragraphs by " + ", choices in brackets: phrases by their keys, texts as they stand.
fn words(draft: &Draft) -> String {
    let said: Vec<_> = draft.words.iter().map(word).collect();
    let choices: Vec<_> = draft.choices.iter().map(|(_, label)| word(label)).collect();
    let said = said.join(" + ");
    match choices.is_empty() {
        true => said,
        false => format!("{said} [{}]", choices.join(" | ")),
    }
}

fn word(words: &Words) -> String {
    match words {
        Words::Phrase(phrase) => phrase.key.clone(),
        Words::Text(text) => text.clone(),
    }
}
