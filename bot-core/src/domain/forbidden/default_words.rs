//! The built-in list. A `*` at the end of a Latin word stands for any ending.

use crate::domain::wordlist::words;

/// Authorities, the press, lawyers, police, theft and fraud.
pub(super) const URGENT: &[&str] = words! {
    "12315" "打12345" "12345热线" "12345投诉" "投诉12345" "12378" "12300" "315晚会" "消协" "消费者协会" "消保委" "消费者权益保护"
    "消基会" "消保官" "黑猫投诉" "黑猫" "市场监管" "市监局" "工商局" "工商投诉" "银保监"
    "网信办" "工信部" "信访" "市长热线" "举报" "曝光你" "曝光他" "去曝光" "网上曝光" "要曝光"
    "媒体曝光" "找媒体" "联系媒体" "找电视台" "联系电视台" "记者" "律师" "起诉" "诉讼" "法院" "仲裁" "法律途径"
    "法律手段" "打官司" "告你们" "告上法庭" "报警" "报案" "警察" "派出所" "公安" "经侦" "盗刷"
    "被盗" "被偷" "偷走" "小偷" "盗窃" "盗号" "诈骗" "欺诈" "被骗" "骗子" "洗钱" "身份被冒用"
    "退一赔三" "假一赔十" "lawyer*" "attorney*" "solicitor*" "lawsuit*" "sue you" "sue your"
    "suing" "will sue" "going to sue" "gonna sue" "legal action" "legal proceedings"
    "small claims" "to court" "in court" "court order" "police" "chargeback*" "charge back"
    "dispute the charge" "stolen" "theft" "stole" "robbed" "robbery" "fraud*" "scam" "scams" "scammed" "scammer*"
    "identity theft" "unauthorized charge*" "unauthorised charge*" "unauthorized transaction*"
    "unauthorised transaction*" "unauthorized payment*" "unauthorised payment*" "hacked"
    "ombudsman" "trading standards" "better business bureau" "bbb" "ftc" "attorney general"
    "consumer protection" "consumer council" "press charges" "report you to" "journalist*"
    "news reporter" "whistleblow*" "money laundering"
};

/// Danger to life and limb.
pub(super) const SAFETY: &[&str] = words! {
    "起火" "着火" "失火" "火灾" "冒烟" "烧起来" "自燃" "爆炸" "炸了" "漏电" "触电" "煤气泄漏"
    "燃气泄漏" "煤气泄露" "燃气泄露" "漏气了" "一氧化碳" "受伤" "流血" "出血" "骨折" "烫伤"
    "烧伤" "割伤" "砸伤" "窒息" "晕倒" "昏迷" "中毒" "过敏" "误食" "误吞" "急诊" "急救" "住院"
    "救护车" "自杀" "自残" "自尽" "轻生" "不想活" "活不下去" "想死" "跳楼" "割腕" "结束生命"
    "出人命" "caught fire" "catch fire" "catches fire" "catching fire" "on fire"
    "started a fire" "fire hazard" "house fire" "in flames" "burst into flames" "smoke coming"
    "starts smoking" "started smoking" "is smoking" "exploded" "explodes" "explosion*"
    "exploding" "injur*" "bleeding" "broken bone*" "burned my" "burned his" "burned her"
    "burnt my" "burnt his" "burnt her" "got burned" "got burnt" "electric shock" "electrocut*"
    "gas leak*" "leaking gas" "carbon monoxide" "poisoned" "poisoning" "allergic" "anaphyla*"
    "choking" "choked" "unconscious" "ambulance" "emergency room" "hospitalized" "hospitalised"
    "in hospital" "in the hospital" "suicid*" "kill myself" "killing myself" "end my life"
    "self harm*" "hurt myself" "harm myself" "want to die" "don't want to live"
};

/// Names of goods and figures of speech that contain such words.
pub(super) const HARMLESS: &[&str] = words! {
    "报警器" "警报器" "报警灯" "报警声" "报警音" "报警功能" "报警系统" "火灾险" "火灾报警"
    "防盗刷" "防被盗" "防爆炸" "黑猫警长" "黑猫图" "黑猫款" "黑猫玩偶" "小黑猫" "黑猫t恤"
    "黑猫色" "警察玩具" "警察制服" "警察帽" "爆炸盐" "爆炸头" "信息爆炸" "爆炸贴" "抗过敏"
    "防过敏" "低过敏" "低致敏" "抗过敏药" "不过敏" "防触电" "防漏电" "漏电保护" "防烫伤"
    "防自燃" "防骗子" "急救包" "急救箱" "气炸" "心态炸了" "嗓子冒烟" "大出血" "跳楼价"
    "跳楼大甩卖" "跳楼清仓" "想死你" "想死心" "电脑中毒" "手机中毒" "公安备案" "记者证"
    "fraud protection" "anti theft" "anti fraud" "theft protection" "on fire tv" "on fire stick"
    "on fire tablet" "on fire hd"
};
