//! The long poll: looks, waits for a hint, looks again. Nothing is asked of the database in between.

use tokio::sync::watch;

use bot_core::domain::id::ConversationId;
use bot_core::domain::place::Place;
use bot_core::domain::time::Timestamp;
use bot_core::port::platform::Shutdown;

use crate::web::convert::{OutPage, page};
use crate::web::error::Refused;
use crate::web::mailbox::{Cursor, MailboxError};
use crate::web::outbound::WebChannel;
use crate::web::routes::unknown_cursor;

/// Messages of one page.
const PAGE_ROWS: usize = 100;

/// What was said before is not held back for longer by what is being decided, in milliseconds.
const A_MOMENT: i64 = 100;

/// When a long poll ends without anything.
struct End {
    until: Timestamp,
    stop: Shutdown,
}

impl WebChannel {
    /// What was said to a user after a cursor; waits at most `wait` seconds for something to be said.
    pub(crate) async fn wait_for_page(
        &self,
        place: &Place,
        after: Cursor,
        wait: u64,
    ) -> Result<OutPage, Refused> {
        let stop = self.open_door()?.stop;
        // When too many wait already, this one is answered at once.
        let permit = self.polls.try_acquire().ok();
        let wait_ms = permit.as_ref().map_or(0, |_| wait.saturating_mul(1_000));
        let wait_ms = i64::try_from(wait_ms).unwrap_or(0);
        let until = self.gate.clock.now().plus_ms(wait_ms);
        let end = End { until, stop };
        match self.wait_for_conversation(place, &end).await? {
            Some(conversation) => self.wait_for_rows(conversation, after, &end).await,
            None if after == 0 => Ok(OutPage::empty()),
            None => Err(unknown_cursor()),
        }
    }

    /// A user has no conversation before the first message, which comes in through this channel.
    async fn wait_for_conversation(
        &self,
        place: &Place,
        end: &End,
    ) -> Result<Option<ConversationId>, Refused> {
        let mailbox = &self.open_desk()?.mailbox;
        // Taken before the first look, so that what comes in between is not slept through.
        let mut arrivals = self.arrivals.subscribe();
        loop {
            arrivals.borrow_and_update();
            let is_last = self.is_over(end);
            let found = mailbox.find(&self.name, place).await;
            let found = found.map_err(|error| self.unreadable(&error))?;
            if found.is_some() || is_last {
                return Ok(found);
            }
            self.wait_for_change(&mut arrivals, end).await;
        }
    }

    async fn wait_for_rows(
        &self,
        conversation: ConversationId,
        mut after: Cursor,
        end: &End,
    ) -> Result<OutPage, Refused> {
        let mailbox = &self.open_desk()?.mailbox;
        let mut hint = mailbox.hint(conversation);
        if mailbox.is_deciding(conversation) {
            // An app that has just written: its answer is a moment away, and one look is enough.
            let soon = self.gate.clock.now().plus_ms(A_MOMENT).min(end.until);
            let stop = end.stop.clone();
            self.wait_for_change(&mut hint, &End { until: soon, stop })
                .await;
        }
        loop {
            hint.borrow_and_update();
            let is_last = self.is_over(end);
            let (page, next) = self.look(conversation, after).await?;
            if !page.messages.is_empty() || (next == after && is_last) {
                return Ok(page);
            }
            if next == after {
                self.wait_for_change(&mut hint, end).await;
            }
            // Rows that are not for customers are passed by.
            after = next;
        }
    }

    /// A page, and the cursor behind its rows.
    async fn look(
        &self,
        conversation: ConversationId,
        after: Cursor,
    ) -> Result<(OutPage, Cursor), Refused> {
        let mailbox = &self.open_desk()?.mailbox;
        let found = mailbox.page(conversation, after, PAGE_ROWS).await;
        let found = found.map_err(|error| self.unreadable(&error))?;
        if !found.known {
            return Err(unknown_cursor());
        }
        let next = found.rows.last().map_or(after, |row| row.cursor);
        Ok((page(conversation, found.rows, next, &self.links), next))
    }

    async fn wait_for_change<T>(&self, hint: &mut watch::Receiver<T>, end: &End) {
        let changed = async {
            if hint.changed().await.is_err() {
                // There are no more hints to get; the last look at the end is left.
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = changed => {}
            () = self.gate.clock.wait_until(end.until) => {}
            () = end.stop.cancelled() => {}
        }
    }

    fn is_over(&self, end: &End) -> bool {
        self.gate.clock.now() >= end.until || end.stop.is_cancelled()
    }

    fn unreadable(&self, MailboxError(cause): &MailboxError) -> Refused {
        tracing::error!(channel = %self.name, cause, "messages cannot be read");
        Refused::Unavailable
    }
}
