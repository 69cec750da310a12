//! Bursts: where calls are counted, what a customer writes quickly becomes one row in the thread.

use crate::domain::content::{Author, Content, Kind};
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::effect::Doing;
use crate::domain::id::{DeliveryId, MessageId};
use crate::domain::mask::mask;
use crate::domain::phrase::Phrase;
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::runtime::desk::compose::Composer;
use crate::runtime::desk::parts::{End, state_of};
use crate::store::StoreError;
use crate::store::outbox::{self, Change, Merging, NewDelivery, PartRow};

/// A row that waits, and what it says together with what joins it.
struct Joined {
    tail: PartRow,
    whole: Content,
}

impl Composer<'_> {
    /// A line in the thread: one of the customer's waits a moment for the next where calls are
    /// counted, and one whose files are on their way waits for them.
    pub(super) async fn say_in_thread(
        &mut self,
        doing: &Doing,
        end: &End,
        content: Content,
    ) -> Result<(), StoreError> {
        if !is_relay(doing, &content) || end.abilities.budgets.is_empty() {
            return self.say_with_files(doing, end, content).await;
        }
        let relay = Doing {
            hold_until: Some(self.now.plus_ms(self.policy.delays.relay)),
            ..doing.clone()
        };
        match self.joined(end, &content).await? {
            Some(joined) => {
                self.join(&relay, end, content, joined);
                Ok(())
            }
            None => self.say_with_files(&relay, end, content).await,
        }
    }

    /// The customer's last line with this one behind it, if it still waits and one call carries both.
    async fn joined(&self, end: &End, content: &Content) -> Result<Option<Joined>, StoreError> {
        if !content.attachments.is_empty() || self.rows.changes.iter().any(is_for_thread) {
            return Ok(None);
        }
        let lane = self.case.conversation.lane();
        let read = self
            .core
            .db
            .read(|tx| Box::pin(outbox::tail(tx, lane, Destination::Thread)));
        let Some(tail) = read.await?.filter(|tail| self.may_be_joined(tail)) else {
            return Ok(None);
        };
        let Action::Send(before) = self.opened_part(&tail)? else {
            return Ok(None);
        };
        let whole = Content {
            text: format!("{}\n{}", before.text, content.text),
            ..before.clone()
        };
        let fits = end.platform.shape(whole.clone(), &end.at.place).len() == 1;
        Ok((fits && is_words(&before)).then_some(Joined { tail, whole }))
    }

    /// Only a customer's line is held in a thread; it must not have been tried.
    fn may_be_joined(&self, tail: &PartRow) -> bool {
        state_of(tail) == Some(DeliveryState::Queued)
            && tail.attempt == 0
            && tail.hold_until.is_some()
            && tail.message_id.is_some()
            && self.is_current(tail)
    }

    /// Whether a row was written for the thread as it is open now.
    pub(super) fn is_current(&self, row: &PartRow) -> bool {
        let thread = self.thread.as_ref().filter(|_| self.opening.is_none());
        thread.map(|thread| (Some(thread.id), thread.generation))
            == Some((row.thread_id, row.generation))
    }

    fn join(&mut self, doing: &Doing, end: &End, content: Content, joined: Joined) {
        let Joined { tail, whole } = joined;
        let channel = &end.at.channel.0;
        let part = self.row(
            doing,
            end.to,
            channel,
            &end.abilities,
            &Action::Send(content),
        );
        let whole = self.row(doing, end.to, channel, &end.abilities, &Action::Send(whole));
        // A stream of lines does not put off the first of them.
        let whole = NewDelivery {
            message: tail.message_id.map(MessageId),
            hold_until: tail.hold_until.map(Timestamp),
            ..whole
        };
        self.rows.changes.push(Change::Merge(Box::new(Merging {
            tail: DeliveryId(tail.id),
            whole,
            part,
        })));
    }

    /// The message under which a merged row is known, and all that it says when one of its messages
    /// says `body`; `None` for a message with a row of its own.
    pub(super) async fn whole(
        &self,
        end: &End,
        of: MessageId,
        body: &Content,
    ) -> Result<Option<(MessageId, Content)>, StoreError> {
        let Some(row) = self.carrier(of).await?.filter(|row| self.is_current(row)) else {
            return Ok(None);
        };
        let messages = self.merged(&row).await?;
        let (Some(head), Action::Send(shown), false) =
            (row.message_id, self.opened_part(&row)?, messages.is_empty())
        else {
            return Ok(None);
        };
        let mut texts = Vec::new();
        for message in messages {
            texts.push(match message == of {
                true => body.text.clone(),
                false => self.shown_text(end, message).await?,
            });
        }
        let whole = Content {
            text: texts.join("\n"),
            ..shown
        };
        Ok(Some((MessageId(head), whole)))
    }

    /// The row that shows a message in the thread, its own or a merged one.
    async fn carrier(&self, of: MessageId) -> Result<Option<PartRow>, StoreError> {
        if let Some(own) = self.parts_of(of, Destination::Thread).await?.pop() {
            return Ok(Some(own));
        }
        let lane = self.case.conversation.lane();
        self.core
            .db
            .read(|tx| Box::pin(outbox::whole_of(tx, lane, of, Destination::Thread)))
            .await
    }

    pub(super) async fn merged(&self, row: &PartRow) -> Result<Vec<MessageId>, StoreError> {
        let (lane, row) = (self.case.conversation.lane(), DeliveryId(row.id));
        self.core
            .db
            .read(|tx| Box::pin(outbox::merged(tx, lane, row)))
            .await
    }

    /// A recorded message as the thread shows it: changed and withdrawn ones carry their mark.
    async fn shown_text(&self, end: &End, of: MessageId) -> Result<String, StoreError> {
        let Some(kept) = self.recorded(of).await? else {
            return Ok(String::new());
        };
        let mark = |key| self.voice(true).phrase(&Phrase::new(key));
        let text = mask(&kept.content.text, self.masked(&end.abilities));
        Ok(match (kept.deleted, kept.edited) {
            (true, _) => mark("mark.deleted"),
            (false, true) => format!("{text}\n\n{}", mark("mark.edited")),
            (false, false) => text,
        })
    }
}

/// A customer's own line on its way into the thread.
fn is_relay(doing: &Doing, content: &Content) -> bool {
    let by_customer = matches!(content.from, Author::Customer { .. });
    doing.message.is_some() && by_customer && content.kind == Kind::Text
}

fn is_words(content: &Content) -> bool {
    let by_customer = matches!(content.from, Author::Customer { .. });
    by_customer && content.attachments.is_empty() && content.choices.is_empty()
}

/// What this decision has already put into the thread stands before the line.
fn is_for_thread(change: &Change) -> bool {
    match change {
        Change::Add(row) => row.destination == Destination::Thread,
        Change::Merge(_) | Change::Abandon(_) => true,
        Change::Rewrite { .. }
        | Change::Renew { .. }
        | Change::TakeBack { .. }
        | Change::Ready { .. }
        | Change::Again { .. }
        | Change::Leave(_) => false,
    }
}
