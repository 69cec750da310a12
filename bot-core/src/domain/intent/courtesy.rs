//! Messages that are only form: greetings, thanks, "are you there", "never mind".

mod lists;

use super::wording::{Wording, made_of};
use crate::domain::text::{is_pictograph, is_unseen};
use lists::{BOT, CANCELS, GREETED, PINGS, THANKED, THANKFUL_SIGNS, THANKS};

pub(super) use lists::{GREETINGS, POLITE};

/// Whether the message is a greeting and nothing else.
pub(super) fn greets(said: &Wording<'_>) -> bool {
    let parts = made_of(&said.plain, [GREETINGS, GREETED, POLITE, PINGS]);
    parts.is_some_and(|[greetings, ..]| greetings > 0)
}

/// Whether the message only asks whether anybody is there ("在吗", "anyone there?"), or greets
/// so insistently that it asks just that ("hello?").
pub(super) fn pings(said: &Wording<'_>) -> bool {
    let Some([pings, greetings, ..]) = made_of(&said.plain, [PINGS, GREETINGS, GREETED, POLITE])
    else {
        return false;
    };
    pings > 0 || (greetings > 0 && said.asks())
}

/// Whether the message is thanks, an acknowledgement or a goodbye, and nothing else: "谢谢",
/// "ok", "👍", "好的，麻烦了".
pub(super) fn thanks(said: &Wording<'_>) -> bool {
    let signs = said.plain.chars().filter(|c| is_pictograph(*c));
    let (mut thankful, mut others) = (0, 0);
    for sign in signs.filter(|c| !is_modifier(*c)) {
        if THANKFUL_SIGNS.contains(sign) {
            thankful += 1;
        } else {
            others += 1;
        }
    }
    match made_of(&said.plain, [THANKS, THANKED]) {
        Some([0, 0]) => thankful > 0 && others == 0,
        // "ok?" and "可以吗" want an answer.
        Some([thanks, _]) => thanks > 0 && !said.asks(),
        None => false,
    }
}

/// Skin tones and variation selectors belong to the sign before them.
fn is_modifier(c: char) -> bool {
    is_unseen(c) || matches!(c, '\u{1f3fb}'..='\u{1f3ff}')
}

/// Whether the message only calls off what is going on: "取消", "算了", "never mind".
/// "取消订单" does not.
pub(super) fn cancels(said: &Wording<'_>) -> bool {
    let parts = made_of(&said.plain, [CANCELS, POLITE]);
    parts.is_some_and(|[cancels, _]| cancels > 0)
}

/// Whether the message wants the bot instead of waiting for a human: "回到机器人", "不等了",
/// "back to the bot".
pub(super) fn backs_to_bot(said: &Wording<'_>) -> bool {
    let parts = made_of(&said.plain, [BOT, POLITE]);
    parts.is_some_and(|[bot, _]| bot > 0)
}
