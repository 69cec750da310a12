//! Plays the steps of a random life, and remembers what the checks need to know of the past.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::command::{Act, Plan};
use crate::domain::content::{Author, Content};
use crate::domain::decide::tests::deeds::{file, line, wrote};
use crate::domain::decide::tests::scene::{Answerer, Scene};
use crate::domain::decide::tests::then::Then;
use crate::domain::effect::Direction;
use crate::domain::event::{
    Button, CustomerAct, EventKind, FileReport, Outcome, Reply, Report, TeamAct, TeamDeed, Writer,
};
use crate::domain::id::{AgentId, DeliveryId, MessageId, TicketId};
use crate::domain::ticket::Status;
use crate::domain::time::{MINUTE, Timestamp};

use super::steps::{DOUBTED, Form, KNOWN, Order, Step};

/// A conversation, and what was seen of it.
pub(super) struct World {
    pub(super) scene: Scene,
    pub(super) seen: Seen,
}

/// What was seen so far.
#[derive(Default)]
pub(super) struct Seen {
    /// Agents' words that may reach the customer.
    pub(super) released: BTreeSet<String>,
    /// Lines that were kept as notes.
    kept: Vec<(MessageId, String)>,
    /// Ids of choices that the customer was shown.
    choices: Vec<String>,
    /// The customer's texts, oldest first.
    pub(super) texts: Vec<String>,
    /// The customer's messages that wait for quiet or for the answerer.
    pub(super) waiting: Vec<MessageId>,
    /// Every ticket there ever was.
    pub(super) tickets: BTreeMap<TicketId, Status>,
    /// When surveys were sent.
    pub(super) surveys: Vec<Timestamp>,
    /// How often the first words were said.
    pub(super) first_words: usize,
    customer_message: Option<MessageId>,
    reply: Option<MessageId>,
    words: usize,
}

impl World {
    pub(super) fn new(by_day: bool) -> Self {
        let scene = match by_day {
            true => Scene::new(),
            false => Scene::at_night(),
        };
        Self {
            scene: scene
                .knows(KNOWN, "七天内可退")
                .doubts(DOUBTED, &["甲", "乙", "丙", "丁"]),
            seen: Seen::default(),
        }
    }

    /// Whatever still waits is settled in the end, without a further word of anybody.
    pub(super) fn ends(&mut self) {
        self.waits(MINUTE);
        assert!(
            self.seen.waiting.is_empty(),
            "never answered: {:?}",
            self.seen.waiting
        );
    }

    pub(super) fn take(&mut self, step: &Step) {
        match step {
            Step::Says { .. }
            | Step::Picture
            | Step::Press(_)
            | Step::Forge(_)
            | Step::Edits { .. }
            | Step::Deletes { .. }
            | Step::Leaves
            | Step::Arrives => self.customer(step),
            Step::Writes { .. }
            | Step::Commands { .. }
            | Step::PressesKept { .. }
            | Step::Corrects { .. }
            | Step::TakesBack { .. } => self.team(step),
            Step::Waits(ms) => self.waits(*ms),
            Step::Duty(here) => self.scene.policy.agents[0].on_duty = *here,
            Step::Answers(answerer) => self.scene.answerer = *answerer,
            Step::NotesByDefault(notes) => self.scene.policy.replies.notes_by_default = *notes,
            Step::Fires(_)
            | Step::ComesLate { .. }
            | Step::Reports { .. }
            | Step::ThreadGone
            | Step::File { .. }
            | Step::Breaks { .. } => self.machine(step),
        }
    }

    fn waits(&mut self, ms: i64) {
        let until = self.scene.now.plus_ms(ms);
        while let Some(timer) = self.scene.next_due(until) {
            self.happens(EventKind::Timer(timer), 0);
        }
        self.scene.now = until;
    }

    /// Decides one event, and checks every promise.
    fn happens(&mut self, kind: EventKind, ago: i64) {
        let before = self.scene.clone();
        let mut event = self.scene.event(kind);
        event.at = event.at.plus_ms(-ago);
        let then = self.scene.settle(event.clone());
        self.remember(&then);
        self.check(&before, &event, &then);
    }

