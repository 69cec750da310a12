//! What an uploaded file really is: its first bytes decide, never its name or its announced type.

/// Beginnings: offset, bytes, type.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypM4A ", "audio/mp4"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
];

/// Pictures that a browser may show; everything else is only ever downloaded.
const SHOWN: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// The type of a file. Text is only ever plain: a page or a drawing with scripts is not named as one.
pub(super) fn sniff(bytes: &[u8]) -> &'static str {
    let begins = |(at, mark, _): &&(usize, &[u8], &str)| {
        bytes.get(*at..).is_some_and(|rest| rest.starts_with(mark))
    };
    if let Some((_, _, mime)) = SIGNATURES.iter().find(begins) {
        return mime;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => "text/plain",
        Ok(_) | Err(_) => "application/octet-stream",
    }
}

/// The type under which a stored file is handed to a browser.
pub(super) fn safe_type(mime: &str) -> &'static str {
    let shown = SHOWN.into_iter().find(|one| *one == mime);
    shown.unwrap_or("application/octet-stream")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide() {
        let check = |bytes: &[u8], mime: &str| assert_eq!(sniff(bytes), mime);
        check(b"\x89PNG\r\n\x1a\n....", "image/png");
        check(b"RIFF\0\0\0\0WEBPVP8 ", "image/webp");
        check(b"<svg onload=alert(1)>", "text/plain");
        check("订单号".as_bytes(), "text/plain");
        check(b"MZ\x90\0", "application/octet-stream");
        check(b"", "text/plain");
        assert_eq!(safe_type("image/svg+xml"), "application/octet-stream");
        assert_eq!(safe_type("image/png"), "image/png");
    }
}
