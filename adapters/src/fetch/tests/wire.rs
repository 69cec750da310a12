//! Real connections: 127.0.0.2 stands for the public internet, 127.0.0.1 for what must stay closed.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use rstest::rstest;

use super::server::{Server, ok, redirect};
use crate::fetch::{Allowed, FetchLimits, Fetcher, GetError, Guard, Lookup, Poster, Refusal};

const OUTSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);
const INSIDE: Ipv4Addr = Ipv4Addr::LOCALHOST;

/// A name server that gives the first answer once and then the next ones: rebinding with a TTL of 0.
#[derive(Debug)]
struct Scripted {
    answers: Vec<Vec<Ipv4Addr>>,
    asked: AtomicUsize,
}

#[async_trait]
impl Lookup for Scripted {
    async fn addresses(&self, _host: &str) -> io::Result<Vec<IpAddr>> {
        let turn = self
            .asked
            .fetch_add(1, Ordering::SeqCst)
            .min(self.answers.len() - 1);
        Ok(self.answers[turn].iter().copied().map(IpAddr::V4).collect())
    }
}

fn fetcher(ports: &[u16], answers: &[&[Ipv4Addr]], limits: FetchLimits) -> Fetcher {
    let guard = Guard::new(&[Allowed::Net(IpAddr::V4(OUTSIDE).into())], ports);
    let answers = answers.iter().map(|answer| answer.to_vec()).collect();
    let lookup = Arc::new(Scripted {
        answers,
        asked: AtomicUsize::new(0),
    });
    Fetcher::with_lookup(guard, limits, lookup).expect("a fetcher")
}

fn quick() -> FetchLimits {
    FetchLimits {
        bytes: 1_000,
        total: Duration::from_secs(5),
        redirects: 3,
    }
}

#[tokio::test]
async fn fetches_a_file_and_names_what_it_is() {
    let server = Server::start(OUTSIDE, |_| ok(b"<!doctype html><script>alert(1)</script>"));
    let fetched = fetcher(&[], &[&[OUTSIDE]], quick())
        .get(&server.url("/cat.png"))
        .await
        .expect("a file");
    assert_eq!(fetched.mime, "text/html");
    assert_eq!(fetched.bytes.len(), 40);
}

#[rstest]
#[case::alone(&[INSIDE], false)]
#[case::among_public_ones(&[OUTSIDE, INSIDE], false)]
#[case::a_public_name(&[OUTSIDE], true)]
#[tokio::test]
async fn a_name_with_one_closed_address_is_not_connected_to(
    #[case] addresses: &[Ipv4Addr],
    #[case] open: bool,
) {
    let server = Server::start(OUTSIDE, |_| ok(b"hello"));
    let port = server.address.port();
    let outcome = fetcher(&[port], &[addresses], quick())
        .get(&format!("http://files.example:{port}/"))
        .await;
    assert_eq!(outcome.is_ok(), open, "{outcome:?}");
    if !open {
        assert_eq!(
            outcome,
            Err(GetError::Refused(Refusal::NotPublic(
                "files.example".to_owned()
            )))
        );
    }
    assert_eq!(server.connections(), usize::from(open));
}

#[tokio::test]
async fn a_name_that_is_rebound_between_two_calls_is_refused() {
    let inside = Server::start(INSIDE, |_| ok(b"secret"));
    let port = inside.address.port();
    let outside = std::net::TcpListener::bind((OUTSIDE, port)).expect("the same port");
    drop(outside);
    let fetcher = fetcher(&[port], &[&[OUTSIDE], &[INSIDE]], quick());
    let url = format!("http://rebind.example:{port}/");
    // The first answer leads to a closed port, the second to the inside: neither gets anywhere.
    assert!(matches!(
        fetcher.get(&url).await,
        Err(GetError::Temporary(_))
    ));
    assert!(matches!(
        fetcher.get(&url).await,
        Err(GetError::Refused(Refusal::NotPublic(_)))
    ));
    assert_eq!(inside.connections(), 0);
}

#[rstest]
#[case::literally("http://127.0.0.1:{port}/")]
#[case::in_hex("http://0x7f.1:{port}/")]
#[case::mapped("http://[::ffff:127.0.0.1]:{port}/")]
#[case::without_scheme("//127.0.0.1:{port}/")]
#[case::by_name("http://inside.example:{port}/")]
#[tokio::test]
async fn a_redirect_inwards_is_refused(#[case] target: &str) {
    let inside = Server::start(INSIDE, |_| ok(b"secret"));
    let port = inside.address.port();
    let target = target.replace("{port}", &port.to_string());
    let outside = Server::start(OUTSIDE, move |_| redirect(&target));
    let outcome = fetcher(&[port], &[&[INSIDE]], quick())
        .get(&outside.url("/"))
        .await;
    assert!(
        matches!(outcome, Err(GetError::Refused(Refusal::NotPublic(_)))),
        "{outcome:?}"
    );
    assert_eq!((outside.connections(), inside.connections()), (1, 0));
}

