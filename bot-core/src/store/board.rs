//! What people look at: lists of tickets, one ticket with all that is known, its thread, the team.
//! Only read models; what they show is written by the desk.

pub mod agents;
mod card;
mod room;
mod thread;
mod tickets;

pub use card::{Card, Earlier, Found, card};
pub use room::{RoomLine, room_lines};
pub use thread::{LineDelivery, Stretch, ThreadLine, lines, newest_cursor};
pub use tickets::{
    After, Assigned, Count, Filter, LastLine, Order, TicketLine, any, by_number, changed_since,
    counts, list, newest, open_number,
};
