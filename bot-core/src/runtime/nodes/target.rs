//! Who is to hold what: the same answer in every process, without a word between them.
//!
//! Each lease goes to the process that draws the highest number for it (rendezvous hashing, Thaler
//! and Ravishankar 1996): when one comes or goes, only its own leases move.

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::runtime::leases::LeaseName;
use crate::store::lease::{NodeRow, is_listed};

/// The process that is to hold a lease; `None` when nobody can.
pub(super) fn of(name: &LeaseName, alive: &[NodeRow]) -> Option<Uuid> {
    let fit = alive.iter().filter(|node| can_hold(node, name));
    fit.max_by_key(|node| draw(node.id, name))
        .map(|node| node.id)
}

/// Anybody can decide; a channel takes its secrets.
fn can_hold(node: &NodeRow, name: &LeaseName) -> bool {
    match name {
        LeaseName::Lanes(_) => true,
        LeaseName::Channel(channel) => is_listed(&node.channels, channel),
    }
}

fn draw(node: Uuid, name: &LeaseName) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(node.as_bytes());
    hash.update(name.to_string());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::runtime::leases::SHARDS;
    use crate::store::lease::list;

    fn node(id: u128, channels: &[&str]) -> NodeRow {
        NodeRow {
            id: Uuid::from_u128(id),
            channels: list(channels.iter().copied()),
        }
    }

    fn shares(alive: &[NodeRow]) -> BTreeMap<u8, Uuid> {
        let held = |shard| of(&LeaseName::Lanes(shard), alive).unwrap();
        (0..SHARDS).map(|shard| (shard, held(shard))).collect()
    }

    #[test]
    fn everybody_gets_a_share() {
        let alive = [node(1, &[]), node(2, &[]), node(3, &[])];
        let shares = shares(&alive);
        for one in &alive {
            let its = shares.values().filter(|owner| **owner == one.id).count();
            assert!((10..=34).contains(&its), "{its} of {SHARDS}");
        }
    }

    #[test]
    fn only_the_leases_of_who_leaves_move() {
        let alive = [node(1, &[]), node(2, &[]), node(3, &[])];
        let (before, after) = (shares(&alive), shares(&alive[..2]));
        for (shard, owner) in before {
            if owner != alive[2].id {
                assert_eq!(after[&shard], owner);
            }
        }
    }

    #[test]
    fn a_channel_is_held_by_who_has_it_in_the_configuration() {
        let alive = [node(1, &["shop"]), node(2, &["shop", "forum"])];
        let forum = LeaseName::Channel("forum".to_owned());
        assert_eq!(of(&forum, &alive), Some(alive[1].id));
        assert_eq!(of(&forum, &alive[..1]), None);
    }
}
