//! The file that `init` writes.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use toml::Value;

use crate::cli::init::answers::{Answers, code};

/// A new Standard Webhooks secret: 32 random bytes.
pub(super) fn new_secret() -> String {
    format!(
        "whsec_{}",
        BASE64_STANDARD.encode(rand::random::<[u8; 32]>())
    )
}

/// The whole file.
pub(super) fn render(answers: &Answers, secret: &str) -> String {
    format!(
        "# frontdesk's configuration; every key is explained in config.example.toml.\n\n\
         [server]\nlisten = \"127.0.0.1:8080\"\n\n\
         [storage]\nurl = \"sqlite:frontdesk.db\"\n\n\
         [desk]\nname = {desk}\nlanguage = {language}\n\n\
         [[channel]]\nname = {channel}\ntype = \"web\"\nsecret = {secret}\n{callback}\n\
         [[team]]\nname = \"support\"\nroom = \"web\"\n\n\
         {agent}[hours]\ntimezone = {timezone}\nopen = [{open}]\n",
        desk = quoted(&answers.desk),
        language = quoted(code(answers.language)),
        channel = quoted(&answers.channel),
        secret = quoted(secret),
        callback = line("callback_url", answers.callback_url.as_deref()),
        agent = agent(answers.agent.as_deref()),
        timezone = quoted(&answers.timezone),
        open = quoted(&answers.open),
    )
}

fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn line(key: &str, value: Option<&str>) -> String {
    value
        .map(|value| format!("{key} = {}\n", quoted(value)))
        .unwrap_or_default()
}

fn agent(name: Option<&str>) -> String {
    let Some(name) = name else {
        return String::new();
    };
    let name = quoted(name);
    format!("[[agent]]\nname = {name}\nroles = [\"agent\", \"admin\"]\n\n")
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{ChannelKind, Config};

    #[test]
    fn what_was_answered_is_what_is_read_back() {
        let answers = Answers {
            desk: "\"Tea\" \\ 茶店\t#1".to_owned(),
            callback_url: Some("https://tea.example/in".to_owned()),
            agent: Some("li".to_owned()),
            ..Answers::default()
        };
        let secret = new_secret();
        let config =
            Config::parse(&render(&answers, &secret), Path::new("/desk"), &|_| None).unwrap();
        assert_eq!(config.desk.name, answers.desk);
        assert_eq!(config.agents.len(), 1);
        let ChannelKind::Web(web) = &config.channels[0].kind;
        assert_eq!(web.secrets[0].expose(), secret);
        assert_eq!(
            web.callback_url.as_ref().unwrap().as_str(),
            "https://tea.example/in"
        );
    }
}
