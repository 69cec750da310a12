//! What files really are.

use proptest::prelude::*;
use rstest::rstest;

use crate::domain::file_type::{honest_name, is_safe_inline, settle, sniff};

#[rstest]
#[case(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "image/png")]
#[case(b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg")]
#[case(b"GIF89a\x01\0", "image/gif")]
#[case(b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp")]
#[case(b"RIFF\x24\0\0\0WAVEfmt ", "audio/wav")]
#[case(b"\0\0\0\x18ftypmp42\0\0", "video/mp4")]
#[case(b"\0\0\0\x1cftypavif\0\0", "image/avif")]
#[case(b"\0\0\0\x1cftypM4A \0\0", "audio/mp4")]
#[case(b"OggS\0\x02", "audio/ogg")]
#[case(b"ID3\x04\0", "audio/mpeg")]
#[case(b"\xff\xfb\x90\x44", "audio/mpeg")]
#[case(b"#!AMR\n", "audio/amr")]
#[case(b"\x02#!SILK_V3", "audio/silk")]
#[case(b"%PDF-1.7\n", "application/pdf")]
#[case(b"PK\x03\x04\x14\0", "application/zip")]
#[case(b"MZ\x90\0\x03\0", "application/x-msdownload")]
#[case(b"MZ is a prefix", "text/plain")]
#[case(b"BMW is broken", "text/plain")]
#[case(b"<!DOCTYPE html><p>", "text/html")]
#[case(b"\xef\xbb\xbf \n <HTML>", "text/html")]
#[case(b"<!-- x --><script>alert(1)</script>", "text/html")]
#[case(b"<ScRiPt>", "text/html")]
#[case(
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='x'/>",
    "image/svg+xml"
)]
#[case(b"<?xml version='1.0'?><!-- c --><svg/>", "image/svg+xml")]
#[case(b"<?xml version='1.0'?><note/>", "text/xml")]
#[case(b"<abbr>", "text/plain")]
#[case("退款怎么办？".as_bytes(), "text/plain")]
#[case(b"id,question\n1,a", "text/plain")]
#[case(b"\xff\xfeh\0i\0", "text/plain")]
#[case(b"\x01\x02\x03\x04", "application/octet-stream")]
#[case(b"", "application/octet-stream")]
fn sniffs(#[case] bytes: &[u8], #[case] expected: &str) {
    assert_eq!(sniff(bytes), expected);
}

#[rstest]
#[case("image/png", true)]
#[case("video/mp4", true)]
#[case("image/svg+xml", false)]
#[case("text/html", false)]
#[case("text/xml", false)]
#[case("application/pdf", false)]
#[case("text/plain", false)]
fn only_what_cannot_hold_a_script_is_shown_inline(#[case] mime: &str, #[case] safe: bool) {
    assert_eq!(is_safe_inline(mime), safe);
}

#[rstest]
#[case::a_lie("image/png", "text/html", "text/html")]
#[case::with_parameters("image/svg+xml; x", "image/svg+xml", "image/svg+xml")]
#[case::a_table("text/csv; charset=utf-8", "text/plain", "text/csv")]
#[case::a_page_as_text("text/html", "text/plain", "text/plain")]
#[case::a_document(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)]
#[case::not_a_document("application/pdf", "application/zip", "application/zip")]
#[case::nothing_said("", "image/jpeg", "image/jpeg")]
fn settles_on_a_type(#[case] announced: &str, #[case] found: &str, #[case] expected: &str) {
    assert_eq!(settle(announced, found), expected);
}

#[rstest]
#[case("cat.png", "image/png", "cat.png")]
#[case("cat.JPEG", "image/jpeg", "cat.JPEG")]
#[case("cat.png", "text/html", "cat.png.html")]
#[case("cat.png", "application/x-msdownload", "cat.png.exe")]
#[case("report.pdf", "text/plain", "report.pdf.txt")]
#[case("notes.log", "text/plain", "notes.log")]
#[case("table.xlsx", "application/zip", "table.xlsx")]
#[case("photo", "image/png", "photo.png")]
#[case("猫.gif", "image/webp", "猫.gif.webp")]
#[case("data.bin", "application/octet-stream", "data.bin")]
#[case("cat.png", "application/octet-stream", "cat.png.bin")]
fn a_file_that_lies_is_named_as_what_it_is(
    #[case] name: &str,
    #[case] mime: &str,
    #[case] expected: &str,
) {
    assert_eq!(honest_name(name, mime), expected);
}

proptest! {
    #[test]
    fn any_bytes_have_a_type_and_an_honest_name_is_stable(bytes: Vec<u8>, name in "\\PC{0,20}") {
        let mime = sniff(&bytes);
        let named = honest_name(&name, mime);
        prop_assert_eq!(honest_name(&named, mime), named.clone());
    }
}
