//! From what was sent to pixels, within limits. Which format it is, its first bytes say, not its name.

use std::io::Cursor;

use png::{ColorType, Limits, Transformations};
use thiserror::Error;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{exif, picture::Picture};

/// Pixels of a picture: what it takes in memory follows from it.
pub const MOST_PIXELS: usize = 24_000_000;
/// Either side.
pub const LONGEST: usize = 10_000;
/// A picture smaller than this isn't worth showing.
pub const SHORTEST: usize = 100;
/// What a decoder may take beside the pixels.
const MOST_BYTES: usize = 160_000_000;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG: &[u8] = b"\xff\xd8\xff";

/// Why it is no picture that we show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ImageRejected {
    /// Another format, or none.
    #[error("neither JPEG nor PNG")]
    OtherType,
    /// It breaks off, or contradicts itself.
    #[error("the picture is broken")]
    Broken,
    /// More pixels than are decoded.
    #[error("too many pixels")]
    TooLarge,
    /// Fewer pixels than are worth showing.
    #[error("too few pixels")]
    TooSmall,
}

/// Decodes a picture and makes it upright, no side longer than `longest`.
pub fn decode(bytes: &[u8], longest: usize) -> Result<Picture, ImageRejected> {
    if bytes.starts_with(PNG) {
        Ok(decode_png(bytes)?.within(longest))
    } else if bytes.starts_with(JPEG) {
        decode_jpeg(bytes, longest)
    } else {
        Err(ImageRejected::OtherType)
    }
}

/// Whether a picture of this size is decoded: before any of it is.
fn admit(width: usize, height: usize) -> Result<(), ImageRejected> {
    if width < SHORTEST || height < SHORTEST {
        return Err(ImageRejected::TooSmall);
    }
    let fits = width <= LONGEST && height <= LONGEST && width * height <= MOST_PIXELS;
    if fits { Ok(()) } else { Err(ImageRejected::TooLarge) }
}

fn decode_png(bytes: &[u8]) -> Result<Picture, ImageRejected> {
    let limits = Limits { bytes: MOST_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(Transformations::normalize_to_color8());
    decoder.set_ignore_text_chunk(true);
    let info = decoder.read_header_info().map_err(|_| ImageRejected::Broken)?;
    let (width, height) = (side(info.width)?, side(info.height)?);
    admit(width, height)?;
    let mut reader = decoder.read_info().map_err(|_| ImageRejected::Broken)?;
    let size = reader.output_buffer_size().ok_or(ImageRejected::TooLarge)?;
    let mut pixels = vec![0; size];
    let frame = reader.next_frame(&mut pixels).map_err(|_| ImageRejected::Broken)?;
    pixels.truncate(frame.buffer_size());
    let rgb = match frame.color_type {
        ColorType::Rgb => pixels,
        ColorType::Rgba => on_white(&pixels, 4),
        ColorType::Grayscale => pixels.into_iter().flat_map(|gray| [gray; 3]).collect(),
        ColorType::GrayscaleAlpha => on_white(&pixels, 2),
        ColorType::Indexed => return Err(ImageRejected::Broken),
    };
    Picture::new(width, height, rgb).ok_or(ImageRejected::Broken)
}

/// What is transparent becomes white.
fn on_white(pixels: &[u8], channels: usize) -> Vec<u8> {
    let mut rgb = Vec::with_capacity(pixels.len() / channels * 3);
    for pixel in pixels.chunks_exact(channels) {
        let Some((alpha, colours)) = pixel.split_last() else { continue };
        let blend = |colour: &u8| {
            let (colour, alpha) = (u32::from(*colour), u32::from(*alpha));
            u8::try_from((colour * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
        };
        match colours {
            [gray] => rgb.extend([blend(gray); 3]),
            _ => rgb.extend(colours.iter().map(blend)),
        }
    }
    rgb
}

fn decode_jpeg(bytes: &[u8], longest: usize) -> Result<Picture, ImageRejected> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(LONGEST)
        .set_max_height(LONGEST)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| ImageRejected::Broken)?;
    let (width, height) = decoder.dimensions().ok_or(ImageRejected::Broken)?;
    admit(width, height)?;
    let upright = decoder.exif().map(|exif| exif::orientation(exif)).unwrap_or_default();
    let rgb = decoder.decode().map_err(|_| ImageRejected::Broken)?;
    let picture = Picture::new(width, height, rgb).ok_or(ImageRejected::Broken)?;
    Ok(picture.within(longest).turned(upright))
}

fn side(length: u32) -> Result<usize, ImageRejected> {
    usize::try_from(length).map_err(|_| ImageRejected::TooLarge)
}
