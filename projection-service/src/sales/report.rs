//! The sales report: totals, and for one event days and hours in its own time zone.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike};
use chrono_tz::Tz;
use serde::Serialize;
use shared::{
    clock::Timestamp,
    id::{EventId, OrganizationId, TicketTypeId},
    money::{Currency, Money},
};
use utoipa::ToSchema;

use super::query::{SoldEvent, SoldQuarter, SoldTotal, SoldType};
use crate::unreadable::Unreadable;

/// What an organization sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct SalesReport {
    pub organization_id: OrganizationId,
    /// Over all events, by currency.
    pub totals: Vec<Totals>,
    /// The newest first, at most 500.
    pub events: Vec<EventSales>,
}

/// Sums of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Totals {
    pub orders: i64,
    pub tickets: i64,
    pub revenue: Money,
    /// Absent without orders.
    pub average_order: Option<Money>,
}

/// What one event sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventSales {
    pub event_id: EventId,
    pub title: String,
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    #[serde(flatten)]
    pub totals: Totals,
    pub ticket_types: Vec<TypeSales>,
    /// Days with sales, if one event was asked for.
    pub days: Vec<DaySales>,
    /// Hours with sales, if one event was asked for.
    pub hours: Vec<HourSales>,
}

/// What one ticket type sold.
#[derive(Debug, Serialize, ToSchema)]
pub struct TypeSales {
    pub ticket_type_id: TicketTypeId,
    /// Absent in days and hours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    pub tickets: i64,
    pub revenue: Money,
}

/// Sales of a day in the event's time zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct DaySales {
    pub date: NaiveDate,
    pub tickets: i64,
    pub revenue: Money,
    pub ticket_types: Vec<TypeSales>,
}

/// Sales of an hour in the event's time zone.
#[derive(Debug, Serialize, ToSchema)]
pub struct HourSales {
    /// With the offset of the event's time zone.
    #[schema(example = "2027-05-01T18:00:00+02:00")]
    pub starts_at: String,
    pub tickets: i64,
    pub revenue: Money,
    pub ticket_types: Vec<TypeSales>,
}

impl Totals {
    fn new(orders: i64, tickets: i64, revenue: Money) -> Self {
        let average = rounded_average(revenue.amount, orders);
        let average_order = average.map(|amount| Money::new(amount, revenue.currency));
        Self { orders, tickets, revenue, average_order }
    }
}

impl From<SoldTotal> for Totals {
    fn from(sold: SoldTotal) -> Self {
        let revenue = Money::new(sold.revenue_minor, sold.currency);
        Self::new(sold.orders, sold.tickets, revenue)
    }
}

impl EventSales {
    /// The sales of an event by type, without days and hours.
    pub fn of(event: SoldEvent, types: &[SoldType]) -> Self {
        let money = |amount| Money::new(amount, event.currency);
        let of_event = types.iter().filter(|kind| kind.event_id == event.event_id.uuid());
        let ticket_types: Vec<TypeSales> = of_event
            .map(|kind| TypeSales {
                ticket_type_id: TicketTypeId::new(kind.ticket_type_id),
                name: Some(kind.name.clone()),
                tickets: kind.tickets,
                revenue: money(kind.revenue_minor),
            })
            .collect();
        let tickets = ticket_types.iter().map(|kind| kind.tickets).sum();
        let totals = Totals::new(event.orders, tickets, money(event.revenue_minor));
        Self {
            event_id: event.event_id,
            title: event.title,
            time_zone: event.time_zone,
            totals,
            ticket_types,
            days: Vec::new(),
            hours: Vec::new(),
        }
    }

    /// With its days and hours.
    ///
    /// # Errors
    ///
    /// [`Unreadable`] if this program doesn't know the time zone: days of another one would be wrong.
    pub fn over_time(mut self, quarters: &[SoldQuarter]) -> Result<Self, Unreadable> {
        let zone: Tz = self
            .time_zone
            .parse()
            .map_err(|_| Unreadable::new("time zone", self.time_zone.as_str()))?;
        let currency = self.totals.revenue.currency;
        let days = grouped(quarters, currency, |quarter| quarter.with_timezone(&zone).date_naive());
        let day = |(date, (tickets, revenue, ticket_types))| DaySales {
            date,
            tickets,
            revenue,
            ticket_types,
        };
        self.days = days.into_iter().map(day).collect();
        let hours = grouped(quarters, currency, |quarter| hour(quarter, zone));
        let hour = |(starts_at, (tickets, revenue, ticket_types)): (DateTime<Tz>, Sums)| {
            HourSales { starts_at: starts_at.to_rfc3339(), tickets, revenue, ticket_types }
        };
        self.hours = hours.into_iter().map(hour).collect();
        Ok(self)
    }
}

