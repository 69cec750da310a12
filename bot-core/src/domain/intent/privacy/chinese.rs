//! Privacy requests in Chinese.

use super::PrivacyWish;
use crate::domain::wordlist::words;

const ERASE: &[&str] = words! {
    "删除" "删掉" "删光" "删" "清除" "清空" "销毁" "抹除" "抹掉" "擦除" "移除" "注销"
    "彻底删除"
};
const COPY: &[&str] = words! {
    "导出" "下载" "索取" "复制" "获取" "调取" "拷贝" "要一份" "提供"
};
const MINE: &[&str] = words! {
    "我的" "我在你们这里的" "我在你们这的" "我在贵司的" "本人的" "本人" "有关我的"
    "关于我的" "我个人的" "我们的"
};
const ADJECTIVES: &[&str] = words! {
    "所有" "全部" "一切" "个人" "用户" "客户" "账户" "账号" "相关" "私人" "的" "隐私" "聊天"
    "注册" "身份"
};
const DATA: &[&str] = &["数据", "资料", "个人信息", "信息", "隐私", "记录"];
/// Words by which these expressions tell of a mishap instead of a wish.
const MISHAPS: &[&str] = words! {
    "恢复" "找回" "误删" "不小心" "被删" "别删" "不要删" "不能删" "没了" "丢失" "删除了我"
    "删了我" "不会删"
};
/// What may stand around a request that is all there is.
const BEFORE: &[&str] = words! {
    "我要" "我想" "请" "申请" "要求" "麻烦" "帮我" "你好" "您好" "我" "如何" "怎么" "怎样" "能不能" "可以"
};
const AFTER: &[&str] = &["吗", "吧", "啊", "呢", "谢谢", "申请", "请求", "了"];
const RIGHTS: &[&str] = &["被遗忘权", "遗忘权", "删除权"];
const KEPT: &[&str] = words! {
    "有我哪些" "有我什么" "存了我" "保存了我" "收集了我" "收集我哪些" "收集我什么"
    "掌握我哪些" "储存了我" "存储了我"
};

pub(super) fn wish(clause: &str) -> Option<PrivacyWish> {
    // Every wish names its data or the right itself; most messages name neither.
    if !DATA.iter().chain(RIGHTS).any(|word| clause.contains(word)) {
        return None;
    }
    if MISHAPS.iter().any(|word| clause.contains(word)) {
        return None;
    }
    if RIGHTS.iter().any(|right| clause.contains(right)) || wants(clause, ERASE) {
        return Some(PrivacyWish::Erase);
    }
    let asks_what = KEPT
        .iter()
        .any(|kept| after(clause, kept).any(names_data_somewhere));
    (asks_what || wants(clause, COPY)).then_some(PrivacyWish::Copy)
}

/// "删除我的全部数据", "把我的数据都删了"; without "我的" only if nothing else is said.
fn wants(clause: &str, verbs: &[&str]) -> bool {
    verbs.iter().any(|verb| {
        let verb_first =
            after(clause, verb).any(|rest| mine(rest).is_some_and(|rest| data(rest).is_some()));
        verb_first || handed(clause, verb) || bare(clause, verb)
    })
}

/// "把我的数据删掉", "我的个人信息请删除".
fn handed(clause: &str, verb: &str) -> bool {
    MINE.iter().any(|mine| {
        after(clause, mine).any(|rest| {
            data(rest).is_some_and(|rest| {
                let rest = trim(
                    rest,
                    &[
                        "都", "全部", "全", "给", "请", "帮我", "你们", "一并", "彻底", "统统",
                        "麻烦", "申请", "要求",
                    ],
                );
                rest.starts_with(verb)
            })
        })
    })
}

/// "删除个人信息", "申请清除隐私数据": nothing else is said, and what goes is called personal.
fn bare(clause: &str, verb: &str) -> bool {
    const PERSONAL: &[&str] = &["个人", "隐私", "私人", "用户"];
    let start = trim(clause, BEFORE);
    let Some(object) = start.strip_prefix(verb) else {
        return false;
    };
    let personal = PERSONAL.iter().any(|word| object.starts_with(word));
    personal && data(object).is_some_and(|rest| trim(rest, AFTER).is_empty())
}

fn mine(text: &str) -> Option<&str> {
    MINE.iter().find_map(|mine| text.strip_prefix(mine))
}

/// What follows the data that `text` begins with.
fn data(text: &str) -> Option<&str> {
    let text = trim(text, ADJECTIVES);
    DATA.iter().find_map(|word| text.strip_prefix(word))
}

fn names_data_somewhere(text: &str) -> bool {
    ["数据", "信息", "资料"]
        .iter()
        .any(|word| text.contains(word))
}

fn trim<'t>(mut text: &'t str, words: &[&str]) -> &'t str {
    while let Some(rest) = words.iter().find_map(|word| text.strip_prefix(word)) {
        text = rest;
    }
    text
}

fn after<'t>(clause: &'t str, word: &'t str) -> impl Iterator<Item = &'t str> {
    let places = clause.match_indices(word);
    places.filter_map(move |(at, _)| clause.get(at + word.len()..))
}
