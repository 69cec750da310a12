//! Which addresses may be called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::Url;

/// Ports where files are served; others are only reached on hosts that the operator allowed.
const DEFAULT_PORTS: [u16; 4] = [80, 443, 8080, 8443];
/// Longer ones are not links to files.
const MAX_URL_BYTES: usize = 2_048;

/// What is not the public internet in IPv4: IANA's special-purpose registry, multicast, the reserved
/// block, and the address at which one large cloud serves its metadata.
const NOT_PUBLIC_V4: [Ipv4Net; 17] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(168, 63, 129, 16, 32),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 52, 193, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// Everything public in IPv6 lies in here …
const GLOBAL_V6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);
/// … except protocol assignments (Teredo and ORCHID among them), documentation, and 6to4, which wraps
/// an IPv4 address that a relay would unwrap.
const NOT_PUBLIC_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23),
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32),
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16),
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20),
];
/// NAT64: a network without IPv4 reaches the last four bytes through it.
const NAT64: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

/// Something the operator allows although it is not public: `10.1.0.0/16`, `127.0.0.1` or `files.lan`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(try_from = "String")]
pub enum Allowed {
    /// Addresses.
    Net(IpNet),
    /// A name, whatever it resolves to.
    Host(String),
}

/// Decides which URLs and addresses may be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    nets: Vec<IpNet>,
    hosts: Vec<String>,
    ports: Vec<u16>,
}

/// An address that is not called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read as an address.
    #[error("this is not a web address")]
    NotAUrl,
    /// It is not fetched over HTTP.
    #[error("only http and https addresses are fetched")]
    Scheme,
    /// It carries a user name or a password.
    #[error("an address with a user name or password is not fetched")]
    Credentials,
    /// Its port is not one of those in the settings.
    #[error("port {0} is not fetched from")]
    Port(u16),
    /// It is, or resolves to, an address that is not public.
    #[error("{0} is not a public address")]
    NotPublic(String),
}

impl FromStr for Allowed {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(net) = text.parse::<IpNet>() {
            return Ok(Self::Net(net.trunc()));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Net(address.into()));
        }
        let named = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if text.is_empty() || !text.bytes().all(named) {
            return Err("an address, a network such as 10.1.0.0/16, or a host name is needed");
        }
        Ok(Self::Host(plain_host(text)))
    }
}

impl TryFrom<String> for Allowed {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl Default for Guard {
    fn default() -> Self {
        Self::new(&[], &DEFAULT_PORTS)
    }
}

impl Guard {
    /// Public addresses on these ports, and what the operator allows on any port. No ports: the usual ones.
    #[must_use]
    pub fn new(allowed: &[Allowed], ports: &[u16]) -> Self {
        let ports = if ports.is_empty() {
            &DEFAULT_PORTS
        } else {
            ports
        };
        let mut guard = Self {
            nets: Vec::new(),
            hosts: Vec::new(),
            ports: ports.to_vec(),
        };
        for one in allowed {
            match one {
                Allowed::Net(net) => guard.nets.push(*net),
                Allowed::Host(host) => guard.hosts.push(host.clone()),
            }
        }
        guard
    }

    /// Reads a URL and checks what can be seen in it. A name is only known to be harmless once
    /// [`Guard::check_address`] has seen every address that it resolves to.
    ///
    /// # Errors
    /// When it must not be called.
    pub fn check_url(&self, url: &str) -> Result<Url, Refusal> {
        if url.len() > MAX_URL_BYTES {
            return Err(Refusal::NotAUrl);
        }
        let url = Url::parse(url).map_err(|_| Refusal::NotAUrl)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refusal::Scheme);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Refusal::Credentials);
        }
        self.check_host(&url)?;
        Ok(url)
    }

    fn check_host(&self, url: &Url) -> Result<(), Refusal> {
        let host = url.host_str().ok_or(Refusal::NotAUrl)?;
        let port = url.port_or_known_default().ok_or(Refusal::NotAUrl)?;
        // The parser has already turned 0x7f.1 and 2130706433 into 127.0.0.1.
        let literal = host.trim_matches(['[', ']']).parse::<IpAddr>().ok();
        let listed = literal.map_or_else(|| self.allows_host(host), |address| self.lists(address));
        if listed {
            return Ok(());
        }
        if !self.ports.contains(&port) {
            return Err(Refusal::Port(port));
        }
        literal.map_or(Ok(()), |address| self.check_address(host, address))
    }

    /// Whether an address that `host` stands for may be connected to.
    ///
    /// # Errors
    /// [`Refusal::NotPublic`].
    pub fn check_address(&self, host: &str, address: IpAddr) -> Result<(), Refusal> {
        if is_public(address) || self.lists(address) || self.allows_host(host) {
            Ok(())
        } else {
            Err(Refusal::NotPublic(host.to_owned()))
        }
    }

    fn lists(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.nets.iter().any(|net| net.contains(&address))
    }

    fn allows_host(&self, host: &str) -> bool {
        let host = plain_host(host);
        self.hosts.contains(&host)
    }
}

/// Whether an address belongs to the public internet.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !NOT_PUBLIC_V4.iter().any(|net| net.contains(&address))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    if NAT64.contains(&address) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    GLOBAL_V6.contains(&address) && !NOT_PUBLIC_V6.iter().any(|net| net.contains(&address))
}

fn plain_host(host: &str) -> String {
    host.trim_end_matches('.').to_ascii_lowercase()
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(parts: [u16; 8], prefix: u8) -> Ipv6Net {
    let [a, b, c, d, e, f, g, h] = parts;
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), prefix)
}
