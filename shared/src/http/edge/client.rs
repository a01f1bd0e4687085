//! Where a request comes from: the address of the client, whoever passed it on.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

use axum::extract::OptionalFromRequestParts;
use http::{HeaderMap, HeaderName, request::Parts};
use thiserror::Error;

use super::Admitted;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress {
    ip: IpAddr,
    is_proxy: bool,
}

/// What of an address stands for one client: an IPv4 address, or an IPv6 network of 56 bits, of
/// which a household gets one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct AddressPrefix(IpAddr);

/// Addresses that are believed about whom they speak for, as `127.0.0.0/8,::1,10.0.0.7`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies(Vec<Network>);

/// Not a list of [`TrustedProxies`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("trusted proxies are addresses and networks, as in 127.0.0.0/8,::1")]
pub struct InvalidNetwork;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Network {
    address: u128,
    mask: u128,
}

impl ClientAddress {
    /// The client of a request that came from `peer`: the last address in `X-Forwarded-For` that is
    /// no trusted proxy, if those behind it are. What stands before it anyone may have written.
    pub fn of(peer: IpAddr, headers: &HeaderMap, trusted: &TrustedProxies) -> Self {
        let mut client = peer.to_canonical();
        let mut passed_on = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .rev()
            .flat_map(|value| value.to_str().unwrap_or_default().rsplit(',').map(str::trim));
        loop {
            let is_proxy = trusted.include(client);
            // A proxy that writes what is no address is as far as we can see.
            let before = passed_on.next().filter(|_| is_proxy).and_then(|text| text.parse().ok());
            let Some(before): Option<IpAddr> = before else { return Self { ip: client, is_proxy } };
            client = before.to_canonical();
        }
    }

    /// The address.
    pub fn ip(self) -> IpAddr {
        self.ip
    }

    /// Whether it is a trusted proxy that says of nobody that it speaks for them: a program of our
    /// own, on this machine or beside it, or a proxy that isn't told to say so.
    pub fn is_proxy(self) -> bool {
        self.is_proxy
    }

    /// What of it stands for one client.
    pub fn prefix(self) -> AddressPrefix {
        AddressPrefix(match self.ip {
            IpAddr::V4(address) => IpAddr::V4(address),
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << (128 - 56))))
            }
        })
    }
}

/// Where a request of a guarded route comes from; nothing if it didn't come over the network.
impl<S: Sync> OptionalFromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().and_then(|admitted: &Admitted| admitted.client))
    }
}

impl AddressPrefix {
    /// Its bytes, IPv4 as IPv6.
    pub fn bytes(self) -> [u8; 16] {
        as_v6(self.0).to_be_bytes()
    }
}

impl TrustedProxies {
    /// Whether this address is one of them.
    pub fn include(&self, address: IpAddr) -> bool {
        let address = as_v6(address);
        self.0.iter().any(|network| address & network.mask == network.address)
    }
}

fn as_v6(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().to_bits(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl FromStr for TrustedProxies {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let written = text.split(',').map(str::trim).filter(|one| !one.is_empty());
        written.map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl FromStr for Network {
    type Err = InvalidNetwork;

    fn from_str(text: &str) -> Result<Self, InvalidNetwork> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| InvalidNetwork)?;
        let own = if address.is_ipv4() { Ipv4Addr::BITS } else { Ipv6Addr::BITS };
        let bits = bits.map_or(Ok(own), |bits| bits.parse().map_err(|_| InvalidNetwork))?;
        let host_bits = own.checked_sub(bits).ok_or(InvalidNetwork)?;
        let mask = u128::MAX.checked_shl(host_bits).unwrap_or(0);
        Ok(Self { address: as_v6(address) & mask, mask })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let trusted = "127.0.0.0/8, ::1,10.1.2.3,fd00::/8".parse().unwrap();
        let headers =
            forwarded.iter().map(|value| (FORWARDED_FOR, value.parse().unwrap())).collect();
        ClientAddress::of(peer.parse().unwrap(), &headers, &trusted).ip().to_string()
    }

    #[test]
    fn a_stranger_speaks_for_itself_only() {
        assert_eq!(client("203.0.113.9", &["198.51.100.1"]), "203.0.113.9");
        assert_eq!(client("10.1.2.4", &["198.51.100.1"]), "10.1.2.4");
    }

    #[test]
    fn a_proxy_tells_whom_it_speaks_for() {
        assert_eq!(client("127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("::ffff:127.0.0.1", &["198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("::1", &["2001:db8::1"]), "2001:db8::1");
        assert_eq!(client("127.0.0.1", &[]), "127.0.0.1");
    }

    #[test]
    fn what_a_client_wrote_before_its_proxy_did_is_not_believed() {
        assert_eq!(client("127.0.0.1", &["1.1.1.1, 198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("127.0.0.1", &["1.1.1.1", "198.51.100.1"]), "198.51.100.1");
        assert_eq!(client("127.0.0.1", &["1.1.1.1, 198.51.100.1, 10.1.2.3"]), "198.51.100.1");
        assert_eq!(client("127.0.0.1", &["1.1.1.1, nonsense"]), "127.0.0.1");
        assert_eq!(client("127.0.0.1", &["127.0.0.1, 198.51.100.1"]), "198.51.100.1");
    }

    #[test]
    fn a_proxy_that_speaks_for_nobody_is_known_as_one() {
        let trusted = "127.0.0.0/8".parse().unwrap();
        let is_proxy = |peer: &str, forwarded: &str| {
            let headers = HeaderMap::from_iter([(FORWARDED_FOR, forwarded.parse().unwrap())]);
            ClientAddress::of(peer.parse().unwrap(), &headers, &trusted).is_proxy()
        };
        assert!(is_proxy("127.0.0.1", "") && is_proxy("127.0.0.1", "127.0.0.9"));
        assert!(!is_proxy("127.0.0.1", "203.0.113.9"));
        assert!(!is_proxy("203.0.113.9", "127.0.0.1"), "a stranger's word");
        assert!(!is_proxy("127.0.0.1", "127.0.0.1, 203.0.113.9"), "a client's word");
    }

    #[test]
    fn neighbours_in_ipv6_are_one_client_and_in_ipv4_are_not() {
        let prefix = |text: &str| {
            let address = text.parse().unwrap();
            ClientAddress::of(address, &HeaderMap::new(), &TrustedProxies::default()).prefix()
        };
        assert_eq!(prefix("2001:db8:0:1200::1"), prefix("2001:db8:0:12ff::2"));
        assert_ne!(prefix("2001:db8:0:1200::1"), prefix("2001:db8:0:1300::1"));
        assert_ne!(prefix("203.0.113.1"), prefix("203.0.113.2"));
        assert_eq!(prefix("::ffff:203.0.113.1"), prefix("203.0.113.1"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in ["localhost", "10.0.0.0/33", "::/129", "10.0.0.0/x", "10.0.0/8"] {
            assert_eq!(text.parse::<TrustedProxies>(), Err(InvalidNetwork), "{text}");
        }
        let everyone: TrustedProxies = "0.0.0.0/0".parse().unwrap();
        assert!(everyone.include("203.0.113.9".parse().unwrap()));
        assert!(!everyone.include("2001:db8::1".parse().unwrap()));
    }
}
