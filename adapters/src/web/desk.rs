//! The channel's view of the running desk: its feed, and its sealed files.

use std::fmt;

use async_trait::async_trait;

use bot_core::domain::id::{AttachmentId, ConversationId, MessageId};
use bot_core::domain::place::{ChannelName, Destination, Place};
use bot_core::runtime::feed::{Feed, FeedRow};
use bot_core::runtime::files::Files as DeskFiles;
use bot_core::store::blob::Blobs;
use bot_core::store::{Keyring, Spot, StoreError};

use crate::web::files::{FileKey, Files, FilesError};
use crate::web::mailbox::{Cursor, Hint, Mailbox, MailboxError, Page, Row};

#[async_trait]
impl Mailbox for Feed {
    async fn find(
        &self,
        channel: &ChannelName,
        place: &Place,
    ) -> Result<Option<ConversationId>, MailboxError> {
        self.conversation(&channel.0, &place.0)
            .await
            .map_err(|error| unreadable(&error))
    }

    async fn page(
        &self,
        conversation: ConversationId,
        after: Cursor,
        limit: usize,
    ) -> Result<Page, MailboxError> {
        let lane = conversation.lane();
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let read = async |after, most| {
            let rows = Self::page(self, lane, Destination::Customer, after, most).await;
            rows.map_err(|error| unreadable(&error))
        };
        // One row more than asked for, from the cursor's own: when it is there, the cursor is known.
        let mut rows = read((after - 1).max(0), most.saturating_add(1)).await?;
        // Rows grow old and go, so a cursor is strange only while there is something to compare it with.
        let known = after == 0 || !rows.is_empty() || read(0, 1).await?.is_empty();
        rows.retain(|row| row.cursor > after);
        rows.truncate(limit);
        Ok(Page {
            rows: rows.into_iter().map(Row::from).collect(),
            known,
        })
    }

    fn hint(&self, conversation: ConversationId) -> Hint {
        self.watch(conversation.lane())
    }

    fn is_deciding(&self, conversation: ConversationId) -> bool {
        self.is_working(conversation.lane())
    }
}

impl From<FeedRow> for Row {
    fn from(row: FeedRow) -> Self {
        Self {
            cursor: row.cursor,
            message: row.message.unwrap_or(MessageId(row.id)),
            at: row.at,
            content: row.content,
            edited: row.edited,
            deleted: row.deleted,
        }
    }
}

fn unreadable(error: &StoreError) -> MailboxError {
    MailboxError(error.to_string())
}

/// Files of the desk. Uploads belong to nobody yet, so they are sealed under the system's key.
#[derive(Clone)]
pub struct SealedFiles {
    files: DeskFiles,
    blobs: Blobs,
    keyring: Keyring,
}

impl fmt::Debug for SealedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedFiles")
    }
}

impl SealedFiles {
    /// The files of a desk, and the blobs and keys that it uses.
    #[must_use]
    pub const fn new(files: DeskFiles, blobs: Blobs, keyring: Keyring) -> Self {
        Self {
            files,
            blobs,
            keyring,
        }
    }

    /// Blobs have hexadecimal names; whoever reads the folder cannot tell an upload's id from its name.
    fn name(&self, id: AttachmentId) -> String {
        let hash = self.keyring.master().blind("web upload", id.0.as_bytes());
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    async fn upload(&self, id: AttachmentId) -> Result<Vec<u8>, StoreError> {
        let sealed = self.blobs.get(&self.name(id)).await?;
        Ok(self.keyring.system().open_bytes(spot(id), &sealed)?)
    }
}

#[async_trait]
impl Files for SealedFiles {
    async fn keep(&self, id: AttachmentId, bytes: Vec<u8>) -> Result<(), FilesError> {
        let sealed = self.keyring.system().seal_bytes(spot(id), &bytes);
        let name = self.name(id);
        let recorded = self.files.record_upload(&name).await;
        let kept = match recorded {
            Ok(()) => self.blobs.put(&name, sealed).await,
            Err(error) => Err(error),
        };
        kept.map_err(|error| FilesError(error.to_string()))
    }

    async fn used(&self, id: AttachmentId) -> Result<(), FilesError> {
        let used = self.files.upload_used(&self.name(id)).await;
        used.map_err(|error| FilesError(error.to_string()))
    }

    async fn read(&self, file: FileKey) -> Result<Option<Vec<u8>>, FilesError> {
        let bytes = match file {
            FileKey::Upload(id) => self.upload(id).await,
            FileKey::Of(conversation, id) => self.files.read(conversation, id).await,
        };
        bytes
            .map(Some)
            .map_err(|error| FilesError(error.to_string()))
    }
}

const fn spot(id: AttachmentId) -> Spot {
    Spot::new("web_upload", "bytes", id.0)
}
