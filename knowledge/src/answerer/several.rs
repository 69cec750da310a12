//! Several questions in one message: taken apart, and answered together.

use bot_core::domain::answer::{Answer, Evidence, Outcome};
use bot_core::domain::feeling::Feeling;
use bot_core::domain::id::ArticleId;
use bot_core::domain::intent::{greets, is_substantive, pings, thanks};
use bot_core::domain::text::is_han;

/// A message with more questions than this is left whole: it is a story rather than a list.
const MOST: usize = 4;
/// Candidates that each question brings into the evidence of the whole.
const EVIDENCE_EACH: usize = 4;

/// What makes a Chinese clause a question, wherever it stands.
const ASKS_ZH: [&str; 20] = [
    "怎么",
    "怎样",
    "怎麼",
    "怎樣",
    "如何",
    "什么",
    "什麼",
    "多少",
    "多久",
    "多长",
    "哪",
    "谁",
    "吗",
    "嗎",
    "能不能",
    "可不可以",
    "是否",
    "有没有",
    "是不是",
    "为什么",
];
/// … and with which words an English one begins.
const ASKS_EN: [&str; 27] = [
    "how", "what", "what's", "when", "where", "where's", "why", "who", "which", "can", "could",
    "do", "does", "did", "is", "are", "was", "were", "will", "would", "should", "may", "have",
    "has", "am", "shall", "may",
];
/// What joins one question to the next.
const JOINS_ZH: [&str; 9] = [
    "另外",
    "还有",
    "顺便问一下",
    "顺便问下",
    "顺便",
    "以及",
    "再问一下",
    "再问下",
    "同时",
];
const JOINS_EN: [&str; 4] = ["and also", "and", "also", "plus"];

/// The questions that a message asks, if it asks several; otherwise at most one.
pub(super) fn questions(text: &str) -> Vec<String> {
    let clauses: Vec<Clause> = sentences(text)
        .iter()
        .flat_map(|one| clauses(one))
        .collect();
    let mut asked: Vec<String> = Vec::new();
    let mut before = String::new();
    for clause in clauses {
        if !clause.asks {
            // What is told belongs to what is asked after it, or else before it.
            before = joined(&before, &clause.text);
            continue;
        }
        asked.push(joined(&std::mem::take(&mut before), &clause.text));
    }
    if let Some(last) = asked.last_mut() {
        *last = joined(last, &before);
    }
    match asked.len() {
        2..=MOST => asked,
        _ => Vec::new(),
    }
}

/// A part of a message.
struct Clause {
    text: String,
    asks: bool,
}

impl Clause {
    /// `None` for small talk, and where nothing is left.
    fn of(text: &str, marked: bool) -> Option<Self> {
        let text = unjoined(text);
        let small = |says: fn(&str) -> bool| says(text);
        if text.is_empty() || [greets, thanks, pings].into_iter().any(small) {
            return None;
        }
        Some(Self {
            asks: marked || asks(text),
            text: text.to_owned(),
        })
    }
}

fn joined(first: &str, second: &str) -> String {
    match (first.is_empty(), second.is_empty()) {
        (true, _) => second.to_owned(),
        (_, true) => first.to_owned(),
        _ => format!("{first} {second}"),
    }
}

/// The sentences of a text, with their marks.
fn sentences(text: &str) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied();
        if let Some(last) = found.last_mut() {
            last.push(c);
        }
        let stop = c == '.' && next.is_none_or(char::is_whitespace);
        if stop || matches!(c, '?' | '？' | '!' | '！' | '。' | ';' | '；' | '\n') {
            found.push(String::new());
        }
    }
    found
}

/// The clauses of a sentence. It is cut where both sides ask something.
fn clauses(sentence: &str) -> Vec<Clause> {
    let marked = sentence.trim_end().ends_with(['?', '？']);
    let pieces: Vec<&str> = pieces(sentence);
    let all_ask = pieces.len() > 1 && pieces.iter().all(|piece| asks(unjoined(piece)));
    let whole = [sentence];
    let pieces = if all_ask {
        pieces.as_slice()
    } else {
        whole.as_slice()
    };
    pieces
        .iter()
        .filter_map(|piece| Clause::of(piece, marked))
        .collect()
}

/// A sentence cut at its commas, and before "and" and "also".
fn pieces(sentence: &str) -> Vec<&str> {
    let commas = sentence.split([',', '，', '、']);
    let cut = commas.flat_map(|piece| {
        let at = [" and ", " also "]
            .iter()
            .filter_map(|word| piece.find(word))
            .min();
        match at.and_then(|at| piece.split_at_checked(at)) {
            Some((first, second)) => vec![first, second],
            None => vec![piece],
        }
    });
    cut.filter(|piece| !piece.trim().is_empty()).collect()
}

