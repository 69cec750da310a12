//! What a decision records: messages, where they came from, and by which words they are found.

use uuid::Uuid;

use crate::domain::answer::Evidence;
use crate::domain::content::{Author, Content};
use crate::domain::effect::Keep;
use crate::domain::id::MessageId;
use crate::runtime::desk::compose::{Composer, answered_in};
use crate::store::message::{Amended, NewMessage};
use crate::store::{Sealed, Spot, StoreError, search};

impl Composer<'_> {
    /// What came with the event besides its content: the platform's id, and files to fetch.
    pub(super) fn arrival(&mut self) {
        let message = self.resolved.message;
        if let Some((at, platform_id)) = self.resolved.link.clone() {
            self.rows.links.push((at, platform_id, message));
        }
        let Some(channel) = &self.resolved.channel else {
            return;
        };
        for (id, file) in &self.resolved.files {
            self.rows
                .attachments
                .push(crate::store::attachment::NewAttachment {
                    id: *id,
                    message,
                    channel: channel.clone(),
                    file: self.key.seal(Spot::new("attachment", "file", id.0), file),
                    expires: file.expires,
                });
        }
    }

    pub(super) fn keep(&mut self, keep: &Keep) {
        let customer = self.voice(false).content(keep.body.clone());
        let agent = match &keep.body.from {
            Author::Agent { id, .. } => Some(id.0),
            Author::Customer { .. } | Author::Bot | Author::System => None,
        };
        let id = keep.message.0;
        let tokens = search::tokens_of(&self.core.keyring, &customer);
        self.rows.found_by.push((keep.message, tokens));
        self.rows.messages.push(NewMessage {
            id,
            direction: keep.direction.as_str(),
            ticket: self.ticket_at_hand(),
            agent,
            body: self.seal_message(keep.message, &customer),
            evidence: keep
                .evidence
                .as_ref()
                .map(|evidence| self.seal_evidence(id, evidence)),
            reason: keep.reason.map(crate::domain::effect::Reason::as_str),
        });
    }

    /// The ticket in whose thread it is said.
    fn ticket_at_hand(&self) -> Option<Uuid> {
        let of_case = self.case.ticket.as_ref().map(|ticket| ticket.id.0);
        answered_in(self.resolved).map_or(of_case, |earlier| Some(earlier.thread.ticket_id))
    }

    fn seal_evidence(&self, message: Uuid, evidence: &Evidence) -> Sealed<Evidence> {
        self.key
            .seal(Spot::new("message", "evidence", message), evidence)
    }

    /// New words for a message, or its end. Author and files stay as they were.
    pub(super) async fn amend(
        &mut self,
        message: MessageId,
        text: Option<String>,
        deleted: bool,
    ) -> Result<(), StoreError> {
        let Some(before) = self.recorded(message).await? else {
            return Ok(());
        };
        let changes = text.is_some();
        let after = Content {
            text: text.unwrap_or_default(),
            ..before.content.clone()
        };
        if changes || deleted {
            let tokens = search::tokens_of(&self.core.keyring, &after);
            self.rows.found_anew.push((message, tokens));
        }
        let words = changes.then(|| {
            let seal = |column, content| {
                self.key
                    .seal(Spot::new("message", column, message.0), content)
            };
            (seal("body", &after), seal("original", &before.content))
        });
        self.rows.amended.push(Amended {
            message,
            words,
            deleted,
        });
        Ok(())
    }

    pub(super) fn seal_message(&self, message: MessageId, content: &Content) -> Sealed<Content> {
        self.key
            .seal(Spot::new("message", "body", message.0), content)
    }
}
