//! Made-up articles, half Chinese and half English, the same for the same seed.
//!
//! An article is about one aspect of one product; large bases tell models of a product apart, as
//! real ones do. Customers ask in the articles' own words, or loosely.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};
use serde::Serialize;

/// An article as `kb import` reads it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) question: String,
    pub(crate) alternatives: Vec<String>,
    pub(crate) answer: String,
    pub(crate) lang: &'static str,
}

/// A question with the article that answers it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Asked {
    pub(crate) text: String,
    pub(crate) expect: String,
}

/// Ways to ask for one aspect: `#` stands for the product. The last is what the answer says.
type Aspect = [&'static str; 5];

struct Tongue {
    lang: &'static str,
    products: &'static [&'static str],
    aspects: &'static [Aspect],
    before: &'static [&'static str],
    after: &'static [&'static str],
}

const ENGLISH: Tongue = Tongue {
    lang: "en",
    products: &[
        "kettle",
        "toaster",
        "blender",
        "vacuum cleaner",
        "desk lamp",
        "headphones",
        "keyboard",
        "monitor",
        "printer",
        "router",
        "tablet",
        "phone case",
        "charger",
        "backpack",
        "suitcase",
        "raincoat",
        "running shoes",
        "mattress",
        "pillow",
        "office chair",
        "bookshelf",
        "bicycle",
        "helmet",
        "tent",
        "sleeping bag",
        "camera",
        "tripod",
        "microphone",
        "speaker",
        "smart watch",
        "air purifier",
        "humidifier",
        "rice cooker",
        "coffee machine",
        "frying pan",
        "knife set",
        "lawn mower",
        "drill",
        "ladder",
        "paint",
        "wallpaper",
        "curtain",
        "carpet",
        "baby stroller",
        "car seat",
        "dog food",
        "aquarium",
        "guitar",
        "piano",
        "telescope",
    ],
    aspects: &[
        [
            "How long is the warranty on the #?",
            "guarantee period of the #",
            "will you repair my # for free",
            "# broke after a month, is it covered",
            "The warranty on the # is",
        ],
        [
            "How do I return the #?",
            "I want to send the # back",
            "return policy for the #",
            "can the # be returned once opened",
            "You may return the # within",
        ],
        [
            "When will my # be delivered?",
            "delivery time of the #",
            "how many days until the # arrives",
            "shipping the # takes how long",
            "The # reaches you within",
        ],
        [
            "How do I clean the #?",
            "cleaning instructions for the #",
            "my # is dirty, what may I wash it with",
            "remove stains from the #",
            "Clean the # with",
        ],
        [
            "Why does the # make a strange noise?",
            "the # is loud",
            "my # rattles and hums",
            "noise coming from the #",
            "A noise from the # stops after",
        ],
        [
            "Can I pay for the # by instalments?",
            "instalment plan for the #",
            "pay monthly for a #",
            "split the price of the #",
            "You can split the price of the # into",
        ],
        [
            "Where can I buy spare parts for the #?",
            "replacement parts of the #",
            "order a spare part for my #",
            "missing screw of the #",
            "Spare parts for the # are found under number",
        ],
        [
            "How do I connect the # to the app?",
            "pair the # with my phone",
            "the app does not find the #",
            "set up the # in the app",
            "To connect the # press the button for",
        ],
        [
            "What size is the #?",
            "dimensions of the #",
            "how tall and wide is the #",
            "will the # fit through my door",
            "The # measures",
        ],
        [
            "Is the # in stock again?",
            "when is the # available",
            "the # is sold out",
            "tell me when the # comes back",
            "The # is in stock again in week",
        ],
        [
            "How much power does the # use?",
            "energy consumption of the #",
            "watts of the #",
            "does the # need a lot of electricity",
            "The # uses",
        ],
        [
            "Can I cancel my order for the #?",
            "cancel the #",
            "I ordered a # by mistake",
            "stop the shipment of my #",
            "An order for the # can be cancelled within",
        ],
    ],
    before: &[
        "Hello, ",
        "Hi, quick question: ",
        "Please help, ",
        "Good morning. ",
        "Sorry to bother you, ",
    ],
    after: &[
        " Thanks",
        " please",
        " It is urgent",
        " I bought it last week",
        "",
    ],
};

