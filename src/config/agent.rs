//! `[[agent]]`: the people of the team that the file names; they are upserted at start, by name.

use std::fmt;
use std::str::FromStr;

use crate::config::keys::{Keys, choose};

/// A member of the team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agent {
    /// The name in commands.
    pub name: String,
    /// The name that customers see.
    pub display: String,
    /// What they may do; `agent` where the file names none.
    pub roles: Vec<Role>,
    /// What they are good at.
    pub skills: Vec<String>,
    /// Their accounts on the team's platforms.
    pub identities: Vec<AgentIdentity>,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Answers customers.
    Agent,
    /// Directs others' work.
    Lead,
    /// Reads reports.
    Manager,
    /// Gets pseudonymous exports only.
    Analyst,
    /// Changes settings and articles.
    Admin,
    /// Reads the audit log.
    Auditor,
}

/// All roles, by the words that name them.
const ROLES: [(&str, Role); 6] = [
    ("agent", Role::Agent),
    ("lead", Role::Lead),
    ("manager", Role::Manager),
    ("analyst", Role::Analyst),
    ("admin", Role::Admin),
    ("auditor", Role::Auditor),
];

impl Role {
    /// The word that names it, in the file and in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::Manager => "manager",
            Self::Analyst => "analyst",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let found = ROLES.iter().find(|(name, _)| *name == word);
        found
            .map(|(_, role)| *role)
            .ok_or_else(|| choose(word, &ROLES))
    }
}

/// An account on a platform, known by its number and never by a name, which can be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentIdentity {
    /// `telegram` or `discord`.
    pub platform: String,
    /// The platform's number for the account.
    pub id: u64,
}

impl fmt::Display for AgentIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.platform, self.id)
    }
}

pub(super) fn read(mut keys: Keys<'_>) -> Option<Agent> {
    let name = keys.name("\"li\"");
    let display = keys.text("display");
    let agent = name.map(|name| Agent {
        display: display.unwrap_or_else(|| name.clone()),
        name,
        roles: roles(&mut keys),
        skills: keys.list("skills"),
        identities: identities(&mut keys),
    });
    if agent.is_some() {
        keys.finish();
    }
    agent
}

fn roles(keys: &mut Keys<'_>) -> Vec<Role> {
    let mut roles = Vec::new();
    for word in keys.list("roles") {
        match word.parse::<Role>() {
            Ok(role) => roles.push(role),
            Err(remedy) => keys.problem("roles", format!("\"{word}\" is not a role"), remedy),
        }
    }
    if roles.is_empty() {
        roles.push(Role::Agent);
    }
    roles
}

fn identities(keys: &mut Keys<'_>) -> Vec<AgentIdentity> {
    let mut identities = Vec::new();
    for text in keys.list("identities") {
        match identity(&text) {
            Some(identity) => identities.push(identity),
            None => keys.problem(
                "identities",
                format!("\"{text}\" is not an account"),
                "write the platform and its number for the person: \"telegram:111111111\"",
            ),
        }
    }
    identities
}

fn identity(text: &str) -> Option<AgentIdentity> {
    let (platform, id) = text.split_once(':')?;
    matches!(platform, "telegram" | "discord").then_some(())?;
    Some(AgentIdentity {
        platform: platform.to_owned(),
        id: id.parse().ok()?,
    })
}
