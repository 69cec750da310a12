//! One-time sign-in links, and the housekeeping of everything about sessions.

use bot_core::domain::id::AgentId;
use bot_core::domain::time::Timestamp;
use bot_core::store::{Db, StoreError};

use crate::console::store::{attempt, link, session, upload};
use crate::console::token::Token;

/// A link by which an agent signs in once.
#[derive(Clone, Debug)]
pub struct SignInLink {
    /// What the page hands in; nobody can read it again.
    pub token: Token,
    /// Until when it can be used.
    pub expires: Timestamp,
}

impl SignInLink {
    /// The address to open. The token stands behind `#`, so that it reaches no server's log.
    #[must_use]
    pub fn url(&self, public_url: &str) -> String {
        format!(
            "{}/team#link={}",
            public_url.trim_end_matches('/'),
            self.token.reveal()
        )
    }
}

/// Makes a link for an agent; older unused ones of theirs stop working.
///
/// # Errors
/// When the database fails.
pub async fn sign_in_link(
    db: &Db,
    agent: AgentId,
    now: Timestamp,
) -> Result<SignInLink, StoreError> {
    let token = Token::random();
    let hash = token.hash();
    db.write(move |tx| {
        Box::pin(async move {
            link::revoke(tx, agent).await?;
            link::make(tx, &hash, agent, now).await
        })
    })
    .await?;
    Ok(SignInLink {
        token,
        expires: now.plus_ms(link::LASTS),
    })
}

/// Forgets sessions, links, failed sign-ins and unsent files that are over. To be called now and then.
///
/// # Errors
/// When the database fails.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    db.write(move |tx| {
        Box::pin(async move {
            session::sweep(tx, now).await?;
            link::sweep(tx, now).await?;
            attempt::sweep(tx, now).await?;
            upload::sweep(tx, now).await
        })
    })
    .await
}
