//! What is asked of a box office, and when: small numbers, so that limits are met often.

use proptest::{
    collection::vec,
    option::{self, weighted},
    prelude::*,
};
use shared::events::box_office::{LatePayment, Price};

/// A run from beginning to end.
#[derive(Clone, Debug)]
pub struct Script {
    pub steps: Vec<Step>,
    /// Before which step a snapshot is taken.
    pub snapshot_before: usize,
}

/// One thing asked, so many seconds after the one before.
#[derive(Clone, Debug)]
pub struct Step {
    pub wait_seconds: i64,
    pub ask: Ask,
}

/// Something asked; numbers name things of a small world.
#[derive(Clone, Debug)]
pub enum Ask {
    Draft {
        total_capacity: Option<u32>,
    },
    Change {
        title: Option<&'static str>,
        per_person_cap: Option<u32>,
        hold_ttl_seconds: Option<u32>,
        late_payment: LatePayment,
    },
    Publish,
    Cancel,
    Complete,
    Capacity(u32),
    AddType {
        kind: u128,
        price: Price,
        allocation: Option<u32>,
        enabled: bool,
    },
    ChangeType {
        kind: u128,
        allocation: Option<u32>,
        enabled: Option<bool>,
    },
    Reserve {
        person: u128,
        items: Vec<(u128, u32)>,
    },
    ReserveAgain {
        pick: usize,
    },
    Release {
        pick: usize,
    },
    StartPayment {
        pick: usize,
        payment: u128,
    },
    Pay {
        pick: usize,
        reference: u8,
        amount: Amount,
    },
    Fail {
        pick: usize,
        reference: u8,
    },
    CompleteOrder {
        pick: usize,
    },
    SettleRefund {
        pick: usize,
        reference: u8,
    },
}

/// How much is paid.
#[derive(Clone, Copy, Debug)]
pub enum Amount {
    Due,
    OneMore,
    OtherCurrency,
}

/// Mostly a published event with two types that is busy afterwards.
pub fn a_script() -> impl Strategy<Value = Script> {
    (weighted(0.95, an_opening()), vec(a_step(), 1..60), 0_usize..60).prop_map(
        |(opening, steps, snapshot_before)| Script {
            steps: opening.into_iter().flatten().chain(steps).collect(),
            snapshot_before,
        },
    )
}

fn an_opening() -> impl Strategy<Value = Vec<Step>> {
    (4_u32..16, settings(), a_type(1), a_type(2)).prop_map(|(capacity, settings, one, two)| {
        [Ask::Draft { total_capacity: Some(capacity) }, settings, one, two, Ask::Publish]
            .into_iter()
            .map(|ask| Step { wait_seconds: 1, ask })
            .collect()
    })
}

fn a_step() -> impl Strategy<Value = Step> {
    let wait_seconds = prop_oneof![
        50 => Just(0_i64),
        40 => 1_i64..300,
        20 => 300_i64..2000,
        1 => Just(40 * 24 * 3600),
    ];
    let ask = prop_oneof![
        1 => option::of(0_u32..9).prop_map(|total_capacity| Ask::Draft { total_capacity }),
        3 => settings(),
        1 => Just(Ask::Publish),
        4 => (0_u32..16).prop_map(Ask::Capacity),
        1 => (1_u128..5).prop_flat_map(a_type),
        4 => (1_u128..5, option::of(0_u32..10), option::of(any::<bool>())).prop_map(
            |(kind, allocation, enabled)| Ask::ChangeType { kind, allocation, enabled }
        ),
        40 => (1_u128..5, vec((1_u128..4, 0_u32..5), 1..3))
            .prop_map(|(person, items)| Ask::Reserve { person, items }),
        1 => pick().prop_map(|pick| Ask::ReserveAgain { pick }),
        8 => pick().prop_map(|pick| Ask::Release { pick }),
        25 => (pick(), 0_u128..9).prop_map(|(pick, payment)| Ask::StartPayment { pick, payment }),
        25 => (pick(), 0_u8..12, an_amount()).prop_map(|(pick, reference, amount)| Ask::Pay {
            pick,
            reference,
            amount
        }),
        2 => (pick(), 0_u8..12).prop_map(|(pick, reference)| Ask::Fail { pick, reference }),
        4 => pick().prop_map(|pick| Ask::CompleteOrder { pick }),
        6 => (pick(), 0_u8..12).prop_map(|(pick, reference)| Ask::SettleRefund { pick, reference }),
        1 => prop_oneof![9 => Just(Ask::Complete), 1 => Just(Ask::Cancel)],
    ];
    (wait_seconds, ask).prop_map(|(wait_seconds, ask)| Step { wait_seconds, ask })
}

fn settings() -> impl Strategy<Value = Ask> {
    let late_payment =
        prop_oneof![3 => Just(LatePayment::AcquireAgain), 1 => Just(LatePayment::AlwaysRefund)];
    let title = weighted(0.2, Just("Recital"));
    (title, option::of(1_u32..8), option::of(60_u32..3600), late_payment).prop_map(
        |(title, per_person_cap, hold_ttl_seconds, late_payment)| Ask::Change {
            title,
            per_person_cap,
            hold_ttl_seconds,
            late_payment,
        },
    )
}

fn a_type(kind: u128) -> impl Strategy<Value = Ask> {
    let price = prop_oneof![
        1 => Just(Price::Free),
        4 => (1_i64..3).prop_map(|amount| Price::Fixed { amount }),
        1 => Just(Price::PayWhatYouWant { minimum: 1, maximum: 3, suggested: 2 }),
    ];
    (price, option::of(0_u32..8), weighted(0.9, Just(()))).prop_map(
        move |(price, allocation, on)| Ask::AddType {
            kind,
            price,
            allocation,
            enabled: on.is_some(),
        },
    )
}

fn an_amount() -> impl Strategy<Value = Amount> {
    prop_oneof![8 => Just(Amount::Due), 1 => Just(Amount::OneMore), 1 => Just(Amount::OtherCurrency)]
}

/// One of the reservations so far, the latest most often; see `run`.
fn pick() -> impl Strategy<Value = usize> {
    prop_oneof![3 => 0_usize..3, 1 => 0_usize..20]
}
