//! Sealed columns: AES-256-GCM under one data key per identity, wrapped by the master key.
//!
//! The place of a value (table, column, row) is authenticated with it, so that a sealed value that
//! is moved to another row, or to another column, does not open.

use std::fmt;
use std::marker::PhantomData;

use aes_gcm::aead::{Aead, Nonce, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use rand::RngCore;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;
use sqlx::database::Database;
use sqlx::encode::IsNull;
use sqlx::error::BoxDynError;
use sqlx::{Decode, Encode, Type};
use uuid::Uuid;

const NONCE: usize = 12;

/// Where a sealed value stands.
#[derive(Clone, Copy, Debug)]
pub struct Spot {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The row's id.
    pub row: Uuid,
}

impl Spot {
    /// Names a place.
    #[must_use]
    pub const fn new(table: &'static str, column: &'static str, row: Uuid) -> Self {
        Self { table, column, row }
    }

    fn bytes(self) -> Vec<u8> {
        [
            self.table.as_bytes(),
            b"/",
            self.column.as_bytes(),
            b"/",
            self.row.as_bytes(),
        ]
        .concat()
    }
}

/// A key that could not do its work.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not 32 bytes in base64 or hexadecimal.
    #[error("a master key is 32 bytes, in base64 or hexadecimal")]
    Malformed,
    /// The value was sealed with another key, or for another place, or was changed.
    #[error("the sealed value does not open in {0}")]
    DoesNotOpen(String),
    /// The value opened but does not read as what it should be.
    #[error("the opened value of {0} is not what it should be")]
    Unreadable(String),
}

/// A value that stands encrypted in the database.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed<T> {
    bytes: Vec<u8>,
    kind: PhantomData<fn() -> T>,
}

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed({} bytes)", self.bytes.len())
    }
}

impl<T, D: Database> Type<D> for Sealed<T>
where
    Vec<u8>: Type<D>,
{
    fn type_info() -> D::TypeInfo {
        <Vec<u8> as Type<D>>::type_info()
    }

    fn compatible(ty: &D::TypeInfo) -> bool {
        <Vec<u8> as Type<D>>::compatible(ty)
    }
}

impl<'q, T, D: Database> Encode<'q, D> for Sealed<T>
where
    Vec<u8>: Encode<'q, D>,
{
    fn encode_by_ref(&self, buffer: &mut D::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
        self.bytes.encode_by_ref(buffer)
    }
}

impl<'r, T, D: Database> Decode<'r, D> for Sealed<T>
where
    Vec<u8>: Decode<'r, D>,
{
    fn decode(value: D::ValueRef<'r>) -> Result<Self, BoxDynError> {
        Ok(Self {
            bytes: Vec::<u8>::decode(value)?,
            kind: PhantomData,
        })
    }
}

/// The key under which everything of one identity (or of the system) is sealed.
#[derive(Clone)]
pub struct DataKey {
    cipher: Aes256Gcm,
    bytes: [u8; 32],
}

impl fmt::Debug for DataKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKey(…)")
    }
}

impl DataKey {
    fn new(bytes: [u8; 32]) -> Self {
        Self {
            cipher: Aes256Gcm::new(&bytes.into()),
            bytes,
        }
    }

    /// A new random key.
    #[must_use]
    pub fn random() -> Self {
        let mut bytes = [0; 32];
        rand::rng().fill_bytes(&mut bytes);
        Self::new(bytes)
    }

    /// Seals a value for its place.
    #[must_use]
    pub fn seal<T: Serialize>(&self, spot: Spot, value: &T) -> Sealed<T> {
        // Serialising our own plain types to memory cannot fail; an empty value would not open.
        let plain = serde_json::to_vec(value).unwrap_or_default();
        Sealed {
            bytes: self.seal_bytes(spot, &plain),
            kind: PhantomData,
        }
    }

    /// Opens what [`DataKey::seal`] made for the same place.
    ///
    /// # Errors
    /// When the key, the place or the bytes are not the same as when it was sealed.
    pub fn open<T: DeserializeOwned>(&self, spot: Spot, sealed: &Sealed<T>) -> Result<T, KeyError> {
        let plain = self.open_bytes(spot, &sealed.bytes)?;
        serde_json::from_slice(&plain).map_err(|_| KeyError::Unreadable(name(spot)))
    }

