//! What the gateway requires of a head, removes from it and adds to it (RFC 9110, section 7.6).

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Uri, Version, header, request, uri::PathAndQuery,
};

use crate::refusal::Refusal;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const X_FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

// These concern one hop only; `Connection` may name more.
const HOP_BY_HOP: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Where a request comes from.
#[derive(Debug, Clone)]
pub(crate) struct Origin {
    /// The other end of its connection.
    pub(crate) address: HeaderValue,
    /// It is a proxy that is believed about whom it speaks for.
    pub(crate) is_believed: bool,
}

/// How a request's body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Framing {
    /// There is none.
    None,
    /// By its length in bytes.
    Length(u64),
    /// By chunks.
    Chunked,
}

/// Checks that the head of a request means one thing only, and says how its body is delimited.
///
/// `names_length` is whether the client sent a `Content-Length`: hyper hides one that comes with
/// chunks.
///
/// # Errors
///
/// [`Refusal::Malformed`] with the first rule it breaks.
pub(crate) fn framing(
    head: &request::Parts,
    names_length: impl FnOnce() -> bool,
) -> Result<Framing, Refusal> {
    let headers = &head.headers;
    let mut hosts = headers.get_all(header::HOST).iter();
    if hosts.next().is_none() || hosts.next().is_some() {
        return Err(Refusal::Malformed("There must be exactly one Host header."));
    }
    let framing = if headers.contains_key(header::TRANSFER_ENCODING) {
        let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
        let is_chunked =
            codings.next().is_some_and(|c| c.as_bytes().eq_ignore_ascii_case(b"chunked"));
        if !is_chunked || codings.next().is_some() {
            return Err(Refusal::Malformed("The only transfer coding here is chunked, once."));
        }
        if names_length() {
            return Err(Refusal::Malformed(
                "A request has a Content-Length or a Transfer-Encoding, not both.",
            ));
        }
        Framing::Chunked
    } else {
        match headers.get(header::CONTENT_LENGTH) {
            None => Framing::None,
            Some(length) => match length.to_str().ok().and_then(|digits| digits.parse().ok()) {
                Some(0) => Framing::None,
                Some(length) => Framing::Length(length),
                None => return Err(Refusal::Malformed("The Content-Length is not a number.")),
            },
        }
    };
    if framing != Framing::None && is_without_body(&head.method) {
        return Err(Refusal::Malformed("A request with this method has no body."));
    }
    Ok(framing)
}

fn is_without_body(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Makes the head of a request fit for the next hop.
///
/// # Errors
///
/// [`Refusal::Malformed`] if the target is neither a path nor an absolute `http` URI.
pub(crate) fn rewrite_request(head: &mut request::Parts, origin: &Origin) -> Result<(), Refusal> {
    if head.uri.authority().is_some() {
        take_origin_form(head)?;
    }
    if !head.uri.path().starts_with('/') {
        return Err(Refusal::Malformed("The target of a request is a path."));
    }
    head.version = Version::HTTP_11;
    let headers = &mut head.headers;
    remove_hop_by_hop(headers);
    headers.remove(header::EXPECT); // answered here, once a body is wanted
    let forwarded_for = forwarded_for(headers, origin);
    remove_claims_of_origin(headers);
    headers.insert(X_FORWARDED_FOR, forwarded_for);
    headers.insert(X_FORWARDED_PROTO, HeaderValue::from_static("http"));
    Ok(())
}

/// Who has been on the way so far: what a proxy says that is believed, and who said it.
fn forwarded_for(headers: &HeaderMap, origin: &Origin) -> HeaderValue {
    if !origin.is_believed {
        return origin.address.clone();
    }
    let said = headers.get_all(X_FORWARDED_FOR).iter();
    let way: Vec<&[u8]> =
        said.chain(std::iter::once(&origin.address)).map(HeaderValue::as_bytes).collect();
    // Parts of valid headers are a valid header.
    HeaderValue::from_bytes(&way.join(&b", "[..])).unwrap_or_else(|_| origin.address.clone())
}

// The authority of an absolute target stands above Host (RFC 9112, section 3.2.2).
fn take_origin_form(head: &mut request::Parts) -> Result<(), Refusal> {
    const REFUSAL: Refusal = Refusal::Malformed("The target of a request is a path.");
    let uri = std::mem::take(&mut head.uri).into_parts();
    let (Some(_), Some(authority)) = (uri.scheme, uri.authority) else { return Err(REFUSAL) };
    if authority.as_str().contains('@') {
        return Err(REFUSAL);
    }
    let host = HeaderValue::try_from(authority.as_str()).map_err(|_| REFUSAL)?;
    head.headers.insert(header::HOST, host);
    let path = uri.path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/"));
    head.uri = Uri::from(path);
    Ok(())
}

/// Makes the head of a response fit for the client.
pub(crate) fn rewrite_response(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','))
        .filter_map(|name| HeaderName::from_bytes(name.trim_ascii()).ok())
        .filter(|name| !is_kept(name))
        .collect();
    for name in named.iter().chain(&HOP_BY_HOP) {
        headers.remove(name);
    }
}

// No client may take these away by naming them in `Connection`.
fn is_kept(name: &HeaderName) -> bool {
    matches!(*name, header::HOST | header::CONTENT_LENGTH | header::CONTENT_TYPE)
}

fn remove_claims_of_origin(headers: &mut HeaderMap) {
    let is_claim = |name: &HeaderName| {
        let name = name.as_str();
        name.starts_with("x-forwarded-") || name == "forwarded" || name == "x-real-ip"
    };
    while let Some(name) = headers.keys().find(|name| is_claim(name)).cloned() {
        headers.remove(name);
    }
}
