//! What each role may do.

use std::collections::{BTreeMap, BTreeSet};

use bot_core::domain::command::Permission;
use serde::{Deserialize, Serialize};

/// The names of the roles, in the configuration, the database and the API.
pub const ROLES: [&str; 6] = ["agent", "lead", "manager", "analyst", "admin", "auditor"];

/// What each role may do; as configuration `{ lead = ["look", "serve", "lead"] }`. Somebody with
/// several roles may do what any of them may; an unknown role may do nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RoleMap(BTreeMap<String, BTreeSet<Permission>>);

impl Default for RoleMap {
    fn default() -> Self {
        use Permission::{Administer, Lead, Look, Serve};
        Self(BTreeMap::new())
            .with("agent", [Look, Serve])
            .with("lead", [Look, Serve, Lead])
            .with("admin", [Look, Serve, Lead, Administer])
            .with("manager", [Look])
            .with("analyst", [Look])
            .with("auditor", [Look])
    }
}

impl RoleMap {
    /// The same map, with exactly these permissions for a role.
    #[must_use]
    pub fn with(mut self, role: &str, may: impl IntoIterator<Item = Permission>) -> Self {
        self.0.insert(role.to_owned(), may.into_iter().collect());
        self
    }

    /// The same map, with the roles of another one in the place of its own.
    #[must_use]
    pub fn overridden(mut self, by: Self) -> Self {
        self.0.extend(by.0);
        self
    }

    /// Everything that somebody with these roles may do.
    #[must_use]
    pub fn permissions(&self, roles: &[String]) -> Vec<Permission> {
        let may = |one: &Permission| self.allows(roles, *one);
        Permission::ALL.into_iter().filter(may).collect()
    }

    /// The roles that may do this.
    #[must_use]
    pub fn granting(&self, permission: Permission) -> Vec<&str> {
        let granting = self.0.iter().filter(|(_, may)| may.contains(&permission));
        granting.map(|(role, _)| role.as_str()).collect()
    }

    /// Whether somebody with these roles may do this.
    #[must_use]
    pub fn allows(&self, roles: &[String], permission: Permission) -> bool {
        let mut granted = roles.iter().filter_map(|role| self.0.get(role));
        granted.any(|may| may.contains(&permission))
    }
}
