//! Two real processes behind one database, as behind a load balancer.

use serde_json::Value;

use crate::house::postgres;
use crate::process::{Installed, Serving, told};

const QUIET: &str = "info";
const QUESTION: &str = "退款多久到";

/// Two installations of the same desk, with the sample articles.
async fn installed() -> [Installed; 2] {
    let url = postgres::fresh_url().await;
    let both = [(); 2].map(|()| Installed::new(&url, ""));
    let sample = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/faq.csv");
    let sample = sample.display().to_string();
    tokio::task::spawn_blocking(move || {
        both[0].run(&["kb", "import", &sample, "--publish"]);
        both
    })
    .await
    .unwrap()
}

fn send(to: &Serving, user: &str) {
    let out = to.client(&["send", "--user", user, QUESTION]);
    assert!(out.status.success(), "{}", told(&out.stderr));
}

/// What the desk said to a customer, read at one process; waits for the first word.
fn read(at: &Serving, user: &str) -> Vec<Value> {
    let out = at.client(&["read", "--user", user, "--wait", "55"]);
    assert!(out.status.success(), "{}", told(&out.stderr));
    told(&out.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}

fn answers(said: &[Value]) -> usize {
    let by_bot = said.iter().filter(|one| one["from"] == "bot");
    by_bot
        .filter(|one| {
            one["text"]
                .as_str()
                .is_some_and(|text| text.contains("退款"))
        })
        .count()
}

#[tokio::test]
async fn a_question_to_one_process_is_answered_at_the_other() {
    let both = installed().await;
    let checking = tokio::task::spawn_blocking(move || {
        let [one, two] = both.each_ref().map(|installed| installed.serve(QUIET));
        for (n, (asked, read_at)) in [(&one, &two), (&two, &one)].repeat(4).iter().enumerate() {
            let user = format!("u-{n}");
            send(asked, &user);
            let said = read(read_at, &user);
            assert_eq!(answers(&said), 1, "{said:?}");
        }
        for serving in [one, two] {
            let (log, in_order) = serving.end();
            assert!(in_order, "{log:#?}");
        }
    });
    checking.await.unwrap();
}

/// The one that is killed has accepted, and perhaps begun, what the other brings to its end.
#[tokio::test]
async fn what_a_killed_process_has_accepted_the_other_answers() {
    let both = installed().await;
    let checking = tokio::task::spawn_blocking(move || {
        let [one, two] = both.each_ref().map(|installed| installed.serve(QUIET));
        let users: Vec<String> = (0..8).map(|n| format!("u-{n}")).collect();
        for user in &users {
            send(&one, user);
        }
        drop(one);
        for user in &users {
            let said = read(&two, user);
            assert_eq!(answers(&said), 1, "{user}: {said:?}");
        }
        for user in &users {
            send(&two, user);
        }
        assert!(two.end().1);
    });
    checking.await.unwrap();
}
