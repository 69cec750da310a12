//! What a decision does at the customer's end, and in the pushes that copy it.

use std::sync::Arc;

use crate::domain::content::Content;
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::effect::Doing;
use crate::domain::id::{DeliveryId, MessageId};
use crate::domain::phrase::Phrase;
use crate::domain::place::{Address, Destination};
use crate::port::platform::Abilities;
use crate::runtime::core::Account;
use crate::runtime::desk::compose::Composer;
use crate::runtime::desk::parts::{End, about, state_of, waits};
use crate::store::outbox::{Change, PartRow, RowAt};
use crate::store::{Spot, StoreError, outbox};

impl Composer<'_> {
    pub(super) async fn for_customer(&mut self, doing: &Doing) -> Result<(), StoreError> {
        let Some(account) = self.customer_account() else {
            self.for_nobody(doing);
            return Ok(());
        };
        let place = "".into();
        let abilities = account.platform.abilities(&place);
        let channel = self.case.channel.0.clone();
        let action = doing
            .action
            .clone()
            .map(|draft| self.voice(false).content(draft));
        match action {
            Action::Send(content) => {
                let [end, _] = self.customer_ends(&account);
                self.say_with_files(doing, &end, content).await?;
            }
            Action::Edit { of, body } => {
                for end in self.customer_ends(&account) {
                    self.change(&end, doing, of, body.clone()).await?;
                }
            }
            other => self.add(doing, Destination::Customer, &channel, &abilities, &other),
        }
        Ok(())
    }

    /// The channel was taken out of the configuration: the courier holds what is said, and the thread
    /// hears of it.
    fn for_nobody(&mut self, doing: &Doing) {
        let Action::Send(draft) = doing.action.clone() else {
            return;
        };
        let abilities = Abilities {
            local: false,
            ..Abilities::local()
        };
        let action = Action::Send(self.voice(false).content(draft));
        let channel = self.case.channel.0.clone();
        self.add(doing, Destination::Customer, &channel, &abilities, &action);
    }

    /// Where what is recorded of this conversation may be shown: at the customer's, and in the thread.
    pub(super) fn ends(&self) -> Vec<End> {
        let account = self.customer_account();
        let customer = account.map(|account| self.customer_ends(&account));
        let mut ends: Vec<End> = customer.into_iter().flatten().collect();
        ends.retain(|end| end.to == Destination::Customer);
        ends.extend(self.thread_end());
        ends
    }

    fn customer_account(&self) -> Option<Account> {
        self.core.account(&self.case.channel.0).cloned()
    }

    /// Where the customer reads: on the channel, and in the app that its pushes go to.
    fn customer_ends(&self, account: &Account) -> [End; 2] {
        let end = |to, abilities| End {
            to,
            at: Address {
                channel: self.case.channel.clone(),
                place: "".into(),
            },
            platform: Arc::clone(&account.platform),
            abilities,
        };
        let abilities = account.platform.abilities(&"".into());
        let pushed = Abilities {
            local: false,
            ..abilities.clone()
        };
        [
            end(Destination::Customer, abilities),
            end(Destination::Callback, pushed),
        ]
    }

    /// Takes a reply back: without a trace while it waits, else by a delete where that is possible.
    pub(super) async fn take_back(&mut self, message: MessageId) -> Result<(), StoreError> {
        let Some(account) = self.customer_account() else {
            return self.remark("undo.nothing").await;
        };
        let mut told = Phrase::new("undo.nothing");
        for end in self.customer_ends(&account).iter().rev() {
            let rows = self.parts_of(message, end.to).await?;
            for row in &rows {
                self.take_back_at(end, row, message);
            }
            if !rows.is_empty() {
                told = self.undone(&rows, &end.abilities);
            }
        }
        self.remark(told).await
    }

    fn take_back_at(&mut self, end: &End, row: &PartRow, message: MessageId) {
        let doing = about(end.to, message);
        if row.local || self.is_deletable(row, &end.abilities) {
            self.take_away(end, &doing, row, message);
        } else {
            self.take_back_row(row);
        }
    }

    fn undone(&self, rows: &[PartRow], abilities: &Abilities) -> Phrase {
        let dead = |row| state_of(row) == Some(DeliveryState::Dead);
        if rows.iter().all(waits) {
            Phrase::new("undo.no_trace")
        } else if rows.iter().all(dead) {
            Phrase::new("undo.never_arrived")
        } else if rows.iter().all(|row| self.is_deletable(row, abilities)) {
            Phrase::new("undo.deleted")
        } else {
            let why = match abilities.deletes_for {
                Some(_) => "undo.too_old",
                None => "undo.not_supported",
            };
            Phrase::new("undo.impossible").with("reason", Phrase::new(why))
        }
    }

    /// A row that may have arrived goes once more, marked where it must be told from its first time.
    pub(super) async fn again(
        &mut self,
        delivery: DeliveryId,
        marked: bool,
    ) -> Result<(), StoreError> {
        let lane = self.case.conversation.lane();
        let read = self
            .core
            .db
            .read(|tx| Box::pin(outbox::find_row(tx, lane, Err(delivery))));
        let Some(row) = read.await? else {
            return Ok(());
        };
        let body = match marked {
            true => Some(self.marked(&row)?),
            false => None,
        };
        self.rows.changes.push(Change::Again {
            row: delivery,
            body,
        });
        Ok(())
    }

    fn marked(&self, row: &RowAt) -> Result<crate::store::Sealed<Action>, StoreError> {
        let action = self.opened(row)?;
        let mark = self.voice(false).phrase(&Phrase::new("mark.resent"));
        let action = action.map(|content| Content {
            text: format!("{mark} {}", content.text),
            ..content
        });
        Ok(self.seal_body(row.id, &action))
    }

    fn opened(&self, row: &RowAt) -> Result<Action, StoreError> {
        Ok(self
            .key
            .open(Spot::new("outbox", "body", row.id), &row.body_sealed)?)
    }
}
