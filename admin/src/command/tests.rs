//! The commands over a real database, and the registry as a whole.

mod handlers;
mod said;
mod store;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{
    CHINESE_NAMES, CommandCall, CommandPlace, CommandSpec, ParameterSort, Permission, Plan, Say,
    after_mark, parse,
};
use bot_core::domain::id::AgentId;
use bot_core::domain::language::Language;
use bot_core::domain::policy::{Colleague, Policy};
use bot_core::domain::time::Timestamp;
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::runtime::phrase::Phrasebook;
use rstest::rstest;
use uuid::Uuid;

use super::*;
use said::said;
use store::{Store, call};

fn agent_of(role: &str) -> AgentId {
    let place = ROLES.iter().position(|one| *one == role).expect("a role");
    AgentId(Uuid::from_u128(place as u128 + 1))
}

fn policy(language: Language) -> Policy {
    let colleague = |role: &&str| Colleague {
        id: agent_of(role),
        name: (*role).to_owned(),
        display: format!("The {role}"),
        roles: vec![(*role).to_owned()],
        skills: Vec::new(),
        on_duty: true,
    };
    Policy {
        team_language: language,
        agents: ROLES.iter().map(colleague).collect(),
        ..Policy::default()
    }
}

/// Others' commands, for leads and admins.
struct Others;

const SHIFT: CommandSpec = CommandSpec {
    name: "shift",
    aliases: &[],
    parameters: &[],
    permission: Permission::Lead,
    place: CommandPlace::Anywhere,
    summary_zh: "排班",
    summary_en: "Shows the shifts",
    example_zh: "/shift",
    example_en: "/shift",
};

const MODULE: CommandSpec = CommandSpec {
    name: "module",
    permission: Permission::Administer,
    example_zh: "/module",
    example_en: "/module",
    ..SHIFT
};

const OTHERS: &[CommandSpec] = &[SHIFT, MODULE];

#[async_trait]
impl CommandHandler for Others {
    fn specs(&self) -> &[CommandSpec] {
        OTHERS
    }

    async fn plan(&self, call: &CommandCall, _: CommandContext<'_>) -> Plan {
        Plan {
            says: vec![Say::Text(format!("others did {}", call.line))],
            ..Plan::default()
        }
    }
}

fn registry(store: &Store) -> Registry {
    let registry =
        builtin(store.records(), store.keeper(), RoleMap::default()).expect("fits together");
    registry.with(Arc::new(Others)).expect("fits in")
}

/// The permission of every command: a change here is a change of what people may do.
const PERMISSIONS: &[(&str, &str)] = &[
    ("look", "help status"),
    (
        "serve",
        "note reply undo close reopen hold priority tag assign claim customer block unblock why \
         transcript queue online away offline kb",
    ),
    ("lead", "shift answers"),
    ("administer", "module"),
];

fn permission_of(command: &str) -> &'static str {
    let has = |(_, commands): &&(&str, &str)| commands.split_whitespace().any(|one| one == command);
    PERMISSIONS
        .iter()
        .find(has)
        .expect("every command is listed")
        .0
}

#[rstest]
#[case("agent", "look serve")]
#[case("lead", "look serve lead")]
#[case("admin", "look serve lead administer")]
#[case("manager", "look")]
#[case("analyst", "look")]
#[case("auditor", "look")]
#[tokio::test]
async fn roles_and_commands(#[case] role: &str, #[case] may: &str) {
    let store = Store::open().await;
    let registry = registry(&store);
    let account = store.customer("Anna").await;
    let (case, policy) = (store.case(&account).await, policy(Language::En));
    let context = CommandContext {
        case: Some(&case),
        policy: &policy,
    };
    assert_eq!(registry.specs().len(), 25);
    for spec in registry.specs() {
        let line = spec.example_en;
        let call = call(line, agent_of(role), Some(&account), Timestamp(0));
        let plan = registry.plan(&call, context).await;
        let refused = matches!(plan.says.first(), Some(Say::Phrase(phrase)) if phrase.key == "command.not_permitted");
        let allowed = may.split(' ').any(|one| one == permission_of(spec.name));
        assert_eq!(!refused, allowed, "{role} {line}: {plan:?}");
        let listed = registry.allowed(agent_of(role), &policy);
        assert_eq!(listed.contains(spec), allowed, "{role} {line}");
        if refused {
            assert!(
                plan.acts.is_empty() && plan.writes.is_empty(),
                "{role} {line}"
            );
        }
    }
}

