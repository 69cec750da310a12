use rstest::rstest;

use super::*;

#[rstest]
#[case("/note x", Some("note x"))]
#[case("  ／close", Some("close"))]
#[case("、备注 x", Some("备注 x"))]
#[case("\\undo", Some("undo"))]
#[case("/撤回", Some("撤回"))]
#[case("/撤回上一条", Some("撤回上一条"))]
#[case("/優先級 高", Some("優先級 高"))]
#[case("/ｎｏｔｅ", Some("ｎｏｔｅ"))]
#[case("/misspelt", Some("misspelt"))]
#[case("/orders/123 is yours", Some("orders/123 is yours"))]
#[case("/退款", None)]
#[case("/ note", None)]
#[case("//", None)]
#[case("", None)]
fn a_mark_needs_a_name(#[case] line: &str, #[case] expected: Option<&str>) {
    assert_eq!(after_mark(line), expected, "{line}");
}
