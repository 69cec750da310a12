use proptest::prelude::*;

use super::*;
use crate::domain::wordlist::words;

/// Every text of a table is read, so that one run shows all that is wrong.
fn all_read(texts: &[&str], expected: Intent) {
    let wrong: Vec<_> = texts
        .iter()
        .map(|text| (*text, read(text)))
        .filter(|(_, intent)| *intent != expected)
        .collect();
    assert!(wrong.is_empty(), "not {expected:?}: {wrong:#?}");
}

fn none_read(texts: &[&str], unexpected: Intent) {
    let wrong: Vec<_> = texts
        .iter()
        .filter(|text| read(text) == unexpected)
        .collect();
    assert!(wrong.is_empty(), "wrongly {unexpected:?}: {wrong:#?}");
}

#[test]
fn humans_are_reachable_in_chinese() {
    all_read(
        words! {
            "人工" "人工！" "「人工」" "人工客服" "人工服务" "客服" "真人" "活人" "转人工"
            "转人工客服" "转接人工" "轉人工" "轉真人客服" "請轉接專員" "找人工" "找客服"
            "找真人" "要人工" "我要人工" "我要真人" "换人工" "換真人" "换个真人来" "换人工客服"
            "请转人工" "麻烦转一下人工" "帮我转人工客服，谢谢" "你好，转人工" "您好 人工"
            "人工人工人工" "人 工" "人工人工" "转人工！！！" "转人工🙏" "我要找人工客服"
            "我要找你们客服" "我想找真人" "找个活人" "给我转人工" "能转人工吗" "可以转人工吗"
            "能不能找个真人" "怎么转人工" "如何联系客服" "怎么找人工客服" "有人工吗"
            "有没有人工客服" "你们有人工客服吗" "有真人吗" "人工在吗" "真人在吗" "转接在线客服"
            "联系客服" "呼叫人工" "我要和真人说话" "我想跟人工聊" "让客服联系我" "让人工回复我"
            "要不转人工吧" "要不要转人工" "为什么不转人工" "怎么还不转人工" "不转人工我就投诉"
            "不要机器人，我要人工" "不要机器人" "我不想跟机器人说话" "别用机器人回我"
            "不要智能客服" "东西坏了，转人工" "订单一直没发货，我要人工" "退款还没到账，人工"
            "找客服退款" "转客服处理一下" "我要人工处理" "我要客服介入" "我就要人工"
            "现在就要真人" "都说了我要人工" "找你们经理" "叫你们主管来" "转主管" "转人工要多久"
            "人工 人工" "０" "0" "以上都不是，转人工" "接人工" "接真人" "来个真人" "要真人客服"
            "请给我转接人工客服好吗" "直接转人工" "我要投诉，转人工" "急急急转人工"
            "谢谢，转人工吧" "客服客服" "人工呢" "转人工不行吗" "你好，我要找客服" "请人工回复" "接入人工" "请安排人工" "申请人工服务" "咨询人工客服" "找个人" "叫个人来" "换人" "转接"
        "客服怎么还不回我" "人工怎么还没来" "客服不理人" "东西坏了 人工" "东西坏了\n人工" "退款没到　真人" "我要退款\n快点\n人工客服" "線上客服"
            "轉接專人" "转\u{200b}人工" "转 人 工"
        },
        Intent::Human,
    );
}

#[test]
fn humans_are_reachable_in_english() {
    all_read(
        words! {
            "human" "Human!" "HUMAN" "humaaaan" "human please" "agent" "Agent?" "operator"
            "representative" "real person" "a real person please" "real human" "live agent"
            "live chat" "person" "customer service" "customer support" "support" "csr"
            "talk to a human" "I want to talk to a human" "speak to someone"
            "can I speak with an agent" "Can I talk to a real person, please?"
            "connect me to an agent" "transfer me to a human"
            "please transfer me to a representative" "get me a human" "I need a human"
            "i want a human now" "give me a real person" "let me talk to a person"
            "I'd like to speak to a representative" "how do I contact support"
            "how can I reach a human" "how do i talk to a person?" "is there a real person"
            "speak to a manager" "I want to speak to your supervisor"
            "put me through to customer service" "chat with a live agent" "human, please"
            "hi, human please" "my parcel is broken, I want to talk to someone"
            "I want a human not a bot" "I don't want to talk to a bot" "no bots please"
            "don't want to chat with a robot, human" "this is useless. human"
            "why can't I talk to a human" "escalate to a human agent"
            "can you connect me with a support agent" "contact customer service about my refund"
            "talk to an agent to cancel my order" "I need to speak with someone about billing"
            "human agent" "HUMAN AGENT NOW" "ｈｕｍａｎ" "operator please"
            "need a representative" "0" "someone from your team please, agent"
            "None of these, get a person"
        },
        Intent::Human,
    );
}

