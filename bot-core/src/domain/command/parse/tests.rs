mod told;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::domain::command::{
    CommandPlace, Completion, Parameter, ParameterSort, Permission, Wording, complete, help,
    help_one,
};
use crate::domain::language::Language;
use crate::domain::time::{DAY, HOUR, MINUTE};

const fn spec(
    name: &'static str,
    aliases: &'static [&'static str],
    parameters: &'static [Parameter],
) -> CommandSpec {
    CommandSpec {
        name,
        aliases,
        parameters,
        permission: Permission::Serve,
        place: CommandPlace::Thread,
        summary_zh: "做一件事",
        summary_en: "Does a thing",
        example_zh: "/例子",
        example_en: "/example",
    }
}

const URGENCIES: &[Wording] = &[
    Wording {
        name: "low",
        name_zh: "低",
        others: &[],
    },
    Wording {
        name: "urgent",
        name_zh: "紧急",
        others: &["加急"],
    },
];

const SPECS: &[CommandSpec] = &[
    spec(
        "note",
        &["n", "备注"],
        &[Parameter::required("text", "内容", ParameterSort::Rest)],
    ),
    spec(
        "close",
        &["结束"],
        &[
            Parameter::optional("reason", "原因", ParameterSort::Rest),
            Parameter::flag("silent", "静默"),
        ],
    ),
    spec(
        "hold",
        &["挂起"],
        &[
            Parameter::optional("reason", "原因", ParameterSort::Rest),
            Parameter::optional("duration", "时长", ParameterSort::Span),
        ],
    ),
    spec(
        "assign",
        &["转接", "转给"],
        &[Parameter::required("agent", "同事", ParameterSort::Agent)],
    ),
    spec(
        "priority",
        &["优先级"],
        &[Parameter::required(
            "level",
            "级别",
            ParameterSort::OneOf(URGENCIES),
        )],
    ),
    spec(
        "block",
        &["拉黑"],
        &[
            Parameter::optional("duration", "时长", ParameterSort::Span),
            Parameter::flag("forever", "永久"),
        ],
    ),
    spec("why", &["依据"], &[]),
    CommandSpec {
        permission: Permission::Administer,
        place: CommandPlace::Anywhere,
        ..spec("wipe", &[], &[])
    },
];

fn read(line: &str) -> Parsed<'static> {
    parse(line, SPECS).unwrap_or_else(|error| panic!("{line}: {error}"))
}

#[rstest]
#[case("/note the customer is in a hurry", "the customer is in a hurry")]
#[case("  ／note hello", "hello")]
#[case("、note hello", "hello")]
#[case("\\note hello", "hello")]
#[case("/NOTE hello", "hello")]
#[case("／ｎｏｔｅ　hello", "hello")]
#[case("/note　全角空格", "全角空格")]
#[case("/note: hello", "hello")]
#[case("/note客户很急", "客户很急")]
#[case("/备注客户很急", "客户很急")]
#[case("、备注 客户很急", "客户很急")]
#[case("／备注：客户很急", "客户很急")]
#[case("/備註客户很急", "客户很急")]
#[case("/n short", "short")]
#[case("/note@shop_desk_bot hello", "hello")]
#[case("/note@li hello", "@li hello")]
#[case("/note \"quoted\"", "\"quoted\"")]
#[case("/note two\n  lines ", "two\n  lines")]
#[case("/note  30m silent", "30m silent")]
fn free_text_stays_as_it_was_typed(#[case] line: &str, #[case] text: &str) {
    let parsed = read(line);
    assert_eq!(
        (parsed.spec.name, parsed.text("text")),
        ("note", Some(text)),
        "{line}"
    );
}

#[rstest]
#[case("/close", None, false)]
#[case("/close refunded", Some("refunded"), false)]
#[case("/close refunded silent", Some("refunded"), true)]
#[case("/close silent refunded twice", Some("refunded twice"), true)]
#[case("/close --silent", None, true)]
#[case("/close SILENT", None, true)]
#[case("/close \"customer went silent\"", Some("customer went silent"), false)]
#[case("/close \"silent\"", Some("silent"), false)]
#[case("/close was silent for days", Some("was silent for days"), false)]
#[case("/结束", None, false)]
#[case("/结束已退款", Some("已退款"), false)]
#[case("/结束静默", None, true)]
#[case("/结束 已退款　静默", Some("已退款"), true)]
#[case("/結束 靜默 已退款", Some("已退款"), true)]
#[case("/结束 “客户 静默”", Some("客户 静默"), false)]
fn flags_stand_at_either_end(
    #[case] line: &str,
    #[case] reason: Option<&str>,
    #[case] silent: bool,
) {
    let parsed = read(line);
    assert_eq!(
        (parsed.text("reason"), parsed.has("silent")),
        (reason, silent),
        "{line}"
    );
}

