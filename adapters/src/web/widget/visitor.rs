//! Who writes in a browser.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use bot_core::domain::inbound::Sender;
use bot_core::domain::place::Place;

/// Visitors whom nobody has named have places of their own; no user of the app may be called so.
const PREFIX: &str = "visitor:";

/// Whether an id belongs to a visitor whom nobody has named.
pub(crate) fn is_visitor(id: &str) -> bool {
    id.starts_with(PREFIX)
}

/// Somebody at a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Visitor {
    /// The row of their token.
    pub(super) id: Uuid,
    /// Where the conversation is.
    pub(super) place: Place,
    /// The host page has named them.
    pub(super) known: bool,
    pub(super) profile: Profile,
}

/// What the host page says of a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Profile {
    pub(super) name: String,
    pub(super) locale: Option<String>,
    #[serde(default)]
    pub(super) attributes: BTreeMap<String, String>,
}

impl Visitor {
    /// Somebody new, whom nobody has named.
    pub(super) fn unnamed(id: Uuid) -> Self {
        Self {
            id,
            // Random, and not the token's own: whoever sees it can open nothing with it.
            place: Place(format!("{PREFIX}{}", Uuid::new_v4())),
            known: false,
            profile: Profile::default(),
        }
    }

    /// The id by which the host page has named them; empty where it has not.
    pub(super) fn user(&self) -> &str {
        if self.known { &self.place.0 } else { "" }
    }

    /// The one who speaks, at a network address.
    pub(super) fn sender(&self, address: String) -> Sender {
        Sender {
            id: self.place.0.clone(),
            name: self.profile.name.clone(),
            locale: self.profile.locale.clone(),
            attributes: self.profile.attributes.clone(),
            address: Some(address),
            network: None,
        }
    }
}
