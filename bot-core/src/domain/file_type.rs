//! What bytes really are.

/// Without a known beginning, this much decides whether it is text.
const TEXT_PROBE_BYTES: usize = 4_096;
const OCTETS: &str = "application/octet-stream";
const PLAIN: &str = "text/plain";
const HTML: &str = "text/html";
const SVG: &str = "image/svg+xml";
const XML: &str = "text/xml";
const ZIP: &str = "application/zip";

/// Beginnings that are told apart by fixed bytes: offset, bytes, type.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"\0\0\x01\0", "image/x-icon"),
    (0, b"%PDF-", "application/pdf"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"#!SILK_V3", "audio/silk"),
    (1, b"#!SILK_V3", "audio/silk"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"MZ", "application/x-msdownload"),
    (0, b"\x7fELF", "application/x-elf"),
    (
        0,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "application/x-ole-storage",
    ),
    (0, b"{\\rtf", "application/rtf"),
];

/// Brands of the `ftyp` box that are not plain films.
const BRANDS: &[(&[u8], &str)] = &[
    (b"avif", "image/avif"),
    (b"heic", "image/heic"),
    (b"heix", "image/heic"),
    (b"mif1", "image/heif"),
    (b"M4A ", "audio/mp4"),
    (b"qt  ", "video/quicktime"),
    (b"3gp4", "video/3gpp"),
    (b"3gp5", "video/3gpp"),
];

/// First elements that a browser would run as a page.
const HTML_TAGS: &[&str] = &[
    "<!doctype html",
    "<html",
    "<head",
    "<body",
    "<script",
    "<iframe",
    "<h1",
    "<div",
    "<font",
    "<table",
    "<a",
    "<style",
    "<title",
    "<b",
    "<br",
    "<p",
    "<img",
    "<link",
    "<meta",
    "<form",
    "<object",
    "<embed",
];

/// The endings that belong to a type; the first is the one we give.
const ENDINGS: &[(&str, &[&str])] = &[
    ("image/png", &["png"]),
    ("image/jpeg", &["jpg", "jpeg", "jpe", "jfif"]),
    ("image/gif", &["gif"]),
    ("image/webp", &["webp"]),
    ("image/bmp", &["bmp"]),
    ("image/tiff", &["tif", "tiff"]),
    ("image/avif", &["avif"]),
    ("image/heic", &["heic"]),
    ("image/heif", &["heif"]),
    (SVG, &["svg"]),
    (HTML, &["html", "htm", "xhtml"]),
    (XML, &["xml"]),
    ("application/pdf", &["pdf"]),
    (
        ZIP,
        &[
            "zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "apk", "jar",
        ],
    ),
    ("application/gzip", &["gz", "tgz"]),
    ("application/x-7z-compressed", &["7z"]),
    ("application/vnd.rar", &["rar"]),
    ("application/x-msdownload", &["exe", "dll"]),
    (
        "application/x-ole-storage",
        &["doc", "xls", "ppt", "msg", "msi"],
    ),
    ("audio/mpeg", &["mp3"]),
    ("audio/ogg", &["ogg", "oga", "opus", "ogv"]),
    ("audio/wav", &["wav"]),
    ("audio/flac", &["flac"]),
    ("audio/mp4", &["m4a", "mp4"]),
    ("audio/amr", &["amr"]),
    ("video/mp4", &["mp4", "m4v", "m4a"]),
    ("video/quicktime", &["mov", "qt"]),
    ("video/webm", &["webm", "mkv"]),
    ("video/x-msvideo", &["avi"]),
    ("video/3gpp", &["3gp"]),
];

/// The type of a file by its bytes; `application/octet-stream` when nothing is known of them.
#[must_use]
pub fn sniff(bytes: &[u8]) -> &'static str {
    // A byte-order mark of UTF-16 says text; zeros are part of it then.
    if matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) {
        return PLAIN;
    }
    by_signature(bytes)
        .or_else(|| by_container(bytes))
        .unwrap_or_else(|| by_text(bytes))
}

/// Whether a browser may show it in its own place: pictures, sound and film that cannot hold a script.
#[must_use]
pub fn is_safe_inline(mime: &str) -> bool {
    let pictures = [
        "image/png",
        "image/jpeg",
        "image/gif",
        "image/webp",
        "image/avif",
        "image/bmp",
    ];
    pictures.contains(&mime) || mime.starts_with("audio/") || mime.starts_with("video/")
}

