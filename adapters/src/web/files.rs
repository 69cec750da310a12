//! Files, as the channel keeps and serves them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use bot_core::domain::id::{AttachmentId, ConversationId};

/// Where files are kept.
#[async_trait]
pub trait Files: Send + Sync {
    /// Keeps a file durably that came before the message it belongs to. The same id again changes nothing.
    ///
    /// # Errors
    /// When it is not kept.
    async fn keep(&self, id: AttachmentId, bytes: Vec<u8>) -> Result<(), FilesError>;

    /// The bytes of a file.
    ///
    /// # Errors
    /// When it cannot be read; one that is known not to exist is `None`.
    async fn read(&self, file: FileKey) -> Result<Option<Vec<u8>>, FilesError>;

    /// A message has brought an uploaded file.
    ///
    /// # Errors
    /// When that cannot be remembered.
    async fn used(&self, id: AttachmentId) -> Result<(), FilesError> {
        let _ = id;
        Ok(())
    }
}

/// Which file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKey {
    /// One that was uploaded, whether a message has brought it or not.
    Upload(AttachmentId),
    /// One of a conversation's messages.
    Of(ConversationId, AttachmentId),
}

/// Files that cannot be kept or read at the moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file store is not available: {0}")]
pub struct FilesError(pub String);

/// Files in memory, for tests.
#[derive(Default)]
pub struct MemoryFiles(Mutex<HashMap<FileKey, Vec<u8>>>);

impl fmt::Debug for MemoryFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryFiles")
    }
}

impl MemoryFiles {
    fn lock(&self) -> MutexGuard<'_, HashMap<FileKey, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Files for MemoryFiles {
    async fn keep(&self, id: AttachmentId, bytes: Vec<u8>) -> Result<(), FilesError> {
        self.lock().entry(FileKey::Upload(id)).or_insert(bytes);
        Ok(())
    }

    async fn read(&self, file: FileKey) -> Result<Option<Vec<u8>>, FilesError> {
        Ok(self.lock().get(&file).cloned())
    }
}
