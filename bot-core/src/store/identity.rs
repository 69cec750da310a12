//! Customers, their accounts, and the conversations and lanes that belong to them.

use std::sync::Arc;

use uuid::Uuid;

use crate::domain::conversation::{Mode, State};
use crate::domain::id::{ConversationId, CustomerId, IdentityId};
use crate::domain::time::Timestamp;
use crate::store::error::StoreError;
use crate::store::keyring::Keyring;
use crate::store::pool::Tx;
use crate::store::seal::{DataKey, Sealed, Spot};
use crate::{execute, fetch_optional, queue};

/// An account that has written before, or writes for the first time.
#[derive(Clone, Debug)]
pub struct Account {
    /// The account.
    pub identity: IdentityId,
    /// The person behind it.
    pub customer: CustomerId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// The key that seals everything of it.
    pub key: Arc<DataKey>,
}

/// Everything that a first message needs: ids that are used if the account is new.
#[derive(Clone, Debug)]
pub struct NewAccount {
    /// The channel and the platform's id of the account on it.
    pub channel: String,
    /// See `channel`.
    pub account: String,
    /// Where messages to it go.
    pub place: String,
    /// What it calls itself.
    pub name: String,
    /// Fresh ids.
    pub ids: [Uuid; 3],
    /// When.
    pub at: Timestamp,
}

/// The account of a sender; made with its conversation and lane when it writes for the first time.
///
/// # Errors
/// When the database fails, or the stored key does not open.
pub async fn find_or_make(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    new: &NewAccount,
) -> Result<Account, StoreError> {
    if let Some(found) = find(tx, keyring, &new.channel, &new.account).await? {
        return Ok(found);
    }
    if let Some(made) = make(tx, keyring, new).await? {
        return Ok(made);
    }
    let found = find(tx, keyring, &new.channel, &new.account).await?;
    found.ok_or_else(|| StoreError::Unreadable("the account that was just made".to_owned()))
}

/// The account, if it has written before.
///
/// # Errors
/// As [`find_or_make`].
pub async fn find(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    channel: &str,
    account: &str,
) -> Result<Option<Account>, StoreError> {
    let row = fetch_optional!(
        tx,
        (Uuid, Uuid, Uuid, Vec<u8>),
        "SELECT i.id, i.customer_id, c.id, i.key_wrapped FROM identity i \
         JOIN conversation c ON c.identity_id = i.id WHERE i.channel = $1 AND i.account = $2",
        channel,
        account
    )?;
    let Some((identity, customer, conversation, wrapped)) = row else {
        return Ok(None);
    };
    let key = keyring.unwrap(IdentityId(identity), &wrapped)?;
    Ok(Some(Account {
        identity: IdentityId(identity),
        customer: CustomerId(customer),
        conversation: ConversationId(conversation),
        key,
    }))
}

/// The new account; `None` when another first message was quicker.
async fn make(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    new: &NewAccount,
) -> Result<Option<Account>, StoreError> {
    let [identity, customer, conversation] = new.ids;
    let (key, wrapped) = keyring.make(IdentityId(identity));
    let name = key.seal(Spot::new("identity", "name", identity), &new.name);
    // The unique index decides between two first messages at once; the loser's ids are not used.
    let made = execute!(
        tx,
        "INSERT INTO identity (id, customer_id, channel, account, place, key_wrapped, name_sealed, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (channel, account) DO NOTHING",
        identity,
        customer,
        &new.channel,
        &new.account,
        &new.place,
        wrapped,
        name,
        new.at.0
    )?;
    if made == 0 {
        return Ok(None);
    }
    const CUSTOMER: &str = "INSERT INTO customer (id, created_at) VALUES ($1, $2)";
    queue!(tx, CUSTOMER, customer, new.at.0)?;
    make_conversation(tx, &key, identity, conversation, new).await?;
    Ok(Some(Account {
        identity: IdentityId(identity),
        customer: CustomerId(customer),
        conversation: ConversationId(conversation),
        key,
    }))
}

async fn make_conversation(
    tx: &mut Tx<'_>,
    key: &DataKey,
    identity: Uuid,
    conversation: Uuid,
    new: &NewAccount,
) -> Result<(), StoreError> {
    let state: Sealed<State> = key.seal(
        Spot::new("conversation", "state", conversation),
        &State::default(),
    );
    const LANE: &str = "INSERT INTO lane (id, kind) VALUES ($1, 'conversation')";
    queue!(tx, LANE, conversation)?;
    queue!(
        tx,
        "INSERT INTO conversation (id, identity_id, channel, mode, state_sealed, updated_at) \
         VALUES ($1, $2, $3, $4, $5, $6)",
        conversation,
        identity,
        &new.channel,
        Mode::Bot.as_str(),
        state,
        new.at.0
    )
}