    /// Seals raw bytes (a file) for their place.
    #[must_use]
    pub fn seal_bytes(&self, spot: Spot, plain: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        rand::rng().fill_bytes(&mut nonce);
        let payload = Payload {
            msg: plain,
            aad: &spot.bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&Nonce::<Aes256Gcm>::from(nonce), payload)
            .unwrap_or_default();
        [nonce.as_slice(), &sealed].concat()
    }

    /// Opens what [`DataKey::seal_bytes`] made.
    ///
    /// # Errors
    /// As [`DataKey::open`].
    pub fn open_bytes(&self, spot: Spot, sealed: &[u8]) -> Result<Vec<u8>, KeyError> {
        let closed = || KeyError::DoesNotOpen(name(spot));
        let (nonce, body) = sealed.split_first_chunk::<NONCE>().ok_or_else(closed)?;
        let payload = Payload {
            msg: body,
            aad: &spot.bytes(),
        };
        self.cipher
            .decrypt(&Nonce::<Aes256Gcm>::from(*nonce), payload)
            .map_err(|_| closed())
    }
}

fn name(spot: Spot) -> String {
    format!("{}.{}", spot.table, spot.column)
}

/// The operator's key; it wraps every data key and makes the look-up hashes.
#[derive(Clone)]
pub struct MasterKey {
    wrapping: DataKey,
    /// Keyed once: the key's own rounds are half of the work of a short hash.
    blind: Hmac<Sha256>,
    fingerprint: [u8; 8],
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

impl MasterKey {
    /// Derives the working keys from 32 secret bytes.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        let mut fingerprint = [0; 8];
        let print = derive(&secret, b"fingerprint");
        fingerprint.copy_from_slice(print.first_chunk::<8>().unwrap_or(&[0; 8]));
        Self {
            wrapping: DataKey::new(derive(&secret, b"wrap")),
            blind: keyed(&derive(&secret, b"blind")),
            fingerprint,
        }
    }

    /// Reads a key as an operator writes it: 32 bytes in base64 (with or without padding) or hexadecimal.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        use base64::Engine;
        use base64::engine::general_purpose::STANDARD_NO_PAD;

        let text = text.trim();
        let bytes = match text.len() {
            64 => hex(text),
            _ => STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok(),
        };
        let secret = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        secret.map(Self::new).ok_or(KeyError::Malformed)
    }

    /// Tells keys apart without giving anything away; stored, so that a node with another key
    /// refuses to start.
    #[must_use]
    pub const fn fingerprint(&self) -> [u8; 8] {
        self.fingerprint
    }

    /// Wraps a data key for its owner's row.
    #[must_use]
    pub fn wrap(&self, owner: Uuid, key: &DataKey) -> Vec<u8> {
        self.wrapping
            .seal_bytes(Spot::new("data_key", "key", owner), &key.bytes)
    }

    /// Unwraps a data key.
    ///
    /// # Errors
    /// When it was wrapped by another master key or for another owner.
    pub fn unwrap(&self, owner: Uuid, wrapped: &[u8]) -> Result<DataKey, KeyError> {
        let spot = Spot::new("data_key", "key", owner);
        let bytes = self.wrapping.open_bytes(spot, wrapped)?;
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| KeyError::Unreadable(name(spot)))?;
        Ok(DataKey::new(bytes))
    }

    /// A keyed hash under which a sensitive value is looked up without being stored.
    #[must_use]
    pub fn blind(&self, purpose: &str, value: &[u8]) -> [u8; 32] {
        let mut mac = self.blind.clone();
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(value);
        mac.finalize().into_bytes().into()
    }
}

/// A key of the hash's own block size or less is filled up with zeros (RFC 2104, section 2), so this is
/// the HMAC of these 32 bytes.
fn keyed(key: &[u8; 32]) -> Hmac<Sha256> {
    let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
    let (filled, _) = block.split_at_mut(key.len());
    filled.copy_from_slice(key);
    <Hmac<Sha256> as KeyInit>::new(&block)
}

fn derive(secret: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    // 32 bytes are within what HKDF-SHA256 can give (RFC 5869: 255 × 32), so this cannot fail.
    let expanded = Hkdf::<Sha256>::new(Some(b"frontdesk"), secret).expand(purpose, &mut key);
    debug_assert!(expanded.is_ok());
    key
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    Some(
        digits?
            .chunks_exact(2)
            .map(|pair| pair.iter().fold(0, |sum, digit| sum * 16 + digit))
            .collect(),
    )
}
