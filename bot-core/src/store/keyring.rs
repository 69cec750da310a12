//! The keys at hand: the master key, the system's key, and the data keys of identities in use.

use std::sync::Arc;

use moka::sync::Cache;
use uuid::Uuid;

use crate::domain::id::{ConversationId, IdentityId, LaneId};
use crate::store::error::StoreError;
use crate::store::identity::Account;
use crate::store::pool::{Db, Tx};
use crate::store::seal::{DataKey, KeyError, MasterKey};
use crate::{execute, fetch_one, fetch_optional};

/// Data keys, and accounts, that are kept in memory.
const CACHED: u64 = 10_000;

/// Opens data keys, and remembers those in use with their accounts. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Keyring {
    master: MasterKey,
    system: DataKey,
    identities: Cache<IdentityId, Opened>,
    conversations: Cache<ConversationId, Arc<DataKey>>,
    accounts: Cache<String, Account>,
}

/// An open key with the wrapped form that it was opened from: a transaction that is rolled back and
/// run again leaves an identity with another key than the one that was open in the meantime.
#[derive(Clone, Debug)]
struct Opened {
    wrapped: Arc<[u8]>,
    key: Arc<DataKey>,
}

impl From<KeyError> for StoreError {
    fn from(error: KeyError) -> Self {
        Self::Unreadable(error.to_string())
    }
}

impl Keyring {
    /// Opens the database's system key; makes it for a new database.
    ///
    /// # Errors
    /// When the database was made with another master key.
    pub async fn open(db: &Db, master: MasterKey) -> Result<Self, StoreError> {
        let fresh = DataKey::random();
        let wrapped = hex(&master.wrap(Uuid::nil(), &fresh));
        let print = hex(&master.fingerprint());
        let stored: (String, String) = db
            .write(move |tx| {
                let (wrapped, print) = (wrapped.clone(), print.clone());
                Box::pin(async move { first_or_stored(tx, &print, &wrapped).await })
            })
            .await?;
        if stored.0 != hex(&master.fingerprint()) {
            return Err(StoreError::Foreign(
                "this database was made with another master key".to_owned(),
            ));
        }
        let system = master.unwrap(Uuid::nil(), &unhex(&stored.1))?;
        Ok(Self {
            master,
            system,
            identities: Cache::new(CACHED),
            conversations: Cache::new(CACHED),
            accounts: Cache::new(CACHED),
        })
    }

    /// The master key, for look-up hashes.
    #[must_use]
    pub const fn master(&self) -> &MasterKey {
        &self.master
    }

    /// The key of what belongs to no identity.
    #[must_use]
    pub const fn system(&self) -> &DataKey {
        &self.system
    }

    /// A new key for an identity, with its wrapped form for the identity's row.
    #[must_use]
    pub fn make(&self, identity: IdentityId) -> (Arc<DataKey>, Vec<u8>) {
        let key = DataKey::random();
        let wrapped = self.master.wrap(identity.0, &key);
        (Arc::new(key), wrapped)
    }

    /// Opens the wrapped key of an identity's row.
    ///
    /// # Errors
    /// When it was wrapped by another master key.
    pub fn unwrap(&self, identity: IdentityId, wrapped: &[u8]) -> Result<Arc<DataKey>, StoreError> {
        if let Some(opened) = self.identities.get(&identity)
            && *opened.wrapped == *wrapped
        {
            return Ok(opened.key);
        }
        let key = Arc::new(self.master.unwrap(identity.0, wrapped)?);
        let opened = Opened {
            wrapped: wrapped.into(),
            key: Arc::clone(&key),
        };
        self.identities.insert(identity, opened);
        Ok(key)
    }

    /// The key under which a conversation's rows are sealed: its identity's.
    ///
    /// # Errors
    /// When the conversation does not exist or its key does not open.
    pub async fn of_conversation(
        &self,
        tx: &mut Tx<'_>,
        conversation: ConversationId,
    ) -> Result<Arc<DataKey>, StoreError> {
        if let Some(key) = self.conversations.get(&conversation) {
            return Ok(key);
        }
        let (identity, wrapped) = fetch_one!(
            tx,
            (Uuid, Vec<u8>),
            "SELECT i.id, i.key_wrapped FROM identity i JOIN conversation c ON c.identity_id = i.id WHERE c.id = $1",
            conversation.0
        )?;
        let key = self.unwrap(IdentityId(identity), &wrapped)?;
        self.conversations.insert(conversation, Arc::clone(&key));
        Ok(key)
    }

    /// The account of a sender, if it is remembered; its conversation belongs to it for ever.
    #[must_use]
    pub fn account(&self, channel: &str, account: &str) -> Option<Account> {
        self.accounts.get(&sender(channel, account))
    }

    /// Remembers an account that is stored.
    pub fn remember(&self, channel: &str, account: &str, found: &Account) {
        self.conversations
            .insert(found.conversation, Arc::clone(&found.key));
        self.accounts
            .insert(sender(channel, account), found.clone());
    }

    /// The key under which a lane's rows are sealed: its conversation's, or the system's for a room.
    ///
    /// # Errors
    /// When the key does not open.
    pub async fn of_lane(&self, tx: &mut Tx<'_>, lane: LaneId) -> Result<Arc<DataKey>, StoreError> {
        const SELECT: &str = "SELECT kind FROM lane WHERE id = $1";
        let (kind,) = fetch_one!(tx, (String,), SELECT, lane.0)?;
        match kind.as_str() {
            "room" => Ok(Arc::new(self.system.clone())),
            _ => self.of_conversation(tx, lane.conversation()).await,
        }
    }

    /// Forgets the open keys of an identity that was erased.
    pub fn forget(&self, identity: IdentityId, conversation: ConversationId) {
        self.identities.invalidate(&identity);
        self.conversations.invalidate(&conversation);
        self.accounts.invalidate_all();
    }
}

/// A channel's name holds no zero byte.
fn sender(channel: &str, account: &str) -> String {
    [channel, account].join("\0")
}

/// Stores fingerprint and system key unless there are some; gives what is stored.
async fn first_or_stored(
    tx: &mut Tx<'_>,
    print: &str,
    wrapped: &str,
) -> Result<(String, String), StoreError> {
    const INSERT: &str = "INSERT INTO meta (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    execute!(tx, INSERT, "master_key", print)?;
    execute!(tx, INSERT, "system_key", wrapped)?;
    let print = meta(tx, "master_key").await?.unwrap_or_default();
    let wrapped = meta(tx, "system_key").await?.unwrap_or_default();
    Ok((print, wrapped))
}

async fn meta(tx: &mut Tx<'_>, name: &str) -> Result<Option<String>, StoreError> {
    let row = fetch_optional!(
        tx,
        (String,),
        "SELECT value FROM meta WHERE name = $1",
        name
    )?;
    Ok(row.map(|(value,)| value))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |index: usize| {
        text.as_bytes()
            .get(index)
            .and_then(|byte| char::from(*byte).to_digit(16))
    };
    (0..text.len() / 2)
        .filter_map(|at| Some(digit(2 * at)? * 16 + digit(2 * at + 1)?))
        .filter_map(|byte| u8::try_from(byte).ok())
        .collect()
}