#[rstest]
#[case("/hold", None, None)]
#[case("/hold 2h", None, Some(2 * HOUR))]
#[case("/hold waiting for parts", Some("waiting for parts"), None)]
#[case("/hold waiting for parts 2h", Some("waiting for parts"), Some(2 * HOUR))]
#[case("/hold 30m waiting for parts", Some("waiting for parts"), Some(30 * MINUTE))]
#[case("/hold waiting 3 days", Some("waiting"), Some(3 * DAY))]
#[case("/hold waited 2h for nothing", Some("waited 2h for nothing"), None)]
#[case("/hold order 2", Some("order 2"), None)]
#[case("/hold \"2h\"", Some("2h"), None)]
#[case("/挂起2小时 等配件", Some("等配件"), Some(2 * HOUR))]
#[case("/挂起 等配件 30分钟", Some("等配件"), Some(30 * MINUTE))]
#[case("/挂起 等客户 1 天", Some("等客户"), Some(DAY))]
#[case("/掛起 等客戶 １天", Some("等客戶"), Some(DAY))]
fn spans_stand_at_either_end(
    #[case] line: &str,
    #[case] reason: Option<&str>,
    #[case] ms: Option<i64>,
) {
    let parsed = read(line);
    assert_eq!(
        (parsed.text("reason"), parsed.span("duration")),
        (reason, ms),
        "{line}"
    );
}

#[rstest]
#[case("/assign me", Person::Me)]
#[case("/assign ME", Person::Me)]
#[case("/转接我", Person::Me)]
#[case("/转接 自己", Person::Me)]
#[case("/assign none", Person::Nobody)]
#[case("/转接 无", Person::Nobody)]
#[case("/assign li", Person::Named("li".into()))]
#[case("/assign @li", Person::Named("li".into()))]
#[case("/转给小李", Person::Named("小李".into()))]
#[case("/转接 ＠小李", Person::Named("小李".into()))]
#[case("/轉接 小李", Person::Named("小李".into()))]
#[case("/assign Anna Li", Person::Named("Anna Li".into()))]
#[case("/assign \"Anna Li\"", Person::Named("Anna Li".into()))]
fn people_are_named(#[case] line: &str, #[case] person: Person) {
    assert_eq!(read(line).person("agent"), Some(&person), "{line}");
}

#[rstest]
#[case("/priority urgent", "urgent")]
#[case("/priority Urgent!", "urgent")]
#[case("/优先级紧急", "urgent")]
#[case("/優先級 緊急", "urgent")]
#[case("/优先级 加急", "urgent")]
#[case("/priority 低", "low")]
fn one_of_several_words(#[case] line: &str, #[case] level: &str) {
    assert_eq!(read(line).text("level"), Some(level), "{line}");
}

#[rstest]
#[case("/block", None, false)]
#[case("/block 2h", Some(2 * HOUR), false)]
#[case("/block 2 hours", Some(2 * HOUR), false)]
#[case("/block forever", None, true)]
#[case("/拉黑 7天", Some(7 * DAY), false)]
#[case("/拉黑永久", None, true)]
fn spans_without_free_text(#[case] line: &str, #[case] ms: Option<i64>, #[case] forever: bool) {
    let parsed = read(line);
    assert_eq!(
        (parsed.span("duration"), parsed.has("forever")),
        (ms, forever),
        "{line}"
    );
}

#[rstest]
#[case("hello")]
#[case("")]
#[case("/")]
#[case("/ 5 pieces")]
#[case("/5")]
#[case("1/2")]
#[case("/退款")]
#[case("、然后呢")]
fn what_is_no_command(#[case] line: &str) {
    assert_eq!(parse(line, SPECS), Err(ParseError::NoCommand), "{line}");
    assert_eq!(after_mark(line), None, "{line}");
}

fn line() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "/",
        "／",
        "、",
        "\\",
        "note",
        "备注",
        "備註",
        "结束",
        "挂起",
        "block",
        "assign",
        "优先级",
        " ",
        "\u{3000}",
        "\n",
        "\"",
        "“",
        "”",
        "「",
        "」",
        "silent",
        "静默",
        "2h",
        "2",
        "小时",
        "半",
        "十",
        "@",
        "bot",
        ":",
        "：",
        "--",
        "客户",
        "é",
        "👩‍👩‍👧",
        "\u{202e}",
        "\0",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn never_panics(text in "\\PC*", woven in line()) {
        for line in [text, woven] {
            for language in Language::ALL {
                if let Err(error) = parse(&line, SPECS) {
                    drop((error.phrase(language), error.to_string()));
                }
                drop(complete(&line, SPECS, language, &["li"]));
            }
            drop(words(&line));
        }
    }

    #[test]
    fn parser_and_mark_agree_on_what_is_a_command(line in line()) {
        let is_command = !matches!(parse(&line, SPECS), Err(ParseError::NoCommand));
        prop_assert_eq!(is_command, after_mark(&line).is_some());
    }

    #[test]
    fn a_note_keeps_every_character(text in "[^\\s:：,，@][^\\s]*( [^\\s]+){0,5}") {
        let line = format!("/note {text}");
        let parsed = parse(&line, SPECS);
        prop_assert_eq!(parsed.as_ref().ok().and_then(|one| one.text("text")), Some(text.trim()));
    }

    #[test]
    fn words_cover_their_part_of_the_line(line in line()) {
        let mut end = 0;
        for word in words(&line) {
            prop_assert!(end <= word.start && word.start < word.end);
            let written = line.get(word.start..word.end).expect("at character boundaries");
            prop_assert!(written.contains(&word.text));
            end = word.end;
        }
    }
}
