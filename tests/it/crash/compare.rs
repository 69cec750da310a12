//! Compares a disturbed walk with the undisturbed one: what may differ is what was being sent when
//! the process ended, in the ways that are promised, and nothing else.

use std::collections::BTreeSet;

use crate::crash::house::Doubt;
use crate::crash::script::Outcome;
use crate::crash::town::Seen;
use crate::crash::walk::is_doubt_notice;

const MARK: &str = "↻ ";
/// The reply that the script edits later.
pub(super) const EDITED: &str = "好的，后天寄出。";

/// Fails unless nothing was lost, nothing silently doubled, and the order kept.
pub(super) fn same(calm: &Outcome, rough: &Outcome, at: &str) {
    assert!(
        calm.doubts.is_empty() && calm.deaths == 0,
        "{at}: a calm walk"
    );
    assert_eq!(rough.memory.unsettled, 0, "{at}: something is left over");
    assert_eq!(
        numberless(&calm.memory.lines),
        numberless(&rough.memory.lines),
        "{at}: the record"
    );
    assert_eq!(
        calm.memory.tickets, rough.memory.tickets,
        "{at}: the ticket"
    );
    let texts = calm.customer.iter().chain(&rough.customer);
    assert!(
        texts.into_iter().all(|one| !one.deleted),
        "{at}: nobody took anything back"
    );
    place(&calm.customer, &rough.customer, rough, "customer", at);
    threads(calm, rough, at);
}

/// An opening in doubt that arrived leaves an orphan with nothing but its card; all else stands in
/// the last thread.
fn threads(calm: &Outcome, rough: &Outcome, at: &str) {
    let opening = |one: &&(usize, Doubt)| one.1.action == "open_thread";
    let doubtful = rough
        .doubts
        .iter()
        .find(opening)
        .filter(|_| !rough.confirms);
    let arrived = |row| {
        let seen = rough.threads.iter().flatten();
        seen.filter(|one| one.row == row).count() == 2
    };
    let orphans = usize::from(doubtful.is_some_and(|(_, one)| arrived(one.row)));
    assert_eq!(
        rough.threads.len(),
        calm.threads.len() + orphans,
        "{at}: threads"
    );
    let (last, earlier) = rough.threads.split_last().expect("a thread");
    for orphan in earlier {
        assert_eq!(orphan.len(), 1, "{at}: {orphan:#?}");
    }
    place(&calm.threads[0], last, rough, "thread", at);
    assert_eq!(
        calm.closings.values().collect::<Vec<_>>(),
        rough.closings.values().collect::<Vec<_>>(),
        "{at}: closings"
    );
}

/// One place: every line as often as it may be there, and all in order.
fn place(calm: &[Seen], rough: &[Seen], outcome: &Outcome, destination: &str, at: &str) {
    let doubts: Vec<_> = outcome
        .doubts
        .iter()
        .filter(|(_, one)| one.destination == destination && one.action == "send")
        .collect();
    let mut used = BTreeSet::new();
    for line in calm {
        let copies = copies(rough, line);
        used.extend(copies.iter().map(|one| std::ptr::from_ref(*one)));
        let doubt = doubts
            .iter()
            .find(|(_, one)| key(&one.text) == key(&line.sent));
        match doubt {
            Some(doubt) if !outcome.confirms => doubted(line, &copies, doubt, at),
            Some(_) | None => once(line, &copies, at),
        }
    }
    let extra: Vec<&Seen> = rough
        .iter()
        .filter(|one| !used.contains(&std::ptr::from_ref(*one)))
        .collect();
    extras(&extra, outcome, destination, at);
    in_order(
        calm,
        rough,
        &doubts.iter().map(|(_, one)| key(&one.text)).collect(),
        at,
    );
}

fn copies<'a>(rough: &'a [Seen], line: &Seen) -> Vec<&'a Seen> {
    let base = |one: &Seen| key(one.sent.strip_prefix(MARK).unwrap_or(&one.sent));
    rough
        .iter()
        .filter(|one| base(one) == key(&line.sent))
        .collect()
}

