//! What a misspelt name may have meant.

/// So many are offered at the most.
const OFFERED: usize = 3;
/// Longer words are not compared: nobody misspells a name into a paragraph.
const LONGEST: usize = 40;

/// The names that are nearest to a word, nearest first, at most three: those that it begins, that
/// begin it, or that lie within a third of its letters, rounded up.
#[must_use]
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let word: Vec<char> = word.to_lowercase().chars().take(LONGEST + 1).collect();
    if word.is_empty() || word.len() > LONGEST {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = names
        .into_iter()
        .filter_map(|name| Some((distance(&word, name)?, name)))
        .collect();
    near.sort_by_key(|(far, _)| *far);
    near.into_iter()
        .take(OFFERED)
        .map(|(_, name)| name)
        .collect()
}

/// How far a name lies from a word; `None` if too far to be meant.
fn distance(word: &[char], name: &str) -> Option<usize> {
    let name: Vec<char> = name.to_lowercase().chars().collect();
    let edits = edits(word, &name);
    let near = edits <= word.len().div_ceil(3) && edits < name.len().max(word.len());
    let begins = word.len() >= 2 && name.starts_with(word);
    let begun = name.len() >= 3 && word.starts_with(&name);
    match (near, begins || begun) {
        (true, _) => Some(edits),
        (false, true) => Some(word.len().abs_diff(name.len())),
        (false, false) => None,
    }
}

/// Insertions, deletions, substitutions and swaps of neighbours that lead from `a` to `b`.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let changed = last[j] + usize::from(from != to);
            let mut best = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const NAMES: &[&str] = &[
        "note", "close", "claim", "block", "unblock", "assign", "why",
    ];

    #[rstest]
    #[case("noet", &["note"])]
    #[case("not", &["note"])]
    #[case("clsoe", &["close"])]
    #[case("clame", &["close", "claim"])]
    #[case("blok", &["block"])]
    #[case("asign", &["assign"])]
    #[case("notehello", &["note"])]
    #[case("as", &["assign"])]
    #[case("wy", &["why"])]
    #[case("refund", &[])]
    #[case("x", &[])]
    #[case("", &[])]
    fn offers_what_may_be_meant(#[case] word: &str, #[case] expected: &[&str]) {
        assert_eq!(nearest(word, NAMES.iter().copied()), expected, "{word}");
    }

    #[test]
    fn the_nearest_comes_first() {
        assert_eq!(nearest("unblok", NAMES.iter().copied()), ["unblock"]);
        assert_eq!(nearest("clain", NAMES.iter().copied()), ["claim"]);
        assert_eq!(
            nearest("claze", ["claim", "close", "blaze"]),
            ["blaze", "claim", "close"]
        );
        assert_eq!(nearest("小丽", ["小李", "老王"]), ["小李"]);
    }
}
