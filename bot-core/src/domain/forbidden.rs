//! Words that no article may answer: who says them needs a human, at once.

mod default_words;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::pattern::{Pattern, letters, unhyphenated};
use crate::domain::text::fold;

/// How grave a word is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Authorities, lawyers, police, theft, fraud: an urgent ticket.
    Urgent,
    /// Fire, injury, poison, self-harm: an urgent ticket, and the lead is rung even at night.
    Safety,
}

/// A word of the list that a message contains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForbiddenHit {
    /// The word as the list has it.
    pub word: String,
    /// How grave it is.
    pub severity: Severity,
}

/// Why a word cannot stand in the list.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ForbiddenWordsError {
    /// Nothing is left of it once punctuation is taken away.
    #[error("{0:?} is no word: write at least one letter, digit or Chinese character")]
    Blank(String),
}

/// The list of words, ready for matching.
///
/// Chinese words match anywhere in a message, Traditional or Simplified; Latin words and numbers
/// match whole words only, `injur*` every word that begins so. Harmless expressions ("警报器",
/// "Fire TV") are taken out of a message before it is searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForbiddenWords {
    words: Vec<Word>,
    harmless: Vec<Pattern>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    written: String,
    severity: Severity,
    pattern: Pattern,
}

impl Default for ForbiddenWords {
    /// The built-in Chinese and English list.
    fn default() -> Self {
        use default_words::{HARMLESS, SAFETY, URGENT};
        Self::new(URGENT, SAFETY, HARMLESS).unwrap_or(Self {
            words: Vec::new(),
            harmless: Vec::new(),
        })
    }
}

impl ForbiddenWords {
    /// A list of one's own: urgent words, safety words, and expressions that contain such words
    /// without harm.
    ///
    /// # Errors
    /// The first entry that holds nothing to look for.
    pub fn new<S: AsRef<str>>(
        urgent: &[S],
        safety: &[S],
        harmless: &[S],
    ) -> Result<Self, ForbiddenWordsError> {
        let safety = safety.iter().map(|word| (word, Severity::Safety));
        let urgent = urgent.iter().map(|word| (word, Severity::Urgent));
        let words = safety
            .chain(urgent)
            .map(|(word, severity)| Word::new(word.as_ref(), severity));
        let harmless = harmless.iter().map(|word| pattern(word.as_ref()));
        Ok(Self {
            words: words.collect::<Result<_, _>>()?,
            harmless: harmless.collect::<Result<_, _>>()?,
        })
    }

    /// The gravest word that `text` contains.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<ForbiddenHit> {
        let text = self.searchable(text);
        let letters = letters(&text);
        // Safety words come first in the list, so the first hit is the gravest.
        let may_be_in = |word: &&Word| word.pattern.may_be_among(letters);
        let mut words = self.words.iter().filter(may_be_in);
        let word = words.find(|word| word.pattern.is_in(&text))?;
        Some(ForbiddenHit {
            word: word.written.clone(),
            severity: word.severity,
        })
    }

    /// The text in comparable form, without the harmless expressions.
    fn searchable(&self, text: &str) -> String {
        let mut text = unhyphenated(&fold(text));
        let letters = letters(&text);
        for pattern in self.harmless.iter().filter(|one| one.may_be_among(letters)) {
            pattern.blank_out(&mut text);
        }
        text
    }
}

impl Word {
    fn new(written: &str, severity: Severity) -> Result<Self, ForbiddenWordsError> {
        Ok(Self {
            written: written.to_owned(),
            severity,
            pattern: pattern(written)?,
        })
    }
}

