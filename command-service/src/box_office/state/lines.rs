//! What a hold is for, in a few bytes.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

/// So many tickets of the type at one place in the list of types, at one price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct HeldLine {
    pub(super) kind: u16,
    // Never 0, which leaves room to tell one line from several without another word.
    pub(super) quantity: NonZeroU32,
    pub(super) unit_price_minor: i64,
}

/// The lines of one hold. Nearly all holds have one, which needs no allocation of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lines(Few);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Few {
    One(HeldLine),
    Several(Box<Several>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Several(Vec<HeldLine>);

impl Lines {
    /// How many tickets over all lines.
    pub fn quantity(&self) -> u32 {
        self.as_slice()
            .iter()
            .fold(0, |quantity, line| quantity.saturating_add(line.quantity.get()))
    }

    /// What all tickets cost together.
    pub fn total_minor(&self) -> i64 {
        self.as_slice().iter().fold(0_i64, |total, line| {
            // A hold whose total overflows is refused.
            total.saturating_add(
                line.unit_price_minor.saturating_mul(i64::from(line.quantity.get())),
            )
        })
    }

    pub(super) fn as_slice(&self) -> &[HeldLine] {
        match &self.0 {
            Few::One(line) => std::slice::from_ref(line),
            Few::Several(lines) => &lines.0,
        }
    }
}

impl FromIterator<HeldLine> for Lines {
    fn from_iter<I: IntoIterator<Item = HeldLine>>(lines: I) -> Self {
        let mut lines = lines.into_iter();
        let (first, second) = (lines.next(), lines.next());
        Self(match (first, second) {
            (Some(only), None) => Few::One(only),
            (first, second) => {
                let lines = first.into_iter().chain(second).chain(lines).collect();
                Few::Several(Box::new(Several(lines)))
            }
        })
    }
}
