//! Where the customer writes from: how often others from there were handed to humans lately.

use crate::runtime::core::Core;
use crate::runtime::intake::Stored;
use crate::store::case::Loaded;
use crate::store::{StoreError, handoff};

/// The case with what is known of the customer's network address; as it is where nothing is.
pub(super) async fn looked_up(
    core: &Core,
    loaded: &Loaded,
    stored: &Stored,
) -> Result<Option<Loaded>, StoreError> {
    let seen = match stored {
        Stored::Customer(inbound) => inbound.sender.network.clone(),
        // An agent's line hands nobody to humans.
        Stored::Thread(_) => return Ok(None),
        _ => None,
    };
    let known = loaded.case.state.pace.network.clone();
    let Some(network) = seen.or(known) else {
        return Ok(None);
    };
    let mut loaded = loaded.clone();
    let (conversation, now) = (loaded.case.conversation, core.now());
    let most = i64::try_from(core.policy().limits.handoffs_an_hour).unwrap_or(i64::MAX);
    let hash = network.clone();
    let read = core.db.read(|tx| {
        Box::pin(async move { handoff::nearby(tx, &hash, conversation, now, most).await })
    });
    let pace = &mut loaded.case.state.pace;
    pace.nearby = read.await?;
    pace.network = Some(network);
    Ok(Some(loaded))
}
