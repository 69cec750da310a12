//! What a decision does at the customer's end, and in the pushes that copy it.

use crate::domain::content::{Attachment, Content};
use crate::domain::delivery::Action;
use crate::domain::effect::Doing;
use crate::domain::id::{DeliveryId, MessageId};
use crate::domain::phrase::Phrase;
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::port::platform::Abilities;
use crate::runtime::core::Account;
use crate::runtime::desk::compose::Composer;
use crate::store::outbox::{Change, Renewal, RowAt};
use crate::store::{Spot, StoreError, outbox};

impl Composer<'_> {
    pub(super) async fn for_customer(&mut self, doing: &Doing) -> Result<(), StoreError> {
        let Some(account) = self.customer_account() else {
            return Ok(()); // The channel was taken out of the configuration.
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
                for part in account.platform.shape(content, &place) {
                    let part = Action::Send(part);
                    self.add(doing, Destination::Customer, &channel, &abilities, &part);
                }
            }
            Action::Edit { of, body } => self.edit(doing, of, &body, &account).await?,
            other => self.add(doing, Destination::Customer, &channel, &abilities, &other),
        }
        Ok(())
    }

    fn customer_account(&self) -> Option<Account> {
        self.core.account(&self.case.channel.0).cloned()
    }

    /// New words for what carries a message: in place while it waits, by an edit afterwards.
    async fn edit(
        &mut self,
        doing: &Doing,
        of: MessageId,
        body: &Content,
        account: &Account,
    ) -> Result<(), StoreError> {
        let abilities = account.platform.abilities(&"".into());
        let later = Action::Edit {
            of,
            body: body.clone(),
        };
        let carriers = self.carriers(of).await?;
        if !carriers.iter().any(Carrier::may_follow) {
            self.remark("edit.lost").await?;
        }
        for row in carriers {
            if row.local {
                self.renew(&row.at, Some(body.clone()), Renewal::Edited);
                continue;
            }
            let otherwise = (abilities.edits && row.may_follow())
                .then(|| self.foreign_row(doing, row.to, &abilities, &later));
            if otherwise.is_none() && row.at.state == "sent" {
                self.remark("edit.cannot").await?;
            }
            let id = row.at.id;
            self.rows.changes.push(Change::Rewrite {
                row: DeliveryId(id),
                body: self.seal_body(id, &Action::Send(body.clone())),
                otherwise,
            });
        }
        Ok(())
    }

    /// Takes a reply back: without a trace while it waits, else by a delete where that is possible.
    pub(super) async fn take_back(&mut self, message: MessageId) -> Result<(), StoreError> {
        let carriers = self.carriers(message).await?;
        let (Some(account), Some(first)) = (self.customer_account(), carriers.first()) else {
            return self.remark("undo.nothing").await;
        };
        let abilities = account.platform.abilities(&"".into());
        let waiting = matches!(first.at.state.as_str(), "queued" | "held");
        let age = self.now.since(Timestamp(first.at.at));
        let deletable = abilities.deletes_for.is_some_and(|limit| age <= limit);
        for row in &carriers {
            self.take_back_at(message, row, deletable.then_some(&abilities));
        }
        let told = match (waiting, deletable) {
            (true, _) => Phrase::new("undo.no_trace"),
            (false, true) => Phrase::new("undo.deleted"),
            (false, false) => impossible(&abilities),
        };
        self.remark(told).await
    }

    fn take_back_at(&mut self, message: MessageId, row: &Carrier, deletes: Option<&Abilities>) {
        let doing = Doing {
            to: row.to,
            action: Action::Delete { of: message },
            message: Some(message),
            hold_until: None,
            echo: false,
        };
        let otherwise = match deletes {
            Some(abilities) if !row.local => {
                let delete = Action::Delete { of: message };
                Some(self.foreign_row(&doing, row.to, abilities, &delete))
            }
            Some(_) | None => None,
        };
        self.rows.changes.push(Change::TakeBack {
            message,
            destination: row.to,
            otherwise,
        });
        if row.local {
            self.renew(&row.at, None, Renewal::Deleted);
        }
    }

    fn foreign_row(
        &mut self,
        doing: &Doing,
        to: Destination,
        abilities: &Abilities,
        action: &Action,
    ) -> outbox::NewDelivery {
        let abilities = Abilities {
            local: false,
            ..abilities.clone()
        };
        let channel = self.case.channel.0.clone();
        self.row(doing, to, &channel, &abilities, action)
    }

    /// The rows that carry a message to the customer: its own, and the push that copies it.
    async fn carriers(&self, message: MessageId) -> Result<Vec<Carrier>, StoreError> {
        let mut found = Vec::new();
        for to in [Destination::Customer, Destination::Callback] {
            if let Some(at) = self.row_of(message, to).await? {
                let local = at.local;
                found.push(Carrier { to, at, local });
            }
        }
        Ok(found)
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

    /// A file's final name and type, where its message is shown.
    pub(super) async fn attach(
        &mut self,
        message: MessageId,
        file: &Attachment,
    ) -> Result<(), StoreError> {
        for destination in [Destination::Customer, Destination::Thread] {
            let Some(row) = self.row_of(message, destination).await? else {
                continue;
            };
            let Action::Send(mut content) = self.opened(&row)? else {
                continue;
            };
            let shown = content
                .attachments
                .iter_mut()
                .filter(|one| one.id == file.id);
            shown.for_each(|one| one.clone_from(file));
            self.renew(&row, Some(content), Renewal::Completed);
        }
        Ok(())
    }
}

fn impossible(abilities: &Abilities) -> Phrase {
    let reason = match abilities.deletes_for {
        Some(_) => "undo.too_old",
        None => "undo.not_supported",
    };
    Phrase::new("undo.impossible").with("reason", Phrase::new(reason))
}

/// A row that carries a message to the customer.
struct Carrier {
    to: Destination,
    at: RowAt,
    local: bool,
}

impl Carrier {
    /// Whether an edit reaches what the customer sees: not where nobody knows if there is anything.
    fn may_follow(&self) -> bool {
        !matches!(self.at.state.as_str(), "unknown" | "dead")
    }
}
