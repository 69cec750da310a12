//! What carries a message may be several rows: a change, or the end of it, reaches each of them.

use std::sync::Arc;

use crate::domain::content::Content;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::draft::Draft;
use crate::domain::effect::Doing;
use crate::domain::id::{DeliveryId, MessageId};
use crate::domain::place::{Address, Destination};
use crate::domain::time::Timestamp;
use crate::port::platform::{Abilities, Platform};
use crate::runtime::desk::compose::Composer;
use crate::store::message::{self, Recorded};
use crate::store::outbox::{self, Change, NewDelivery, PartRow, Renewal};
use crate::store::{Spot, StoreError};

/// Stands where a part of a message was that cannot be taken away any more.
const NOTHING: &str = "…";

/// Where a message is shown, and what can be done there.
#[derive(Clone)]
pub(super) struct End {
    pub(super) to: Destination,
    pub(super) at: Address,
    pub(super) platform: Arc<dyn Platform>,
    pub(super) abilities: Abilities,
}

/// Why the rows of a message cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stuck {
    /// One of them did not arrive.
    Dead,
    /// Nobody knows whether one of them arrived.
    Unknown,
    /// They have arrived, and the platform changes nothing.
    Fixed,
}

impl Composer<'_> {
    pub(super) async fn parts_of(
        &self,
        message: MessageId,
        to: Destination,
    ) -> Result<Vec<PartRow>, StoreError> {
        let lane = self.case.conversation.lane();
        let read = self
            .core
            .db
            .read(|tx| Box::pin(outbox::parts(tx, lane, message, to)));
        let mut rows = read.await?;
        // What a foreign thread showed before it was opened anew is out of reach.
        rows.retain(|row| to != Destination::Thread || row.local || self.is_current(row));
        Ok(rows)
    }

    pub(super) async fn recorded(
        &self,
        message: MessageId,
    ) -> Result<Option<Recorded>, StoreError> {
        let (key, conversation) = (Arc::clone(&self.key), self.case.conversation);
        let read = self.core.db.read(|tx| {
            Box::pin(async move { message::find(tx, &key, conversation, message).await })
        });
        read.await
    }

    /// New words for what carries a message to an end: the parts that exist are changed, those too
    /// many are taken away, and those that are missing are sent.
    pub(super) async fn change(
        &mut self,
        end: &End,
        doing: &Doing,
        of: MessageId,
        body: Content,
    ) -> Result<(), StoreError> {
        let rows = self.parts_of(of, end.to).await?;
        if rows.is_empty() {
            return self.out_of_reach(end, of).await;
        }
        let body = self.with_files_of(&rows, body)?;
        if let Some(why) = rows.iter().find_map(|row| stuck(row, &end.abilities)) {
            self.cannot_change(end, doing, &rows, (body, why));
            return Ok(());
        }
        let mut parts = end.platform.shape(body, &end.at.place).into_iter();
        for row in &rows {
            match parts.next() {
                Some(part) => self.rewrite(end, doing, (row, of), part)?,
                None => self.take_away(end, doing, row, of),
            }
        }
        for part in parts {
            self.say_part(end, doing, part);
        }
        Ok(())
    }

    /// Nothing carries the reply any more: it was left as it is, and may have arrived. A reply that
    /// was taken back is nobody's concern.
    async fn out_of_reach(&mut self, end: &End, of: MessageId) -> Result<(), StoreError> {
        let stands = self.recorded(of).await?.is_some_and(|one| !one.deleted);
        if end.to == Destination::Customer && stands {
            self.report("edit.unknown");
        }
        Ok(())
    }

    /// An edit changes the words; the files stay.
    fn with_files_of(&self, rows: &[PartRow], mut body: Content) -> Result<Content, StoreError> {
        if body.attachments.is_empty() {
            for row in rows {
                if let Action::Send(shown) = self.opened_part(row)? {
                    body.attachments.extend(shown.attachments);
                }
            }
        }
        Ok(body)
    }

    pub(super) fn opened_part(&self, row: &PartRow) -> Result<Action, StoreError> {
        let spot = Spot::new("outbox", "body", row.id);
        Ok(self.key.open(spot, &row.body_sealed)?)
    }

    fn rewrite(
        &mut self,
        end: &End,
        doing: &Doing,
        (row, of): (&PartRow, MessageId),
        part: Content,
    ) -> Result<(), StoreError> {
        if row.local {
            self.renew(row.id, Some(part), Renewal::Edited);
            return Ok(());
        }
        if self.opened_part(row)? == Action::Send(part.clone()) {
            return Ok(());
        }
        let body = self.seal_body(row.id, &Action::Send(part.clone()));
        let otherwise = match end.abilities.edits {
            true => Some(self.aimed(end, doing, row, &Action::Edit { of, body: part })),
            false => self.remark_row(Draft::notice("edit.cannot")),
        };
        self.rows.changes.push(Change::Rewrite {
            row: DeliveryId(row.id),
            body,
            otherwise,
        });
        Ok(())
    }

    /// Takes a part back while it waits; deletes it where that is possible, or empties it.
    pub(super) fn take_away(&mut self, end: &End, doing: &Doing, row: &PartRow, of: MessageId) {
        let otherwise = if row.local {
            self.renew(row.id, None, Renewal::Deleted);
            None
        } else if self.is_deletable(row, &end.abilities) {
            Some(self.aimed(end, doing, row, &Action::Delete { of }))
        } else if end.abilities.edits && state_of(row) == Some(DeliveryState::Sent) {
            let body = Content {
                text: NOTHING.to_owned(),
                ..Content::default()
            };
            Some(self.aimed(end, doing, row, &Action::Edit { of, body }))
        } else {
            None
        };
        self.rows.changes.push(Change::TakeBack {
            row: DeliveryId(row.id),
            otherwise,
        });
    }

    /// Whether the platform takes a row back that has arrived, or is on its way.
    pub(super) fn is_deletable(&self, row: &PartRow, abilities: &Abilities) -> bool {
        let age = self.now.since(Timestamp(row.at));
        let arrives = !matches!(
            state_of(row),
            Some(DeliveryState::Dead | DeliveryState::Unknown)
        );
        arrives && abilities.deletes_for.is_some_and(|limit| age <= limit)
    }

    /// A call that changes one row.
    pub(super) fn aimed(
        &mut self,
        end: &End,
        doing: &Doing,
        row: &PartRow,
        action: &Action,
    ) -> NewDelivery {
        let made = self.row(doing, end.to, &end.at.channel.0, &end.abilities, action);
        NewDelivery {
            target: Some(DeliveryId(row.id)),
            hold_until: None,
            ..made
        }
    }

    /// A push follows what the customer gets by itself.
    fn say_part(&mut self, end: &End, doing: &Doing, part: Content) {
        if end.to != Destination::Callback {
            let action = Action::Send(part);
            self.add(doing, end.to, &end.at.channel.0, &end.abilities, &action);
        }
    }

    /// What does not reach the customer is reported to the thread; what the team should see is said
    /// anew.
    fn cannot_change(
        &mut self,
        end: &End,
        doing: &Doing,
        rows: &[PartRow],
        (body, why): (Content, Stuck),
    ) {
        match (end.to, why) {
            (Destination::Thread, _) => self.say_anew(end, doing, rows, body),
            (Destination::Customer, Stuck::Dead) => self.report("edit.dead"),
            (Destination::Customer, Stuck::Fixed) => self.report("edit.cannot"),
            (Destination::Customer, Stuck::Unknown) => {
                self.ready_to_resend(end, rows, body);
                self.report("edit.unknown");
            }
            (Destination::Room | Destination::Callback, _) => {}
        }
    }

    fn report(&mut self, key: &str) {
        let remark = self.remark_row(Draft::notice(key)).map(Change::Add);
        self.rows.changes.extend(remark);
    }

    fn say_anew(&mut self, end: &End, doing: &Doing, rows: &[PartRow], body: Content) {
        for row in rows.iter().filter(|row| waits(row)) {
            self.take_back_row(row);
        }
        for part in end.platform.shape(body, &end.at.place) {
            self.say_part(end, doing, part);
        }
    }

    /// If it is sent again, then with the new words.
    fn ready_to_resend(&mut self, end: &End, rows: &[PartRow], body: Content) {
        let parts = end.platform.shape(body, &end.at.place);
        for (row, part) in rows.iter().zip(parts) {
            let body = self.seal_body(row.id, &Action::Send(part));
            self.rows.changes.push(Change::Rewrite {
                row: DeliveryId(row.id),
                body,
                otherwise: None,
            });
        }
    }

    pub(super) fn take_back_row(&mut self, row: &PartRow) {
        self.rows.changes.push(Change::TakeBack {
            row: DeliveryId(row.id),
            otherwise: None,
        });
    }
}

pub(super) fn state_of(row: &PartRow) -> Option<DeliveryState> {
    DeliveryState::parse(&row.state)
}

/// Whether a row has not been handed to its platform yet.
pub(super) fn waits(row: &PartRow) -> bool {
    matches!(
        state_of(row),
        Some(DeliveryState::Queued | DeliveryState::Held)
    )
}

fn stuck(row: &PartRow, abilities: &Abilities) -> Option<Stuck> {
    match state_of(row)? {
        _ if row.local => None,
        DeliveryState::Dead => Some(Stuck::Dead),
        DeliveryState::Unknown => Some(Stuck::Unknown),
        DeliveryState::Sent | DeliveryState::Sending if !abilities.edits => Some(Stuck::Fixed),
        DeliveryState::Sent
        | DeliveryState::Sending
        | DeliveryState::Queued
        | DeliveryState::Held
        | DeliveryState::Superseded => None,
    }
}

/// What is done about a message, without words of its own.
pub(super) fn about(to: Destination, message: MessageId) -> Doing {
    Doing {
        to,
        action: Action::Send(Draft::default()),
        message: Some(message),
        hold_until: None,
        echo: false,
    }
}
