use super::*;
use crate::import::row::RawRow;

fn rows(html: &str) -> Vec<RawRow> {
    let mut rows = Vec::new();
    let mut take = |_: u64, row: Result<RawRow, String>| {
        rows.push(row.unwrap());
        true
    };
    read(html.as_bytes(), "help.html", &mut take).unwrap();
    rows
}

fn pairs(html: &str) -> Vec<(String, String)> {
    let rows = rows(html).into_iter();
    rows.map(|row| (row.question, row.answer)).collect()
}

fn pair(question: &str, answer: &str) -> (String, String) {
    (question.to_owned(), answer.to_owned())
}

#[test]
fn sections_are_what_a_reader_sees() {
    let html = "<html><head><title>x</title><style>p{}</style></head><body>
        <nav>Home</nav><h1>Returns</h1>
        <p>Within <b>7</b>\n days.<script>alert(1)</script></p><ul><li>Unused</li></ul>
        <p hidden>secret</p><h2>Costs</h2><div>Free<br>of charge</div><footer>Imprint</footer>";
    assert_eq!(
        pairs(html),
        [
            pair("Returns", "Within 7 days.\n\nUnused"),
            pair("Costs", "Free\n\nof charge")
        ]
    );
}

#[test]
fn lists_of_terms_details_and_tables_are_pairs() {
    let html = "<dl><dt>Do you ship?</dt><dd><p>Yes.</p><p>Daily.</p></dd></dl>
        <details><summary>Gift wrap?</summary>Of course.</details>
        <table><tr><th>问题</th><th>答案</th></tr><tr><td>发票</td><td>能<br>开</td></tr></table>";
    assert_eq!(
        pairs(html),
        [
            pair("Do you ship?", "Yes.\nDaily."),
            pair("Gift wrap?", "Of course."),
            pair("发票", "能\n开")
        ]
    );
    assert!(rows(html).iter().all(|row| !row.is_section));
}

#[test]
fn what_is_declared_for_search_engines_is_taken_as_it_is() {
    let html = r#"<script type="application/ld+json">{"@type":"FAQPage","mainEntity":[
        {"@type":"Question","name":"Why?","acceptedAnswer":{"@type":"Answer","text":"<p>So.</p><p>Yes.</p>"}}
        ]}</script><h2>Why?</h2><p>So. Yes.</p>"#;
    assert_eq!(pairs(html), [pair("Why?", "So.\nYes.")]);
}

#[test]
fn a_page_that_is_nested_too_deep_is_refused() {
    let nested = |depth: usize| format!("<h1>T</h1>{}Deep", "<div>".repeat(depth));
    assert_eq!(pairs(&nested(900)), [pair("T", "Deep")]);
    let deep = nested(50_000);
    let read = read(deep.as_bytes(), "deep.html", &mut |_, _| true);
    assert!(read.is_err());
}
