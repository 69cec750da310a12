//! Words for what has a name in the database, in the team's language.

use bot_core::domain::command::spoken_span;
use bot_core::domain::content::Media;
use bot_core::domain::effect::Opinion;
use bot_core::domain::language::Language;
use bot_core::domain::policy::Policy;
use bot_core::domain::ticket::Status;
use bot_core::domain::time::Timestamp;
use chrono::{DateTime, Utc};

pub(super) const fn status(status: Status, language: Language) -> &'static str {
    match (language, status) {
        (Language::Zh, Status::Pending) => "待处理",
        (Language::Zh, Status::InProgress) => "处理中",
        (Language::Zh, Status::OnHold) => "挂起",
        (Language::Zh, Status::Resolved) => "已完成",
        (Language::Zh, Status::Closed) => "已关闭",
        (Language::En, Status::Pending) => "pending",
        (Language::En, Status::InProgress) => "in progress",
        (Language::En, Status::OnHold) => "on hold",
        (Language::En, Status::Resolved) => "resolved",
        (Language::En, Status::Closed) => "closed",
    }
}

pub(super) const fn article_status(
    status: knowledge::article::Status,
    language: Language,
) -> &'static str {
    use knowledge::article::Status;
    match (language, status) {
        (Language::Zh, Status::Draft) => "草稿",
        (Language::Zh, Status::Review) => "待审核",
        (Language::Zh, Status::Published) => "已发布",
        (Language::Zh, Status::Archived) => "已下架",
        (Language::En, Status::Draft) => "draft",
        (Language::En, Status::Review) => "in review",
        (Language::En, Status::Published) => "published",
        (Language::En, Status::Archived) => "archived",
    }
}

pub(super) const fn language(named: Language, language: Language) -> &'static str {
    match (language, named) {
        (Language::Zh, Language::Zh) => "中文",
        (Language::Zh, Language::En) => "英文",
        (Language::En, Language::Zh) => "Chinese",
        (Language::En, Language::En) => "English",
    }
}

pub(super) const fn opinion(opinion: Opinion, language: Language) -> &'static str {
    match (language, opinion) {
        (Language::Zh, Opinion::VotedUp) => "客户点了 👍",
        (Language::Zh, Opinion::VotedDown) => "客户点了 👎",
        (Language::Zh, Opinion::Sent) => "同事原样发出",
        (Language::Zh, Opinion::Edited) => "同事改过再发",
        (Language::Zh, Opinion::Wrong) => "同事标为答错",
        (Language::En, Opinion::VotedUp) => "the customer voted 👍",
        (Language::En, Opinion::VotedDown) => "the customer voted 👎",
        (Language::En, Opinion::Sent) => "an agent sent it as it was",
        (Language::En, Opinion::Edited) => "an agent edited it",
        (Language::En, Opinion::Wrong) => "an agent marked it as wrong",
    }
}

pub(super) const fn media(media: Media, language: Language) -> &'static str {
    match (language, media) {
        (Language::Zh, Media::Image) => "图片",
        (Language::Zh, Media::Voice) => "语音",
        (Language::Zh, Media::Video) => "视频",
        (Language::Zh, Media::File) => "文件",
        (Language::En, Media::Image) => "picture",
        (Language::En, Media::Voice) => "voice",
        (Language::En, Media::Video) => "video",
        (Language::En, Media::File) => "file",
    }
}

/// The name in the database of a presence, in words; an unknown one as it stands.
pub(super) fn presence(name: &str, language: Language) -> &str {
    match (language, name) {
        (Language::Zh, "online") => "在线",
        (Language::Zh, "away") => "离开",
        (Language::Zh, "offline") => "离线",
        (Language::Zh | Language::En, other) => other,
    }
}

/// How long a customer has waited.
pub(super) fn waits(ms: i64, language: Language) -> String {
    let span = spoken_span(ms, language);
    match language {
        Language::Zh => format!("等了{span}"),
        Language::En => format!("waiting {span}"),
    }
}

/// Items of a list in a sentence.
pub(super) fn list(items: &[&str], language: Language) -> String {
    items.join(match language {
        Language::Zh => "、",
        Language::En => ", ",
    })
}

/// A time as the team reads it on its clocks.
pub(super) fn local(at: Timestamp, policy: &Policy) -> String {
    let time = DateTime::<Utc>::from_timestamp_millis(at.0).unwrap_or_default();
    let local = time.with_timezone(&policy.hours.zone());
    local.format("%Y-%m-%d %H:%M").to_string()
}
