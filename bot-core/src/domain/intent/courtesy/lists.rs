//! The words of courtesy, folded.

use crate::domain::wordlist::words;

/// Words of politeness that carry no wish.
pub(in crate::domain::intent) const POLITE: &[&str] = words! {
    "请" "请问" "麻烦" "麻烦你" "麻烦您" "帮我" "帮忙" "帮" "给我" "拜托" "劳驾" "谢谢" "谢谢你"
    "谢谢您" "多谢" "感谢" "谢了" "谢啦" "辛苦了" "一下" "吧" "啊" "呀" "呢" "嘛" "吗" "了" "哦"
    "哈" "哈哈" "诶" "欸" "喂" "嗯" "额" "呃" "亲" "亲亲" "老板" "好吗" "可以吗" "行吗" "好不好"
    "行不行" "那个" "我" "我们" "我想" "想" "快" "快点" "快点儿" "赶紧" "马上" "立刻" "立即"
    "现在" "直接" "还是" "那" "就" "不好意思" "抱歉" "打扰了" "打扰一下" "please" "pls" "plz"
    "kindly" "thanks" "thank you" "thx" "sorry" "excuse me" "now" "asap" "just" "sir" "madam"
    "dear" "ok" "okay" "well" "um" "uh"
};

/// Greetings.
pub(in crate::domain::intent) const GREETINGS: &[&str] = words! {
    "你好" "您好" "你们好" "大家好" "哈喽" "哈啰" "哈罗" "嗨" "嗨喽" "早" "早安" "早上好"
    "上午好" "中午好" "下午好" "晚上好" "晚好" "您吉祥" "亲你好" "有礼了" "hi" "hello" "helo"
    "hey" "heya" "hiya" "yo" "howdy" "greetings" "good morning" "good afternoon" "good evening"
    "good day" "morning" "hallo" "hola" "nihao" "ni hao"
};

/// What stands beside a greeting without adding to it.
pub(in crate::domain::intent) const GREETED: &[&str] = words! {
    "客服" "小姐姐" "小哥哥" "店家" "店主" "商家" "掌柜" "机器人" "there" "team" "all"
    "everyone" "guys" "friend" "bot" "to you" "folks" "again"
};

/// "Is anybody there?"
pub(in crate::domain::intent) const PINGS: &[&str] = words! {
    "在吗" "在么" "在嘛" "在不在" "在不" "在没" "在" "有人吗" "有人么" "有人在吗" "有人在么"
    "有没有人" "有人没" "人呢" "人在吗" "人在哪" "还在吗" "你在吗" "您在吗" "你们在吗"
    "听得到吗" "收到吗" "回一下" "理我一下" "理一下" "说话" "问一下" "想问一下" "问个问题"
    "问个事" "问下" "咨询一下" "咨询" "咨询个问题" "anyone there" "anybody there"
    "is anyone there" "is anybody there" "anyone here" "is anyone here" "is there anyone"
    "someone there" "are you there" "you there" "r u there" "u there" "still there"
    "are you still there" "knock knock" "anyone" "anybody" "i have a question" "question"
    "quick question" "can i ask something" "can i ask a question" "help" "help me" "i need help"
    "need help" "can you help me" "can you help"
};

