//! Files that came with messages: fetched in their own time, kept sealed, shown when they are there.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::crash_point;
use crate::domain::content::{Attachment, Media};
use crate::domain::event::FileReport;
use crate::domain::id::{AttachmentId, ConversationId, MessageId};
use crate::domain::inbound::IncomingFile;
use crate::domain::time::{SECOND, Timestamp};
use crate::port::platform::{Blob, FetchError};
use crate::runtime::core::Core;
use crate::runtime::courier::pause;
use crate::runtime::intake::{Stored, internal};
use crate::store::attachment::{self, Wanted};
use crate::store::blob::Blobs;
use crate::store::{DataKey, Spot, StoreError, inbox, upload};

/// Files fetched in one step.
const BATCH: i64 = 8;
/// The longest sleep.
const NAP: i64 = 2 * SECOND;
/// After so many tries a file is given up.
const TRIES: i64 = 8;

/// Fetches and keeps files. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Files {
    core: Core,
    blobs: Blobs,
}

/// A stored file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenFile {
    /// Its name, cleaned; may be empty.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Files {
    /// Files of this core, kept in these blobs.
    #[must_use]
    pub const fn new(core: Core, blobs: Blobs) -> Self {
        Self { core, blobs }
    }

    /// Fetches what is wanted; gives how many files were tried.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn step(&self) -> Result<usize, StoreError> {
        let (now, elsewhere) = (self.core.now(), self.core.leases.elsewhere());
        let wanted = self
            .core
            .db
            .read(|tx| {
                Box::pin(async move { attachment::wanted(tx, now, &elsewhere, BATCH).await })
            })
            .await?;
        let fetched = futures::future::join_all(wanted.iter().map(|file| self.fetch(file))).await;
        fetched.into_iter().collect::<Result<(), StoreError>>()?;
        Ok(wanted.len())
    }

    /// Fetches until it is told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        while !stop.is_cancelled() {
            match self.step().await {
                Ok(tried) if tried > 0 => continue,
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "files wait for the database"),
            }
            let until = self.core.now().plus_ms(NAP);
            tokio::select! {
                () = self.core.clock.wait_until(until) => {}
                () = self.core.signals.files.notified() => {}
                () = stop.cancelled() => {}
            }
        }
    }

    /// A stored file; `None` where the conversation has no such file, or not yet.
    ///
    /// # Errors
    /// When the database or the blob store fails.
    pub async fn open(
        &self,
        conversation: ConversationId,
        id: AttachmentId,
    ) -> Result<Option<OpenFile>, StoreError> {
        let keyring = self.core.keyring.clone();
        let read = self.core.db.read(|tx| {
            Box::pin(async move {
                let Some(stored) = attachment::stored(tx, conversation, id).await? else {
                    return Ok(None);
                };
                let key = keyring.of_lane(tx, conversation.lane()).await?;
                Ok(Some((key, stored)))
            })
        });
        let Some((key, stored)) = read.await? else {
            return Ok(None);
        };
        let source = key.open(Spot::new("attachment", "file", id.0), &stored.file_sealed)?;
        let sealed = self.blobs.get(&stored.blob).await?;
        Ok(Some(OpenFile {
            name: crate::domain::text::file_name(&source.name),
            bytes: key.open_bytes(spot(conversation), &sealed)?,
        }))
    }

    /// The bytes of a stored file.
    ///
    /// # Errors
    /// When it is not there.
    pub async fn read(
        &self,
        conversation: ConversationId,
        id: AttachmentId,
    ) -> Result<Vec<u8>, StoreError> {
        let missing = || StoreError::Unavailable("the file is not there".to_owned());
        let file = self.open(conversation, id).await?.ok_or_else(missing)?;
        Ok(file.bytes)
    }

    /// Records a file that comes ahead of its message, before its blob is written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record_upload(&self, blob: &str) -> Result<(), StoreError> {
        let (blob, now) = (blob.to_owned(), self.core.now());
        self.core
            .db
            .write(move |tx| {
                let blob = blob.clone();
                Box::pin(async move { upload::record(tx, &blob, now).await })
            })
            .await
    }

    /// A message has brought the file of an upload.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn upload_used(&self, blob: &str) -> Result<(), StoreError> {
        let blob = blob.to_owned();
        self.core
            .db
            .write(move |tx| {
                let blob = blob.clone();
                Box::pin(async move { upload::used(tx, &blob).await })
            })
            .await
    }

    async fn fetch(&self, file: &Wanted) -> Result<(), StoreError> {
        let key = self.key(ConversationId(file.conversation_id)).await?;
        let source = key.open(Spot::new("attachment", "file", file.id), &file.file_sealed)?;
        let fetched = match self.core.account(&file.channel) {
            Some(account) => account.platform.fetch(&source).await,
            None => Err(FetchError::Refused(
                "its channel is not in the configuration".to_owned(),
            )),
        };
        match fetched {
            Ok(blob) => self.store(file, &key, &source, blob).await,
            Err(FetchError::Temporary(reason)) if self.may_try_again(file) => {
                tracing::info!(attempt = file.attempt, reason, "a file is tried again");
                self.put_off(file).await
            }
            Err(FetchError::Temporary(reason) | FetchError::Refused(reason)) => {
                self.settle(file, None, Err(reason)).await
            }
        }
    }

    fn may_try_again(&self, file: &Wanted) -> bool {
        let expired = file
            .expires_at
            .is_some_and(|at| Timestamp(at) <= self.core.now());
        file.attempt < TRIES && !expired
    }

    async fn put_off(&self, file: &Wanted) -> Result<(), StoreError> {
        let attempt = u32::try_from(file.attempt).unwrap_or(u32::MAX);
        let (_, random) = self.core.fresh().as_u64_pair();
        let until = self.core.now().plus_ms(pause(attempt + 1, random));
        let file = file.clone();
        self.core
            .db
            .write(move |tx| {
                let file = file.clone();
                Box::pin(async move { attachment::put_off(tx, &file, until).await })
            })
            .await
    }

    /// The bytes reach the disk before the row says that they are there.
    async fn store(
        &self,
        file: &Wanted,
        key: &DataKey,
        source: &IncomingFile,
        blob: Blob,
    ) -> Result<(), StoreError> {
        let conversation = ConversationId(file.conversation_id);
        let name = self.name(conversation, &blob.bytes);
        crash_point!("files.before_blob");
        self.blobs
            .put(&name, key.seal_bytes(spot(conversation), &blob.bytes))
            .await?;
        crash_point!("files.after_blob");
        let known = Attachment {
            id: AttachmentId(file.id),
            media: Media::of_mime(&blob.mime),
            name: crate::domain::text::file_name(&source.name),
            size: u64::try_from(blob.bytes.len()).ok(),
            mime: blob.mime,
        };
        self.settle(file, Some(name), Ok(known)).await
    }

    /// Addressed by content, but never shared between two customers.
    fn name(&self, conversation: ConversationId, bytes: &[u8]) -> String {
        let hash = self
            .core
            .keyring
            .master()
            .blind(&format!("blob:{conversation}"), bytes);
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    async fn settle(
        &self,
        file: &Wanted,
        blob: Option<String>,
        stored: Result<Attachment, String>,
    ) -> Result<(), StoreError> {
        let conversation = ConversationId(file.conversation_id);
        let report = FileReport {
            message: MessageId(file.message_id),
            attachment: AttachmentId(file.id),
            stored,
        };
        let event = Stored::File { report };
        let row = Arc::new(internal(
            &self.core,
            conversation.lane(),
            format!("file:{}", file.id),
            &event,
        ));
        let file = Arc::new(file.clone());
        self.core
            .db
            .write(move |tx| {
                let (file, row, blob) = (Arc::clone(&file), Arc::clone(&row), blob.clone());
                Box::pin(async move {
                    if attachment::settled(tx, &file, blob.as_deref()).await? {
                        crash_point!("files.inside_settle");
                        inbox::accept(tx, &row).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        crash_point!("files.after_settle");
        self.core.signals.lane(conversation.lane());
        Ok(())
    }

    async fn key(&self, conversation: ConversationId) -> Result<Arc<DataKey>, StoreError> {
        let keyring = self.core.keyring.clone();
        self.core
            .db
            .read(|tx| Box::pin(async move { keyring.of_lane(tx, conversation.lane()).await }))
            .await
    }
}

const fn spot(conversation: ConversationId) -> Spot {
    Spot::new("blob", "bytes", conversation.0)
}