/// The type to go by, when the sender announced one and the bytes say another: what the bytes say, unless
/// they leave open what the sender tells (a table is text, a document is a ZIP file) and that is harmless.
#[must_use]
pub fn settle(announced: &str, found: &str) -> String {
    let plain = announced
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    let is_refined = match found {
        PLAIN => [
            "text/csv",
            "text/markdown",
            "text/tab-separated-values",
            "application/json",
        ]
        .contains(&plain.as_str()),
        ZIP => {
            plain.starts_with("application/vnd.openxmlformats-")
                || plain.starts_with("application/vnd.oasis.")
        }
        "video/webm" => plain == "audio/webm",
        "video/mp4" => plain == "audio/mp4",
        "audio/ogg" => plain == "video/ogg",
        _ => false,
    };
    if is_refined { plain } else { found.to_owned() }
}

/// A name whose ending does not lie about the type: `cat.png` that is a page becomes `cat.png.html`.
#[must_use]
pub fn honest_name(name: &str, mime: &str) -> String {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default();
    let own = endings_of(mime);
    if own.contains(&ending.as_str()) || (own.is_empty() && !is_known(&ending)) {
        return name.to_owned();
    }
    let fitting = own
        .first()
        .copied()
        .unwrap_or(if mime.starts_with("text/") {
            "txt"
        } else {
            "bin"
        });
    format!("{name}.{fitting}")
}

/// The type that a name's ending promises; `application/octet-stream` when it promises nothing.
#[must_use]
pub fn promised_by(name: &str) -> &'static str {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase())
        .unwrap_or_default();
    let known = ENDINGS
        .iter()
        .find(|(_, endings)| endings.contains(&ending.as_str()));
    known.map_or(OCTETS, |(mime, _)| mime)
}

fn endings_of(mime: &str) -> &'static [&'static str] {
    ENDINGS
        .iter()
        .find(|(known, _)| *known == mime)
        .map_or(&[], |(_, endings)| endings)
}

fn is_known(ending: &str) -> bool {
    ENDINGS.iter().any(|(_, endings)| endings.contains(&ending))
}

fn by_signature(bytes: &[u8]) -> Option<&'static str> {
    let fits =
        |at: usize, begin: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(begin));
    let riff = bytes.starts_with(b"RIFF");
    SIGNATURES
        .iter()
        .find(|(at, begin, _)| {
            fits(*at, begin) && (*at != 8 || riff) && (begin.len() > 2 || has_zeros(bytes))
        })
        .map(|(_, _, mime)| *mime)
}

/// Two letters alone are no proof: "BMW is broken" is a text.
fn has_zeros(bytes: &[u8]) -> bool {
    bytes.iter().take(64).any(|byte| *byte == 0)
}

fn by_container(bytes: &[u8]) -> Option<&'static str> {
    if bytes.get(4..8) == Some(b"ftyp") {
        let brand = bytes.get(8..12).unwrap_or_default();
        return Some(
            BRANDS
                .iter()
                .find(|(known, _)| *known == brand)
                .map_or("video/mp4", |(_, mime)| mime),
        );
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return Some(ZIP);
    }
    // The frame header of MPEG audio: eleven set bits, then a layer that exists.
    match bytes {
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0 => Some("audio/mpeg"),
        _ => None,
    }
}

fn by_text(bytes: &[u8]) -> &'static str {
    let probe = bytes.get(..TEXT_PROBE_BYTES).unwrap_or(bytes);
    let text = String::from_utf8_lossy(probe).to_ascii_lowercase();
    let begin = text.trim_start_matches('\u{feff}').trim_start();
    if let Some(mime) = begin.starts_with('<').then(|| by_markup(begin)).flatten() {
        return mime;
    }
    let is_control = |byte: &u8| *byte < 0x20 && !b"\t\n\r\x0c\x1b".contains(byte);
    if bytes.is_empty() || probe.iter().any(is_control) {
        OCTETS
    } else {
        PLAIN
    }
}

/// Anything in which a browser might find a script counts as a page or a drawing.
fn by_markup(begin: &str) -> Option<&'static str> {
    if begin.contains("<svg") {
        return Some(SVG);
    }
    let opens = |tag: &&str| -> bool {
        let rest = begin.strip_prefix(*tag);
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_alphanumeric()))
    };
    if HTML_TAGS.iter().any(opens) || ["<html", "<script"].iter().any(|tag| begin.contains(tag)) {
        return Some(HTML);
    }
    if begin.starts_with("<!--") {
        return Some(HTML);
    }
    begin.starts_with("<?xml").then_some(XML)
}

#[cfg(test)]
mod tests;