#[test]
fn what_only_looks_like_asking_for_a_human() {
    none_read(
        words! {
            "客服电话是多少" "人工费多少" "退款要人工审核吗" "what is a user agent" "客服电话"
            "找客服电话" "人工费" "要人工费吗" "安装要人工费吗" "人工智能" "换人工智能课程"
            "转人工审核了怎么还没通过" "人工审核要多久" "客服几点上班" "人工客服几点上班"
            "客服态度太差了" "客服热线多少" "找客服微信" "你们招客服吗" "找客服工作"
            "客服工作时间" "什么是人工客服" "退款需要人工吗" "这个要人工处理吗"
            "换人工泪液可以吗" "你是真人吗" "你是人工吗" "你是不是机器人" "不要人工"
            "不用转人工" "别转人工" "不需要人工" "不用找客服了" "真人照片有吗" "真人秀在哪看"
            "模特是真人吗" "人工草坪多少钱" "纯人工制作吗" "主要人工成本多少" "客服你好"
            "你好客服" "客服在吗" "客服您好！" "手工还是人工" "经理是谁" "are you a human"
            "are you a real person?" "r u human" "is this a real person"
            "am i talking to a human" "customer service phone number" "customer service hours"
            "what are your customer service hours" "do you need a human resources manager"
            "human hair wig price" "I need a human readable invoice"
            "I need a person to sign for it?" "travel agent discount"
            "do I get an agent discount" "find my agent" "I get it from a person I know"
            "what does agent mean" "cleaning agent msds" "is human error covered"
            "can I talk to my agent about insurance" "don't transfer me to an agent"
            "I don't need a human" "no human needed" "does it support bluetooth"
            "support stand for the tv" "which browser do you support"
            "do you have a support page" "person of interest dvd" "昨天找客服说今天发货" "上次联系客服说可以退" "请人工审核" "人工湖在哪" "安装 人工费 多少" "人工 智能音箱" "这款 真人秀 周边"
        },
        Intent::Human,
    );
}

#[test]
fn greetings() {
    all_read(
        words! {
            "你好" "您好" "您好！" "你好呀" "嗨" "哈喽" "早上好" "下午好～" "晚上好" "大家好"
            "客服你好" "你好客服" "客服您好！" "hi" "Hi!" "hello" "Hello." "hey there" "hi team"
            "good morning" "Good afternoon!" "hiiii" "你好👋" "妳好" "您好，打扰一下"
            "hello hello" "你好，hello" "哈嘍"
        },
        Intent::Greeting,
    );
}

#[test]
fn thanks_and_acknowledgements() {
    all_read(
        words! {
            "谢谢" "謝謝" "谢谢你" "多谢啦" "非常感谢" "感谢您的耐心解答" "谢谢你的帮助" "好的"
            "好" "好的，谢谢" "ok" "OK!" "okay" "ok好的" "thx" "thanks" "Thanks!"
            "thank you so much" "thank you very much for your help" "many thanks" "got it"
            "Got it, thanks!" "嗯嗯" "嗯嗯嗯嗯" "哦" "知道了" "明白了" "收到" "了解" "没事了"
            "不用了，谢谢" "解决了" "搞定" "辛苦了" "麻烦你了" "行" "可以了" "再见" "拜拜" "bye"
            "bye bye" "👍" "👌" "🙏🙏" "👍🏽" "谢谢😊" "好的👌" "❤️" "ty" "no problem"
            "no thanks" "that's all" "great, thanks" "perfect" "all good" "好的好的"
            "那就这样，谢谢" "3q" "88" "k" "哈哈哈" "ok 那我等" "稍等" "😂" "太好了谢谢"
        },
        Intent::Thanks,
    );
}

#[test]
fn thanks_with_more_are_no_thanks() {
    none_read(
        words! {
            "谢谢\n我的订单什么时候到" "谢谢，我的订单什么时候到" "ok but where is my order" "好的，那退款呢" "ok?"
            "可以吗？" "行吗？" "好的，我的订单号是20261124001"
            "thanks but it still doesn't work" "😡" "👎" "👍👎" "谢谢惠顾是什么意思" "好慢"
            "不好" "好评返现怎么领" "没问题的话什么时候发货"
        },
        Intent::Thanks,
    );
}

