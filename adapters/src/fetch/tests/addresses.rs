//! A corpus of addresses, in all the spellings that a URL parser takes.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;
use rstest::rstest;

use crate::fetch::guard::is_public;
use crate::fetch::{Allowed, Guard, Refusal};

/// Hosts that are literally, or in another spelling, an address that is not public.
const NOT_PUBLIC: &[&str] = &[
    // this machine, in every spelling
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0x7f.1",
    "0x7f000001",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.0x1",
    "127.0.0.1.",
    "127。0。0。1",
    "１２７.0.0.1",
    "①②⑦.0.0.1",
    "%31%32%37.0.0.1",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "0.1.2.3",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    // cloud metadata
    "169.254.169.254",
    "0xa9fea9fe",
    "2852039166",
    "0251.0376.0251.0376",
    "[::ffff:169.254.169.254]",
    "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    // private networks
    "10.0.0.0",
    "10.0.0.1",
    "10.255.255.255",
    "0xa000001",
    "167772161",
    "012.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "192.168.255.255",
    "192.168.1",
    "3232235777",
    "[::ffff:10.0.0.1]",
    "[::ffff:192.168.1.1]",
    "[fc00::1]",
    "[fd12:3456:789a::1]",
    "[fec0::1]",
    // carriers, links, tests, documentation
    "100.64.0.1",
    "100.127.255.255",
    "169.254.0.1",
    "[fe80::1]",
    "[febf::1]",
    "198.18.0.1",
    "198.19.255.255",
    "192.0.2.1",
    "198.51.100.7",
    "203.0.113.9",
    "[2001:db8::1]",
    "[3fff::1]",
    "[2001:2::1]",
    // protocol assignments and tunnels that wrap an address
    "192.0.0.1",
    "192.0.0.170",
    "192.88.99.1",
    "192.52.193.1",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2002:808:808::1]",
    "[2001::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001:10::1]",
    "[2001:20::1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]",
    "[64:ff9b::169.254.169.254]",
    "[64:ff9b:1::1]",
    "[100::1]",
    "[5f00::1]",
    // multicast, broadcast, reserved
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "4294967295",
    "0xffffffff",
    "[ff02::1]",
    "[ff0e::1]",
    "[ffff::1]",
    "[4000::1]",
    "[::2]",
    "[1::1]",
];

const PUBLIC: &[&str] = &[
    "8.8.8.8",
    "1.1.1.1",
    "0x8.8.8.8",
    "134744072",
    "9.255.255.255",
    "11.0.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.255.255",
    "192.169.0.1",
    "198.17.255.255",
    "198.20.0.1",
    "223.255.255.255",
    "[2606:4700:4700::1111]",
    "[2001:4860:4860::8888]",
    "[2400:3200::1]",
    "[::ffff:8.8.8.8]",
    "[64:ff9b::8.8.8.8]",
    "example.com",
    "xn--fiqs8s.example",
];

#[test]
fn refuses_every_spelling_of_an_address_that_is_not_public() {
    for host in NOT_PUBLIC {
        for url in [
            format!("http://{host}/"),
            format!("https://{host}:443/a?b=c"),
            format!("HTTP://{host}:8080"),
        ] {
            let outcome = Guard::default().check_url(&url);
            assert!(
                matches!(outcome, Err(Refusal::NotPublic(_) | Refusal::NotAUrl)),
                "{url}: {outcome:?}"
            );
        }
    }
}

#[test]
fn lets_public_addresses_through() {
    for host in PUBLIC {
        let outcome = Guard::default().check_url(&format!("https://{host}/file"));
        assert!(outcome.is_ok(), "{host}: {outcome:?}");
    }
}

#[rstest]
#[case("ftp://example.com/a", Refusal::Scheme)]
#[case("file:///etc/passwd", Refusal::Scheme)]
#[case("gopher://example.com/", Refusal::Scheme)]
#[case("data:text/html,hello", Refusal::Scheme)]
#[case("javascript:alert(1)", Refusal::Scheme)]
#[case("http://user@example.com/", Refusal::Credentials)]
#[case("http://user:word@example.com/", Refusal::Credentials)]
#[case("http://example.com:22/", Refusal::Port(22))]
#[case("http://8.8.8.8:6379/", Refusal::Port(6379))]
#[case("http://127.0.0.1:22/", Refusal::Port(22))]
#[case("/etc/passwd", Refusal::NotAUrl)]
#[case("http://", Refusal::NotAUrl)]
#[case("http://1.2.3.4.5/", Refusal::NotAUrl)]
#[case("http://[::1", Refusal::NotAUrl)]
#[case("http://[fe80::1%25eth0]/", Refusal::NotAUrl)]
#[case("", Refusal::NotAUrl)]
fn refuses_what_is_no_web_address(#[case] url: &str, #[case] expected: Refusal) {
    assert_eq!(Guard::default().check_url(url), Err(expected));
}

