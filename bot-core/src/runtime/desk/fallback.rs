//! When a room takes no thread: the thread moves to a room that does.

use crate::domain::draft::Draft;
use crate::domain::effect::{Fact, FactKind};
use crate::domain::event::EventKind;
use crate::domain::phrase::Phrase;
use crate::domain::place::{Address, Place};
use crate::runtime::desk::compose::Composer;
use crate::runtime::desk::threads::RoomAt;
use crate::runtime::intake::{Stored, internal};
use crate::runtime::team_room::KIND;
use crate::store::outbox::Change;
use crate::store::{StoreError, thread};

impl Composer<'_> {
    /// Opens the thread elsewhere, and tells the room that did not take it.
    pub(super) async fn fall_back(&mut self) -> Result<(), StoreError> {
        let Some(refuge) = self.refuge() else {
            return Ok(());
        };
        self.tell_room().await?;
        self.open_in(refuge).await
    }

    /// A thread whose platform was taken out of the configuration moves before anything is said in it.
    pub(super) async fn move_in(&mut self) -> Result<(), StoreError> {
        // The courier may have found out first: then the decision itself opens the thread elsewhere.
        let decided = matches!(self.resolved.event.kind, EventKind::NoThread { .. });
        if decided || !self.is_homeless() {
            return Ok(());
        }
        let Some(refuge) = self.refuge() else {
            return Ok(());
        };
        self.open_in(refuge).await?;
        let id = self.new_id();
        self.rows.facts.push((id, Fact::of(FactKind::FellBack)));
        let why =
            Phrase::new("thread.fell_back").with("reason", Phrase::new("reason.channel_removed"));
        let remark = self.remark_row(Draft::notice(why)).map(Change::Add);
        self.rows.changes.extend(remark);
        Ok(())
    }

    fn is_homeless(&self) -> bool {
        let thread = self.thread.as_ref();
        thread.is_some_and(|row| self.core.account(&row.channel).is_none())
    }

    /// The team's room, if it is another one than the thread's and can be used; else the built-in one.
    pub(super) fn refuge(&self) -> Option<RoomAt> {
        let (team, at) = self.room()?;
        let elsewhere = self.thread.as_ref().is_some_and(|row| {
            (row.channel.as_str(), row.room_place.as_str())
                != (at.channel.0.as_str(), at.place.0.as_str())
        });
        let built_in = Address {
            channel: KIND.into(),
            place: Place(team.clone()),
        };
        let own = self.usable(team.clone(), at).filter(|_| elsewhere);
        own.or_else(|| self.usable(team, built_in))
    }

    /// A line in the room whose thread could not be opened.
    async fn tell_room(&mut self) -> Result<(), StoreError> {
        let (Some(row), EventKind::NoThread { reason }) = (&self.thread, &self.resolved.event.kind)
        else {
            return Ok(());
        };
        let at = Address {
            channel: row.channel.as_str().into(),
            place: Place(row.room_place.clone()),
        };
        let key = format!("fell-back:{}:{}", row.id, row.generation);
        let read = self
            .core
            .db
            .read(|tx| Box::pin(async move { thread::room_at(tx, &at).await }));
        let Some(room) = read.await? else {
            return Ok(());
        };
        let number = self.case.ticket.as_ref().and_then(|ticket| ticket.number);
        let phrase = Phrase::new("thread.fell_back_room")
            .with("number", number)
            .with("reason", reason.clone());
        let post = internal(self.core, room.lane, key, &Stored::Tell { phrase });
        self.rows.posts.push(post);
        Ok(())
    }
}
