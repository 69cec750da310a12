//! Any articles, any question: no panic, and every probability is one.
//!
//! `cargo +nightly fuzz run answers` in this folder (`cargo install cargo-fuzz`).
#![no_main]

use arbitrary::Arbitrary;
use knowledge::rank::{Effort, Ranker};
use libfuzzer_sys::fuzz_target;

#[derive(Arbitrary, Debug)]
struct Asked {
    articles: Vec<Vec<String>>,
    hidden: u8,
    texts: Vec<String>,
}

fuzz_target!(|asked: Asked| {
    let phrases = asked
        .articles
        .iter()
        .map(|phrases| phrases.iter().map(String::as_str));
    let built = Ranker::build(phrases, Effort::Full, &|| true);
    let ranker = built.expect("an index").expect("nobody stopped it");
    for text in &asked.texts {
        let ranked = ranker.rank(text, &|article| article != usize::from(asked.hidden));
        for one in ranked.expect("a search").ranked {
            assert!((0.0..=1.0).contains(&one.probability), "{one:?}");
            assert!(one.article < asked.articles.len(), "{one:?}");
            assert_ne!(one.article, usize::from(asked.hidden));
        }
    }
});
