//! Files that are still on their way: what they belong to waits for them a while, then says that they
//! are loading, and they follow.

use crate::domain::content::{Attachment, Content};
use crate::domain::delivery::{Action, DeliveryState};
use crate::domain::effect::Doing;
use crate::domain::event::Timer;
use crate::domain::id::{AttachmentId, DeliveryId, MessageId};
use crate::domain::phrase::Phrase;
use crate::domain::place::Destination;
use crate::domain::time::Timestamp;
use crate::runtime::desk::compose::Composer;
use crate::runtime::desk::parts::{End, about, state_of};
use crate::store::outbox::{Change, PartRow, Renewal};
use crate::store::{StoreError, attachment};

/// How often the wait for files a row is held at the most. The desk lets it go after one; this is for
/// the case that the desk is late, so that no file is promised to the platform before it is here.
const PATIENCE: i64 = 6;

/// A row of a message whose files are not all here, opened.
struct Waiting {
    rows: Vec<PartRow>,
    with_files: usize,
    content: Content,
}

impl Composer<'_> {
    /// Says something; if its files are on their way and others have to carry them, it waits.
    pub(super) async fn say_with_files(
        &mut self,
        doing: &Doing,
        end: &End,
        content: Content,
    ) -> Result<(), StoreError> {
        let coming = match doing.message {
            Some(message) if !end.abilities.local => self.coming(message, &content).await?,
            Some(_) | None => Vec::new(),
        };
        let mut doing = doing.clone();
        if let (Some(message), false) = (doing.message, coming.is_empty()) {
            let wait = self.policy.delays.files;
            let until = self.now.plus_ms(wait * PATIENCE);
            doing.hold_until = doing.hold_until.max(Some(until));
            let timer = (Timer::Files(message), Some(self.now.plus_ms(wait)));
            self.rows.timers.push(timer);
        }
        for part in end.platform.shape(content, &end.at.place) {
            let action = Action::Send(part);
            self.add(&doing, end.to, &end.at.channel.0, &end.abilities, &action);
        }
        Ok(())
    }

    /// The files of a content that are neither stored nor refused.
    async fn coming(
        &self,
        message: MessageId,
        content: &Content,
    ) -> Result<Vec<AttachmentId>, StoreError> {
        if content.attachments.is_empty() {
            return Ok(Vec::new());
        }
        let conversation = self.case.conversation;
        let read = self
            .core
            .db
            .read(|tx| Box::pin(attachment::wanted_of(tx, conversation, message)));
        let mut wanted = read.await?;
        wanted.extend(self.resolved.files.iter().map(|(id, _)| *id));
        let ids = content.attachments.iter().map(|one| one.id);
        Ok(ids.filter(|id| wanted.contains(id)).collect())
    }

    /// A file's final name and type, where its message is recorded and shown.
    pub(super) async fn attach(
        &mut self,
        message: MessageId,
        file: &Attachment,
    ) -> Result<(), StoreError> {
        self.record_file(message, file).await?;
        for end in self.ends() {
            let rows = self.parts_of(message, end.to).await?;
            if rows.is_empty() {
                continue;
            }
            match self.waiting_with(rows, file.id)? {
                Some(waiting) => self.completed(&end, message, waiting, file).await?,
                None if end.abilities.local => {}
                None => self.follow(&end, message, file).await?,
            }
        }
        Ok(())
    }

    /// The record says what the file turned out to be.
    async fn record_file(
        &mut self,
        message: MessageId,
        file: &Attachment,
    ) -> Result<(), StoreError> {
        let Some(mut kept) = self.recorded(message).await? else {
            return Ok(());
        };
        let mut files = kept.content.attachments.iter_mut();
        if let Some(known) = files.find(|one| one.id == file.id) {
            known.clone_from(file);
            self.rows
                .completed
                .push((message, self.seal_message(message, &kept.content)));
        }
        Ok(())
    }

    /// The rows of a message, if one of them shows this file.
    fn waiting_with(
        &self,
        rows: Vec<PartRow>,
        file: AttachmentId,
    ) -> Result<Option<Waiting>, StoreError> {
        for (with_files, row) in rows.iter().enumerate() {
            if let Action::Send(content) = self.opened_part(row)?
                && content.attachments.iter().any(|one| one.id == file)
            {
                return Ok(Some(Waiting {
                    rows,
                    with_files,
                    content,
                }));
            }
        }
        Ok(None)
    }

    async fn completed(
        &mut self,
        end: &End,
        message: MessageId,
        mut waiting: Waiting,
        file: &Attachment,
    ) -> Result<(), StoreError> {
        let shown = waiting.content.attachments.iter_mut();
        shown
            .filter(|one| one.id == file.id)
            .for_each(|one| one.clone_from(file));
        match waiting.rows.get(waiting.with_files) {
            Some(row) if row.local => {
                self.renew(row.id, Some(waiting.content), Renewal::Completed);
                Ok(())
            }
            Some(row) if state_of(row) == Some(DeliveryState::Queued) => {
                self.one_less(end, message, waiting).await
            }
            Some(_) | None => Ok(()),
        }
    }

    /// One file less to wait for: the last one lets the row go.
    async fn one_less(
        &mut self,
        end: &End,
        message: MessageId,
        waiting: Waiting,
    ) -> Result<(), StoreError> {
        if self.coming(message, &waiting.content).await?.is_empty() {
            self.rows.timers.push((Timer::Files(message), None));
            return self.let_go(end, &waiting);
        }
        if let Some(row) = waiting.rows.get(waiting.with_files) {
            let body = self.seal_body(row.id, &Action::Send(waiting.content));
            self.rows.changes.push(Change::Rewrite {
                row: DeliveryId(row.id),
                body,
                otherwise: None,
            });
        }
        Ok(())
    }

    /// All rows of a message go out now; an agent's reply not before its hold is over.
    fn let_go(&mut self, end: &End, waiting: &Waiting) -> Result<(), StoreError> {
        for (place, row) in waiting.rows.iter().enumerate() {
            let action = match place == waiting.with_files {
                true => Action::Send(waiting.content.clone()),
                false => self.opened_part(row)?,
            };
            let held = Timestamp(row.at).plus_ms(self.policy.delays.send_hold);
            let at = match end.to {
                Destination::Customer => self.now.max(held),
                Destination::Thread | Destination::Room | Destination::Callback => self.now,
            };
            self.rows.changes.push(Change::Ready {
                row: DeliveryId(row.id),
                body: self.seal_body(row.id, &action),
                at,
            });
        }
        Ok(())
    }

    /// A file that its message did not wait for comes in a row of its own.
    async fn follow(
        &mut self,
        end: &End,
        message: MessageId,
        file: &Attachment,
    ) -> Result<(), StoreError> {
        let kept = self.recorded(message).await?;
        let content = Content {
            attachments: vec![file.clone()],
            from: kept.map(|one| one.content.from).unwrap_or_default(),
            ..Content::default()
        };
        let doing = Doing {
            message: None,
            ..about(end.to, MessageId::default())
        };
        let action = Action::Send(content);
        self.add(&doing, end.to, &end.at.channel.0, &end.abilities, &action);
        Ok(())
    }

    /// The files take too long: what they belong to goes without them and says so.
    pub(super) async fn loading(&mut self, message: MessageId) -> Result<(), StoreError> {
        for end in self.ends() {
            if end.abilities.local {
                continue;
            }
            let rows = self.parts_of(message, end.to).await?;
            for (with_files, row) in rows.iter().enumerate() {
                let Action::Send(content) = self.opened_part(row)? else {
                    continue;
                };
                let coming = self.coming(message, &content).await?;
                if !coming.is_empty() && state_of(row) == Some(DeliveryState::Queued) {
                    let content = self.without(&end, content, &coming);
                    let rows = rows.clone();
                    self.let_go(
                        &end,
                        &Waiting {
                            rows,
                            with_files,
                            content,
                        },
                    )?;
                    break;
                }
            }
        }
        Ok(())
    }

    fn without(&self, end: &End, content: Content, coming: &[AttachmentId]) -> Content {
        let phrase = Phrase::new("file.loading").with("count", coming.len());
        let line = self.voice(end.to == Destination::Thread).phrase(&phrase);
        let text = match content.text.is_empty() {
            true => line,
            false => format!("{}\n\n{line}", content.text),
        };
        let here = content.attachments.into_iter();
        Content {
            text,
            attachments: here.filter(|one| !coming.contains(&one.id)).collect(),
            ..content
        }
    }

    /// A file will not come: what waits for it goes without, if anything is left of it.
    pub(super) async fn detach(
        &mut self,
        message: MessageId,
        file: AttachmentId,
    ) -> Result<(), StoreError> {
        for end in self.ends() {
            let rows = self.parts_of(message, end.to).await?;
            let Some(mut waiting) = self.waiting_with(rows, file)? else {
                continue;
            };
            let Some(row) = waiting.rows.get(waiting.with_files) else {
                continue;
            };
            if row.local || state_of(row) != Some(DeliveryState::Queued) {
                continue;
            }
            waiting.content.attachments.retain(|one| one.id != file);
            if waiting.content.text.is_empty() && waiting.content.attachments.is_empty() {
                self.take_back_row(&row.clone());
            } else {
                self.one_less(&end, message, waiting).await?;
            }
        }
        Ok(())
    }
}