#[tokio::test]
async fn a_role_that_was_taken_away_is_gone_at_once() {
    let store = Store::open().await;
    let registry = registry(&store);
    let account = store.customer("Anna").await;
    let case = store.case(&account).await;
    let call = call("/note x", agent_of("agent"), Some(&account), Timestamp(0));
    let mut policy = policy(Language::En);
    let plan = async |policy: &Policy| {
        let case = Some(&case);
        registry.plan(&call, CommandContext { case, policy }).await
    };
    assert_eq!(plan(&policy).await.acts.len(), 1);
    policy.agents[0].roles = vec!["auditor".into()];
    let said_now = said(&plan(&policy).await, Language::En);
    assert_eq!(
        said_now,
        "You may not use /note; it needs the role admin, agent, lead."
    );
    policy.agents.clear();
    let gone = plan(&policy).await;
    assert!(gone.acts.is_empty(), "{gone:?}");
    assert!(said(&gone, Language::Zh).contains("不在客服名单里"));
}

#[test]
fn roles_can_be_configured() {
    let configured: RoleMap =
        toml::from_str("auditor = ['look', 'serve']\nagent = []").expect("roles");
    let roles = RoleMap::default().overridden(configured);
    let allows = |role: &str, permission| roles.allows(&[role.to_owned()], permission);
    assert!(allows("auditor", Permission::Serve));
    assert!(!allows("agent", Permission::Look));
    assert!(allows("lead", Permission::Lead) && !allows("nobody", Permission::Look));
    let both = roles.permissions(&["manager".to_owned(), "admin".to_owned()]);
    assert_eq!(both, Permission::ALL);
    assert!(toml::from_str::<RoleMap>("agent = ['fly']").is_err());
}

#[tokio::test]
async fn names_fit_together() {
    let store = Store::open().await;
    let registry = registry(&store);
    let names = registry.specs().iter().flat_map(CommandSpec::names);
    let chinese: BTreeSet<&str> = names.filter(|name| !name.is_ascii()).collect();
    assert_eq!(
        chinese,
        CHINESE_NAMES.iter().copied().collect(),
        "both ways"
    );
    let again = registry.with(Arc::new(Others));
    assert_eq!(again.err(), Some(RegistryError::Taken("shift")));
}

struct Odd(CommandSpec);

#[async_trait]
impl CommandHandler for Odd {
    fn specs(&self) -> &[CommandSpec] {
        std::slice::from_ref(&self.0)
    }

    async fn plan(&self, _: &CommandCall, _: CommandContext<'_>) -> Plan {
        Plan::default()
    }
}

#[rstest]
#[case("Big", &[], RegistryError::Name("Big"))]
#[case("", &[], RegistryError::Name(""))]
#[case("退款", &[], RegistryError::Name("退款"))]
#[case("refund", &["退款"], RegistryError::ChineseName("退款"))]
#[case("refund", &["h"], RegistryError::Taken("h"))]
#[case("refund", &["帮助"], RegistryError::Taken("帮助"))]
#[case("refund", &["a b"], RegistryError::Name("a b"))]
fn names_that_could_not_be_typed_are_refused(
    #[case] name: &'static str,
    #[case] aliases: &'static [&'static str],
    #[case] expected: RegistryError,
) {
    let odd = Odd(CommandSpec {
        name,
        aliases,
        ..SHIFT
    });
    let error = Registry::new(RoleMap::default()).with(Arc::new(odd)).err();
    assert_eq!(error, Some(expected));
}

#[tokio::test]
async fn examples_are_commands_in_both_languages() {
    let store = Store::open().await;
    let registry = registry(&store);
    for spec in registry.specs() {
        for example in [spec.example_zh, spec.example_en] {
            let parsed = parse(example, registry.specs()).expect(example);
            assert_eq!(parsed.spec.name, spec.name, "{example}");
            assert!(after_mark(example).is_some());
            let wants_value = |one: &&bot_core::domain::command::Parameter| {
                !one.optional && one.sort != ParameterSort::Flag
            };
            assert!(spec.parameters.iter().filter(wants_value).count() <= 1);
        }
        assert!(!spec.summary_zh.ends_with('。') && !spec.summary_en.ends_with('.'));
    }
}

