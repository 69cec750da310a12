//! `[server]`: where the one HTTP listener stands.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use ipnet::IpNet;
use url::Url;

use crate::config::keys::Keys;

/// The listener.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The address that is listened on; port 0 takes any free one.
    pub listen: SocketAddr,
    /// How the outside reaches it: the base of links and of platforms' callbacks.
    pub public_url: Option<Url>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
}

impl Server {
    /// The base of links, without a slash at its end: the public one, or where we listen.
    #[must_use]
    pub fn address(&self) -> String {
        let public = self.public_url.as_ref().map(ToString::to_string);
        let url = public.unwrap_or_else(|| format!("http://{}", self.listen));
        url.trim_end_matches('/').to_owned()
    }
}

pub(super) fn read(mut keys: Keys<'_>) -> Server {
    let server = Server {
        listen: keys
            .parsed("listen", address)
            .unwrap_or_else(|| SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
        public_url: keys.url("public_url"),
        trusted_proxies: proxies(&mut keys),
    };
    keys.finish();
    server
}

fn address(text: &str) -> Result<SocketAddr, (String, String)> {
    text.parse().map_err(|_| {
        (
            "is not an address with a port".to_owned(),
            "write for example \"127.0.0.1:8080\", or \"0.0.0.0:8080\" for all networks".to_owned(),
        )
    })
}

fn proxies(keys: &mut Keys<'_>) -> Vec<IpNet> {
    let mut nets = Vec::new();
    for text in keys.list("trusted_proxies") {
        match network(&text) {
            Some(net) => nets.push(net),
            None => keys.problem(
                "trusted_proxies",
                format!("{text:?} is neither an address nor a network"),
                "write for example \"127.0.0.1\" or \"10.0.0.0/8\"",
            ),
        }
    }
    nets
}

/// `10.0.0.0/8`, or one address.
fn network(text: &str) -> Option<IpNet> {
    let one = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse().ok().or_else(one)
}
