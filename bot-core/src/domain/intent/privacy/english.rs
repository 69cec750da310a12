//! Privacy requests in English.

use super::PrivacyWish;
use crate::domain::intent::wording::words;
use crate::domain::wordlist::words;

const ERASE: &[&str] = words! {
    "delete" "erase" "remove" "wipe" "destroy" "purge" "deleting" "erasing" "removing"
};
const COPY: &[&str] = words! {
    "export" "download" "access" "copy" "send" "request" "get" "obtain" "provide"
};
const BETWEEN: &[&str] = words! {
    "all" "of" "any" "and" "the" "every" "me" "a" "copy" "us" "out"
};
const ADJECTIVES: &[&str] = words! {
    "personal" "private" "customer" "user" "own" "account" "chat" "conversation" "stored"
    "saved"
};
const DATA: &[&str] = &[
    "data",
    "information",
    "info",
    "details",
    "records",
    "history",
];
const NEGATIONS: &[&str] = words! {
    "don't" "dont" "not" "never" "didn't" "did" "have" "has" "was" "why" "accidentally"
    "who"
};
const SAID: &[(&[&str], PrivacyWish)] = &[
    (&["right", "to", "be", "forgotten"], PrivacyWish::Erase),
    (&["right", "to", "erasure"], PrivacyWish::Erase),
    (&["data", "deletion", "request"], PrivacyWish::Erase),
    (&["gdpr", "deletion"], PrivacyWish::Erase),
    (&["gdpr", "erasure"], PrivacyWish::Erase),
    (&["delete", "everything", "you", "have"], PrivacyWish::Erase),
    (&["delete", "everything", "about", "me"], PrivacyWish::Erase),
    (&["subject", "access", "request"], PrivacyWish::Copy),
    (&["dsar"], PrivacyWish::Copy),
    (&["gdpr", "request"], PrivacyWish::Copy),
];
const KEPT: &[&str] = words! {
    "have" "hold" "store" "keep" "collect" "save" "stored" "kept" "collected" "know"
};

pub(super) fn wish(clause: &str) -> Option<PrivacyWish> {
    let words = words(clause);
    let said = SAID
        .iter()
        .find(|(phrase, _)| words.windows(phrase.len()).any(|w| w == *phrase));
    if let Some((_, wish)) = said {
        return Some(*wish);
    }
    if wants(&words, ERASE) {
        return Some(PrivacyWish::Erase);
    }
    (wants_personal(&words) || asks_what(&words)).then_some(PrivacyWish::Copy)
}

fn wants(words: &[&str], verbs: &[&str]) -> bool {
    (0..words.len()).any(|at| {
        verbs.contains(&words[at]) && !is_negated(words, at) && my_data(&words[at + 1..]).is_some()
    })
}

/// "access my data", but not "send my details": what is asked for must be called data.
fn wants_personal(words: &[&str]) -> bool {
    (0..words.len()).any(|at| {
        let object = my_data(&words[at + 1..]);
        COPY.contains(&words[at])
            && !is_negated(words, at)
            && object.is_some_and(|(word, personal)| word == "data" || personal)
    })
}

/// The word for data in "all of my personal data", and whether it is called personal.
fn my_data<'w>(words: &[&'w str]) -> Option<(&'w str, bool)> {
    let skipped = words
        .iter()
        .take_while(|word| BETWEEN.contains(word))
        .count();
    let (my, rest) = words.get(skipped..)?.split_first()?;
    let adjectives = rest.iter().take_while(|word| ADJECTIVES.contains(word));
    let (count, personal) = adjectives.fold((0, false), |(count, personal), word| {
        (count + 1, personal || *word == "personal")
    });
    let word = rest.get(count)?;
    let mine = matches!(*my, "my" | "our");
    let clear = *word == "data" || count > 0 || matches!(*word, "information" | "info");
    (mine && clear && DATA.contains(word)).then_some((*word, personal))
}

/// "what data do you have about me".
fn asks_what(words: &[&str]) -> bool {
    let about_me = words
        .windows(2)
        .any(|pair| matches!(pair, ["about" | "on" | "of", "me"]));
    let data = words
        .iter()
        .any(|word| matches!(*word, "data" | "information" | "info"));
    about_me && data && words.contains(&"you") && words.iter().any(|word| KEPT.contains(word))
}

fn is_negated(words: &[&str], verb: usize) -> bool {
    let before = &words[verb.saturating_sub(4)..verb];
    before.iter().any(|word| NEGATIONS.contains(word))
}
