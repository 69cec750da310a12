//! Signing in and out, and one's own account.

use axum::Json;
use axum::extract::State;
use axum::http::header::{HeaderValue, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use bot_core::domain::id::AgentId;
use bot_core::store::board::agents;

use crate::console::Console;
use crate::console::error::{ApiError, ErrorBody};
use crate::console::limit::{FREE_FOR_ADDRESS, FREE_FOR_NAME};
use crate::console::live::Aside;
use crate::console::password::{self, LONGEST};
use crate::console::request::{Body, Peer};
use crate::console::session::{COOKIE_NAME, Caller};
use crate::console::store::attempt::{self, Subject};
use crate::console::store::password as passwords;
use crate::console::store::{link, session};
use crate::console::token::{Token, hash};
use crate::console::view::Member;

/// The longest name that is looked up, in bytes.
const NAME_MOST: usize = 100;

/// A name and a password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Credentials {
    /// The agent's name.
    name: String,
    /// The agent's password.
    password: String,
    /// How the session is carried.
    #[serde(default)]
    carry: Carry,
}

/// A one-time link.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkToken {
    /// What stood behind `#link=`.
    token: String,
    /// How the session is carried.
    #[serde(default)]
    carry: Carry,
}

/// How a session is carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Carry {
    /// By a cookie that no script can read; changes need the header `x-csrf-token`.
    #[default]
    Cookie,
    /// By `Authorization: Bearer`, for scripts.
    Bearer,
}

/// A session that was opened.
#[derive(Serialize, ToSchema)]
pub(super) struct SignedIn {
    /// Who is signed in.
    me: Member,
    /// To be sent with every change as `x-csrf-token`, where the session is carried by a cookie.
    csrf: String,
    /// The session's token, where it is carried as a bearer.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// One's own account.
#[derive(Serialize, ToSchema)]
pub(super) struct Me {
    /// Who is signed in.
    me: Member,
    /// To be sent with every change as `x-csrf-token`, where the session is carried by a cookie.
    csrf: String,
    /// One can sign in with a password; otherwise only by a link.
    has_password: bool,
    /// What the desk calls itself.
    desk: String,
    /// The teams that have rooms.
    teams: Vec<String>,
    /// The language of the team, `zh` or `en`.
    language: &'static str,
    /// For how long a reply can be undone without a trace, in milliseconds.
    send_hold_ms: i64,
    /// Plain text in a thread is a note; replies are given by `/reply`.
    notes_by_default: bool,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    /// The password so far, if there is one.
    #[serde(default)]
    current: Option<String>,
    /// The new one: 8 characters or more.
    new: String,
}

/// Sign in with a name and a password.
#[utoipa::path(post, path = "/api/v1/sign-in", request_body = Credentials, responses(
    (status = 200, body = SignedIn), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(super) async fn by_password(
    State(console): State<Console>,
    Peer(address): Peer,
    Body(given): Body<Credentials>,
) -> Result<Response, ApiError> {
    if given.name.len() > NAME_MOST {
        return Err(ApiError::field("name", "a name has at most 100 bytes"));
    }
    if given.password.len() > LONGEST {
        return Err(ApiError::field(
            "password",
            "a password has at most 512 bytes",
        ));
    }
    let limits = console.limits(&given.name, &address);
    console.count_try(limits).await?;
    let name = given.name.trim().to_owned();
    let known = console
        .context
        .core
        .db
        .read(|tx| Box::pin(async move { passwords::of_name(tx, &name).await }));
    let (agent, hash) = known
        .await?
        .map_or((None, None), |known| (Some(known.agent), known.hash));
    let right = console.parts.hasher.verify(given.password, hash).await?;
    let agent = agent
        .filter(|_| right)
        .ok_or(ApiError::NotLetIn("wrong name or password"))?;
    console.try_succeeded(limits).await?;
    console.let_in(agent, given.carry).await
}

/// Sign in with a one-time link.
#[utoipa::path(post, path = "/api/v1/sign-in/link", request_body = LinkToken, responses(
    (status = 200, body = SignedIn), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(super) async fn by_link(
    State(console): State<Console>,
    Peer(address): Peer,
    Body(given): Body<LinkToken>,
) -> Result<Response, ApiError> {
    // A token cannot be guessed, so only the address is limited; the empty name is nobody's.
    let limits = console.limits("", &address);
    console.count_try([limits[1], limits[1]]).await?;
    let (token, now) = (hash(&given.token), console.now());
    let redeemed = console
        .context
        .core
        .db
        .write(move |tx| Box::pin(async move { link::redeem(tx, &token, now).await }));
    let agent = redeemed.await?.ok_or(ApiError::NotLetIn(
        "this link was used, has expired or never was",
    ))?;
    console.try_succeeded(limits).await?;
    console.let_in(agent, given.carry).await
}

/// Sign out.
#[utoipa::path(post, path = "/api/v1/sign-out", responses((status = 204)))]
pub(super) async fn out(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let ended = caller.session;
    console
        .context
        .core
        .db
        .write(move |tx| Box::pin(async move { session::end(tx, &ended).await }))
        .await?;
    console.aside(Aside::SessionEnded(ended));
    Ok((
        axum::http::StatusCode::NO_CONTENT,
        [(SET_COOKIE, cookie("", 0, console.is_secure()))],
    )
        .into_response())
}

/// One's own account.
#[utoipa::path(get, path = "/api/v1/me", responses((status = 200, body = Me)))]
pub(super) async fn me(
    State(console): State<Console>,
    caller: Caller,
) -> Result<Json<Me>, ApiError> {
    let id = caller.id();
    let stored = console
        .context
        .core
        .db
        .read(|tx| Box::pin(passwords::of_agent(tx, id)))
        .await?;
    let policy = console.context.core.policy();
    Ok(Json(Me {
        csrf: console.csrf(&caller.session),
        me: Member::from(&caller.agent),
        has_password: stored.is_some(),
        desk: policy.desk.clone(),
        teams: console.context.core.outside.rooms.keys().cloned().collect(),
        language: policy.team_language.code(),
        send_hold_ms: policy.delays.send_hold,
        notes_by_default: policy.replies.notes_by_default,
    }))
}

/// Set one's own password; all other sessions end.
#[utoipa::path(put, path = "/api/v1/me/password", request_body = NewPassword, responses(
    (status = 204), (status = 400, body = ErrorBody), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
pub(super) async fn set_password(
    State(console): State<Console>,
    Peer(address): Peer,
    caller: Caller,
    Body(given): Body<NewPassword>,
) -> Result<axum::http::StatusCode, ApiError> {
    password::judge(&given.new, &caller.agent.name)?;
    console
        .check_current(&caller, &address, given.current)
        .await?;
    let stored = console.parts.hasher.hash(given.new).await?;
    let (agent, kept, now) = (caller.id(), caller.session, console.now());
    let change = console.context.core.db.write(move |tx| {
        let stored = stored.clone();
        Box::pin(async move {
            passwords::set(tx, agent, &stored, now).await?;
            session::end_all(tx, agent, Some(&kept)).await
        })
    });
    change.await?;
    console.aside(Aside::AgentEnded {
        agent,
        but: Some(kept),
    });
    tracing::info!(agent = %agent, "an agent's password was changed");
    Ok(axum::http::StatusCode::NO_CONTENT)
}

impl Console {
    /// What a try to sign in is counted for: first the name, then the address.
    fn limits(&self, name: &str, address: &str) -> [Subject; 2] {
        let master = self.context.core.keyring.master();
        let name = name.trim().to_lowercase();
        [
            Subject {
                hash: master.blind("console.name", name.as_bytes()),
                free: FREE_FOR_NAME,
            },
            Subject {
                hash: master.blind("console.address", address.as_bytes()),
                free: FREE_FOR_ADDRESS,
            },
        ]
    }

