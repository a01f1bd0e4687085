//! Generations: several copies of a projection's tables, of which queries see one.
//!
//! Every copy has a number. `read.events_v3` is the third copy of table `events`; the view
//! `read.events` shows the active one. SQL of folds is written with `_vN` and without knowing which
//! copy it writes to.

/// Which copy of a projection's tables is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Generation {
    /// The copy of this number in schema `read`.
    Numbered(i32),
    /// A private copy in temporary tables of one connection.
    Temporary,
}

impl Generation {
    /// The SQL for this copy: `read.<table>_vN` names its tables.
    pub fn sql(self, template: &'static str) -> String {
        match self {
            Self::Numbered(number) => template.replace("_vN", &format!("_v{number}")),
            Self::Temporary => template.replace("read.", "pg_temp.").replace("_vN", ""),
        }
    }

    /// The qualified name of one of its tables.
    pub fn table(self, name: &str) -> String {
        match self {
            Self::Numbered(number) => format!("read.{name}_v{number}"),
            Self::Temporary => format!("pg_temp.{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_tables_of_one_copy() {
        let template = "SELECT 1 FROM read.events_vN JOIN read.ticket_types_vN USING (event_id)";
        assert_eq!(
            Generation::Numbered(3).sql(template),
            "SELECT 1 FROM read.events_v3 JOIN read.ticket_types_v3 USING (event_id)"
        );
        assert_eq!(Generation::Numbered(3).table("events"), "read.events_v3");
    }

    #[test]
    fn a_temporary_copy_never_touches_the_read_tables() {
        let sql = Generation::Temporary.sql("DELETE FROM read.events_vN");
        assert_eq!(sql, "DELETE FROM pg_temp.events");
        assert_eq!(Generation::Temporary.table("events"), "pg_temp.events");
    }
}
