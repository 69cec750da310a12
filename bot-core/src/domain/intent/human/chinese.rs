//! Chinese wishes: a verb, maybe a filler, a human, and nothing after it that makes the human a
//! mere attribute.

use crate::domain::intent::wording::{made_of, without_front};
use crate::domain::wordlist::words;

const TARGETS: &[&str] = &["人工", "客服", "真人", "活人", "专员", "坐席", "座席"];
/// Superiors are humans too, but only when they are sent for.
const SUPERIORS: &[&str] = &["主管", "经理", "领导", "负责人", "店长", "上级"];
const FILLERS: &[&str] = words! {
    "一下" "下" "到" "至" "成" "给" "去" "个" "一个" "一位" "位" "一名" "名" "你们" "你们的"
    "的" "在线" "线上" "真正" "为" "通" "回" "一" "人工" "真人" "能" "会说话" "您" "你"
};
/// Verbs that can only mean "bring me one".
const SENDING: &[&str] = words! {
    "转接" "转" "找" "换" "接" "叫" "联系" "呼叫" "连线" "切换" "喊" "呼"
};
/// Verbs that also stand in plain questions ("退款要人工审核吗").
const WANTING: &[&str] = &["要", "需要", "想要", "来"];
/// Speaking with one; a wish only after a word of wishing.
const SPEAKING: &[&str] = &["和", "跟", "与", "同", "让", "请", "由"];
/// After the human, these make it an attribute of something else.
const ATTRIBUTED: &[&str] = words! {
    "费" "智能" "智慧" "审核" "审批" "审查" "核实" "核对" "复核" "成本" "电话" "热线" "号码"
    "微信" "qq" "邮箱" "工号" "公众号" "二维码" "岗" "招聘" "兼职" "工作" "工资" "职位" "外包"
    "软件" "系统" "培训" "翻译" "标注" "打包" "检" "鉴定" "泪液" "降雨" "授精" "草" "湖" "耳蜗"
    "关节" "晶" "心脏" "皮" "呼吸" "流产" "湿地" "时间" "上班" "几点" "营业" "地址" "链接"
    "入口在" "排队时间" "态度"
};
/// After a human who is wanted, these carry the wish on.
const GOES_ON: &[&str] = words! {
    "吧" "啊" "呀" "呢" "吗" "嘛" "了" "哦" "来" "帮" "给" "跟" "和" "处理" "解决" "回复" "回答"
    "接待" "接听" "介入" "谢" "快" "马上" "现在" "可以" "行" "不行" "不要" "不是" "对话" "聊"
    "沟通" "说" "联系" "我" "服务" "在线" "协助" "咨询" "立刻" "急"
};
const SPOKEN: &[&str] = words! {
    "说" "聊" "沟通" "对话" "谈" "讲" "通话" "交流" "来" "回复" "联系" "处理" "回我" "接"
};
/// Who may want: the writer, in the words that come before "要".
const WANTERS: &[&str] = words! {
    "我" "我们" "咱" "咱们" "俺" "想" "就" "只" "就是" "只想" "现在" "马上" "立刻" "立即" "还是"
    "那" "请" "麻烦" "给" "帮" "能" "可以" "不能" "能不能" "可不可以" "真的" "真" "必须" "一定"
    "坚持" "强烈" "说了" "都说了" "我说了" "说" "急" "很" "非常" "也" "先" "直接" "再" "谢谢"
    "你好" "您好" "亲" "喂" "了" "是" "到底" "什么时候" "有事"
};
const WISHING: &[&str] = &["想", "要", "希望", "能", "可以", "让", "请", "需"];
const NEGATIONS: &[&str] = words! {
    "不要" "不用" "不想" "别" "不必" "不需要" "无需" "甭" "没" "没有" "不" "不会" "暂时不"
    "先不" "先别" "取消" "不再"
};
/// "要不转人工吧", "为什么不转人工", "不转人工就…" want what they seem to refuse.
const MOCK_NEGATIONS: &[&str] = words! {
    "要不" "要不要" "需不需要" "能不" "可不" "是不" "还不" "怎么不" "为什么不" "干嘛不" "咋不"
    "何不"
};
const BOTS: &[&str] = &["机器人", "智能客服", "自动回复", "人机", "机器"];

