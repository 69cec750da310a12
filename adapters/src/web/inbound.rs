//! The body of `POST /channels/{channel}/messages`, read at the door.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;

use bot_core::domain::content::Media;
use bot_core::domain::file_type::promised_by;
use bot_core::domain::inbound::{Inbound, Incoming, IncomingFile, Said, Sender};
use bot_core::domain::place::{ChannelName, Place};
use bot_core::domain::text::clean;
use bot_core::domain::time::Timestamp;

use crate::fetch::Fetcher;
use crate::web::error::Refused;
use crate::web::links::Links;
use crate::web::widget::is_visitor;

const MAX_ID_CHARS: usize = 128;
const MAX_NAME_CHARS: usize = 200;
const MAX_LOCALE_BYTES: usize = 35;
const MAX_TEXT_CHARS: usize = 32_768;
const MAX_ATTACHMENTS: usize = 10;
const MAX_PAIRS: usize = 50;
const MAX_KEY_CHARS: usize = 64;
const MAX_VALUE_CHARS: usize = 1_000;

/// Everything is optional here, so that what is missing can be named afterwards.
#[derive(Deserialize)]
struct Body {
    id: Option<String>,
    user: Option<User>,
    text: Option<String>,
    choice: Option<String>,
    attachments: Option<Vec<File>>,
    reply_to: Option<String>,
    context: Option<BTreeMap<String, Plain>>,
}

#[derive(Deserialize)]
struct User {
    id: Option<String>,
    name: Option<String>,
    locale: Option<String>,
    attributes: Option<BTreeMap<String, Plain>>,
}

#[derive(Deserialize)]
struct File {
    url: Option<String>,
    mime: Option<String>,
    name: Option<String>,
}

/// A text, or a number or truth value written as one.
struct Plain(String);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor)
    }
}

struct PlainVisitor;

