//! The team room's own tables.

pub(super) mod attempt;
pub(super) mod canned;
pub(super) mod link;
pub(super) mod password;
pub(super) mod session;
pub(super) mod upload;
