//! What the edge does to requests.
