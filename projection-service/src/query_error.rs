//! Why a question to the read tables has no answer.

use shared::{
    event_log::{DecodeError, ReadError},
    http::Problem,
    vault::ReadPersonError,
};
use thiserror::Error;

use crate::unreadable::Unreadable;

/// A question to the read tables or the log failed.
#[derive(Debug, Error)]
pub enum QueryError {
    /// The database refused or can't be reached.
    #[error("the read tables can't be read")]
    Database(#[from] sqlx::Error),
    /// A row was written by another program.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The log can't be read.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// A recorded fact can't be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// What is known about a person can't be read.
    #[error(transparent)]
    Person(#[from] ReadPersonError),
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::Database(error)
            | QueryError::Log(ReadError::Unavailable(error))
            | QueryError::Person(ReadPersonError::Database(error)) => error.into(),
            QueryError::Unreadable(_)
            | QueryError::Log(ReadError::Hole { .. })
            | QueryError::Decode(_)
            | QueryError::Person(ReadPersonError::Sealed(_)) => Self::internal(&error),
        }
    }
}
