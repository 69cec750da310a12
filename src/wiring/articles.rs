//! What keeps the articles: long work, suggestions, doubts.

use std::sync::Arc;

use bot_core::port::clock::Ids;
use bot_core::port::job::JobHandler;
use bot_core::runtime::bulletin::Bulletin;
use bot_core::runtime::corrections::Corrections;
use bot_core::runtime::engine::Engine;
use bot_core::store::Db;
use bot_core::store::record::Records;
use knowledge::answerer::KnowledgeBase;
use knowledge::doubt::Doubts;
use knowledge::import::job::ImportJob;
use knowledge::keeper::Keeper;
use knowledge::learn::Learner;
use knowledge::order::OrderJob;

use crate::wiring::{Builder, Frontdesk};

impl Builder {
    /// The handlers of long work.
    pub(super) fn working(&self, engine: Engine, knowledge: &Arc<KnowledgeBase>) -> Engine {
        let keeper = self.keeper(&engine.core.db, knowledge);
        let clock = || Arc::clone(&self.clock);
        let import = ImportJob::new(keeper.clone(), clock())
            .in_zone(self.config.hours.zone())
            .with_pdf(self.pdf.clone());
        let core = &engine.core;
        let records = Records::new(core.db.clone(), core.keyring.clone());
        let orders = OrderJob::new(
            keeper,
            Arc::new(records),
            Corrections::new(core.clone()),
            clock(),
        );
        let built_in: [Arc<dyn JobHandler>; 2] = [Arc::new(import), Arc::new(orders)];
        let handlers = built_in.into_iter().chain(self.jobs.iter().cloned());
        handlers.fold(engine, Engine::working)
    }

    pub(super) fn keeper(&self, db: &Db, knowledge: &Arc<KnowledgeBase>) -> Keeper {
        keeper(db, knowledge, &self.ids)
    }
}

fn keeper(db: &Db, knowledge: &Arc<KnowledgeBase>, ids: &Arc<dyn Ids>) -> Keeper {
    Keeper {
        db: db.clone(),
        base: Arc::clone(knowledge),
        ids: Arc::clone(ids),
    }
}

impl Frontdesk {
    /// Looks at what customers think of articles.
    #[must_use]
    pub fn doubts(&self) -> Doubts {
        let core = &self.engine.core;
        let records = Records::new(core.db.clone(), core.keyring.clone());
        Doubts::new(
            core.db.clone(),
            Arc::new(records),
            Bulletin::new(core.clone()),
        )
    }

    /// Makes suggestions from what customers ask.
    #[must_use]
    pub fn learner(&self) -> Learner {
        let core = &self.engine.core;
        let records = Records::new(core.db.clone(), core.keyring.clone());
        let keeper = keeper(&core.db, &self.knowledge, &core.ids);
        Learner::new(keeper, Arc::new(records))
    }
}
