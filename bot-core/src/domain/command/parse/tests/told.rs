//! What people are told: errors, help and completions.

use rstest::rstest;

use super::*;

/// What somebody is told: the phrase and the values that stand in it.
#[rstest]
#[case("/noet hello", "command.unknown", &[("name", "noet")])]
#[case("/note", "command.missing_argument", &[("argument", "text"), ("usage", "/note <text>")])]
#[case("/assign  ", "command.missing_argument", &[("usage", "/assign <me|NAME|none>")])]
#[case("/priority soon", "command.wrong_option", &[("value", "soon"), ("options", "low, urgent")])]
#[case("/block tomorrow", "command.wrong_span", &[("value", "tomorrow"), ("example", "/example")])]
#[case("/block 2h please now", "command.too_many_arguments", &[("value", "please now")])]
#[case("/priority low or urgent", "command.too_many_arguments", &[("value", "or urgent")])]
#[case("/why not", "command.too_many_arguments", &[("value", "not"), ("usage", "/why")])]
fn errors_say_what_is_expected(
    #[case] line: &str,
    #[case] key: &str,
    #[case] args: &[(&str, &str)],
) {
    let error = parse(line, SPECS).expect_err(line);
    let phrase = error.phrase(Language::En);
    assert_eq!(phrase.key, key, "{line}");
    for (name, value) in args {
        assert_eq!(
            phrase.args.get(*name).and_then(|one| one.as_str()),
            Some(*value),
            "{line}"
        );
    }
}

#[test]
fn errors_speak_chinese_to_chinese_teams() {
    let error = parse("/优先级 马上", SPECS).expect_err("not a level");
    let phrase = error.phrase(Language::Zh);
    assert_eq!(phrase.args["options"], "低、紧急");
    assert_eq!(phrase.args["usage"], "/优先级 <低|紧急>");
    let error = parse("/转接", SPECS).expect_err("nobody named");
    assert_eq!(error.phrase(Language::Zh).args["argument"], "同事");
}

#[test]
fn a_misspelt_name_is_answered_with_the_nearest() {
    let near = |line: &str| match parse(line, SPECS) {
        Err(ParseError::Unknown { near, .. }) => near,
        other => panic!("{line}: {other:?}"),
    };
    assert_eq!(near("/noet hello"), ["note"]);
    assert_eq!(near("/clsoe"), ["close"]);
    assert_eq!(near("/orders/123"), Vec::<&str>::new());
}

#[test]
fn help_lists_what_one_may_use() {
    let all = help(SPECS, Language::En, &Permission::ALL);
    assert!(
        all.contains("\n/close [reason] [silent] – Does a thing\n"),
        "{all}"
    );
    assert!(all.contains("Anywhere:\n/wipe"), "{all}");
    let some = help(SPECS, Language::Zh, &[Permission::Look, Permission::Serve]);
    assert!(
        some.contains("\n/结束 [原因] [静默]（/close） – 做一件事\n"),
        "{some}"
    );
    assert!(!some.contains("wipe") && !some.contains("随处"), "{some}");
    let one = help_one(&SPECS[3], Language::En);
    assert_eq!(
        one,
        "Does a thing\n/assign <me|NAME|none>\nAlso: /转接 /转给\nExample: /example"
    );
}

#[rstest]
#[case("/", &["/note ", "/close ", "/hold ", "/assign ", "/priority ", "/block ", "/why", "/wipe"])]
#[case("/w", &["/why", "/wipe"])]
#[case("/NO", &["/note "])]
#[case("/优", &["/优先级 "])]
#[case("/優", &["/优先级 "])]
#[case("/priority ", &["/priority low ", "/priority urgent "])]
#[case("/priority u", &["/priority urgent "])]
#[case("/assign @l", &["/assign li "])]
#[case("/assign ", &["/assign me ", "/assign none ", "/assign li ", "/assign 小王 "])]
#[case("/close done s", &["/close done silent "])]
#[case("/close silent s", &[])]
#[case("/note a", &[])]
#[case("/zzz a", &[])]
#[case("hello", &[])]
#[case("", &[])]
fn completes(#[case] prefix: &str, #[case] expected: &[&str]) {
    let found = complete(prefix, SPECS, Language::En, &["li", "小王"]);
    let lines: Vec<&str> = found.iter().map(|one| one.line.as_str()).collect();
    assert_eq!(lines, expected, "{prefix}");
}

#[test]
fn completions_explain_themselves() {
    let found = complete("/优先级 紧", SPECS, Language::Zh, &[]);
    let expected = Completion {
        line: "/优先级 紧急 ".into(),
        label: "紧急".into(),
        hint: "urgent".into(),
    };
    assert_eq!(found, [expected]);
}