#[test]
fn refuses_an_endless_address() {
    let url = format!("https://example.com/{}", "a".repeat(3_000));
    assert_eq!(Guard::default().check_url(&url), Err(Refusal::NotAUrl));
}

#[rstest]
#[case::hidden_behind_a_name("http://example.com@127.0.0.1/")]
#[case::backslash("http://127.0.0.1\\@example.com/")]
#[case::tabs_and_newlines("http://127.0\n.0.\t1/")]
#[case::no_slashes("http:127.0.0.1")]
#[case::fragment("http://127.0.0.1#@example.com/")]
#[case::query("http://127.0.0.1?@example.com/")]
fn is_not_fooled_by_the_shape_of_the_address(#[case] url: &str) {
    assert!(Guard::default().check_url(url).is_err(), "{url}");
}

fn allowing(allowed: &[&str]) -> Guard {
    let allowed: Vec<Allowed> = allowed
        .iter()
        .map(|one| one.parse().expect("allowed"))
        .collect();
    Guard::new(&allowed, &[])
}

#[rstest]
#[case::the_address(&["127.0.0.1"], "http://127.0.0.1:9000/", true)]
#[case::its_other_spelling(&["127.0.0.1"], "http://[::ffff:127.0.0.1]:9000/", true)]
#[case::its_neighbour(&["127.0.0.1"], "http://127.0.0.2/", false)]
#[case::the_network(&["10.1.2.3/16"], "http://10.1.255.255/", true)]
#[case::another_network(&["10.1.0.0/16"], "http://10.2.0.0/", false)]
#[case::version_six(&["fd00::/8"], "http://[fd12::1]:81/", true)]
#[case::the_host(&["Files.LAN"], "http://files.lan.:9000/", true)]
#[case::another_host(&["files.lan"], "http://evil.files.lan:9000/", false)]
fn opens_what_the_operator_allows(#[case] allowed: &[&str], #[case] url: &str, #[case] open: bool) {
    assert_eq!(allowing(allowed).check_url(url).is_ok(), open);
}

#[rstest]
#[case("")]
#[case("http://files.lan")]
#[case("10.0.0.0/33")]
#[case("files.lan:80")]
#[case("*")]
fn an_allowance_that_means_nothing_is_an_error(#[case] text: &str) {
    assert!(text.parse::<Allowed>().is_err());
}

#[test]
fn an_allowed_host_may_have_any_address_and_others_not() {
    let guard = allowing(&["files.lan"]);
    let inside = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 7));
    assert!(guard.check_address("FILES.lan", inside).is_ok());
    assert_eq!(
        guard.check_address("evil.example", inside),
        Err(Refusal::NotPublic("evil.example".to_owned()))
    );
}

proptest! {
    /// Against the arithmetic of the standard library.
    #[test]
    fn agrees_with_the_standard_library(bits: u32) {
        let address = Ipv4Addr::from(bits);
        let [first, second, ..] = address.octets();
        let known = address.is_private() || address.is_loopback() || address.is_link_local() || address.is_multicast()
            || address.is_broadcast() || address.is_documentation() || address.is_unspecified()
            || first == 0 || first >= 240 || (first == 100 && second & 0xc0 == 64) || (first == 198 && second & 0xfe == 18);
        if known {
            prop_assert!(!is_public(IpAddr::V4(address)));
        }
        prop_assert_eq!(is_public(IpAddr::V4(address)), is_public(IpAddr::V6(address.to_ipv6_mapped())));
    }

    #[test]
    fn outside_global_unicast_nothing_is_public(bits: u128) {
        let address = Ipv6Addr::from(bits);
        let global = address.octets()[0] >> 5 == 1;
        if !global && address.to_ipv4_mapped().is_none() && address.segments()[..2] != [0x64, 0xff9b] {
            prop_assert!(!is_public(IpAddr::V6(address)));
        }
    }

    #[test]
    fn any_number_in_any_base_is_the_address_it_stands_for(bits: u32) {
        let expected = is_public(IpAddr::V4(Ipv4Addr::from(bits)));
        for host in [format!("{bits}"), format!("0x{bits:x}"), format!("0{bits:o}"), Ipv4Addr::from(bits).to_string()] {
            let outcome = Guard::default().check_url(&format!("http://{host}/"));
            prop_assert_eq!(outcome.is_ok(), expected, "{}", host);
        }
    }

    #[test]
    fn strange_addresses_make_no_panic(url: String) {
        drop(Guard::default().check_url(&url));
        drop(Guard::default().check_url(&format!("http://{url}/")));
    }
}
