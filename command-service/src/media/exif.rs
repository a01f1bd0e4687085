//! How a camera was held: the one thing worth knowing of a picture's metadata.

/// The tag of the orientation in the first directory.
const ORIENTATION: u16 = 0x0112;
const ENTRY: usize = 12;

/// How the picture has to be turned to stand upright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orientation {
    /// Left and right are swapped, before it is turned.
    pub mirrored: bool,
    /// Quarters to the right.
    pub quarters: u8,
}

/// The orientation that the metadata tells; upright if they tell none that is readable.
pub fn orientation(exif: &[u8]) -> Orientation {
    let (mirrored, quarters) = match code(exif) {
        Some(2) => (true, 0),
        Some(3) => (false, 2),
        Some(4) => (true, 2),
        Some(5) => (true, 3),
        Some(6) => (false, 1),
        Some(7) => (true, 1),
        Some(8) => (false, 3),
        _ => (false, 0),
    };
    Orientation { mirrored, quarters }
}

fn code(exif: &[u8]) -> Option<u16> {
    let exif = exif.strip_prefix(b"Exif\0\0").unwrap_or(exif);
    let reader = match exif.get(..4)? {
        b"II*\0" => Reader { bytes: exif, is_little: true },
        b"MM\0*" => Reader { bytes: exif, is_little: false },
        _ => return None,
    };
    let directory = reader.long(4)?;
    let entries = reader.short(directory)?;
    (0..usize::from(entries)).find_map(|entry| {
        let at = directory.checked_add(2)?.checked_add(entry.checked_mul(ENTRY)?)?;
        (reader.short(at)? == ORIENTATION).then(|| reader.short(at.checked_add(8)?))?
    })
}

struct Reader<'a> {
    bytes: &'a [u8],
    is_little: bool,
}

impl Reader<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        let long =
            if self.is_little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) };
        usize::try_from(long).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exif(code: u8) -> Vec<u8> {
        let mut bytes = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
        bytes.extend([0x01, 0x0f, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0]);
        bytes.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, code, 0, 0]);
        bytes
    }

    #[test]
    fn reads_how_the_camera_was_held() {
        assert_eq!(orientation(&exif(1)), Orientation::default());
        assert_eq!(orientation(&exif(6)), Orientation { mirrored: false, quarters: 1 });
        assert_eq!(orientation(&exif(4)), Orientation { mirrored: true, quarters: 2 });
    }

    #[test]
    fn broken_metadata_say_nothing() {
        let whole = exif(6);
        for length in 0..whole.len() - 3 {
            assert_eq!(orientation(&whole[..length]), Orientation::default(), "{length}");
        }
        let far = b"II*\0\xff\xff\xff\xff".to_vec();
        assert_eq!(orientation(&far), Orientation::default());
        assert_eq!(orientation(&exif(77)), Orientation::default());
    }
}
