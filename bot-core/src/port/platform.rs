//! One account on one chat platform, as the core sees it.

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::domain::content::{Content, Media};
use crate::domain::delivery::Action;
use crate::domain::id::{ConversationId, DeliveryId, MessageId};
use crate::domain::inbound::IncomingFile;
use crate::domain::place::{Destination, Place};
use crate::domain::time::Timestamp;
use crate::port::intake::Intake;

/// Told when the process is to end.
pub type Shutdown = CancellationToken;

/// One account on one chat platform.
#[async_trait]
pub trait Platform: Send + Sync {
    /// What can be done at a place.
    fn abilities(&self, place: &Place) -> Abilities;

    /// Receives events until `stop`. Every event is acknowledged to the platform only after
    /// [`Intake::accept`] has returned. A platform that is called by HTTP waits for `stop`.
    ///
    /// # Errors
    /// When the platform cannot be reached; the supervisor tries again with growing pauses.
    async fn listen(&self, intake: Intake, stop: Shutdown) -> Result<(), PlatformError>;

    /// Whether every process that serves the database may listen at once, as for a platform that is
    /// called by HTTP: a load balancer takes its requests to any of them. What polls, or keeps a
    /// connection of its own, is listened to by one process at a time.
    fn listens_everywhere(&self) -> bool {
        false
    }

    /// Makes one call.
    ///
    /// # Errors
    /// See [`DeliveryError`]: the kind decides what the courier does next.
    async fn deliver(&self, delivery: &Delivery) -> Result<Receipt, DeliveryError>;

    /// Looks whether the account is set up rightly, by real calls.
    async fn check(&self) -> Vec<Finding>;

    /// Cuts a content into parts that one call can carry each. Pure: it runs before the commit, so
    /// that a failure at part two never repeats part one.
    fn shape(&self, content: Content, place: &Place) -> Vec<Content> {
        shape::split(content, &self.abilities(place))
    }

    /// Fetches a file that came with a message.
    ///
    /// # Errors
    /// See [`FetchError`].
    async fn fetch(&self, file: &IncomingFile) -> Result<Blob, FetchError> {
        Err(FetchError::Refused(format!(
            "{} cannot be fetched from this platform",
            file.name
        )))
    }

    /// Asks the platform whether a delivery with an unknown outcome arrived.
    async fn confirm(&self, delivery: &Delivery) -> Confirmation {
        let _ = delivery;
        Confirmation::CannotTell
    }
}

pub mod conformance;
pub mod rough;
pub mod shape;

/// What can be done at a place; what cannot is done in a simpler way.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent yes or no of the platform"
)]
pub struct Abilities {
    /// Reads our own database: rows are `sent` when they are committed, and only pushed.
    pub local: bool,
    /// Can hold threads.
    pub threads: bool,
    /// Sent messages can be changed.
    pub edits: bool,
    /// Sent messages can be taken back; for how long after, in milliseconds (`None`: never).
    pub deletes_for: Option<i64>,
    /// Choices become buttons; otherwise a numbered list.
    pub buttons: bool,
    /// The longest text of one message, in characters.
    pub text_limit: usize,
    /// Media that can be sent.
    pub media: Vec<Media>,
    /// People see their own lines there without our doing.
    pub shows_own_lines: bool,
    /// How many calls the platform takes there in a while.
    pub budgets: Vec<Budget>,
    /// The place is on a server of ours, so nothing has to be masked.
    pub trusted: bool,
    /// The account cannot write by itself: what is said to customers waits for a reply slot.
    pub answers_only: bool,
}

impl Abilities {
    /// Everything, without limits: a place in our own database.
    #[must_use]
    pub fn local() -> Self {
        Self {
            local: true,
            threads: true,
            edits: true,
            deletes_for: Some(i64::MAX),
            buttons: true,
            text_limit: 32_768,
            media: vec![Media::Image, Media::Voice, Media::Video, Media::File],
            shows_own_lines: false,
            budgets: Vec::new(),
            trusted: true,
            answers_only: false,
        }
    }
}

/// How many calls a platform takes in a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What shares it: places with the same name on one channel spend the same budget.
    pub name: String,
    /// Calls …
    pub most: usize,
    /// … in so many milliseconds.
    pub per_ms: i64,
}

/// One call to make.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Delivery {
    /// The row; also the idempotency key where the platform takes one.
    pub id: DeliveryId,
    /// Whose conversation it belongs to.
    pub conversation: ConversationId,
    /// What sort of destination it is.
    pub destination: Destination,
    /// Where: resolved just now.
    pub place: Place,
    /// What to do.
    pub action: Action,
    /// The message that it carries.
    pub message: Option<MessageId>,
    /// The platform's id of the message that is edited or deleted.
    pub target: Option<String>,
    /// How often it was tried before.
    pub attempt: u32,
    /// When it was decided.
    pub at: Timestamp,
}

impl Delivery {
    /// A first try of an action at a place.
    #[must_use]
    pub const fn new(
        id: DeliveryId,
        conversation: ConversationId,
        destination: Destination,
        place: Place,
        action: Action,
        at: Timestamp,
    ) -> Self {
        Self {
            id,
            conversation,
            destination,
            place,
            action,
            message: None,
            target: None,
            attempt: 0,
            at,
        }
    }
}

/// What the platform gave back.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Receipt {
    /// The platform's ids of the messages that were made.
    pub messages: Vec<String>,
    /// The place of the thread that was opened.
    pub opened: Option<Place>,
}

/// A call that did not succeed; decides what happens to the row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// Too many calls: the same call after this many milliseconds. Counts no attempt.
    #[error("asked to wait {0} ms")]
    RetryAfter(i64),
    /// It surely did not arrive, and may the next time.
    #[error("temporarily: {0}")]
    Temporary(String),
    /// It may have arrived.
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
    /// The thread does not exist any more.
    #[error("the thread is gone")]
    ThreadGone,
    /// The customer may not be written to now, but again after their next message.
    #[error("the platform's time for replies is over")]
    WindowClosed,
    /// It will never arrive; the reason is shown to people.
    #[error("{0}")]
    Permanent(String),
}

/// Whether an unknown delivery arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// It did; this is its receipt.
    Found(Receipt),
    /// It did not.
    Absent,
    /// The platform cannot be asked.
    CannotTell,
}

/// The bytes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// The type found in the bytes themselves.
    pub mime: String,
}

/// A file that could not be fetched.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// It may work later.
    #[error("temporarily: {0}")]
    Temporary(String),
    /// It will not; the reason is told to both sides.
    #[error("{0}")]
    Refused(String),
}

/// Something a check found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether service is impossible with it.
    pub severe: bool,
    /// What is wrong and what to do, for the operator.
    pub text: String,
}

/// A platform that cannot be listened to.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct PlatformError(pub String);
