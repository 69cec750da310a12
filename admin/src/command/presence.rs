//! Whether somebody is there: `/online`, `/away`, `/offline`.

use std::sync::Arc;

use async_trait::async_trait;
use bot_core::domain::command::{CommandCall, CommandPlace, CommandSpec, Permission, Plan, Write};
use bot_core::domain::phrase::Phrase;
use bot_core::port::command::{CommandContext, CommandHandler};
use bot_core::store::StoreError;
use bot_core::store::record::{Load, Records};

use crate::command::{read, unreadable};

const SPECS: &[CommandSpec] = &[
    CommandSpec {
        name: "online",
        aliases: &["上线"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Anywhere,
        summary_zh: "上线，开始接待",
        summary_en: "You are at the desk",
        example_zh: "/上线",
        example_en: "/online",
    },
    CommandSpec {
        name: "away",
        aliases: &["离开"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Anywhere,
        summary_zh: "暂时离开",
        summary_en: "You are away for a while",
        example_zh: "/离开",
        example_en: "/away",
    },
    CommandSpec {
        name: "offline",
        aliases: &["下线"],
        parameters: &[],
        permission: Permission::Serve,
        place: CommandPlace::Anywhere,
        summary_zh: "下线",
        summary_en: "You are off for the day",
        example_zh: "/下线",
        example_en: "/offline",
    },
];

/// Whether somebody is there.
#[derive(Clone, Debug)]
pub struct Presence {
    records: Arc<Records>,
}

impl Presence {
    /// Counts what waits in these records.
    #[must_use]
    pub const fn new(records: Arc<Records>) -> Self {
        Self { records }
    }

    async fn planned(
        &self,
        presence: &'static str,
        call: &CommandCall,
    ) -> Result<Plan, StoreError> {
        let loads = self.records.loads().await?;
        let open = |agent| {
            let load = loads.iter().find(|load: &&Load| load.agent == agent);
            load.map_or(0, |load| load.open)
        };
        let phrase = Phrase::new(&format!("presence.{presence}"))
            .with("mine", open(Some(call.by)))
            .with("unclaimed", open(None));
        let write = Write::Presence {
            agent: call.by,
            presence: presence.to_owned(),
        };
        Ok(Plan {
            writes: vec![write],
            ..Plan::saying(phrase)
        })
    }
}

#[async_trait]
impl CommandHandler for Presence {
    fn specs(&self) -> &[CommandSpec] {
        SPECS
    }

    async fn plan(&self, call: &CommandCall, context: CommandContext<'_>) -> Plan {
        match read(call, SPECS, context.policy) {
            Ok(parsed) => self
                .planned(parsed.spec.name, call)
                .await
                .unwrap_or_else(|error| unreadable(&error)),
            Err(problem) => problem,
        }
    }
}