pub(super) fn wishes(clause: &str) -> bool {
    shuns_bots(clause)
        || TARGETS
            .iter()
            .chain(SUPERIORS)
            .any(|target| wishes_for(clause, target))
}

fn wishes_for(clause: &str, target: &str) -> bool {
    clause.match_indices(target).any(|(at, _)| {
        let before = clause.get(..at).unwrap_or_default();
        let after = clause.get(at + target.len()..).unwrap_or_default();
        is_wish(before, without_front(after, TARGETS), target)
    })
}

fn is_wish(before: &str, after: &str, target: &str) -> bool {
    if begins(after, ATTRIBUTED) {
        return false;
    }
    let before = trim_fillers(before);
    if let Some(lead) = cut(before, SENDING) {
        return !is_negated(lead, after);
    }
    if SUPERIORS.contains(&target) {
        return false;
    }
    if let Some(lead) = cut(before, WANTING) {
        let wanted = after.is_empty() || begins(after, GOES_ON);
        return wanted && made_of(lead, [WANTERS]).is_some() && !is_negated(lead, after);
    }
    cut(before, SPEAKING).is_some_and(|lead| {
        let wished = WISHING.iter().any(|word| lead.contains(word)) || before.ends_with('让');
        wished && begins(after, SPOKEN) && !is_negated(trim_wishing(lead), after)
    })
}

/// "不要机器人", "我不想跟机器人说话".
fn shuns_bots(clause: &str) -> bool {
    const BETWEEN: &[&str] = words! {
        "跟" "和" "与" "同" "用" "再" "让" "给我" "对着" "是" "什么" "这个"
    };
    const SHUNS: &[&str] = words! {
        "不要" "不想" "别" "不跟" "不和" "不愿" "不愿意" "拒绝" "不用" "讨厌" "烦"
    };
    let shuns = |before: &str| {
        let direct = SHUNS.iter().any(|word| before.ends_with(word));
        direct
            || cut(before, BETWEEN)
                .is_some_and(|lead| SHUNS.iter().any(|word| lead.ends_with(word)))
    };
    BOTS.iter().any(|bot| {
        let mut places = clause.match_indices(bot);
        places.any(|(at, _)| clause.get(..at).is_some_and(shuns))
    })
}

fn is_negated(lead: &str, after: &str) -> bool {
    const TO_ME: &[&str] = &["再", "给我", "帮我", "给", "帮", "想", "要", "去", "用"];
    let lead = lead.trim_end();
    let mock = |text: &str| MOCK_NEGATIONS.iter().any(|word| text.ends_with(word));
    let asks_why = ["为什么", "怎么", "还", "咋", "干嘛"]
        .iter()
        .any(|word| lead.contains(word));
    let negated = |text: &str| NEGATIONS.iter().any(|word| text.ends_with(word)) && !mock(text);
    let inner = cut(lead, TO_ME).unwrap_or(lead);
    (negated(lead) || negated(inner)) && !asks_why && !after.contains('就') && !mock(lead)
}

fn trim_wishing(lead: &str) -> &str {
    cut(lead, &["想", "要", "能", "可以", "让", "希望"]).unwrap_or(lead)
}

fn trim_fillers(mut before: &str) -> &str {
    while let Some(shorter) = cut(before, FILLERS) {
        if shorter.is_empty() {
            break;
        }
        before = shorter;
    }
    before.trim_end()
}

/// `text` without the longest of `words` at its end.
fn cut<'t>(text: &'t str, words: &[&str]) -> Option<&'t str> {
    let text = text.trim_end();
    let found = words.iter().filter_map(|word| text.strip_suffix(word));
    found.min_by_key(|shorter| shorter.len())
}

fn begins(text: &str, words: &[&str]) -> bool {
    let text = text.trim_start();
    words.iter().any(|word| text.starts_with(word))
}