fn pattern(written: &str) -> Result<Pattern, ForbiddenWordsError> {
    Pattern::new(written).ok_or_else(|| ForbiddenWordsError::Blank(written.to_owned()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;
    use crate::domain::wordlist::words;

    #[test]
    fn hears_urgent_words() {
        let texts: &[&str] = words! {
            "我要打12315投诉你们" "再不处理我就找消协" "黑猫投诉见" "已经在黑貓投訴了"
            "我的律师会联系你们" "我要起诉" "我要報警" "卡被盗刷了" "包裹被偷了" "你们这是诈骗"
            "我去法院告你们" "向工商局举报" "打市长热线12345" "发律师函" "我 要 报 警"
            "ＬＡＷＹＥＲ" "you will hear from my lawyer" "I'm calling the police"
            "I'll file a chargeback" "my parcel was stolen" "unauthorised charge"
            "this is fraud!" "I will sue you" "taking you to court" "legal action"
            "report you to the BBB" "I'm filing a lawsuit" "Charge-back requested"
            "my account was hacked" "曝光你们" "找记者"
        };
        for text in texts {
            let hit = ForbiddenWords::default().find(text);
            assert_eq!(
                hit.map(|hit| hit.severity),
                Some(Severity::Urgent),
                "{text}"
            );
        }
    }

    #[test]
    fn hears_safety_words() {
        let texts: &[&str] = words! {
            "充电器起火了" "插座冒烟了" "電池爆炸" "孩子受伤了" "用了之后过敏"
            "吃了你们的东西食物中毒" "我不想活了" "想自杀" "漏电了" "煤气泄漏怎么办" "手被烫伤"
            "送医院急诊了" "流血了" "the charger caught fire" "it's on fire"
            "my son was injured" "severe injuries" "allergic reaction" "I want to die"
            "I want to kill myself" "self harm" "suicidal" "got an electric shock" "gas leak"
            "it exploded" "call an ambulance" "he burned his hand"
            "I will sue you, my child was injured"
        };
        for text in texts {
            let hit = ForbiddenWords::default().find(text);
            assert_eq!(
                hit.map(|hit| hit.severity),
                Some(Severity::Safety),
                "{text}"
            );
        }
    }

    #[test]
    fn leaves_harmless_words_alone() {
        let texts: &[&str] = words! {
            "" "你好" "警报器怎么关" "报警器没电了怎么办" "烟雾报警器多少钱" "报警灯一直亮"
            "防盗门怎么安装" "防盗刷钱包有货吗" "黑猫警长的玩偶" "黑猫图案的T恤" "爆炸盐怎么用"
            "抗过敏牙膏" "防过敏口罩" "订单号2023123150001" "订单12315678到哪了" "退款多久到账"
            "我要投诉物流慢" "怎么投诉" "生活火辣" "点火器怎么用" "Fire TV stick setup"
            "Kindle Fire case" "is Sue in today?" "tissue box" "pursue" "the policy says"
            "tennis court shoes" "courtesy" "fire pit price" "fireproof bag" "burn a CD"
            "where is my order" "hospitality" "smoking hot deal" "a fire sale"
            "issue with order" "fired up" "hypoallergenic pillow" "气炸了，还没发货"
            "跳楼价是多少" "社交媒体账号" "照片曝光时间" "shrimp scampi" "看电视台直播"
        };
        for text in texts {
            let hit = ForbiddenWords::default().find(text);
            assert_eq!(hit, None, "{text}");
        }
    }

    #[test]
    fn every_default_word_finds_itself() {
        let list = ForbiddenWords::default();
        assert!(list.words.len() > 100);
        for word in &list.words {
            let text = word.written.trim_end_matches('*');
            let hit = list.find(text);
            assert!(
                hit.is_some(),
                "{text} is swallowed by a harmless expression"
            );
        }
    }

    #[test]
    fn takes_a_list_of_ones_own() {
        let list =
            ForbiddenWords::new(&["退一賠三", "recall*"], &["gas"], &["gas station"]).unwrap();
        assert_eq!(list.find("要求退一赔三").unwrap().word, "退一賠三");
        assert_eq!(
            list.find("Recalled product").unwrap().severity,
            Severity::Urgent
        );
        assert_eq!(
            list.find("smell of gas").unwrap().severity,
            Severity::Safety
        );
        assert_eq!(list.find("at the gas station"), None);
        assert_eq!(list.find("gasket"), None);
        assert_eq!(list.find("我要报警"), None);
    }

    #[rstest]
    #[case("")]
    #[case(" ！")]
    #[case("*")]
    fn refuses_blank_words(#[case] word: &str) {
        let refused = ForbiddenWords::new(&[word], &[], &[]);
        assert_eq!(refused, Err(ForbiddenWordsError::Blank(word.to_owned())));
    }

    proptest! {
        #[test]
        fn any_text_can_be_searched(text in any::<String>(), word in "\\PC{1,8}") {
            let _hit = ForbiddenWords::default().find(&text);
            if let Ok(list) = ForbiddenWords::new(&[word.as_str()], &[], &[]) {
                let _hit = list.find(&text);
            }
        }
    }
}
