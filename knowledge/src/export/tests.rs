use bot_core::domain::id::ArticleId;
use bot_core::domain::language::Language;
use bot_core::domain::time::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::article::{SpaceName, Terms, Visibility};
use crate::import::{Defaults, Reader};

const FORMATS: [(&str, ExportFormat); 4] = [
    ("jsonl", ExportFormat::JsonLines),
    ("csv", ExportFormat::Csv),
    ("xlsx", ExportFormat::Xlsx),
    ("md", ExportFormat::Markdown),
];

fn content(id: usize, question: &str, answer: &str, list: &[String]) -> Content {
    let content = Content {
        external_id: format!("a{id}").parse().unwrap(),
        space: SpaceName::default(),
        language: Language::En,
        category: ["", "Returns"][id % 2].to_owned(),
        question: question.to_owned(),
        alternatives: list.to_vec(),
        answer: answer.to_owned(),
        tags: vec!["x".to_owned()],
        visibility: [Visibility::Public, Visibility::Internal][id % 2],
        terms: Terms {
            valid_until: Some(Timestamp(1_800_000_000_000)),
            ..Terms::default()
        },
        source: "guide.pdf › Costs, p. 2".to_owned(),
    };
    content.checked().unwrap()
}

/// What comes out of a file that these were written to, by id.
fn back(contents: &[Content], ending: &str, format: ExportFormat) -> Vec<Content> {
    let draft =
        |content: &Content| Article::draft(ArticleId::default(), content.clone(), Timestamp(0));
    let articles: Vec<Article> = contents.iter().map(draft).collect();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(format!("out.{ending}"));
    export(&articles, format, std::fs::File::create(&path).unwrap()).unwrap();
    let mut rows = Vec::new();
    Reader::new(Defaults::default()).read(&path, &mut |row| {
        rows.push(row.unwrap().content);
        true
    });
    rows.sort_by(|a, b| a.external_id.cmp(&b.external_id));
    rows
}

#[test]
fn what_looks_like_markup_or_a_formula_comes_back() {
    let tricky = [
        "=SUM(A1)",
        "# no heading\n\ntext\n===\nmore\n---\nend",
        "```\nopen fence",
        "<b>bold</b> & <!-- no comment --> &lt;",
        "- # in a list\n> # quoted\n    # indented",
        "1 < 2 > 0 | \\| `code`",
        "'=quoted",
    ];
    let contents: Vec<Content> = tricky
        .iter()
        .enumerate()
        .map(|(id, text)| content(id, &text.replace('\n', " "), text, &[(*text).to_owned()]))
        .collect();
    for (ending, format) in FORMATS {
        assert_eq!(back(&contents, ending, format), contents, "{ending}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn what_is_exported_imports_back_the_same(
        texts in prop::collection::vec("[a-z#<>&`=|*退\\\\\n \\-]{0,24}", 1..4),
    ) {
        let text = |at: usize, text: &str| format!("{at} {text} end");
        let contents: Vec<Content> = texts
            .iter()
            .enumerate()
            .map(|(at, one)| content(at, &text(at, &one.replace('\n', " ")), &text(at, one), &[]))
            .collect();
        for (ending, format) in FORMATS {
            prop_assert_eq!(&back(&contents, ending, format), &contents, "{}", ending);
        }
    }
}