#[test]
fn vague_messages() {
    all_read(
        words! {
            "在吗" "在嗎？" "在不在" "有人吗" "有人嗎" "你好，在吗" "您好在吗？"
            "在吗在吗在吗在吗" "hello?" "Hello??" "hi?" "anyone there?" "Is anybody there"
            "are you there?" "我那个订单" "您好，我那个订单" "订单" "退款" "怎么办" "help"
            "I need help" "question" "请问一下" "想问一下" "咨询一下" "麻烦帮我看看" "" "   "
            "？" "???" "😡" "😭😭" "my order" "order" "where" "1042" "#1042" "123" "嗯？"
            "怎么回事" "客服在吗" "喂" "在？" "refund" "ok?" "2026-11-24" "199.00" "12:30"
            "broken thing" "cancel my order" "人工费多少" "你好，谢谢，订单"
        },
        Intent::Vague,
    );
}

#[test]
fn substantive_messages() {
    all_read(
        words! {
            "我的订单到哪了" "退款多久到账" "请问怎么申请退货" "訂單什麼時候發貨"
            "where is my order" "how do I return this" "20261124001" "订单20261124001"
            "SO-10234" "A12345" "查 20261124001" "iphone15 坏了怎么办" "退款 iphone 15 pro 多久"
            "客服电话是多少" "退款要人工审核吗" "what is a user agent" "注文はどこですか"
            "где мой заказ сейчас" "你好，我的快递怎么还没到" "hello, where is my parcel"
            "取消订单怎么操作" "cancel my order please now"
            "看 https://example.com/a 这个怎么卖" "我不是要退款是要换货"
        },
        Intent::Substantive,
    );
}

#[test]
fn privacy_requests() {
    all_read(
        words! {
            "删除我的数据" "刪除我的資料" "请删除我的个人信息" "我要删除我的数据"
            "把我的数据都删了" "把我的资料删掉" "请把我的个人信息全部删除" "删除我的所有数据"
            "清除我的聊天记录" "删掉我的信息" "注销我的账号数据" "删除个人信息"
            "我要求删除本人的数据" "行使被遗忘权" "怎么删除我的数据" "你好，删除我的数据，谢谢"
            "delete my data" "Delete my data!" "please delete all my data"
            "delete all of my personal data" "erase my personal information" "remove my data"
            "I want you to delete my data" "wipe my data please" "delete my chat history"
            "right to be forgotten" "data deletion request" "how do I delete my data"
            "Can you erase all my information?" "删除我的数据，转人工" "delete my account data"
        },
        Intent::Privacy(PrivacyWish::Erase),
    );
    all_read(
        words! {
            "导出我的数据" "我要下载我的个人信息" "你们收集了我哪些个人信息"
            "你们存了我什么数据" "export my data" "download my data"
            "I request a copy of my data" "send me a copy of my personal data"
            "what data do you have about me" "what information do you store on me?"
            "subject access request"
        },
        Intent::Privacy(PrivacyWish::Copy),
    );
}

#[test]
fn what_is_no_privacy_request() {
    let texts: &[&str] = words! {
        "我的数据被删除了怎么恢复" "不小心删除了我的数据" "请不要删除我的数据" "删除订单"
        "怎么删除购物车" "怎么删除收货地址" "数据线多少钱" "删除评论" "my data was deleted"
        "don't delete my data" "I accidentally deleted my data" "did you delete my data"
        "delete my order" "send me my order details" "data cable" "delete the item from my cart"
        "how much data do I get" "怎么修改我的资料" "查看我的订单信息" "流量数据怎么看" "清除数据" "删除数据"
    };
    for text in texts {
        assert_eq!(privacy_wish(text), None, "{text}");
    }
}

#[test]
fn back_to_the_bot_and_cancelling() {
    all_read(
        words! {
            "回到机器人" "返回機器人" "转机器人" "机器人" "不等了" "不用人工了" "取消转人工"
            "别转人工了" "不要人工" "不用转人工" "智能客服" "back to the bot" "Back to bot"
            "bot" "talk to the bot" "switch back to the bot please" "no human needed"
        },
        Intent::BackToBot,
    );
    all_read(
        words! {
            "取消" "取消吧" "算了" "算了吧，谢谢" "退出" "停止" "cancel" "Cancel!"
            "cancel please" "never mind" "nevermind" "stop" "forget it" "quit"
        },
        Intent::Cancel,
    );
    none_read(
        &[
            "取消订单",
            "取消会员怎么弄",
            "cancel my order",
            "stop sending me mail",
            "机器人吸尘器多少钱",
        ],
        Intent::Cancel,
    );
    none_read(
        &["机器人吸尘器多少钱", "robot vacuum price", "不等了我要退款"],
        Intent::BackToBot,
    );
}

