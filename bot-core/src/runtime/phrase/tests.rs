use std::fs;
use std::path::Path;

use proptest::prelude::*;
use rstest::rstest;

use super::*;

const ZH: &str = include_str!("../../../phrases/zh.toml");
const EN: &str = include_str!("../../../phrases/en.toml");

fn said(phrase: &Phrase) -> (String, String) {
    let book = Phrasebook::built_in();
    (
        book.render(phrase, Language::Zh),
        book.render(phrase, Language::En),
    )
}

fn table(file: &str) -> BTreeMap<String, String> {
    let entries = entries(file);
    let count = entries.len();
    let table: BTreeMap<_, _> = entries.into_iter().collect();
    assert_eq!(table.len(), count, "a key stands twice");
    assert!(count > 200);
    table
}

#[test]
fn both_languages_have_the_same_keys_and_variables() {
    let (zh, en) = (table(ZH), table(EN));
    let keys = |table: &BTreeMap<String, String>| table.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&zh), keys(&en));
    for (key, words) in &zh {
        let both = (template::variables(words), template::variables(&en[key]));
        assert_eq!(both.0, both.1, "{key}");
    }
}

#[test]
fn every_phrase_is_parsed_and_renders_with_all_and_with_no_values() {
    let book = Phrasebook::built_in();
    let table = table(ZH);
    assert_eq!(book.keys().count(), table.len());
    for (key, language) in table
        .keys()
        .flat_map(|key| Language::ALL.map(|one| (key, one)))
    {
        let mut phrase = Phrase::new(key);
        let blank = book.render(&phrase, language);
        assert_ne!(&blank, key, "it does not render without values");
        for variable in book.variables(key).unwrap() {
            phrase = phrase.with(variable, "x");
        }
        let full = book.render(&phrase, language);
        assert!(!full.trim().is_empty(), "{key}");
        assert!(!blank.contains(['{', '}']), "{key}: {blank}");
        assert!(!full.contains(['{', '}']), "{key}: {full}");
        assert!(!full.contains("  "), "{key}: {full}");
        assert_eq!(full.trim(), full, "{key}");
    }
}

/// Chinese for Chinese: no half-width comma or full stop after a Han character.
#[test]
fn punctuation_fits_the_language() {
    for (key, words) in table(ZH) {
        let chars: Vec<char> = words.chars().collect();
        let mixed = chars.windows(2).find(|pair| {
            crate::domain::text::is_han(pair[0]) && matches!(pair[1], ',' | ';' | '?' | '!')
        });
        assert_eq!(mixed, None, "{key}: {words}");
    }
    for (key, words) in table(EN) {
        let foreign = words
            .chars()
            .find(|c| crate::domain::text::is_han(*c) || "，。；：？！".contains(*c));
        assert_eq!(foreign, None, "{key}: {words}");
    }
}

#[rstest]
#[case(
    Phrase::new("first_words").with("desk", "小店"),
    "您好，我是小店的自动客服，常见问题马上答；回复「人工」找真人。",
    "Hi, I'm 小店's automated assistant. Ask away, or reply \"human\"."
)]
#[case(
    Phrase::new("handoff.open_hours").with("number", 1042),
    "已为您转接人工客服，工单 #1042。",
    "I've passed you to our team; your ticket is #1042."
)]
#[case(
    Phrase::new("handoff.open_hours"),
    "已为您转接人工客服。",
    "I've passed you to our team."
)]
#[case(
    Phrase::new("handoff.closed_hours").with("number", 1042).with("hours", "9:00–21:00").with("opens", "09:00"),
    "客服 9:00–21:00 在线。工单 #1042 已记下，上班后回复您；可继续补充，常见问题我随时能答。",
    "Our team is back at 09:00. Ticket #1042 is saved; add details any time. I still answer common questions."
)]
#[case(
    Phrase::new("urgent.opened"),
    "很抱歉，已标为紧急并转交主管。",
    "I'm sorry. This is marked urgent and passed to a supervisor."
)]
#[case(
    Phrase::new("media.unreadable"),
    "图片/语音已收到，但我还看不懂，请用一句话说明，或回复「人工」。",
    "Got it, but I can't read pictures or voice yet. Tell me in a sentence, or reply \"human\"."
)]
#[case(
    Phrase::new("choices.none"),
    "以上都不是，转人工",
    "None of these, get a person"
)]
#[case(Phrase::new("mark.automatic"), "自动回复", "Automatic")]
#[case(Phrase::new("button.send"), "发给客户", "Send")]
#[case(
    Phrase::new("handoff.open_hours_queue").with("number", 7).with("ahead", 1),
    "已为您转接人工客服，工单 #7。前面还有 1 位。",
    "I've passed you to our team. Your ticket is #7; 1 person is ahead of you."
)]
#[case(
    Phrase::new("ticket.priority").with("priority", "urgent"),
    "优先级：🔴 紧急",
    "Priority: 🔴 urgent"
)]
#[case(
    Phrase::new("command.unknown").with("name", "clsoe").with("nearest", "/close"),
    "没有 /clsoe 这个命令，没有发给客户。您是想用：/close？输入 /help 看全部。",
    "There is no /clsoe; nothing went to the customer. Did you mean /close? /help lists all commands."
)]
#[case(
    Phrase::new("delivery.dead").with("reason", Phrase::new("reason.platform").with("detail", "403")),
    "❌ 没有送达：平台报错：403。",
    "❌ Not delivered: the platform says: 403."
)]
fn says(#[case] phrase: Phrase, #[case] zh: &str, #[case] en: &str) {
    assert_eq!(said(&phrase), (zh.to_owned(), en.to_owned()));
}

