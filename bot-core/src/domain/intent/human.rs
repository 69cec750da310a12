//! Asking for a human, in all the ways people do it; and what only looks like it.

mod chinese;
mod english;

use super::courtesy::{GREETINGS, POLITE};
use super::wording::{Wording, clauses, last_piece, made_of};
use crate::domain::wordlist::words;

/// Names of humans that mean nothing else.
const PEOPLE: &[&str] = words! {
    "人工" "真人" "活人" "人工客服" "人工服务" "人工坐席" "人工座席" "人工台" "人工咨询"
    "真人客服" "真人服务" "人工在线客服" "在线人工" "在线人工客服" "客服人员" "客服专员"
    "人工专员" "专属客服" "专人" "专人服务" "真人在线" "客服服务" "转接客服" "转接" "人工回复" "人工支援" "人工帮助" "人工处理" "人工协助" "人工接待" "找人" "找个人" "叫人来"
    "叫个人来" "来个人" "来人" "换人" "换个人" "派个人来" "human" "humans"
    "human being" "human agent" "human support" "human help" "human service" "human operator"
    "human representative" "real human" "real person" "real people" "real agent" "live agent"
    "live person" "live human" "live chat" "live support" "live operator" "live representative"
    "actual person" "actual human" "operator" "representative" "service representative"
    "customer service representative" "customer representative" "support agent" "service agent"
    "customer service agent" "csr" "0"
};
/// Names that a greeting or a "在吗" beside them turns into an address: "客服你好".
const DESK: &[&str] = words! {
    "客服" "在线客服" "线上客服" "客服小姐姐" "agent" "an agent" "rep" "person" "a person"
    "customer service" "customer support" "customer care" "support" "support team" "advisor"
    "adviser" "service desk" "help desk"
};
/// Verbs and fillers of a wish whose object is one of the names above.
const WISH: &[&str] = words! {
    "转" "转到" "转接" "转接到" "转至" "转去" "接" "接通" "找" "找个" "找一个" "找一位" "要"
    "要个" "要一个" "需要" "换" "换个" "换成" "换到" "叫" "叫个" "联系" "呼叫" "切换" "切换到"
    "连线" "来个" "来一个" "想找" "想要" "想转" "我要" "我找" "能" "能不能" "能否" "可以"
    "可不可以" "是否可以" "怎么" "如何" "怎样" "帮我转" "给我转" "给我接" "一个" "个" "一位"
    "位" "一名" "名" "的" "你们" "你们的" "talk" "speak" "chat" "connect" "transfer" "get"
    "need" "want" "give" "reach" "contact" "put" "switch" "escalate" "forward" "pass" "call"
    "see" "have" "find" "to" "with" "me" "a" "an" "the" "some" "any" "one" "i" "i'd" "i'll"
    "like" "can" "could" "may" "would" "will" "you" "we" "want to" "wanna" "gonna" "let" "let's"
    "through" "over" "us" "how" "do" "how do i" "is there" "there" "someone from" "must"
    "really" "only" "your" "from" "your team" "team member" "here" "directly"
};
/// Presence: whether a human is there at all.
const PRESENCE: &[&str] = words! {
    "有" "有没有" "没有" "在吗" "在么" "在不在" "在" "你们有" "还有"
};

/// Whether the message asks for a human.
///
/// The whole message, politeness aside, names one ("人工", "客服", "0", "agent"); or a clause
/// of it wishes for one ("转人工", "我要找真人", "I want to talk to a real person"). Questions
/// about the desk's phone, fees or checks by hand are none ("客服电话是多少", "人工费多少",
/// "退款要人工审核吗", "what is a user agent").
pub(super) fn asks_for_human(said: &Wording<'_>) -> bool {
    names_human(&said.plain)
        || clauses(&said.plain).any(|clause| {
            chinese::wishes(clause) || english::wishes(clause) || names_human_clearly(clause)
        })
        || last_piece(said.text).is_some_and(|piece| names_human_clearly(&piece))
}

/// The whole text is a wish for a human and nothing else.
fn names_human(plain: &str) -> bool {
    if english::asks_what_you_are(plain) {
        return false;
    }
    let groups = [PEOPLE, DESK, GREETINGS, PRESENCE, WISH, POLITE];
    let Some([people, desk, greetings, presence, wishes, _]) = made_of(plain, groups) else {
        return false;
    };
    let addressed = (greetings > 0 || presence > 0) && wishes == 0;
    people > 0 || (desk > 0 && !addressed)
}

/// A clause among others needs an unmistakable name.
fn names_human_clearly(clause: &str) -> bool {
    let number = clause.trim() == "0";
    let parts = made_of(clause, [PEOPLE, POLITE]);
    !number && parts.is_some_and(|[people, _]| people > 0)
}
