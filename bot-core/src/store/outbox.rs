//! The outbox: one row is one platform call, ordered within its destination.

mod courier;
mod feed;
mod settle;

pub use courier::{
    Head, Waiting, claim, drawn, heads, left_sending, let_go, next_due, put_off, settle_as,
};
pub use feed::{FeedRow, page, releasable, release};
pub use settle::{Change, NewDelivery, Renewal, RowAt, WaitingRow, apply, find_row, waiting};
