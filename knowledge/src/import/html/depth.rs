//! How deep a page is nested, before it is parsed: the parser's time grows with the square of it.

/// Pages are nested so deep at most; what people write is not a tenth of it.
const DEEPEST: usize = 1_000;
/// Elements that hold nothing, or end by themselves where the next one begins.
const ENDING: &[&str] = &[
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "option", "p", "param", "source", "td", "th", "tr", "track", "wbr",
];
/// Elements that hold text only.
const RAW: &[&str] = &["script", "style", "textarea", "title"];

/// Whether a page is nested deeper than it should be.
pub(super) fn is_too_deep(page: &str) -> bool {
    let (mut depth, mut rest) = (0_usize, page);
    while let Some((_, after)) = rest.split_once('<') {
        rest = after;
        let is_end = after.starts_with('/');
        let name = name(after.trim_start_matches('/'));
        if name.is_empty() || ENDING.contains(&name.as_str()) {
            continue;
        }
        match is_end {
            true => depth = depth.saturating_sub(1),
            false if RAW.contains(&name.as_str()) => rest = behind(after, &name),
            false => depth += 1,
        }
        if depth > DEEPEST {
            return true;
        }
    }
    false
}

fn name(tag: &str) -> String {
    let letters = tag.chars().take_while(char::is_ascii_alphanumeric);
    letters.take(20).collect::<String>().to_ascii_lowercase()
}

/// What stands behind the end of an element that holds text only.
fn behind<'p>(page: &'p str, name: &str) -> &'p str {
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("</") {
        if self::name(after) == name {
            return after;
        }
        rest = after;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_nests_counts() {
        assert!(!is_too_deep(&"<p>text<br><img src=x>".repeat(5_000)));
        assert!(!is_too_deep(&"<div>x</div>".repeat(5_000)));
        let script = format!("<script>{}</script>", "'<div>'".repeat(5_000));
        assert!(!is_too_deep(&script));
        assert!(is_too_deep(&"<div>".repeat(1_001)));
        assert!(is_too_deep(&"<B><i>".repeat(501)));
    }
}
