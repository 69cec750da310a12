//! The knowledge base from the team's chat: `/kb` with an action.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{
    CommandCall, CommandPlace, CommandSpec, Parameter, ParameterSort, Permission, Plan, Word,
    Write, words,
};
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::record::Records;
use knowledge::article::Step;
use knowledge::import::job::{ImportJob, ImportOrder};
use knowledge::keeper::Keeper;
use knowledge::learn::Learner;
use knowledge::order::{Order, OrderJob, Ordered};

use crate::command::roles::RoleMap;
use crate::command::{read, wording};

mod action;
mod look;

use action::{ACTIONS, Action, Does};

const SPECS: &[CommandSpec] = &[CommandSpec {
    name: "kb",
    aliases: &["知识库"],
    parameters: &[
        Parameter::optional("action", "操作", ParameterSort::OneOf(action::WORDINGS)),
        Parameter::optional("rest", "内容", ParameterSort::Rest),
    ],
    permission: Permission::Serve,
    place: CommandPlace::Anywhere,
    summary_zh: "知识库：查找、导入、修改、发布、测试；不带参数时列出",
    summary_en: "The knowledge base: search, import, change, publish, test; lists them without",
    example_zh: "/知识库 查找 怎么退货",
    example_en: "/kb search how do I return something",
}];

/// The knowledge base.
#[derive(Debug)]
pub struct Kb {
    keeper: Keeper,
    learner: Learner,
    roles: Arc<RoleMap>,
}

/// What was typed behind the action.
struct Given<'g> {
    words: Vec<Word>,
    text: &'g str,
    author: String,
    policy: &'g Policy,
}

impl Kb {
    /// Works with this keeper, and learns from these records; `roles` say who may do what.
    #[must_use]
    pub fn new(keeper: Keeper, records: Arc<Records>, roles: RoleMap) -> Self {
        Self {
            learner: Learner::new(keeper.clone(), records),
            keeper,
            roles: Arc::new(roles),
        }
    }

    async fn planned(&self, action: &Action, given: &Given<'_>) -> Plan {
        match action.does {
            Does::Search => look::search(&self.keeper, given),
            Does::Show => look::show(&self.keeper, given).await,
            Does::History => look::history(&self.keeper, given).await,
            Does::Diff => look::diff(&self.keeper, given).await,
            Does::Imports => look::imports(&self.keeper, given).await,
            Does::Stats => look::stats(&self.keeper).await,
            Does::Suggestions if given.has(action::NOW) => {
                ordered(given, Some(Order::Learn), action)
            }
            Does::Suggestions => look::suggestions(&self.learner).await,
            Does::Learned => look::learned(&self.learner).await,
            Does::Approve => ordered(given, given.approve(), action),
            Does::Edit => ordered(given, given.reword(), action),
            Does::Reject => {
                let order = given.number(0).map(|number| Order::Reject { number });
                ordered(given, order, action)
            }
            Does::Unlearn => {
                let order = given.number(0).map(|number| Order::Unlearn { number });
                ordered(given, order, action)
            }
            Does::Import => import(given),
            Does::Submit => ordered(given, given.step(Step::Submit), action),
            Does::Publish => ordered(given, given.publish(), action),
            Does::Off => ordered(given, given.step(Step::Archive), action),
            Does::RollBack => ordered(given, given.roll_back(), action),
            Does::Correct => ordered(given, given.correct(), action),
            Does::Undo => ordered(given, given.undo(), action),
            Does::Test => ordered(given, given.test(), action),
        }
    }

    fn refusal(&self, action: &Action, call: &CommandCall, policy: &Policy) -> Option<Plan> {
        let roles = policy.colleague(call.by).map(|one| one.roles.as_slice());
        if self
            .roles
            .allows(roles.unwrap_or_default(), action.permission)
        {
            return None;
        }
        let granting = self.roles.granting(action.permission);
        let name = format!("kb {}", action.wording.name);
        let phrase = Phrase::new("command.not_permitted").with("name", name);
        let role = wording::list(&granting, policy.team_language);
        Some(Plan::saying(phrase.with("role", role)))
    }
}

/// What cannot be understood is answered with how it is written.
fn ordered(given: &Given<'_>, order: Option<Order>, action: &Action) -> Plan {
    let Some(order) = order else {
        return action.usage(given.policy.team_language);
    };
    let ordered = Ordered {
        order,
        author: given.author.clone(),
    };
    Plan {
        writes: vec![Write::Job {
            kind: OrderJob::KIND.to_owned(),
            payload: serde_json::to_value(ordered).unwrap_or_default(),
        }],
        ..Plan::default()
    }
}

