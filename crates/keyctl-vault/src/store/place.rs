//! What is doubtful about where a vault lies, although it can be written there.
//!
//! Two writers are kept apart by POSIX locks, and what a writer that was killed has left is found by
//! the file's name. Many network file systems promise the first only within a machine, and a second
//! name of the file undoes the second. Both are said and not refused: a home on NFS or in a virtual
//! machine's shared folder that one machine writes at a time is safe, refusing it would only move
//! vaults to where there are worse copies, and what two machines do to each other there is a fork that the
//! pins find.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

/// What is doubtful about the place of a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It lies on a network file system of this kind.
    Network(&'static str),
    /// The file has so many names.
    Names(u64),
}

/// What is doubtful about the place of the vault at `path`; what cannot be found out is not.
#[must_use]
pub fn doubts(path: &Path) -> Vec<Doubt> {
    let names = fs::symlink_metadata(path).map_or(1, |meta| meta.nlink());
    let network = network(path).map(Doubt::Network);
    network.into_iter().chain((names > 1).then_some(Doubt::Names(names))).collect()
}

/// The kind of the network file system that holds `path`.
#[cfg(target_os = "linux")]
fn network(path: &Path) -> Option<&'static str> {
    let found = rustix::fs::statfs(path).ok()?;
    // The numbers have 32 bits, and another sign on some machines.
    let magic = u32::try_from(found.f_type & 0xffff_ffff).ok()?;
    NETWORKS.iter().find(|(known, _)| *known == magic).map(|(_, name)| *name)
}

/// Elsewhere nothing is known.
#[cfg(not(target_os = "linux"))]
fn network(_: &Path) -> Option<&'static str> {
    None
}

/// From `linux/magic.h` and the drivers that are not in it.
#[cfg(target_os = "linux")]
const NETWORKS: [(u32, &str); 13] = [
    (0x0000_6969, "NFS"),
    (0x0000_517b, "SMB"),
    (0xff53_4d42, "CIFS"),
    (0xfe53_4d42, "SMB"),
    (0x6573_5546, "FUSE, as sshfs is"),
    (0x0102_1997, "9p"),
    (0x5346_414f, "AFS"),
    (0x6b41_4653, "AFS"),
    (0x00c3_6400, "Ceph"),
    (0x0bd0_0bd0, "Lustre"),
    (0x7375_7245, "Coda"),
    (0x786f_4256, "a shared folder of VirtualBox"),
    (0xbacb_acbc, "a shared folder of VMware"),
];
