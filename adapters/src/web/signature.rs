//! Who may come in: the budget of an address, then the signature.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

use bot_core::port::clock::Clock;

use crate::standard_webhooks::{
    Claim, ID_HEADER, SIGNATURE_HEADER, Secrets, TIMESTAMP_HEADER, VerifyError,
};
use crate::web::budget::Budget;
use crate::web::error::Refused;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// The door of one channel.
pub(crate) struct Gate {
    /// None where the channel has no signed door.
    pub(crate) secrets: Option<Secrets>,
    pub(crate) budget: Budget,
    pub(crate) trusted_proxies: Vec<IpNet>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Gate {
    /// Looks at a request before its body is read.
    ///
    /// # Errors
    /// When the address has used up its tries, or the headers cannot belong to a signed request.
    pub(crate) fn admit<'a>(&self, head: &'a Parts) -> Result<Visitor<'a>, Refused> {
        let address = self.address_of(head);
        let now_ms = self.clock.now().0;
        if self.budget.is_spent(address, now_ms) {
            return Err(Refused::TooMany);
        }
        let claim =
            claim_of(&head.headers).and_then(|claim| claim.check_age(now_ms).map(|()| claim));
        let claim = claim.map_err(|error| self.refuse(address, error))?;
        Ok(Visitor { address, claim })
    }

    /// Looks at what was signed.
    ///
    /// # Errors
    /// When no signature fits it.
    pub(crate) fn verify(&self, visitor: &Visitor<'_>, payload: &[u8]) -> Result<(), Refused> {
        let outcome = match &self.secrets {
            Some(secrets) => secrets.verify(&visitor.claim, payload),
            None => Err(VerifyError::Mismatch),
        };
        outcome.map_err(|error| self.refuse(visitor.address, error))
    }

    fn refuse(&self, address: IpAddr, error: impl Into<Refused>) -> Refused {
        self.budget.charge(address, self.clock.now().0);
        error.into()
    }

    /// The address that the last trusted proxy saw, or the peer itself.
    pub(crate) fn address_of(&self, head: &Parts) -> IpAddr {
        let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
            peer.ip().to_canonical()
        });
        if !self.trusts(peer) {
            return peer;
        }
        let headers = head
            .headers
            .get_all(FORWARDED_FOR)
            .iter()
            .rev()
            .filter_map(|value| value.to_str().ok());
        let mut hops = headers
            .flat_map(|value| value.rsplit(','))
            .map_while(|hop| hop.trim().parse::<IpAddr>().ok());
        hops.find(|hop| !self.trusts(*hop)).unwrap_or(peer)
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted_proxies
            .iter()
            .any(|net| net.contains(&address))
    }
}

/// Somebody who has shown plausible headers.
pub(crate) struct Visitor<'a> {
    address: IpAddr,
    pub(crate) claim: Claim<'a>,
}

fn claim_of(headers: &HeaderMap) -> Result<Claim<'_>, VerifyError> {
    let one = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let first = values.next()?;
        // Two of one header could be read differently by whatever stands before us.
        first.to_str().ok().filter(|_| values.next().is_none())
    };
    Claim::parse(one(ID_HEADER), one(TIMESTAMP_HEADER), one(SIGNATURE_HEADER))
}
