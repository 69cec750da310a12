//! Links to files: `{public_url}/channels/{channel}/files/{token}/{name}`.
//!
//! A token is the ids of the conversation and the file, and half an HMAC of them, so that whoever knows the ids cannot make the link, and
//! nothing has to be stored for it.

use axum::http::{HeaderValue, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use bot_core::domain::id::{AttachmentId, ConversationId};
use bot_core::domain::place::ChannelName;

use crate::web::files::FileKey;

const TAG_BYTES: usize = 16;
/// A conversation's id and a file's id.
const ID_BYTES: usize = 32;

/// Makes and reads the links of one channel.
#[derive(Clone)]
pub(crate) struct Links {
    key: Hmac<Sha256>,
    prefix: String,
    /// The public address as browsers name it: scheme, host and port.
    origin: String,
}

/// Nothing where the address has no host.
fn origin_of(url: &str) -> String {
    let parsed: Option<Uri> = url.parse().ok();
    let parts =
        parsed.and_then(|uri| Some(format!("{}://{}", uri.scheme_str()?, uri.authority()?)));
    parts.unwrap_or_default()
}

impl Links {
    pub(crate) fn new(
        link_key: &[u8; 32],
        public_url: &str,
        channel: &ChannelName,
    ) -> Option<Self> {
        // HMAC takes a key of any length, so there always is one.
        let mut key = Hmac::new_from_slice(link_key).ok()?;
        // The name's length before the name: no two channels make the same sequence of bytes.
        key.update(&(channel.0.len() as u64).to_be_bytes());
        key.update(channel.0.as_bytes());
        Some(Self {
            key,
            prefix: format!("{public_url}/channels/{channel}/files/"),
            origin: origin_of(public_url),
        })
    }

    /// Whether pages of an origin are pages of our own public address.
    pub(crate) fn is_our_origin(&self, origin: &HeaderValue) -> bool {
        origin.as_bytes() == self.origin.as_bytes()
    }

    /// The link to a file.
    pub(crate) fn url(&self, file: FileKey, name: &str) -> String {
        let mut url = format!("{}{}", self.prefix, self.token(file));
        if !name.is_empty() {
            url.push('/');
            push_encoded(&mut url, name);
        }
        url
    }

    /// The file that a link of ours leads to: `None` for other addresses and for links that were made up.
    pub(crate) fn read_url(&self, url: &str) -> Option<FileKey> {
        let rest = url.strip_prefix(&self.prefix)?;
        self.read_token(rest.split(['/', '?', '#']).next()?)
    }

    /// Whether an address is one of this channel's links, real or made up.
    pub(crate) fn is_ours(&self, url: &str) -> bool {
        url.starts_with(&self.prefix)
    }

    /// The file of a token that was not made up.
    pub(crate) fn read_token(&self, token: &str) -> Option<FileKey> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (ids, tag) = bytes.split_first_chunk::<ID_BYTES>()?;
        bool::from(self.tag(ids).ct_eq(tag)).then(|| key_of(ids))?
    }

    /// The id of an upload: the same for the same bytes of the same request, so that a repeat is no second file.
    pub(crate) fn upload_id(&self, request: &str, bytes: &[u8]) -> AttachmentId {
        let mut mac = self.key.clone();
        mac.update(b"upload");
        mac.update(&(request.len() as u64).to_be_bytes());
        mac.update(request.as_bytes());
        mac.update(bytes);
        let mut id = [0; 16];
        id.iter_mut()
            .zip(mac.finalize().into_bytes())
            .for_each(|(to, from)| *to = from);
        AttachmentId(uuid::Builder::from_custom_bytes(id).into_uuid())
    }

    fn token(&self, file: FileKey) -> String {
        let ids = ids_of(file);
        URL_SAFE_NO_PAD.encode([ids.as_slice(), &self.tag(&ids)].concat())
    }

    fn tag(&self, ids: &[u8; ID_BYTES]) -> [u8; TAG_BYTES] {
        let mut mac = self.key.clone();
        mac.update(b"file");
        mac.update(ids);
        let mut tag = [0; TAG_BYTES];
        tag.iter_mut()
            .zip(mac.finalize().into_bytes())
            .for_each(|(to, from)| *to = from);
        tag
    }
}

/// The conversation and the file; an upload has no conversation yet.
fn ids_of(file: FileKey) -> [u8; ID_BYTES] {
    let (conversation, id) = match file {
        FileKey::Upload(id) => (Uuid::nil(), id),
        FileKey::Of(conversation, id) => (conversation.0, id),
    };
    let mut ids = [0; ID_BYTES];
    let bytes = conversation
        .into_bytes()
        .into_iter()
        .chain(id.0.into_bytes());
    ids.iter_mut().zip(bytes).for_each(|(to, from)| *to = from);
    ids
}

fn key_of(ids: &[u8; ID_BYTES]) -> Option<FileKey> {
    let (conversation, id) = ids.split_at(ID_BYTES / 2);
    let conversation = Uuid::from_slice(conversation).ok()?;
    let id = AttachmentId(Uuid::from_slice(id).ok()?);
    Some(if conversation.is_nil() {
        FileKey::Upload(id)
    } else {
        FileKey::Of(ConversationId(conversation), id)
    })
}

/// Percent-encoding for one part of a path, or for `filename*`: only what needs none stays as it is.
pub(crate) fn push_encoded(target: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            target.push(char::from(byte));
        } else {
            target.push('%');
            target.extend(
                [byte >> 4, byte & 0xf]
                    .into_iter()
                    .filter_map(|half| char::from_digit(half.into(), 16))
                    .map(|digit| digit.to_ascii_uppercase()),
            );
        }
    }
}
