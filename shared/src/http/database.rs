//! Database errors as problems: a database that can't be asked now is no fault of ours to report.

use super::Problem;

impl From<sqlx::Error> for Problem {
    /// 503 if the database is away, busy or full and will be back, else 500. Logs it either way.
    fn from(error: sqlx::Error) -> Self {
        if is_passing(&error) { Self::unavailable(&error) } else { Self::internal(&error) }
    }
}

fn is_passing(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        // Connection exceptions, resources, operator intervention; serialization and locks.
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            ["08", "53", "57", "40"].iter().any(|class| code.starts_with(class))
                || code == "55P03"
                || code == "25006"
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_is_away_is_unavailable() {
        for error in [sqlx::Error::PoolTimedOut, sqlx::Error::Io(std::io::Error::other("reset"))] {
            assert_eq!(Problem::from(error).status(), 503);
        }
    }

    #[test]
    fn a_query_that_is_wrong_is_our_fault() {
        assert_eq!(Problem::from(sqlx::Error::RowNotFound).status(), 500);
    }
}