    fn remember(&mut self, then: &Then) {
        for keep in then.keeps() {
            let text = super::checks::text_of(&keep.body);
            match (keep.direction, &keep.body.from) {
                (Direction::Note, _) => self.seen.kept.push((keep.message, text)),
                (Direction::Out, Author::Agent { .. }) => self.seen.reply = Some(keep.message),
                (Direction::In, _) => self.seen.customer_message = Some(keep.message),
                (Direction::Out, _) => {}
            }
            let choices = keep.body.choices.iter().map(|(id, _)| id.clone());
            self.seen.choices.extend(choices);
        }
    }

    // ---- the customer ----

    fn customer(&mut self, step: &Step) {
        let known = |known: &bool, message| if *known { message } else { None };
        let message = self.seen.customer_message;
        let act = match step {
            Step::Says { text, cut, ago } => return self.says(text, *cut, *ago),
            Step::Press(which) => CustomerAct::Chose {
                choice: nth(&self.seen.choices, *which).unwrap_or_default(),
            },
            Step::Forge(choice) => CustomerAct::Chose {
                choice: choice.clone(),
            },
            Step::Edits { known: is } => CustomerAct::Edited {
                message: known(is, message),
                text: "改过了".to_owned(),
            },
            Step::Deletes { known: is } => CustomerAct::Deleted {
                message: known(is, message),
            },
            Step::Leaves => CustomerAct::Left,
            Step::Picture => {
                let mut picture = line("");
                picture.content.attachments.push(file());
                CustomerAct::Said(picture)
            }
            _ => CustomerAct::Arrived { source: None },
        };
        self.happens(EventKind::Customer(act), 0);
    }

    fn says(&mut self, text: &str, cut: bool, ago: i64) {
        self.seen.texts.push(text.to_owned());
        let mut said = line(text);
        said.cut = cut;
        self.happens(EventKind::Customer(CustomerAct::Said(said)), ago);
    }

    // ---- the team ----

    fn team(&mut self, step: &Step) {
        match step {
            Step::Writes { by, form } => self.writes(*by, *form),
            Step::Commands { by, order } => self.commands(*by, order),
            Step::PressesKept { by, which, reopen } => self.presses(*by, *which, *reopen),
            Step::Corrects { by, known, form } => self.corrects(*by, *known, *form),
            Step::TakesBack { known } => {
                let message = self.seen.reply.filter(|_| *known);
                self.colleague(
                    super::super::tests::scene::LI,
                    TeamDeed::Deleted { message },
                );
            }
            _ => {}
        }
    }

    fn colleague(&mut self, agent: AgentId, what: TeamDeed) {
        let by = Writer::Colleague(agent);
        self.happens(
            EventKind::Team(TeamAct {
                by,
                what,
                is_earlier: false,
            }),
            0,
        );
    }

    /// New words, and the line that carries them.
    fn words(&mut self, form: Form) -> (String, String) {
        self.seen.words += 1;
        let words = format!("机密<{}>", self.seen.words);
        let line = match form {
            Form::Plain | Form::ToNote => format!("您好 {words}"),
            Form::ToColleague => format!("小莫，看一下 {words}"),
            Form::Card => format!("4111 1111 1111 1111 {words}"),
            Form::Command => format!("/nota {words}"),
        };
        (words, line)
    }

    fn writes(&mut self, by: Option<AgentId>, form: Form) {
        let (words, line) = self.words(form);
        let deed = wrote(&line, form == Form::ToNote);
        let Some(agent) = by else {
            let by = Writer::Stranger {
                name: "路人".to_owned(),
            };
            return self.happens(
                EventKind::Team(TeamAct {
                    by,
                    what: deed,
                    is_earlier: false,
                }),
                0,
            );
        };
        let open = self.scene.case.open_ticket();
        let may = open.is_some_and(|ticket| ticket.assignee.is_none_or(|one| one == agent));
        if may && form == Form::Plain && !self.scene.policy.replies.notes_by_default {
            self.seen.released.insert(words);
        }
        self.colleague(agent, deed);
    }

