//! What a member of the team may be called, and be.

use bot_core::domain::text::clean;
use bot_core::store::board::agents::AgentChange;

use crate::command::ROLES;
use crate::console::agents::{MemberChange, NewMember};
use crate::console::error::ApiError;

/// The longest name, display name or skill, in characters.
const NAME_MOST: usize = 60;

impl NewMember {
    pub(super) fn judge(&self) -> Result<(), ApiError> {
        let typable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        if self.name.is_empty() || self.name.len() > NAME_MOST || !self.name.chars().all(typable) {
            return Err(ApiError::field(
                "name",
                "letters, digits, - and _, so that it can be typed in commands",
            ));
        }
        judge_words("display", std::slice::from_ref(&self.display))?;
        judge_roles(&self.roles)?;
        judge_labels(&self.skills)
    }
}

impl MemberChange {
    pub(super) fn judged(self) -> Result<AgentChange, ApiError> {
        if let Some(display) = &self.display {
            judge_words("display", std::slice::from_ref(display))?;
        }
        judge_roles_if(self.roles.as_deref())?;
        judge_labels(self.skills.as_deref().unwrap_or_default())?;
        Ok(AgentChange {
            display: self.display,
            roles: self.roles,
            skills: self.skills,
            disabled: self.disabled,
        })
    }
}

fn judge_words(field: &str, words: &[String]) -> Result<(), ApiError> {
    let fine = |word: &String| {
        let cleaned = clean(word, NAME_MOST);
        cleaned.text == *word && !word.trim().is_empty()
    };
    if words.iter().all(fine) {
        return Ok(());
    }
    Err(ApiError::field(
        field,
        format!("1 to {NAME_MOST} characters, without control signs"),
    ))
}

fn judge_roles_if(roles: Option<&[String]>) -> Result<(), ApiError> {
    roles.map_or(Ok(()), judge_roles)
}

fn judge_roles(roles: &[String]) -> Result<(), ApiError> {
    let unknown = roles.iter().find(|role| !ROLES.contains(&role.as_str()));
    match unknown {
        Some(role) => Err(ApiError::field(
            "roles",
            format!("there is no role {role:?}; there are {}", ROLES.join(", ")),
        )),
        None if roles.is_empty() => Err(ApiError::field(
            "roles",
            "at least one; `disabled` takes everything away",
        )),
        None => Ok(()),
    }
}

/// Skills are kept as one line of words.
fn judge_labels(skills: &[String]) -> Result<(), ApiError> {
    judge_words("skills", skills)?;
    if skills
        .iter()
        .any(|skill| skill.contains(char::is_whitespace))
    {
        return Err(ApiError::field("skills", "a skill is one word"));
    }
    Ok(())
}