#[rstest]
#[case::file("file:///etc/passwd", Refusal::Scheme)]
#[case::port("http://8.8.8.8:6379/", Refusal::Port(6379))]
#[case::credentials("http://a:b@8.8.8.8/", Refusal::Credentials)]
#[tokio::test]
async fn a_redirect_is_judged_like_a_first_address(
    #[case] target: &'static str,
    #[case] expected: Refusal,
) {
    let outside = Server::start(OUTSIDE, move |_| redirect(target));
    let outcome = fetcher(&[], &[&[OUTSIDE]], quick())
        .get(&outside.url("/"))
        .await;
    assert_eq!(outcome, Err(GetError::Refused(expected)));
}

#[rstest]
#[case::three("/3", true)]
#[case::four("/4", false)]
#[tokio::test]
async fn follows_three_redirects(#[case] path: &str, #[case] arrives: bool) {
    let server = Server::start(OUTSIDE, |path| {
        match path.trim_start_matches('/').parse::<u32>() {
            Ok(left @ 1..) => redirect(&format!("/{}", left - 1)),
            _ => ok(b"here"),
        }
    });
    let outcome = fetcher(&[], &[&[OUTSIDE]], quick())
        .get(&server.url(path))
        .await;
    assert_eq!(outcome.is_ok(), arrives);
    if !arrives {
        assert_eq!(outcome, Err(GetError::Redirects(3)));
    }
}

#[rstest]
#[case::announced("HTTP/1.1 200 OK\r\ncontent-length: 2000000000\r\n\r\n")]
#[case::unannounced("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n")]
#[tokio::test]
async fn stops_at_the_largest_size(#[case] head: &'static str) {
    let server = Server::start(OUTSIDE, move |_| {
        [head.as_bytes(), &vec![b'a'; 100_000]].concat()
    });
    let outcome = fetcher(&[], &[&[OUTSIDE]], quick())
        .get(&server.url("/"))
        .await;
    assert_eq!(outcome, Err(GetError::TooLarge(1_000)));
}

#[tokio::test]
async fn does_not_unpack_what_the_server_packed() {
    let packed = b"\x1f\x8b\x08\0\0\0\0\0\0\x03";
    let server = Server::start(OUTSIDE, |_| {
        let head =
            b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 10\r\n\r\n".as_slice();
        [head, packed].concat()
    });
    let fetched = fetcher(&[], &[&[OUTSIDE]], quick())
        .get(&server.url("/"))
        .await
        .expect("a file");
    assert_eq!(
        (fetched.bytes.as_slice(), fetched.mime.as_str()),
        (packed.as_slice(), "application/gzip")
    );
}

#[rstest]
#[case(404, GetError::Status(404))]
#[case(403, GetError::Status(403))]
#[case(204, GetError::Status(204))]
#[case(500, GetError::Temporary("the server answered 500".to_owned()))]
#[case(429, GetError::Temporary("the server answered 429".to_owned()))]
#[tokio::test]
async fn tells_the_final_from_the_temporary(#[case] status: u16, #[case] expected: GetError) {
    let server = Server::start(OUTSIDE, move |_| {
        format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n").into_bytes()
    });
    assert_eq!(
        fetcher(&[], &[&[OUTSIDE]], quick())
            .get(&server.url("/"))
            .await,
        Err(expected)
    );
}

#[tokio::test]
async fn gives_up_at_the_deadline() {
    // Accepts connections in its backlog, and never answers.
    let silent = std::net::TcpListener::bind((OUTSIDE, 0)).expect("a free port");
    let limits = FetchLimits {
        total: Duration::from_millis(50),
        ..quick()
    };
    let url = format!("http://{}/", silent.local_addr().expect("its address"));
    let outcome = fetcher(&[], &[&[OUTSIDE]], limits).get(&url).await;
    assert!(
        matches!(outcome, Err(GetError::Temporary(_))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_post_follows_no_redirect_and_reads_how_long_to_wait() {
    let elsewhere = Server::start(INSIDE, |_| ok(b""));
    let target = elsewhere.url("/");
    let moved = Server::start(INSIDE, move |_| redirect(&target));
    let poster = Poster::new(&moved.url("/replies"), Duration::from_secs(5)).expect("a poster");
    assert_eq!(
        poster
            .post(HeaderMap::new(), b"{}".to_vec())
            .await
            .expect("an answer")
            .status,
        302
    );
    assert_eq!(elsewhere.connections(), 0);

    let busy = Server::start(INSIDE, |_| {
        b"HTTP/1.1 503 X\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n".to_vec()
    });
    let poster = Poster::new(&busy.url("/replies"), Duration::from_secs(5)).expect("a poster");
    assert_eq!(
        poster
            .post(HeaderMap::new(), Vec::new())
            .await
            .expect("an answer")
            .retry_after,
        Some(7)
    );
}

#[rstest]
#[case("ftp://example.com")]
#[case("example.com/replies")]
#[case("")]
fn a_poster_needs_a_web_address(#[case] url: &str) {
    assert!(Poster::new(url, Duration::from_secs(1)).is_err());
}
