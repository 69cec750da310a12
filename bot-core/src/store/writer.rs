//! The write path: one task runs all waiting jobs in one transaction, so that they share a sync.
//!
//! On any error or panic the batch is rolled back and its jobs run again one by one. On a disk that
//! is full or fails, nobody hears success and the connection is thrown away.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures::FutureExt;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::execute;
use crate::store::error::StoreError;
use crate::store::lender::{Lender, Loan};
use crate::store::pool::{Run, Tx};

mod link;

use link::Link;

/// Jobs that share one commit at the most.
const BATCH: usize = 256;
/// Jobs that may wait before callers have to.
const QUEUE: usize = 1024;
/// How often a PostgreSQL transaction is tried when others are in its way.
const TRIES: u32 = 5;

type Step<'t> = Pin<Box<dyn Future<Output = Result<(), StoreError>> + Send + 't>>;

/// A job with its waiting caller.
trait Work: Send {
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> Step<'t>;
    fn finish(self: Box<Self>, outcome: Result<(), StoreError>);
}

struct Job<F, T> {
    body: F,
    output: Option<T>,
    caller: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Work for Job<F, T>
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T> + Send + Sync,
    T: Send,
{
    fn run<'t>(&'t mut self, tx: &'t mut Tx<'_>) -> Step<'t> {
        Box::pin(async move {
            self.output = Some((self.body)(tx).await?);
            Ok(())
        })
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { output, caller, .. } = *self;
        let lost = || StoreError::Unavailable("the job left no result".to_owned());
        // A caller that gave up needs no answer; what it wrote stands.
        drop(caller.send(outcome.and_then(|()| output.ok_or_else(lost))));
    }
}

/// Runs writing jobs.
#[derive(Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Work>>,
    /// PostgreSQL runs ordinary jobs in transactions of their own.
    lender: Option<Lender<PgConnection>>,
    stop: CancellationToken,
    /// Closed when the last job is done and the connection has ended.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl Writer {
    pub(super) fn sqlite(connection: SqliteConnection, options: SqliteConnectOptions) -> Self {
        Self::start(
            Link::Sqlite(Some(connection.into()), Box::new(options)),
            None,
        )
    }

    pub(super) fn postgres(lender: Lender<PgConnection>) -> Self {
        Self::start(Link::Postgres(None, lender.clone()), Some(lender))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the writer outlives the supervisor and is closed after it"
    )]
    fn start(link: Link, lender: Option<Lender<PgConnection>>) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let (over, ended) = oneshot::channel();
        let stop = CancellationToken::new();
        let serving = serve(link, waiting, stop.clone());
        let serving = async move {
            serving.await;
            drop(over);
        };
        match lender {
            // A thread of its own: among the others' tasks each step of a transaction would wait for
            // its turn while everybody waits for the transaction. None of the runtime's blocking
            // threads, which are for work that ends.
            None => {
                let runtime = Handle::current();
                std::thread::spawn(move || runtime.block_on(serving));
            }
            Some(_) => drop(tokio::spawn(serving)),
        }
        Self {
            queue,
            lender,
            stop,
            ended: Mutex::new(Some(ended)),
        }
    }

    pub(super) async fn write<T, F>(&self, job: F) -> Result<T, StoreError>
    where
        F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        match &self.lender {
            None => self.accept(job).await,
            Some(lender) => alone(lender, &job).await,
        }
    }

    pub(super) async fn accept<T, F>(&self, body: F) -> Result<T, StoreError>
    where
        F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T> + Send + Sync + 'static,
        T: Send + 'static,
    {
        let closed = || StoreError::Unavailable("the database is closed".to_owned());
        let (caller, answer) = oneshot::channel();
        let job = Box::new(Job {
            body,
            output: None,
            caller,
        });
        self.queue.send(job).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Lets the queue run empty and ends the connection.
    pub(super) async fn close(&self) {
        self.stop.cancel();
        if let Some(ended) = self.ended.lock().await.take() {
            // It is dropped, never sent.
            drop(ended.await);
        }
    }
}

