//! The actions of `/kb`: their words, who may use them, how they are written.

use bot_core::domain::command::{Permission, Plan, Wording};
use bot_core::domain::language::Language;
use bot_core::domain::phrase::Phrase;

/// Words behind an action, in both languages.
pub(super) const PUBLISH: &[&str] = &["publish", "发布"];
pub(super) const FORCE: &[&str] = &["force", "强制"];
pub(super) const DRY_RUN: &[&str] = &["dry-run", "dryrun", "preview", "试运行", "预览"];
pub(super) const SPACE: &[&str] = &["space", "空间"];
pub(super) const ADD: &[&str] = &["add", "添加"];
pub(super) const REMOVE: &[&str] = &["remove", "删除"];
pub(super) const SEND: &[&str] = &["send", "发送"];
pub(super) const NOW: &[&str] = &["now", "立即"];
pub(super) const NONE: &[&str] = &["none", "无", "人工"];

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Does {
    Search,
    Show,
    History,
    Diff,
    Submit,
    Publish,
    Off,
    RollBack,
    Correct,
    Import,
    Imports,
    Undo,
    Test,
    Suggestions,
    Learned,
    Approve,
    Edit,
    Reject,
    Unlearn,
    Stats,
}

/// An action of `/kb`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Action {
    pub(super) does: Does,
    pub(super) wording: Wording,
    pub(super) permission: Permission,
    /// What is written behind it.
    takes_en: &'static str,
    takes_zh: &'static str,
    /// What it is for.
    about_en: &'static str,
    about_zh: &'static str,
}

macro_rules! actions {
    ($($does:ident $permission:ident $name:literal $name_zh:literal
        $takes_en:literal $takes_zh:literal $about_en:literal $about_zh:literal;)*) => {
        /// All actions, in the order in which they are listed.
        pub(super) const ACTIONS: &[Action] = &[$(Action {
            does: Does::$does,
            wording: Wording { name: $name, name_zh: $name_zh, others: &[] },
            permission: Permission::$permission,
            takes_en: $takes_en,
            takes_zh: $takes_zh,
            about_en: $about_en,
            about_zh: $about_zh,
        }),*];
        /// Their words, for the parser and completion.
        pub(super) const WORDINGS: &[Wording] = &[$(
            Wording { name: $name, name_zh: $name_zh, others: &[] }
        ),*];
    };
}

actions! {
    Search Serve "search" "查找" "TEXT" "内容" "what answers a question" "看什么会回答一个问题";
    Show Serve "show" "查看" "ID" "编号" "an article" "看一篇文章";
    History Serve "history" "历史" "ID" "编号" "who changed it when" "谁在什么时候改过";
    Diff Serve "diff" "对比" "ID [A] [B]" "编号 [版本] [版本]" "what changed between two revisions" "两个版本的差别";
    Submit Serve "submit" "送审" "ID" "编号" "have it read by somebody else" "请别人审核";
    Publish Lead "publish" "发布" "ID|#IMPORT [force]" "编号|#导入 [强制]" "answer with it" "用它回答";
    Off Lead "off" "下架" "ID" "编号" "answer with it no more" "不再用它回答";
    RollBack Lead "rollback" "回退" "ID REVISION [force]" "编号 版本 [强制]" "say again what it said" "恢复成以前的内容";
    Correct Lead "correct" "更正" "ID [send]" "编号 [发送]" "correct what customers were told before" "更正之前告诉客户的内容";
    Import Administer "import" "导入" "[publish] [preview] [space NAME]" "[发布] [预览] [空间 名称]" "send it with the files" "和文件一起发";
    Imports Serve "imports" "导入记录" "" "" "the last imports" "最近的导入";
    Undo Administer "undo" "撤销导入" "[IMPORT]" "[导入]" "undo an import" "撤销一次导入";
    Test Lead "test" "测试" "[add QUESTION ID | remove QUESTION]" "[添加 问题 编号 | 删除 问题]" "questions whose article is known" "已知答案的问题";
    Suggestions Serve "suggestions" "建议" "[now]" "[立即]" "what could be added, from what customers ask" "根据客户的提问，可以补充什么";
    Approve Lead "approve" "采纳" "NUMBER [force]" "序号 [强制]" "take a suggestion" "采纳一条建议";
    Edit Lead "edit" "改写" "NUMBER ANSWER" "序号 答案" "change a suggestion's answer" "改写一条建议的答案";
    Reject Lead "reject" "不采纳" "NUMBER" "序号" "turn a suggestion down" "不采纳一条建议";
    Learned Serve "learned" "已学" "" "" "what came of suggestions" "采纳过的建议";
    Unlearn Lead "unlearn" "撤回学习" "NUMBER" "序号" "take back what came of one" "撤回采纳的内容";
    Stats Serve "stats" "统计" "" "" "how many articles there are" "有多少文章";
}

impl Action {
    /// How it is written.
    pub(super) fn usage(&self, language: Language) -> Plan {
        Plan::saying(Phrase::new("kb.usage").with("usage", self.line(language)))
    }

    fn line(&self, language: Language) -> String {
        let (mark, takes, about) = match language {
            Language::Zh => ("/知识库", self.takes_zh, self.about_zh),
            Language::En => ("/kb", self.takes_en, self.about_en),
        };
        let name = self.wording.shown(language);
        let takes = match takes {
            "" => String::new(),
            takes => format!(" {takes}"),
        };
        format!("{mark} {name}{takes} — {about}")
    }
}

/// All actions, for somebody who asks what there is.
pub(super) fn all(language: Language) -> Phrase {
    let lines: Vec<String> = ACTIONS.iter().map(|one| one.line(language)).collect();
    Phrase::new("kb.actions").with("list", lines.join("\n"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_word_means_two_actions() {
        let words: Vec<&str> = ACTIONS.iter().flat_map(|one| one.wording.words()).collect();
        let once: BTreeSet<&str> = words.iter().copied().collect();
        assert_eq!(once.len(), words.len());
    }
}