    async fn count_try(&self, limits: [Subject; 2]) -> Result<(), ApiError> {
        let now = self.now();
        let same = limits[0].hash == limits[1].hash;
        let wait = self.context.core.db.write(move |tx| {
            let subjects = if same { 1 } else { 2 };
            Box::pin(
                async move { attempt::count(tx, limits.get(..subjects).unwrap_or(&[]), now).await },
            )
        });
        wait.await?.map_or(Ok(()), |ms| Err(ApiError::TooMany(ms)))
    }

    async fn try_succeeded(&self, [name, address]: [Subject; 2]) -> Result<(), ApiError> {
        let now = self.now();
        let done = self.context.core.db.write(move |tx| {
            Box::pin(async move { attempt::succeeded(tx, &name, &address, now).await })
        });
        Ok(done.await?)
    }

    /// A stolen session must not be enough to keep its owner out.
    async fn check_current(
        &self,
        caller: &Caller,
        address: &str,
        current: Option<String>,
    ) -> Result<(), ApiError> {
        let id = caller.id();
        let Some(stored) = self
            .context
            .core
            .db
            .read(|tx| Box::pin(passwords::of_agent(tx, id)))
            .await?
        else {
            return Ok(());
        };
        let current = current.filter(|current| current.len() <= LONGEST);
        let current =
            current.ok_or_else(|| ApiError::field("current", "the password so far is needed"))?;
        let limits = self.limits(&caller.agent.name, address);
        self.count_try(limits).await?;
        if !self.parts.hasher.verify(current, Some(stored)).await? {
            return Err(ApiError::field(
                "current",
                "this is not the password so far",
            ));
        }
        self.try_succeeded(limits).await
    }

    /// Opens a session.
    async fn let_in(&self, agent: AgentId, carry: Carry) -> Result<Response, ApiError> {
        let token = Token::random();
        let (session_hash, now) = (token.hash(), self.now());
        let opened = self.context.core.db.write(move |tx| {
            Box::pin(async move {
                session::open(tx, &session_hash, agent, now).await?;
                agents::find(tx, agent).await
            })
        });
        let row = opened.await?.ok_or(ApiError::SignedOut)?;
        // Somebody who was added from the shell a moment ago must not be a stranger to the desk.
        self.context.core.refresh_policy().await?;
        tracing::info!(agent = %agent, "an agent signed in");
        let body = SignedIn {
            me: Member::from(&row),
            csrf: self.csrf(&session_hash),
            token: (carry == Carry::Bearer).then(|| token.reveal().to_owned()),
        };
        Ok(match carry {
            Carry::Bearer => Json(body).into_response(),
            Carry::Cookie => {
                let cookie = cookie(token.reveal(), session::LASTS / 1_000, self.is_secure());
                ([(SET_COOKIE, cookie)], Json(body)).into_response()
            }
        })
    }

    fn is_secure(&self) -> bool {
        self.context
            .public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"))
    }
}

/// The cookie that carries a session; zero seconds take it away.
fn cookie(value: &str, seconds: i64, secure: bool) -> HeaderValue {
    let secure = if secure { "; Secure" } else { "" };
    let text = format!(
        "{COOKIE_NAME}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}"
    );
    // Tokens are base64, so this is always a header value; an empty one carries nobody.
    HeaderValue::from_str(&text).unwrap_or_else(|_| HeaderValue::from_static(""))
}
