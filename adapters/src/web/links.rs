//! Links to files: `{public_url}/channels/{channel}/files/{token}/{name}`.
//!
//! A token is the file's id and half an HMAC of it, so that whoever knows an id cannot make the link, and
//! nothing has to be stored for it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use bot_core::domain::id::AttachmentId;
use bot_core::domain::place::ChannelName;

const TAG_BYTES: usize = 16;

/// Makes and reads the links of one channel.
#[derive(Clone)]
pub(crate) struct Links {
    key: Hmac<Sha256>,
    prefix: String,
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
        })
    }

    /// The link to a file.
    pub(crate) fn url(&self, id: AttachmentId, name: &str) -> String {
        let mut url = format!("{}{}", self.prefix, self.token(id));
        if !name.is_empty() {
            url.push('/');
            push_encoded(&mut url, name);
        }
        url
    }

    /// The file that a link of ours leads to: `None` for other addresses and for links that were made up.
    pub(crate) fn read_url(&self, url: &str) -> Option<AttachmentId> {
        let rest = url.strip_prefix(&self.prefix)?;
        self.read_token(rest.split(['/', '?', '#']).next()?)
    }

    /// Whether an address is one of this channel's links, real or made up.
    pub(crate) fn is_ours(&self, url: &str) -> bool {
        url.starts_with(&self.prefix)
    }

    /// The file of a token that was not made up.
    pub(crate) fn read_token(&self, token: &str) -> Option<AttachmentId> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, tag) = bytes.split_first_chunk::<16>()?;
        bool::from(self.tag(id).ct_eq(tag)).then(|| AttachmentId(Uuid::from_bytes(*id)))
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

    fn token(&self, id: AttachmentId) -> String {
        let id = id.0.into_bytes();
        URL_SAFE_NO_PAD.encode([id, self.tag(&id)].concat())
    }

    fn tag(&self, id: &[u8; 16]) -> [u8; TAG_BYTES] {
        let mut mac = self.key.clone();
        mac.update(b"file");
        mac.update(id);
        let mut tag = [0; TAG_BYTES];
        tag.iter_mut()
            .zip(mac.finalize().into_bytes())
            .for_each(|(to, from)| *to = from);
        tag
    }
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
