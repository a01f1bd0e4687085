//! `Stripe-Signature`: who sent a webhook, and when.

use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use shared::{clock::Timestamp, config::Secret};
use thiserror::Error;

/// How far the provider's clock and ours may be apart, in both directions.
const TOLERANCE: TimeDelta = TimeDelta::seconds(300);

/// Why a webhook isn't believed. The sender learns none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum SignatureError {
    #[error("there is no time in the signature")]
    NoTime,
    #[error("the time of the signature is more than {} s away", TOLERANCE.num_seconds())]
    WrongTime,
    #[error("no signature was made with one of our secrets")]
    NoMatch,
}

/// Checks that `body` was signed at about `now` with one of `secrets`.
///
/// The header is `t=<seconds>,v1=<hex>,v1=<hex>…`; parts that can't be read are skipped.
///
/// # Errors
///
/// [`SignatureError`] in every other case.
pub fn verify_signature(
    header: &str,
    body: &[u8],
    secrets: &[Secret],
    now: Timestamp,
) -> Result<(), SignatureError> {
    let mut time = None;
    let mut signatures = Vec::new();
    for part in header.split(',') {
        match part.trim().split_once('=') {
            Some(("t", text)) if time.is_none() => time = Some(text),
            Some(("v1", text)) => signatures.extend(hex::decode(text)),
            Some(_) | None => {}
        }
    }
    let time = time.ok_or(SignatureError::NoTime)?;
    let signed_at = time.parse::<i64>().map_err(|_| SignatureError::NoTime)?;
    let signed_at = Timestamp::from_timestamp(signed_at, 0).ok_or(SignatureError::WrongTime)?;
    if (now - signed_at).abs() > TOLERANCE {
        return Err(SignatureError::WrongTime);
    }
    let matches = |secret: &Secret| {
        signatures.iter().any(|signature| is_signature(secret, time, body, signature))
    };
    if secrets.iter().any(matches) { Ok(()) } else { Err(SignatureError::NoMatch) }
}

/// Compares in constant time.
fn is_signature(secret: &Secret, time: &str, body: &[u8], signature: &[u8]) -> bool {
    Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).is_ok_and(|mut mac| {
        mac.update(time.as_bytes());
        mac.update(b".");
        mac.update(body);
        mac.verify_slice(signature).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use payment_simulator::signature_header;

    use super::*;

    const BODY: &[u8] = b"{\n  \"id\": \"evt_1\"\n}";

    fn now() -> Timestamp {
        Timestamp::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn secrets() -> [Secret; 2] {
        [Secret::new("whsec_new"), Secret::new("whsec_old")]
    }

    fn signed(secret: &str, at: i64) -> String {
        signature_header(&[secret], at, BODY)
    }

    fn verified(header: &str) -> Result<(), SignatureError> {
        verify_signature(header, BODY, &secrets(), now())
    }

    #[test]
    fn believes_each_live_secret() {
        assert_eq!(verified(&signed("whsec_new", now().timestamp())), Ok(()));
        assert_eq!(verified(&signed("whsec_old", now().timestamp())), Ok(()));
        let both = signature_header(&["whsec_gone", "whsec_old"], now().timestamp(), BODY);
        assert_eq!(verified(&both), Ok(()));
    }

    #[test]
    fn believes_five_minutes_in_both_directions_and_not_a_second_more() {
        for (seconds, expected) in [
            (-300, Ok(())),
            (300, Ok(())),
            (-301, Err(SignatureError::WrongTime)),
            (301, Err(SignatureError::WrongTime)),
            (3600, Err(SignatureError::WrongTime)),
        ] {
            let header = signed("whsec_new", now().timestamp() + seconds);
            assert_eq!(verified(&header), expected, "{seconds}");
        }
    }

    #[test]
    fn believes_no_other_secret_body_or_time() {
        let at = now().timestamp();
        assert_eq!(verified(&signed("whsec_forged", at)), Err(SignatureError::NoMatch));
        assert_eq!(verified(&signed("", at)), Err(SignatureError::NoMatch));
        let header = signed("whsec_new", at);
        let other = verify_signature(&header, b"{}", &secrets(), now());
        assert_eq!(other, Err(SignatureError::NoMatch));
        let moved = header.replace(&at.to_string(), &(at + 1).to_string());
        assert_eq!(verified(&moved), Err(SignatureError::NoMatch));
        assert_eq!(verify_signature(&header, BODY, &[], now()), Err(SignatureError::NoMatch));
    }

    #[test]
    fn skips_what_it_cannot_read() {
        let good = signed("whsec_new", now().timestamp());
        let (time, signature) = good.split_once(',').unwrap();
        for header in [
            format!("{time},v1=zz,{signature}"),
            format!("{time},v1=,v1,=,,v0=00,{signature}"),
            format!(" {time} , {signature} "),
            format!("{signature},{time}"),
            format!("{time},{signature},t=1"),
        ] {
            assert_eq!(verified(&header), Ok(()), "{header}");
        }
    }

    #[test]
    fn refuses_headers_without_time_or_signature() {
        let good = signed("whsec_new", now().timestamp());
        let (time, signature) = good.split_once(',').unwrap();
        let version_zero = signature.replace("v1", "v0");
        for (header, expected) in [
            (String::new(), SignatureError::NoTime),
            (signature.to_owned(), SignatureError::NoTime),
            (format!("t=,{signature}"), SignatureError::NoTime),
            (format!("t=soon,{signature}"), SignatureError::NoTime),
            (format!("t={},{signature}", i64::MAX), SignatureError::WrongTime),
            (format!("t=-1,{signature}"), SignatureError::WrongTime),
            (time.to_owned(), SignatureError::NoMatch),
            (format!("{time},{version_zero}"), SignatureError::NoMatch),
            (format!("{time},{}", &signature[..signature.len() - 2]), SignatureError::NoMatch),
        ] {
            assert_eq!(verified(&header), Err(expected), "{header}");
        }
    }
}
