//! `POST …/session`: a page says who it is, and gets a token and what it needs to begin.

use std::net::IpAddr;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use serde::{Deserialize, Serialize};

use bot_core::domain::language::Language;
use bot_core::domain::place::Place;

use crate::web::error::Refused;
use crate::web::widget::guard::Address;
use crate::web::widget::identity::{self, Identity};
use crate::web::widget::store;
use crate::web::widget::token::{Token, hash};
use crate::web::widget::visitor::Visitor;
use crate::web::widget::{Shop, WidgetDesk};

/// What a page says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hello {
    /// The token of an earlier visit.
    #[serde(default)]
    token: Option<String>,
    /// Who the customer is, signed by the host page.
    #[serde(default)]
    identity: Option<String>,
    /// The token of a named customer who has signed out; it opens nothing any more.
    #[serde(default)]
    leaving: Option<String>,
    /// The language of the page, `zh` or `en`.
    #[serde(default)]
    language: Option<String>,
}

/// What a page needs to begin.
#[derive(Serialize)]
pub(super) struct Welcome {
    /// To be sent with everything, and kept.
    token: String,
    /// The id by which the host page has named the customer; empty for others.
    user: String,
    /// The customer's name, where it is known.
    name: String,
    desk: Presence,
}

/// The desk, as customers see it at the moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Presence {
    name: String,
    accent: String,
    on_accent: String,
    /// People answer now.
    open: bool,
    /// Who is there.
    agents: Vec<String>,
    /// When people answer, in words.
    hours: String,
    privacy: Option<String>,
}

/// So many names are shown.
const SHOWN: usize = 3;

pub(super) async fn open(
    State(shop): State<Shop>,
    Address(address): Address,
    hello: Result<Json<Hello>, JsonRejection>,
) -> Result<Json<Welcome>, Refused> {
    let Json(hello) = hello.map_err(|error| Refused::Malformed(error.body_text()))?;
    let language = language(hello.language.as_deref(), shop.desk()?);
    if let Some(token) = hello.leaving.filter(|token| !token.is_empty()) {
        shop.forget(&token).await?;
    }
    let identity = shop.identity(hello.identity.as_deref())?;
    let given = hello.token.unwrap_or_default();
    let before = match given.is_empty() {
        true => None,
        false => shop.find(&given).await?,
    };
    let (token, visitor) = shop.welcome(before, &given, identity, address).await?;
    Ok(Json(Welcome {
        token,
        user: visitor.user().to_owned(),
        name: visitor.profile.name,
        desk: shop.desk()?.presence(language),
    }))
}

/// The language that is asked for, or the desk's.
pub(super) fn language(asked: Option<&str>, desk: &WidgetDesk) -> Language {
    match asked {
        Some(tag) if tag.starts_with("zh") => Language::Zh,
        Some(tag) if tag.starts_with("en") => Language::En,
        _ => desk.core.policy().language,
    }
}

impl Shop {
    /// Who the host page says it is; an identity that does not hold is refused, never passed over.
    fn identity(&self, given: Option<&str>) -> Result<Option<Identity>, Refused> {
        let settings = &self.widget.settings;
        match given.filter(|text| !text.is_empty()) {
            Some(text) => {
                let now = self.channel.gate.clock.now();
                let read = identity::read(text, &settings.secrets, now);
                read.map(Some).ok_or(Refused::NoIdentity)
            }
            None if settings.identity_required => Err(Refused::NoIdentity),
            None => Ok(None),
        }
    }

    /// The token that goes on, or a new one: of the same named customer, or of nobody in both cases.
    /// That of another named customer is over.
    async fn welcome(
        &self,
        before: Option<Visitor>,
        given: &str,
        identity: Option<Identity>,
        address: IpAddr,
    ) -> Result<(String, Visitor), Refused> {
        let wanted = identity.as_ref().map_or("", |one| one.user.as_str());
        let (token, mut visitor) = match before {
            Some(visitor) if visitor.user() == wanted => (given.to_owned(), visitor),
            Some(visitor) if visitor.known => {
                self.forget(given).await?;
                self.newcomer(identity.as_ref(), address)?
            }
            Some(_) | None => self.newcomer(identity.as_ref(), address)?,
        };
        if let Some(identity) = identity {
            visitor.profile = identity.profile;
        }
        self.keep(&token, &visitor).await?;
        Ok((token, visitor))
    }

    fn newcomer(
        &self,
        identity: Option<&Identity>,
        address: IpAddr,
    ) -> Result<(String, Visitor), Refused> {
        let now = self.now();
        if self.widget.newcomers.is_spent(address, now) {
            return Err(Refused::TooMany);
        }
        self.widget.newcomers.charge(address, now);
        let unnamed = Visitor::unnamed(self.desk()?.core.fresh());
        let visitor = match identity {
            Some(identity) => Visitor {
                place: Place(identity.user.clone()),
                known: true,
                ..unnamed
            },
            None => unnamed,
        };
        Ok((Token::random().reveal().to_owned(), visitor))
    }

    async fn keep(&self, token: &str, visitor: &Visitor) -> Result<(), Refused> {
        let core = &self.desk()?.core;
        let kept = Arc::new((hash(token), self.channel.name.clone(), visitor.clone()));
        let (keyring, now) = (core.keyring.clone(), core.now());
        let written = core.db.write(move |tx| {
            let (kept, keyring) = (Arc::clone(&kept), keyring.clone());
            Box::pin(async move {
                let (token, channel, visitor) = &*kept;
                store::keep(tx, keyring.system(), channel, token, visitor, now).await
            })
        });
        written.await.map_err(|error| self.failed(&error))
    }

    async fn forget(&self, token: &str) -> Result<(), Refused> {
        let hash = hash(token);
        let core = &self.desk()?.core;
        let written = core
            .db
            .write(move |tx| Box::pin(async move { store::forget(tx, &hash).await }));
        written.await.map_err(|error| self.failed(&error))
    }
}

impl WidgetDesk {
    /// The desk, as customers see it at the moment.
    pub(super) fn presence(&self, language: Language) -> Presence {
        let (policy, now) = (self.core.policy(), self.core.now());
        let here = policy.agents.iter().filter(|agent| agent.on_duty);
        Presence {
            name: policy.desk.clone(),
            accent: self.accent.to_string(),
            on_accent: self.accent.text_on().to_string(),
            open: policy.hours.is_open(now),
            agents: here
                .take(SHOWN)
                .map(|agent| agent.display.clone())
                .collect(),
            hours: policy.hours.in_words(language),
            privacy: policy.privacy_link.clone(),
        }
    }
}
