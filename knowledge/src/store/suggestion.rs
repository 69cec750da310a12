//! Suggestions: what the desk proposes to add to the articles.

use std::collections::HashSet;
use std::sync::Arc;

use bot_core::domain::id::ArticleId;
use bot_core::domain::time::Timestamp;
use bot_core::store::{DataKey, Db, Sealed, Spot, StoreError, Tx};
use bot_core::{execute, fetch_all, fetch_optional};
use sqlx::FromRow;
use uuid::Uuid;

use crate::analyzer::folded;
use crate::learn::{Body, Draft, DraftKind};

/// Ways to ask that a suggestion keeps.
const EXAMPLES: usize = 12;
/// Suggestions that are looked through.
const MOST: i64 = 5_000;

/// A stored suggestion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// What people call it.
    pub number: i64,
    /// What would come of it.
    pub kind: DraftKind,
    /// What has become of it.
    pub state: SuggestionState,
    /// What it says.
    pub body: Body,
    /// How often it was asked; in the last seven days; in the seven before.
    pub count: i64,
    /// See `count`.
    pub recent: i64,
    /// See `count`.
    pub earlier: i64,
    /// When it was last seen, in UTC milliseconds.
    pub at: i64,
    /// Who has decided.
    pub decided_by: Option<String>,
    /// The article that came of it, or that it is about.
    pub article: Option<ArticleId>,
}

/// What has become of a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuggestionState {
    /// Nobody has decided yet.
    Open,
    /// It was taken.
    Approved,
    /// It was not.
    Rejected,
    /// It was taken, and taken back.
    Undone,
}

impl SuggestionState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Open, Self::Approved, Self::Rejected, Self::Undone];

    /// The word in the database.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Undone => "undone",
        }
    }
}

#[derive(FromRow)]
struct Row {
    number: i64,
    kind: String,
    state: String,
    article_id: Option<Uuid>,
    count: i64,
    recent: i64,
    earlier: i64,
    at: i64,
    decided_by: Option<String>,
    body_sealed: Sealed<Body>,
}

/// A suggestion has no identity of its own but its number.
fn spot(number: i64) -> Spot {
    Spot::new(
        "suggestion",
        "body",
        Uuid::from_u64_pair(0, number.cast_unsigned()),
    )
}

impl Row {
    fn read(self, key: &DataKey) -> Result<Suggestion, StoreError> {
        let bad =
            |what: &str| StoreError::Unreadable(format!("suggestion {}: {what}", self.number));
        let article = self.article_id.map(ArticleId);
        let kind = match (self.kind.as_str(), article) {
            ("phrasing", Some(id)) => DraftKind::Phrasing(id),
            ("article", _) => DraftKind::Article,
            _ => return Err(bad("kind")),
        };
        let states = SuggestionState::ALL.into_iter();
        let state = states.into_iter().find(|one| one.word() == self.state);
        Ok(Suggestion {
            number: self.number,
            kind,
            state: state.ok_or_else(|| bad("state"))?,
            body: key.open(spot(self.number), &self.body_sealed)?,
            count: self.count,
            recent: self.recent,
            earlier: self.earlier,
            at: self.at,
            decided_by: self.decided_by,
            article,
        })
    }
}

/// Brings suggestions up to date: what is known is counted anew, what somebody has decided is left alone;
/// says how many are new.
///
/// # Errors
/// When the database fails; then nothing was changed.
pub async fn merge(
    db: &Db,
    key: DataKey,
    drafts: Vec<Draft>,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let given = Arc::new((key, drafts));
    db.write(move |tx| {
        let given = Arc::clone(&given);
        Box::pin(async move { merge_in(tx, &given.0, &given.1, now).await })
    })
    .await
}

async fn merge_in(
    tx: &mut Tx<'_>,
    key: &DataKey,
    drafts: &[Draft],
    now: Timestamp,
) -> Result<usize, StoreError> {
    let known = all_in(tx, key, "").await?;
    let mut number = known.iter().map(|one| one.number).max().unwrap_or_default();
    let mut new = 0;
    for draft in drafts {
        match known.iter().find(|one| one.is_about(draft)) {
            Some(one) if one.state == SuggestionState::Open => {
                recount(tx, key, one, draft, now).await?;
            }
            Some(_) => {}
            None => {
                number += 1;
                new += 1;
                insert(tx, key, number, draft, now).await?;
            }
        }
    }
    Ok(new)
}

