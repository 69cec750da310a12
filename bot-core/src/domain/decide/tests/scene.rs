//! A stage for decisions: one conversation whose new case is fed back in, an answerer that knows
//! what a test tells it, a clock that is set by hand, and timers that fire when it moves.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::domain::answer::{
    Answer, AnswerMode, ArticleAnswer, ArticleChoice, Evidence, Outcome as Found, Question,
};
use crate::domain::command::Plan;
use crate::domain::conversation::{Case, State};
use crate::domain::decide::decide;
use crate::domain::effect::{Decision, Effect};
use crate::domain::event::{Ask, Event, EventKind, Reply, Timer};
use crate::domain::hours::{Hours, HoursSettings};
use crate::domain::id::{AgentId, ArticleId, InboxId};
use crate::domain::language::Language;
use crate::domain::policy::{Colleague, Policy};
use crate::domain::ticket::{Status, Ticket};
use crate::domain::time::{HOUR, Timestamp};

use super::then::Then;

/// Li, who is on duty.
pub(crate) const LI: AgentId = AgentId(Uuid::from_u128(0xa1));
/// Mo, a colleague on duty too.
pub(crate) const MO: AgentId = AgentId(Uuid::from_u128(0xa2));

/// How the answerer behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Answerer {
    #[default]
    Prompt,
    Failing,
    Slow,
}

/// One conversation on the stage.
#[derive(Clone)]
pub(crate) struct Scene {
    pub(crate) case: Case,
    pub(crate) policy: Policy,
    pub(crate) now: Timestamp,
    pub(crate) answerer: Answerer,
    /// What was asked of the answerer, newest last.
    pub(crate) asked: Vec<Question>,
    /// What the next command wants done.
    pub(crate) plan: Plan,
    /// What the articles themselves say of their answers.
    pub(crate) article_mode: AnswerMode,
    /// The articles exist in this language only; in any without.
    pub(crate) only_in: Option<Language>,
    known: BTreeMap<String, Found>,
    others: Vec<ArticleAnswer>,
    unanswered: Vec<String>,
    timers: BTreeMap<String, (Timestamp, Timer)>,
    events: u128,
}

impl Scene {
    /// A customer who never wrote, at noon, with Li and Mo at the desk day and night.
    pub(crate) fn new() -> Self {
        let policy = Policy {
            desk: "Acme".to_owned(),
            agents: vec![colleague(LI, "li", "小李"), colleague(MO, "mo", "小莫")],
            ..Policy::default()
        };
        Self {
            case: case(),
            policy,
            now: Timestamp(1_800_000_000_000),
            answerer: Answerer::Prompt,
            asked: Vec::new(),
            plan: Plan::default(),
            article_mode: AnswerMode::Auto,
            only_in: None,
            known: BTreeMap::new(),
            others: Vec::new(),
            unanswered: Vec::new(),
            timers: BTreeMap::new(),
            events: 0,
        }
    }

    /// The same at 22:00, when the desk closed an hour ago.
    pub(crate) fn at_night() -> Self {
        let mut scene = Self::new();
        let settings = HoursSettings {
            timezone: "Asia/Shanghai".to_owned(),
            open: vec!["Mon-Sun 09:00-21:00".to_owned()],
            closed_on: Vec::new(),
            open_on: Vec::new(),
        };
        scene.policy.hours = Hours::parse(&settings).unwrap();
        let opens = scene.policy.hours.next_open(scene.now).unwrap();
        let today = if opens == scene.now {
            scene.policy.hours.closes_at(scene.now).unwrap()
        } else {
            opens.plus_ms(12 * HOUR)
        };
        scene.now = today.plus_ms(HOUR);
        scene
    }

    /// The answerer is sure of the answer to this text.
    pub(crate) fn knows(mut self, text: &str, answer: &str) -> Self {
        self.known
            .insert(text.to_owned(), Found::Confident(article(1, answer)));
        self
    }

    /// The answerer is sure of two articles for this text, and of none for the rest of it.
    pub(crate) fn knows_in_part(mut self, text: &str, answers: [&str; 2], rest: &str) -> Self {
        self = self.knows(text, answers[0]);
        self.others = vec![ArticleAnswer {
            title: "other".to_owned(),
            ..article(2, answers[1])
        }];
        self.unanswered = vec![rest.to_owned()];
        self
    }

    /// Sure answers become of this on the channel.
    pub(crate) fn with_mode(mut self, mode: AnswerMode) -> Self {
        self.policy.answers.usual = mode;
        self
    }

    /// The answerer finds several articles for this text.
    pub(crate) fn doubts(mut self, text: &str, titles: &[&str]) -> Self {
        let choices = (1..).zip(titles).map(|(n, title)| ArticleChoice {
            article: ArticleId(Uuid::from_u128(n)),
            title: (*title).to_owned(),
        });
        self.known
            .insert(text.to_owned(), Found::Choices(choices.collect()));
        self
    }

    /// The state of a customer who was greeted before.
    pub(crate) fn greeted(mut self) -> Self {
        self.case.state.greeted = true;
        self
    }

    /// Goes on with a ticket that the customer asked for.
    pub(crate) fn handed_over(mut self) -> Self {
        self.says("人工");
        self
    }

    /// Goes on with a ticket that Li has answered.
    pub(crate) fn with_li(self) -> Self {
        let mut scene = self.handed_over();
        scene.writes(LI, "您好，我来看看");
        scene
    }

