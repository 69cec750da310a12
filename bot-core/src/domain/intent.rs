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

use wording::Wording;

pub use address::{addressed_colleague, addresses};
pub use privacy::PrivacyWish;

/// Makes a question about a [`Wording`] one about a text.
macro_rules! asked_of_texts {
    ($($(#[$doc:meta])* $name:ident = $of:path => $answer:ty;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(text: &str) -> $answer {
            $of(&Wording::of(text))
        }
    )*};
}

asked_of_texts! {
    /// Whether the message asks for a human.
    asks_for_human = human::asks_for_human => bool;
    /// Whether the message wants the bot instead of waiting for a human.
    backs_to_bot = courtesy::backs_to_bot => bool;
    /// Whether the message only calls off what is going on.
    cancels = courtesy::cancels => bool;
    /// Whether the message is a greeting and nothing else.
    greets = courtesy::greets => bool;
    /// Whether the message says enough to be looked up or handed over.
    is_substantive = substance::is_substantive => bool;
    /// Whether the message holds links and nothing else.
    links_only = link::links_only => bool;
    /// Whether the message only asks whether anybody is there.
    pings = courtesy::pings => bool;
    /// What the message wants done with the customer's data.
    privacy_wish = privacy::privacy_wish => Option<PrivacyWish>;
    /// Whether the message is thanks, an acknowledgement or a goodbye, and nothing else.
    thanks = courtesy::thanks => bool;
}

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

/// What a message wants, with what else its words tell of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The first that holds.
    pub intent: Intent,
    /// It asks for a person, whatever else it wants.
    pub human: bool,
    /// There is something to look up in it.
    pub substantive: bool,
}

/// Reads a message. Total: every text has exactly one intent.
#[must_use]
pub fn read(text: &str) -> Intent {
    wanted(text).intent
}

/// Reads a message once, for everything that a decision asks of it.
#[must_use]
pub fn wanted(text: &str) -> Wanted {
    let said = Wording::of(text);
    let intent = intent(&said);
    Wanted {
        intent,
        human: match intent {
            Intent::Human => true,
            // Only a privacy wish stands before the wish for a person.
            Intent::Privacy(_) => human::asks_for_human(&said),
            _ => false,
        },
        substantive: intent == Intent::Substantive || substance::is_substantive(&said),
    }
}

fn intent(said: &Wording<'_>) -> Intent {
    if let Some(wish) = privacy::privacy_wish(said) {
        return Intent::Privacy(wish);
    }
    CHECKS
        .iter()
        .find(|(holds, _)| holds(said))
        .map_or(Intent::Vague, |(_, intent)| *intent)
}

/// Whether a message says something.
type Says = fn(&Wording<'_>) -> bool;

/// What is looked for, in this order.
const CHECKS: [(Says, Intent); 8] = [
    (human::asks_for_human, Intent::Human),
    (courtesy::backs_to_bot, Intent::BackToBot),
    (courtesy::cancels, Intent::Cancel),
    (courtesy::pings, Intent::Vague),
    (courtesy::greets, Intent::Greeting),
    (courtesy::thanks, Intent::Thanks),
    (link::links_only, Intent::LinkOnly),
    (substance::is_substantive, Intent::Substantive),
];

#[cfg(test)]
mod tests;
