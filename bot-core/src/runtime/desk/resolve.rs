//! From a stored row to an event: looks up what the platform's ids mean here.

use uuid::Uuid;

use crate::domain::content::{Attachment, Content};
use crate::domain::conversation::Case;
use crate::domain::effect::Direction;
use crate::domain::event::{
    Button, CustomerAct, CustomerLine, DraftVerdict, Event, EventKind, TeamAct, TeamDeed, Writer,
};
use crate::domain::id::{AttachmentId, ConversationId, DeliveryId, InboxId, MessageId};
use crate::domain::inbound::{Inbound, Incoming, IncomingFile, Said};
use crate::domain::place::Address;
use crate::domain::text::{clean, file_name};
use crate::domain::time::Timestamp;
use crate::runtime::core::Core;
use crate::runtime::desk::{album, correction};
use crate::runtime::intake::Stored;
use crate::store::inbox::Pending;
use crate::store::message::Recorded;
use crate::store::thread::{self, ThreadRow};
use crate::store::{StoreError, message};

/// An event with what has to be stored beside it.
pub(super) struct Resolved {
    pub(super) event: Event,
    /// The message to which what came belongs: the whole, for a part of an album.
    pub(super) message: MessageId,
    /// Where its messages stand among the lane's events, if it is none of them itself.
    pub(super) order: Option<i64>,
    /// The platform's id of the message that came.
    pub(super) link: Option<(Address, String)>,
    /// Files that came with it.
    pub(super) files: Vec<(AttachmentId, IncomingFile)>,
    /// Where the files come from.
    pub(super) channel: Option<String>,
    /// The thread that it came from, where it is an earlier ticket's.
    pub(super) earlier: Option<Earlier>,
}

/// The thread of a ticket that has a successor.
#[derive(Clone)]
pub(super) struct Earlier {
    pub(super) thread: ThreadRow,
    /// What people call its ticket.
    pub(super) number: i64,
}

impl Resolved {
    pub(super) const fn of(event: Event) -> Self {
        Self {
            message: event.message(),
            order: None,
            event,
            link: None,
            files: Vec::new(),
            channel: None,
            earlier: None,
        }
    }
}

/// Names longer than this are cut.
const NAME: usize = 120;

pub(super) async fn resolve(
    core: &Core,
    case: &Case,
    row: &Pending,
    stored: Stored,
) -> Result<Resolved, StoreError> {
    let event = |kind| Event::new(InboxId(row.id), row.seq, Timestamp(row.accepted_at), kind);
    let kind = match stored {
        Stored::Customer(inbound) => {
            let act = customer(core, case, row.id, &inbound).await?;
            let kind = album::or_part(EventKind::Customer(act), &inbound);
            return Ok(arrival(case, event(kind), row.id, &inbound));
        }
        Stored::Thread(inbound) | Stored::Room(inbound) => {
            let earlier = earlier(core, case, &inbound).await?;
            let act = TeamAct {
                is_earlier: earlier.is_some(),
                ..team(core, case, row.id, &inbound).await?
            };
            let kind = album::or_part(EventKind::Team(act), &inbound);
            let arrived = arrival(case, event(kind), row.id, &inbound);
            return Ok(Resolved { earlier, ..arrived });
        }
        Stored::Timer { timer } => EventKind::Timer(timer),
        Stored::Late { reply } => EventKind::Late(reply),
        Stored::Report { report } => EventKind::Report(report),
        Stored::ThreadGone { generation, .. } => EventKind::ThreadGone { generation },
        Stored::NoThread { reason, .. } => EventKind::NoThread { reason },
        Stored::Tell { .. } => {
            return Err(StoreError::Refused("a room's event in a case".to_owned()));
        }
        Stored::File { report } => EventKind::File {
            from_customer: is_from_customer(core, case, report.message).await?,
            report,
        },
        Stored::Job { report } => EventKind::Job(report),
        stored @ Stored::Correct { .. } => correction::event(core, case, stored).await?,
    };
    Ok(Resolved::of(event(kind)))
}

/// The thread that an event came from, if it belongs to an earlier ticket than the case's.
async fn earlier(
    core: &Core,
    case: &Case,
    inbound: &Inbound,
) -> Result<Option<Earlier>, StoreError> {
    let at = address(inbound);
    let read = core.db.read(|tx| {
        Box::pin(async move {
            let Some(thread) = thread::at(tx, &at).await? else {
                return Ok(None);
            };
            let number = thread::ticket_number(tx, &thread).await?;
            Ok(Some(Earlier { thread, number }))
        })
    });
    let known = case.ticket.as_ref().map(|ticket| ticket.id.0);
    Ok(read
        .await?
        .filter(|one| Some(one.thread.ticket_id) != known))
}