#[test]
fn links_alone() {
    all_read(
        words! {
            "https://example.com" "http://t.me/xyz" "t.me/xyz" "www.example.com" "bit.ly/abc 👉"
            "https://a.com https://b.com/x?y=1" "@channel https://t.me/joinchat/AAA"
            "👉👉 https://example.com/win 👈" "example.com"
        },
        Intent::LinkOnly,
    );
    none_read(
        words! {
            "看 https://example.com" "https://example.com 怎么用" "li@example.com" "3.5" "v1.2"
            "hello" "https://" "a.b" "1.23" "😀" "@someone"
        },
        Intent::LinkOnly,
    );
}

#[test]
fn one_intent_yields_to_another() {
    assert_eq!(read("谢谢，转人工"), Intent::Human);
    assert_eq!(read("你好，谢谢"), Intent::Greeting);
    assert_eq!(
        read("转人工，删除我的数据"),
        Intent::Privacy(PrivacyWish::Erase)
    );
    assert_eq!(read("不用人工了，谢谢"), Intent::BackToBot);
    assert!(
        greets("hello?") && pings("hello?"),
        "both hold; the question mark decides"
    );
}

#[test]
fn lines_that_address_a_colleague() {
    let names = ["li", "小李", "wang", "小王", "Anna Berg", "李"];
    for (line, expected) in [
        ("@li can you look at this", Some("li")),
        ("@LI 看一下", Some("li")),
        ("＠小李 看一下", Some("小李")),
        ("@li看一下", Some("li")),
        ("小李，这个你看下", Some("小李")),
        ("小李: 退款了吗", Some("小李")),
        ("小李 这个怎么处理", Some("小李")),
        ("小李你看一下", Some("小李")),
        ("小王帮忙跟进", Some("小王")),
        ("Li, is this paid?", Some("li")),
        ("hey Li, is this paid?", Some("li")),
        ("li can you check", Some("li")),
        ("Anna Berg: please take over", Some("Anna Berg")),
        ("@anna berg please", Some("Anna Berg")),
        ("嗨，小李，在吗", Some("小李")),
        ("@all who knows this", Some("@")),
        ("@所有人 看一下", Some("@")),
        ("李，看一下", Some("李")),
        ("小李", Some("小李")),
        ("Lily, your parcel is on its way", None),
        ("@lily thanks", None),
        ("李先生，您好", None),
        ("小李子很好吃", None),
        ("您好，小李已经为您处理", None),
        ("I asked li about it", None),
        ("Your order was sent", None),
        ("@customer hello", None),
        ("liability is limited", None),
        ("li", Some("li")),
        ("", None),
        ("@", None),
    ] {
        assert_eq!(addressed_colleague(line, &names), expected, "{line}");
    }
    assert_eq!(addressed_colleague("@li hi", &[] as &[&str]), None);
    assert_eq!(addressed_colleague("，hi", &["", " "]), None);
}

#[test]
fn a_very_long_message_is_read() {
    assert_eq!(
        read(&"我要退款，东西坏了。".repeat(20_000)),
        Intent::Substantive
    );
}

proptest! {
    #[test]
    fn every_text_has_an_intent(text in any::<String>()) {
        let intent = read(&text);
        prop_assert_eq!(intent, read(&text));
        let _colleague = addressed_colleague(&text, &["li", "小李", text.as_str()]);
    }

    #[test]
    fn words_in_any_order_have_an_intent(words in prop::collection::vec(prop::sample::select(vec![
        "人工", "客服", "转", "要", "不", "我", "机器人", "删除", "我的", "数据", "谢谢", "你好", "，", " ", "talk", "to", "human",
        "delete", "my", "data", "@", "0", "把", "吗", "agent", "https://a.b", "了", "?",
    ]), 0..12)) {
        prop_assert_eq!(read(&words.concat()), read(&words.concat()));
        prop_assert_eq!(read(&words.join(" ")), read(&words.join(" ")));
    }
}
