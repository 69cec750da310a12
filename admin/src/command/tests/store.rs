//! A database for one test: a temporary SQLite file, or a database of its own on the server that
//! `FRONTDESK_TEST_POSTGRES` names.

use std::sync::Arc;

use bot_core::domain::answer::Evidence;
use bot_core::domain::command::CommandCall;
use bot_core::domain::content::{Author, Content};
use bot_core::domain::conversation::Case;
use bot_core::domain::delivery::{Action, DeliveryState};
use bot_core::domain::effect::{Direction, Fact, FactKind};
use bot_core::domain::id::{AgentId, DeliveryId, MessageId, TicketId};
use bot_core::domain::place::Destination;
use bot_core::domain::ticket::{Cause, Ticket};
use bot_core::domain::time::Timestamp;
use bot_core::port::clock::RandomIds;
use bot_core::store::identity::{Account, NewAccount};
use bot_core::store::message::{Amended, NewMessage};
use bot_core::store::outbox::{Change, NewDelivery};
use bot_core::store::record::Records;
use bot_core::store::staff::NewAgent;
use bot_core::store::{
    Db, Keyring, MasterKey, Spot, StorageUrl, case, fact, identity, message, outbox, staff,
};
use bot_core::{execute, fetch_one};
use knowledge::answerer::KnowledgeBase;
use knowledge::keeper::Keeper;
use uuid::Uuid;

/// A database with nothing in it.
pub(super) struct Store {
    pub(super) db: Db,
    pub(super) keyring: Keyring,
    _folder: tempfile::TempDir,
}

async fn url(folder: &tempfile::TempDir) -> StorageUrl {
    let url = match std::env::var("FRONTDESK_TEST_POSTGRES") {
        Ok(server) => own_database(&server).await,
        Err(_) => format!("sqlite:{}", folder.path().join("test.db").display()),
    };
    url.parse().expect("a storage url")
}

async fn own_database(server: &str) -> String {
    use sqlx::Connection;
    let name = format!("commands_{}", Uuid::new_v4().simple());
    let mut link = sqlx::PgConnection::connect(server)
        .await
        .expect("the test server");
    let create = sqlx::AssertSqlSafe(format!("CREATE DATABASE {name}"));
    sqlx::query(create)
        .execute(&mut link)
        .await
        .expect("a database");
    let (server, _) = server.rsplit_once('/').expect("a database in the url");
    format!("{server}/{name}")
}

