//! The writer's own connection: made when it is needed, thrown away when its state is in doubt.

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::execute;
use crate::store::error::StoreError;
use crate::store::lender::{Lender, Loan};
use crate::store::pool::Tx;
use crate::store::sqlite_link::SqliteLink;

/// A connection with the means to replace it.
pub(super) enum Link {
    /// SQLite's one writing connection.
    Sqlite(Option<SqliteLink>, Box<SqliteConnectOptions>),
    /// A connection that is borrowed for grouped accepts.
    Postgres(Option<Loan<PgConnection>>, Lender<PgConnection>),
}

impl Link {
    /// The running transaction.
    pub(super) fn tx(&mut self) -> Result<Tx<'_>, StoreError> {
        let none = || StoreError::Unavailable("no connection".to_owned());
        match self {
            Self::Sqlite(connection, _) => connection.as_mut().map(Tx::Sqlite).ok_or_else(none),
            Self::Postgres(loan, _) => loan.as_mut().map(Loan::tx).ok_or_else(none),
        }
    }

    /// Begins a transaction, connecting first where there is no connection.
    pub(super) async fn begin(&mut self) -> Result<(), StoreError> {
        self.connect().await?;
        let begun = match self.tx()? {
            // IMMEDIATE takes the write lock at once, so that no job fails halfway for want of it.
            mut tx @ Tx::Sqlite(_) => execute!(&mut tx, "BEGIN IMMEDIATE"),
            mut tx @ Tx::Postgres(_) => execute!(&mut tx, "BEGIN"),
        };
        if begun
            .as_ref()
            .is_err_and(|error| !matches!(error, StoreError::Busy(_)))
        {
            self.throw_away();
        }
        begun.map(|_| ())
    }

    /// Commits; after a failure nobody knows what was kept, so the connection goes.
    pub(super) async fn commit(&mut self) -> Result<(), StoreError> {
        let done = execute!(&mut self.tx()?, "COMMIT");
        if let Err(error) = done {
            self.throw_away();
            return Err(StoreError::Unavailable(error.to_string()));
        }
        if let Self::Postgres(loan, _) = self
            && let Some(loan) = loan.take()
        {
            loan.give_back();
        }
        Ok(())
    }

    /// Undoes the transaction after `cause`.
    pub(super) async fn roll_back(&mut self, cause: &StoreError) {
        if let Self::Sqlite(Some(link), _) = self {
            link.forget();
        }
        let undone = match self.tx() {
            Ok(mut tx) => execute!(&mut tx, "ROLLBACK").is_ok(),
            Err(_) => false,
        };
        if cause.spoils_connection() || !undone {
            self.throw_away();
        }
    }

    /// Ends the connection in good order.
    pub(super) async fn close(self) {
        if let Self::Sqlite(Some(link), _) = self
            && let Err(error) = link.into_connection().close().await
        {
            tracing::warn!(%error, "the database did not close cleanly");
        }
    }

    async fn connect(&mut self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(connection @ None, options) => {
                let made = SqliteConnection::connect_with(options).await;
                *connection = Some(made.map_err(StoreError::no_connection)?.into());
            }
            Self::Postgres(loan @ None, lender) => *loan = Some(lender.lend().await?),
            Self::Sqlite(..) | Self::Postgres(..) => {}
        }
        Ok(())
    }

    fn throw_away(&mut self) {
        match self {
            Self::Sqlite(connection, _) => *connection = None,
            // Not given back: nobody is lent a connection with a transaction in doubt.
            Self::Postgres(loan, _) => *loan = None,
        }
    }
}
