//! Who may do what. One table names the right that each method of each path needs; the guard looks
//! it up for every request, and what is not in the table is refused.

use axum::http::Method;

use bot_core::domain::command::Permission;

/// What a request needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// Nothing: it is how one signs in.
    Nobody,
    /// A session.
    Account,
    /// A role that serves customers.
    Serve,
    /// A role that directs others.
    Lead,
    /// A role that changes the team.
    Administer,
}

impl Right {
    /// What the roles must give, beyond a session.
    pub(super) const fn permission(self) -> Option<Permission> {
        match self {
            Self::Nobody | Self::Account => None,
            Self::Serve => Some(Permission::Serve),
            Self::Lead => Some(Permission::Lead),
            Self::Administer => Some(Permission::Administer),
        }
    }
}

/// One method of one path, with the right that it needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Access {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) right: Right,
}

const fn access(method: &'static str, path: &'static str, right: Right) -> Access {
    Access {
        method,
        path,
        right,
    }
}

/// The whole API.
pub(super) const TABLE: &[Access] = &[
    access("GET", "/api/v1/openapi.json", Right::Nobody),
    access("POST", "/api/v1/sign-in", Right::Nobody),
    access("POST", "/api/v1/sign-in/link", Right::Nobody),
    access("POST", "/api/v1/sign-out", Right::Account),
    access("GET", "/api/v1/me", Right::Account),
    access("PUT", "/api/v1/me/password", Right::Account),
    access("PUT", "/api/v1/me/presence", Right::Serve),
    access("GET", "/api/v1/agents", Right::Serve),
    access("POST", "/api/v1/agents", Right::Administer),
    access("PATCH", "/api/v1/agents/{id}", Right::Administer),
    access("POST", "/api/v1/agents/{id}/link", Right::Administer),
    access("GET", "/api/v1/start", Right::Serve),
    access("GET", "/api/v1/threads", Right::Serve),
    access("GET", "/api/v1/threads/{number}", Right::Serve),
    access("GET", "/api/v1/threads/{number}/messages", Right::Serve),
    access("POST", "/api/v1/threads/{number}/messages", Right::Serve),
    access(
        "PATCH",
        "/api/v1/threads/{number}/messages/{message}",
        Right::Serve,
    ),
    access(
        "DELETE",
        "/api/v1/threads/{number}/messages/{message}",
        Right::Serve,
    ),
    access("POST", "/api/v1/threads/{number}/buttons", Right::Serve),
    access(
        "GET",
        "/api/v1/threads/{number}/attachments/{attachment}",
        Right::Serve,
    ),
    access("POST", "/api/v1/uploads", Right::Serve),
    access("GET", "/api/v1/commands", Right::Serve),
    access("GET", "/api/v1/canned", Right::Serve),
    access("PUT", "/api/v1/canned/{name}/{language}", Right::Lead),
    access("DELETE", "/api/v1/canned/{name}/{language}", Right::Lead),
    access("GET", "/api/v1/rooms/{team}/messages", Right::Serve),
    access("POST", "/api/v1/rooms/{team}/messages", Right::Serve),
    access("GET", "/api/v1/live", Right::Serve),
    access("GET", "/api/v1/kb/articles", Right::Serve),
    access("POST", "/api/v1/kb/articles", Right::Serve),
    access("GET", "/api/v1/kb/articles/{id}", Right::Serve),
    access("PUT", "/api/v1/kb/articles/{id}", Right::Serve),
    access("POST", "/api/v1/kb/articles/{id}/step", Right::Serve),
    access("GET", "/api/v1/kb/articles/{id}/revisions", Right::Serve),
    access("GET", "/api/v1/kb/articles/{id}/diff", Right::Serve),
    access("POST", "/api/v1/kb/articles/{id}/rollback", Right::Lead),
    access("POST", "/api/v1/kb/preview", Right::Serve),
    access("GET", "/api/v1/kb/questions", Right::Serve),
    access("POST", "/api/v1/kb/questions", Right::Lead),
    access("DELETE", "/api/v1/kb/questions", Right::Lead),
    access("GET", "/api/v1/kb/suggestions", Right::Serve),
    access(
        "POST",
        "/api/v1/kb/suggestions/{number}/approve",
        Right::Lead,
    ),
    access(
        "POST",
        "/api/v1/kb/suggestions/{number}/reject",
        Right::Lead,
    ),
    access(
        "POST",
        "/api/v1/kb/suggestions/{number}/unlearn",
        Right::Lead,
    ),
    access("GET", "/api/v1/kb/imports", Right::Serve),
    access("POST", "/api/v1/kb/imports", Right::Administer),
    access(
        "POST",
        "/api/v1/kb/imports/{number}/undo",
        Right::Administer,
    ),
];

/// The right that a method of a path needs; `None` where the table does not know them.
pub(super) fn needed(method: &Method, path: &str) -> Option<Right> {
    let method = if method == Method::HEAD {
        "GET"
    } else {
        method.as_str()
    };
    let found = TABLE
        .iter()
        .find(|one| one.method == method && one.path == path);
    found.map(|one| one.right)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_table_does_not_know_is_refused() {
        assert_eq!(needed(&Method::HEAD, "/api/v1/me"), Some(Right::Account));
        assert_eq!(needed(&Method::DELETE, "/api/v1/me"), None);
        assert_eq!(
            needed(&Method::GET, "/api/v1/threads/1042"),
            None,
            "only templates are known"
        );
    }
}
