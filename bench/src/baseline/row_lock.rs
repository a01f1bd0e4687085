//! The usual way to sell tickets: one row counts what is sold, and whoever sells locks it.
//!
//! SQL alone, no program in front: pgbench sends prepared statements over 32 connections. Without
//! pgbench the same statements are sent from here.

use std::{path::Path, time::Duration};

use anyhow::{Context, ensure};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use uuid::Uuid;

use crate::{figure, platform::Server, workers};

const CLIENTS: u32 = 32;

const TABLES: &str = "
    CREATE TABLE ticket_types (id integer PRIMARY KEY, total bigint NOT NULL, sold bigint NOT NULL);
    INSERT INTO ticket_types VALUES (1, 9000000000000, 0);
    CREATE TABLE reservations (
        id uuid PRIMARY KEY, ticket_type_id integer NOT NULL, person_id uuid NOT NULL,
        quantity integer NOT NULL, status text NOT NULL DEFAULT 'ACTIVE',
        expires_at timestamptz NOT NULL DEFAULT now() + interval '15 minutes'
    );
    CREATE TABLE orders (
        id uuid PRIMARY KEY, total_minor bigint NOT NULL, paid_at timestamptz NOT NULL DEFAULT now()
    );
    CREATE TABLE tickets (
        id uuid PRIMARY KEY, order_id uuid NOT NULL, ticket_type_id integer NOT NULL
    );
    CREATE INDEX tickets_order ON tickets (order_id);";

const NAME: &str = "
    SELECT gen_random_uuid() AS hold \\gset";

const HOLD: &str = "
    BEGIN;
    SELECT total, sold FROM ticket_types WHERE id = 1 FOR UPDATE \\gset
    \\if :sold + 2 <= :total
    UPDATE ticket_types SET sold = sold + 2 WHERE id = 1;
    INSERT INTO reservations (id, ticket_type_id, person_id, quantity)
        VALUES (:hold::uuid, 1, gen_random_uuid(), 2);
    \\endif
    COMMIT;";

const PAY: &str = "
    BEGIN;
    SELECT status AS held FROM reservations WHERE id = :hold::uuid FOR UPDATE \\gset
    UPDATE reservations SET status = 'CONSUMED' WHERE id = :hold::uuid;
    INSERT INTO orders (id, total_minor) VALUES (:hold::uuid, 9000);
    INSERT INTO tickets VALUES
        (gen_random_uuid(), :hold::uuid, 1), (gen_random_uuid(), :hold::uuid, 1);
    COMMIT;";

/// What is done again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// One hold.
    Hold,
    /// One hold, then its order with two tickets.
    Purchase,
}

/// Holds (or purchases) per second, and what measured them.
///
/// # Errors
///
/// If the server refuses.
pub async fn row_lock(
    server: &Server,
    project: &Path,
    script: Script,
    duration: Duration,
) -> anyhow::Result<(f64, &'static str)> {
    let database = server.bare().await?;
    let mut owner = PgConnection::connect(&database.owner_url()).await?;
    owner.execute(TABLES).await?;
    owner.close().await?;
    server.settle().await?;
    let pgbench = server.programs(project).map(|bin| bin.join("pgbench"));
    let measured = if let Some(pgbench) = pgbench.filter(|program| program.is_file()) {
        let rate = by_pgbench(&pgbench, &database.owner_url(), script, duration).await?;
        (rate, "SELECT … FOR UPDATE by pgbench, 32 clients")
    } else {
        let run = by_sqlx(database.owner_url(), script, duration);
        (workers::run(run).await?, "SELECT … FOR UPDATE by sqlx (no pgbench here), 32 clients")
    };
    server.remove(database).await?;
    Ok(measured)
}

async fn by_pgbench(
    pgbench: &Path,
    url: &str,
    script: Script,
    duration: Duration,
) -> anyhow::Result<f64> {
    let file = tempfile::NamedTempFile::new()?;
    let text = match script {
        Script::Hold => HOLD.replace(":hold::uuid", "gen_random_uuid()"),
        Script::Purchase => format!("{NAME}{HOLD}{PAY}"),
    };
    std::fs::write(file.path(), text)?;
    let mut command = tokio::process::Command::new(pgbench);
    command
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={CLIENTS}"))
        .arg(format!("--time={}", duration.as_secs().max(1)))
        .arg("--file")
        .arg(file.path())
        .arg(url)
        .kill_on_drop(true);
    let output = command.output().await.context("can't run pgbench")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let words = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "pgbench failed: {words}");
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|rest| rest.split_whitespace().next());
    rate.and_then(|rate| rate.parse().ok()).with_context(|| format!("no tps in {text}"))
}

async fn by_sqlx(url: String, script: Script, duration: Duration) -> anyhow::Result<f64> {
    let pool = shared::postgres::connect(&url, CLIENTS).await?;
    let start = std::time::Instant::now();
    let clients = (0..CLIENTS).map(|_| {
        let pool = pool.clone();
        tokio::spawn(async move {
            let mut accepted = 0;
            while start.elapsed() < duration {
                let hold = hold(&pool).await?;
                if script == Script::Purchase {
                    pay(&pool, hold).await?;
                }
                accepted += 1;
            }
            anyhow::Ok(accepted)
        })
    });
    let mut accepted: u64 = 0;
    for client in clients.collect::<Vec<_>>() {
        accepted += client.await??;
    }
    Ok(figure::per_second(accepted, start.elapsed()))
}

async fn hold(pool: &PgPool) -> sqlx::Result<Uuid> {
    let mut tx = pool.begin().await?;
    let (id, total, sold): (Uuid, i64, i64) = sqlx::query_as(
        "SELECT gen_random_uuid(), total, sold FROM ticket_types WHERE id = 1 FOR UPDATE",
    )
    .fetch_one(&mut *tx)
    .await?;
    if sold + 2 <= total {
        sqlx::query("UPDATE ticket_types SET sold = sold + 2 WHERE id = 1")
            .execute(&mut *tx)
            .await?;
        sqlx::query(
            "INSERT INTO reservations (id, ticket_type_id, person_id, quantity)
             VALUES ($1, 1, gen_random_uuid(), 2)",
        )
        .bind(id)
        .execute(&mut *tx)
        .await?;
    }
    tx.commit().await?;
    Ok(id)
}

async fn pay(pool: &PgPool, hold: Uuid) -> sqlx::Result<()> {
    let mut tx = pool.begin().await?;
    for statement in [
        "SELECT status FROM reservations WHERE id = $1 FOR UPDATE",
        "UPDATE reservations SET status = 'CONSUMED' WHERE id = $1",
        "INSERT INTO orders (id, total_minor) VALUES ($1, 9000)",
        "INSERT INTO tickets VALUES (gen_random_uuid(), $1, 1), (gen_random_uuid(), $1, 1)",
    ] {
        sqlx::query(statement).bind(hold).execute(&mut *tx).await?;
    }
    tx.commit().await
}
