//! The vault on a real database.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use shared::{
    id::PersonId,
    testing::TestDatabase,
    vault::{
        CannotOpen, ReadPersonError, SealedPersons, Vault, find_person, find_persons, rotate_batch,
        seal_plain,
    },
};
use sqlx::PgPool;
use uuid::Uuid;

#[tokio::test]
async fn what_was_plain_is_sealed_once_and_read_as_before() {
    let database = TestDatabase::create().await;
    let pool = database.command();
    sqlx::query(
        "INSERT INTO vault.persons (person_id, email, name, updated_at)
         SELECT ('00000000-0000-0000-0000-' || lpad(to_hex(n + 1), 12, '0'))::uuid,
                'canary' || n || '@example.org', CASE WHEN n % 2 = 0 THEN 'Canary' END, now()
           FROM generate_series(0, 1099) AS n",
    )
    .execute(pool)
    .await
    .unwrap();
    assert!(dump(pool).await.contains("anary"), "seen to find what is there");
    assert_eq!(seal_plain(pool, &vault("v1")).await.unwrap(), 1_100);
    assert_eq!(seal_plain(pool, &vault("v1")).await.unwrap(), 0);
    let found = find_persons(pool, &vault("v1"), &[person(7), person(8), person(9_999)]).await;
    let found = found.unwrap();
    assert_eq!(found.len(), 2);
    assert_eq!(found[&person(7)].email, "canary7@example.org");
    assert_eq!(found[&person(7)].name, None);
    assert_eq!(found[&person(8)].name.as_deref(), Some("Canary"));
    assert!(!dump(pool).await.contains("anary"));
}

#[tokio::test]
async fn data_keys_are_wrapped_anew_in_batches_and_after_an_interruption() {
    let database = TestDatabase::create().await;
    let pool = database.command();
    store(pool, &vault("v1"), 1_200).await;
    let both = vault("v2,v1");
    let mut owner = database.owner().acquire().await.unwrap();
    let first = rotate_batch(&mut owner, &both, None).await.unwrap().unwrap();
    assert_eq!((first.wrapped, first.unreadable), (500, 0));
    // Half done, everybody is readable with both keys and not with the new one alone.
    let last = find_person(pool, &both, person(1_199)).await.unwrap().unwrap();
    assert_eq!(last.email, email(1_199));
    let error = find_person(pool, &vault("v2"), person(1_199)).await.unwrap_err();
    assert!(matches!(error, ReadPersonError::Sealed(CannotOpen)));

    // Begun anew, not where it was interrupted.
    let (mut after, mut wrapped) = (None, 0);
    while let Some(done) = rotate_batch(&mut owner, &both, after).await.unwrap() {
        (after, wrapped) = (Some(done.after), wrapped + done.wrapped);
    }
    assert_eq!(wrapped, 700);
    for number in [0, 499, 500, 1_199] {
        let found = find_person(pool, &vault("v2"), person(number)).await.unwrap().unwrap();
        assert_eq!(found.email, email(number));
    }
}

#[tokio::test]
async fn a_data_key_that_no_master_key_opens_is_told_and_left() {
    let database = TestDatabase::create().await;
    store(database.command(), &vault("v3"), 2).await;
    let mut owner = database.owner().acquire().await.unwrap();
    let done = rotate_batch(&mut owner, &vault("v2,v1"), None).await.unwrap().unwrap();
    assert_eq!((done.wrapped, done.unreadable), (0, 2));
    let rest = rotate_batch(&mut owner, &vault("v2,v1"), Some(done.after)).await.unwrap();
    assert_eq!(rest, None);
    assert!(find_person(database.command(), &vault("v3"), person(1)).await.unwrap().is_some());
}

#[tokio::test]
async fn a_row_moved_to_another_person_does_not_open() {
    let database = TestDatabase::create().await;
    store(database.command(), &vault("v1"), 1).await;
    sqlx::query("UPDATE vault.persons SET person_id = $1")
        .bind(person(5).uuid())
        .execute(database.owner())
        .await
        .unwrap();
    assert!(find_person(database.command(), &vault("v1"), person(5)).await.is_err());
}

fn person(number: u128) -> PersonId {
    PersonId::new(Uuid::from_u128(number + 1))
}

fn email(number: u128) -> String {
    format!("p{number}@example.org")
}

/// The ring of these keys; `v1` has the byte 1.
fn vault(kids: &str) -> Vault {
    let key = |kid: &str| format!("{kid}:{}", kid.replace('v', "0").repeat(32));
    let keys: Vec<String> = kids.split(',').map(key).collect();
    Vault::new(&keys.join(",").parse().unwrap())
}

async fn store(pool: &PgPool, vault: &Vault, count: u128) {
    let people: Vec<(PersonId, String)> = (0..count).map(|n| (person(n), email(n))).collect();
    let people = people.iter().map(|(person, email)| (*person, email.as_str(), None));
    let sealed = SealedPersons::seal(vault, people).unwrap();
    sqlx::query(
        "INSERT INTO vault.persons (person_id, data_key, sealed_email, sealed_name, likeness,
                master_key, updated_at)
         SELECT person_id, data_key, email, name, likeness, $6, now()
           FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bytea[])
                AS given (person_id, data_key, email, name, likeness)",
    )
    .bind(sealed.ids)
    .bind(sealed.data_keys)
    .bind(sealed.emails)
    .bind(sealed.names)
    .bind(sealed.likenesses)
    .bind(vault.newest_kid())
    .execute(pool)
    .await
    .unwrap();
}

async fn dump(pool: &PgPool) -> String {
    sqlx::query_scalar(
        "SELECT string_agg(p::text || encode(coalesce(sealed_email, ''), 'escape')
                           || encode(coalesce(sealed_name, ''), 'escape'), '')
           FROM vault.persons AS p",
    )
    .fetch_one(pool)
    .await
    .unwrap()
}
