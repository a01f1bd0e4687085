//! Bodies in the encodings that clients take.

use std::{io::Write, sync::OnceLock};

use brotli::enc::BrotliEncoderParams;
use bytes::Bytes;
use flate2::{Compression, write::GzEncoder};
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};

/// Less than this doesn't get smaller enough to pay for it.
const WORTHWHILE_BYTES: usize = 1024;
/// Of 11. What is compressed while somebody waits is written for a second only.
const BROTLI_QUALITY: i32 = 5;

/// Which encodings a client takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Accepted {
    brotli: bool,
    gzip: bool,
}

/// A body, as it is and compressed. The compressed ones are made when first asked for, unless they
/// were brought along.
#[derive(Debug)]
pub struct Encoded {
    identity: Bytes,
    brotli: OnceLock<Option<Bytes>>,
    gzip: OnceLock<Option<Bytes>>,
    /// Of the uncompressed body.
    hash: String,
}

/// A body in one encoding.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub body: Bytes,
    /// For `Content-Encoding`.
    pub encoding: Option<HeaderValue>,
    /// Names these bytes.
    pub etag: HeaderValue,
}

impl Accepted {
    /// What `Accept-Encoding` says.
    pub fn of(headers: &HeaderMap) -> Self {
        let (mut brotli, mut gzip, mut others) = (None, None, None);
        let values = headers.get_all(header::ACCEPT_ENCODING).into_iter();
        for one in values.filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(',')) {
            let mut parts = one.split(';');
            let name = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
            let accepted = Some(!parts.any(is_weight_zero));
            match name.as_str() {
                "br" => brotli = accepted,
                "gzip" => gzip = accepted,
                "*" => others = accepted,
                _ => {}
            }
        }
        let others = others.unwrap_or(false);
        Self { brotli: brotli.unwrap_or(others), gzip: gzip.unwrap_or(others) }
    }
}

fn is_weight_zero(parameter: &str) -> bool {
    let weight = parameter.trim().strip_prefix("q=");
    weight.is_some_and(|q| q.starts_with('0') && q.chars().all(|c| matches!(c, '0' | '.')))
}

impl Encoded {
    /// A text to be compressed on demand.
    pub fn text(body: impl Into<Bytes>) -> Self {
        let identity = body.into();
        let hash = hex::encode(Sha256::digest(&identity))[..24].to_owned();
        Self { identity, brotli: OnceLock::new(), gzip: OnceLock::new(), hash }
    }

    /// With compressed bodies that were made before.
    #[must_use]
    pub fn with(mut self, brotli: Option<Bytes>, gzip: Option<Bytes>) -> Self {
        if brotli.is_some() {
            self.brotli = OnceLock::from(brotli);
        }
        if gzip.is_some() {
            self.gzip = OnceLock::from(gzip);
        }
        self
    }

    /// What can't be made smaller, such as a picture.
    #[must_use]
    pub fn incompressible(mut self) -> Self {
        (self.brotli, self.gzip) = (OnceLock::from(None), OnceLock::from(None));
        self
    }

    /// As it is.
    pub fn identity(&self) -> &Bytes {
        &self.identity
    }

    /// The smallest body that the client takes.
    pub fn choose(&self, accepted: Accepted) -> Chosen {
        let compressed = if accepted.brotli {
            self.brotli.get_or_init(|| self.compress(brotli)).as_ref().map(|body| (body, "br"))
        } else {
            None
        };
        let compressed = compressed.or_else(|| {
            let body = accepted.gzip.then(|| self.gzip.get_or_init(|| self.compress(gzip)));
            body?.as_ref().map(|body| (body, "gzip"))
        });
        let hash = &self.hash;
        let (body, encoding, etag) = match compressed {
            Some((body, name)) => (body, Some(name), format!("\"{hash}-{name}\"")),
            None => (&self.identity, None, format!("\"{hash}\"")),
        };
        // Hexadecimal digits always make a header.
        let etag = HeaderValue::try_from(etag).unwrap_or(HeaderValue::from_static("\"\""));
        Chosen { body: body.clone(), encoding: encoding.map(HeaderValue::from_static), etag }
    }

