//! What a decision does in the ticket's thread.

use uuid::Uuid;

use crate::domain::content::{Author, Content, Kind};
use crate::domain::delivery::Action;
use crate::domain::draft::{Draft, Words};
use crate::domain::effect::Doing;
use crate::domain::id::{MessageId, ThreadId};
use crate::domain::mask::{MaskLevel, mask};
use crate::domain::phrase::Phrase;
use crate::domain::place::{Address, Destination, Place};
use crate::port::platform::{Abilities, Platform};
use crate::runtime::desk::compose::Composer;
use crate::store::message::Recorded;
use crate::store::outbox::{Change, Renewal};
use crate::store::thread::NewThread;
use crate::store::{Spot, StoreError, message, outbox};

/// Messages that a new thread shows of what was said before.
const REPLAYED: i64 = 20;

/// A room that can be written to.
struct RoomAt {
    team: String,
    at: Address,
    platform: std::sync::Arc<dyn Platform>,
    abilities: Abilities,
}

impl Composer<'_> {
    fn room_at(&self) -> Option<RoomAt> {
        let (team, at) = self.room()?;
        let account = self.core.account(&at.channel.0)?;
        let abilities = account.platform.abilities(&at.place);
        Some(RoomAt {
            team,
            platform: account.platform.clone(),
            abilities,
            at,
        })
    }

    /// One thing in the thread, in a way that its platform can do.
    pub(super) async fn at_thread(&mut self, doing: &Doing) -> Result<(), StoreError> {
        let Some(room) = self.room_at() else {
            return Ok(());
        };
        if doing.echo && room.abilities.shows_own_lines
            || self.thread.is_none() && self.opening.is_none()
        {
            return Ok(());
        }
        let action = doing
            .action
            .clone()
            .map(|draft| self.for_team(&room.abilities, draft));
        match action {
            Action::Send(content) => self.add_lines(doing, &room, content),
            Action::Edit { of, body } => self.edit_in_thread(doing, &room, of, Some(body)).await?,
            Action::Delete { of } => self.edit_in_thread(doing, &room, of, None).await?,
            // The page shows a ticket's state itself.
            Action::CloseThread | Action::ReopenThread | Action::Retitle { .. }
                if room.abilities.local => {}
            other => self.add(
                doing,
                Destination::Thread,
                &room.at.channel.0,
                &room.abilities,
                &other,
            ),
        }
        Ok(())
    }

    fn for_team(&self, abilities: &Abilities, draft: Draft) -> Content {
        let mut voice = self.voice(true);
        voice.mask = self.masked(abilities);
        voice.content(draft)
    }

    const fn masked(&self, abilities: &Abilities) -> MaskLevel {
        if abilities.trusted {
            MaskLevel::None
        } else {
            self.policy.replies.mask
        }
    }

    fn add_lines(&mut self, doing: &Doing, room: &RoomAt, content: Content) {
        for part in room.platform.shape(content, &room.at.place) {
            self.add(
                doing,
                Destination::Thread,
                &room.at.channel.0,
                &room.abilities,
                &Action::Send(part),
            );
        }
    }

    /// New words for a line in the thread, or its end.
    async fn edit_in_thread(
        &mut self,
        doing: &Doing,
        room: &RoomAt,
        of: MessageId,
        body: Option<Content>,
    ) -> Result<(), StoreError> {
        match self.row_of(of, Destination::Thread).await? {
            Some(row) if row.local => {
                let how = if body.is_some() {
                    Renewal::Edited
                } else {
                    Renewal::Deleted
                };
                self.renew(&row, body, how);
            }
            Some(_) if room.abilities.edits => {
                let action = match body {
                    Some(body) => Action::Edit { of, body },
                    None => Action::Delete { of },
                };
                self.add(
                    doing,
                    Destination::Thread,
                    &room.at.channel.0,
                    &room.abilities,
                    &action,
                );
            }
            Some(_) => {
                if let Some(body) = body {
                    self.add_lines(doing, room, body);
                }
            }
            None => {}
        }
        Ok(())
    }

    /// Opens the thread, or opens it anew after it was deleted: nothing more goes into the old one;
    /// what was said is shown again, and then what was still waiting.
    pub(super) async fn open_thread(&mut self) -> Result<(), StoreError> {
        let Some(room) = self.room_at() else {
            return Ok(());
        };
        let Some(ticket) = self.case.ticket.clone() else {
            return Ok(());
        };
        let waiting = self.waiting_in_thread().await?;
        let (id, generation) = match &self.thread {
            Some(row) => (row.id, row.generation + 1),
            None => (self.new_id(), 1),
        };
        let place = room.abilities.local.then(|| Place(ticket.id.to_string()));
        let opening = NewThread {
            id: ThreadId(id),
            ticket: ticket.id,
            conversation: self.case.conversation,
            room: room.team.clone(),
            at: room.at.clone(),
            place,
            generation,
        };
        if generation > 1 {
            self.rows.changes.push(Change::Abandon(Destination::Thread));
        }
        self.opening = Some(opening);
        self.head(&room);
        self.replay(&room, &waiting).await?;
        for (message, content) in waiting {
            self.line(&room, message, content);
        }
        Ok(())
    }

    fn head(&mut self, room: &RoomAt) {
        let title = self.title(&room.abilities);
        let card = self.for_team(&room.abilities, self.card());
        // What an opening cannot carry follows as lines: a long card must not keep a thread shut.
        let mut parts = room.platform.shape(card, &room.at.place).into_iter();
        let card = parts.next().unwrap_or_default();
        let action = Action::OpenThread { title, card };
        let doing = doing(None);
        self.add(
            &doing,
            Destination::Thread,
            &room.at.channel.0,
            &room.abilities,
            &action,
        );
        for part in parts {
            self.add_lines(&doing, room, part);
        }
    }

    fn title(&self, abilities: &Abilities) -> String {
        let Some(ticket) = &self.case.ticket else {
            return String::new();
        };
        let number = ticket.number.unwrap_or_default();
        let subject = mask(&ticket.subject, self.masked(abilities));
        format!("{}#{number} · {subject}", ticket.priority.emoji())
    }

    /// Who the customer is, as the first message of the thread.
    fn card(&self) -> Draft {
        let profile = &self.case.state.profile;
        let mut phrase = Phrase::new("thread.card")
            .with("name", profile.name.clone())
            .with("channel", self.case.channel.0.clone())
            .with(
                "language",
                self.case
                    .state
                    .language
                    .unwrap_or(self.policy.language)
                    .code(),
            );
        if let Some(ticket) = &self.case.ticket {
            phrase = phrase
                .with("priority", ticket.priority.as_str())
                .with("cause", ticket.cause.as_str());
        }
        let known = profile.attributes.iter().chain(&profile.context);
        let lines: Vec<String> = known
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let draft = Draft {
            kind: Kind::Card,
            ..Draft::of(Author::System, phrase)
        };
        if lines.is_empty() {
            draft
        } else {
            draft.and(Words::Text(lines.join("\n")))
        }
    }

    /// Lines that were decided but have not been sent.
    async fn waiting_in_thread(&self) -> Result<Vec<(Option<MessageId>, Content)>, StoreError> {
        if self.thread.is_none() {
            return Ok(Vec::new());
        }
        let lane = self.case.conversation.lane();
        let rows = self
            .core
            .db
            .read(|tx| Box::pin(outbox::waiting(tx, lane, Destination::Thread)))
            .await?;
        let mut lines = Vec::new();
        for row in rows {
            if let Action::Send(content) = self
                .key
                .open(Spot::new("outbox", "body", row.id), &row.body_sealed)?
            {
                lines.push((row.message_id.map(MessageId), content));
            }
        }
        Ok(lines)
    }

    /// What was said so far, then what this decision records.
    async fn replay(
        &mut self,
        room: &RoomAt,
        waiting: &[(Option<MessageId>, Content)],
    ) -> Result<(), StoreError> {
        let (conversation, key) = (self.case.conversation, self.key.clone());
        let read = self.core.db.read(|tx| {
            Box::pin(async move { message::last(tx, &key, conversation, REPLAYED).await })
        });
        let kept: Vec<Recorded> = read.await?;
        let is_waiting = |id: MessageId| waiting.iter().any(|(message, _)| *message == Some(id));
        for one in kept
            .into_iter()
            .filter(|one| !one.deleted && !is_waiting(one.id))
        {
            self.line(room, Some(one.id), one.content);
        }
        for id in self.just_kept() {
            let content = self.kept_content(id)?;
            self.line(room, Some(MessageId(id)), content);
        }
        Ok(())
    }

    fn kept_content(&self, id: Uuid) -> Result<Content, StoreError> {
        let kept = self.rows.messages.iter().find(|one| one.id == id);
        let kept =
            kept.ok_or_else(|| StoreError::Unreadable("a message just recorded".to_owned()))?;
        Ok(self
            .key
            .open(Spot::new("message", "body", id), &kept.body)?)
    }

    fn line(&mut self, room: &RoomAt, message: Option<MessageId>, content: Content) {
        let text = mask(&content.text, self.masked(&room.abilities));
        let shown = Content {
            text,
            choices: Vec::new(),
            ..content
        };
        self.add_lines(&doing(message), room, shown);
    }
}

fn doing(message: Option<MessageId>) -> Doing {
    Doing {
        to: Destination::Thread,
        action: Action::Send(Draft::default()),
        message,
        hold_until: None,
        echo: false,
    }
}