impl Visitor<'_> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, true, false or null")
    }

    fn visit_str<E>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain(text.to_owned()))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Plain, E> {
        Ok(Plain(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Plain, E> {
        Ok(Plain(value.to_string()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Plain, E> {
        if value.is_finite() {
            Ok(Plain(value.to_string()))
        } else {
            Err(E::custom("this number is too large"))
        }
    }

    fn visit_unit<E>(self) -> Result<Plain, E> {
        Ok(Plain(String::new()))
    }
}

/// Turns signed bytes into an event.
pub(crate) struct Reader<'a> {
    pub(crate) channel: &'a ChannelName,
    pub(crate) links: &'a Links,
    pub(crate) fetcher: &'a Fetcher,
    pub(crate) now: Timestamp,
}

impl Reader<'_> {
    /// # Errors
    /// With the field that cannot be taken.
    pub(crate) fn read(&self, bytes: &[u8]) -> Result<Inbound, Refused> {
        let mut body = parse(bytes)?;
        let sender = sender(body.user.take())?;
        self.event(body, sender)
    }

    /// The same from somebody whom the channel knows itself: only our own uploads are taken then.
    ///
    /// # Errors
    /// With the field that cannot be taken.
    pub(crate) fn read_from(&self, bytes: &[u8], sender: Sender) -> Result<Inbound, Refused> {
        let body = parse(bytes)?;
        let urls = body
            .attachments
            .iter()
            .flatten()
            .filter_map(|file| file.url.as_ref());
        if urls.into_iter().any(|url| !self.links.is_ours(url)) {
            return Err(Refused::field("attachments", "upload the file first"));
        }
        self.event(body, sender)
    }

    fn event(&self, mut body: Body, sender: Sender) -> Result<Inbound, Refused> {
        let key = needed_id("id", body.id.take())?;
        Ok(Inbound {
            channel: self.channel.clone(),
            place: Place(sender.id.clone()),
            room: None,
            body: self.incoming(body, &key)?,
            sender,
            key,
            at: self.now,
            slot: None,
            window: None,
        })
    }

    fn incoming(&self, body: Body, id: &str) -> Result<Incoming, Refused> {
        let text = text(body.text.as_deref().unwrap_or_default())?;
        let files = self.files(body.attachments.unwrap_or_default())?;
        if let Some(choice) = body.choice.filter(|choice| !choice.is_empty()) {
            check_id("choice", &choice)?;
            if !text.is_empty() || !files.is_empty() {
                return Err(Refused::field(
                    "choice",
                    "a choice is sent instead of a text or attachments, not with them",
                ));
            }
            return Ok(Incoming::Chose { choice });
        }
        if text.is_empty() && files.is_empty() {
            return Err(Refused::field(
                "text",
                "a text that can be seen, a choice or an attachment is needed",
            ));
        }
        let quotes = body
            .reply_to
            .map(|quoted| check_id("reply_to", &quoted).map(|()| quoted))
            .transpose()?;
        let context = pairs("context", body.context)?;
        Ok(Incoming::Said(Said {
            text,
            files,
            message: Some(id.to_owned()),
            quotes,
            album: None,
            context,
        }))
    }

    fn files(&self, files: Vec<File>) -> Result<Vec<IncomingFile>, Refused> {
        if files.len() > MAX_ATTACHMENTS {
            return Err(Refused::field(
                "attachments",
                format!("at most {MAX_ATTACHMENTS} are taken"),
            ));
        }
        files
            .into_iter()
            .enumerate()
            .map(|(at, file)| self.file(at, file))
            .collect()
    }

    fn file(&self, at: usize, file: File) -> Result<IncomingFile, Refused> {
        let field = format!("attachments[{at}].url");
        let source = file
            .url
            .filter(|url| !url.is_empty())
            .ok_or_else(|| Refused::field(&*field, "it is needed"))?;
        self.check_source(&source)
            .map_err(|message| Refused::field(field, message))?;
        let name = file_name(file.name.as_deref().unwrap_or_default(), &source);
        let mime = file
            .mime
            .as_deref()
            .map(plain_mime)
            .filter(|mime| !mime.is_empty());
        let mime = mime.unwrap_or_else(|| promised_by(&name).to_owned());
        Ok(IncomingFile {
            media: Media::of_mime(&mime),
            source,
            name,
            mime,
            size: None,
            expires: None,
        })
    }

    fn check_source(&self, url: &str) -> Result<(), String> {
        if self.links.is_ours(url) {
            return self
                .links
                .read_url(url)
                .map(drop)
                .ok_or_else(|| "there is no such upload".to_owned());
        }
        self.fetcher
            .check(url)
            .map_err(|refusal| refusal.to_string())
    }
}

fn parse(bytes: &[u8]) -> Result<Body, Refused> {
    serde_json::from_slice(bytes).map_err(|error| explain(bytes, &error))
}

/// Names the field. Only a request that is refused is read twice.
fn explain(bytes: &[u8], error: &serde_json::Error) -> Refused {
    if error.classify() != Category::Data {
        return Refused::Malformed(format!("this is not JSON: {error}"));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let outcome: Result<Body, _> = serde_path_to_error::deserialize(&mut deserializer);
    match outcome {
        Err(found) if found.path().iter().next().is_some() => {
            Refused::field(found.path().to_string(), found.into_inner().to_string())
        }
        _ => Refused::Malformed(format!("this is not a message: {error}")),
    }
}

fn sender(user: Option<User>) -> Result<Sender, Refused> {
    let user = user.ok_or_else(|| Refused::field("user", "it is needed"))?;
    let id = needed_id("user.id", user.id)?;
    if is_visitor(&id) {
        return Err(Refused::field(
            "user.id",
            "ids that begin like this belong to the website widget",
        ));
    }
    // A name is for showing: a very long one is cut, so that its owner is heard all the same.
    let name = clean(user.name.as_deref().unwrap_or_default(), MAX_NAME_CHARS)
        .text
        .replace('\n', " ");
    let locale = user.locale.filter(|locale| !locale.is_empty());
    locale.as_deref().map_or(Ok(()), check_locale)?;
    Ok(Sender {
        id,
        name,
        locale,
        attributes: pairs("user.attributes", user.attributes)?,
        // The request comes from the app's own server; the customer's address is not known here.
        address: None,
        network: None,
    })
}

fn check_locale(locale: &str) -> Result<(), Refused> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.@".contains(&byte);
    if locale.len() > MAX_LOCALE_BYTES || !locale.bytes().all(plain) {
        return Err(Refused::field(
            "user.locale",
            "a language tag such as zh-CN is needed",
        ));
    }
    Ok(())
}

fn needed_id(field: &str, id: Option<String>) -> Result<String, Refused> {
    let id = id.ok_or_else(|| Refused::field(field, "it is needed"))?;
    check_id(field, &id).map(|()| id)
}

/// Ids are kept and compared as they come, so nothing in them is cleaned away.
pub(crate) fn check_id(field: &str, id: &str) -> Result<(), Refused> {
    let fits = !id.is_empty() && id.chars().nth(MAX_ID_CHARS).is_none();
    if !fits || id.chars().any(char::is_control) {
        let message =
            format!("1 to {MAX_ID_CHARS} characters without control characters are needed");
        return Err(Refused::field(field, message));
    }
    Ok(())
}

fn text(raw: &str) -> Result<String, Refused> {
    let cleaned = clean(raw, MAX_TEXT_CHARS);
    if cleaned.truncated {
        return Err(Refused::field(
            "text",
            format!("at most {MAX_TEXT_CHARS} characters are taken"),
        ));
    }
    Ok(cleaned.text)
}

fn pairs(
    field: &str,
    given: Option<BTreeMap<String, Plain>>,
) -> Result<BTreeMap<String, String>, Refused> {
    let given = given.unwrap_or_default();
    if given.len() > MAX_PAIRS {
        return Err(Refused::field(
            field,
            format!("at most {MAX_PAIRS} entries are taken"),
        ));
    }
    given
        .into_iter()
        .map(|(key, Plain(value))| pair(field, &key, &value))
        .collect()
}

fn pair(field: &str, key: &str, value: &str) -> Result<(String, String), Refused> {
    let cleaned_key = clean(key, MAX_KEY_CHARS);
    if cleaned_key.truncated || cleaned_key.text.is_empty() {
        return Err(Refused::field(
            field,
            format!("a key has 1 to {MAX_KEY_CHARS} characters"),
        ));
    }
    let value = clean(value, MAX_VALUE_CHARS);
    if value.truncated {
        let field = format!("{field}.{}", cleaned_key.text);
        return Err(Refused::field(
            field,
            format!("at most {MAX_VALUE_CHARS} characters are taken"),
        ));
    }
    Ok((cleaned_key.text, value.text))
}

/// The name without folders; the end of the address where there is none.
fn file_name(name: &str, url: &str) -> String {
    let cleaned = clean(name, MAX_NAME_CHARS).text;
    let own = last_part(&cleaned);
    let of_url = || last_part(url.split(['?', '#']).next().unwrap_or_default());
    let chosen = if own.is_empty() { of_url() } else { own };
    let plain = clean(chosen, MAX_NAME_CHARS).text.replace('\n', " ");
    if plain.is_empty() {
        "file".to_owned()
    } else {
        plain
    }
}

fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\'])
        .next()
        .unwrap_or_default()
        .trim_matches('.')
}

fn plain_mime(mime: &str) -> String {
    let plain = mime
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let valid = plain.len() <= MAX_NAME_CHARS && plain.bytes().all(|byte| byte.is_ascii_graphic());
    if valid && plain.contains('/') {
        plain
    } else {
        String::new()
    }
}
