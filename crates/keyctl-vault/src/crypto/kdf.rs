//! Argon2id (RFC 9106) and the bounds within which its parameters are believed.
//!
//! A slot's parameters come from a file that anybody may have written. They are checked before
//! anything is allocated: too weak would help a thief, too strong would stop the machine.

use argon2::{Algorithm, Argon2, Params, Version};

use super::key32::Key32;
use super::secret::Passphrase;
use crate::error::VaultError;

const MIB: u32 = 1024;
const MIN_MEMORY_KIB: u32 = 19 * MIB;
const MAX_MEMORY_KIB: u32 = 2048 * MIB;
const MAX_PASSES: u32 = 16;
const MAX_LANES: u32 = 4;

/// The most that one unlock may cost over all the slots it tries, in KiB times passes: one slot
/// at the upper bounds.
pub(crate) const MAX_WORK: u64 = MAX_MEMORY_KIB as u64 * MAX_PASSES as u64;

/// Parameters of Argon2id that are within the bounds: 19 MiB to 2 GiB, 1 to 16 passes, 1 to 4
/// lanes. There is no way to make others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// A parameter is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KdfParamsError {
    /// Not 19 MiB to 2 GiB.
    #[error("memory must be 19 to 2048 MiB")]
    Memory,
    /// Not 1 to 16.
    #[error("passes must be 1 to 16")]
    Passes,
    /// Not 1 to 4.
    #[error("lanes must be 1 to 4")]
    Lanes,
}

impl KdfParams {
    /// 128 MiB, 3 passes, 4 lanes.
    pub const DEFAULT: KdfParams = KdfParams { memory_kib: 128 * MIB, passes: 3, lanes: 4 };

    /// Parameters from `memory_kib` KiB, `passes` and `lanes`.
    ///
    /// # Errors
    /// Names the first that is out of bounds.
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, KdfParamsError> {
        if !(MIN_MEMORY_KIB..=MAX_MEMORY_KIB).contains(&memory_kib) {
            return Err(KdfParamsError::Memory);
        }
        if !(1..=MAX_PASSES).contains(&passes) {
            return Err(KdfParamsError::Passes);
        }
        if !(1..=MAX_LANES).contains(&lanes) {
            return Err(KdfParamsError::Lanes);
        }
        Ok(KdfParams { memory_kib, passes, lanes })
    }

    /// Parameters with the default number of lanes, memory in MiB.
    ///
    /// # Errors
    /// Names the first that is out of bounds.
    pub fn from_mib(memory_mib: u32, passes: u32) -> Result<Self, KdfParamsError> {
        KdfParams::new(memory_mib.saturating_mul(MIB), passes, KdfParams::DEFAULT.lanes)
    }

    /// Memory in KiB.
    #[must_use]
    pub fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Memory in whole MiB, as people give it.
    #[must_use]
    pub fn memory_mib(self) -> u32 {
        self.memory_kib / MIB
    }

    /// Passes over the memory.
    #[must_use]
    pub fn passes(self) -> u32 {
        self.passes
    }

    /// Lanes, each of which can have a core.
    #[must_use]
    pub fn lanes(self) -> u32 {
        self.lanes
    }

    /// What one derivation costs, in KiB times passes.
    pub(crate) fn work(self) -> u64 {
        u64::from(self.memory_kib) * u64::from(self.passes)
    }
}

/// `Argon2id(passphrase, salt)[32]`, version 1.3.
///
/// # Errors
/// When the memory cannot be had.
pub(crate) fn derive(
    passphrase: &Passphrase,
    salt: &[u8; 16],
    params: KdfParams,
) -> Result<Key32, VaultError> {
    let parsed = Params::new(params.memory_kib, params.passes, params.lanes, Some(32))
        .expect("KdfParams are within Argon2's own bounds");
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parsed);
    let mut result = Ok(());
    let key = Key32::fill_with(|key| {
        result = argon.hash_password_into(passphrase.expose_bytes(), salt, key);
    });
    result.map_err(|_| VaultError::KdfMemory { mib: params.memory_mib() })?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_exist_only_within_their_bounds() {
        assert_eq!(KdfParams::new(19 * MIB - 1, 1, 1), Err(KdfParamsError::Memory));
        assert_eq!(KdfParams::new(2048 * MIB + 1, 1, 1), Err(KdfParamsError::Memory));
        assert_eq!(KdfParams::new(19 * MIB, 0, 1), Err(KdfParamsError::Passes));
        assert_eq!(KdfParams::new(19 * MIB, 17, 1), Err(KdfParamsError::Passes));
        assert_eq!(KdfParams::new(19 * MIB, 1, 0), Err(KdfParamsError::Lanes));
        assert_eq!(KdfParams::new(19 * MIB, 1, 5), Err(KdfParamsError::Lanes));
        assert!(KdfParams::new(19 * MIB, 1, 1).is_ok());
        assert!(KdfParams::new(2048 * MIB, 16, 4).is_ok());
        assert_eq!(KdfParams::from_mib(u32::MAX, 1), Err(KdfParamsError::Memory));
        assert_eq!(KdfParams::from_mib(128, 3), Ok(KdfParams::DEFAULT));
        let params = KdfParams::new(19 * 1024 + 1023, 2, 1).unwrap();
        assert_eq!((params.memory_kib(), params.passes(), params.lanes()), (20_479, 2, 1));
        assert_eq!((params.memory_mib(), params.work()), (19, 40_958));
        assert_eq!(MAX_WORK, 2 * 1024 * 1024 * 16);
    }

    /// Computed with the reference implementation's Python binding (argon2-cffi).
    #[test]
    fn agrees_with_the_reference_implementation() {
        let params = KdfParams::new(19 * MIB, 2, 1).unwrap();
        let key = derive(&Passphrase::new("passphrase").unwrap(), b"0123456789abcdef", params);
        let hex = data_encoding::HEXLOWER.encode(key.unwrap().expose_key());
        assert_eq!(hex, "acf59c5bba2739aa33831afcab921715b17ca964c256e44f32ea504bb4bac804");
    }

    /// The same with the default parameters, which have four lanes.
    #[test]
    fn four_lanes_agree_with_the_reference_implementation() {
        let passphrase = Passphrase::new("passphrase").unwrap();
        let key = derive(&passphrase, b"0123456789abcdef", KdfParams::DEFAULT);
        let hex = data_encoding::HEXLOWER.encode(key.unwrap().expose_key());
        assert_eq!(hex, "742a72ceecbb1441e8ef4aa1e8dfaf04930065bf694ee986c733ff5c5a0478ca");
    }

    /// RFC 9106, section 5.3, of the library alone: it has a secret and associated data, which no
    /// slot has, and less memory than any slot may have.
    #[test]
    fn the_library_gives_the_tag_of_rfc_9106() {
        let mut params = argon2::ParamsBuilder::new();
        params.m_cost(32).t_cost(3).p_cost(4).output_len(32);
        params.data(argon2::AssociatedData::new(&[4; 12]).unwrap());
        let argon = Argon2::new_with_secret(
            &[3; 8],
            Algorithm::Argon2id,
            Version::V0x13,
            params.build().unwrap(),
        );
        let mut tag = [0; 32];
        argon.unwrap().hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
        let hex = data_encoding::HEXLOWER.encode(&tag);
        assert_eq!(hex, "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }
}