#[rstest]
#[case("{{7*7}}")]
#[case("{% for i in range(end=9) %}x{% endfor %}")]
#[case("{{ get_env(name=\"PATH\") }}")]
#[case("<b>&\"'")]
#[case("{\"phrase\": \"urgent.opened\", \"args\": {}}")]
fn values_are_never_templates(#[case] evil: &str) {
    let phrase = Phrase::new("delivery.dead").with("reason", evil);
    assert_eq!(said(&phrase).0, format!("❌ 没有送达：{evil}。"));
}

#[test]
fn phrases_within_phrases_end_somewhere() {
    let mut phrase = Phrase::new("reason.forbidden");
    for _ in 0..50 {
        phrase = Phrase::new("delivery.dead").with("reason", phrase);
    }
    assert!(said(&phrase).1.starts_with("❌ Not delivered: ❌"));
}

#[test]
fn an_unknown_key_is_shown_as_it_is() {
    assert_eq!(said(&Phrase::new("no.such")).0, "no.such");
}

fn with(key: &str, words: &str) -> Result<Phrasebook, Vec<PhraseError>> {
    Phrasebook::with_overrides(vec![(Language::Zh, key.to_owned(), words.to_owned())])
}

#[test]
fn operators_put_their_own_words_in_place() {
    let book = with("survey.thanks", "感谢！").unwrap();
    let phrase = Phrase::new("survey.thanks");
    assert_eq!(book.render(&phrase, Language::Zh), "感谢！");
    assert_eq!(
        book.render(&phrase, Language::En),
        "Thank you for the rating."
    );
    let book = with(
        "handoff.open_hours",
        "{% if number > 99 %}多{% else %}少{% endif %}{{ number }}",
    )
    .unwrap();
    let phrase = Phrase::new("handoff.open_hours").with("number", 100);
    assert_eq!(book.render(&phrase, Language::Zh), "多100");
}

#[test]
fn an_override_that_fails_gives_way_to_the_built_in_words() {
    let book = with("handoff.open_hours", "{{ number * 2 }}").unwrap();
    let number = |value: Value| {
        let phrase = Phrase::new("handoff.open_hours").with("number", value);
        book.render(&phrase, Language::Zh)
    };
    assert_eq!(number(json!(21)), "42");
    assert_eq!(number(json!("seven")), "已为您转接人工客服，工单 #seven。");
}

#[rstest]
#[case("handof.open_hours", "x", "do you mean \"handoff.open_hours\"")]
#[case("survey.thanks", "{{ desk }}", "no variable \"desk\"")]
#[case("survey.thanks", "{{ ", "expected")]
#[case("survey.thanks", "{% if %}", "expected")]
#[case(
    "survey.thanks",
    "{% for i in range(end=1000000000) %}x{% endfor %}",
    "\"for\""
)]
#[case("survey.thanks", "{% include \"zh/survey.thanks\" %}", "\"include\"")]
#[case("survey.thanks", "{{ get_env(name=\"PATH\") }}", "get_env()")]
#[case("survey.thanks", "{{ now() }}", "now()")]
#[case("survey.thanks", "{{ nothing_such() }}", "nothing_such")]
#[case("survey.rated", "{{ stars | nothing_such }}", "nothing_such")]
fn says_what_is_wrong_with_an_override(
    #[case] key: &str,
    #[case] words: &str,
    #[case] expected: &str,
) {
    let errors = with(key, words).err().unwrap();
    assert_eq!(errors.len(), 1);
    let said = errors[0].to_string();
    assert!(said.contains(expected), "{said}");
}