    fn commands(&mut self, agent: AgentId, order: &Order) {
        let (words, line) = self.words(Form::Plain);
        let act = match order {
            Order::Note => Act::Note(line),
            Order::Reply => {
                if self.scene.case.open_ticket().is_some() {
                    self.seen.released.insert(words);
                }
                Act::Reply(line)
            }
            Order::Close { silent } => Act::Close {
                reason: None,
                silent: *silent,
            },
            Order::Reopen => Act::Reopen,
            Order::Assign(to) => Act::Assign(*to),
            Order::Hold(ms) => Act::Hold {
                reason: "等".to_owned(),
                ms: *ms,
            },
            Order::Priority(priority) => Act::Priority(*priority),
            Order::Tag => Act::Tag {
                add: vec!["vip".to_owned()],
                remove: Vec::new(),
            },
            Order::Block(ms) => Act::Block(*ms),
            Order::Unblock => Act::Unblock,
            Order::Undo => Act::Undo(self.seen.reply.unwrap_or_default()),
        };
        self.scene.plan = Plan::doing(act);
        self.colleague(agent, wrote("/command", false));
    }

    fn presses(&mut self, agent: AgentId, which: usize, reopen: bool) {
        let Some((message, text)) = nth(&self.seen.kept, which) else {
            return self.colleague(agent, TeamDeed::Pressed(Button::Gone));
        };
        // Reopening is no second word for what must not leave by accident.
        if !reopen || !text.contains("4111") {
            let words = text.split(' ').next_back().unwrap_or_default();
            self.seen.released.insert(words.to_owned());
        }
        let content = Content::text(Author::System, text);
        let button = match reopen {
            true => Button::ReopenAndSend { message, content },
            false => Button::Send { message, content },
        };
        self.colleague(agent, TeamDeed::Pressed(button));
    }

    fn corrects(&mut self, agent: AgentId, known: bool, form: Form) {
        let (words, text) = self.words(form);
        let message = self.seen.reply.filter(|_| known);
        if message.is_some() && !matches!(form, Form::Card | Form::Command) {
            self.seen.released.insert(words);
        }
        self.colleague(agent, TeamDeed::Edited { message, text });
    }

    // ---- machines ----

    fn machine(&mut self, step: &Step) {
        let kind = match step {
            Step::Fires(timer) => EventKind::Timer(*timer),
            Step::ComesLate { failed } => match self.late(*failed) {
                Some(reply) => EventKind::Late(reply),
                None => EventKind::Late(Reply::Overdue),
            },
            Step::Reports { to, by_agent, dead } => {
                EventKind::Report(self.report(*to, *by_agent, *dead))
            }
            Step::File { stored } => EventKind::File {
                report: FileReport {
                    message: self.seen.customer_message.unwrap_or_default(),
                    attachment: file().id,
                    stored: stored.then(file).ok_or_else(|| "too big".to_owned()),
                },
                from_customer: self.seen.customer_message.is_some(),
            },
            Step::Breaks { from_customer } => EventKind::Poisoned {
                from_customer: *from_customer,
            },
            _ => EventKind::ThreadGone { generation: 1 },
        };
        self.happens(kind, 0);
    }

    fn late(&self, failed: bool) -> Option<Reply> {
        let question = self.scene.asked.last()?;
        let about = question.about;
        let none = Reply::Answer {
            about,
            answer: None,
        };
        Some(if failed {
            none
        } else {
            self.scene.answers(question)
        })
    }

    fn report(
        &self,
        destination: crate::domain::place::Destination,
        by_agent: bool,
        dead: bool,
    ) -> Report {
        let reason = "blocked".to_owned();
        Report {
            delivery: DeliveryId::default(),
            message: None,
            destination,
            by_agent,
            at: self.scene.now,
            outcome: if dead {
                Outcome::Dead { reason }
            } else {
                Outcome::Unknown
            },
        }
    }

    /// Whether the answerer would be heard at once.
    pub(super) fn answers_now(&self) -> bool {
        self.scene.answerer != Answerer::Slow
    }
}

fn nth<T: Clone>(all: &[T], which: usize) -> Option<T> {
    all.get(which.checked_rem(all.len())?).cloned()
}
