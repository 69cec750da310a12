//! One person at a browser: what they see, click and type, and what went wrong behind it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::Client;
use fantoccini::elements::{Element, ElementRef};
use fantoccini::error::{CmdError, ErrorStatus};
use fantoccini::wd::TimeoutConfiguration;
use serde_json::{Value, json};

use crate::browser::Driver;
use crate::browser::vendor::Vendor;

/// How long something may take to appear before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);
/// The key of an element in WebDriver's JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A screen, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// 1280 × 800.
    Desktop,
    /// 820 × 1180, touched.
    Tablet,
    /// 390 × 844, touched.
    Phone,
}

/// A browser with a profile of its own.
pub(crate) struct Browser {
    pub(crate) client: Client,
    /// The element in whose shadow root everything is looked for; empty: the document.
    host: &'static str,
}

impl Size {
    pub(crate) const ALL: [Self; 3] = [Self::Desktop, Self::Tablet, Self::Phone];

    const fn metrics(self) -> (u32, u32, bool) {
        match self {
            Self::Desktop => (1280, 800, false),
            Self::Tablet => (820, 1180, true),
            Self::Phone => (390, 844, true),
        }
    }
}

impl Browser {
    /// Opens a browser that prefers `zh-CN` or `en-US`.
    pub(crate) async fn open(driver: &Driver, size: Size, language: &str) -> Self {
        let client = driver.session(language).await;
        let patience = Some(PATIENCE);
        let timeouts = TimeoutConfiguration::new(patience, patience, Some(Duration::ZERO));
        client.update_timeouts(timeouts).await.unwrap();
        let browser = Self { client, host: "" };
        browser.resize(size).await;
        browser
    }

    /// The same browser, looking into the shadow root of the element that this selector finds.
    pub(crate) fn within(&self, host: &'static str) -> Self {
        Self {
            client: self.client.clone(),
            host,
        }
    }

