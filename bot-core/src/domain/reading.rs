//! What a customer's text says besides its question, read once for a whole decision.

use crate::domain::feeling::Feeling;
use crate::domain::forbidden::Severity;
use crate::domain::intent::{self, Intent, PrivacyWish};
use crate::domain::language::Language;
use crate::domain::pick::{self, Pick};
use crate::domain::policy::Policy;
use crate::domain::text::is_han;

/// What a text says besides its question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent observation"
)]
pub struct Reading {
    /// Its language, where it is clear.
    pub language: Option<Language>,
    /// Its language where nothing else is known: a bare "hello" is no clear English, but nearer to it.
    pub guessed: Option<Language>,
    /// It has a word that no article may answer.
    pub forbidden: Option<Severity>,
    /// What it wants done with the customer's data.
    pub privacy: Option<PrivacyWish>,
    /// How the customer feels, where words tell.
    pub feeling: Option<Feeling>,
    /// It asks for a person.
    pub wants_human: bool,
    /// It is thanks, or an acknowledgement.
    pub thanks: bool,
    /// It is a greeting.
    pub greeting: bool,
    /// It takes back what was begun: "cancel".
    pub cancels: bool,
    /// It says too little to be looked up.
    pub vague: bool,
    /// It holds nothing but links.
    pub links_only: bool,
    /// It picks from a list.
    pub pick: Option<Pick>,
    /// It is a rating.
    pub rating: Option<u8>,
}

impl Reading {
    /// Reads a text.
    #[must_use]
    pub fn of(text: &str, policy: &Policy) -> Self {
        let wanted = intent::wanted(text);
        let intent = wanted.intent;
        Self {
            language: Language::of_text(text),
            guessed: guessed(text, intent),
            forbidden: policy.forbidden.find(text).map(|hit| hit.severity),
            privacy: match intent {
                Intent::Privacy(wish) => Some(wish),
                _ => None,
            },
            feeling: Feeling::of(text),
            wants_human: wanted.human,
            thanks: intent == Intent::Thanks,
            greeting: intent == Intent::Greeting,
            cancels: intent == Intent::Cancel,
            vague: !wanted.substantive,
            links_only: intent == Intent::LinkOnly,
            pick: pick::choice(text),
            rating: pick::rating(text),
        }
    }
}

fn guessed(text: &str, intent: Intent) -> Option<Language> {
    let latin = text.chars().any(|c| c.is_ascii_alphabetic());
    let greeting = intent == Intent::Greeting;
    (greeting && latin && !text.chars().any(is_han)).then_some(Language::En)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("删除我的数据，然后转人工", true)]
    #[case("转人工，谢谢", true)]
    #[case("删除我的数据", false)]
    #[case("你好", false)]
    #[case("在吗", false)]
    #[case("Where is my order 12345?", false)]
    fn what_is_read_once_is_read_as_if_asked_alone(#[case] text: &str, #[case] human: bool) {
        let reading = Reading::of(text, &Policy::default());
        assert_eq!(reading.wants_human, human);
        assert_eq!(reading.wants_human, intent::asks_for_human(text));
        assert_eq!(reading.privacy, intent::privacy_wish(text));
        assert_eq!(reading.vague, !intent::is_substantive(text));
    }

    #[test]
    fn a_greeting_is_no_thanks_and_an_order_number_no_hotline() {
        let read = |text: &str| Reading::of(text, &Policy::default());
        assert!(read("你好").greeting && !read("你好").thanks);
        assert!(read("谢谢").thanks && !read("谢谢").greeting);
        assert_eq!(read("where is my order 12345").forbidden, None);
        assert!(read("我要打12345").forbidden.is_some());
        assert!(read("我要打12315投诉").forbidden.is_some());
    }
}
