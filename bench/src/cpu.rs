//! Where the processor's time goes, by process. Unlike a rate it says the same on a busy machine.

use std::{collections::HashMap, fs, time::Duration};

use sqlx::PgPool;

use crate::{
    figure,
    platform::{Program, System},
};

/// Ticks of a process's clock in a second: the same on every Linux.
const TICKS: u64 = 100;

/// What each process had used when the measurement began.
pub struct Meter {
    pool: PgPool,
    processes: Vec<(&'static str, u32)>,
    before: HashMap<u32, Duration>,
}

const POSTGRES: &str = "PostgreSQL";

impl Meter {
    /// Starts to measure our programs, the load driver (this process) and the server behind `pool`.
    ///
    /// # Errors
    ///
    /// If the server doesn't tell its processes.
    pub async fn start(system: &System, pool: PgPool) -> anyhow::Result<Self> {
        let mut processes: Vec<(&'static str, u32)> = vec![("driver", std::process::id())];
        let ours = [
            ("command", Some(&system.command)),
            ("projection", system.projection.as_ref()),
            ("gateway", system.gateway.as_ref()),
        ];
        for (name, program) in ours {
            processes.extend(program.and_then(Program::id).map(|id| (name, id)));
        }
        let mut meter = Self { pool, processes, before: HashMap::new() };
        meter.before = meter.used().await?.into_iter().map(|(_, id, used)| (id, used)).collect();
        Ok(meter)
    }

    /// Microseconds of processor time for each of `count` operations, by process.
    ///
    /// # Errors
    ///
    /// If the server doesn't tell its processes.
    pub async fn micros_each(&self, count: u64) -> anyhow::Result<String> {
        let mut totals: Vec<(&'static str, Duration)> = Vec::new();
        for (name, id, used) in self.used().await? {
            let used = used.saturating_sub(self.before.get(&id).copied().unwrap_or_default());
            match totals.iter_mut().find(|(known, _)| *known == name) {
                Some((_, total)) => *total += used,
                None => totals.push((name, used)),
            }
        }
        let words = totals.iter().map(|(name, used)| {
            let micros = u64::try_from(used.as_micros()).unwrap_or(u64::MAX);
            format!("{name} {:.1}", figure::ratio(figure::from(micros), figure::from(count)))
        });
        Ok(format!("CPU µs each: {}", words.collect::<Vec<_>>().join(", ")))
    }

    async fn used(&self) -> anyhow::Result<Vec<(&'static str, u32, Duration)>> {
        let servers: Vec<i32> =
            sqlx::query_scalar("SELECT pid FROM pg_stat_activity").fetch_all(&self.pool).await?;
        let servers =
            servers.into_iter().filter_map(|pid| Some((POSTGRES, u32::try_from(pid).ok()?)));
        let processes = self.processes.iter().copied().chain(servers);
        Ok(processes.filter_map(|(name, id)| Some((name, id, used_by(id)?))).collect())
    }
}

/// User and system time of one process; nothing if it has ended or runs elsewhere.
fn used_by(id: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may contain anything; the 14th and 15th fields come after it.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1_000 / TICKS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_used_time() {
        let id = std::process::id();
        let begin = used_by(id).unwrap();
        let mut sum: u64 = 0;
        while used_by(id).unwrap() < begin + Duration::from_millis(30) {
            sum = std::hint::black_box(sum.wrapping_add(1));
        }
        assert!(used_by(u32::MAX).is_none());
    }
}
