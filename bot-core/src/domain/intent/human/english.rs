//! English wishes: a verb, a few fillers, a human, and a word after it that goes on from there.

use crate::domain::intent::wording::words;
use crate::domain::wordlist::words;

const TALKING: &[&str] = words! {
    "talk" "speak" "chat" "connect" "transfer" "escalate" "put" "switch" "pass" "reach"
    "contact" "forward" "redirect" "hand"
};
const WANTING: &[&str] = words! {
    "need" "want" "get" "give" "have" "find" "prefer" "call" "request" "send"
};
const BETWEEN: &[&str] = words! {
    "to" "with" "me" "us" "my" "case" "call" "chat" "this" "it" "through" "over" "a" "an" "the"
    "some" "any" "real" "live" "actual" "human" "customer" "service" "support" "your" "one" "of"
    "another" "different" "proper" "on" "directly"
};
/// Unmistakable, whoever wants them.
const HUMANS: &[&str] = &[
    "human",
    "humans",
    "representative",
    "representatives",
    "operator",
];
const REAL: &[&str] = &["real", "live", "actual"];
/// Humans when they are spoken with.
const PEOPLE: &[&str] = words! {
    "person" "people" "agent" "agents" "someone" "somebody" "anyone" "anybody" "rep" "support"
    "service" "care" "advisor" "adviser" "supervisor" "manager" "staff" "team" "specialist"
};
const GOES_ON: &[&str] = words! {
    "please" "pls" "plz" "now" "instead" "right" "asap" "about" "who" "regarding" "immediately"
    "today" "again" "for" "on" "in" "thanks" "thank" "not" "and" "or" "rather" "because"
    "directly" "here" "if" "so" "i" "my" "we" "this" "that" "with" "to" "at" "from" "ok" "via"
    "by" "as" "soon" "urgently" "quickly" "there" "over" "team" "agent" "agents" "person"
    "being" "representative" "rep" "but" "operator" "support" "staff" "member" "of" "then"
    "quick" "fast"
};
const NEGATIONS: &[&str] = words! {
    "don't" "dont" "not" "never" "no" "without" "didn't" "needn't" "stop"
};

pub(super) fn wishes(clause: &str) -> bool {
    let words = words(clause);
    (0..words.len()).any(|verb| begins_wish(&words, verb)) || shuns_bots(&words)
}

fn begins_wish(words: &[&str], verb: usize) -> bool {
    let talks = TALKING.contains(&words[verb]);
    if !(talks || WANTING.contains(&words[verb])) || is_negated(words, verb) {
        return false;
    }
    // The wish may end at any human that only fillers separate from the verb.
    for at in verb + 1..words.len() {
        let clear = HUMANS.contains(&words[at]) || is_real(words, at);
        let last = at + 1 == words.len();
        let human = clear || ((talks || last) && is_person(words, at));
        if human && goes_on(words, at) {
            return true;
        }
        if !BETWEEN.contains(&words[at]) {
            return false;
        }
    }
    false
}

/// "service" and "care" are people only as the customer's; "my agent" is somebody else's.
fn is_person(words: &[&str], at: usize) -> bool {
    let before = words[at - 1];
    match words[at] {
        "service" | "care" => before == "customer",
        "agent" | "manager" => before != "my",
        word => PEOPLE.contains(&word),
    }
}

fn is_real(words: &[&str], at: usize) -> bool {
    REAL.contains(&words[at - 1]) && ["person", "people", "agent", "chat"].contains(&words[at])
}

fn goes_on(words: &[&str], at: usize) -> bool {
    words.get(at + 1).is_none_or(|next| GOES_ON.contains(next))
}

fn is_negated(words: &[&str], verb: usize) -> bool {
    let before = &words[verb.saturating_sub(3)..verb];
    let why = words.starts_with(&["why"]);
    !why && before.iter().any(|word| NEGATIONS.contains(word))
}

/// "I don't want to talk to a bot", "no bots please".
fn shuns_bots(words: &[&str]) -> bool {
    let bot = |word: &&str| ["bot", "bots", "robot", "robots", "machine", "chatbot"].contains(word);
    let Some(at) = words.iter().position(bot) else {
        return false;
    };
    let before = &words[at.saturating_sub(7)..at];
    let refuses = before
        .iter()
        .position(|word| ["don't", "dont", "no", "not"].contains(word));
    refuses.is_some_and(|from| {
        let between = &before[from + 1..];
        between.iter().all(|word| {
            BETWEEN.contains(word) || TALKING.contains(word) || *word == "want" || *word == "wanna"
        })
    })
}

/// "are you human" asks about us, not for somebody.
pub(super) fn asks_what_you_are(plain: &str) -> bool {
    const ASKS: &[&[&str]] = &[
        &["are", "you"],
        &["r", "u"],
        &["is", "this"],
        &["am", "i"],
        &["you"],
    ];
    let words = words(plain);
    ASKS.iter().any(|ask| words.starts_with(ask))
}