type Sums = (i64, Money, Vec<TypeSales>);

fn grouped<K: Ord>(
    quarters: &[SoldQuarter],
    currency: Currency,
    key: impl Fn(Timestamp) -> K,
) -> BTreeMap<K, Sums> {
    let mut groups: BTreeMap<K, BTreeMap<TicketTypeId, (i64, i64)>> = BTreeMap::new();
    for sold in quarters {
        let group = groups.entry(key(sold.quarter)).or_default();
        let (tickets, revenue) = group.entry(sold.ticket_type_id).or_default();
        *tickets = tickets.saturating_add(sold.tickets);
        *revenue = revenue.saturating_add(sold.revenue_minor);
    }
    let sums = |types: BTreeMap<TicketTypeId, (i64, i64)>| {
        let (tickets, revenue) = types.values().fold((0_i64, 0_i64), |sum, one| {
            (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1))
        });
        let types = types.into_iter().map(|(ticket_type_id, (tickets, revenue))| TypeSales {
            ticket_type_id,
            name: None,
            tickets,
            revenue: Money::new(revenue, currency),
        });
        (tickets, Money::new(revenue, currency), types.collect())
    };
    groups.into_iter().map(|(key, types)| (key, sums(types))).collect()
}

/// The beginning of the hour that the clocks of a zone show at an instant.
fn hour(at: Timestamp, zone: Tz) -> DateTime<Tz> {
    let local = at.with_timezone(&zone);
    let past = i64::from(local.minute()) * 60 + i64::from(local.second());
    (at - TimeDelta::seconds(past)).with_timezone(&zone)
}

fn rounded_average(sum: i64, count: i64) -> Option<i64> {
    let half = count.checked_div(2)?;
    sum.checked_add(half)?.checked_div(count)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::samples;

    fn sold(quarter: &str, tickets: i64) -> SoldQuarter {
        SoldQuarter {
            ticket_type_id: samples::type_id(1),
            quarter: quarter.parse().unwrap(),
            tickets,
            revenue_minor: tickets * 1000,
        }
    }

    fn an_event(time_zone: &str) -> EventSales {
        let event = SoldEvent {
            event_id: EventId::new(Uuid::from_u128(1)),
            title: "Rust Nacht".to_owned(),
            time_zone: time_zone.to_owned(),
            currency: Currency::EUR,
            orders: 2,
            revenue_minor: 5001,
        };
        EventSales::of(event, &[])
    }

    #[test]
    fn days_of_an_unknown_time_zone_are_not_made_up() {
        assert!(an_event("Mars/Olympus_Mons").over_time(&[]).is_err());
    }

    #[test]
    fn days_are_those_of_the_event_and_not_of_utc() {
        let quarters = [sold("2026-06-01T21:45:00Z", 1), sold("2026-06-01T22:00:00Z", 2)];
        let report = an_event("Europe/Berlin").over_time(&quarters).unwrap();
        let days: Vec<_> =
            report.days.iter().map(|day| (day.date.to_string(), day.tickets)).collect();
        assert_eq!(days, vec![("2026-06-01".to_owned(), 1), ("2026-06-02".to_owned(), 2)]);
    }

    #[test]
    fn hours_begin_when_the_clock_of_the_zone_strikes() {
        let quarters = [sold("2026-06-01T12:15:00Z", 1), sold("2026-06-01T12:30:00Z", 2)];
        let report = an_event("Asia/Kolkata").over_time(&quarters).unwrap();
        let hours: Vec<_> = report.hours.iter().map(|hour| hour.starts_at.as_str()).collect();
        assert_eq!(hours, ["2026-06-01T17:00:00+05:30", "2026-06-01T18:00:00+05:30"]);
    }

    #[test]
    fn the_hour_that_comes_twice_is_two_hours() {
        let quarters = [sold("2026-10-25T00:30:00Z", 1), sold("2026-10-25T01:30:00Z", 2)];
        let report = an_event("Europe/Berlin").over_time(&quarters).unwrap();
        let hours: Vec<_> = report.hours.iter().map(|hour| hour.starts_at.as_str()).collect();
        assert_eq!(hours, ["2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"]);
        assert_eq!(report.days.len(), 1);
    }

    #[test]
    fn the_average_order_is_rounded_once() {
        assert_eq!(an_event("UTC").totals.average_order, Some(Money::new(2501, Currency::EUR)));
        assert_eq!(rounded_average(0, 0), None);
        assert_eq!(rounded_average(10, 4), Some(3));
    }
}
