//! How a customer feels, as far as a small list of words tells: it moves a ticket forward in the queue
//! and changes nothing else.

use std::sync::OnceLock;

use crate::domain::pattern::{Pattern, letters, unhyphenated};
use crate::domain::text::fold;
use crate::domain::wordlist::words;

/// How a customer feels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feeling {
    /// Something cannot wait.
    Pressed,
    /// Patience is at an end.
    Angry,
}

const ANGRY: &[&str] = words! {
    "气死" "生气" "愤怒" "恼火" "火大" "太差" "差劲" "垃圾平台" "垃圾客服" "垃圾公司" "垃圾服务"
    "什么态度" "什么垃圾" "坑人" "坑爹" "骗人" "骗子" "忽悠" "恶心" "无语" "受够" "忍无可忍" "不要脸"
    "太过分" "过分了" "没人管" "没人理" "敷衍" "踢皮球" "拖了这么久" "等了这么久" "再也不买" "再也不来"
    "失望透顶" "非常失望" "太失望" "他妈" "妈的" "投诉"
    "angry" "furious" "outraged" "outrageous" "unacceptable" "ridiculous" "disgusting" "disgusted"
    "appalling" "terrible service" "awful service" "horrible service" "worst service"
    "worst company" "worst experience" "fed up" "sick of" "sick and tired" "pissed" "rip off"
    "ripped off" "scam" "scammers" "useless" "incompetent" "never again" "wtf" "bullshit"
    "complain" "complaint" "nobody answers" "no one answers" "nobody cares" "no one cares"
    "third time" "very disappointed" "extremely disappointed" "how dare"
};

const PRESSED: &[&str] = words! {
    "急用" "着急" "很急" "好急" "太急" "急死" "急急" "加急" "十万火急" "紧急" "马上要" "立刻" "立即"
    "尽快" "赶紧" "赶快" "快点" "今天必须" "今天就要" "明天就要" "来不及" "等不及" "赶时间"
    "urgent" "urgently" "asap" "a s a p" "emergency" "immediately" "right away"
    "as soon as possible" "hurry" "in a hurry" "time sensitive" "can't wait" "cannot wait"
    "need it today" "need this today" "need it tomorrow" "need this tomorrow" "deadline"
};

/// Where such a word says nothing of the customer: they ask about it, or say the opposite.
const HARMLESS: &[&str] = words! {
    "不着急" "不急" "不用急" "不生气" "没生气" "别生气" "紧急联系人" "紧急出口" "紧急呼叫" "防骗" "骗子短信"
    "投诉电话" "投诉渠道" "投诉邮箱" "投诉流程" "怎么投诉" "如何投诉" "在哪投诉" "立即购买" "立即付款"
    "立即支付" "立即下单" "急救" "急诊" "加急费" "加急服务" "可以加急" "能加急" "加急配送" "加急快递"
    "not urgent" "no hurry" "no rush" "not angry" "emergency contact" "emergency exit"
    "emergency call" "emergency number" "angry birds" "how do i complain" "how to complain"
    "complaint form" "complaints procedure" "complaint procedure" "make a complaint"
    "file a complaint" "scam protection" "deadline for"
};

struct Lexicon {
    angry: Vec<Pattern>,
    pressed: Vec<Pattern>,
    harmless: Vec<Pattern>,
}

impl Lexicon {
    fn get() -> &'static Self {
        static LEXICON: OnceLock<Lexicon> = OnceLock::new();
        let patterns =
            |words: &[&str]| words.iter().filter_map(|word| Pattern::new(word)).collect();
        LEXICON.get_or_init(|| Self {
            angry: patterns(ANGRY),
            pressed: patterns(PRESSED),
            harmless: patterns(HARMLESS),
        })
    }
}

impl Feeling {
    /// Reads a text: anger before haste.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let lexicon = Lexicon::get();
        let mut text = unhyphenated(&fold(text));
        let seen = letters(&text);
        let harmless = lexicon.harmless.iter();
        harmless
            .filter(|one| one.may_be_among(seen))
            .for_each(|one| one.blank_out(&mut text));
        let any = |words: &[Pattern]| {
            let mut likely = words.iter().filter(|one| one.may_be_among(seen));
            likely.any(|one| one.is_in(&text))
        };
        if any(&lexicon.angry) {
            return Some(Self::Angry);
        }
        any(&lexicon.pressed).then_some(Self::Pressed)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("你们什么态度！等了三天没人理", Some(Feeling::Angry))]
    #[case("太過分了，再也不買了", Some(Feeling::Angry))]
    #[case("This is ridiculous, third time I ask", Some(Feeling::Angry))]
    #[case("I am fed up with you", Some(Feeling::Angry))]
    #[case("很急，明天就要用", Some(Feeling::Pressed))]
    #[case("请尽快处理", Some(Feeling::Pressed))]
    #[case("I need this ASAP", Some(Feeling::Pressed))]
    #[case("怎么投诉", None)]
    #[case("不着急，慢慢来", None)]
    #[case("可以加急吗", None)]
    #[case("No rush at all", None)]
    #[case("how do I change my emergency contact", None)]
    #[case("怎么退货", None)]
    #[case("Where is my order?", None)]
    #[case("scampi recipe", None)]
    #[case("", None)]
    fn words_tell(#[case] text: &str, #[case] expected: Option<Feeling>) {
        assert_eq!(Feeling::of(text), expected, "{text}");
    }

    #[test]
    fn every_word_of_the_lists_is_found() {
        let of = |words: &[&str], feeling| {
            for word in words {
                assert_eq!(Feeling::of(word), Some(feeling), "{word}");
            }
        };
        of(ANGRY, Feeling::Angry);
        of(PRESSED, Feeling::Pressed);
        for word in HARMLESS {
            assert_eq!(Feeling::of(word), None, "{word}");
        }
    }
}