fn once(line: &Seen, copies: &[&Seen], at: &str) {
    assert_eq!(copies.len(), 1, "{at}: {:?} {copies:#?}", line.sent);
    assert!(!copies[0].sent.starts_with(MARK), "{at}: {copies:#?}");
    alike(line, copies[0], at);
}

/// It was being sent: a bot's answer and a line in the thread come once more with a mark; an agent's
/// reply is there once, because the agent decided.
fn doubted(line: &Seen, copies: &[&Seen], (life, doubt): &(usize, Doubt), at: &str) {
    let arrived = copies.iter().filter(|one| one.life <= *life).count();
    if doubt.by_agent {
        assert_eq!(copies.len(), 1, "{at}: {copies:#?}");
        assert!(!copies[0].sent.starts_with(MARK), "{at}: {copies:#?}");
        // Left as it is, nobody knows its id, and later edits do not reach it.
        if arrived == 0 {
            alike(line, copies[0], at);
        }
        return;
    }
    assert_eq!(copies.len(), arrived + 1, "{at}: {copies:#?}");
    let (last, first) = copies.split_last().expect("a copy");
    assert!(last.sent.starts_with(MARK), "{at}: {copies:#?}");
    assert!(
        first.iter().all(|one| !one.sent.starts_with(MARK)),
        "{at}: {copies:#?}"
    );
    alike(line, last, at);
}

fn alike(line: &Seen, copy: &Seen, at: &str) {
    let text = key(copy.text.strip_prefix(MARK).unwrap_or(&copy.text));
    assert_eq!(key(&line.text), text, "{at}");
    assert_eq!(line.edited, copy.edited, "{at}: {copy:#?}");
    let names = |one: &Seen| {
        one.files
            .iter()
            .map(|(_, name)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(line), names(copy), "{at}: files");
    assert_eq!(line.choices.len(), copy.choices.len(), "{at}: choices");
}

/// Beyond the script only this is said in the thread: the question about each agent's reply in doubt,
/// and, where the agent left it, that a later edit could not follow it. A job that waited for the
/// lease of a dead worker also tells how far it is.
fn extras(extra: &[&Seen], outcome: &Outcome, destination: &str, at: &str) {
    let asked: Vec<_> = outcome
        .doubts
        .iter()
        .filter(|(_, one)| one.by_agent && one.destination == "customer" && one.action == "send")
        .filter(|_| destination == "thread" && !outcome.confirms)
        .collect();
    let (notices, others): (Vec<&Seen>, Vec<&Seen>) =
        extra.iter().copied().partition(|one| is_doubt_notice(one));
    assert_eq!(notices.len(), asked.len(), "{at}: {extra:#?}");
    let (news, others): (Vec<&Seen>, Vec<&Seen>) = others
        .into_iter()
        .partition(|one| one.text.starts_with('⏳'));
    assert!(news.len() <= outcome.deaths, "{at}: {news:#?}");
    let arrived = |(life, row): (usize, uuid::Uuid)| {
        let mut seen = outcome.customer.iter();
        seen.any(|one| one.row == row && one.life <= life)
    };
    let left = asked
        .iter()
        .filter(|(life, one)| one.text == EDITED && arrived((*life, one.row)));
    assert_eq!(others.len(), left.count(), "{at}: {others:#?}");
    let cannot = |one: &&Seen| one.text.contains("不确定是否送达");
    assert!(others.iter().all(cannot), "{at}: {others:#?}");
}

fn in_order(calm: &[Seen], rough: &[Seen], moved: &BTreeSet<String>, at: &str) {
    let order = |lines: &[Seen]| -> Vec<String> {
        let known: BTreeSet<String> = calm.iter().map(|one| key(&one.sent)).collect();
        let kept = lines.iter().map(|one| key(&one.sent));
        kept.filter(|text| known.contains(text) && !moved.contains(text))
            .collect()
    };
    assert_eq!(order(calm), order(rough), "{at}: the order");
}

/// A ticket's number may be skipped by a crash, so it is not compared.
fn key(text: &str) -> String {
    let mut said = text.to_owned();
    for number in 1001..1010 {
        said = said.replace(&format!("#{number}"), "#N");
    }
    said
}

fn numberless(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| key(line)).collect()
}
