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
use crate::runtime::desk::parts::End;
use crate::store::message::Recorded;
use crate::store::outbox::{Change, NewDelivery, PartRow};
use crate::store::thread::NewThread;
use crate::store::{Spot, StoreError, message, outbox};

/// Messages that a new thread shows of what was said before.
const REPLAYED: i64 = 20;

/// A room that can be written to.
pub(super) struct RoomAt {
    team: String,
    at: Address,
    platform: std::sync::Arc<dyn Platform>,
    abilities: Abilities,
}

impl RoomAt {
    fn end(&self) -> End {
        End {
            to: Destination::Thread,
            at: self.at.clone(),
            platform: self.platform.clone(),
            abilities: self.abilities.clone(),
        }
    }
}

impl Composer<'_> {
    /// The room of the thread, wherever it was opened; the team's for a thread to be.
    fn room_at(&self) -> Option<RoomAt> {
        let (team, at) = match (&self.opening, &self.thread) {
            (Some(new), _) => (new.room.clone(), new.at.clone()),
            (None, Some(row)) => {
                let at = Address {
                    channel: row.channel.as_str().into(),
                    place: Place(row.room_place.clone()),
                };
                (row.room.clone(), at)
            }
            (None, None) => self.room()?,
        };
        self.usable(team, at)
    }

    /// A room, if its platform is in the configuration.
    pub(super) fn usable(&self, team: String, at: Address) -> Option<RoomAt> {
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
            Action::Send(content) => self.say_in_thread(doing, &room.end(), content).await?,
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

    /// The thread, where there is one.
    pub(super) fn thread_end(&self) -> Option<End> {
        self.thread.as_ref()?;
        Some(self.room_at()?.end())
    }

    fn for_team(&self, abilities: &Abilities, draft: Draft) -> Content {
        let mut voice = self.voice(true);
        voice.mask = self.masked(abilities);
        voice.content(draft)
    }

    pub(super) const fn masked(&self, abilities: &Abilities) -> MaskLevel {
        if abilities.trusted {
            MaskLevel::None
        } else {
            self.policy.replies.mask
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
        let end = room.end();
        if let Some(body) = body {
            return match self.whole(&end, of, &body).await? {
                Some((head, whole)) => self.change(&end, doing, head, whole).await,
                None => self.change(&end, doing, of, body).await,
            };
        }
        for row in self.parts_of(of, Destination::Thread).await? {
            self.take_away(&end, doing, &row, of);
        }
        Ok(())
    }

    /// A remark of the desk, for the case that something else cannot be done.
    pub(super) fn remark_row(&mut self, words: Draft) -> Option<NewDelivery> {
        let room = self.room_at()?;
        if self.thread.is_none() && self.opening.is_none() {
            return None;
        }
        let action = Action::Send(self.for_team(&room.abilities, words));
        let channel = &room.at.channel.0;
        Some(self.row(
            &doing(None),
            Destination::Thread,
            channel,
            &room.abilities,
            &action,
        ))
    }

    /// Opens the thread, or opens it anew after it was deleted: nothing more goes into the old one;
    /// what was said is shown again, and then what was still waiting.
    pub(super) async fn open_thread(&mut self) -> Result<(), StoreError> {
        match self.room_at().or_else(|| self.refuge()) {
            Some(room) => self.open_in(room).await,
            None => Ok(()),
        }
    }

    /// The same in this room.
    pub(super) async fn open_in(&mut self, room: RoomAt) -> Result<(), StoreError> {
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
            self.line(&room, message, content).await?;
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
            let (channel, abilities) = (&room.at.channel.0, &room.abilities);
            let action = Action::Send(part);
            self.add(&doing, Destination::Thread, channel, abilities, &action);
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
        let cause = self
            .case
            .ticket
            .as_ref()
            .map(|ticket| ticket.cause.as_str());
        let phrase = Phrase::new("thread.card")
            .with("name", profile.name.clone())
            .with("cause", cause.unwrap_or_default())
            .with("channel", self.case.channel.0.clone())
            .with(
                "language",
                self.case
                    .state
                    .language
                    .unwrap_or(self.policy.language)
                    .code(),
            );
        let known = profile.attributes.iter().chain(&profile.context);
        let known = known.map(|(name, value)| format!("{name}: {value}"));
        let language = self.policy.team_language;
        let named = self.case.state.named.iter();
        let named = named.map(|one| format!("{}: {}", one.kind.named(language), one.value));
        let lines: Vec<String> = known.chain(named).collect();
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
            if let Action::Send(content) = self.opened_part(&row)? {
                lines.extend(self.apart(&row, content).await?);
            }
        }
        Ok(lines)
    }

    /// The messages of a row, each for itself: they may be changed one by one later.
    async fn apart(
        &self,
        row: &PartRow,
        content: Content,
    ) -> Result<Vec<(Option<MessageId>, Content)>, StoreError> {
        let messages = self.merged(row).await?;
        if messages.is_empty() {
            return Ok(vec![(row.message_id.map(MessageId), content)]);
        }
        let mut lines = Vec::new();
        for message in messages {
            let kept = self.recorded(message).await?.filter(|one| !one.deleted);
            lines.extend(kept.map(|one| (Some(message), one.content)));
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
            self.line(room, Some(one.id), one.content).await?;
        }
        for id in self.just_kept() {
            let content = self.kept_content(id)?;
            self.line(room, Some(MessageId(id)), content).await?;
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

    async fn line(
        &mut self,
        room: &RoomAt,
        message: Option<MessageId>,
        content: Content,
    ) -> Result<(), StoreError> {
        let text = mask(&content.text, self.masked(&room.abilities));
        let shown = Content {
            text,
            choices: Vec::new(),
            ..content
        };
        self.say_with_files(&doing(message), &room.end(), shown)
            .await
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
