//! Address blocks. An IPv4-mapped IPv6 address is the IPv4 address that it maps, in blocks and in
//! requests alike, so that a limit cannot be walked around by writing an address differently.

use std::fmt;
use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// A CIDR block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpBlock(IpNet);

/// The text is no address block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IpBlockError {
    /// Neither an address nor a block.
    Malformed,
    /// The address has bits set beyond the prefix.
    HostBits {
        /// The block without them.
        network: String,
    },
}

impl fmt::Display for IpBlockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IpBlockError::Malformed => {
                f.write_str("is not an address or a CIDR block like 10.0.0.0/8 or 2001:db8::/32")
            }
            IpBlockError::HostBits { network } => {
                write!(f, "has bits set beyond its prefix; did you mean {network}?")
            }
        }
    }
}

impl std::error::Error for IpBlockError {}

/// Bits of an IPv4-mapped IPv6 address before the IPv4 address.
const MAPPED_BITS: u8 = 96;

impl IpBlock {
    /// Reads a block, or a single address as the block of that address.
    ///
    /// # Errors
    /// When it is neither, or has bits set beyond its prefix.
    pub fn parse(text: &str) -> Result<Self, IpBlockError> {
        let net = match text.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address),
            Err(_) => text.parse::<IpNet>().map_err(|_| IpBlockError::Malformed)?,
        };
        let net = unmapped(net);
        if net.addr() != net.network() {
            return Err(IpBlockError::HostBits { network: net.trunc().to_string() });
        }
        Ok(IpBlock(net))
    }

    /// True when the block has the address.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }
}

fn unmapped(net: IpNet) -> IpNet {
    let (IpNet::V6(v6), IpAddr::V4(v4)) = (net, net.addr().to_canonical()) else { return net };
    v6.prefix_len()
        .checked_sub(MAPPED_BITS)
        .and_then(|prefix| Ipv4Net::new(v4, prefix).ok())
        .map_or(net, IpNet::V4)
}

impl fmt::Display for IpBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(block: &str, address: &str) -> bool {
        IpBlock::parse(block).unwrap().contains(address.parse().unwrap())
    }

    #[test]
    fn a_mapped_address_is_the_address() {
        assert!(contains("10.0.0.0/8", "::ffff:10.1.2.3"));
        assert!(contains("::ffff:10.0.0.0/104", "10.1.2.3"));
        assert!(contains("::ffff:10.1.2.3", "10.1.2.3"));
        assert!(!contains("::/0", "10.1.2.3"));
        assert!(!contains("0.0.0.0/0", "2001:db8::1"));
        assert_eq!(IpBlock::parse("::ffff:10.0.0.0/104").unwrap().to_string(), "10.0.0.0/8");
    }

    #[test]
    fn blocks_end_where_they_say() {
        assert!(contains("192.0.2.0/25", "192.0.2.127"));
        assert!(!contains("192.0.2.0/25", "192.0.2.128"));
        assert!(contains("192.0.2.7", "192.0.2.7"));
        assert!(!contains("192.0.2.7", "192.0.2.8"));
        assert!(contains("2001:db8::/32", "2001:db8:ffff::"));
        assert!(!contains("2001:db8::/32", "2001:db9::"));
    }

    #[test]
    fn what_is_no_block_says_what_is() {
        let host_bits = IpBlockError::HostBits { network: "10.0.0.0/8".to_owned() };
        assert_eq!(IpBlock::parse("10.0.0.1/8"), Err(host_bits));
        for text in
            ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "010.0.0.1", "::/129", "fe80::1%eth0", "all"]
        {
            assert_eq!(IpBlock::parse(text), Err(IpBlockError::Malformed), "{text}");
        }
    }
}
