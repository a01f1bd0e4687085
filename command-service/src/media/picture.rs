//! A picture as plain pixels: made smaller, turned, encoded.

use jpeg_encoder::{ColorType, Encoder, EncodingError};
use thiserror::Error;

use super::exif::Orientation;

const QUALITY: u8 = 82;

/// Three bytes for each pixel, row by row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

/// A picture that can't be written.
#[derive(Debug, Error)]
pub enum EncodeError {
    #[error("the picture can't be written")]
    Encoder(#[from] EncodingError),
    #[error("the picture is larger than its format allows")]
    TooLarge,
}

type Pixel = [u8; 3];

impl Picture {
    /// A picture of these pixels, if there are as many as there have to be.
    pub fn new(width: usize, height: usize, rgb: Vec<u8>) -> Option<Self> {
        let expected = width.checked_mul(height)?.checked_mul(3)?;
        (rgb.len() == expected).then_some(Self { width, height, rgb })
    }

    pub fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    /// The same, made so small that neither side is longer than this. Each new pixel is the mean of
    /// those in its place.
    pub fn within(&self, longest: usize) -> Self {
        let side = self.width.max(self.height);
        if side <= longest {
            return self.clone();
        }
        let width = (self.width * longest / side).max(1);
        let height = (self.height * longest / side).max(1);
        let mut rgb = Vec::with_capacity(width * height * 3);
        for y in 0..height {
            let rows = span(y, height, self.height);
            for x in 0..width {
                rgb.extend(self.mean(span(x, width, self.width), rows.clone()));
            }
        }
        Self { width, height, rgb }
    }

    /// The same, upright.
    pub fn turned(self, Orientation { mirrored, quarters }: Orientation) -> Self {
        if !mirrored && quarters == 0 {
            return self;
        }
        let is_aside = quarters % 2 == 1;
        let (width, height) =
            if is_aside { (self.height, self.width) } else { (self.width, self.height) };
        let (last_x, last_y) = (self.width.saturating_sub(1), self.height.saturating_sub(1));
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for y in 0..height {
            for x in 0..width {
                let (from_x, from_y) = match quarters {
                    1 => (y, last_y.saturating_sub(x)),
                    2 => (last_x.saturating_sub(x), last_y.saturating_sub(y)),
                    3 => (last_x.saturating_sub(y), x),
                    _ => (x, y),
                };
                let from_x = if mirrored { last_x.saturating_sub(from_x) } else { from_x };
                rgb.extend(self.pixel(from_x, from_y));
            }
        }
        Self { width, height, rgb }
    }

    /// As JPEG, with nothing in it but the picture.
    ///
    /// # Errors
    ///
    /// [`EncodeError`].
    pub fn jpeg(&self) -> Result<Vec<u8>, EncodeError> {
        let side = |length: usize| u16::try_from(length).map_err(|_| EncodeError::TooLarge);
        let (width, height) = (side(self.width)?, side(self.height)?);
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, QUALITY);
        encoder.set_progressive(true);
        encoder.encode(&self.rgb, width, height, ColorType::Rgb)?;
        Ok(bytes)
    }

    fn pixel(&self, x: usize, y: usize) -> Pixel {
        let at = (y * self.width + x) * 3;
        match self.rgb.get(at..at + 3) {
            Some([red, green, blue]) => [*red, *green, *blue],
            _ => [255; 3],
        }
    }

    fn mean(&self, columns: std::ops::Range<usize>, rows: std::ops::Range<usize>) -> Pixel {
        let mut sums = [0_u64; 3];
        let mut count = 0_u64;
        for y in rows {
            let row = self.rgb.get((y * self.width + columns.start) * 3..).unwrap_or_default();
            for pixel in row.chunks_exact(3).take(columns.len()) {
                for (sum, part) in sums.iter_mut().zip(pixel) {
                    *sum += u64::from(*part);
                }
                count += 1;
            }
        }
        let half = count / 2;
        sums.map(|sum| u8::try_from((sum + half) / count.max(1)).unwrap_or(u8::MAX))
    }
}

/// The old places that a new one stands for, at least one.
fn span(place: usize, count: usize, of: usize) -> std::ops::Range<usize> {
    let start = place * of / count;
    start..((place + 1) * of / count).max(start + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows of three pixels, numbered by their red.
    fn six() -> Picture {
        let rgb = (1..=6).flat_map(|number| [number, 0, 0]).collect();
        Picture::new(3, 2, rgb).unwrap()
    }

    fn reds(picture: &Picture) -> Vec<u8> {
        picture.rgb.chunks(3).map(|pixel| pixel[0]).collect()
    }

    fn turned(mirrored: bool, quarters: u8) -> (usize, Vec<u8>) {
        let turned = six().turned(Orientation { mirrored, quarters });
        (turned.width, reds(&turned))
    }

    #[test]
    fn a_picture_is_turned_and_mirrored() {
        assert_eq!(turned(false, 0), (3, vec![1, 2, 3, 4, 5, 6]));
        assert_eq!(turned(true, 0), (3, vec![3, 2, 1, 6, 5, 4]));
        assert_eq!(turned(false, 2), (3, vec![6, 5, 4, 3, 2, 1]));
        assert_eq!(turned(false, 1), (2, vec![4, 1, 5, 2, 6, 3]));
        assert_eq!(turned(false, 3), (2, vec![3, 6, 2, 5, 1, 4]));
    }

    #[test]
    fn smaller_pixels_are_the_mean_of_theirs() {
        let squares = Picture::new(4, 2, [[0; 3], [100; 3]].concat().repeat(4)).unwrap();
        let small = squares.within(2);
        assert_eq!((small.size(), reds(&small)), ((2, 1), vec![50, 50]));
        assert_eq!(six().within(3), six(), "what fits stays");
        assert_eq!(Picture::new(900, 1, vec![7; 2700]).unwrap().within(30).size(), (30, 1));
    }

    #[test]
    fn pixels_have_to_be_there() {
        assert_eq!(Picture::new(2, 2, vec![0; 11]), None);
        assert_eq!(Picture::new(usize::MAX, 2, vec![]), None);
    }
}
