//! Any message is read without a panic: wishes, feelings, forbidden words, entities, numbers to hide.
#![no_main]

use bot_core::domain::entity::named_in;
use bot_core::domain::mask::{MaskLevel, mask};
use bot_core::domain::policy::Policy;
use bot_core::domain::reading::Reading;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _reading = Reading::of(text, &Policy::default());
    let _named = named_in(text);
    let _masked = mask(text, MaskLevel::All);
});
