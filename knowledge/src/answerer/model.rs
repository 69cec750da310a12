//! The model of sentences, if one is installed: loaded when it is there, let go when it is not.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::embed::{Encoder, ModelError};

/// A model that may be there.
#[derive(Default)]
pub(super) struct Model {
    file: Option<PathBuf>,
    loaded: Mutex<Loaded>,
}

#[derive(Default)]
struct Loaded {
    /// When the file that was looked at last had been written; `None` while there was none.
    written: Option<SystemTime>,
    encoder: Option<Arc<Encoder>>,
}

impl Model {
    pub(super) fn in_file(file: PathBuf) -> Self {
        Self {
            file: Some(file),
            loaded: Mutex::default(),
        }
    }

    pub(super) fn encoder(&self) -> Option<Arc<Encoder>> {
        self.loaded().encoder.clone()
    }

    /// Loads the model if another file is there than before, or lets it go; says whether it did.
    pub(super) async fn look(&self) -> Result<bool, ModelError> {
        let Some(file) = self.file.clone() else {
            return Ok(false);
        };
        let written = written(&file);
        if self.loaded().written == written {
            return Ok(false);
        }
        let encoder = match written {
            None => Ok(None),
            Some(_) => load(file).await.map(Some),
        };
        let mut loaded = self.loaded();
        // A file that is no model is not tried again before it is another one.
        loaded.written = written;
        loaded.encoder = encoder?.map(Arc::new);
        Ok(true)
    }

    fn loaded(&self) -> MutexGuard<'_, Loaded> {
        self.loaded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn written(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file)
        .and_then(|file| file.modified())
        .ok()
}

async fn load(file: PathBuf) -> Result<Encoder, ModelError> {
    let loaded = tokio::task::spawn_blocking(move || Encoder::load(&file)).await;
    loaded.unwrap_or_else(|_| Err(ModelError::Foreign("loading it was broken off".to_owned())))
}