    /// Goes on with a ticket that Li answered and resolved, without a survey.
    pub(crate) fn resolved(self) -> Self {
        let mut scene = self.with_li();
        scene.case.state.surveyed_at = Some(scene.now);
        scene.closes(LI);
        scene
    }

    /// The desk is told that Li has left it.
    pub(crate) fn li_leaves(mut self) -> Self {
        self.policy.agents[0].on_duty = false;
        self
    }

    pub(crate) fn ticket(&self) -> &Ticket {
        self.case.ticket.as_ref().unwrap()
    }

    pub(crate) fn status(&self) -> Option<Status> {
        self.case.ticket.as_ref().map(|ticket| ticket.status)
    }

    /// Milliseconds until a timer fires; `None` if it is not set.
    pub(crate) fn due(&self, timer: Timer) -> Option<i64> {
        let (at, _) = self.timers.get(&timer.name())?;
        Some(at.since(self.now))
    }

    /// The timers that are set, by when they fire.
    fn pending(&self) -> Vec<(Timestamp, Timer)> {
        let mut pending: Vec<_> = self.timers.values().copied().collect();
        pending.sort_by_key(|(at, timer)| (*at, timer.name()));
        pending
    }

    /// Moves the clock and fires what comes due, in order; gives everything that follows.
    pub(crate) fn wait(&mut self, ms: i64) -> Then {
        let until = self.now.plus_ms(ms);
        let mut all = Then::default();
        while let Some(timer) = self.next_due(until) {
            all.extend(self.happens(EventKind::Timer(timer)));
        }
        self.now = until;
        all
    }

    /// Takes the next timer that is due by then, and moves the clock to it.
    pub(crate) fn next_due(&mut self, until: Timestamp) -> Option<Timer> {
        let (at, timer) = self.pending().into_iter().find(|(at, _)| *at <= until)?;
        self.timers.remove(&timer.name());
        self.now = self.now.max(at);
        Some(timer)
    }

    /// Something happens now.
    pub(crate) fn happens(&mut self, kind: EventKind) -> Then {
        let event = self.event(kind);
        self.settle(event)
    }

    /// The next event of the lane.
    pub(crate) fn event(&mut self, kind: EventKind) -> Event {
        self.events += 1;
        Event::new(
            InboxId(Uuid::from_u128(self.events << 64)),
            i64::try_from(self.events).unwrap(),
            self.now,
            kind,
        )
    }

    /// Decides an event, asks what it asks for, and goes on with the new case.
    pub(crate) fn settle(&mut self, mut event: Event) -> Then {
        for _ in 0..3 {
            match decide(&self.case, &event, &self.policy, self.now) {
                Decision::Ask(ask) => event.reply = Some(self.reply(ask)),
                Decision::Settle { case, effects } => {
                    self.case = *case;
                    self.set_timers(&effects);
                    return Then {
                        message: event.message(),
                        effects,
                    };
                }
            }
        }
        panic!("asked again and again: {event:?}");
    }

    fn reply(&mut self, ask: Ask) -> Reply {
        match ask {
            Ask::Command(_) => Reply::Plan(std::mem::take(&mut self.plan)),
            Ask::Answerer(question) => {
                self.asked.push(question.clone());
                match self.answerer {
                    Answerer::Prompt => self.answers(&question),
                    Answerer::Slow => Reply::Overdue,
                    Answerer::Failing => Reply::Answer {
                        about: question.about,
                        answer: None,
                    },
                }
            }
        }
    }

    /// What the answerer says to a question.
    pub(crate) fn answers(&self, question: &Question) -> Reply {
        let found = match question.chosen {
            Some(chosen) => Some(Found::Confident(ArticleAnswer {
                article: chosen,
                ..article(0, "chosen article")
            })),
            None => self.known.get(&question.text).cloned(),
        };
        let spoken = self.only_in.or(question.language);
        let found = found.map(|found| match found {
            Found::Confident(article) => Found::Confident(ArticleAnswer {
                language: spoken.unwrap_or(article.language),
                ..article
            }),
            other => other,
        });
        let answer = Answer {
            outcome: found.unwrap_or(Found::Unknown),
            evidence: Evidence {
                looked_up: question.text.clone(),
                ..Evidence::default()
            },
            others: self.others.clone(),
            unanswered: self.unanswered.clone(),
            mode: self.article_mode,
            ..Answer::unknown()
        };
        Reply::Answer {
            about: question.about,
            answer: Some(answer),
        }
    }

    fn set_timers(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Timer { timer, at } = effect {
                match at {
                    Some(at) => self.timers.insert(timer.name(), (*at, *timer)),
                    None => self.timers.remove(&timer.name()),
                };
            }
        }
    }
}

fn colleague(id: AgentId, name: &str, display: &str) -> Colleague {
    Colleague {
        id,
        name: name.to_owned(),
        display: display.to_owned(),
        roles: Vec::new(),
        skills: Vec::new(),
        on_duty: true,
    }
}

fn article(n: u128, text: &str) -> ArticleAnswer {
    ArticleAnswer {
        article: ArticleId(Uuid::from_u128(n)),
        revision: 1,
        title: "title".to_owned(),
        text: text.to_owned(),
        language: Language::Zh,
    }
}

fn case() -> Case {
    Case {
        conversation: Uuid::from_u128(1).into(),
        identity: Uuid::from_u128(2).into(),
        customer: Uuid::from_u128(3).into(),
        channel: "shop".into(),
        state: State::default(),
        ticket: None,
    }
}