const CHINESE: Tongue = Tongue {
    lang: "zh",
    products: &[
        "电水壶",
        "烤面包机",
        "搅拌机",
        "吸尘器",
        "台灯",
        "耳机",
        "键盘",
        "显示器",
        "打印机",
        "路由器",
        "平板电脑",
        "手机壳",
        "充电器",
        "双肩包",
        "行李箱",
        "雨衣",
        "跑步鞋",
        "床垫",
        "枕头",
        "办公椅",
        "书架",
        "自行车",
        "头盔",
        "帐篷",
        "睡袋",
        "照相机",
        "三脚架",
        "麦克风",
        "音箱",
        "智能手表",
        "空气净化器",
        "加湿器",
        "电饭煲",
        "咖啡机",
        "平底锅",
        "刀具套装",
        "割草机",
        "电钻",
        "梯子",
        "油漆",
        "墙纸",
        "窗帘",
        "地毯",
        "婴儿车",
        "安全座椅",
        "狗粮",
        "鱼缸",
        "吉他",
        "钢琴",
        "望远镜",
    ],
    aspects: &[
        [
            "#保修多久？",
            "#的质保期",
            "#坏了能免费修吗",
            "#用了一个月就坏了，在保修范围内吗",
            "#的保修期是",
        ],
        [
            "#怎么退货？",
            "我想退掉#",
            "#的退货政策",
            "#拆封了还能退吗",
            "#可以退货，期限是",
        ],
        [
            "#什么时候能送到？",
            "#的配送时间",
            "#几天能到货",
            "#快递要多长时间",
            "#送达需要",
        ],
        [
            "#怎么清洗？",
            "#的清洁方法",
            "#脏了用什么洗",
            "#上的污渍怎么去掉",
            "清洗#请用",
        ],
        [
            "#为什么有异响？",
            "#声音很大",
            "#一直嗡嗡响",
            "#有噪音",
            "#的异响会消失，需要",
        ],
        [
            "#可以分期付款吗？",
            "#的分期方案",
            "#能按月付吗",
            "#的价格可以分几次付",
            "#的价格可以分成",
        ],
        [
            "#的配件在哪里买？",
            "#的替换零件",
            "给#订一个配件",
            "#少了一颗螺丝",
            "#的配件编号是",
        ],
        [
            "#怎么连接应用？",
            "#和手机配对",
            "应用找不到#",
            "在应用里设置#",
            "连接#请长按按钮",
        ],
        [
            "#的尺寸是多少？",
            "#多大",
            "#有多高多宽",
            "#能放进门里吗",
            "#的尺寸是",
        ],
        [
            "#什么时候有货？",
            "#何时补货",
            "#卖完了",
            "#到货通知我",
            "#补货在第几周：",
        ],
        [
            "#耗电多少？",
            "#的功率",
            "#是多少瓦",
            "#费电吗",
            "#的功率是",
        ],
        [
            "#的订单可以取消吗？",
            "取消#",
            "我下错单买了#",
            "#先别发货",
            "#的订单可以取消，期限是",
        ],
    ],
    before: &[
        "你好，",
        "请问一下，",
        "麻烦帮忙看看，",
        "早上好，",
        "不好意思，",
    ],
    after: &["，谢谢", "，急", "，上周买的", "，麻烦了", ""],
};

/// `count` articles; every second one is English.
pub(crate) fn made(count: usize, seed: u64) -> Vec<Entry> {
    let mut random = StdRng::seed_from_u64(seed);
    (0..count).map(|at| entry(at, &mut random)).collect()
}

fn entry(at: usize, random: &mut StdRng) -> Entry {
    let (tongue, number) = (tongue(at), at / 2);
    let (products, aspects) = (tongue.products.len(), tongue.aspects.len());
    let aspect = tongue.aspects[(number / products) % aspects];
    let product = product(tongue, number % products, number / (products * aspects));
    let said = |how: &str| how.replace('#', &product);
    Entry {
        id: format!("a{at:06}"),
        question: said(aspect[0]),
        alternatives: aspect[1..4].iter().map(|how| said(how)).collect(),
        answer: format!(
            "{} {}. [{at:06}]",
            said(aspect[4]),
            random.random_range(2..900)
        ),
        lang: tongue.lang,
    }
}

const fn tongue(at: usize) -> &'static Tongue {
    if at.is_multiple_of(2) {
        &ENGLISH
    } else {
        &CHINESE
    }
}

/// The first round of articles is about products, the later ones about their models.
fn product(tongue: &Tongue, product: usize, model: usize) -> String {
    let name = tongue.products[product];
    match model {
        0 => name.to_owned(),
        model => format!(
            "{name} {}{}",
            ["KX", "PR", "ZT", "MG"][model % 4],
            100 + model
        ),
    }
}

/// Questions in the articles' own words, each with its article's number.
pub(crate) fn own_words(entries: &[Entry]) -> Vec<(String, usize)> {
    let phrases = |at: usize, entry: &Entry| {
        let own = std::iter::once(&entry.question).chain(&entry.alternatives);
        own.map(|text| (text.clone(), at)).collect::<Vec<_>>()
    };
    entries
        .iter()
        .enumerate()
        .flat_map(|(at, entry)| phrases(at, entry))
        .collect()
}

/// Questions in loose words: greeting and thanks around a phrase that may lack a character or a word.
pub(crate) fn loose(entries: &[Entry], count: usize, seed: u64) -> Vec<Asked> {
    let mut random = StdRng::seed_from_u64(seed);
    let one = |_| {
        let at = random.random_range(0..entries.len());
        let text = loosely(tongue(at), &entries[at], &mut random);
        Asked {
            text,
            expect: entries[at].id.clone(),
        }
    };
    (0..count).map(one).collect()
}

fn loosely(tongue: &Tongue, entry: &Entry, random: &mut StdRng) -> String {
    let phrase = match entry.alternatives.choose(random) {
        Some(other) if random.random_bool(0.75) => other,
        _ => &entry.question,
    };
    let pick = |some: &[&'static str], random: &mut StdRng| {
        some.choose(random).copied().unwrap_or_default()
    };
    let (before, after) = (pick(tongue.before, random), pick(tongue.after, random));
    format!("{before}{}{after}", shortened(phrase, tongue, random))
}

fn shortened(phrase: &str, tongue: &Tongue, random: &mut StdRng) -> String {
    let spaced = tongue.lang == "en";
    let mut parts: Vec<&str> = match spaced {
        true => phrase.split(' ').collect(),
        false => phrase.split("").filter(|part| !part.is_empty()).collect(),
    };
    if parts.len() > 4 && random.random_bool(0.5) {
        parts.remove(random.random_range(0..parts.len()));
    }
    parts.join(if spaced { " " } else { "" })
}
