//! The outbox: one row is one platform call, ordered within its destination.

mod courier;
mod feed;
mod parts;
mod settle;

pub use courier::{
    Head, NotSent, Waiting, claim, drawn, heads, left_sending, let_go, next_due, put_off,
    settle_as, take_over, was_sent_under,
};
pub use feed::{FeedRow, page, releasable, release};
pub use parts::{
    Merging, PartRow, abandon, merged, parts, postpone, tail, target, waiting, whole_of,
};
pub use settle::{Change, NewDelivery, Renewal, RowAt, apply, find_row};
