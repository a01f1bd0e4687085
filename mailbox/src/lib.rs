//! A mailbox to try things out with.
