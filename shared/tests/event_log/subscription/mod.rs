//! Whoever follows the log handles every event once, in order, whatever happens.

mod alarms;
mod feed;
mod following;
mod leases;
mod parking;
mod recorder;