impl Suggestion {
    /// Whether it asks for the same: it has a wording in common, and is about the same article.
    fn is_about(&self, draft: &Draft) -> bool {
        let about = |kind: DraftKind| kind.article();
        let fold = |body: &Body| -> HashSet<String> {
            let all = body.examples.iter().chain([&body.question]);
            all.map(|text| folded(text)).collect()
        };
        let same_article = match (about(self.kind), about(draft.kind)) {
            (Some(one), Some(other)) => one == other,
            // An article that came of it is the one that more phrasings are for.
            _ => true,
        };
        same_article && !fold(&self.body).is_disjoint(&fold(&draft.body))
    }
}

async fn insert(
    tx: &mut Tx<'_>,
    key: &DataKey,
    number: i64,
    draft: &Draft,
    now: Timestamp,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO suggestion (number, kind, state, article_id, count, recent, earlier, at, body_sealed)
         VALUES ($1, $2, 'open', $3, $4, $5, $6, $7, $8)",
        number,
        draft.kind.word(),
        draft.kind.article().map(|id| id.0),
        draft.count,
        draft.recent,
        draft.earlier,
        now.0,
        key.seal(spot(number), &draft.body)
    )
    .map(|_| ())
}

async fn recount(
    tx: &mut Tx<'_>,
    key: &DataKey,
    known: &Suggestion,
    draft: &Draft,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut body = known.body.clone();
    let seen: HashSet<String> = body.examples.iter().map(|one| folded(one)).collect();
    let new = draft
        .body
        .examples
        .iter()
        .filter(|one| !seen.contains(&folded(one)));
    body.examples.extend(new.cloned());
    body.examples.truncate(EXAMPLES);
    if body.answer.is_empty() && !body.edited {
        body.answer.clone_from(&draft.body.answer);
    }
    execute!(
        tx,
        "UPDATE suggestion SET count = $1, recent = $2, earlier = $3, at = $4, body_sealed = $5
         WHERE number = $6 AND state = 'open'",
        draft.count,
        draft.recent,
        draft.earlier,
        now.0,
        key.seal(spot(known.number), &body),
        known.number
    )
    .map(|_| ())
}

/// Suggestions in a state, or all; the most frequent first.
///
/// # Errors
/// When the database fails, or a suggestion cannot be opened.
pub async fn suggestions(
    db: &Db,
    key: DataKey,
    state: Option<SuggestionState>,
) -> Result<Vec<Suggestion>, StoreError> {
    let state = state.map_or("", SuggestionState::word);
    db.read(|tx| Box::pin(async move { all_in(tx, &key, state).await }))
        .await
}

async fn all_in(
    tx: &mut Tx<'_>,
    key: &DataKey,
    state: &'static str,
) -> Result<Vec<Suggestion>, StoreError> {
    let rows = fetch_all!(
        tx,
        Row,
        "SELECT * FROM suggestion WHERE ($1 = '' OR state = $1) ORDER BY count DESC, number DESC LIMIT $2",
        state,
        MOST
    )?;
    rows.into_iter().map(|row| row.read(key)).collect()
}

/// One suggestion.
///
/// # Errors
/// When the database fails, or it cannot be opened.
pub async fn suggestion(
    db: &Db,
    key: DataKey,
    number: i64,
) -> Result<Option<Suggestion>, StoreError> {
    const SELECT: &str = "SELECT * FROM suggestion WHERE number = $1";
    let read = db.read(|tx| {
        Box::pin(async move {
            let row = fetch_optional!(tx, Row, SELECT, number)?;
            row.map(|row| row.read(&key)).transpose()
        })
    });
    read.await
}

/// Changes what an open suggestion says; says whether it was open.
///
/// # Errors
/// When the database fails.
pub async fn edit(db: &Db, key: DataKey, number: i64, body: Body) -> Result<bool, StoreError> {
    let given = Arc::new((key, body));
    db.write(move |tx| {
        let given = Arc::clone(&given);
        Box::pin(async move {
            let sealed = given.0.seal(spot(number), &given.1);
            let changed = execute!(
                tx,
                "UPDATE suggestion SET body_sealed = $1 WHERE number = $2 AND state = 'open'",
                sealed,
                number
            )?;
            Ok(changed > 0)
        })
    })
    .await
}

/// Writes down what somebody has decided; says whether it was in the state before.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    db: &Db,
    number: i64,
    (from, to): (SuggestionState, SuggestionState),
    by: String,
    article: Option<ArticleId>,
    now: Timestamp,
) -> Result<bool, StoreError> {
    db.write(move |tx| {
        let by = by.clone();
        Box::pin(async move {
            let decided = execute!(
                tx,
                "UPDATE suggestion SET state = $1, decided_by = $2, decided_at = $3,
                     article_id = coalesce($4, article_id) WHERE number = $5 AND state = $6",
                to.word(),
                by,
                now.0,
                article.map(|id| id.0),
                number,
                from.word()
            )?;
            Ok(decided > 0)
        })
    })
    .await
}
