use std::path::Path;

use bot_core::domain::language::Language;
use bot_core::domain::mask::MaskLevel;
use bot_core::domain::time::{DAY, SECOND};
use toml::Value;

use super::*;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const KEY: &str = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";
const EXAMPLE: &str = include_str!("../../config.example.toml");

fn env(name: &str) -> Option<String> {
    match name {
        "SHOP_SECRET" | "SHOP_IDENTITY_SECRET" => Some(SECRET.to_owned()),
        "FRONTDESK_MASTER_KEY" => Some(KEY.to_owned()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Config, Vec<Problem>> {
    Config::parse(text, Path::new("/desk"), &env)
}

/// One `key: what` line for each problem.
fn problems(text: &str) -> Vec<String> {
    let problems = parse(text).err().unwrap_or_default();
    assert!(problems.iter().all(|problem| !problem.remedy.is_empty()));
    problems
        .iter()
        .map(|p| format!("{}: {}", p.key, p.what))
        .collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(problems(text), expected, "{text}");
}

/// The example with every key that is commented out switched on.
fn whole_example() -> String {
    let is_key = |line: &str| {
        line.strip_prefix('#')
            .is_some_and(|rest| rest.starts_with(|sign: char| sign.is_ascii_lowercase()))
    };
    let lines = EXAMPLE.lines().map(|line| {
        if is_key(line) {
            line.trim_start_matches('#')
        } else {
            line
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_example_is_usable_as_it_stands() {
    let config = parse(EXAMPLE).unwrap();
    assert_eq!(config.channels.len(), 1);
    assert_eq!(config.agents[0].display, "小李");
    assert_eq!(config.agents[0].roles, [Role::Agent, Role::Admin]);
}

/// Sections that claim to show defaults, switched on, equal the defaults.
#[test]
fn the_example_claims_true_defaults() {
    let shown = parse(&whole_example()).unwrap();
    let mut usual = parse("").unwrap();
    // These have no default; the example only shows how they are written.
    usual.server.public_url.clone_from(&shown.server.public_url);
    usual
        .storage
        .master_key
        .clone_from(&shown.storage.master_key);
    usual.desk.privacy_url.clone_from(&shown.desk.privacy_url);
    assert_eq!(shown.server, usual.server);
    assert_eq!(shown.storage, usual.storage);
    assert_eq!(format!("{:?}", shown.desk), format!("{:?}", usual.desk));
    assert_eq!(format!("{:?}", shown.delays), format!("{:?}", usual.delays));
    assert_eq!(format!("{:?}", shown.limits), format!("{:?}", usual.limits));
    assert_eq!(shown.teams, usual.teams);
}

/// A key that the reader knows and the example does not show is a key that nobody finds.
#[test]
fn the_example_shows_every_key() {
    let mut table: Table = whole_example().parse().unwrap();
    let mut shown = Vec::new();
    for (name, section) in &mut table {
        let section = match section {
            Value::Array(sections) => sections[0].as_table_mut().unwrap(),
            section => section.as_table_mut().unwrap(),
        };
        let mut keys: Vec<String> = section.keys().cloned().collect();
        keys.sort();
        shown.push((name.clone(), keys));
        // Nothing is near this key, so that the answer lists all that are known.
        section.insert("qqqqqqqqqqqqqqqqqqqqqqqqqqqq".to_owned(), Value::Integer(1));
    }
    let answers = parse(&table.to_string()).unwrap_err();
    assert_eq!(answers.len(), shown.len());
    for (name, keys) in shown {
        let answer = answers
            .iter()
            .find(|problem| problem.key.split(['.', '[']).next() == Some(&name));
        let known = answer.unwrap().remedy.strip_prefix("known are: ").unwrap();
        let mut known: Vec<&str> = known.split(", ").collect();
        known.sort_unstable();
        assert_eq!(known, keys, "{name}");
    }
}

#[test]
fn an_empty_file_is_the_defaults() {
    let config = parse("").unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(
        config.storage.database,
        Database::Sqlite("/desk/frontdesk.db".into())
    );
    assert_eq!(config.storage.files, Path::new("/desk/frontdesk-files"));
    assert_eq!(
        config.storage.key_file(),
        Some("/desk/frontdesk.key".into())
    );
    assert_eq!(config.teams, [Team::default()]);
}

#[test]
fn values_arrive_as_they_are_written() {
    let config = parse(
        "[desk]\nname = 'Tea'\nlanguage = 'en'\nsend_hold = 0\nthread_default = 'note'\nmask = 'all'\n\
         [delays]\nsettle = '500ms'\nhold_most = '9d'\n[storage]\nurl = 'sqlite:///var/desk.db'\n",
    )
    .unwrap();
    let policy = config.policy();
    assert_eq!(
        (policy.desk.as_str(), policy.language),
        ("Tea", Language::En)
    );
    assert_eq!(policy.team_language, Language::En);
    assert!(policy.replies.notes_by_default);
    assert_eq!(policy.replies.mask, MaskLevel::All);
    assert_eq!(
        (policy.delays.send_hold, policy.delays.settle),
        (0, SECOND / 2)
    );
    assert_eq!(policy.delays.hold_most, 9 * DAY);
    assert_eq!(
        config.storage.database,
        Database::Sqlite("/var/desk.db".into())
    );
}

#[test]
fn everything_is_reported_at_once() {
    check(
        "[sever]\n[server]\nlisten = '8080'\npublik_url = 'x'\n[storage]\nurl = 'mysql://x'\n\
         [desk]\nlanguage = 'fr'\n\
         [[channel]]\nname = 'shop'\ntype = 'web'\nsecret = '${NOT_SET}'\ncallback_url = 'app/replies'\n\
         [[agent]]\nname = 'li'\nroles = ['agent', 'king']\n",
        &[
            "desk.language: \"fr\" is not known",
            "server.listen: is not an address with a port",
            "server.publik_url: is not a key of this section",
            "storage.url: is not the address of a database",
            "channel[shop].secret: the environment has no variable NOT_SET",
            "channel[shop].callback_url: is not a web address",
            "agent[li].roles: \"king\" is not a role",
            "sever: is not a key of this section",
        ],
    );
}

#[test]
fn an_unknown_key_is_answered_with_the_nearest() {
    let found = parse("[server]\nlissten = '1.2.3.4:5'\n").unwrap_err();
    assert_eq!(found[0].remedy, "did you mean \"listen\"?");
    let found = parse("[server]\ncolour = 'red'\n").unwrap_err();
    assert_eq!(
        found[0].remedy,
        "known are: listen, public_url, trusted_proxies"
    );
}

#[test]
fn secrets_of_a_web_channel_are_checked() {
    let channel = |rest: &str| format!("[[channel]]\nname = 'shop'\ntype = 'web'\n{rest}");
    check(&channel(""), &["channel[shop].secret: is missing"]);
    check(&channel("secret = ''"), &["channel[shop].secret: is empty"]);
    let bad = "channel[shop].secret: is not a Standard Webhooks secret";
    check(&channel("secret = 'password'"), &[bad]);
    check(&channel("secret = 'whsec_c2hvcnQ='"), &[bad]);
    check(&channel(&format!("secret = ['{SECRET}', 'old']")), &[bad]);
    check(&channel("secret = []"), &["channel[shop].secret: is empty"]);
    check(
        &channel("secret = 5"),
        &["channel[shop].secret: is not a text"],
    );
    let config = parse(&channel(&format!("secret = ['{SECRET}', '{SECRET}']"))).unwrap();
    let ChannelKind::Web(web) = &config.channels[0].kind;
    assert_eq!(web.secrets.len(), 2);
}

#[test]
fn platforms_of_later_versions_are_known_and_refused() {
    for platform in ["telegram", "discord", "wechat", "phone", "twilio"] {
        check(
            &format!("[[channel]]\nname = 'a'\ntype = '{platform}'\ntoken = 't'\n"),
            &[&format!(
                "channel[a].type: {platform} is not available in this version"
            )],
        );
    }
    check(
        "[[channel]]\nname = 'a'\ntype = 'fax'\n",
        &["channel[a].type: \"fax\" is not known"],
    );
    check(
        "[[channel]]\nname = 'a'\n",
        &["channel[a].type: is missing"],
    );
}

#[test]
fn rooms_are_recognised() {
    let room = |room: &str| problems(&format!("[[team]]\nname = 't'\nroom = '{room}'\n"));
    assert!(room("web").is_empty());
    let later = |platform| {
        [format!(
            "team[t].room: a room on {platform} is not available in this version"
        )]
    };
    assert_eq!(room("telegram:shop-tg:-1001234567890"), later("telegram"));
    assert_eq!(room("discord:shop-dc:123456789012345678"), later("discord"));
    for bad in [
        "www",
        "telegram",
        "telegram:x",
        "telegram::1",
        "telegram:x:chat",
        "discord:x:-1",
        "web:x",
    ] {
        assert_eq!(room(bad), ["team[t].room: is not a room"], "{bad}");
    }
    check("[[team]]\nname = 't'\n", &["team[t].room: is missing"]);
}

#[test]
fn names_are_unique_and_plain() {
    check(
        "[[agent]]\nname = 'li'\n[[agent]]\nname = 'li'\n",
        &["agent: \"li\" stands more than once"],
    );
    check(
        "[[team]]\nname = 'a b'\nroom = 'web'\n",
        &["team[a b].name: holds more than letters, digits, - and _, or is longer than 40"],
    );
    check("[[agent]]\ndisplay = 'x'\n", &["agent[1].name: is missing"]);
    check(
        "[[agent]]\nname = 'a'\nidentities = ['telegram:1', 'telegram:li', 'fax:1']\n\
         [[agent]]\nname = 'b'\nidentities = ['telegram:1']\n",
        &[
            "agent[a].identities: \"telegram:li\" is not an account",
            "agent[a].identities: \"fax:1\" is not an account",
            "agent.identities: \"telegram:1\" stands more than once",
        ],
    );
    check(
        &format!("[[channel]]\nname = 'a'\ntype = 'web'\nsecret = '{SECRET}'\nteam = 'ghost'\n"),
        &["channel[a].team: there is no team \"ghost\""],
    );
}

#[test]
fn postgres_needs_a_master_key() {
    let storage = "[storage]\nurl = 'postgres://u:p@localhost/desk'\n";
    check(storage, &["security.master_key: is missing"]);
    let bad = format!("{storage}[security]\nmaster_key = 'short'\n");
    check(
        &bad,
        &["security.master_key: a master key is 32 bytes, in base64 or hexadecimal"],
    );
    let config = parse(&format!("{storage}[security]\nmaster_key = '{KEY}'\n")).unwrap();
    assert!(config.storage.url().is_ok());
    assert_eq!(config.storage.key_file(), None);
    check(
        "[storage]\nurl = 'sqlite::memory:'\n",
        &["storage.url: does not name a file"],
    );
}

#[test]
fn hours_are_judged_by_the_domain() {
    check(
        "[hours]\ntimezone = 'Mars'\nopen = ['Mon-Fri 09:00-18:00', 'always']\n",
        &[
            "hours.timezone: \"Mars\" is no IANA time zone",
            "hours.open: \"always\" cannot be read",
        ],
    );
    check(
        "[hours]\n",
        &["hours.timezone: is missing", "hours.open: is missing"],
    );
}

#[test]
fn numbers_and_spans_have_bounds() {
    check(
        "[desk]\nsend_hold = '2m'\n[delays]\nsettle = '9s'\nmedia = 'soon'\n[limits]\ntext = 1\nmessages_a_minute = 'x'\n",
        &[
            "desk.send_hold: is not a time span of at most 1 minute",
            "delays.media: is not a time span of at most 1 minute",
            "delays.settle: is longer than settle_most",
            "limits.messages_a_minute: is not a whole number from 1 to 10000",
            "limits.text: is not a whole number from 100 to 100000",
        ],
    );
}

#[test]
fn wrong_shapes_are_named() {
    check("server = 5\n", &["server: is not a section"]);
    check("channel = 5\n", &["channel: is not a list of sections"]);
    check(
        "[[agent]]\nname = 'a'\nskills = 'refund'\n",
        &["agent[a].skills: is not a list"],
    );
    check("[desk]\nname = 'a\n", &["line 2: is not TOML"]);
}

#[test]
fn nothing_shows_a_secret() {
    let text = "[[channel]]\nname = 'shop'\ntype = 'web'\nsecret = '${SHOP_SECRET}'\n\
                [storage]\nurl = 'postgres://u:canary@h/d'\n[security]\nmaster_key = '${FRONTDESK_MASTER_KEY}'\n";
    let shown = format!("{:?}", parse(text).unwrap());
    for secret in ["whsec", KEY, "canary"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    let broken = format!(
        "[security]\nmaster_key = '{KEY}x'\n[[channel]]\nname = 'a'\ntype = 'web'\nsecret = 'canary'\nbad = {KEY}"
    );
    let said = format!("{:?}", parse(&broken).unwrap_err());
    assert!(!said.contains(KEY) && !said.contains("canary"), "{said}");
}

#[test]
fn a_file_that_is_not_there_says_how_to_get_one() {
    let folder = tempfile::tempdir().unwrap();
    let error = Config::load(&folder.path().join("frontdesk.toml")).unwrap_err();
    let error = format!("{:#}", anyhow::Error::from(error));
    assert_eq!(error.matches("os error").count(), 1, "{error}");
    assert!(error.contains("frontdesk init"), "{error}");
}