/// Thanks and acknowledgements.
pub(in crate::domain::intent) const THANKS: &[&str] = words! {
    "谢谢" "谢谢你" "谢谢您" "谢谢你们" "谢谢啦" "谢谢了" "多谢" "多谢了" "感谢" "非常感谢"
    "万分感谢" "谢了" "谢啦" "谢" "感恩" "辛苦" "辛苦了" "辛苦啦" "麻烦了" "麻烦你了" "麻烦您了"
    "费心了" "好" "好的" "好滴" "好哒" "好嘞" "好咧" "好吧" "好了" "好呀" "好啊" "好哦" "行"
    "行吧" "行的" "可以" "可以了" "可以的" "嗯" "嗯嗯" "嗯呢" "嗯好" "恩" "恩恩" "哦" "哦哦"
    "噢" "喔" "哦了" "知道了" "知道啦" "晓得了" "明白" "明白了" "了解" "了解了" "懂了" "收到"
    "收到了" "没问题" "没事" "没事了" "没有了" "没了" "没别的了" "没有其他问题了" "没有问题了"
    "不用" "不用了" "不用谢" "不客气" "解决了" "已解决" "已经解决了" "问题解决了" "搞定"
    "搞定了" "再见" "拜拜" "拜" "晚安" "回见" "祝好" "太好了" "棒" "真棒" "赞" "厉害" "ok"
    "okay" "okey" "oki" "okie" "k" "kk" "okk" "oks" "okok" "thx" "thanks" "thank you" "thankyou"
    "thank u" "thank you so much" "thank you very much" "thanks a lot" "thanks so much"
    "many thanks" "much appreciated" "appreciate it" "appreciated" "cheers" "ty" "tysm" "tks"
    "tq" "3q" "got it" "gotcha" "i see" "understood" "noted" "alright" "all right" "all good"
    "sounds good" "great" "perfect" "cool" "nice" "awesome" "fine" "sure" "yep" "yeah" "roger"
    "no problem" "np" "no worries" "no thanks" "no thank you" "that's all" "that's it"
    "that is all" "nothing else" "solved" "it works" "works now" "it works now" "bye" "bye bye"
    "goodbye" "good night" "see you" "have a nice day" "have a good day" "88" "886" "666"
};

/// What stands beside thanks without adding to it.
pub(in crate::domain::intent) const THANKED: &[&str] = words! {
    "你" "您" "你们" "大家" "啦" "了" "啊" "呀" "哈" "呢" "哦" "的" "亲" "那" "那就" "就" "这样"
    "先" "先这样" "没" "也" "都" "真的" "太" "非常" "十分" "很" "你的" "您的" "帮助" "帮忙"
    "解答" "回复" "耐心" "客服" "小姐姐" "我" "very" "so" "much" "a lot" "for your help"
    "for the help" "for helping" "for your time" "for your reply" "for the info"
    "for the quick reply" "then" "that" "again" "you" "your help" "and" "very much" "guys" "sir"
    "madam" "it's" "that's" "all" "man" "mate" "hi" "have a good one" "works"
};

/// Signs that say thanks or yes by themselves.
pub(in crate::domain::intent) const THANKFUL_SIGNS: &str =
    "👍👌🙏🤝👏❤💕💗💖🌹💐😊🙂😀😁😄😃🥰😘🤗🆗✅✔🫶💯🎉☺";

pub(in crate::domain::intent) const CANCELS: &[&str] = words! {
    "取消" "取消吧" "取消了" "取消操作" "算了" "算了吧" "退出" "停止" "停" "不填了" "不弄了"
    "不用填了" "放弃" "中止" "结束" "cancel" "cancel it" "cancel this" "cancel that" "stop"
    "quit" "exit" "abort" "never mind" "nevermind" "nvm" "forget it" "forget about it" "stop it"
    "stop this"
};

pub(in crate::domain::intent) const BOT: &[&str] = words! {
    "机器人" "回到机器人" "返回机器人" "回机器人" "转机器人" "转回机器人" "切回机器人"
    "换机器人" "找机器人" "机器人客服" "转机器人客服" "智能客服" "转智能客服" "自动客服"
    "返回智能客服" "回到智能客服" "返回自动客服" "回到自动客服" "返回自助" "回到自助" "自助服务"
    "不转人工" "不转人工了" "不要人工" "不要人工了" "不用人工" "不用人工了" "不用转人工"
    "不用转人工了" "别转人工" "别转人工了" "取消人工" "取消转人工" "取消转接" "不等人工了"
    "不等了" "不等客服了" "继续问机器人" "问机器人" "和机器人聊" "跟机器人聊" "bot" "robot"
    "chatbot" "back to bot" "back to the bot" "back to robot" "back to the robot"
    "back to chatbot" "back to the assistant" "back to assistant" "return to bot"
    "return to the bot" "use the bot" "ask the bot" "talk to the bot" "talk to bot"
    "chat with the bot" "switch to bot" "switch to the bot" "switch back to the bot"
    "go back to the bot" "go back to bot" "the bot again" "bot again" "i'll ask the bot"
    "no human needed" "no agent needed" "don't need a human" "i don't need a human"
    "i don't need an agent" "cancel human" "cancel handoff" "stop waiting"
    "i don't want to wait"
};
