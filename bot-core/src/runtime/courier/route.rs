//! From a logical destination to an address: only now, since a thread may have been opened meanwhile.

use uuid::Uuid;

use crate::domain::delivery::Action;
use crate::domain::id::{ConversationId, DeliveryId, LaneId, MessageId};
use crate::domain::place::{Address, ChannelName, Destination, Place};
use crate::domain::time::Timestamp;
use crate::port::platform::Delivery;
use crate::store::outbox::Head;
use crate::store::{Keyring, Spot, StoreError, Tx, message, outbox, thread};

/// Where a row goes.
#[derive(Clone, Debug)]
pub(in crate::runtime) struct Route {
    /// The address.
    pub(in crate::runtime) at: Address,
    /// The thread, and the generation that the row was written for.
    pub(in crate::runtime) thread: Option<(Uuid, i64)>,
}

/// The call to make for a row; `None` when it has nowhere to go any more.
pub(in crate::runtime) async fn find(
    tx: &mut Tx<'_>,
    keyring: &Keyring,
    head: &Head,
) -> Result<Option<(Route, Delivery)>, StoreError> {
    let Some(destination) = Destination::parse(&head.destination) else {
        return Ok(None);
    };
    let conversation = ConversationId(head.lane);
    let key = match destination {
        Destination::Room => std::sync::Arc::new(keyring.system().clone()),
        Destination::Customer | Destination::Thread | Destination::Callback => {
            keyring.of_conversation(tx, conversation).await?
        }
    };
    let action = key.open(Spot::new("outbox", "body", head.id), &head.body_sealed)?;
    let Some(route) = address(tx, head, destination, &action).await? else {
        return Ok(None);
    };
    let target = target(tx, head, &route.at, &action).await?;
    let at = Timestamp(head.at);
    let mut delivery = Delivery::new(
        DeliveryId(head.id),
        conversation,
        destination,
        route.at.place.clone(),
        action,
        at,
    );
    delivery.message = head.message_id.map(MessageId);
    delivery.target = target;
    delivery.attempt = u32::try_from(head.attempt).unwrap_or(u32::MAX);
    Ok(Some((route, delivery)))
}

async fn address(
    tx: &mut Tx<'_>,
    head: &Head,
    destination: Destination,
    action: &Action,
) -> Result<Option<Route>, StoreError> {
    let channel = ChannelName(head.channel.clone());
    let place = match destination {
        Destination::Customer | Destination::Callback => {
            thread::customer_place(tx, head.lane).await?
        }
        Destination::Room => thread::room_place(tx, head.lane).await?,
        Destination::Thread => return in_thread(tx, head, channel, action).await,
    };
    Ok(place.map(|place| Route {
        at: Address {
            channel,
            place: Place(place),
        },
        thread: None,
    }))
}

async fn in_thread(
    tx: &mut Tx<'_>,
    head: &Head,
    channel: ChannelName,
    action: &Action,
) -> Result<Option<Route>, StoreError> {
    let Some(row) = (match head.thread_id {
        Some(id) => thread::find(tx, id).await?,
        None => None,
    }) else {
        return Ok(None);
    };
    if row.generation != head.generation {
        return Ok(None); // It was written for a thread that is gone.
    }
    let place = match action {
        Action::OpenThread { .. } => Some(row.room_place),
        _ => row.place,
    };
    let thread = Some((row.id, row.generation));
    Ok(place.map(|place| Route {
        at: Address {
            channel,
            place: Place(place),
        },
        thread,
    }))
}

/// The platform's id of the message that is edited or deleted.
async fn target(
    tx: &mut Tx<'_>,
    head: &Head,
    at: &Address,
    action: &Action,
) -> Result<Option<String>, StoreError> {
    let of: MessageId = match action {
        Action::Edit { of, .. } | Action::Delete { of } => *of,
        _ => return Ok(None),
    };
    match outbox::target(tx, LaneId(head.lane), DeliveryId(head.id)).await? {
        Some(row) => message::made_by(tx, at, row).await,
        None => message::carried_by(tx, at, ConversationId(head.lane), of).await,
    }
}

/// Why an edit or a delete cannot be done: what it changes is not known to have arrived. A push tells
/// the app our own id, so it needs none of the platform's.
pub(super) fn never_arrived(delivery: &Delivery) -> Option<&'static str> {
    let changes = matches!(delivery.action, Action::Edit { .. } | Action::Delete { .. });
    let lost =
        changes && delivery.target.is_none() && delivery.destination != Destination::Callback;
    lost.then_some("the message that it changes is not known to have arrived")
}
