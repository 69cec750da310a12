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

    /// Who is typing in the conversation, by the name that customers see.
    pub(super) async fn typist(
        &self,
        conversation: ConversationId,
        number: i64,
        agent: AgentId,
    ) -> Result<Option<String>, Refused> {
        if self.open_ticket(conversation).await? != Some(number) {
            return Ok(None);
        }
        let policy = self.desk()?.core.policy();
        let found = policy.agents.iter().find(|one| one.id == agent);
        Ok(found.map(|agent| agent.display.clone()))
    }

    async fn open_ticket(&self, conversation: ConversationId) -> Result<Option<i64>, Refused> {
        let found = self.desk()?.feed.open_ticket(conversation).await;
        found.map_err(|error| self.failed(&error))
    }
}
