//! What came in and what was added, day by day.

use std::collections::{BTreeMap, HashMap};

use chrono::{Days, NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};
use shared::{
    clock::Timestamp,
    http::{FieldError, Problem},
    money::Money,
};
use sqlx::PgPool;
use utoipa::{IntoParams, ToSchema};

use super::organizations::PlatformSales;
use crate::{
    app::App,
    catalogue::platform::{self as catalogue, EventCounts},
    orders::refunds::{self, GivenBack},
    query_error::QueryError,
    sales::platform as sales,
};

const USUAL: i64 = 30;
const LONGEST: i64 = 366;

/// Which days are reported.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// The first day (UTC). Without it: so that there are thirty days.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date, example = "2027-03-01")]
    pub from: Option<NaiveDate>,
    /// The last day (UTC), at most a year later. Without it: today.
    #[serde(default)]
    #[param(value_type = Option<String>, format = Date, example = "2027-03-31")]
    pub to: Option<NaiveDate>,
}

/// Whole days, from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: NaiveDate,
    to: NaiveDate,
}

/// How the platform grew.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrowthReport {
    #[schema(value_type = String, format = Date)]
    pub from: NaiveDate,
    #[schema(value_type = String, format = Date)]
    pub to: NaiveDate,
    /// Over all these days.
    pub totals: Growth,
    /// Over as many days before them.
    pub before: Growth,
    /// Every day, also those on which nothing happened.
    pub days: Vec<GrowthDay>,
}

/// What came in and what was added.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Growth {
    pub organizations: i64,
    pub accounts: i64,
    pub events_drafted: i64,
    pub events_published: i64,
    /// By currency. Nothing of it was given back: see `refunds`.
    pub sales: Vec<PlatformSales>,
    /// Payments that bought nothing and are given back, by currency: they came too late or twice, or
    /// weren't what was due. They are no part of `sales`.
    pub refunds: Vec<PlatformRefunds>,
}

/// What is given back in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlatformRefunds {
    pub payments: i64,
    pub amount: Money,
}

/// A day (UTC).
#[derive(Debug, Serialize, ToSchema)]
pub struct GrowthDay {
    #[schema(value_type = String, format = Date)]
    pub date: NaiveDate,
    #[serde(flatten)]
    pub growth: Growth,
}

impl Wanted {
    /// The days that are meant.
    ///
    /// # Errors
    ///
    /// 422 if the last isn't after the first, or more than a year.
    pub fn period(self, today: NaiveDate) -> Result<Period, Problem> {
        let to = self.to.unwrap_or(today);
        let from = self.from.or_else(|| earlier(to, USUAL - 1)).unwrap_or(to);
        let days = (to - from).num_days() + 1;
        if (1..=LONGEST).contains(&days) {
            return Ok(Period { from, to });
        }
        let detail = format!("must be from 1 to {LONGEST} days after `from`");
        Err(Problem::validation(vec![FieldError::new("?to", "out-of-range", detail)]))
    }
}

impl Period {
    fn count(self) -> i64 {
        (self.to - self.from).num_days() + 1
    }

    fn before(self) -> Self {
        let from = earlier(self.from, self.count()).unwrap_or(self.from);
        Self { from, to: earlier(self.from, 1).unwrap_or(self.from) }
    }

    fn instants(self) -> (Timestamp, Timestamp) {
        let end = self.to.checked_add_days(Days::new(1)).unwrap_or(self.to);
        let at = |day: NaiveDate| day.and_time(NaiveTime::MIN).and_utc();
        (at(self.from), at(end))
    }
}

fn earlier(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(u64::try_from(days).ok()?))
}

/// How the platform grew in a period.
///
/// # Errors
///
/// [`QueryError`].
pub async fn report(app: &App, period: Period) -> Result<GrowthReport, QueryError> {
    let days = by_day(app, period).await?;
    let before = by_day(app, period.before()).await?;
    Ok(GrowthReport {
        from: period.from,
        to: period.to,
        totals: sum(days.values()),
        before: sum(before.values()),
        days: days.into_iter().map(|(date, growth)| GrowthDay { date, growth }).collect(),
    })
}