impl Store {
    pub(super) async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let db = Db::open(&url(&folder).await).await.expect("a database");
        let master = MasterKey::new([7; 32]);
        let keyring = Keyring::open(&db, master).await.expect("keys");
        Self {
            db,
            keyring,
            _folder: folder,
        }
    }

    pub(super) fn records(&self) -> Records {
        Records::new(self.db.clone(), self.keyring.clone())
    }

    /// Keeps articles, of which there are none.
    pub(super) fn keeper(&self) -> Keeper {
        Keeper {
            db: self.db.clone(),
            base: Arc::new(KnowledgeBase::empty().expect("an empty base")),
            ids: Arc::new(RandomIds),
        }
    }

    pub(super) async fn customer(&self, account: &str) -> Account {
        let new = NewAccount {
            channel: "shop".to_owned(),
            account: account.to_owned(),
            place: account.to_owned(),
            name: account.to_owned(),
            ids: [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()],
            at: Timestamp(0),
        };
        let keyring = self.keyring.clone();
        self.db
            .write(move |tx| {
                let (keyring, new) = (keyring.clone(), new.clone());
                Box::pin(async move { identity::find_or_make(tx, &keyring, &new).await })
            })
            .await
            .expect("an account")
    }

    /// Another account of the same person.
    pub(super) async fn merge(&self, account: &Account, into: &Account) {
        const UPDATE: &str = "UPDATE identity SET customer_id = $2 WHERE id = $1";
        let (identity, customer) = (account.identity.0, into.customer.0);
        self.db
            .write(move |tx| {
                Box::pin(async move { execute!(tx, UPDATE, identity, customer).map(|_| ()) })
            })
            .await
            .expect("merged");
    }

    pub(super) async fn case(&self, account: &Account) -> Case {
        let (keyring, conversation) = (self.keyring.clone(), account.conversation);
        let loaded = self
            .db
            .read(move |tx| Box::pin(async move { case::load(tx, &keyring, conversation).await }))
            .await;
        loaded.expect("a case").case
    }

    /// Stores a ticket under the next number.
    pub(super) async fn ticket(
        &self,
        account: &Account,
        subject: &str,
        change: impl FnOnce(&mut Ticket),
    ) -> i64 {
        let id = TicketId(Uuid::now_v7());
        let mut ticket = Ticket::open(id, "support".into(), subject, Cause::Asked, Timestamp(0));
        change(&mut ticket);
        let (key, conversation) = (Arc::clone(&account.key), account.conversation);
        self.db
            .write(move |tx| {
                let (key, mut ticket) = (Arc::clone(&key), ticket.clone());
                Box::pin(async move {
                    let number = case::next_ticket_number(tx).await?;
                    ticket.number = Some(number);
                    let sealed = key.seal(Spot::new("ticket", "state", id.0), &ticket);
                    case::store_ticket(tx, conversation, &ticket, &sealed, Timestamp(0)).await?;
                    Ok(number)
                })
            })
            .await
            .expect("a ticket")
    }

    /// Records a message; gives its id.
    pub(super) async fn line(
        &self,
        account: &Account,
        seq: i64,
        direction: Direction,
        content: &Content,
        evidence: Option<&Evidence>,
    ) -> MessageId {
        let id = Uuid::now_v7();
        let agent = match &content.from {
            Author::Agent { id, .. } => Some(id.0),
            Author::Customer { .. } | Author::Bot | Author::System => None,
        };
        let seal = |evidence| {
            account
                .key
                .seal(Spot::new("message", "evidence", id), evidence)
        };
        let new = NewMessage {
            id,
            direction: direction.as_str(),
            ticket: None,
            agent,
            body: account.key.seal(Spot::new("message", "body", id), content),
            evidence: evidence.map(seal),
            reason: None,
        };
        let (conversation, at) = (account.conversation, Timestamp(seq * 60_000));
        self.db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move { message::keep(tx, conversation, seq, &new, at).await })
            })
            .await
            .expect("a message");
        MessageId(id)
    }

    pub(super) async fn take_back(&self, account: &Account, message: MessageId) {
        let conversation = account.conversation;
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let end = Amended {
                        message,
                        words: None,
                        deleted: true,
                    };
                    message::amend(tx, conversation, &end, Timestamp(1)).await
                })
            })
            .await
            .expect("amended");
    }

    /// Adds a row of the outbox towards the customer.
    pub(super) async fn delivery(
        &self,
        account: &Account,
        message: MessageId,
        state: DeliveryState,
        hold_until: Option<Timestamp>,
    ) {
        const UPDATE: &str = "UPDATE outbox SET state = $3 WHERE lane = $1 AND id = $2";
        let id = DeliveryId(Uuid::now_v7());
        let action = Action::Send(Content::default());
        let row = NewDelivery {
            id,
            destination: Destination::Customer,
            channel: "shop".to_owned(),
            thread: None,
            message: Some(message),
            action: action.name(),
            body: account.key.seal(Spot::new("outbox", "body", id.0), &action),
            local: false,
            by_agent: true,
            priority: 0,
            hold_until,
            target: None,
        };
        let lane = account.conversation.lane();
        self.db
            .write(move |tx| {
                let change = Change::Add(row.clone());
                Box::pin(async move {
                    let out = case::draw(tx, lane).await?;
                    outbox::apply(tx, lane, out, &[change], Timestamp(0)).await?;
                    execute!(tx, UPDATE, lane.0, id.0, state.as_str()).map(|_| ())
                })
            })
            .await
            .expect("a delivery");
    }

    pub(super) async fn agent(&self, id: AgentId, name: &str, presence: &'static str) {
        let new = NewAgent {
            id,
            name: name.to_owned(),
            display: name.to_owned(),
            roles: vec!["agent".to_owned()],
            skills: Vec::new(),
            identities: Vec::new(),
        };
        self.db
            .write(move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    let id = staff::upsert(tx, &new, Timestamp(0)).await?;
                    staff::set_presence(tx, id, presence, Timestamp(0)).await
                })
            })
            .await
            .expect("an agent");
    }

    pub(super) async fn happening(&self, account: &Account, kind: FactKind, at: Timestamp) {
        let conversation = account.conversation;
        self.db
            .write(move |tx| {
                Box::pin(async move {
                    let place = fact::FactAt {
                        conversation,
                        channel: "shop",
                        ticket: None,
                        at,
                    };
                    fact::record(tx, Uuid::now_v7(), place, &Fact::of(kind)).await
                })
            })
            .await
            .expect("a fact");
    }

    /// Counts what commands could have written by mistake.
    pub(super) async fn rows(&self) -> i64 {
        const COUNT: &str = "SELECT (SELECT COUNT(*) FROM message) + (SELECT COUNT(*) FROM outbox) \
             + (SELECT COUNT(*) FROM ticket) + (SELECT COUNT(*) FROM fact)";
        let count = self
            .db
            .read(|tx| Box::pin(async move { fetch_one!(tx, (i64,), COUNT) }))
            .await;
        count.expect("a count").0
    }
}

/// A call in the thread of a conversation.
pub(super) fn call(
    line: &str,
    by: AgentId,
    account: Option<&Account>,
    at: Timestamp,
) -> CommandCall {
    CommandCall {
        line: line.to_owned(),
        by,
        conversation: account.map(|one| one.conversation),
        ticket: None,
        at,
    }
}