/// The text without marks around it and without what joins it to the one before.
fn unjoined(text: &str) -> &str {
    let is_mark = |c: char| !c.is_alphanumeric();
    let mut rest = text.trim_matches(is_mark);
    let zh = JOINS_ZH.iter().find_map(|word| rest.strip_prefix(word));
    // A joining word alone says nothing, and 还有货吗 asks something else.
    if let Some(after) = zh.filter(|after| !after.starts_with(['货', '没', '多', '几'])) {
        rest = after;
    }
    let lower = rest.to_ascii_lowercase();
    let en = JOINS_EN.iter().find(|word| {
        let after = lower.strip_prefix(**word);
        after.is_some_and(|after| after.starts_with([' ', ',']))
    });
    if let Some(word) = en {
        rest = rest.get(word.len()..).unwrap_or(rest);
    }
    rest.trim_matches(is_mark)
}

fn asks(text: &str) -> bool {
    if text.chars().any(is_han) && ASKS_ZH.iter().any(|word| text.contains(word)) {
        return true;
    }
    let first = text
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .next();
    let first = first.unwrap_or_default().to_ascii_lowercase();
    ASKS_EN.contains(&first.as_str())
}

/// The answer to all of them: `whole` where they come to the same article, or nothing is sure.
pub(super) fn together(whole: Answer, each: &[(String, Answer)]) -> Answer {
    let mut sure: Vec<&Answer> = Vec::new();
    let mut unanswered = Vec::new();
    for (text, answer) in each {
        match article(answer) {
            None if wants_an_answer(text) => unanswered.push(text.clone()),
            None => {}
            Some(_) if sure.iter().any(|known| article(known) == article(answer)) => {}
            Some(_) => sure.push(answer),
        }
    }
    let Some((first, rest)) = sure.split_first() else {
        return whole;
    };
    if rest.is_empty() && unanswered.is_empty() {
        return if whole.is_confident() {
            whole
        } else {
            (*first).clone()
        };
    }
    let words = |answer: &&Answer| match &answer.outcome {
        Outcome::Confident(article) => Some(article.clone()),
        Outcome::Choices(_) | Outcome::Unknown => None,
    };
    Answer {
        others: rest.iter().filter_map(words).collect(),
        unanswered,
        mode: sure.iter().map(|one| one.mode).max().unwrap_or_default(),
        ..Answer::of(first.outcome.clone(), evidence(each))
    }
}

/// "What kind of service is this?" is said in anger, and no question.
fn wants_an_answer(text: &str) -> bool {
    is_substantive(text) && Feeling::of(text) != Some(Feeling::Angry)
}

const fn article(answer: &Answer) -> Option<ArticleId> {
    match &answer.outcome {
        Outcome::Confident(article) => Some(article.article),
        Outcome::Choices(_) | Outcome::Unknown => None,
    }
}

/// Each question with its best candidates; those that are answered come first.
fn evidence(each: &[(String, Answer)]) -> Evidence {
    let looked_up = each
        .iter()
        .map(|(_, answer)| answer.evidence.looked_up.as_str());
    let looked_up: Vec<_> = looked_up.collect();
    let (sure, unsure): (Vec<_>, Vec<_>) = each.iter().partition(|(_, one)| one.is_confident());
    let all = || {
        sure.iter()
            .chain(&unsure)
            .map(|(_, answer)| &answer.evidence)
    };
    let candidates = all().flat_map(|one| one.candidates.iter().take(EVIDENCE_EACH));
    Evidence {
        looked_up: looked_up.join(" ‖ "),
        candidates: candidates.cloned().collect(),
        ..all().next().cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("怎么退货？运费谁出？", &["怎么退货", "运费谁出"])]
    #[case("怎么退货，运费谁出", &["怎么退货", "运费谁出"])]
    #[case("多久能到？另外可以开发票吗", &["多久能到", "可以开发票吗"])]
    #[case("你好！怎么退货？还有，多久退款？谢谢", &["怎么退货", "多久退款"])]
    #[case("我上周买了台灯。怎么退货？多久退款？", &["我上周买了台灯 怎么退货", "多久退款"])]
    #[case("How do I return it and how long does a refund take?", &["How do I return it", "how long does a refund take"])]
    #[case("Where is my order? Also, can I get an invoice?", &["Where is my order", "can I get an invoice"])]
    #[case("What are your hours\nDo you ship to Japan", &["What are your hours", "Do you ship to Japan"])]
    #[case("怎么退货", &[])]
    #[case("如果我退货，什么时候能收到退款？", &[])]
    #[case("退货的运费，谁来出？", &[])]
    #[case("If I return it, when do I get my money back?", &[])]
    #[case("I bought a lamp. It is broken. How do I return it?", &[])]
    #[case("Do you ship to Norway and Sweden?", &[])]
    #[case("你好，在吗？", &[])]
    #[case("谁？哪？怎么？什么？多少？", &[])]
    #[case("", &[])]
    fn messages_are_taken_apart(#[case] text: &str, #[case] expected: &[&str]) {
        assert_eq!(questions(text), expected, "{text}");
    }

    proptest! {
        #[test]
        fn any_text_can_be_taken_apart(text in "\\PC{0,200}") {
            prop_assert!(questions(&text).len() <= MOST);
        }
    }
}
