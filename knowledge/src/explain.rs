//! The numbers behind a probability, as an agent understands them.

use bot_core::domain::answer::Evidence;
use bot_core::domain::language::Language;

/// A signal, what it says in both languages, and from where on it is high.
struct Saying {
    name: &'static str,
    zh: [&'static str; 2],
    en: [&'static str; 2],
    high_from: f64,
}

/// The signals that people can do something about, each with what a low and a high value mean.
const SAYINGS: [Saying; 6] = [
    Saying {
        name: "coverage",
        zh: ["问题里有不少词知识库没见过", "问题里的词知识库都见过"],
        en: [
            "many of the question's words are new to the articles",
            "the articles know the question's words",
        ],
        high_from: 0.7,
    },
    Saying {
        name: "own_likeness",
        zh: ["没有写法相近的问法", "有写法很接近的问法"],
        en: [
            "no phrasing of the article is worded like it",
            "a phrasing of the article is worded much like it",
        ],
        high_from: 0.5,
    },
    Saying {
        name: "own_nearness",
        zh: ["意思不太接近", "意思接近"],
        en: ["its meaning is not near", "its meaning is near"],
        high_from: 0.6,
    },
    Saying {
        name: "margin",
        zh: ["第二篇也差不多像", "明显比第二篇更像"],
        en: [
            "the second article is about as likely",
            "it is clearly ahead of the second",
        ],
        high_from: 0.3,
    },
    Saying {
        name: "agreement",
        zh: ["关键词更像另一篇", "关键词也指向它"],
        en: [
            "the key words point to another article",
            "the key words point to it too",
        ],
        high_from: 0.5,
    },
    Saying {
        name: "meaning_agreement",
        zh: ["语义更像另一篇", "语义也指向它"],
        en: [
            "the meaning points to another article",
            "the meaning points to it too",
        ],
        high_from: 0.5,
    },
];

/// What the numbers say, as a list in one line; empty where there are none.
#[must_use]
pub fn in_words(evidence: &Evidence, language: Language) -> String {
    let value = |name: &str| evidence.features.iter().find(|(known, _)| known == name);
    let said = SAYINGS.iter().filter_map(|saying| {
        let (_, value) = value(saying.name)?;
        let words = match language {
            Language::Zh => saying.zh,
            Language::En => saying.en,
        };
        Some(words[usize::from(*value >= saying.high_from)])
    });
    let between = match language {
        Language::Zh => "；",
        Language::En => "; ",
    };
    said.collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_words() {
        let evidence = Evidence {
            features: vec![
                ("coverage".into(), 0.9),
                ("margin".into(), 0.1),
                ("raw".into(), 7.0),
            ],
            ..Evidence::default()
        };
        assert_eq!(
            in_words(&evidence, Language::En),
            "the articles know the question's words; the second article is about as likely"
        );
        assert_eq!(
            in_words(&evidence, Language::Zh),
            "问题里的词知识库都见过；第二篇也差不多像"
        );
        assert_eq!(in_words(&Evidence::default(), Language::Zh), "");
    }
}
