//! Whom a verifier trusts: the flags for it, and the forms in which a key is written.

use std::path::{Path, PathBuf};

use clap::Args;
use data_encoding::BASE64;
use keyctl_vault::files;
use keyctl_verify::PublicKey;

use crate::context::Context;
use crate::error::CliError;
use crate::parse;

/// The most bytes of a file of keys.
const MAX_FILE: usize = 64 << 10;
/// What comes before the key in a SubjectPublicKeyInfo (RFC 8410, section 4).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const PEM_BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const PEM_END: &str = "-----END PUBLIC KEY-----";

/// Whose signature on a bundle counts.
#[derive(Args)]
pub(super) struct TrustArgs {
    /// Trust bundles signed by this key (kcpub_…; several with commas, or repeated)
    #[arg(long, value_name = "KEY", value_delimiter = ',', value_parser = parse::public_key)]
    trust: Vec<PublicKey>,

    /// Trust the keys in this file: a kcpub_… a line, or PEM
    #[arg(long, value_name = "FILE")]
    trust_file: Option<PathBuf>,
}

impl TrustArgs {
    /// True when a flag says whom to trust.
    pub(super) fn is_given(&self) -> bool {
        !self.trust.is_empty() || self.trust_file.is_some()
    }

    /// The keys: of the flags, else of the environment, else of the configuration.
    pub(super) fn keys(&self, ctx: &Context) -> Result<Vec<PublicKey>, CliError> {
        if !self.is_given() {
            return Ok(ctx.settings.trust.clone());
        }
        let mut keys = self.trust.clone();
        if let Some(path) = &self.trust_file {
            keys.extend(read_file(path)?);
        }
        Ok(keys)
    }
}

fn read_file(path: &Path) -> Result<Vec<PublicKey>, CliError> {
    let text = String::from_utf8(files::read_bounded(path, MAX_FILE)?).unwrap_or_default();
    let wrong = |what: &str| {
        let message = format!("the trust file '{}' {what}", path.display());
        CliError::usage(message)
            .hint("it has a kcpub_… a line, or PEM; 'keyctl bundle key show' prints both")
    };
    if text.contains(PEM_BEGIN) {
        let keys: Option<Vec<PublicKey>> = text.split(PEM_BEGIN).skip(1).map(from_pem).collect();
        return keys.ok_or_else(|| wrong("has PEM that is no Ed25519 public key"));
    }
    let lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let keys: Option<Vec<PublicKey>> = lines.map(PublicKey::parse).collect();
    match keys {
        Some(keys) if keys.is_empty() => Err(wrong("has no key")),
        Some(keys) => Ok(keys),
        None => Err(wrong("has a line that is no public key")),
    }
}

/// What follows the first line of a PEM block.
fn from_pem(block: &str) -> Option<PublicKey> {
    let body: String = block.split(PEM_END).next()?.split_whitespace().collect();
    let der = BASE64.decode(body.as_bytes()).ok()?;
    PublicKey::from_bytes(der.strip_prefix(&SPKI)?.try_into().ok()?)
}

/// A key as OpenSSL and others read it.
pub(super) fn to_pem(key: &PublicKey) -> String {
    let der = [&SPKI[..], key.as_bytes()].concat();
    format!("{PEM_BEGIN}\n{}\n{PEM_END}\n", BASE64.encode(&der))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_reads_back_and_nothing_else_does() {
        // The public key of RFC 8410, section 10.1.
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        let key = from_pem(pem.strip_prefix(PEM_BEGIN).unwrap()).unwrap();
        assert_eq!(to_pem(&key), pem);
        assert_eq!(from_pem(&pem.replace("MCow", "MCov")), None);
        assert_eq!(from_pem(&pem.replace("ZuE=", "")), None);
    }
}