    pub(crate) async fn resize(&self, size: Size) {
        let (width, height, touched) = size.metrics();
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": 1,
            "mobile": touched });
        self.devtools("Emulation.setDeviceMetricsOverride", &metrics)
            .await;
        let touch = json!({ "enabled": touched });
        self.devtools("Emulation.setTouchEmulationEnabled", &touch)
            .await;
    }

    /// `dark` or `light`.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
        ] });
        self.devtools("Emulation.setEmulatedMedia", &features).await;
    }

    pub(crate) async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap();
    }

    pub(crate) async fn reload(&self) {
        self.client.refresh().await.unwrap();
    }

    /// Cuts the network off, or brings it back.
    pub(crate) async fn offline(&self, offline: bool) {
        self.client
            .issue_cmd(Vendor::network(offline))
            .await
            .unwrap();
    }

    /// Runs a script with `root` (the document or shadow root) and `args`; gives what it returns.
    pub(crate) async fn run(&self, script: &str, args: Value) -> Value {
        let script = format!(
            "const host = arguments[0], args = arguments[1];
             const root = host ? document.querySelector(host).shadowRoot : document;
             return ((root, args) => {{ {script} }})(root, args);"
        );
        let given = vec![json!(self.host), args];
        self.client.execute(&script, given).await.unwrap()
    }

    /// Waits until an expression over `root` and `args` is true; gives its value.
    ///
    /// The page itself looks at it again with every frame, so nothing here sleeps.
    pub(crate) async fn until(&self, what: &str, expression: &str, args: Value) -> Value {
        let script = format!(
            "const host = arguments[0], args = arguments[1], done = arguments[2];
             const look = () => {{
               const element = host && document.querySelector(host);
               const root = host ? element && element.shadowRoot : document;
               let found = null;
               try {{ found = root && ({expression}); }} catch (error) {{ found = null; }}
               if (found) done(found); else setTimeout(look, 20);
             }};
             look();"
        );
        let given = vec![json!(self.host), args];
        match self.client.execute_async(&script, given).await {
            Ok(found) => found,
            Err(error) => panic!("{what}: {error}\n{}", self.told().await),
        }
    }

    /// The page's text and console, for the reader of a failed test.
    async fn told(&self) -> String {
        let text = "return (root.body || root.firstElementChild.parentNode).textContent
            .replace(/\\s+/g, ' ').slice(0, 4000)";
        let text = self.run(text, Value::Null).await;
        format!("page: {text}\nconsole: {:?}", self.console().await)
    }

    /// The first visible element that a selector finds, once it is there.
    pub(crate) async fn find(&self, selector: &str) -> Element {
        let visible = "[...root.querySelectorAll(args)].find(one => one.checkVisibility())";
        let found = self.until(selector, visible, json!(selector)).await;
        self.element(&found)
    }

    /// The smallest visible element that a selector finds and that shows a text, once it is there.
    pub(crate) async fn find_text(&self, selector: &str, text: &str) -> Element {
        let showing = "[...root.querySelectorAll(args[0])]
            .filter(one => one.checkVisibility() && one.textContent.includes(args[1])).pop()";
        let what = format!("{selector} with {text:?}");
        let found = self.until(&what, showing, json!([selector, text])).await;
        self.element(&found)
    }

    fn element(&self, found: &Value) -> Element {
        let id = found[ELEMENT].as_str().expect("an element").to_owned();
        Element::from_element_id(self.client.clone(), ElementRef::from(id))
    }

    pub(crate) async fn click(&self, selector: &str) {
        while !pressed(self.find(selector).await.click().await) {}
    }

    pub(crate) async fn click_text(&self, selector: &str, text: &str) {
        while !pressed(self.find_text(selector, text).await.click().await) {}
    }

    pub(crate) async fn write(&self, selector: &str, text: &str) {
        self.find(selector).await.send_keys(text).await.unwrap();
    }

    /// Chooses a file in a field that need not be visible.
    pub(crate) async fn choose(&self, selector: &str, file: &str) {
        let field = self
            .until(selector, "root.querySelector(args)", json!(selector))
            .await;
        self.element(&field).send_keys(file).await.unwrap();
    }

    /// Changes one's own last line to other words: the arrow up, as chats know it.
    pub(crate) async fn change(&self, field: &str, text: &str) {
        const UP: &str = "\u{e013}";
        const ENTER: &str = "\u{e007}";
        self.write(field, UP).await;
        self.find(".editing").await;
        let words = "root.querySelector(args[0]).value = args[1]";
        self.run(words, json!([field, text])).await;
        self.find(field).await.send_keys(ENTER).await.unwrap();
    }

    /// Chooses a picture (of the page itself) for the message that is being written.
    pub(crate) async fn attach(&self, field: &str, name: &str) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, self.client.screenshot().await.unwrap()).unwrap();
        self.choose(field, file.to_str().unwrap()).await;
    }

    /// How many visible elements a selector finds now.
    pub(crate) async fn count(&self, selector: &str) -> u64 {
        let script =
            "return [...root.querySelectorAll(args)].filter(one => one.checkVisibility()).length";
        self.run(script, json!(selector)).await.as_u64().unwrap()
    }

    /// Waits until nothing visible is found any more.
    pub(crate) async fn gone(&self, selector: &str) {
        let none = "![...root.querySelectorAll(args)].some(one => one.checkVisibility())";
        let what = format!("{selector} goes away");
        self.until(&what, none, json!(selector)).await;
    }

    /// What the console has said since it was asked last, debug words left out.
    pub(crate) async fn console(&self) -> Vec<String> {
        let said = self.client.issue_cmd(Vendor::console()).await.unwrap();
        let loud = |entry: &&Value| entry["level"] != "DEBUG" && entry["level"] != "INFO";
        let entries = said.as_array().cloned().unwrap_or_default();
        entries
            .iter()
            .filter(loud)
            .map(|entry| entry["message"].to_string())
            .collect()
    }

    /// The console is empty and axe finds nothing serious.
    pub(crate) async fn judge(&self) {
        assert_eq!(self.console().await, Vec::<String>::new());
        let found = self.axe().await;
        assert!(found.is_empty(), "{found:#?}");
    }

    /// Serious and critical findings of axe-core on the page as it is shown.
    async fn axe(&self) -> Vec<String> {
        let axe = std::fs::read_to_string(axe_file())
            .expect("axe-core is missing: run `npm ci` in tests/browser, as ./test does");
        self.client.execute(&axe, Vec::new()).await.unwrap();
        let script = "const done = arguments[0];
            axe.run(document, { resultTypes: ['violations'] }).then(result => done(result.violations
              .filter(one => one.impact === 'serious' || one.impact === 'critical')
              .map(one => one.id + ': ' + one.help + ' ' +
                one.nodes.map(node => node.target.join(' ') + ' (' + node.failureSummary + ')').join('; '))),
              error => done(['axe: ' + error]));";
        let found = self.client.execute_async(script, Vec::new()).await.unwrap();
        serde_json::from_value(found).unwrap()
    }

    /// Keeps a picture of the page: in the folder that `FRONTDESK_SCREENSHOTS` names, or nowhere.
    pub(crate) async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("FRONTDESK_SCREENSHOTS") else {
            return;
        };
        let png = self.client.screenshot().await.unwrap();
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }

    pub(crate) async fn devtools(&self, command: &str, parameters: &Value) {
        let command = Vendor::devtools(command, parameters);
        self.client.issue_cmd(command).await.unwrap();
    }

    pub(crate) async fn close(self) {
        self.client.close().await.unwrap();
    }
}

/// Whether a click came to something: WebDriver finds first and clicks then, and what stood there may
/// have been drawn anew in between. A hand does both at once.
fn pressed(clicked: Result<(), CmdError>) -> bool {
    match clicked {
        Err(CmdError::Standard(error)) if error.error == ErrorStatus::StaleElementReference => {
            false
        }
        clicked => {
            clicked.unwrap();
            true
        }
    }
}

fn axe_file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/node_modules/axe-core/axe.min.js")
}
