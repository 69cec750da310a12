//! `[hours]`: when people answer.

use bot_core::domain::hours::{Hours, HoursSettings};

use crate::config::keys::Keys;

/// The section's hours; always open where it is missing.
pub(super) fn read(keys: &mut Keys<'_>) -> Hours {
    let given = keys.has("hours");
    let section = keys.section("hours");
    if !given {
        return Hours::always();
    }
    settings(section).unwrap_or_else(Hours::always)
}

fn settings(mut keys: Keys<'_>) -> Option<Hours> {
    let timezone = keys.required("timezone", "\"Asia/Shanghai\"");
    let open = keys.list("open");
    if open.is_empty() && !keys.was_given("open") {
        keys.missing("open", "[\"Mon-Sun 09:00-21:00\"]");
    }
    let settings = HoursSettings {
        timezone: timezone?,
        open,
        closed_on: keys.list("closed_on"),
        open_on: keys.list("open_on"),
    };
    let hours = keys
        .was_given("open")
        .then(|| parse(&keys, &settings))
        .flatten();
    keys.finish();
    hours
}

/// The domain names the whole key in front of each of its sentences, and the remedy behind.
fn parse(keys: &Keys<'_>, settings: &HoursSettings) -> Option<Hours> {
    let problems = match Hours::parse(settings) {
        Ok(hours) => return Some(hours),
        Err(problems) => problems,
    };
    for problem in problems {
        let text = problem.to_string();
        let (key, said) = text.split_once(": ").unwrap_or(("hours", &text));
        let (what, remedy) = said
            .split_once("; ")
            .unwrap_or((said, "see config.example.toml"));
        match key.split_once('.') {
            Some((_, key)) => keys.problem(key, what, remedy),
            None => keys.own_problem(what, remedy),
        }
    }
    None
}
