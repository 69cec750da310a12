use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use rstest::rstest;

use super::{Claim, Headers, SecretError, Secrets, TOLERANCE_MS, VerifyError};

/// The example of the specification and of its reference libraries.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP: &str = "1614265330";
const NOW_MS: i64 = 1_614_265_330_000;
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn secrets(texts: &[&str]) -> Secrets {
    Secrets::parse(texts.iter().copied()).expect("secrets")
}

fn other_secret() -> String {
    format!("whsec_{}", STANDARD.encode([7_u8; 32]))
}

fn check(
    secrets: &Secrets,
    headers: &Headers,
    body: &[u8],
    now_ms: i64,
) -> Result<(), VerifyError> {
    let claim = Claim::parse(
        Some(&headers.id),
        Some(&headers.timestamp),
        Some(&headers.signature),
    )?;
    claim.check_age(now_ms)?;
    secrets.verify(&claim, body)
}

fn headers(id: &str, timestamp: &str, signature: &str) -> Headers {
    Headers {
        id: id.to_owned(),
        timestamp: timestamp.to_owned(),
        signature: signature.to_owned(),
    }
}

#[test]
fn signs_the_example_of_the_specification() {
    let signed = secrets(&[SECRET]).sign(ID, NOW_MS, BODY);
    assert_eq!(signed, headers(ID, TIMESTAMP, SIGNATURE));
}

#[rstest]
#[case::exact(TIMESTAMP, SIGNATURE, Ok(()))]
#[case::among_others(TIMESTAMP, "v1,AAAA v1a,hnO3f9T8Ytu9 v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", Ok(()))]
#[case::of_another_body(
    TIMESTAMP,
    "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    Err(VerifyError::Mismatch)
)]
#[case::cut_short(
    TIMESTAMP,
    "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1O",
    Err(VerifyError::Mismatch)
)]
#[case::empty_entry(TIMESTAMP, "v1,", Err(VerifyError::Mismatch))]
#[case::zeros(
    TIMESTAMP,
    "v1,\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    Err(VerifyError::Mismatch)
)]
#[case::other_time("1614265331", SIGNATURE, Err(VerifyError::Mismatch))]
fn verifies(
    #[case] timestamp: &str,
    #[case] signature: &str,
    #[case] expected: Result<(), VerifyError>,
) {
    assert_eq!(
        check(
            &secrets(&[SECRET]),
            &headers(ID, timestamp, signature),
            BODY,
            NOW_MS
        ),
        expected
    );
}

#[rstest]
#[case::only_asymmetric("v1a,hnO3f9T8Ytu9")]
#[case::no_version("g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
#[case::other_version("v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")]
#[case::empty("")]
#[case::nine("v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a v1,a")]
fn refuses_a_malformed_signature_header(#[case] signature: &str) {
    let outcome = check(
        &secrets(&[SECRET]),
        &headers(ID, TIMESTAMP, signature),
        BODY,
        NOW_MS,
    );
    assert!(
        matches!(
            outcome,
            Err(VerifyError::Malformed {
                header: "webhook-signature",
                ..
            })
        ),
        "{outcome:?}"
    );
}

#[rstest]
#[case("")]
#[case("now")]
#[case("+161426533")]
#[case("-161426533")]
#[case("0161426533")]
#[case("1614265330.5")]
#[case("1614265330000")]
#[case("99999999999999999999999999")]
#[case("١٦١٤٢٦٥٣٣٠")]
fn refuses_a_malformed_timestamp(#[case] timestamp: &str) {
    let outcome = check(
        &secrets(&[SECRET]),
        &headers(ID, timestamp, SIGNATURE),
        BODY,
        NOW_MS,
    );
    assert!(
        matches!(
            outcome,
            Err(VerifyError::Malformed {
                header: "webhook-timestamp",
                ..
            })
        ),
        "{outcome:?}"
    );
}

#[rstest]
#[case::on_the_second(0, Ok(()))]
#[case::five_minutes_old(TOLERANCE_MS, Ok(()))]
#[case::older(TOLERANCE_MS + 1, Err(VerifyError::Stale))]
#[case::five_minutes_ahead(-TOLERANCE_MS, Ok(()))]
#[case::further_ahead(-TOLERANCE_MS - 1, Err(VerifyError::Future))]
#[case::ages_ago(i64::MAX, Err(VerifyError::Stale))]
fn holds_to_the_tolerance(#[case] age_ms: i64, #[case] expected: Result<(), VerifyError>) {
    let now_ms = NOW_MS.saturating_add(age_ms);
    assert_eq!(
        check(
            &secrets(&[SECRET]),
            &headers(ID, TIMESTAMP, SIGNATURE),
            BODY,
            now_ms
        ),
        expected
    );
}