async fn by_day(app: &App, period: Period) -> Result<BTreeMap<NaiveDate, Growth>, QueryError> {
    let (pool, instants) = (&app.pool, period.instants());
    let days = period.from.iter_days().take_while(|day| *day <= period.to);
    let mut all: BTreeMap<NaiveDate, Growth> = days.map(|day| (day, Growth::default())).collect();
    let organizations = organizations(pool, instants).await?;
    let accounts = accounts(pool, instants).await?;
    let events = catalogue::by_day(pool, instants).await?;
    for (day, growth) in &mut all {
        let EventCounts { drafted, published } = events.get(day).copied().unwrap_or_default();
        growth.organizations = organizations.get(day).copied().unwrap_or_default();
        growth.accounts = accounts.get(day).copied().unwrap_or_default();
        (growth.events_drafted, growth.events_published) = (drafted, published);
    }
    for (day, sold) in sales::by_day(pool, instants).await? {
        all.entry(day).or_default().sales.push(sold.into());
    }
    for (day, GivenBack { currency, payments, amount_minor }) in
        refunds::by_day(pool, instants).await?
    {
        let amount = Money::new(amount_minor, currency);
        all.entry(day).or_default().refunds.push(PlatformRefunds { payments, amount });
    }
    Ok(all)
}

async fn organizations(
    pool: &PgPool,
    (from, to): (Timestamp, Timestamp),
) -> Result<HashMap<NaiveDate, i64>, QueryError> {
    let rows: Vec<(NaiveDate, i64)> = sqlx::query_as(
        "SELECT (created_at AT TIME ZONE 'UTC')::date, count(*) FROM identity.organizations
          WHERE created_at >= $1 AND created_at < $2 GROUP BY 1",
    )
    .bind(from)
    .bind(to)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}

async fn accounts(
    pool: &PgPool,
    (from, to): (Timestamp, Timestamp),
) -> Result<HashMap<NaiveDate, i64>, QueryError> {
    let rows: Vec<(NaiveDate, i64)> = sqlx::query_as(
        "SELECT (created_at AT TIME ZONE 'UTC')::date, count(*) FROM identity.accounts
          WHERE created_at >= $1 AND created_at < $2 GROUP BY 1",
    )
    .bind(from)
    .bind(to)
    .fetch_all(pool)
    .await?;
    Ok(rows.into_iter().collect())
}

fn sum<'a>(days: impl Iterator<Item = &'a Growth>) -> Growth {
    let mut sums = Growth::default();
    let mut sales: Vec<PlatformSales> = Vec::new();
    for day in days {
        sums.organizations += day.organizations;
        sums.accounts += day.accounts;
        sums.events_drafted += day.events_drafted;
        sums.events_published += day.events_published;
        for one in &day.sales {
            add(&mut sales, one);
        }
        for one in &day.refunds {
            add_refunds(&mut sums.refunds, one);
        }
    }
    sales.sort_by_key(|sold| sold.revenue.currency.code());
    sums.refunds.sort_by_key(|refunds| refunds.amount.currency.code());
    Growth { sales, ..sums }
}

fn add_refunds(sums: &mut Vec<PlatformRefunds>, one: &PlatformRefunds) {
    match sums.iter_mut().find(|sum| sum.amount.currency == one.amount.currency) {
        Some(sum) => {
            sum.payments = sum.payments.saturating_add(one.payments);
            let amount = sum.amount.amount.saturating_add(one.amount.amount);
            sum.amount = Money::new(amount, one.amount.currency);
        }
        None => sums.push(*one),
    }
}

fn add(sums: &mut Vec<PlatformSales>, one: &PlatformSales) {
    match sums.iter_mut().find(|sum| sum.revenue.currency == one.revenue.currency) {
        Some(sum) => {
            sum.orders = sum.orders.saturating_add(one.orders);
            sum.tickets = sum.tickets.saturating_add(one.tickets);
            let amount = sum.revenue.amount.saturating_add(one.revenue.amount);
            sum.revenue = Money::new(amount, one.revenue.currency);
        }
        None => sums.push(*one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_thirty_days_unless_said_and_a_year_at_most() {
        let today = day("2027-03-31");
        let usual = Wanted::default().period(today).unwrap();
        assert_eq!((usual.from, usual.to), (day("2027-03-02"), today));
        assert_eq!(
            (usual.before().from, usual.before().to),
            (day("2027-01-31"), day("2027-03-01"))
        );
        let one = Wanted { from: Some(today), to: None }.period(today).unwrap();
        assert_eq!((one.count(), one.before().count()), (1, 1));
        for from in ["2027-04-01", "2026-03-30"] {
            assert!(Wanted { from: Some(day(from)), to: None }.period(today).is_err(), "{from}");
        }
        assert!(Wanted { from: Some(day("2026-03-31")), to: None }.period(today).is_ok());
    }
}