fn arrival(case: &Case, event: Event, row: Uuid, inbound: &Inbound) -> Resolved {
    let Incoming::Said(said) = &inbound.body else {
        return Resolved::of(event);
    };
    let link = said.message.clone().map(|id| (address(inbound), id));
    let files = said
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| (attachment_id(row, index), file.clone()));
    Resolved {
        message: album::begun(case, inbound).map_or(event.message(), |album| album.message),
        order: None,
        event,
        link,
        files: files.collect(),
        channel: Some(inbound.channel.0.clone()),
        earlier: None,
    }
}

fn address(inbound: &Inbound) -> Address {
    Address {
        channel: inbound.channel.clone(),
        place: inbound.place.clone(),
    }
}

/// The same id for the same file each time the row is resolved; apart from those of `decide`.
pub(super) fn attachment_id(row: Uuid, index: usize) -> AttachmentId {
    let mut bytes = *row.as_bytes();
    bytes[13] ^= 0x80;
    bytes[15] ^= u8::try_from(index).unwrap_or(u8::MAX);
    AttachmentId(Uuid::from_bytes(bytes))
}

async fn customer(
    core: &Core,
    case: &Case,
    row: Uuid,
    inbound: &Inbound,
) -> Result<CustomerAct, StoreError> {
    let own = async |message: &str| line_of(core, case, inbound, message, Direction::In).await;
    Ok(match &inbound.body {
        Incoming::Said(said) => CustomerAct::Said(line(core, row, inbound, said)),
        Incoming::Chose { choice } => CustomerAct::Chose {
            choice: choice.clone(),
        },
        Incoming::Edited { message, text } => CustomerAct::Edited {
            message: own(message).await?,
            text: clean(text, core.policy().limits.text).text,
        },
        Incoming::Deleted { message } => CustomerAct::Deleted {
            message: own(message).await?,
        },
        Incoming::Left => CustomerAct::Left,
        Incoming::Arrived { source } => CustomerAct::Arrived {
            source: source.as_deref().map(|text| clean(text, NAME).text),
        },
    })
}

fn line(core: &Core, row: Uuid, inbound: &Inbound, said: &Said) -> CustomerLine {
    let cleaned = clean(&said.text, core.policy().limits.text);
    let mut sender = inbound.sender.clone();
    sender.name = clean(&sender.name, NAME).text;
    CustomerLine {
        content: content(row, said, cleaned.text),
        cut: cleaned.truncated,
        sender,
        context: said.context.clone(),
    }
}

fn content(row: Uuid, said: &Said, text: String) -> Content {
    let attachments = said
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| Attachment {
            id: attachment_id(row, index),
            media: file.media,
            name: file_name(&file.name),
            mime: file.mime.clone(),
            size: file.size,
        });
    Content {
        text,
        attachments: attachments.collect(),
        ..Content::default()
    }
}

async fn linked(
    core: &Core,
    inbound: &Inbound,
    platform_id: &str,
) -> Result<Option<(ConversationId, MessageId)>, StoreError> {
    let at = address(inbound);
    // A local platform speaks of our own ids.
    if let Ok(own) = platform_id.parse::<Uuid>() {
        return Ok(Some((ConversationId(Uuid::nil()), MessageId(own))));
    }
    let platform_id = platform_id.to_owned();
    core.db
        .read(|tx| Box::pin(async move { message::linked(tx, &at, &platform_id).await }))
        .await
}

async fn team(
    core: &Core,
    case: &Case,
    row: Uuid,
    inbound: &Inbound,
) -> Result<TeamAct, StoreError> {
    let agent = core
        .agent_behind(&inbound.channel.0, &inbound.sender.id)
        .await?;
    let by = match agent {
        Some(agent) => Writer::Colleague(agent),
        None => Writer::Stranger {
            name: clean(&inbound.sender.name, NAME).text,
        },
    };
    let what = match &inbound.body {
        Incoming::Said(said) => {
            let text = clean(&said.text, core.policy().limits.text).text;
            let answers_note = quotes_note(core, case, inbound, said).await?;
            TeamDeed::Wrote {
                content: content(row, said, text),
                answers_note,
            }
        }
        Incoming::Edited { message, text } => {
            let text = clean(text, core.policy().limits.text).text;
            match own_line(core, case, inbound, message).await? {
                OwnLine::Note(message) => TeamDeed::NoteEdited { message, text },
                OwnLine::Reply(message) => TeamDeed::Edited { message, text },
            }
        }
        Incoming::Deleted { message } => match own_line(core, case, inbound, message).await? {
            OwnLine::Note(message) => TeamDeed::NoteDeleted { message },
            OwnLine::Reply(message) => TeamDeed::Deleted { message },
        },
        Incoming::Chose { choice } => TeamDeed::Pressed(button(core, case, choice).await?),
        Incoming::Left | Incoming::Arrived { .. } => TeamDeed::Deleted { message: None },
    };
    Ok(TeamAct {
        by,
        what,
        is_earlier: false,
    })
}