#[rstest]
#[case(None, Some(TIMESTAMP), Some(SIGNATURE), "webhook-id")]
#[case(Some(ID), None, Some(SIGNATURE), "webhook-timestamp")]
#[case(Some(ID), Some(TIMESTAMP), None, "webhook-signature")]
fn names_the_missing_header(
    #[case] id: Option<&str>,
    #[case] timestamp: Option<&str>,
    #[case] signature: Option<&str>,
    #[case] missing: &'static str,
) {
    assert_eq!(
        Claim::parse(id, timestamp, signature).err(),
        Some(VerifyError::Missing(missing))
    );
}

#[rstest]
#[case::plain("msg_1", true)]
#[case::a_float_of_seconds("m-1764000000.1234567", true)]
#[case::empty("", false)]
#[case::moves_the_boundary("msg_1.1764000000", false)]
#[case::moves_it_inside("msg_1.1764000000.x", false)]
fn guards_the_boundary_of_the_id(#[case] id: &str, #[case] accepted: bool) {
    assert_eq!(
        Claim::parse(Some(id), Some(TIMESTAMP), Some(SIGNATURE)).is_ok(),
        accepted
    );
}

#[test]
fn a_signed_upload_is_not_a_message_of_another_id() {
    let secrets = secrets(&[SECRET]);
    let message = br#"{"id":"evil"}"#;
    let upload = [b"1614265331.".as_slice(), message].concat();
    let signed = secrets.sign(ID, NOW_MS, &upload);
    let moved = headers(
        &format!("{ID}.{}", signed.timestamp),
        "1614265331",
        &signed.signature,
    );
    assert!(matches!(
        check(&secrets, &moved, message, NOW_MS),
        Err(VerifyError::Malformed { .. })
    ));
}

#[test]
fn several_secrets_are_in_force_during_a_rotation() {
    let (old, new) = (other_secret(), SECRET);
    let (before, during, after) = (secrets(&[&old]), secrets(&[new, &old]), secrets(&[new]));
    for sender in [&before, &during, &after] {
        assert_eq!(
            check(&during, &sender.sign(ID, NOW_MS, BODY), BODY, NOW_MS),
            Ok(())
        );
    }
    for receiver in [&before, &after] {
        assert_eq!(
            check(receiver, &during.sign(ID, NOW_MS, BODY), BODY, NOW_MS),
            Ok(())
        );
    }
    let retired = check(&after, &before.sign(ID, NOW_MS, BODY), BODY, NOW_MS);
    assert_eq!(retired, Err(VerifyError::Mismatch));
}

#[rstest]
#[case::blank("  ", SecretError::Missing)]
#[case::bare("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix)]
#[case::not_base64("whsec_***", SecretError::Encoding)]
#[case::empty("whsec_", SecretError::Length(0))]
#[case::short("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", SecretError::Length(23))]
fn refuses_a_poor_secret(#[case] text: &str, #[case] expected: SecretError) {
    assert_eq!(Secrets::parse([text]).err(), Some(expected));
}

#[test]
fn refuses_no_secret_and_a_key_beyond_64_bytes() {
    assert_eq!(Secrets::parse([]).err(), Some(SecretError::Missing));
    let long = format!("whsec_{}", STANDARD.encode([1_u8; 65]));
    assert_eq!(
        Secrets::parse([long.as_str()]).err(),
        Some(SecretError::Length(65))
    );
}

#[test]
fn shows_no_key_in_debug_output() {
    assert_eq!(format!("{:?}", secrets(&[SECRET])), "Secrets(1 hidden)");
}

/// Flips one bit of a text, where the result is still a text.
fn flip(text: &str, bit: usize) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let at = bit % (bytes.len() * 8);
    if let Some(byte) = bytes.get_mut(at / 8) {
        *byte ^= 1 << (at % 8);
    }
    String::from_utf8(bytes).ok()
}

proptest! {
    #[test]
    fn what_was_signed_verifies(id in "[a-zA-Z0-9_-]{1,64}", body: Vec<u8>, now in 1_000_000_000_i64..9_999_999_999) {
        let secrets = secrets(&[SECRET]);
        prop_assert_eq!(check(&secrets, &secrets.sign(&id, now * 1_000, &body), &body, now * 1_000), Ok(()));
    }

    #[test]
    fn one_flipped_bit_is_refused(body in prop::collection::vec(any::<u8>(), 1..200), part in 0..4_usize, bit: usize) {
        let secrets = secrets(&[SECRET]);
        let mut headers = secrets.sign(ID, NOW_MS, &body);
        let mut body = body;
        match part {
            0 => headers.id = flip(&headers.id, bit).unwrap_or_default(),
            1 => headers.timestamp = flip(&headers.timestamp, bit).unwrap_or_default(),
            2 => headers.signature = flip(&headers.signature, bit).unwrap_or_default(),
            _ => {
                let at = bit % (body.len() * 8);
                body[at / 8] ^= 1 << (at % 8);
            }
        }
        prop_assert!(check(&secrets, &headers, &body, NOW_MS).is_err());
    }

    #[test]
    fn strange_headers_are_refused_without_a_panic(id: String, timestamp: String, signature: String, now: i64) {
        prop_assert!(check(&secrets(&[SECRET]), &headers(&id, &timestamp, &signature), BODY, now).is_err());
    }
}
