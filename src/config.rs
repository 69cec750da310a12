//! The configuration: one TOML file, typed, with every problem reported at once.
//!
//! One module per concern; each reads its own section and knows its defaults. What a value means is
//! decided here, at the door: the rest of the program sees addresses, hours and secrets, not texts.

mod agent;
mod answers;
mod channel;
mod desk;
mod hours;
mod keys;
mod problem;
mod secret;
mod server;
mod storage;
mod team;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bot_core::domain::forbidden::ForbiddenWords;
use bot_core::domain::hours::Hours;
use bot_core::domain::policy::{self, Delays, Limits, Policy};
use knowledge::answerer::settings::Settings;
use toml::Table;

pub use agent::{Agent, AgentIdentity, Role};
pub use answers::{Answers, Space};
pub use channel::{Channel, ChannelKind, WebChannel, Widget};
pub use desk::Desk;
pub use problem::{ConfigError, Problem};
pub use secret::Secret;
pub use server::Server;
pub use storage::{Database, Storage};
pub use team::{Room, Team};

use keys::{Keys, Reader};
use problem::Problems;
use secret::Sources;

/// Everything that the file says, with defaults for what it does not.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[storage]` and `[security]`
    pub storage: Storage,
    /// `[desk]`
    pub desk: Desk,
    /// `[delays]`, and `[desk] send_hold`
    pub delays: Delays,
    /// `[limits]`
    pub limits: Limits,
    /// `[answers]`
    pub answers: Answers,
    /// `[[space]]`
    pub spaces: Vec<Space>,
    /// `[hours]`; always open where the section is missing
    pub hours: Hours,
    /// `[[channel]]`
    pub channels: Vec<Channel>,
    /// `[[team]]`; never empty: without one there is the team "support" on the team room page
    pub teams: Vec<Team>,
    /// `[[agent]]`
    pub agents: Vec<Agent>,
}

