//! The things that can happen in a random life.

use proptest::prelude::*;
use proptest::sample::select;

use crate::domain::decide::tests::scene::{Answerer, LI, MO};
use crate::domain::event::Timer;
use crate::domain::id::AgentId;
use crate::domain::place::Destination;
use crate::domain::ticket::Priority;
use crate::domain::time::{DAY, HOUR, MINUTE, SECOND};

/// A text that the answerer is sure about, and one with several articles.
pub(super) const KNOWN: &str = "怎么退货退款呢";
pub(super) const DOUBTED: &str = "送货怎么安排";

const TEXTS: &[&str] = &[
    KNOWN,
    KNOWN,
    DOUBTED,
    DOUBTED,
    "你好",
    "hello?",
    "谢谢",
    "ok",
    "👍",
    "人工",
    "0",
    "在吗",
    "我那个订单",
    "你们的手机壳可以刻字吗",
    "where is my order please",
    "订单 20261124001",
    "1",
    "2",
    "3",
    "4",
    "5",
    "★",
    "以上都不是",
    "取消",
    "我要起诉你们",
    "充电器起火了",
    "删除我的数据",
    "导出我的数据",
    "https://spam.example/win",
    "/close",
    "p1:yes",
    "",
];

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Says {
        text: String,
        cut: bool,
        ago: i64,
    },
    Picture,
    Press(usize),
    Forge(String),
    Edits {
        known: bool,
    },
    Deletes {
        known: bool,
    },
    Leaves,
    Arrives,
    Writes {
        by: Option<AgentId>,
        form: Form,
    },
    Commands {
        by: AgentId,
        order: Order,
    },
    PressesKept {
        by: AgentId,
        which: usize,
        reopen: bool,
    },
    Corrects {
        by: AgentId,
        known: bool,
        form: Form,
    },
    TakesBack {
        known: bool,
    },
    Waits(i64),
    Fires(Timer),
    ComesLate {
        failed: bool,
    },
    Reports {
        to: Destination,
        by_agent: bool,
        dead: bool,
    },
    ThreadGone,
    File {
        stored: bool,
    },
    Breaks {
        from_customer: bool,
    },
    Duty(bool),
    Answers(Answerer),
    NotesByDefault(bool),
}

/// How an agent's line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Plain,
    ToColleague,
    Card,
    Command,
    ToNote,
}

/// What a command orders.
#[derive(Clone, Debug)]
pub(super) enum Order {
    Note,
    Reply,
    Close { silent: bool },
    Reopen,
    Assign(Option<AgentId>),
    Hold(Option<i64>),
    Priority(Priority),
    Tag,
    Block(Option<i64>),
    Unblock,
    Undo,
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => customer(),
        8 => team(),
        6 => time(),
        2 => machine(),
        1 => setting(),
    ]
}

fn customer() -> impl Strategy<Value = Step> {
    let said = prop_oneof![9 => select(TEXTS).prop_map(str::to_owned), 1 => "\\PC{0,40}"];
    prop_oneof![
        14 => (said, prop::bool::weighted(0.05), select(vec![0, 0, 0, 5 * SECOND]))
            .prop_map(|(text, cut, ago)| Step::Says { text, cut, ago }),
        1 => Just(Step::Picture),
        5 => any::<usize>().prop_map(Step::Press),
        1 => "p?[0-9]{0,3}:?(yes|none|up|down|bot|[0-9])?".prop_map(Step::Forge),
        1 => any::<bool>().prop_map(|known| Step::Edits { known }),
        1 => any::<bool>().prop_map(|known| Step::Deletes { known }),
        1 => prop_oneof![Just(Step::Leaves), Just(Step::Arrives)],
    ]
}

fn agent() -> impl Strategy<Value = AgentId> {
    prop_oneof![3 => Just(LI), 1 => Just(MO)]
}

fn form() -> impl Strategy<Value = Form> {
    use Form::{Card, Command, Plain, ToColleague, ToNote};
    select(vec![
        Plain,
        Plain,
        Plain,
        ToColleague,
        Card,
        Command,
        ToNote,
    ])
}

fn team() -> impl Strategy<Value = Step> {
    let by = prop_oneof![8 => agent().prop_map(Some), 1 => Just(None)];
    prop_oneof![
        5 => (by, form()).prop_map(|(by, form)| Step::Writes { by, form }),
        6 => (agent(), order()).prop_map(|(by, order)| Step::Commands { by, order }),
        2 => (agent(), any::<usize>(), any::<bool>())
            .prop_map(|(by, which, reopen)| Step::PressesKept { by, which, reopen }),
        1 => (agent(), any::<bool>(), form())
            .prop_map(|(by, known, form)| Step::Corrects { by, known, form }),
        1 => any::<bool>().prop_map(|known| Step::TakesBack { known }),
    ]
}

fn order() -> impl Strategy<Value = Order> {
    prop_oneof![
        2 => Just(Order::Note),
        1 => Just(Order::Reply),
        4 => prop::bool::weighted(0.2).prop_map(|silent| Order::Close { silent }),
        2 => Just(Order::Reopen),
        2 => select(vec![Some(LI), Some(MO), None]).prop_map(Order::Assign),
        2 => select(vec![None, Some(HOUR), Some(90 * DAY), Some(-1)]).prop_map(Order::Hold),
        1 => select(&Priority::ALL[..]).prop_map(Order::Priority),
        1 => Just(Order::Tag),
        1 => select(vec![None, Some(MINUTE)]).prop_map(Order::Block),
        2 => Just(Order::Unblock),
        1 => Just(Order::Undo),
    ]
}

fn time() -> impl Strategy<Value = Step> {
    let spans = vec![
        0,
        SECOND,
        2 * SECOND,
        5 * SECOND,
        40 * SECOND,
        6 * MINUTE,
        16 * MINUTE,
    ];
    let long = vec![HOUR, 11 * HOUR, DAY, 8 * DAY];
    prop_oneof![
        9 => select(spans).prop_map(Step::Waits),
        2 => select(long).prop_map(Step::Waits),
        1 => select(vec![
            Timer::Settle,
            Timer::AnswerLate,
            Timer::WaitingUpdate,
            Timer::WaitingChoice,
            Timer::CloseResolved,
            Timer::Wake,
            Timer::Resend(crate::domain::id::DeliveryId::default()),
        ])
        .prop_map(Step::Fires),
    ]
}

fn machine() -> impl Strategy<Value = Step> {
    use Destination::{Callback, Customer, Room, Thread};
    let to = select(vec![Customer, Thread, Room, Callback]);
    prop_oneof![
        2 => any::<bool>().prop_map(|failed| Step::ComesLate { failed }),
        2 => (to, any::<bool>(), any::<bool>())
            .prop_map(|(to, by_agent, dead)| Step::Reports { to, by_agent, dead }),
        1 => Just(Step::ThreadGone),
        1 => any::<bool>().prop_map(|stored| Step::File { stored }),
        1 => any::<bool>().prop_map(|from_customer| Step::Breaks { from_customer }),
    ]
}

fn setting() -> impl Strategy<Value = Step> {
    use Answerer::{Failing, Prompt, Slow};
    prop_oneof![
        any::<bool>().prop_map(Step::Duty),
        select(vec![Prompt, Prompt, Failing, Slow]).prop_map(Step::Answers),
        prop::bool::weighted(0.3).prop_map(Step::NotesByDefault),
    ]
}
