use proptest::prelude::*;
use rstest::rstest;

use super::*;

#[rstest]
#[case("hello", "hello")]
#[case("  你好 \n", "你好")]
#[case("a\0b\u{7}c", "abc")]
#[case("a\tb", "a b")]
#[case("a\r\nb\rc\u{2028}d\u{85}e\u{b}f", "a\nb\nc\nd\ne\nf")]
#[case("gpj.\u{202e}exe", "gpj.exe")]
#[case("\u{2067}abc\u{2069}\u{200f}", "abc")]
#[case("人\u{200b}工\u{feff}", "人工")]
#[case("pa\u{ad}y\u{2060}pal", "paypal")]
#[case("hi\u{e0069}\u{e0067}\u{e006e}", "hi")]
#[case("A\u{e0100}\u{fe01}B", "AB")]
#[case("x\u{fffe}y\u{1ffff}\u{fdd0}\u{fffc}", "xy")]
#[case("👨\u{200d}👩\u{200d}👧", "👨\u{200d}👩\u{200d}👧")]
#[case("❤\u{fe0f} 1\u{fe0f}\u{20e3}", "❤\u{fe0f} 1\u{fe0f}\u{20e3}")]
#[case("می\u{200c}خواهم", "می\u{200c}خواهم")]
#[case("a\u{200d}b", "ab")]
#[case("\u{3164}\u{2800}", "")]
#[case("a\u{3164}b", "a b")]
#[case("\u{200b}\u{200b} 好", "好")]
#[case("e\u{301}", "e\u{301}")]
#[case("ไม่ได้รับ", "ไม่ได้รับ")]
fn cleans(#[case] raw: &str, #[case] expected: &str) {
    let cleaned = clean(raw, 1_000);
    assert_eq!(cleaned.text, expected);
    assert_eq!(cleaned.changed, raw != expected);
    assert!(!cleaned.truncated);
}

#[test]
fn thins_stacked_marks() {
    let raw = format!("z{}a", "\u{301}".repeat(200));
    assert_eq!(clean(&raw, 1_000).text.chars().count(), 2 + 6);
}

#[rstest]
#[case("abcdef", 3, "abc", true)]
#[case("abc", 3, "abc", false)]
#[case("abc   ", 3, "abc", false)]
#[case("abc   d", 3, "abc", true)]
#[case("\0\0abc\0", 3, "abc", false)]
#[case("ab👍🏽", 3, "ab", true)]
#[case("ae\u{301}", 2, "a", true)]
#[case("退款怎么办", 2, "退款", true)]
#[case("x", 0, "", true)]
#[case("", 0, "", false)]
fn keeps_to_the_limit(
    #[case] raw: &str,
    #[case] limit: usize,
    #[case] expected: &str,
    #[case] truncated: bool,
) {
    let cleaned = clean(raw, limit);
    assert_eq!(
        (cleaned.text.as_str(), cleaned.truncated),
        (expected, truncated)
    );
}

#[rstest]
#[case("ＡＢＣ１２３", "abc123")]
#[case("請問退貨運費誰出？", "请问退货运费谁出")]
#[case("轉人工！！！", "转人工")]
#[case("Hello,   World!", "hello, world")]
#[case("～～在嗎～", "在吗")]
#[case("「人工」", "人工")]
#[case("人 工　客 服", "人工客服")]
#[case("退款 refund 呢", "退款 refund 呢")]
#[case("人\u{200b}工", "人工")]
#[case("ｶﾞﾗｽ", "ガラス")]
#[case("ﬁne", "fine")]
#[case("𝐇𝐮𝐦𝐚𝐧", "human")]
#[case("① m² ½ ™", "① m² ½ ™")]
#[case("Cafe\u{301}", "café")]
#[case("don’t", "don't")]
#[case("#1042", "#1042")]
#[case("-5", "-5")]
#[case("a\n\n b", "a b")]
#[case("！？…", "")]
#[case("裡面", "里面")]
#[case("刪除我的資料", "删除我的资料")]
fn folds(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(fold(text), expected);
}

proptest! {
    #[test]
    fn any_text_can_be_cleaned(raw in any::<String>(), limit in 0_usize..40) {
        let cleaned = clean(&raw, limit);
        prop_assert!(cleaned.text.chars().count() <= limit);
        prop_assert_eq!(cleaned.text.trim(), &cleaned.text);
        prop_assert!(cleaned.text.chars().all(|c| c == '\n' || !c.is_control()));
    }

    #[test]
    fn cleaning_twice_changes_nothing_more(raw in any::<String>()) {
        let once = clean(&raw, 10_000);
        let twice = clean(&once.text, 10_000);
        prop_assert!(!twice.changed, "{:?} -> {:?}", once.text, twice.text);
    }

    #[test]
    fn any_text_can_be_folded(raw in any::<String>()) {
        let folded = fold(&raw);
        prop_assert!(!folded.contains("  "));
        prop_assert_eq!(folded.trim(), &folded);
    }

    #[test]
    fn folding_latin_twice_changes_nothing_more(raw in "[ -~！-～éß]{0,40}") {
        let folded = fold(&raw);
        prop_assert_eq!(fold(&folded), folded);
    }
}

#[test]
fn a_file_name_shows_its_file_and_nothing_else() {
    for (raw, expected) in [
        ("photo.png", "photo.png"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Users\\li\\账单.pdf", "C__Users_li_账单.pdf"),
        ("two\nlines\u{7}.txt", "two lines.txt"),
        ("evil\u{202e}gnp.exe", "evilgnp.exe"),
        (".hidden", "hidden"),
        ("...", ""),
        ("", ""),
    ] {
        assert_eq!(file_name(raw), expected, "{raw:?}");
    }
}

#[test]
fn a_long_file_name_keeps_its_ending() {
    let name = file_name(&format!("{}.xlsx", "长".repeat(300)));
    assert_eq!(name.chars().count(), 120);
    assert!(name.ends_with("长.xlsx"), "{name}");
    let odd = file_name(&format!("a.{}", "b".repeat(300)));
    assert_eq!(odd.chars().count(), 120);
}

proptest::proptest! {
    #[test]
    fn no_file_name_leads_anywhere(raw in "\\PC{0,200}|.{0,200}") {
        let name = file_name(&raw);
        proptest::prop_assert!(name.chars().count() <= 120);
        proptest::prop_assert!(!name.chars().any(|c| c.is_control() || "/\\:".contains(c)));
        proptest::prop_assert!(!name.starts_with('.'));
    }
}
