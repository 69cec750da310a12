//! The knowledge base from the team room: `/kb import` under a file.

use async_trait::async_trait;
use bot_core::domain::command::{
    CommandCall, CommandPlace, CommandSpec, Parameter, ParameterSort, Parsed, Permission, Plan,
    Write,
};
use bot_core::domain::phrase::Phrase;
use bot_core::port::command::{CommandContext, CommandHandler};
use knowledge::import::job::{ImportJob, ImportOrder};

use crate::command::read;

const SPECS: &[CommandSpec] = &[CommandSpec {
    name: "kb",
    aliases: &["知识库"],
    parameters: &[
        Parameter::required("action", "操作", ParameterSort::Word),
        Parameter::flag("publish", "发布"),
    ],
    permission: Permission::Administer,
    place: CommandPlace::Anywhere,
    summary_zh: "导入知识库：和文件一起发「/知识库 导入」",
    summary_en: "Imports articles: send “/kb import” with the files",
    example_zh: "/知识库 导入 发布",
    example_en: "/kb import publish",
}];

/// The knowledge base.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kb;

impl Kb {
    fn planned(parsed: &Parsed<'_>) -> Plan {
        match parsed.text("action") {
            Some("import" | "导入") => import(parsed.has("publish")),
            _ => Plan::saying(Phrase::new("kb.actions")),
        }
    }
}

/// The files came with the command; whether there are any, the job will see.
fn import(publish: bool) -> Plan {
    let order = ImportOrder { publish };
    let job = Write::Job {
        kind: ImportJob::KIND.to_owned(),
        payload: serde_json::to_value(order).unwrap_or_default(),
    };
    Plan {
        writes: vec![job],
        ..Plan::saying(Phrase::new("kb.import_started"))
    }
}

#[async_trait]
impl CommandHandler for Kb {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        match read(call, SPECS, context.policy) {
            Ok(parsed) => Self::planned(&parsed),
            Err(problem) => problem,
        }
    }
}
