//! The tokens of visitors.

use uuid::Uuid;

use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::time::{DAY, HOUR, Timestamp};
use bot_core::store::{DataKey, Db, Sealed, Spot, StoreError, Tx};
use bot_core::{execute, fetch_optional};

use crate::web::widget::token::Hash;
use crate::web::widget::visitor::{Profile, Visitor};

/// A visitor whom nobody has named is known again for so long after the last visit.
const UNNAMED: i64 = 30 * DAY;
/// A named one is named again by the host page; after so long without it the token is over.
const NAMED: i64 = 12 * HOUR;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    place: String,
    known: bool,
    profile_sealed: Sealed<Profile>,
}

/// Who carries a token of a channel.
pub(super) async fn find(
    tx: &mut Tx<'_>,
    key: &DataKey,
    channel: &ChannelName,
    token: &Hash,
    now: Timestamp,
) -> Result<Option<Visitor>, StoreError> {
    let row = fetch_optional!(
        tx,
        Row,
        "SELECT id, place, known, profile_sealed FROM widget_visitor \
         WHERE token_hash = $1 AND channel = $2 AND expires_at > $3",
        token.as_slice(),
        &channel.0,
        now.0
    )?;
    row.map(|row| row.open(key)).transpose()
}

impl Row {
    fn open(self, key: &DataKey) -> Result<Visitor, StoreError> {
        Ok(Visitor {
            profile: key.open(spot(self.id), &self.profile_sealed)?,
            id: self.id,
            place: Place(self.place),
            known: self.known,
        })
    }
}

/// Keeps a token for a visitor; the same token again is kept for longer, with what is known now.
pub(super) async fn keep(
    tx: &mut Tx<'_>,
    key: &DataKey,
    channel: &ChannelName,
    token: &Hash,
    visitor: &Visitor,
    now: Timestamp,
) -> Result<(), StoreError> {
    let lasts = if visitor.known { NAMED } else { UNNAMED };
    execute!(
        tx,
        "INSERT INTO widget_visitor (token_hash, id, channel, place, known, profile_sealed, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (token_hash) DO UPDATE \
         SET profile_sealed = excluded.profile_sealed, expires_at = excluded.expires_at",
        token.as_slice(),
        visitor.id,
        &channel.0,
        &visitor.place.0,
        visitor.known,
        key.seal(spot(visitor.id), &visitor.profile),
        now.plus_ms(lasts).0
    )
    .map(|_| ())
}

/// Forgets a token.
pub(super) async fn forget(tx: &mut Tx<'_>, token: &Hash) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM widget_visitor WHERE token_hash = $1";
    execute!(tx, DELETE, token.as_slice()).map(|_| ())
}

/// Forgets the tokens that are over.
///
/// # Errors
/// When the database fails.
pub async fn sweep(db: &Db, now: Timestamp) -> Result<(), StoreError> {
    const DELETE: &str = "DELETE FROM widget_visitor WHERE expires_at <= $1";
    db.write(move |tx| Box::pin(async move { execute!(tx, DELETE, now.0).map(|_| ()) }))
        .await
}

const fn spot(id: Uuid) -> Spot {
    Spot::new("widget_visitor", "profile", id)
}