/// The files came with the command; whether there are any, the job will see.
fn import(given: &Given<'_>) -> Plan {
    let order = ImportOrder {
        publish: given.has(action::PUBLISH),
        force: given.has(action::FORCE),
        dry_run: given.has(action::DRY_RUN),
        space: given.after(action::SPACE).unwrap_or_default(),
        author: given.author.clone(),
    };
    let job = Write::Job {
        kind: ImportJob::KIND.to_owned(),
        payload: serde_json::to_value(order).unwrap_or_default(),
    };
    Plan {
        writes: vec![job],
        ..Plan::saying(Phrase::new("kb.import_started"))
    }
}

impl Given<'_> {
    fn word(&self, at: usize) -> Option<&str> {
        self.words.get(at).map(|word| word.text.as_str())
    }

    fn number(&self, at: usize) -> Option<i64> {
        self.word(at)?
            .trim_start_matches(['#', '＃', 'r'])
            .parse()
            .ok()
    }

    /// Whether one of these words is there, and not in quotation marks.
    fn has(&self, names: &[&str]) -> bool {
        self.words
            .iter()
            .any(|word| !word.quoted && names.contains(&word.text.to_lowercase().as_str()))
    }

    /// The word after one of these.
    fn after(&self, names: &[&str]) -> Option<String> {
        let mut words = self.words.iter();
        words.find(|word| names.contains(&word.text.to_lowercase().as_str()))?;
        words.next().map(|word| word.text.clone())
    }

    fn step(&self, step: Step) -> Option<Order> {
        Some(Order::Step {
            article: self.word(0)?.to_owned(),
            step,
            force: self.has(action::FORCE),
        })
    }

    /// An article, or with `#` an import.
    fn publish(&self) -> Option<Order> {
        match self.word(0)?.strip_prefix(['#', '＃']) {
            None => self.step(Step::Publish),
            Some(number) => Some(Order::PublishImport {
                number: number.parse().ok()?,
                force: self.has(action::FORCE),
            }),
        }
    }

    fn approve(&self) -> Option<Order> {
        Some(Order::Approve {
            number: self.number(0)?,
            force: self.has(action::FORCE),
        })
    }

    fn reword(&self) -> Option<Order> {
        let answer = self.text.get(self.words.first()?.end..)?.trim();
        (!answer.is_empty()).then_some(Order::Reword {
            number: self.number(0)?,
            answer: answer.to_owned(),
        })
    }

    fn roll_back(&self) -> Option<Order> {
        Some(Order::RollBack {
            article: self.word(0)?.to_owned(),
            revision: self.number(1)?,
            force: self.has(action::FORCE),
        })
    }

    fn correct(&self) -> Option<Order> {
        Some(Order::Correct {
            article: self.word(0)?.to_owned(),
            sure: self.has(action::SEND),
        })
    }

    fn undo(&self) -> Option<Order> {
        match self.word(0) {
            None => Some(Order::UndoImport { number: None }),
            Some(_) => self.number(0).map(|number| Order::UndoImport {
                number: Some(number),
            }),
        }
    }

    /// `add QUESTION ID`, `add QUESTION none`, `remove QUESTION`, or nothing: ask them all.
    fn test(&self) -> Option<Order> {
        let Some(verb) = self.words.first() else {
            return Some(Order::AskTests);
        };
        let rest = self.text.get(verb.end..).unwrap_or_default().trim();
        if action::REMOVE.contains(&verb.text.as_str()) {
            return (!rest.is_empty()).then(|| Order::ForgetTest {
                question: rest.to_owned(),
            });
        }
        let last = self.words.last().filter(|_| self.words.len() > 2)?;
        let question = self.text.get(verb.end..last.start)?.trim();
        action::ADD
            .contains(&verb.text.as_str())
            .then(|| Order::KeepTest {
                question: question
                    .trim_matches(['"', '“', '”', '「', '」'])
                    .to_owned(),
                article: (!action::NONE.contains(&last.text.as_str())).then(|| last.text.clone()),
            })
    }
}

#[async_trait]
impl CommandHandler for Kb {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        let policy = context.policy;
        let parsed = match read(call, SPECS, policy) {
            Ok(parsed) => parsed,
            Err(problem) => return problem,
        };
        let named = parsed.text("action");
        let Some(action) =
            named.and_then(|name| ACTIONS.iter().find(|one| one.wording.name == name))
        else {
            return Plan::saying(action::all(policy.team_language));
        };
        if let Some(refusal) = self.refusal(action, call, policy) {
            return refusal;
        }
        let text = parsed.text("rest").unwrap_or_default();
        let colleague = policy.colleague(call.by);
        let given = Given {
            words: words(text),
            text,
            author: colleague.map(|one| one.name.clone()).unwrap_or_default(),
            policy,
        };
        self.planned(action, &given).await
    }
}
