//! A connection to SQLite, with the statements that wait to travel with the next one.
//!
//! The driver keeps each connection on a thread of its own, and the way there and back costs more
//! than most statements. So a statement whose result nobody needs waits, and goes along with the
//! next one (or with the end of its job) as one text, its parameters numbered on. The order is kept.

use std::borrow::Cow;

use futures::TryStreamExt as _;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};
use sqlx::{Arguments as _, AssertSqlSafe, Either, Encode, Executor as _, Sqlite, Type};

use crate::store::error::StoreError;

/// A connection with what waits for it.
#[derive(Debug)]
pub struct SqliteLink {
    connection: SqliteConnection,
    waiting: Option<Call>,
}

/// Statements on their way, with their values.
#[doc(hidden)]
#[derive(Debug)]
pub struct Call {
    text: Cow<'static, str>,
    arguments: SqliteArguments,
    failed: Option<String>,
}

impl From<SqliteConnection> for SqliteLink {
    fn from(connection: SqliteConnection) -> Self {
        Self {
            connection,
            waiting: None,
        }
    }
}

#[doc(hidden)]
impl SqliteLink {
    /// A statement, behind those that wait.
    pub fn call(&mut self, sql: &'static str) -> Call {
        match self.waiting.take() {
            Some(call) => call.followed_by(sql),
            None => Call {
                text: Cow::Borrowed(sql),
                arguments: SqliteArguments::default(),
                failed: None,
            },
        }
    }

    /// Lets a statement wait.
    pub fn keep(&mut self, call: Call) {
        self.waiting = Some(call);
    }

    /// Forgets what waits: its transaction was rolled back.
    pub(super) fn forget(&mut self) {
        self.waiting = None;
    }

    /// Runs what waits.
    pub(super) async fn flush(&mut self) -> Result<(), StoreError> {
        match self.waiting.take() {
            Some(call) => self.execute(call).await.map(|_| ()),
            None => Ok(()),
        }
    }

    /// Runs a call; gives the number of rows that its last statement touched.
    pub async fn execute(&mut self, call: Call) -> Result<u64, StoreError> {
        let (text, arguments) = call.ready()?;
        let query = sqlx::query_with(text, arguments);
        let mut steps = self.connection.fetch_many(query);
        let mut touched = 0;
        while let Some(step) = steps.try_next().await? {
            if let Either::Left(done) = step {
                touched = done.rows_affected();
            }
        }
        Ok(touched)
    }

    /// The connection, for a call that is ready.
    pub fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }

    pub(super) fn into_connection(self) -> SqliteConnection {
        self.connection
    }
}

#[doc(hidden)]
impl Call {
    /// Gives the next parameter its value.
    #[must_use]
    pub fn with<'t, T>(mut self, value: T) -> Self
    where
        T: Encode<'t, Sqlite> + Type<Sqlite>,
    {
        if let Err(error) = self.arguments.add(value) {
            self.failed.get_or_insert(error.to_string());
        }
        self
    }

    /// The statements and their values.
    ///
    /// # Errors
    /// When a value could not be encoded.
    pub fn ready(self) -> Result<(AssertSqlSafe<Cow<'static, str>>, SqliteArguments), StoreError> {
        match self.failed {
            Some(reason) => Err(StoreError::Refused(reason)),
            // Only texts of this program are joined here; values travel apart from them.
            None => Ok((AssertSqlSafe(self.text), self.arguments)),
        }
    }

    fn followed_by(mut self, sql: &str) -> Self {
        let mut text = self.text.into_owned();
        text.push(';');
        push_numbered(&mut text, sql, self.arguments.len());
        self.text = Cow::Owned(text);
        self
    }
}

/// Appends a statement whose parameters `$1`, `$2` … count on from `before`.
fn push_numbered(text: &mut String, sql: &str, before: usize) {
    let mut parts = sql.split('$');
    text.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let digits = part.len() - part.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, rest) = part.split_at(digits);
        let number = number.parse::<usize>().unwrap_or_default() + before;
        text.push('$');
        text.push_str(&number.to_string());
        text.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::pool::Tx;
    use crate::{execute, fetch_all, fetch_one, queue};
    use sqlx::Connection as _;

    async fn link() -> SqliteLink {
        let mut connection = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        let table = "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, size INTEGER)";
        connection.execute(table).await.unwrap();
        connection.into()
    }

    async fn names(tx: &mut Tx<'_>) -> Vec<(i64, String)> {
        fetch_all!(tx, (i64, String), "SELECT id, name FROM t ORDER BY id").unwrap()
    }

    async fn fill(tx: &mut Tx<'_>) -> Result<(), StoreError> {
        const INSERT: &str = "INSERT INTO t (id, name, size) VALUES ($1, $2, $3)";
        queue!(tx, INSERT, 1_i64, "one", None::<i64>)?;
        queue!(tx, INSERT, 2_i64, "two", Some(22_i64))?;
        queue!(tx, "UPDATE t SET name = $2 WHERE id = $1", 1_i64, "eins")
    }

    #[tokio::test]
    async fn what_waits_goes_before_a_read_and_in_order() {
        let mut link = link().await;
        let mut tx = Tx::Sqlite(&mut link);
        fill(&mut tx).await.unwrap();
        let of_two = "SELECT name FROM t WHERE size = $1 AND id = $2";
        let (name,) = fetch_one!(&mut tx, (String,), of_two, 22_i64, 2_i64).unwrap();
        assert_eq!(name, "two");
        assert_eq!(
            names(&mut tx).await,
            [(1, "eins".into()), (2, "two".into())]
        );
    }

    #[tokio::test]
    async fn only_the_last_statement_counts_its_rows() {
        let mut link = link().await;
        let mut tx = Tx::Sqlite(&mut link);
        fill(&mut tx).await.unwrap();
        let gone = execute!(&mut tx, "DELETE FROM t WHERE id = $1", 7_i64).unwrap();
        assert_eq!(gone, 0);
        assert_eq!(execute!(&mut tx, "DELETE FROM t").unwrap(), 2);
    }

    #[tokio::test]
    async fn what_waits_is_run_at_the_end_or_forgotten() {
        let mut link = link().await;
        fill(&mut Tx::Sqlite(&mut link)).await.unwrap();
        link.flush().await.unwrap();
        assert_eq!(names(&mut Tx::Sqlite(&mut link)).await.len(), 2);
        let mut tx = Tx::Sqlite(&mut link);
        queue!(&mut tx, "DELETE FROM t WHERE id = $1", 1_i64).unwrap();
        link.forget();
        assert_eq!(names(&mut Tx::Sqlite(&mut link)).await.len(), 2);
    }

    #[tokio::test]
    async fn a_fault_is_heard_by_what_follows() {
        let mut link = link().await;
        let mut tx = Tx::Sqlite(&mut link);
        fill(&mut tx).await.unwrap();
        queue!(&mut tx, "INSERT INTO t (id) VALUES ($1)", 1_i64).unwrap();
        let refused = fetch_all!(&mut tx, (i64,), "SELECT id FROM t");
        assert!(
            matches!(refused, Err(StoreError::Duplicate(_))),
            "{refused:?}"
        );
    }

    #[test]
    fn parameters_are_numbered_on() {
        let mut text = String::new();
        push_numbered(&mut text, "a = $1 AND b IN ($2, $12)", 9);
        assert_eq!(text, "a = $10 AND b IN ($11, $21)");
    }
}
