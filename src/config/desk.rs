//! `[desk]`, `[delays]` and `[limits]`: how the desk behaves.

use bot_core::domain::accent::Accent;
use bot_core::domain::language::Language;
use bot_core::domain::mask::MaskLevel;
use bot_core::domain::policy::{Delays, Limits, Policy, Replies};
use bot_core::domain::time::{DAY, HOUR, MINUTE};
use url::Url;

use crate::config::keys::Keys;

const LANGUAGES: [(&str, Language); 2] = [("zh", Language::Zh), ("en", Language::En)];

/// The desk's name and habits.
#[derive(Clone, Debug)]
pub struct Desk {
    /// What the desk calls itself before customers.
    pub name: String,
    /// The privacy statement that the first words link to.
    pub privacy_url: Option<Url>,
    /// The language of a customer who has not shown one.
    pub language: Language,
    /// The language of the team's threads.
    pub team_language: Language,
    /// The colour of its pages.
    pub accent: Accent,
    /// How agents' texts are treated.
    pub replies: Replies,
}

/// The section, and how long agents' replies are held, in milliseconds.
pub(super) fn read(mut keys: Keys<'_>) -> (Desk, i64) {
    let usual = Policy::default();
    let language = keys.word("language", &LANGUAGES).unwrap_or(usual.language);
    let desk = Desk {
        name: keys.text("name").unwrap_or(usual.desk),
        privacy_url: keys.url("privacy_url"),
        language,
        team_language: keys.word("team_language", &LANGUAGES).unwrap_or(language),
        accent: accent(&mut keys),
        replies: replies(&mut keys, usual.replies),
    };
    let send_hold = keys.duration("send_hold", MINUTE, usual.delays.send_hold);
    keys.finish();
    (desk, send_hold)
}

fn accent(keys: &mut Keys<'_>) -> Accent {
    let read = |text: &str| {
        let remedy = "write it like \"#2f5bd8\"".to_owned();
        text.parse()
            .map_err(|_| ("is no colour".to_owned(), remedy))
    };
    keys.parsed("accent", read).unwrap_or_default()
}

fn replies(keys: &mut Keys<'_>, usual: Replies) -> Replies {
    let defaults = [("answer", false), ("note", true)];
    let masks = [
        ("sensitive", MaskLevel::Sensitive),
        ("all", MaskLevel::All),
        ("none", MaskLevel::None),
    ];
    Replies {
        notes_by_default: keys
            .word("thread_default", &defaults)
            .unwrap_or(usual.notes_by_default),
        mask: keys.word("mask", &masks).unwrap_or(usual.mask),
    }
}

pub(super) fn read_delays(mut keys: Keys<'_>, send_hold: i64) -> Delays {
    let usual = Delays::default();
    let delays = Delays {
        settle: keys.duration("settle", MINUTE, usual.settle),
        settle_most: keys.duration("settle_most", MINUTE, usual.settle_most),
        media: keys.duration("media", MINUTE, usual.media),
        album: keys.duration("album", MINUTE, usual.album),
        relay: keys.duration("relay", MINUTE, usual.relay),
        files: keys.duration("files", MINUTE, usual.files),
        send_hold,
        waiting_update: keys.duration("waiting_update", DAY, usual.waiting_update),
        waiting_choice: keys.duration("waiting_choice", DAY, usual.waiting_choice),
        close_resolved: keys.duration("close_resolved", 365 * DAY, usual.close_resolved),
        hold: keys.duration("hold", 30 * DAY, usual.hold),
        hold_most: keys.duration("hold_most", 90 * DAY, usual.hold_most),
        ..usual
    };
    at_most(
        &keys,
        ("settle", delays.settle),
        ("settle_most", delays.settle_most),
    );
    at_most(
        &keys,
        ("waiting_update", delays.waiting_update),
        ("waiting_choice", delays.waiting_choice),
    );
    at_most(
        &keys,
        ("hold", delays.hold),
        ("hold_most", delays.hold_most),
    );
    keys.finish();
    delays
}

fn at_most(keys: &Keys<'_>, (short, low): (&str, i64), (long, high): (&str, i64)) {
    if low > high {
        keys.problem(
            short,
            format!("is longer than {long}"),
            format!("shorten it, or lengthen {long}"),
        );
    }
}

pub(super) fn read_limits(mut keys: Keys<'_>) -> Limits {
    let usual = Limits::default();
    let limits = Limits {
        messages_a_minute: keys.number("messages_a_minute", &(1..=10_000), usual.messages_a_minute),
        handoffs_an_hour: keys.number("handoffs_an_hour", &(1..=10_000), usual.handoffs_an_hour),
        text: keys.number("text", &(100..=100_000), usual.text),
        survey_pause: keys.duration("survey_pause", 365 * DAY, usual.survey_pause),
        last_sends: keys.number("last_sends", &(0..=100), usual.last_sends),
    };
    keys.finish();
    limits
}

/// Reads `3s`, `5m`, `24h`, `7d` or `0` as milliseconds.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|sign: char| sign.is_ascii_alphabetic());
    let unit = match text.strip_prefix(digits)? {
        "" if digits == "0" => 1,
        "ms" => 1,
        "s" => 1_000,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        _ => return None,
    };
    digits
        .parse::<u32>()
        .ok()
        .map(|number| i64::from(number) * unit)
}
