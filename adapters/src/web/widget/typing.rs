//! Typing: who writes at the other end. Signals only, never stored.

use bot_core::domain::id::{AgentId, ConversationId};
use bot_core::runtime::signals::LiveEvent;

use crate::web::error::Refused;
use crate::web::widget::Shop;

impl Shop {
    /// The customer types; whoever looks at the open ticket sees it.
    pub(super) async fn tell_typing(&self, conversation: ConversationId) -> Result<(), Refused> {
        if let Some(number) = self.open_ticket(conversation).await? {
            let signals = &self.desk()?.core.signals;
            signals.live(LiveEvent::Typing {
                number,
                agent: None,
            });
        }
        Ok(())
    }

    /// The name by which customers know an agent.
    pub(super) fn name_of(&self, agent: AgentId) -> Result<Option<String>, Refused> {
        let policy = self.desk()?.core.policy();
        let found = policy.agents.iter().find(|one| one.id == agent);
        Ok(found.map(|agent| agent.display.clone()))
    }

    /// The number of the conversation's open ticket, if there is one.
    pub(super) async fn open_ticket(
        &self,
        conversation: ConversationId,
    ) -> Result<Option<i64>, Refused> {
        let found = self.desk()?.feed.open_ticket(conversation).await;
        found.map_err(|error| self.failed(&error))
    }
}
