//! What holds for every command: the variables, the files, and where to begin. keyctl(1) has it, and
//! the other pages say so.

use super::roff::{Roff, bold, plain, with_flags};

/// Where to begin.
pub(super) const EXAMPLES: &str = "Examples:
  keyctl init
  TOKEN=$(keyctl create --project shop --scope orders:read --expires 90d)
  keyctl list
  keyctl rotate KEY --grace 24h
  printf %s \"$TOKEN\" | keyctl verify --project shop --scope orders:read";

/// The variables that are read; flags win over them, they win over the configuration file.
const VARIABLES: [(&str, &str); 15] = [
    ("KEYCTL_VAULT", "The vault's file, as --vault names it."),
    ("KEYCTL_VAULT_KEY", "The vault that is expected, as --vault-key names it."),
    ("KEYCTL_PASSPHRASE_FILE", "A file with the passphrase."),
    ("KEYCTL_PASSPHRASE_COMMAND", "A shell command that writes the passphrase."),
    (
        "KEYCTL_PASSPHRASE",
        "The passphrase itself: for CI systems, which have nothing better. It is not handed on to other programs.",
    ),
    ("KEYCTL_PROJECT", "The project of 'create' and 'list' where no --project is given."),
    ("KEYCTL_ENV", "The environment of 'create' and 'list' where no --env is given."),
    ("KEYCTL_OWNER", "The owner of new keys where no --owner is given."),
    ("KEYCTL_EXPIRES", "The end of new keys where no --expires is given."),
    (
        "KEYCTL_OUTPUT",
        "How answers are written where no --output is given; a new token stays alone on stdout.",
    ),
    ("KEYCTL_TRUST", "The public keys whose bundles are believed, with commas between them."),
    ("KEYCTL_PAGER", "What --pager starts; without it PAGER, and else less."),
    ("KEYCTL_STRICT", "Makes 'verify' as strict as --strict does, unless it says no."),
    ("NO_COLOR", "Set to anything, keeps colours away where --color does not ask for them."),
    ("TERM", "A terminal that is 'dumb' has no colours either."),
];

/// The files that are read and written, and what is in them.
const FILES: [(&str, &str); 3] = [
    (
        "~/.local/share/keyctl/vault.db",
        "The vault: every key, encrypted. The folder is the data directory, which XDG_DATA_HOME moves.",
    ),
    (
        "~/.config/keyctl/config.toml",
        "Defaults: project, env, owner, expires, output and trust. XDG_CONFIG_HOME moves it.",
    ),
    (
        "~/.local/state/keyctl/",
        "What this machine remembers: which state of a vault it saw last, and when keys were used. Not to be copied to other machines. XDG_STATE_HOME moves it.",
    ),
];

/// ENVIRONMENT and FILES, or where they are.
pub(super) fn sections(roff: &mut Roff, here: bool) {
    roff.section("ENVIRONMENT");
    if !here {
        let spans = [
            bold("keyctl"),
            plain("(1) has the variables and the files that every command takes."),
        ];
        return roff.line(&spans);
    }
    entries(roff, &VARIABLES);
    roff.section("FILES");
    entries(roff, &FILES);
}

fn entries(roff: &mut Roff, entries: &[(&str, &str)]) {
    for (name, what) in entries {
        roff.request("TP", &[]);
        roff.line(&[bold(*name)]);
        roff.line(&with_flags(what));
    }
}
