//! Script in anybody's words stays words.

use bot_core::domain::answer::{Answer, ArticleAnswer, Candidate, Evidence, Outcome};
use bot_core::domain::language::Language;
use bot_core::port::answerer::ListAnswerer;
use serde_json::{Value, json};

use super::office::{AT_ONCE, Office};
use crate::browser::{Browser, Size};
use crate::house::delivery_article;

pub(in crate::browser) const RUN: &str = "window.__ran=1";
const TAGS: [&str; 12] = [
    "<script>RUN</script>",
    "<img src=x onerror=RUN>",
    "<svg onload=RUN>",
    "<svg><script>RUN</script></svg>",
    "<iframe srcdoc='<script>parent.RUN</script>'></iframe>",
    "<body onload=RUN>",
    "<details open ontoggle=RUN>x</details>",
    "<math><mtext><img src=x onerror=RUN></mtext></math>",
    "<a href=\"javascript:RUN\">x</a>",
    "<input autofocus onfocus=RUN>",
    "<video><source onerror=RUN></video>",
    "<style>@import 'javascript:RUN'</style>",
];
const AROUND: [(&str, &str); 9] = [
    ("", ""),
    ("\"> ", ""),
    ("'> ", ""),
    ("--> ", ""),
    ("</textarea>", ""),
    ("</title></script>", ""),
    ("https://x.test/", ""),
    ("javascript:RUN//", ""),
    ("{{constructor.constructor('RUN')()}} ${RUN} ", "]]>"),
];

/// Tags in every wrapping: 108 of them, said by the customer and by an agent.
pub(in crate::browser) fn payloads() -> Vec<String> {
    let wrap = |tag: &&str| AROUND.map(|(before, after)| format!("{before}{tag}{after}"));
    let all = TAGS.iter().flat_map(wrap);
    all.map(|text| text.replace("RUN", RUN)).collect()
}

async fn nothing_ran(page: &Browser) {
    let ran = page.run("return window.__ran ?? null", json!(null)).await;
    assert_eq!(ran, Value::Null);
    let strange = "return root.querySelectorAll('#app script, #app iframe, #app style, #app svg[onload], #app [onerror]').length";
    assert_eq!(page.run(strange, json!(null)).await, 0);
    page.judge().await;
}

/// An article whose title, text and neighbours are script.
fn article(payload: &str) -> Answer {
    let evidence = Evidence {
        looked_up: payload.to_owned(),
        candidates: vec![Candidate {
            revision: 1,
            title: payload.to_owned(),
            probability: 0.9,
            article: delivery_article(),
            external_id: None,
            score: 1.0,
        }],
        ..Evidence::default()
    };
    Answer {
        outcome: Outcome::Confident(ArticleAnswer {
            article: delivery_article(),
            revision: 1,
            title: payload.to_owned(),
            text: payload.to_owned(),
            language: Language::En,
        }),
        evidence,
        ..Answer::unknown()
    }
}

/// What an agent writes and is called, given to the API as the page itself would.
const WRITE: &str = "const done = arguments[2]; const { number, texts, agent, display } = arguments[1];
    const send = async (csrf, method, path, body) => {
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrf };
      const answer = await fetch(`/api/v1/${path}`, { method, headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    };
    (async () => {
      const { csrf } = await (await fetch('/api/v1/me')).json();
      const write = (text, place) => send(csrf, 'POST', `threads/${number}/messages`, { key: `p${place}`, text });
      await Promise.all(texts.map(write));
      await write('最后一句', 'last');
      await send(csrf, 'PATCH', `agents/${agent}`, { display });
    })().then(() => done(null), error => done(String(error)));";

/// Counts the lines that show exactly these words.
const SHOWN: &str = "return [...root.querySelectorAll('.line .text')]
    .filter(one => one.textContent === args).length";

#[tokio::test]
async fn two_hundred_payloads_from_customers_agents_and_articles_stay_words() {
    let payloads = payloads();
    let shortest = "<img src=x onerror=window.__ran=1>";
    let answers = ListAnswerer::default().knowing("what is it", article(shortest));
    let office = Office::knowing(answers, AT_ONCE).await;
    // The customer's name, attribute and page are script too.
    let number = office.ticket(shortest, "what is it").await;
    for payload in &payloads {
        office.says(shortest, payload).await;
    }
    let page = office.seat("ada", Size::Desktop, "en-US").await;
    page.open_ticket(number).await;
    let mut texts: Vec<String> = payloads
        .iter()
        .map(|text| format!("/note {text}"))
        .collect();
    texts.push("/tag \"<img src=x onerror=x()>\"".to_owned());
    texts.push(format!("/priority {shortest}"));
    let li = office.agent("li").await.to_string();
    let given = json!({ "number": number, "texts": texts, "agent": li, "display": shortest });
    let given = vec![json!(""), given];
    let refused = page.client.execute_async(WRITE, given).await.unwrap();
    assert_eq!(refused, Value::Null);
    page.find_text(".line.agent", "最后一句").await;
    let read = "(root.querySelector('.lines').scrollTop = 0,
        root.querySelectorAll('.line').length > 216)";
    page.until("every line", read, json!(null)).await;
    for payload in &payloads {
        let times = page.run(SHOWN, json!(payload)).await;
        assert!(
            times.as_u64() >= Some(2),
            "{payload} stands there {times} times"
        );
    }
    nothing_ran(&page).await;
    page.run(
        "root.querySelectorAll('details').forEach(one => { one.open = true; })",
        json!(null),
    )
    .await;
    page.find_text(".card .candidates", shortest).await;
    page.find_text(".card .tag", "onerror").await;
    nothing_ran(&page).await;
    page.picture("room-injection").await;
    page.visit("").await;
    page.find_text(".row", shortest).await;
    page.write("input[type=search]", shortest).await;
    page.find_text(".row", shortest).await;
    nothing_ran(&page).await;
    page.visit("team").await;
    page.find_text(".members strong", shortest).await;
    nothing_ran(&page).await;
    page.close().await;
}