async fn quotes_note(
    core: &Core,
    case: &Case,
    inbound: &Inbound,
    said: &Said,
) -> Result<bool, StoreError> {
    let Some(quoted) = &said.quotes else {
        return Ok(false);
    };
    let Some((_, message)) = linked(core, inbound, quoted).await? else {
        return Ok(false);
    };
    Ok(recorded(core, case, message)
        .await?
        .is_some_and(|one| one.direction == Direction::Note.as_str()))
}

/// A line of the team's that is corrected.
enum OwnLine {
    /// A note of this case.
    Note(MessageId),
    /// What went to the customer of this case, if it did.
    Reply(Option<MessageId>),
}

async fn own_line(
    core: &Core,
    case: &Case,
    inbound: &Inbound,
    platform_id: &str,
) -> Result<OwnLine, StoreError> {
    let of = async |direction| line_of(core, case, inbound, platform_id, direction).await;
    Ok(match of(Direction::Note).await? {
        Some(note) => OwnLine::Note(note),
        None => OwnLine::Reply(of(Direction::Out).await?),
    })
}

/// The line, if it is one of this case in that direction: nobody changes what others have said.
async fn line_of(
    core: &Core,
    case: &Case,
    inbound: &Inbound,
    platform_id: &str,
    direction: Direction,
) -> Result<Option<MessageId>, StoreError> {
    let Some((_, message)) = linked(core, inbound, platform_id).await? else {
        return Ok(None);
    };
    let found = recorded(core, case, message).await?;
    Ok(found
        .filter(|one| one.direction == direction.as_str())
        .map(|one| one.id))
}

/// Whether a message is the customer's own.
async fn is_from_customer(core: &Core, case: &Case, id: MessageId) -> Result<bool, StoreError> {
    let found = recorded(core, case, id).await?;
    Ok(found.is_none_or(|one| one.direction == Direction::In.as_str()))
}

async fn recorded(core: &Core, case: &Case, id: MessageId) -> Result<Option<Recorded>, StoreError> {
    let (keyring, conversation) = (core.keyring.clone(), case.conversation);
    core.db
        .read(|tx| {
            Box::pin(async move {
                let key = keyring.of_conversation(tx, conversation).await?;
                message::find(tx, &key, conversation, id).await
            })
        })
        .await
}

/// What a button of ours means; its id came back from outside and is looked up in this case only.
async fn button(core: &Core, case: &Case, choice: &str) -> Result<Button, StoreError> {
    let Some((deed, id)) = choice.split_once(':') else {
        return Ok(Button::Gone);
    };
    let Ok(id) = id.parse::<Uuid>() else {
        return Ok(Button::Gone);
    };
    match deed {
        "resend" => return Ok(Button::Resend(DeliveryId(id))),
        "leave" => return Ok(Button::Leave(DeliveryId(id))),
        "switch-on" => return Ok(Button::SwitchOn),
        _ => {}
    }
    let kept = recorded(core, case, MessageId(id)).await?;
    let kept = kept.filter(|one| !one.deleted && one.direction == Direction::Note.as_str());
    Ok(kept
        .and_then(|one| under_line(deed, one.id, one.content))
        .unwrap_or(Button::Gone))
}

/// A button under a line that is kept as a note.
fn under_line(deed: &str, message: MessageId, content: Content) -> Option<Button> {
    let verdict = match deed {
        "send" => return Some(Button::Send { message, content }),
        "reopen" => return Some(Button::ReopenAndSend { message, content }),
        "draft-send" => DraftVerdict::Send,
        "draft-edit" => DraftVerdict::Edit,
        "draft-wrong" => DraftVerdict::Wrong,
        _ => return None,
    };
    Some(Button::Draft {
        message,
        content,
        verdict,
    })
}
