//! Files, as the channel stores and serves them.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use bot_core::domain::id::AttachmentId;
use bot_core::domain::place::ChannelName;

/// Where files are kept.
#[async_trait]
pub trait Files: Send + Sync {
    /// Keeps a file durably that came before the message that it belongs to. The same id again changes nothing.
    ///
    /// # Errors
    /// When it is not kept.
    async fn keep(
        &self,
        channel: &ChannelName,
        id: AttachmentId,
        file: StoredFile,
    ) -> Result<(), FilesError>;

    /// A file that was uploaded to this channel, or that the desk sent to one of its users.
    ///
    /// # Errors
    /// When it cannot be read; an unknown one is `None`.
    async fn open(
        &self,
        channel: &ChannelName,
        id: AttachmentId,
    ) -> Result<Option<StoredFile>, FilesError>;
}

/// A file that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFile {
    /// Its name; may be empty.
    pub name: String,
    /// Its type, as found in its bytes.
    pub mime: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Files that cannot be stored or read at the moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the file store is not available: {0}")]
pub struct FilesError(pub String);

/// Files in memory, for tests.
#[derive(Default)]
pub struct MemoryFiles(Mutex<HashMap<(ChannelName, AttachmentId), StoredFile>>);

impl fmt::Debug for MemoryFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryFiles")
    }
}

impl MemoryFiles {
    fn lock(&self) -> MutexGuard<'_, HashMap<(ChannelName, AttachmentId), StoredFile>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Files for MemoryFiles {
    async fn keep(
        &self,
        channel: &ChannelName,
        id: AttachmentId,
        file: StoredFile,
    ) -> Result<(), FilesError> {
        self.lock().entry((channel.clone(), id)).or_insert(file);
        Ok(())
    }

    async fn open(
        &self,
        channel: &ChannelName,
        id: AttachmentId,
    ) -> Result<Option<StoredFile>, FilesError> {
        Ok(self.lock().get(&(channel.clone(), id)).cloned())
    }
}
