//! The languages the desk speaks.

use serde::{Deserialize, Serialize};

/// A language that phrases, answers and customers can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese, Simplified or Traditional.
    Zh,
    /// English; also what is spoken to everybody else.
    #[default]
    En,
}
