//! Wishes that the law gives a deadline: to be forgotten, and to see what is kept.

mod chinese;
mod english;

use serde::{Deserialize, Serialize};

use super::wording::{Wording, clauses};

/// What a customer wants done with their data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrivacyWish {
    /// Delete it: "删除我的数据", "delete my data", "right to be forgotten".
    Erase,
    /// Hand over a copy, or say what is kept: "导出我的数据", "what data do you have about me".
    Copy,
}

/// The privacy request in a message, if it makes one.
pub(super) fn privacy_wish(said: &Wording<'_>) -> Option<PrivacyWish> {
    let wish = |clause: &str| chinese::wish(clause).or_else(|| english::wish(clause));
    clauses(&said.plain).find_map(wish)
}
