//! Recognising questions and answers in running text.

use std::sync::LazyLock;

use regex::Regex;

/// What a paragraph says that it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Question,
    Answer,
}

static QUESTION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?i:q|question|问|問|问题|問題|提问)\s*\d{0,4}\s*[:：.．、]\s*").ok()
});
static ANSWER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"^(?i:a|answer|答|答案|回答|答复)\s*\d{0,4}\s*[:：.．、]\s*").ok()
});

/// A paragraph that begins with `Q:`, `问：`, `A:`, `答：` and the like, without that mark.
pub(super) fn marked(text: &str) -> Option<(Mark, &str)> {
    let after = |pattern: &Option<Regex>| {
        let found = pattern.as_ref()?.find(text)?;
        text.get(found.end()..)
    };
    let question = after(&QUESTION).map(|rest| (Mark::Question, rest));
    question.or_else(|| after(&ANSWER).map(|rest| (Mark::Answer, rest)))
}

/// Whether a heading asks something, so that what stands under it answers it.
pub(super) fn is_question(title: &str) -> bool {
    let title = title.trim_end();
    title.ends_with(['?', '？', '吗', '嗎', '呢'])
        || [
            "怎么",
            "怎麼",
            "如何",
            "什么是",
            "为什么",
            "怎样",
            "多久",
            "多少",
        ]
        .iter()
        .any(|word| title.contains(word))
}