#[test]
fn every_wrong_override_is_reported() {
    let wrong = ["a", "b"].map(|key| (Language::En, key.to_owned(), String::new()));
    let errors = Phrasebook::with_overrides(wrong.to_vec()).err().unwrap();
    assert_eq!(errors.len(), 2);
}

/// Whatever the deciding code names must exist, or a customer would read a key.
#[test]
fn every_key_that_decisions_name_exists() {
    let book = Phrasebook::built_in();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/domain");
    let key = regex::Regex::new(
        r#"(?:Phrase::new|Words::from|remark|Draft::bot|Draft::notice|held_back|said|button)\(\s*(?:[a-z_]+,\s*)*"([a-z_]+(?:\.[a-z_]+)?)""#,
    )
    .unwrap();
    let mut files = vec![root.join("decide.rs"), root.join("draft.rs")];
    let folder = fs::read_dir(root.join("decide"));
    files.extend(
        folder
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path()),
    );
    for file in files.iter().filter(|file| file.is_file()) {
        let text = fs::read_to_string(file).unwrap();
        let source = text.split("#[cfg(test)]").next().unwrap();
        for found in key.captures_iter(source) {
            let name = &found[1];
            assert!(
                book.variables(name).is_some(),
                "{name} in {}",
                file.display()
            );
        }
    }
}

/// The same for the code around the decisions: every phrase that is named in full.
#[test]
fn every_key_that_other_code_names_exists() {
    let book = Phrasebook::built_in();
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let key = regex::Regex::new(r#"Phrase::new\(\s*"([a-z_]+\.[a-z_]+)"#).unwrap();
    let mut named = 0;
    for file in ["bot-core/src", "admin/src", "adapters/src", "src"]
        .iter()
        .flat_map(|folder| sources(&crates.join(folder)))
    {
        let text = fs::read_to_string(&file).unwrap();
        for found in key.captures_iter(text.split("#[cfg(test)]").next().unwrap()) {
            let name = &found[1];
            let (known, shown) = (book.variables(name).is_some(), file.display());
            assert!(known, "{name} in {shown}");
            named += 1;
        }
    }
    assert!(named > 20, "{named}");
}

/// The sources below a folder, without tests.
fn sources(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), entry.file_name());
        match (path.is_dir(), name.to_string_lossy().as_ref()) {
            (_, "tests" | "tests.rs") => {}
            (true, _) => found.extend(sources(&path)),
            (false, _) => found.push(path),
        }
    }
    found
}

proptest! {
    #[test]
    fn any_value_is_said_as_it_is(value in "\\PC{0,40}") {
        let phrase = Phrase::new("reason.platform").with("detail", value.clone());
        prop_assert_eq!(said(&phrase).1, format!("the platform says: {value}"));
    }

    #[test]
    fn any_override_is_taken_or_refused(words in "(\\{\\{|\\}\\}|\\{%|%\\}|\\{#|#\\}|if|number|endif|\\PC){0,12}") {
        if let Ok(book) = with("handoff.open_hours", &words) {
            let phrase = Phrase::new("handoff.open_hours").with("number", 1);
            let _words = book.render(&phrase, Language::Zh);
        }
    }
}

/// A key that is misspelt or was forgotten would be shown to people as it is.
#[test]
fn every_phrase_that_the_code_names_is_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut named = Vec::new();
    for folder in ["domain", "runtime"] {
        read_names(&root.join(folder), &mut named);
    }
    assert!(named.len() > 50, "{named:?}");
    let book = Phrasebook::built_in();
    named.retain(|key| book.variables(key).is_none());
    assert!(named.is_empty(), "{named:?}");
}

fn read_names(folder: &Path, named: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read_names(&path, named);
        } else if !path.ends_with("phrase/tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            for call in [
                "Phrase::new(\"",
                "notice(\"",
                "bot(\"",
                "remark(\"",
                "Words::from(\"",
            ] {
                let keys = text.split(call).skip(1);
                named.extend(keys.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())));
            }
        }
    }
}
