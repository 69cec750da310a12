//! An agent's line that begins by addressing a colleague: meant for the team, not the customer.

use crate::domain::text::is_han;
use crate::domain::wordlist::words;

/// Words before the name.
const CALLS: &[&str] = words! {
    "hey" "hi" "hello" "喂" "嗨" "诶" "欸" "哎" "嘿" "那个" "to" "fao"
};
/// Mentions of everybody.
const EVERYBODY: &[&str] = words! {
    "all" "everyone" "here" "channel" "room" "team" "所有人" "全体" "大家" "各位"
};
/// What may follow a name without a comma when somebody is spoken to.
const SPOKEN_TO: &[&str] = words! {
    "你" "您" "帮" "看" "麻烦" "请" "来" "能" "可以" "这" "在" "处理" "跟进" "接" "can" "could"
    "please" "pls" "plz" "take" "check" "look" "help" "any"
};
/// Titles by which customers are called: "李先生，您好" is for the customer even where a colleague
/// is called 李.
const TITLES: &[&str] = &["先生", "女士", "小姐", "太太", "总"];

/// Whether a line begins by addressing one of these people, or everybody: then it is meant for
/// the team and not for the customer.
#[must_use]
pub fn addresses(line: &str, names: &[&str]) -> bool {
    addressed_colleague(line, names).is_some()
}

/// The colleague (of `names`) that a line begins by addressing: "@li …", "小李，…",
/// "li: can you look?"; `Some("@")` if it addresses everybody ("@all"). `None` for everything
/// else; then the line is for the customer.
#[must_use]
pub fn addressed_colleague<'n, S: AsRef<str>>(line: &str, names: &'n [S]) -> Option<&'n str> {
    let line = line.trim_start();
    let called = after_call(line);
    if mentions(line, EVERYBODY.iter().copied())
        .or_else(|| mentions(called, EVERYBODY.iter().copied()))
        .is_some()
    {
        return Some("@");
    }
    let names = || {
        names
            .iter()
            .map(AsRef::as_ref)
            .filter(|name| !name.trim().is_empty())
    };
    let longest =
        |found: Box<dyn Iterator<Item = &'n str> + '_>| found.max_by_key(|name| name.len());
    longest(Box::new(names().filter(|name| {
        speaks_with(line, name) || speaks_with(called, name)
    })))
}

fn mentions<'n>(line: &str, mut names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let rest = line.strip_prefix(['@', '＠'])?;
    names.find(|name| after_name(rest, name).is_some_and(ends_name))
}

fn speaks_with(line: &str, name: &str) -> bool {
    if mentions(line, std::iter::once(name)).is_some() {
        return true;
    }
    let Some(rest) = after_name(line, name) else {
        return false;
    };
    let trimmed = rest.trim_start();
    let spaced = trimmed.len() < rest.len() || name.ends_with(is_han);
    let comma = trimmed.starts_with([',', '，', ':', '：', '、', '-', '—', '!', '！', '~'])
        && !trimmed.starts_with("--");
    let titled = TITLES.iter().any(|title| rest.starts_with(title));
    !titled && (comma || trimmed.is_empty() || (spaced && speaks_to(trimmed)))
}

/// Whether `rest` begins with a word that speaks to somebody, whole if it is a Latin one.
fn speaks_to(rest: &str) -> bool {
    let rest = rest.to_lowercase();
    SPOKEN_TO.iter().any(|word| {
        rest.strip_prefix(word)
            .is_some_and(|after| word.ends_with(is_han) || ends_name(after))
    })
}

/// What follows `name` at the beginning of `line`, whatever its capitals.
fn after_name<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let mut rest = line.chars();
    for wanted in name.trim().chars() {
        let c = rest.next()?;
        if !c.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
    }
    Some(rest.as_str())
}

/// Whether a Latin name ends here and does not go on ("Li" in "Lily").
fn ends_name(rest: &str) -> bool {
    !rest.starts_with(|c: char| (c.is_alphanumeric() && !is_han(c)) || c == '\'' || c == '_')
}

/// The line without "hey", "嗨,".
fn after_call(line: &str) -> &str {
    let called = CALLS.iter().find_map(|call| {
        after_name(line, call).filter(|rest| call.ends_with(is_han) || ends_name(rest))
    });
    called.unwrap_or(line).trim_start_matches([' ', ',', '，'])
}
