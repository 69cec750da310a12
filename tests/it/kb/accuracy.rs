//! That answers do not quietly become worse: loose floors on small samples of public sets.
//!
//! The whole sets and their goals stand in docs/FIGURES.md; here a change that breaks the ranking,
//! the calibration or the way of a text into either is seen at once.

use rstest::rstest;

use super::Shell;
use crate::house::On;

/// Shares that must at least be reached; well below what is measured today.
struct Floors {
    accuracy_at_1: f64,
    recall_at_5: f64,
    oos_recall: f64,
}

#[rstest]
#[case::english("clinc150", Floors { accuracy_at_1: 0.72, recall_at_5: 0.90, oos_recall: 0.80 })]
#[case::chinese("massive-zh", Floors { accuracy_at_1: 0.62, recall_at_5: 0.84, oos_recall: 0.70 })]
#[tokio::test]
async fn answers_stay_as_good_as_they_were(#[case] set: &str, #[case] floors: Floors) {
    let shell = Shell::new(On::Sqlite).await;
    let file = |name: &str| format!("{}/tests/data/{set}/{name}", env!("CARGO_MANIFEST_DIR"));
    let imported = shell.kb(&["import", &file("articles.jsonl"), "--publish"]);
    assert!(imported.status.success(), "{imported:?}");
    let measured = shell.json(&["eval", &file("questions.jsonl"), "--json"]);
    let at_least = |name: &str, floor: f64| {
        let share = measured[name].as_f64().unwrap();
        assert!(
            share >= floor,
            "{name} is {share}, below {floor}: {measured}"
        );
    };
    at_least("accuracy_at_1", floors.accuracy_at_1);
    at_least("recall_at_5", floors.recall_at_5);
    at_least("oos_recall", floors.oos_recall);
}
