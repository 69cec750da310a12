//! The pages in a real Chromium, used as people use them.
//!
//! A [`Driver`] is chromedriver as a process of its own; a [`Browser`] is one person with one profile.
//! Whatever a test does, the browser's console must stay empty and axe must find nothing serious:
//! [`Browser::judge`].

mod day;
mod driver;
mod files;
mod harness;
mod identity;
mod injection;
mod page;
mod room;
mod site;
mod vendor;
mod widget;

pub(crate) use driver::Driver;
pub(crate) use page::{Browser, Size};
