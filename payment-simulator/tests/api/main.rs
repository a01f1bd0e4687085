//! The simulator through its HTTP API, as an adapter or a person meets it.

#[cfg(test)]
mod cards;
#[cfg(test)]
mod idempotency;
#[cfg(test)]
mod intents;
#[cfg(test)]
mod page;
#[cfg(test)]
mod refunds;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod support;
#[cfg(test)]
mod webhooks;
