//! Every command that writes, and what it writes.

/// A command.
pub struct Deed {
    pub name: &'static str,
    /// The command line, at white space; `{…}` are what the scene knows.
    pub line: &'static str,
    pub from: From,
    pub writes: &'static [Writes],
}

/// Where a command begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// A home with nothing in it.
    Nothing,
    /// A vault with some history.
    Vault,
}

/// A file beside the vault that a command makes or replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writes {
    /// A vault: a backup or an export, opened by this flag and file.
    Vault(&'static str, &'static str, &'static str),
    /// So many tokens.
    Tokens(&'static str, usize),
    /// A token that was there before.
    Token(&'static str),
    /// A recovery key of the vault.
    Recovery(&'static str),
    /// A key file of the vault.
    Keyfile(&'static str),
    /// A bundle.
    Bundle(&'static str),
    /// JSON.
    Json(&'static str),
    /// Receipts.
    Receipts(&'static str),
    /// The configuration.
    Config(&'static str),
}

impl Writes {
    pub fn file(self) -> &'static str {
        match self {
            Writes::Vault(file, ..)
            | Writes::Tokens(file, _)
            | Writes::Token(file)
            | Writes::Recovery(file)
            | Writes::Keyfile(file)
            | Writes::Bundle(file)
            | Writes::Json(file)
            | Writes::Receipts(file)
            | Writes::Config(file) => file,
        }
    }
}

const fn deed(name: &'static str, line: &'static str) -> Deed {
    Deed { name, line, from: From::Vault, writes: &[] }
}

const fn writing(name: &'static str, line: &'static str, writes: &'static [Writes]) -> Deed {
    Deed { name, line, from: From::Vault, writes }
}

pub const DEEDS: &[Deed] = &[
    Deed {
        name: "init",
        line: "init --recovery-to new.txt --kdf-memory 19 --kdf-passes 1",
        from: From::Nothing,
        writes: &[Writes::Recovery("new.txt")],
    },
    writing("config init", "config init", &[Writes::Config("config/keyctl/config.toml")]),
    deed("create", "create --project shop --name new --scope read --expires 90d --recoverable"),
    writing(
        "create --from",
        "create --from keys.csv --tokens-to tokens.csv --project shop",
        &[Writes::Tokens("tokens.csv", 3)],
    ),
    deed("edit", "edit bot --name robot --note changed --label a=b"),
    deed("scope add", "scope add bot orders:write"),
    deed("rotate", "rotate bot"),
    deed("rotate --grace", "rotate bot --grace 24h"),
    deed("rotate --finish", "rotate waiting --finish"),
    deed("rotate --cancel", "rotate waiting --cancel"),
    deed("revoke", "revoke bot --reason retired"),
    deed("revoke in bulk", "revoke --project shop"),
    deed("disable", "disable bot"),
    deed("enable", "enable paused"),
    deed("delete", "delete bot"),
    deed("reveal", "reveal bot"),
    writing("reveal --to-file", "reveal bot --to-file token.txt", &[Writes::Token("token.txt")]),
    deed("owner add", "owner add berta --scope read --project shop"),
    deed("owner edit", "owner edit alice --scope orders:read"),
    deed("owner remove", "owner remove alice"),
    deed("policy set", "policy set --max-lifetime 90d --max-keys-per-owner 50"),
    deed("usage import", "usage import uses"),
    deed("vault passphrase", "vault passphrase main --new-passphrase-file move.txt"),
    writing(
        "vault slot add, key file",
        "vault slot add more --role admin --kind keyfile --new-keyfile more.key",
        &[Writes::Keyfile("more.key")],
    ),
    writing(
        "vault slot add, recovery key",
        "vault slot add more --role admin --kind recovery --recovery-to new.txt",
        &[Writes::Recovery("new.txt")],
    ),
    deed(
        "vault slot add, passphrase",
        "vault slot add more --role viewer --new-passphrase-file move.txt",
    ),
    deed("vault slot remove", "vault slot remove spare"),
    writing("vault rekey", "vault rekey --recovery-to new.txt", &[Writes::Recovery("new.txt")]),
    writing(
        "vault backup",
        "vault backup backup.db",
        &[Writes::Vault("backup.db", "--keyfile", "robot.key")],
    ),
    deed("vault restore", "vault restore old.db"),
    deed("vault restore --accept-rollback", "vault restore old.db --accept-rollback"),
    writing(
        "vault export",
        "vault export export.kcx --new-passphrase-file move.txt",
        &[Writes::Vault("export.kcx", "--passphrase-file", "move.txt")],
    ),
    writing(
        "vault export --metadata",
        "vault export --metadata meta.json",
        &[Writes::Json("meta.json")],
    ),
    deed("vault import", "vault import other.kcx --source-passphrase-file move.txt"),
    writing(
        "vault import, records",
        "vault import keys.csv --tokens-to tokens.csv --project shop",
        &[Writes::Tokens("tokens.csv", 3)],
    ),
    deed("vault trust", "vault trust {vault-key}"),
    writing("bundle export, new", "bundle export new.kcb", &[Writes::Bundle("new.kcb")]),
    writing("bundle export, again", "bundle export keys.kcb", &[Writes::Bundle("keys.kcb")]),
    deed("bundle key rotate", "bundle key rotate --overlap 1h"),
    writing(
        "compromised --bundle",
        "compromised bot --bundle keys.kcb",
        &[Writes::Bundle("keys.kcb")],
    ),
    deed("verify", "verify"),
    writing(
        "verify --bundle --state --receipt",
        "verify --bundle keys.kcb --trust {bundle-key} --state seen --receipt uses",
        &[Writes::Json("seen"), Writes::Receipts("uses")],
    ),
    writing(
        "verify --bundle --state, new",
        "verify --bundle keys.kcb --trust {bundle-key} --state seen-first --receipt uses-first",
        &[Writes::Json("seen-first"), Writes::Receipts("uses-first")],
    ),
];
