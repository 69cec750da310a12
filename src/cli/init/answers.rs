//! The questions of `init`, and what they are answered with.

use std::io::{self, BufRead, Write};

use bot_core::domain::hours::{Hours, HoursSettings};
use bot_core::domain::language::Language;

/// What `init` needs to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answers {
    pub(super) desk: String,
    pub(super) language: Language,
    pub(super) channel: String,
    pub(super) callback_url: Option<String>,
    pub(super) timezone: String,
    pub(super) open: String,
    pub(super) agent: Option<String>,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            desk: "Service desk".to_owned(),
            language: system_language(),
            channel: "shop".to_owned(),
            callback_url: None,
            timezone: system_timezone(),
            open: "Mon-Sun 09:00-21:00".to_owned(),
            agent: None,
        }
    }
}

fn system_language() -> Language {
    let spoken = std::env::var("LC_ALL").or_else(|_| std::env::var("LANG"));
    match spoken {
        Ok(locale) if locale.starts_with("zh") => Language::Zh,
        _ => Language::En,
    }
}

fn system_timezone() -> String {
    let named = std::env::var("TZ").ok();
    let file = || std::fs::read_to_string("/etc/timezone").ok();
    let zone = named.or_else(file).map(|zone| zone.trim().to_owned());
    zone.filter(|zone| hours("Mon-Sun 09:00-21:00", zone).is_ok())
        .unwrap_or_else(|| "UTC".to_owned())
}

fn hours(open: &str, timezone: &str) -> Result<(), String> {
    let settings = HoursSettings {
        timezone: timezone.to_owned(),
        open: vec![open.to_owned()],
        closed_on: Vec::new(),
        open_on: Vec::new(),
    };
    match Hours::parse(&settings) {
        Ok(_) => Ok(()),
        Err(problems) => Err(problems
            .first()
            .map(ToString::to_string)
            .unwrap_or_default()),
    }
}

/// Asks everything; an empty line takes the default, a bad answer is asked again.
pub(super) fn ask(
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    usual: &Answers,
) -> io::Result<Answers> {
    let mut asking = Asking { input, output };
    let desk = asking.ask("What does the desk call itself?", &usual.desk, filled)?;
    let language = asking.ask("Its language, zh or en?", code(usual.language), language)?;
    let channel = asking.ask(
        "A name for your app or shop (part of its web address)?",
        &usual.channel,
        name,
    )?;
    let callback = asking.ask(
        "Where are replies pushed to? (empty: they are fetched)",
        "",
        callback,
    )?;
    let timezone = asking.ask("Your time zone?", &usual.timezone, |zone| {
        hours("Mon-Sun 09:00-21:00", zone).map(|()| zone.to_owned())
    })?;
    let open = asking.ask("When do people answer?", &usual.open, |open| {
        hours(open, &timezone).map(|()| open.to_owned())
    })?;
    let agent = asking.ask("Who answers first? (a short name; empty: later)", "", agent)?;
    Ok(Answers {
        desk,
        language,
        channel,
        callback_url: callback,
        timezone,
        open,
        agent,
    })
}

struct Asking<'a> {
    input: &'a mut dyn BufRead,
    output: &'a mut dyn Write,
}

impl Asking<'_> {
    fn ask<T>(
        &mut self,
        question: &str,
        default: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> io::Result<T> {
        loop {
            let line = self.line(question, default)?;
            let answer = if line.is_empty() { default } else { &line };
            match read(answer) {
                Ok(value) => return Ok(value),
                Err(reason) => writeln!(self.output, "  {reason}")?,
            }
        }
    }

    fn line(&mut self, question: &str, default: &str) -> io::Result<String> {
        match default {
            "" => write!(self.output, "{question} ")?,
            _ => write!(self.output, "{question} [{default}] ")?,
        }
        self.output.flush()?;
        let mut line = String::new();
        if self.input.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim().to_owned())
    }
}

pub(super) const fn code(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh",
        Language::En => "en",
    }
}

fn filled(text: &str) -> Result<String, String> {
    match text {
        text if text.contains("${") => {
            Err("${ has a meaning of its own here; leave it out".to_owned())
        }
        text => Ok(text.to_owned()),
    }
}

fn language(text: &str) -> Result<Language, String> {
    match text.to_lowercase().as_str() {
        "zh" | "中文" => Ok(Language::Zh),
        "en" | "english" => Ok(Language::En),
        _ => Err("zh for Chinese, en for English".to_owned()),
    }
}

fn name(text: &str) -> Result<String, String> {
    let fits = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '_');
    if text.chars().all(fits) && text.chars().count() <= 40 {
        Ok(text.to_owned())
    } else {
        Err("letters, digits, - and _ only, at most 40".to_owned())
    }
}

fn agent(text: &str) -> Result<Option<String>, String> {
    match text {
        "" => Ok(None),
        text => name(text).map(Some),
    }
}

fn callback(text: &str) -> Result<Option<String>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.has_host() => {
            Ok(Some(text.to_owned()))
        }
        _ => Err("a whole address, such as https://app.example.com/replies".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual() -> Answers {
        Answers {
            language: Language::En,
            timezone: "UTC".to_owned(),
            ..Answers::default()
        }
    }

    fn answered(lines: &str) -> (io::Result<Answers>, String) {
        let mut output = Vec::new();
        let answers = ask(&mut lines.as_bytes(), &mut output, &usual());
        (answers, String::from_utf8(output).unwrap())
    }

    #[test]
    fn empty_lines_take_the_defaults() {
        assert_eq!(answered("\n\n\n\n\n\n\n").0.unwrap(), usual());
    }

    #[test]
    fn a_bad_answer_is_asked_again_with_the_reason() {
        let lines = "茶店\nfr\nzh\nmy shop\ntea\nnowhere\nhttps://tea.example/in\nMars\nAsia/Shanghai\nalways\nMon-Fri 10:00-18:00\nli\n";
        let (answers, said) = answered(lines);
        let expected = Answers {
            desk: "茶店".to_owned(),
            language: Language::Zh,
            channel: "tea".to_owned(),
            callback_url: Some("https://tea.example/in".to_owned()),
            timezone: "Asia/Shanghai".to_owned(),
            open: "Mon-Fri 10:00-18:00".to_owned(),
            agent: Some("li".to_owned()),
        };
        assert_eq!(answers.unwrap(), expected);
        for reason in [
            "zh for Chinese",
            "letters, digits",
            "a whole address",
            "no IANA time zone",
            "cannot be read",
        ] {
            assert!(said.contains(reason), "{reason} in {said}");
        }
    }

    #[test]
    fn the_end_of_the_input_is_an_error() {
        assert!(answered("one\n").0.is_err());
    }
}
