//! Decides and records: the box offices of all events, and what surrounds them.

pub mod box_office;
