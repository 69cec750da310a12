//! The same words under another id are recognised.

use sha2::{Digest as _, Sha256};

use crate::article::Content;

impl Content {
    /// A number for all that it says but its id and its source: articles with the same number say the same.
    /// Never 0.
    #[must_use]
    pub fn digest(&self) -> i64 {
        let mut hash = Sha256::new();
        for part in self.said() {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let terms = &self.terms;
        hash.update(format!(
            "{:?}",
            (terms.mode, terms.valid_from, terms.valid_until)
        ));
        let bytes = hash.finalize();
        let first = bytes.iter().take(8);
        first.fold(0_i64, |all, byte| all << 8 | i64::from(*byte)) | 1
    }

    fn said(&self) -> impl Iterator<Item = &str> {
        let fixed = [
            self.space.as_str(),
            self.language.code(),
            &self.category,
            &self.answer,
            self.visibility.word(),
        ];
        // What ends one list cannot be mistaken for the beginning of the next.
        let end = || std::iter::once("\u{1}");
        let tags = self.tags.iter().map(String::as_str);
        let channels = self.terms.channels.iter().map(String::as_str);
        let lists = self.phrases().chain(end()).chain(tags).chain(end());
        fixed.into_iter().chain(lists).chain(channels)
    }
}

#[cfg(test)]
mod tests {
    use bot_core::domain::language::Language;

    use crate::article::{Content, SpaceName, Terms, Visibility};

    fn content(tags: &[&str], channels: &[&str]) -> Content {
        let list = |entries: &[&str]| entries.iter().map(|&one| one.to_owned()).collect();
        Content {
            external_id: "a".parse().unwrap(),
            space: SpaceName::default(),
            language: Language::En,
            category: String::new(),
            question: "q".to_owned(),
            alternatives: Vec::new(),
            answer: "a".to_owned(),
            tags: list(tags),
            visibility: Visibility::Public,
            terms: Terms {
                channels: list(channels),
                ..Terms::default()
            },
            source: String::new(),
        }
    }

    #[test]
    fn it_is_of_what_is_said_and_not_of_the_id_or_the_source() {
        let one = content(&["x"], &[]);
        let other = Content {
            external_id: "b".parse().unwrap(),
            source: "handbook.pdf".to_owned(),
            ..one.clone()
        };
        assert_eq!(one.digest(), other.digest());
        assert_ne!(one.digest(), content(&[], &["x"]).digest());
        assert_ne!(one.digest(), content(&["y"], &[]).digest());
    }
}
