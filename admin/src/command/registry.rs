//! All commands under one roof: who may use them, where, and which family understands them.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{
    CHINESE_NAMES, CommandCall, CommandPlace, CommandSpec, Completion, Parameter, ParameterSort,
    Permission, Plan, Say, complete, help, help_one, resolve,
};
use bot_core::domain::id::AgentId;
use bot_core::domain::language::Language;
use bot_core::domain::phrase::Phrase;
use bot_core::domain::policy::Policy;
use bot_core::port::command::{CommandContext, CommandHandler};

use crate::command::roles::RoleMap;
use crate::command::{outside_thread, read, wording};

/// All commands. It is itself a handler: the one that the desk knows.
pub struct Registry {
    families: Vec<Arc<dyn CommandHandler>>,
    /// All specs, `/help` first.
    specs: Vec<CommandSpec>,
    /// The family of each spec after the first.
    owners: Vec<usize>,
    roles: RoleMap,
}

/// A family that does not fit in.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// The name or alias belongs to another command already.
    #[error("the command name {0:?} is taken")]
    Taken(&'static str),
    /// The name could not be typed.
    #[error("{0:?} is no command name: use small Latin letters, digits and \"-\"")]
    Name(&'static str),
    /// Lines that begin with a Chinese name are kept from customers only if the core knows it.
    #[error("the Chinese name {0:?} is not in bot_core::domain::command::CHINESE_NAMES")]
    ChineseName(&'static str),
}

const HELP: CommandSpec = CommandSpec {
    name: "help",
    aliases: &["h", "帮助"],
    parameters: &[Parameter::optional("command", "命令", ParameterSort::Word)],
    permission: Permission::Look,
    place: CommandPlace::Anywhere,
    summary_zh: "列出命令，或说明一个命令",
    summary_en: "Lists the commands, or explains one",
    example_zh: "/帮助 结束",
    example_en: "/help close",
};

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.specs.iter().map(|spec| spec.name).collect();
        f.debug_tuple("Registry").field(&names).finish()
    }
}

impl Registry {
    /// A registry that only knows `/help`.
    #[must_use]
    pub fn new(roles: RoleMap) -> Self {
        Self {
            families: Vec::new(),
            specs: vec![HELP],
            owners: Vec::new(),
            roles,
        }
    }

    /// The same registry with one family more.
    ///
    /// # Errors
    /// When a name of it is taken, cannot be typed, or would not be recognised as a command.
    pub fn with(mut self, family: Arc<dyn CommandHandler>) -> Result<Self, RegistryError> {
        for spec in family.specs() {
            self.check(spec)?;
            self.specs.push(*spec);
            self.owners.push(self.families.len());
        }
        self.families.push(family);
        Ok(self)
    }

    /// What each role may do.
    #[must_use]
    pub const fn roles(&self) -> &RoleMap {
        &self.roles
    }

    fn check(&self, spec: &CommandSpec) -> Result<(), RegistryError> {
        let mut taken: BTreeSet<&str> = self.specs.iter().flat_map(CommandSpec::names).collect();
        check_latin(spec.name)?;
        for name in spec.names() {
            if name.is_ascii() {
                check_latin(name)?;
            } else if !CHINESE_NAMES.contains(&name) {
                return Err(RegistryError::ChineseName(name));
            }
            if !taken.insert(name) {
                return Err(RegistryError::Taken(name));
            }
        }
        Ok(())
    }

    /// The commands that somebody may use, for native command lists and pages.
    #[must_use]
    pub fn allowed(&self, by: AgentId, policy: &Policy) -> Vec<CommandSpec> {
        let may = self.permissions(by, policy);
        let mut allowed = self.specs.clone();
        allowed.retain(|spec| may.contains(&spec.permission));
        allowed
    }

    /// The ways to go on from what somebody has typed so far; only commands they may use.
    #[must_use]
    pub fn complete(&self, prefix: &str, by: AgentId, policy: &Policy) -> Vec<Completion> {
        let people: Vec<&str> = policy.agents.iter().map(|one| one.name.as_str()).collect();
        let allowed = self.allowed(by, policy);
        complete(prefix, &allowed, policy.team_language, &people)
    }

    fn permissions(&self, by: AgentId, policy: &Policy) -> Vec<Permission> {
        let colleague = policy.colleague(by);
        colleague.map_or_else(Vec::new, |one| self.roles.permissions(&one.roles))
    }

    /// Whether this call may go on; otherwise what to say.
    fn admit(&self, spec: &CommandSpec, call: &CommandCall, policy: &Policy) -> Result<(), Plan> {
        if policy.colleague(call.by).is_none() {
            return Err(Plan::saying(Phrase::new("command.not_listed")));
        }
        if !self.permissions(call.by, policy).contains(&spec.permission) {
            return Err(self.refuse(spec, policy.team_language));
        }
        if spec.place == CommandPlace::Thread && call.conversation.is_none() {
            return Err(outside_thread(spec.name));
        }
        Ok(())
    }

    fn refuse(&self, spec: &CommandSpec, language: Language) -> Plan {
        let roles = wording::list(&self.roles.granting(spec.permission), language);
        let phrase = Phrase::new("command.not_permitted").with("name", spec.name);
        Plan::saying(phrase.with("role", roles))
    }

    fn family_of(&self, spec: &CommandSpec) -> Option<&dyn CommandHandler> {
        let index = self.specs.iter().position(|one| one.name == spec.name)?;
        let owner = self.owners.get(index.checked_sub(1)?)?;
        self.families.get(*owner).map(AsRef::as_ref)
    }

    /// Help on what the asker may use, or on one command, with or without its mark.
    fn explain(&self, call: &CommandCall, policy: &Policy) -> Result<Plan, Plan> {
        let language = policy.team_language;
        let parsed = read(call, &self.specs, policy)?;
        let text = match parsed.text("command") {
            None => help(&self.specs, language, &self.permissions(call.by, policy)),
            Some(name) => {
                let line = format!("/{}", name.trim_start_matches(['/', '／', '、', '\\']));
                let found = resolve(&line, &self.specs);
                let (spec, _) = found.map_err(|error| Plan::saying(error.phrase(language)))?;
                help_one(spec, language)
            }
        };
        Ok(Plan {
            says: vec![Say::Text(text)],
            ..Plan::default()
        })
    }
}

fn check_latin(name: &'static str) -> Result<(), RegistryError> {
    let typed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let fine = name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(typed);
    if fine {
        Ok(())
    } else {
        Err(RegistryError::Name(name))
    }
}

#[async_trait]
impl CommandHandler for Registry {
    fn specs(&self) -> &[CommandSpec] {
        &self.specs
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        let spec = match resolve(&call.line, &self.specs) {
            Ok((spec, _)) => spec,
            Err(error) => return Plan::saying(error.phrase(context.policy.team_language)),
        };
        if let Err(refusal) = self.admit(spec, call, context.policy) {
            return refusal;
        }
        match self.family_of(spec) {
            Some(family) => family.plan(call, context).await,
            None => self
                .explain(call, context.policy)
                .unwrap_or_else(|problem| problem),
        }
    }
}
