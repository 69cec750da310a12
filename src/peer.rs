//! Who is in front of us: the address of a visitor behind proxies that are trusted.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use admin::console::PeerAddress;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use ipnet::IpNet;

const FORWARDED_FOR: &str = "x-forwarded-for";

/// Tells every route the address that the last trusted proxy saw.
pub(crate) async fn tell(
    State(trusted): State<Arc<[IpNet]>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(ConnectInfo(peer)) = peer {
        let address = address_of(peer.ip(), request.headers(), &trusted);
        request.extensions_mut().insert(PeerAddress(address));
    }
    next.run(request).await
}

/// The list is read from its end, which is what the nearest proxy wrote; what stands before an
/// untrusted hop could be anything.
fn address_of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let peer = peer.to_canonical();
    let trusts = |address: IpAddr| trusted.iter().any(|net| net.contains(&address));
    if !trusts(peer) {
        return peer;
    }
    let lists = headers.get_all(FORWARDED_FOR).iter();
    let lists: Vec<&str> = lists.filter_map(|list| list.to_str().ok()).collect();
    let hops = lists.iter().rev().flat_map(|list| list.rsplit(','));
    let mut hops = hops.map_while(|hop| hop.trim().parse::<IpAddr>().ok());
    hops.find(|hop| !trusts(hop.to_canonical())).unwrap_or(peer)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn seen(peer: &str, lists: &[&'static str]) -> String {
        let trusted = [
            "127.0.0.0/8".parse().unwrap(),
            "10.0.0.0/8".parse().unwrap(),
        ];
        let mut headers = HeaderMap::new();
        for list in lists {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(list));
        }
        address_of(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn a_stranger_is_who_it_is_whatever_it_says() {
        assert_eq!(seen("192.0.2.9", &["198.51.100.1"]), "192.0.2.9");
    }

    #[test]
    fn the_last_hop_that_is_no_proxy_of_ours_is_the_visitor() {
        let check = |lists: &[&'static str], address: &str| {
            assert_eq!(seen("127.0.0.1", lists), address, "{lists:?}");
        };
        check(&["198.51.100.1"], "198.51.100.1");
        check(&["8.8.8.8, 198.51.100.1, 10.1.2.3"], "198.51.100.1");
        check(&["8.8.8.8", "198.51.100.1"], "198.51.100.1");
        check(&[], "127.0.0.1");
        check(&["198.51.100.1, nonsense"], "127.0.0.1");
        check(&["10.1.2.3"], "127.0.0.1");
    }

    #[test]
    fn an_ipv4_address_in_ipv6_clothes_is_trusted_too() {
        assert_eq!(seen("::ffff:127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }
}