async fn serve(
    mut link: Link,
    mut waiting: mpsc::Receiver<Box<dyn Work>>,
    stop: CancellationToken,
) {
    let mut batch = Vec::with_capacity(BATCH);
    loop {
        let taken = tokio::select! {
            taken = waiting.recv_many(&mut batch, BATCH) => taken,
            () = stop.cancelled(), if !waiting.is_closed() => { waiting.close(); continue }
        };
        if taken == 0 {
            break;
        }
        settle(&mut link, std::mem::take(&mut batch)).await;
    }
    link.close().await;
}

/// Runs a batch and tells every caller how its own job ended.
async fn settle(link: &mut Link, mut batch: Vec<Box<dyn Work>>) {
    let outcome = together(link, &mut batch).await;
    match outcome {
        Err(Failed::Job(_)) if batch.len() > 1 => {
            for job in batch {
                one(link, job).await;
            }
        }
        outcome => {
            let told = outcome.map_err(Failed::into_error);
            for job in batch {
                job.finish(told.clone());
            }
        }
    }
}

async fn one(link: &mut Link, mut job: Box<dyn Work>) {
    let outcome = together(link, std::slice::from_mut(&mut job)).await;
    job.finish(outcome.map_err(Failed::into_error));
}

/// Whether one job is to blame, or the transaction as a whole.
enum Failed {
    Job(StoreError),
    Whole(StoreError),
}

impl Failed {
    fn into_error(self) -> StoreError {
        match self {
            Self::Job(error) | Self::Whole(error) => error,
        }
    }
}

async fn together(link: &mut Link, jobs: &mut [Box<dyn Work>]) -> Result<(), Failed> {
    link.begin().await.map_err(Failed::Whole)?;
    for job in jobs {
        if let Err(error) = fenced(link, job).await {
            link.roll_back(&error).await;
            return Err(if error.spoils_connection() {
                Failed::Whole(error)
            } else {
                Failed::Job(error)
            });
        }
    }
    link.commit().await.map_err(Failed::Whole)
}

/// A job that panics must not take the others' writer with it.
async fn fenced(link: &mut Link, job: &mut Box<dyn Work>) -> Result<(), StoreError> {
    let mut tx = link.tx()?;
    let run = AssertUnwindSafe(job.run(&mut tx)).catch_unwind().await;
    run.unwrap_or_else(|_| Err(StoreError::Refused("the job panicked".to_owned())))?;
    // What waits belongs to this job, and so do its faults.
    tx.flush().await
}

/// A PostgreSQL transaction of its own, tried again when others were in its way.
async fn alone<T, F>(lender: &Lender<PgConnection>, job: &F) -> Result<T, StoreError>
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T>,
{
    let mut tried = 0;
    loop {
        tried += 1;
        match once(lender, job).await {
            Err(StoreError::Busy(_)) if tried < TRIES => {}
            outcome => return outcome,
        }
    }
}

async fn once<T, F>(lender: &Lender<PgConnection>, job: &F) -> Result<T, StoreError>
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T>,
{
    let mut loan = lender.lend().await?;
    let outcome = transaction(&mut loan, job).await;
    // A connection goes back only when its transaction is known to be over.
    match &outcome {
        Ok(_) => loan.give_back(),
        Err(error) if error.spoils_connection() => {}
        Err(_) => {
            if execute!(&mut loan.tx(), "ROLLBACK").is_ok() {
                loan.give_back();
            }
        }
    }
    outcome
}

async fn transaction<T, F>(loan: &mut Loan<PgConnection>, job: &F) -> Result<T, StoreError>
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> Run<'t, T>,
{
    let mut tx = loan.tx();
    execute!(&mut tx, "BEGIN")?;
    let output = job(&mut tx).await?;
    execute!(&mut tx, "COMMIT")?;
    Ok(output)
}