    fn compress(&self, how: fn(&[u8]) -> Option<Vec<u8>>) -> Option<Bytes> {
        if self.identity.len() < WORTHWHILE_BYTES {
            return None;
        }
        let body = how(&self.identity)?;
        (body.len() < self.identity.len()).then(|| body.into())
    }
}

fn brotli(body: &[u8]) -> Option<Vec<u8>> {
    let params = BrotliEncoderParams {
        quality: BROTLI_QUALITY,
        size_hint: body.len(),
        ..BrotliEncoderParams::default()
    };
    let mut compressed = Vec::with_capacity(body.len() / 3);
    brotli::BrotliCompress(&mut &*body, &mut compressed, &params).ok()?;
    Some(compressed)
}

fn gzip(body: &[u8]) -> Option<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 3), Compression::default());
    encoder.write_all(body).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn accepted(text: &'static str) -> Accepted {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(text));
        Accepted::of(&headers)
    }

    fn encoding(body: &Encoded, text: &'static str) -> Option<String> {
        let chosen = body.choose(accepted(text)).encoding;
        chosen.map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn the_client_says_what_it_takes() {
        let text = Encoded::text("seats ".repeat(500));
        for (header, expected) in [
            ("gzip, deflate, br", Some("br")),
            ("BR;q=0.2, gzip;q=1", Some("br")),
            ("br;q=0, gzip;q=0.1", Some("gzip")),
            ("br; q=0.000, *", Some("gzip")),
            ("*;q=0, gzip", Some("gzip")),
            ("gzip;q=0", None),
            ("zstd", None),
            ("", None),
        ] {
            assert_eq!(encoding(&text, header).as_deref(), expected, "{header}");
        }
        assert_eq!(Accepted::of(&HeaderMap::new()), Accepted::default());
    }

    #[test]
    fn what_is_compressed_is_what_was_there() {
        let text = "Ünïcode and <markup> ".repeat(200);
        let body = Encoded::text(text.clone());
        let mut unpacked = String::new();
        let chosen = body.choose(accepted("gzip")).body;
        flate2::read::GzDecoder::new(&*chosen).read_to_string(&mut unpacked).unwrap();
        assert_eq!(unpacked, text);
        let mut unpacked = Vec::new();
        let chosen = body.choose(accepted("br")).body;
        brotli::BrotliDecompress(&mut &*chosen, &mut unpacked).unwrap();
        assert_eq!(String::from_utf8(unpacked).unwrap(), text);
    }

    #[test]
    fn what_gets_no_smaller_is_left_alone() {
        assert_eq!(encoding(&Encoded::text("short"), "br"), None);
        let picture = Encoded::text("seats ".repeat(500)).incompressible();
        assert_eq!(encoding(&picture, "br, gzip"), None);
    }

    #[test]
    fn each_encoding_has_a_tag_of_its_own() {
        let body = Encoded::text("seats ".repeat(500));
        let mut tags = ["", "gzip", "br"].map(|header| body.choose(accepted(header)).etag).to_vec();
        let other = Encoded::text("chairs ".repeat(500));
        tags.push(other.choose(accepted("br")).etag);
        let all = tags.len();
        tags.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        tags.dedup();
        assert_eq!(tags.len(), all);
    }

    #[test]
    fn bodies_that_were_brought_along_are_sent() {
        let body = Encoded::text("seats ".repeat(500));
        let body = body.with(Some(Bytes::from_static(b"small")), None);
        assert_eq!(body.choose(accepted("br")).body, "small");
        assert_eq!(encoding(&body, "gzip").as_deref(), Some("gzip"));
    }
}