#[rstest]
#[case("/help", Language::En, &["In a ticket's thread:", "/close [reason] [silent] – ", "/online – "], &["module", "shift"])]
#[case("/帮助", Language::Zh, &["在工单里：", "/转接 <我|姓名|无>（/assign） – ", "/待办（/queue） – "], &["module"])]
#[case("/help close", Language::En, &["Resolves the ticket", "Also: /resolve /结束", "Example: /close refunded silent"], &["/note"])]
#[case("/帮助 结束", Language::Zh, &["/结束 [原因] [静默]", "例如：/结束 已退款 静默"], &["/备注"])]
#[case("/help /note", Language::En, &["/note <text>"], &["/close"])]
#[case("/help clsoe", Language::En, &["Did you mean /close?"], &[])]
#[case("/help 无此命令", Language::Zh, &["没有"], &[])]
#[case("/hlep", Language::En, &["There is no /hlep", "/help"], &[])]
#[tokio::test]
async fn helps(
    #[case] line: &str,
    #[case] language: Language,
    #[case] has: &[&str],
    #[case] lacks: &[&str],
) {
    let store = Store::open().await;
    let registry = registry(&store);
    let policy = policy(language);
    let context = CommandContext {
        case: None,
        policy: &policy,
    };
    let call = call(line, agent_of("agent"), None, Timestamp(0));
    let text = said(&registry.plan(&call, context).await, language);
    has.iter()
        .for_each(|part| assert!(text.contains(part), "{part} in {text}"));
    lacks
        .iter()
        .for_each(|part| assert!(!text.contains(part), "{part} in {text}"));
}

#[tokio::test]
async fn completion_offers_what_one_may_use() {
    let store = Store::open().await;
    let registry = registry(&store);
    let policy = policy(Language::En);
    let lines = |prefix: &str, role: &str| -> Vec<String> {
        let found = registry.complete(prefix, agent_of(role), &policy);
        found.into_iter().map(|one| one.line).collect()
    };
    assert_eq!(lines("/s", "auditor"), ["/status"]);
    assert_eq!(lines("/mod", "agent"), Vec::<String>::new());
    assert_eq!(lines("/mod", "admin"), ["/module"]);
    assert_eq!(
        lines("/assign a", "agent"),
        [
            "/assign agent ",
            "/assign analyst ",
            "/assign admin ",
            "/assign auditor "
        ]
    );
    assert_eq!(lines("/priority u", "agent"), ["/priority urgent "]);
}

#[tokio::test]
async fn threads_only() {
    let store = Store::open().await;
    let registry = registry(&store);
    let policy = policy(Language::En);
    for spec in registry
        .specs()
        .iter()
        .filter(|one| one.place == CommandPlace::Thread)
    {
        let call = call(spec.example_en, agent_of("admin"), None, Timestamp(0));
        let context = CommandContext {
            case: None,
            policy: &policy,
        };
        let plan = registry.plan(&call, context).await;
        let expected = format!("/{} works in a ticket's thread.", spec.name);
        assert_eq!(said(&plan, Language::En), expected);
        assert!(plan.acts.is_empty());
    }
}

/// Every phrase that a handler or the parser names is in the book.
#[test]
fn phrases_exist() {
    let sources = [
        include_str!("../command.rs"),
        include_str!("assignment.rs"),
        include_str!("customer.rs"),
        include_str!("explain.rs"),
        include_str!("life.rs"),
        include_str!("lines.rs"),
        include_str!("queue.rs"),
        include_str!("registry.rs"),
        include_str!("transcript.rs"),
    ];
    let book = Phrasebook::built_in();
    let quoted = sources
        .iter()
        .flat_map(|source| source.split('"').skip(1).step_by(2));
    let keys: BTreeSet<&str> = quoted.filter(|text| is_key(text)).collect();
    assert!(keys.len() > 30, "{keys:?}");
    for key in keys {
        assert!(book.variables(key).is_some(), "{key}");
    }
}

fn is_key(text: &str) -> bool {
    let word =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    text.split_once('.')
        .is_some_and(|(head, tail)| word(head) && word(tail))
}
