//! Randomness for many keys and nonces, asked of the operating system in one call.

/// Random bytes that are handed out once each.
pub struct Randomness {
    bytes: Vec<u8>,
    used: usize,
}

impl Randomness {
    /// Draws this many bytes at once.
    ///
    /// # Errors
    ///
    /// If the operating system has none.
    pub fn draw(bytes: usize) -> Result<Self, getrandom::Error> {
        let mut drawn = vec![0; bytes];
        getrandom::fill(&mut drawn)?;
        Ok(Self { bytes: drawn, used: 0 })
    }

    /// The next `N` bytes; drawn now if all are used.
    ///
    /// # Errors
    ///
    /// If the operating system has none.
    pub fn take<const N: usize>(&mut self) -> Result<[u8; N], getrandom::Error> {
        let next = self.bytes.get(self.used..).and_then(<[u8]>::first_chunk::<N>).copied();
        if let Some(next) = next {
            self.used += N;
            return Ok(next);
        }
        let mut fresh = [0; N];
        getrandom::fill(&mut fresh)?;
        Ok(fresh)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn never_hands_anything_out_twice() {
        let mut randomness = Randomness::draw(16 * 8 + 3).unwrap();
        let taken: HashSet<[u8; 16]> = (0..20).map(|_| randomness.take().unwrap()).collect();
        assert_eq!(taken.len(), 20);
    }
}
