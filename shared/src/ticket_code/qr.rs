//! Ticket codes as pictures that any scanner reads: dark on light, with a quiet zone of four modules.

use qrcode::{Color, EcLevel, QrCode, render::svg, types::QrError};
use thiserror::Error;

const QUIET_MODULES: usize = 4;
const PIXELS_PER_MODULE: usize = 8;
const SVG_MODULE: u32 = 4;

/// A code doesn't fit into a picture.
#[derive(Debug, Error)]
pub enum QrFailed {
    /// The text is too long.
    #[error("the code is too long for a QR code")]
    Encoding(#[from] QrError),
    /// The picture couldn't be written.
    #[error("the picture can't be written")]
    Png(#[from] png::EncodingError),
}

/// The picture as SVG.
///
/// # Errors
///
/// [`QrFailed::Encoding`].
pub fn as_svg(code: &str) -> Result<String, QrFailed> {
    let qr = encode(code)?;
    Ok(qr
        .render::<svg::Color<'_>>()
        .quiet_zone(true)
        .module_dimensions(SVG_MODULE, SVG_MODULE)
        .build())
}

/// The picture as a black and white PNG.
///
/// # Errors
///
/// [`QrFailed`].
pub fn as_png(code: &str) -> Result<Vec<u8>, QrFailed> {
    let qr = encode(code)?;
    let modules = qr.width();
    let side = (modules + 2 * QUIET_MODULES) * PIXELS_PER_MODULE;
    let colors = qr.to_colors();
    let is_dark = |x: usize, y: usize| {
        let column = (x / PIXELS_PER_MODULE).checked_sub(QUIET_MODULES);
        let row = (y / PIXELS_PER_MODULE).checked_sub(QUIET_MODULES);
        let inside = column.zip(row).filter(|(column, row)| *column < modules && *row < modules);
        inside.and_then(|(column, row)| colors.get(row * modules + column)) == Some(&Color::Dark)
    };
    let mut pixels = Vec::with_capacity(side * side.div_ceil(8));
    for y in 0..side {
        for first in (0..side).step_by(8) {
            let bits = (0..8).fold(0_u8, |bits, bit| {
                let x = first + bit;
                (bits << 1) | u8::from(x >= side || !is_dark(x, y))
            });
            pixels.push(bits);
        }
    }
    write_png(side, &pixels)
}

fn encode(code: &str) -> Result<QrCode, QrError> {
    QrCode::with_error_correction_level(code, EcLevel::M)
}

fn write_png(side: usize, pixels: &[u8]) -> Result<Vec<u8>, QrFailed> {
    // A QR code has at most 177 modules.
    let side = u32::try_from(side).unwrap_or(u32::MAX);
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()?;
    Ok(png)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str = "ticket:00000000-0000-0000-0000-000000000001:v1:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    #[test]
    fn the_png_shows_the_modules_inside_a_quiet_zone() {
        let png = as_png(CODE).unwrap();
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        let qr = encode(CODE).unwrap();
        let side = (qr.width() + 8) * 8;
        let shown = u32::try_from(side).unwrap();
        assert_eq!((info.width, info.height), (shown, shown));
        let row = |y: usize| &pixels[y * info.line_size..(y + 1) * info.line_size];
        assert!(row(31).iter().all(|byte| *byte == 0xFF), "the quiet zone is light");
        for (column, byte) in row(32)[4..4 + qr.width()].iter().enumerate() {
            let dark = qr[(column, 0)] == Color::Dark;
            assert_eq!(*byte, if dark { 0 } else { 0xFF }, "module {column} of the first row");
        }
    }

    #[test]
    fn the_svg_is_one_picture_with_a_quiet_zone() {
        let svg = as_svg(CODE).unwrap();
        let side = (encode(CODE).unwrap().width() + 8) * 4;
        assert!(svg.contains(&format!("viewBox=\"0 0 {side} {side}\"")), "{svg:.300}");
    }
}
