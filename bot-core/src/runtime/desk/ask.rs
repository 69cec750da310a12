//! Asking: the answerer and the commands, outside any transaction and with a deadline.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::domain::answer::{Answer, Question};
use crate::domain::conversation::Case;
use crate::domain::event::{Ask, Reply};
use crate::domain::id::{LaneId, MessageId};
use crate::domain::policy::Policy;
use crate::port::command::CommandContext;
use crate::runtime::core::Core;
use crate::runtime::desk::Desk;
use crate::runtime::intake::{Stored, internal};
use crate::store::{StoreError, inbox};

impl Desk {
    /// The reply, or word that it is overdue; an overdue answer arrives as an event.
    pub(super) async fn ask(&self, lane: LaneId, case: &Case, policy: &Policy, ask: Ask) -> Reply {
        match ask {
            Ask::Answerer(question) => self.ask_answerer(lane, policy, question).await,
            Ask::Command(call) => {
                let context = CommandContext {
                    case: Some(case),
                    policy,
                };
                Reply::Plan(self.core.outside.commands.plan(&call, context).await)
            }
        }
    }

    async fn ask_answerer(&self, lane: LaneId, policy: &Policy, question: Question) -> Reply {
        let about = question.about;
        let deadline = self.core.now().plus_ms(policy.delays.answer);
        let mut answering = answering(&self.core, question);
        tokio::select! {
            biased;
            answer = &mut answering => Reply::Answer { about, answer },
            () = self.core.clock.wait_until(deadline) => {
                self.await_late(lane, about, answering);
                Reply::Overdue
            }
        }
    }

    fn await_late(
        &self,
        lane: LaneId,
        about: MessageId,
        answering: BoxFuture<'static, Option<Answer>>,
    ) {
        let core = self.core.clone();
        let stop = self.supervisor.stop();
        self.supervisor.spawn("late answer", async move {
            tokio::select! {
                answer = answering => arrived(&core, lane, about, answer).await,
                // The timer of the turn acts in its place after a restart.
                () = stop.cancelled() => {}
            }
        });
    }
}

fn answering(core: &Core, question: Question) -> BoxFuture<'static, Option<Answer>> {
    let answerer = Arc::clone(&core.outside.answerer);
    Box::pin(async move {
        let answer = answerer.answer(&question).await;
        answer
            .inspect_err(|error| tracing::warn!(%error, "the answerer failed"))
            .ok()
    })
}

async fn arrived(core: &Core, lane: LaneId, about: MessageId, answer: Option<Answer>) {
    let stored = Stored::Late {
        reply: Reply::Answer { about, answer },
    };
    let row = Arc::new(internal(core, lane, format!("late:{about}"), &stored));
    let written: Result<_, StoreError> = core
        .db
        .write(move |tx| {
            let row = Arc::clone(&row);
            Box::pin(async move { inbox::accept(tx, &row).await })
        })
        .await;
    match written {
        Ok(_) => core.signals.lane(lane),
        Err(error) => tracing::warn!(%error, "a late answer was not stored; the turn's timer acts"),
    }
}
