//! Lists and formulas in cells of a table.

/// Splits a cell at `|`; `\|` is a bar that belongs to the text.
pub(crate) fn split_list(cell: &str) -> Vec<String> {
    let mut entries = vec![String::new()];
    let mut slashes = 0;
    for c in cell.chars() {
        if c == '\\' {
            slashes += 1;
            continue;
        }
        end_slashes(&mut entries, c == '|', &mut slashes, c);
    }
    if let Some(last) = entries.last_mut() {
        last.extend(std::iter::repeat_n('\\', slashes));
    }
    let trimmed = entries.iter().map(|entry| entry.trim().to_owned());
    trimmed.filter(|entry| !entry.is_empty()).collect()
}

/// Before a bar two backslashes stand for one, and a single one keeps the bar in the text;
/// elsewhere they are what they are.
fn end_slashes(entries: &mut Vec<String>, bar: bool, slashes: &mut usize, c: char) {
    let count = std::mem::take(slashes);
    let kept = if bar { count / 2 } else { count };
    if let Some(last) = entries.last_mut() {
        last.extend(std::iter::repeat_n('\\', kept));
        if !bar || count % 2 == 1 {
            last.push(c);
            return;
        }
    }
    entries.push(String::new());
}

/// Joins a list so that [`split_list`] gives it back.
pub(crate) fn join_list(entries: &[String]) -> String {
    let mut cell = String::new();
    for (at, entry) in entries.iter().enumerate() {
        if at > 0 {
            cell.push('|');
        }
        escape(entry, at + 1 < entries.len(), &mut cell);
    }
    cell
}

fn escape(entry: &str, bar_follows: bool, cell: &mut String) {
    let mut slashes = 0;
    for c in entry.chars() {
        if c == '|' {
            cell.extend(std::iter::repeat_n('\\', slashes + 1));
        }
        slashes = if c == '\\' { slashes + 1 } else { 0 };
        cell.push(c);
    }
    if bar_follows {
        cell.extend(std::iter::repeat_n('\\', slashes));
    }
}

/// Splits tags: no tag has a comma, a semicolon or a bar.
pub(crate) fn split_tags(cell: &str) -> Vec<String> {
    cell.split(['|', ',', ';', '，', '；', '、'])
        .map(|tag| tag.trim().to_owned())
        .filter(|tag| !tag.is_empty())
        .collect()
}

/// Whether a spreadsheet would compute this cell instead of showing it.
pub(crate) fn is_formula(cell: &str) -> bool {
    let Some(body) = cell.trim_start().strip_prefix('=') else {
        return false;
    };
    let mut rest = body
        .trim_start()
        .chars()
        .skip_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$'));
    let named = body.trim_start().starts_with(|c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '$' | '"' | '(' | '+' | '-' | '@')
    });
    named
        && rest.next().is_none_or(|c| {
            matches!(
                c,
                '(' | '!' | ':' | '+' | '-' | '*' | '/' | '&' | '"' | '|' | '@'
            )
        })
}

/// Marks a cell that begins like a formula as text, with the apostrophe that spreadsheets use.
pub(crate) fn protect_formula(cell: &str) -> String {
    if begins_like_formula(cell) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Takes the apostrophe of [`protect_formula`] off again.
pub(crate) fn unprotect_formula(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if begins_like_formula(rest) => rest,
        _ => cell,
    }
}

/// An equals sign after nothing but spaces and apostrophes.
fn begins_like_formula(cell: &str) -> bool {
    cell.trim_start_matches(|c: char| c == '\'' || c.is_whitespace())
        .starts_with('=')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("a|b", &["a", "b"])]
    #[case(" a | b ||", &["a", "b"])]
    #[case("a\\|b|c", &["a|b", "c"])]
    #[case("c:\\dir|b", &["c:\\dir", "b"])]
    #[case("a\\\\|b", &["a\\", "b"])]
    #[case("", &[])]
    fn splits(#[case] cell: &str, #[case] expected: &[&str]) {
        assert_eq!(split_list(cell), expected);
    }

    #[rstest]
    #[case("=SUM(A1:A2)", true)]
    #[case("=A1", true)]
    #[case("=1+2", true)]
    #[case("=cmd|' /C calc'!A0", true)]
    #[case("= 等于号", false)]
    #[case("=) smile", false)]
    #[case("a=b", false)]
    #[case("", false)]
    fn knows_formulas(#[case] cell: &str, #[case] expected: bool) {
        assert_eq!(is_formula(cell), expected);
    }

    proptest! {
        #[test]
        fn lists_come_back(entries in prop::collection::vec("[a|\\\\退]{1,6}", 0..5)) {
            prop_assert_eq!(split_list(&join_list(&entries)), entries);
        }

        #[test]
        fn cells_come_back(cell in "['=a ]{0,6}") {
            let protected = protect_formula(&cell);
            prop_assert!(!is_formula(&protected));
            prop_assert_eq!(unprotect_formula(&protected), cell);
        }
    }
}
