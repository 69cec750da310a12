//! Abilities and shape: pure, and true to each other.

use crate::domain::content::{Attachment, Author, Choice, Content, Media};
use crate::domain::id::AttachmentId;
use crate::port::breach::Breaches;
use crate::port::platform::Abilities;
use crate::port::platform::conformance::Stage;
use crate::port::platform::shape::MARK_ROOM;

pub(super) async fn check(stage: &dyn Stage, found: &mut Breaches) {
    let (platform, place) = (stage.platform(), stage.place());
    let abilities = platform.abilities(&place);
    abilities_make_sense(&abilities, found);
    found.unless(
        platform.abilities(&place) == abilities,
        "abilities of a place are the same each time",
        &abilities,
    );
    for content in contents() {
        let parts = platform.shape(content.clone(), &place);
        let again = platform.shape(content.clone(), &place);
        found.unless(parts == again, "shape is pure", &content);
        carries_all(&content, &parts, &abilities, found);
    }
    let severe: Vec<_> = platform
        .check()
        .await
        .into_iter()
        .filter(|one| one.severe)
        .collect();
    found.unless(
        severe.is_empty(),
        "check finds nothing severe in a right setup",
        severe,
    );
}

fn abilities_make_sense(can: &Abilities, found: &mut Breaches) {
    found.unless(
        can.text_limit > MARK_ROOM,
        "a text has room",
        can.text_limit,
    );
    let lasting = can.deletes_for.is_none_or(|ms| ms > 0);
    found.unless(lasting, "deletes_for is a time, or none", can.deletes_for);
    let spendable = can.budgets.iter().all(|one| one.most > 0 && one.per_ms > 0);
    found.unless(spendable, "a budget can be spent", &can.budgets);
    let mut names: Vec<_> = can.budgets.iter().map(|one| &one.name).collect();
    names.sort();
    names.dedup();
    found.unless(
        names.len() == can.budgets.len(),
        "budgets of a place have names of their own",
        &can.budgets,
    );
}

fn contents() -> Vec<Content> {
    let text = |text: String| Content::text(Author::Bot, text);
    let choice = |id: &str| Choice {
        id: id.to_owned(),
        label: format!("label {id}"),
    };
    let picture = Attachment {
        id: AttachmentId::default(),
        media: Media::Image,
        name: "a.png".to_owned(),
        mime: "image/png".to_owned(),
        size: Some(7),
    };
    vec![
        text("hello".to_owned()),
        text(String::new()),
        text("退货流程是什么？先申请，再寄回。".repeat(3_000)),
        text("one two three four, five. ".repeat(3_000)),
        text("👨‍👩‍👧".repeat(3_000)),
        Content {
            choices: vec![choice("a"), choice("b")],
            ..text("which? ".repeat(9_000))
        },
        Content {
            attachments: vec![picture],
            ..text("see the picture. ".repeat(3_000))
        },
    ]
}

fn carries_all(whole: &Content, parts: &[Content], can: &Abilities, found: &mut Breaches) {
    found.unless(!parts.is_empty(), "a content has at least one part", whole);
    // What goes once more is marked, and must still fit then. A local row never goes once more.
    let room = if can.local { 0 } else { MARK_ROOM };
    let longest = parts.iter().map(|one| one.text.chars().count()).max();
    found.unless(
        longest.unwrap_or_default() + room <= can.text_limit,
        "a part fits a message, with room for the mark of a repeat",
        (longest, can.text_limit),
    );
    let joined: String = parts.iter().map(|one| bare(&one.text)).collect();
    found.unless(
        joined == bare(&whole.text),
        "no word is lost or moved",
        &joined,
    );
    let files: Vec<_> = parts.iter().flat_map(|one| &one.attachments).collect();
    let all: Vec<_> = whole.attachments.iter().collect();
    found.unless(files == all, "each file goes once", files);
    let last = parts.last().map(|one| &one.choices);
    found.unless(
        last == Some(&whole.choices),
        "choices stand under the last part",
        last,
    );
    let alone = parts.iter().rev().skip(1).all(|one| one.choices.is_empty());
    found.unless(alone, "choices stand under the last part only", parts.len());
    let same = parts
        .iter()
        .all(|one| one.from == whole.from && one.kind == whole.kind);
    found.unless(same, "each part keeps its author and kind", parts.len());
}

/// A cut may fall at a space.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}
