//! Good and bad bodies.
