//! What a message wants, as far as its words alone tell: a human, privacy, a greeting, nothing …
//!
//! Everything here works on the words only, in Chinese (Simplified and Traditional) and English,
//! without a language model; so a human stays reachable whatever else fails.

mod address;
mod courtesy;
mod human;
mod link;
mod privacy;
mod substance;
mod wording;

pub use address::{addressed_colleague, addresses};
pub use courtesy::{backs_to_bot, cancels, greets, pings, thanks};
pub use human::asks_for_human;
pub use link::links_only;
pub use privacy::{PrivacyWish, privacy_wish};
pub use substance::is_substantive;

/// What a customer's message wants.
///
/// [`read`] gives the first that holds, in the order in which they stand here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// "删除我的数据", "delete my data": a ticket of its own kind, which humans answer too.
    Privacy(PrivacyWish),
    /// "人工", "talk to a human".
    Human,
    /// "回到机器人", "back to the bot".
    BackToBot,
    /// "取消", "never mind".
    Cancel,
    /// "你好", "good morning", and nothing else.
    Greeting,
    /// "谢谢", "ok", "👍", and nothing else: never a reason to reopen anything.
    Thanks,
    /// Links and nothing else.
    LinkOnly,
    /// Too little to look up or to hand over: "在吗", "hello?", "我那个订单".
    Vague,
    /// Something to answer or to hand over.
    Substantive,
}

/// Reads a message. Total: every text has exactly one intent.
#[must_use]
pub fn read(text: &str) -> Intent {
    if let Some(wish) = privacy_wish(text) {
        return Intent::Privacy(wish);
    }
    CHECKS
        .iter()
        .find(|(holds, _)| holds(text))
        .map_or(Intent::Vague, |(_, intent)| *intent)
}

/// Whether a text says something.
type Says = fn(&str) -> bool;

/// What is looked for, in this order.
const CHECKS: [(Says, Intent); 8] = [
    (asks_for_human, Intent::Human),
    (backs_to_bot, Intent::BackToBot),
    (cancels, Intent::Cancel),
    (pings, Intent::Vague),
    (greets, Intent::Greeting),
    (thanks, Intent::Thanks),
    (links_only, Intent::LinkOnly),
    (is_substantive, Intent::Substantive),
];

#[cfg(test)]
mod tests;
