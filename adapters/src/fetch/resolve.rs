//! Resolving names inside the connector, so that the addresses that were checked are the ones used.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use async_trait::async_trait;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::guard::Guard;

/// Asks a name server. The default is the system's; a test has its own.
#[async_trait]
pub trait Lookup: Send + Sync + fmt::Debug {
    /// Every address of a name.
    ///
    /// # Errors
    /// When the name does not resolve.
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// The system's resolver.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemLookup;

#[async_trait]
impl Lookup for SystemLookup {
    async fn addresses(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        Ok(tokio::net::lookup_host((host, 0))
            .await?
            .map(|found| found.ip())
            .collect())
    }
}

/// Hands the connector only addresses that passed the guard.
#[derive(Clone, Debug)]
pub(super) struct GuardedResolver {
    pub(super) guard: Arc<Guard>,
    pub(super) lookup: Arc<dyn Lookup>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let Self { guard, lookup } = self.clone();
        Box::pin(async move {
            let addresses = lookup.addresses(name.as_str()).await?;
            // One address that is not public spoils the name: the connector would try them in turn.
            for address in &addresses {
                guard.check_address(name.as_str(), *address)?;
            }
            // Port 0: the connector puts in the URL's own.
            let sockets = addresses
                .into_iter()
                .map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(sockets) as Addrs)
        })
    }
}
