//! The terms of a ticket type as they are typed, and when they make sense.

use shared::{
    clock::Timestamp,
    events::box_office::{Price, TicketTypeTerms},
    money::MAX_AMOUNT_MINOR,
};

use super::{DEFAULT_MAX_PER_ORDER, MAX_PER_LINE};
use crate::box_office::{
    BoxOffice,
    state::TicketType,
    validation::{Edit, TextRule, Violations},
};

const NAME: TextRule = TextRule::line(100);
const DESCRIPTION: TextRule = TextRule::lines(2_000);

/// Terms as typed: what is absent keeps its value, or takes the default in a new type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TermsInput {
    pub name: Option<String>,
    pub description: Option<String>,
    pub price: Option<Price>,
    pub allocation: Edit<u32>,
    pub sale_starts_at: Edit<Timestamp>,
    pub sale_ends_at: Edit<Timestamp>,
    pub min_per_order: Option<u32>,
    pub max_per_order: Option<u32>,
}

impl TermsInput {
    /// The terms after this input, with whatever is wrong added to `violations`.
    ///
    /// Absent if something required is missing; then `violations` says so.
    pub(super) fn over(
        &self,
        office: &BoxOffice,
        kind: Option<&TicketType>,
        violations: &mut Violations,
    ) -> Option<TicketTypeTerms> {
        let current = kind.map(TicketType::terms);
        let name = self.name.as_ref().or(current.map(|current| &current.name));
        match name {
            Some(name) => violations.check_required_text("/name", name, NAME),
            None => violations.add("/name", "required", "must be given"),
        }
        let description = self
            .description
            .clone()
            .or_else(|| current.map(|current| current.description.clone()))
            .unwrap_or_default();
        violations.check_text("/description", &description, DESCRIPTION);
        let price = self.price.or(current.map(|current| current.price));
        match price {
            Some(price) => check_price(price, violations),
            None => violations.add("/price", "required", "must be given"),
        }
        let allocation =
            self.allocation.over(current.and_then(|current| current.allocation.as_ref()));
        check_allocation(office, kind, allocation, violations);
        let sale_starts_at =
            self.sale_starts_at.over(current.and_then(|current| current.sale_starts_at.as_ref()));
        let sale_ends_at =
            self.sale_ends_at.over(current.and_then(|current| current.sale_ends_at.as_ref()));
        check_sale_window(sale_starts_at, sale_ends_at, violations);
        let min_per_order =
            self.min_per_order.or(current.map(|current| current.min_per_order)).unwrap_or(1);
        let max_per_order = self
            .max_per_order
            .or(current.map(|current| current.max_per_order))
            .unwrap_or(DEFAULT_MAX_PER_ORDER.max(min_per_order).min(MAX_PER_LINE));
        check_per_order(min_per_order, max_per_order, violations);

        Some(TicketTypeTerms {
            name: name?.clone(),
            description,
            price: price?,
            allocation,
            sale_starts_at,
            sale_ends_at,
            min_per_order,
            max_per_order,
        })
    }
}

fn check_price(price: Price, violations: &mut Violations) {
    let mut check_amount = |pointer: &str, amount: i64| {
        if !(0..=MAX_AMOUNT_MINOR).contains(&amount) {
            violations.add(
                pointer,
                "out-of-range",
                format!("must lie between 0 and {MAX_AMOUNT_MINOR} minor units"),
            );
        }
    };
    match price {
        Price::Free => {}
        Price::Fixed { amount } => check_amount("/price/amount", amount),
        Price::PayWhatYouWant { minimum, maximum, suggested } => {
            check_amount("/price/minimum", minimum);
            check_amount("/price/maximum", maximum);
            check_amount("/price/suggested", suggested);
            if minimum > maximum {
                violations.add("/price/maximum", "below-minimum", "must not be below the minimum");
            } else if !(minimum..=maximum).contains(&suggested) {
                violations.add(
                    "/price/suggested",
                    "out-of-range",
                    "must lie between the minimum and the maximum",
                );
            }
        }
    }
}

/// Allocations cap a type: they may not add up to more than the event has (source 002, T3 and T4).
fn check_allocation(
    office: &BoxOffice,
    kind: Option<&TicketType>,
    allocation: Option<u32>,
    violations: &mut Violations,
) {
    let Some(allocation) = allocation else { return };
    if let Some(kind) = kind
        && u64::from(allocation) < u64::from(kind.sold()) + u64::from(kind.held())
    {
        violations.add(
            "/allocation",
            "below-sold-and-held",
            format!(
                "must not be below the {} sold and {} held tickets of this type",
                kind.sold(),
                kind.held()
            ),
        );
    }
    let own_before = kind.and_then(|kind| kind.terms().allocation).unwrap_or(0);
    let others = office.allocated().saturating_sub(u64::from(own_before));
    if let Some(total_capacity) = office.total_capacity()
        && others + u64::from(allocation) > u64::from(total_capacity)
    {
        violations.add(
            "/allocation",
            "allocations-exceed-capacity",
            format!(
                "the allocations of all ticket types would add up to {} and exceed the capacity of {total_capacity}",
                others + u64::from(allocation)
            ),
        );
    }
}

fn check_sale_window(
    starts_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
    violations: &mut Violations,
) {
    if let Some(starts_at) = starts_at {
        violations.check_instant("/sale_starts_at", starts_at);
    }
    if let Some(ends_at) = ends_at {
        violations.check_instant("/sale_ends_at", ends_at);
    }
    if let (Some(starts_at), Some(ends_at)) = (starts_at, ends_at)
        && ends_at <= starts_at
    {
        violations.add("/sale_ends_at", "not-after-start", "must be after the start of the sale");
    }
}

fn check_per_order(min_per_order: u32, max_per_order: u32, violations: &mut Violations) {
    if !(1..=MAX_PER_LINE).contains(&min_per_order) {
        violations.add(
            "/min_per_order",
            "out-of-range",
            format!("must lie between 1 and {MAX_PER_LINE}"),
        );
    }
    if !(1..=MAX_PER_LINE).contains(&max_per_order) {
        violations.add(
            "/max_per_order",
            "out-of-range",
            format!("must lie between 1 and {MAX_PER_LINE}"),
        );
    } else if max_per_order < min_per_order {
        violations.add("/max_per_order", "below-minimum", "must not be below min_per_order");
    }
}
