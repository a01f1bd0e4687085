//! The kinds of tickets with their counters.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use shared::{
    events::box_office::{Line, TicketTypeTerms},
    id::TicketTypeId,
};

use super::{
    lines::{HeldLine, Lines},
    snapshot,
};

/// The ticket types in the order in which they were added, and their totals.
///
/// A type is never removed, so its place names it: holds remember the place, not the id.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct TicketTypes {
    types: Vec<TicketType>,
    sold: u32,
    held: u32,
}

/// One kind of ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketType {
    id: TicketTypeId,
    #[serde(with = "snapshot::json")]
    terms: TicketTypeTerms,
    enabled: bool,
    sold: u32,
    held: u32,
}

impl TicketType {
    /// Its id.
    pub const fn id(&self) -> TicketTypeId {
        self.id
    }

    /// The terms for new holds.
    pub const fn terms(&self) -> &TicketTypeTerms {
        &self.terms
    }

    /// Whether new holds are possible.
    pub const fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// How many tickets are sold.
    pub const fn sold(&self) -> u32 {
        self.sold
    }

    /// How many tickets are held.
    pub const fn held(&self) -> u32 {
        self.held
    }

    /// How many are left of the allocation; absent without one.
    pub fn remaining(&self) -> Option<u32> {
        let allocation = self.terms.allocation?;
        Some(allocation.saturating_sub(self.sold).saturating_sub(self.held))
    }
}

impl TicketTypes {
    pub(super) const fn sold(&self) -> u32 {
        self.sold
    }

    pub(super) const fn held(&self) -> u32 {
        self.held
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, TicketType> {
        self.types.iter()
    }

    pub(super) fn get(&self, id: TicketTypeId) -> Option<&TicketType> {
        self.types.iter().find(|kind| kind.id == id)
    }

    pub(super) fn at(&self, place: u16) -> Option<&TicketType> {
        self.types.get(usize::from(place))
    }

    /// The line with the id of its type.
    pub(super) fn line(&self, held: HeldLine) -> Option<Line> {
        self.at(held.kind).map(|kind| Line {
            ticket_type_id: kind.id,
            quantity: held.quantity.get(),
            unit_price_minor: held.unit_price_minor,
        })
    }

    /// The lines with the places of their types.
    pub(super) fn compact(&self, lines: &[Line]) -> Lines {
        lines.iter().filter_map(|line| self.compact_line(line)).collect()
    }

    fn compact_line(&self, line: &Line) -> Option<HeldLine> {
        let place = self.types.iter().position(|kind| kind.id == line.ticket_type_id)?;
        Some(HeldLine {
            kind: u16::try_from(place).ok()?,
            quantity: NonZeroU32::new(line.quantity)?,
            unit_price_minor: line.unit_price_minor,
        })
    }

    pub(super) fn add(&mut self, id: TicketTypeId, terms: TicketTypeTerms, enabled: bool) {
        self.types.push(TicketType { id, terms, enabled, sold: 0, held: 0 });
    }

    pub(super) fn change(&mut self, id: TicketTypeId, terms: TicketTypeTerms) {
        if let Some(kind) = self.types.iter_mut().find(|kind| kind.id == id) {
            kind.terms = terms;
        }
    }

    pub(super) fn enable(&mut self, id: TicketTypeId, enabled: bool) {
        if let Some(kind) = self.types.iter_mut().find(|kind| kind.id == id) {
            kind.enabled = enabled;
        }
    }

    pub(super) fn hold(&mut self, lines: &Lines) {
        for line in lines.as_slice() {
            if let Some(kind) = self.types.get_mut(usize::from(line.kind)) {
                kind.held = kind.held.saturating_add(line.quantity.get());
                self.held = self.held.saturating_add(line.quantity.get());
            }
        }
    }

    pub(super) fn free(&mut self, lines: &Lines) {
        for line in lines.as_slice() {
            if let Some(kind) = self.types.get_mut(usize::from(line.kind)) {
                kind.held = kind.held.saturating_sub(line.quantity.get());
                self.held = self.held.saturating_sub(line.quantity.get());
            }
        }
    }

    pub(super) fn sell(&mut self, lines: &Lines) {
        for line in lines.as_slice() {
            if let Some(kind) = self.types.get_mut(usize::from(line.kind)) {
                kind.sold = kind.sold.saturating_add(line.quantity.get());
                self.sold = self.sold.saturating_add(line.quantity.get());
            }
        }
    }
}