impl Config {
    /// Reads a file, with secrets from the process's environment.
    ///
    /// # Errors
    /// When it cannot be read, or with all its problems.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path).map_err(|reason| ConfigError::Read {
            path: path.to_owned(),
            reason,
        })?;
        let folder = folder_of(path);
        Self::parse(&text, &folder, &|name| std::env::var(name).ok()).map_err(|problems| {
            ConfigError::Unusable {
                path: path.to_owned(),
                problems,
            }
        })
    }

    /// Reads a text. Relative paths count from `folder`, and `${NAME}` asks `env`.
    ///
    /// # Errors
    /// All problems, in the order of the sections.
    pub fn parse(
        text: &str,
        folder: &Path,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, Vec<Problem>> {
        let table = text
            .parse::<Table>()
            .map_err(|error| vec![syntax(text, &error)])?;
        let reader = Reader {
            sources: Sources { env, folder },
            problems: Problems::default(),
        };
        let config = Self::read(Keys::root(&reader, table));
        let problems = reader.problems.into_vec();
        if problems.is_empty() {
            Ok(config)
        } else {
            Err(problems)
        }
    }

    /// The defaults alone, with the data in `folder` (`--data DIR`).
    ///
    /// # Errors
    /// Never in practice: the defaults have no problems.
    pub fn in_folder(folder: &Path) -> Result<Self, ConfigError> {
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        Self::parse("", &folder, &|_| None).map_err(|problems| ConfigError::Unusable {
            path: folder,
            problems,
        })
    }

    fn read(mut keys: Keys<'_>) -> Self {
        let (desk, send_hold) = desk::read(keys.section("desk"));
        let config = Self {
            server: server::read(keys.section("server")),
            storage: storage::read(keys.section("storage"), keys.section("security")),
            desk,
            delays: desk::read_delays(keys.section("delays"), send_hold),
            limits: desk::read_limits(keys.section("limits")),
            answers: answers::read(keys.section("answers")),
            spaces: each(&mut keys, "space", answers::read_space),
            hours: hours::read(&mut keys),
            channels: each(&mut keys, "channel", channel::read),
            teams: each(&mut keys, "team", team::read),
            agents: each(&mut keys, "agent", agent::read),
        };
        config.compare(&keys);
        keys.finish();
        config.with_a_team()
    }

    /// Problems that only show when sections are seen together.
    fn compare(&self, keys: &Keys<'_>) {
        unique(
            keys,
            "channel",
            self.channels.iter().map(|channel| channel.name.0.as_str()),
        );
        unique(
            keys,
            "team",
            self.teams.iter().map(|team| team.name.as_str()),
        );
        unique(
            keys,
            "agent",
            self.agents.iter().map(|agent| agent.name.as_str()),
        );
        unique(
            keys,
            "space",
            self.spaces.iter().map(|space| space.name.as_str()),
        );
        let identities = self.agents.iter().flat_map(|agent| &agent.identities);
        let identities: Vec<String> = identities.map(ToString::to_string).collect();
        unique(
            keys,
            "agent.identities",
            identities.iter().map(String::as_str),
        );
        for channel in &self.channels {
            self.team_exists(keys, channel);
        }
    }

    fn team_exists(&self, keys: &Keys<'_>, channel: &Channel) {
        let Some(name) = &channel.team else { return };
        if self.teams.iter().any(|team| team.name == *name) {
            return;
        }
        keys.problem(
            &format!("channel[{}].team", channel.name),
            format!("there is no team \"{name}\""),
            format!("add [[team]] with name = \"{name}\", or name one that exists"),
        );
    }

    fn with_a_team(mut self) -> Self {
        if self.teams.is_empty() {
            self.teams.push(Team::default());
        }
        self
    }

    /// The settings as decisions see them; version and colleagues come from the database.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            version: 0,
            desk: self.desk.name.clone(),
            privacy_link: self.desk.privacy_url.as_ref().map(ToString::to_string),
            language: self.desk.language,
            team_language: self.desk.team_language,
            hours: self.hours.clone(),
            delays: self.delays,
            limits: self.limits,
            forbidden: ForbiddenWords::default(),
            agents: Vec::new(),
            replies: self.desk.replies,
            answers: self.answers_by_channel(),
        }
    }

    fn answers_by_channel(&self) -> policy::Answers {
        let usual = self.answers.mode;
        let said = |channel: &Channel| (channel.name.clone(), channel.answer.unwrap_or(usual));
        policy::Answers {
            usual,
            configured: self.channels.iter().map(said).collect(),
            switched: BTreeMap::new(),
        }
    }

    /// How the knowledge base is to answer.
    #[must_use]
    pub fn knowledge(&self) -> Settings {
        answers::settings(self.answers, &self.spaces, &self.channels)
    }

    /// The team whose room shows a channel's tickets: the one it names, or else the first.
    #[must_use]
    pub fn team_of(&self, channel: &Channel) -> Option<&Team> {
        match &channel.team {
            Some(name) => self.teams.iter().find(|team| team.name == *name),
            None => self.teams.first(),
        }
    }
}

fn folder_of(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    whole.parent().map(Path::to_owned).unwrap_or_default()
}

/// The error's own picture of the line is left out: the line may hold a secret.
fn syntax(text: &str, error: &toml::de::Error) -> Problem {
    let start = error.span().map_or(0, |span| span.start);
    let before = text.bytes().take(start);
    let line = 1 + before.filter(|byte| *byte == b'\n').count();
    Problem {
        key: format!("line {line}"),
        what: "is not TOML".to_owned(),
        remedy: "texts stand in quotes, lists in brackets, and each key stands once; \
                 see config.example.toml"
            .to_owned(),
    }
}

fn each<T>(keys: &mut Keys<'_>, key: &'static str, read: fn(Keys<'_>) -> Option<T>) -> Vec<T> {
    keys.sections(key).into_iter().filter_map(read).collect()
}

fn unique<'a>(keys: &Keys<'_>, key: &str, names: impl Iterator<Item = &'a str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            keys.problem(
                key,
                format!("\"{name}\" stands more than once"),
                "keep one of them",
            );
        }
    }
}
