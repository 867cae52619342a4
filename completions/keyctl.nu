module completions {

  def "nu-complete keyctl output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl color" [] {
    [ "auto" "always" "never" ]
  }

  # Issues, finds, narrows, rotates, revokes and verifies API keys
  export extern keyctl [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    --version(-V)             # Print version
  ]

  def "nu-complete keyctl init output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl init color" [] {
    [ "auto" "always" "never" ]
  }

  # Make a vault
  export extern "keyctl init" [
    --recovery-to: path       # Write the recovery key to a new file instead of stdout
    --no-recovery             # Make no recovery key: a lost passphrase is then a lost vault
    --token-prefix: string    # What all tokens of this vault begin with
    --kdf-memory: string      # Memory of the passphrase hash in MiB, 19 to 2048
    --kdf-passes: string      # Passes of the passphrase hash over its memory, 1 to 16
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl init output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl init color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl create env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl create expires" [] {
    [ "never" "7d" "30d" "60d" "90d" "180d" "1y" ]
  }

  def "nu-complete keyctl create kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl create snippet" [] {
    [ "curl" "httpie" "python" "node" ]
  }

  def "nu-complete keyctl create output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl create color" [] {
    [ "auto" "always" "never" ]
  }

  # Make a key, and show its token once
  export extern "keyctl create" [
    --project: string         # The project that the key is bound to [env: KEYCTL_PROJECT]
    --name: string            # What the key is called; unique among the live keys of the project
    --env: string@"nu-complete keyctl create env" # Where it may be used: production, staging or development [env: KEYCTL_ENV] [default: development]
    --scope: string           # What it may do, like orders:read, orders:* or * (can be repeated)
    --expires: string@"nu-complete keyctl create expires" # When it ends: never, 7d, 30d, 60d, 90d, 180d, 1y, 12h, a date or an instant [env: KEYCTL_EXPIRES]
    --not-before: string      # When it begins: a time from now like 7d, a date or an instant
    --owner: string           # Whom it acts for [env: KEYCTL_OWNER] [default: your login name]
    --kind: string@"nu-complete keyctl create kind" # What it is for: general, personal or webhook
    --path: string            # A path it is limited to, like '/v1/orders/**' or 'GET /v1/*' (can be repeated)
    --ip: string              # An address or block it is limited to, like 10.0.0.0/8 (can be repeated)
    --customer: string        # A customer it is limited to (can be repeated)
    --rate: string            # How often it may be used: 100/1m is up to 100 at once, then 100 a minute
    --label: string           # A label, NAME=VALUE (can be repeated)
    --note: string            # A note for people: where is it used?
    --recoverable             # Keep the token, sealed for administrators, so that 'keyctl reveal' can show it again
    --from: path              # Make a key of each record of this file: CSV, JSON lines or a JSON array; '-' is stdin
    --tokens-to: path         # The new file for their tokens, as CSV, or JSON lines when it ends with .jsonl
    --snippet: string@"nu-complete keyctl create snippet" # Write a command with the token in it, ready to paste, instead of the token
    --field: string           # Write only this field of the record, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl create output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl create color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl list env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl list kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl list status" [] {
    [ "active" "inactive" "pending" "expired" "revoked" ]
  }

  def "nu-complete keyctl list sort" [] {
    [ "created" "name" "expires" "last-used" "none" ]
  }

  def "nu-complete keyctl list output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl list color" [] {
    [ "auto" "always" "never" ]
  }

  # List the keys, newest first
  export extern "keyctl list" [
    --project: string         # Keys of this project
    --env: string@"nu-complete keyctl list env" # Keys of this environment: production, staging or development
    --owner: string           # Keys of this owner
    --kind: string@"nu-complete keyctl list kind" # Keys of this kind: general, personal or webhook
    --status: string@"nu-complete keyctl list status" # Keys that are active, inactive, pending, expired or revoked (can be repeated)
    --unused-for: string      # Keys that were not used for this long, like 90d; never used counts from creation
    --expiring-within: string # Keys that expire within this time, like 14d
    --label: string           # Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)
    --mine                    # Your keys: those of the default owner, or else of your login name
    --scope: string           # Keys that may do this
    --search: string          # Keys with a name like this: letters in this order, best first
    --hide-revoked            # Leave revoked keys out
    --all                     # Webhook keys too, and every project and environment whatever the defaults say
    --sort: string@"nu-complete keyctl list sort" # What to sort by
    --reverse                 # The other way round
    --limit: string           # At most so many
    --columns: string         # Only these fields, in this order, for tables and csv: id,name,status,…
    --field: string           # Only this field, raw, a line each
    --print0                  # Only the ids, each followed by a NUL: for xargs -0, and for KEYs that are '-'
    --pager                   # Page through it, with KEYCTL_PAGER, PAGER or less
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl list output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl list color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl show output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl show color" [] {
    [ "auto" "always" "never" ]
  }

  # Show everything about one key
  export extern "keyctl show" [
    --project: string         # The project of the name, where two projects share it
    --field: string           # Write only this field, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl show output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl show color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
  ]

  def "nu-complete keyctl edit env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl edit kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl edit status" [] {
    [ "active" "inactive" "pending" "expired" "revoked" ]
  }

  def "nu-complete keyctl edit expires" [] {
    [ "never" "7d" "30d" "60d" "90d" "180d" "1y" ]
  }

  def "nu-complete keyctl edit output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl edit color" [] {
    [ "auto" "always" "never" ]
  }

  # Change settings of keys
  export extern "keyctl edit" [
    --project: string         # Keys of this project
    --env: string@"nu-complete keyctl edit env" # Keys of this environment: production, staging or development
    --owner: string           # Keys of this owner
    --kind: string@"nu-complete keyctl edit kind" # Keys of this kind: general, personal or webhook
    --status: string@"nu-complete keyctl edit status" # Keys that are active, inactive, pending, expired or revoked (can be repeated)
    --unused-for: string      # Keys that were not used for this long, like 90d; never used counts from creation
    --expiring-within: string # Keys that expire within this time, like 14d
    --dry-run                 # Show what would be done, and change nothing
    --name: string            # A new name, of a single key
    --expires: string@"nu-complete keyctl edit expires" # A new end: never, 90d, a date or an instant
    --not-before: string      # A new beginning: a time from now like 7d, a date or an instant
    --clear-not-before        # Valid from now on
    --path: string            # The paths it is limited to (can be repeated)
    --clear-path              # No limit to paths
    --ip: string              # The addresses or blocks it is limited to (can be repeated)
    --clear-ip                # No limit to addresses
    --customer: string        # The customers it is limited to (can be repeated)
    --clear-customer          # No limit to customers
    --rate: string            # How often it may be used, like 100/1m
    --clear-rate              # No rate limit
    --label: string           # The labels, NAME=VALUE (can be repeated)
    --clear-label             # No labels
    --note: string            # A new note
    --clear-note              # No note
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl edit output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl edit color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...keys: string           # The keys: ids, prefixes or exact names
  ]

  def "nu-complete keyctl scope output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl scope color" [] {
    [ "auto" "always" "never" ]
  }

  # List or change what a key may do
  export extern "keyctl scope" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl scope output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl scope color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl scope list output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl scope list color" [] {
    [ "auto" "always" "never" ]
  }

  # List a key's scopes, a line each
  export extern "keyctl scope list" [
    --project: string         # The project of the name, where two projects share it
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl scope list output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl scope list color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
  ]

  def "nu-complete keyctl scope add output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl scope add color" [] {
    [ "auto" "always" "never" ]
  }

  # Give a key more scopes
  export extern "keyctl scope add" [
    --project: string         # The project of the name, where two projects share it
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl scope add output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl scope add color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
    ...scopes: string         # The scopes, like orders:read, orders:* or *
  ]

  def "nu-complete keyctl scope remove output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl scope remove color" [] {
    [ "auto" "always" "never" ]
  }

  # Take scopes from a key
  export extern "keyctl scope remove" [
    --project: string         # The project of the name, where two projects share it
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl scope remove output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl scope remove color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
    ...scopes: string         # The scopes, like orders:read, orders:* or *
  ]

  def "nu-complete keyctl scope set output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl scope set color" [] {
    [ "auto" "always" "never" ]
  }

  # Give a key these scopes and no others
  export extern "keyctl scope set" [
    --project: string         # The project of the name, where two projects share it
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl scope set output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl scope set color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
    ...scopes: string         # The scopes, like orders:read, orders:* or *
  ]

  def "nu-complete keyctl rotate snippet" [] {
    [ "curl" "httpie" "python" "node" ]
  }

  def "nu-complete keyctl rotate output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl rotate color" [] {
    [ "auto" "always" "never" ]
  }

  # Give a key a new token; id, name and settings stay
  export extern "keyctl rotate" [
    --project: string         # The project of the name, where two projects share it
    --grace: string           # How long the old token goes on, like 24h; 0 for not at all; at most what the policy allows as --max-grace (7d until that is set)
    --finish                  # End the grace: the old token ends now
    --cancel                  # Take the rotation back during its grace: the new token ends now
    --snippet: string@"nu-complete keyctl rotate snippet" # Write a command with the new token in it, ready to paste, instead of the token
    --field: string           # Write only this field of the record, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl rotate output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl rotate color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
  ]

  def "nu-complete keyctl reveal reason" [] {
    [ "compromised" "superseded" "retired" ]
  }

  def "nu-complete keyctl reveal output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl reveal color" [] {
    [ "auto" "always" "never" ]
  }

  # Show the token of a recoverable key again
  export extern "keyctl reveal" [
    --project: string         # The project of the name, where two projects share it
    --reason: string@"nu-complete keyctl reveal reason" # Why; kept in the audit log
    --show                    # Show it on the terminal
    --to-file: path           # Write it to this new file, which only you can read
    --copy                    # Put it into the clipboard for 30 seconds
    --field: string           # Write only this field of the record, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl reveal output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl reveal color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; at a terminal, chosen when not named
  ]

  def "nu-complete keyctl revoke env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl revoke kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl revoke status" [] {
    [ "active" "inactive" "pending" "expired" "revoked" ]
  }

  def "nu-complete keyctl revoke reason" [] {
    [ "compromised" "superseded" "retired" ]
  }

  def "nu-complete keyctl revoke output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl revoke color" [] {
    [ "auto" "always" "never" ]
  }

  # End keys for good
  export extern "keyctl revoke" [
    --project: string         # Keys of this project
    --env: string@"nu-complete keyctl revoke env" # Keys of this environment: production, staging or development
    --owner: string           # Keys of this owner
    --kind: string@"nu-complete keyctl revoke kind" # Keys of this kind: general, personal or webhook
    --status: string@"nu-complete keyctl revoke status" # Keys that are active, inactive, pending, expired or revoked (can be repeated)
    --unused-for: string      # Keys that were not used for this long, like 90d; never used counts from creation
    --expiring-within: string # Keys that expire within this time, like 14d
    --label: string           # Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)
    --dry-run                 # Show what would be done, and change nothing
    --reason: string@"nu-complete keyctl revoke reason" # Why: compromised, superseded, retired, or in your own words
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl revoke output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl revoke color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...keys: string           # The keys: ids, prefixes or exact names; '-' reads them from stdin, a line each
  ]

  def "nu-complete keyctl disable env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl disable kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl disable status" [] {
    [ "active" "inactive" "pending" "expired" "revoked" ]
  }

  def "nu-complete keyctl disable output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl disable color" [] {
    [ "auto" "always" "never" ]
  }

  # Pause keys until they are enabled again
  export extern "keyctl disable" [
    --project: string         # Keys of this project
    --env: string@"nu-complete keyctl disable env" # Keys of this environment: production, staging or development
    --owner: string           # Keys of this owner
    --kind: string@"nu-complete keyctl disable kind" # Keys of this kind: general, personal or webhook
    --status: string@"nu-complete keyctl disable status" # Keys that are active, inactive, pending, expired or revoked (can be repeated)
    --unused-for: string      # Keys that were not used for this long, like 90d; never used counts from creation
    --expiring-within: string # Keys that expire within this time, like 14d
    --label: string           # Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)
    --dry-run                 # Show what would be done, and change nothing
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl disable output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl disable color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...keys: string           # The keys: ids, prefixes or exact names; '-' reads them from stdin, a line each
  ]

  def "nu-complete keyctl enable env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl enable kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl enable status" [] {
    [ "active" "inactive" "pending" "expired" "revoked" ]
  }

  def "nu-complete keyctl enable output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl enable color" [] {
    [ "auto" "always" "never" ]
  }

  # Resume keys that were disabled
  export extern "keyctl enable" [
    --project: string         # Keys of this project
    --env: string@"nu-complete keyctl enable env" # Keys of this environment: production, staging or development
    --owner: string           # Keys of this owner
    --kind: string@"nu-complete keyctl enable kind" # Keys of this kind: general, personal or webhook
    --status: string@"nu-complete keyctl enable status" # Keys that are active, inactive, pending, expired or revoked (can be repeated)
    --unused-for: string      # Keys that were not used for this long, like 90d; never used counts from creation
    --expiring-within: string # Keys that expire within this time, like 14d
    --label: string           # Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)
    --dry-run                 # Show what would be done, and change nothing
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl enable output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl enable color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...keys: string           # The keys: ids, prefixes or exact names; '-' reads them from stdin, a line each
  ]

  def "nu-complete keyctl delete env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl delete kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl delete status" [] {
    [ "active" "inactive" "pending" "expired" "revoked" ]
  }

  def "nu-complete keyctl delete reason" [] {
    [ "compromised" "superseded" "retired" ]
  }

  def "nu-complete keyctl delete output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl delete color" [] {
    [ "auto" "always" "never" ]
  }

  # Remove keys' records; the audit log keeps the fact
  export extern "keyctl delete" [
    --project: string         # Keys of this project
    --env: string@"nu-complete keyctl delete env" # Keys of this environment: production, staging or development
    --owner: string           # Keys of this owner
    --kind: string@"nu-complete keyctl delete kind" # Keys of this kind: general, personal or webhook
    --status: string@"nu-complete keyctl delete status" # Keys that are active, inactive, pending, expired or revoked (can be repeated)
    --unused-for: string      # Keys that were not used for this long, like 90d; never used counts from creation
    --expiring-within: string # Keys that expire within this time, like 14d
    --label: string           # Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)
    --dry-run                 # Show what would be done, and change nothing
    --reason: string@"nu-complete keyctl delete reason" # Why; kept in the audit log
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl delete output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl delete color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...keys: string           # The keys: ids, prefixes or exact names; '-' reads them from stdin, a line each
  ]

  def "nu-complete keyctl compromised output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl compromised color" [] {
    [ "auto" "always" "never" ]
  }

  # End a key that others know, and make another in its place, in one step
  export extern "keyctl compromised" [
    --project: string         # The project of the name, where two projects share it
    --token-file: path        # Read the leaked token from a file
    --token-env: string       # Read the leaked token from this environment variable
    --no-replacement          # Make no other key in its place
    --bundle: path            # The bundle to make anew afterwards
    --field: string           # Write only this field of the new record, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl compromised output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl compromised color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key?: string              # The key: an id, a token's prefix, or an exact name; without it a token is read from stdin
  ]

  def "nu-complete keyctl verify env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl verify method" [] {
    [ "GET" "HEAD" "POST" "PUT" "PATCH" "DELETE" "OPTIONS" ]
  }

  def "nu-complete keyctl verify output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl verify color" [] {
    [ "auto" "always" "never" ]
  }

  # May the holder of this token do that?
  export extern "keyctl verify" [
    --project: string         # The project that is acted on
    --env: string@"nu-complete keyctl verify env" # The environment of the service: production, staging or development
    --scope: string           # A scope that the request needs (can be repeated; all must be granted)
    --path: string            # The request's path
    --method: string@"nu-complete keyctl verify method" # The request's method
    --ip: string              # The caller's address
    --customer: string        # The customer that is acted for
    --strict                  # Deny when the project, the environment or the scopes are not named
    --bundle: path            # Verify against this bundle instead of the vault
    --trust: string           # Trust bundles signed by this key (kcpub_…; several with commas or spaces, or repeated)
    --trust-file: path        # Trust the keys in this file: a kcpub_… a line, or PEM
    --stream: string          # Accept only bundles of this stream
    --min-serial: string      # Accept only bundles of this serial or a later one
    --max-age: string         # Accept only bundles that were made this long ago or less
    --state: path             # Remember bundles in this file, so that no older one is accepted, and count rate limits
    --token-file: path        # Read the token from a file
    --token-env: string       # Read the token from this environment variable
    --batch                   # Read a token a line, and write a verdict a line, as JSON
    --receipt: path           # Append a receipt to this file: a line that proves the use, without the token
    --receipt-label: string   # What receipts say of where they were made
    --no-record               # Do not keep in the state directory that the key was used
    --field: string           # Write only this field, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl verify output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl verify color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl scan rule" [] {
    [ "gitleaks" "trufflehog" "github" "pre-commit" ]
  }

  def "nu-complete keyctl scan output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl scan color" [] {
    [ "auto" "always" "never" ]
  }

  # Find tokens in files, and say which key each one is
  export extern "keyctl scan" [
    --no-ignore               # Search what .gitignore, .ignore and the like leave out too
    --token-prefix: string    # Find only tokens that begin with this, like kc
    --bundle: path            # Look the tokens up in this bundle instead of the vault
    --trust: string           # Trust bundles signed by this key (kcpub_…; several with commas or spaces, or repeated)
    --trust-file: path        # Trust the keys in this file: a kcpub_… a line, or PEM
    --shape-only              # Look nothing up: every token counts as live
    --rule: string@"nu-complete keyctl scan rule" # Write a rule for another scanner instead, and do nothing else
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl scan output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl scan color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...paths: path            # Files and folders; - is stdin
  ]

  def "nu-complete keyctl bundle output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl bundle color" [] {
    [ "auto" "always" "never" ]
  }

  # Make and look into signed bundles for offline verification
  export extern "keyctl bundle" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl bundle output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl bundle color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl bundle export env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl bundle export output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl bundle export color" [] {
    [ "auto" "always" "never" ]
  }

  # Make a signed bundle of the vault's keys
  export extern "keyctl bundle export" [
    --project: string         # Only keys of this project
    --env: string@"nu-complete keyctl bundle export env" # Only keys of this environment
    --valid-for: string       # For how long the bundle holds, at most 1y
    --redact                  # Leave out owners and projects; who verifies can then not ask for a project
    --with-labels             # Put labels in, for who presents a token
    --keep-ended: string      # For how long tokens that have ended are still in the bundle; 0 for no longer
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl bundle export output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl bundle export color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    file: path                # The file to make or to replace
  ]

  def "nu-complete keyctl bundle inspect output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl bundle inspect color" [] {
    [ "auto" "always" "never" ]
  }

  # Show what a bundle says of itself
  export extern "keyctl bundle inspect" [
    --trust: string           # Trust bundles signed by this key (kcpub_…; several with commas or spaces, or repeated)
    --trust-file: path        # Trust the keys in this file: a kcpub_… a line, or PEM
    --check                   # Read and verify every page, not only the header
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl bundle inspect output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl bundle inspect color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    file: path                # The bundle
  ]

  def "nu-complete keyctl bundle key output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl bundle key color" [] {
    [ "auto" "always" "never" ]
  }

  # Show or change the key that signs bundles
  export extern "keyctl bundle key" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl bundle key output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl bundle key color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl bundle key show output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl bundle key show color" [] {
    [ "auto" "always" "never" ]
  }

  # Show the public key that verifiers trust
  export extern "keyctl bundle key show" [
    --pem                     # In PEM, as OpenSSL reads it
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl bundle key show output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl bundle key show color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl bundle key rotate output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl bundle key rotate color" [] {
    [ "auto" "always" "never" ]
  }

  # Make a new key; for a while, bundles are signed by the old one too
  export extern "keyctl bundle key rotate" [
    --overlap: string         # For how long bundles are signed by the old key too; 0 for no longer
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl bundle key rotate output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl bundle key rotate color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl owner output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl owner color" [] {
    [ "auto" "always" "never" ]
  }

  # Register owners, and limit what all of their keys can do
  export extern "keyctl owner" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl owner output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl owner color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl owner add env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl owner add expires" [] {
    [ "never" "7d" "30d" "60d" "90d" "180d" "1y" ]
  }

  def "nu-complete keyctl owner add output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl owner add color" [] {
    [ "auto" "always" "never" ]
  }

  # Register an owner, and make their personal key
  export extern "keyctl owner add" [
    --scope: string           # What keys of theirs can do at most (can be repeated) [default: *]
    --project: string         # The project of their personal key; without one it is right for none that is asked for
    --env: string@"nu-complete keyctl owner add env" # The environment of their personal key
    --expires: string@"nu-complete keyctl owner add expires" # When their personal key ends: never, 90d, a date or an instant [env: KEYCTL_EXPIRES] [default: as the policy says, else never]
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl owner add output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl owner add color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    name: string              # The owner
  ]

  def "nu-complete keyctl owner list output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl owner list color" [] {
    [ "auto" "always" "never" ]
  }

  # List the registered owners
  export extern "keyctl owner list" [
    --columns: string         # Only these fields, in this order, for tables and csv: name,scopes,…
    --field: string           # Only this field, raw, a line each
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl owner list output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl owner list color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl owner show output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl owner show color" [] {
    [ "auto" "always" "never" ]
  }

  # Show one owner
  export extern "keyctl owner show" [
    --field: string           # Write only this field, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl owner show output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl owner show color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    name: string              # The owner
  ]

  def "nu-complete keyctl owner edit output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl owner edit color" [] {
    [ "auto" "always" "never" ]
  }

  # Give an owner another ceiling; every key of theirs follows at once
  export extern "keyctl owner edit" [
    --scope: string           # What keys of theirs can do at most (can be repeated)
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl owner edit output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl owner edit color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    name: string              # The owner
  ]

  def "nu-complete keyctl owner remove reason" [] {
    [ "compromised" "superseded" "retired" ]
  }

  def "nu-complete keyctl owner remove output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl owner remove color" [] {
    [ "auto" "always" "never" ]
  }

  # Revoke every key of an owner, and forget their ceiling
  export extern "keyctl owner remove" [
    --reason: string@"nu-complete keyctl owner remove reason" # Why; kept in the audit log, and as the reason of their keys
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl owner remove output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl owner remove color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    name: string              # The owner
  ]

  def "nu-complete keyctl policy output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl policy color" [] {
    [ "auto" "always" "never" ]
  }

  # Show or set the limits that every key has to keep
  export extern "keyctl policy" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl policy output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl policy color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl policy show output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl policy show color" [] {
    [ "auto" "always" "never" ]
  }

  # Show the policy
  export extern "keyctl policy show" [
    --field: string           # Write only this field, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl policy show output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl policy show color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl policy set require_expiry" [] {
    [ "yes" "no" ]
  }

  def "nu-complete keyctl policy set require_owner" [] {
    [ "yes" "no" ]
  }

  def "nu-complete keyctl policy set require_reason" [] {
    [ "yes" "no" ]
  }

  def "nu-complete keyctl policy set output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl policy set color" [] {
    [ "auto" "always" "never" ]
  }

  # Set parts of the policy; the rest stays as it is
  export extern "keyctl policy set" [
    --default-lifetime: string # How long a key lives when nothing is said: like 90d, or none
    --max-lifetime: string    # The longest that a key may live from when its expiry is set: like 1y, or none
    --max-keys-per-owner: string # The most live keys of one owner in one project; 0 for no limit
    --require-expiry: string@"nu-complete keyctl policy set require_expiry" # Every key must expire
    --require-owner: string@"nu-complete keyctl policy set require_owner" # Every key must act for a registered owner
    --require-reason: string@"nu-complete keyctl policy set require_reason" # Whoever revokes, deletes or reveals must say why
    --max-grace: string       # The longest grace of a rotation
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl policy set output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl policy set color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl doctor env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl doctor kind" [] {
    [ "general" "personal" "webhook" ]
  }

  def "nu-complete keyctl doctor check" [] {
    [ "full_access" "no_owner" "never_expires" "grace_open" "rotation_overdue" "expiring_soon" "unused" "never_used" "empty_scopes" ]
  }

  def "nu-complete keyctl doctor ignore" [] {
    [ "full_access" "no_owner" "never_expires" "grace_open" "rotation_overdue" "expiring_soon" "unused" "never_used" "empty_scopes" ]
  }

  def "nu-complete keyctl doctor output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl doctor color" [] {
    [ "auto" "always" "never" ]
  }

  # Say what is wrong with the keys, and how to mend it
  export extern "keyctl doctor" [
    --project: string         # Keys of this project
    --env: string@"nu-complete keyctl doctor env" # Keys of this environment: production, staging or development
    --owner: string           # Keys of this owner
    --kind: string@"nu-complete keyctl doctor kind" # Keys of this kind: general, personal or webhook
    --check: string@"nu-complete keyctl doctor check" # Look for these only (can be repeated)
    --ignore: string@"nu-complete keyctl doctor ignore" # Do not look for these (can be repeated)
    --unused-for: string      # How long a key may go without use
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl doctor output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl doctor color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl usage output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl usage color" [] {
    [ "auto" "always" "never" ]
  }

  # Bring in when keys were used
  export extern "keyctl usage" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl usage output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl usage color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl usage import output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl usage import color" [] {
    [ "auto" "always" "never" ]
  }

  # Fold files of receipts into last-used
  export extern "keyctl usage import" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl usage import output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl usage import color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...files: path            # Files of receipts
  ]

  def "nu-complete keyctl audit verb" [] {
    [ "init" "create" "edit" "scope" "rotate" "revoke" "disable" "enable" "delete" "usage" "slot-add" "slot-remove" "passphrase" "bundle-key" "reveal" "policy" "owner-add" "owner-edit" "owner-remove" "rekey" "restore" "export" "import" "compromised" ]
  }

  def "nu-complete keyctl audit output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl audit color" [] {
    [ "auto" "always" "never" ]
  }

  # Who did what to which key, when
  export extern "keyctl audit" [
    --key: string             # Only what was done to this key, be it deleted since
    --project: string         # The project of the key's name, where two projects share it
    --owner: string           # Only what was done to this owner, and to the keys that act for them
    --since: string           # Only since then: 7d or 12h for that long ago, a date or an instant
    --until: string           # Only before then: 7d or 12h for that long ago, a date or an instant
    --verb: string@"nu-complete keyctl audit verb" # Only what was done with these commands (can be repeated)
    --actor: string           # Only what this login name did
    --host: string            # Only what was done on this machine
    --with-slot: string       # Only what was done through this slot
    --limit: string           # At most so many entries
    --reverse                 # Oldest first
    --pager                   # Page through it, with KEYCTL_PAGER, PAGER or less
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl audit output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl audit color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl audit verify output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl audit verify color" [] {
    [ "auto" "always" "never" ]
  }

  # Verify the whole log, from the first entry to the head
  export extern "keyctl audit verify" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl audit verify output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl audit verify color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl vault output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault color" [] {
    [ "auto" "always" "never" ]
  }

  # Look after the vault's file
  export extern "keyctl vault" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl vault info output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault info color" [] {
    [ "auto" "always" "never" ]
  }

  # Show what the vault is, and what opens it
  export extern "keyctl vault info" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault info output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault info color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl vault check output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault check color" [] {
    [ "auto" "always" "never" ]
  }

  # Read and verify everything in the file
  export extern "keyctl vault check" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault check output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault check color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl vault passphrase output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault passphrase color" [] {
    [ "auto" "always" "never" ]
  }

  # Change the passphrase of a slot
  export extern "keyctl vault passphrase" [
    --new-passphrase-file: path # Read the new passphrase from a file
    --new-passphrase-fd: string # Read the new passphrase from an open file descriptor
    --new-passphrase-command: string # Read the new passphrase from what a shell command writes
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault passphrase output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault passphrase color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    name?: string             # The slot [default: the one that was used]
  ]

  def "nu-complete keyctl vault slot output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault slot color" [] {
    [ "auto" "always" "never" ]
  }

  # Who can open the vault, and as what
  export extern "keyctl vault slot" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault slot output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault slot color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl vault slot list output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault slot list color" [] {
    [ "auto" "always" "never" ]
  }

  # List the slots
  export extern "keyctl vault slot list" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault slot list output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault slot list color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl vault slot add role" [] {
    [ "admin" "exporter" "viewer" ]
  }

  def "nu-complete keyctl vault slot add kind" [] {
    [ "passphrase" "keyfile" "recovery" "x25519" ]
  }

  def "nu-complete keyctl vault slot add output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault slot add color" [] {
    [ "auto" "always" "never" ]
  }

  # Add a way to open the vault
  export extern "keyctl vault slot add" [
    --role: string@"nu-complete keyctl vault slot add role" # What whoever opens it may do: admin, exporter or viewer
    --kind: string@"nu-complete keyctl vault slot add kind" # What opens it
    --new-passphrase-file: path # Read the new passphrase from a file
    --new-passphrase-fd: string # Read the new passphrase from an open file descriptor
    --new-passphrase-command: string # Read the new passphrase from what a shell command writes
    --new-keyfile: path       # The key file of --kind keyfile; made with random contents when it does not exist
    --recipient: string       # The recipient (age1…) of --kind x25519
    --recovery-to: path       # A new file for the recovery key of --kind recovery, instead of stdout
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault slot add output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault slot add color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    name?: string             # What it is called [default: after its role]
  ]

  def "nu-complete keyctl vault slot remove output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault slot remove color" [] {
    [ "auto" "always" "never" ]
  }

  # Remove a slot
  export extern "keyctl vault slot remove" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault slot remove output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault slot remove color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    name: string              # Its name
  ]

  def "nu-complete keyctl vault backup output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault backup color" [] {
    [ "auto" "always" "never" ]
  }

  # Copy the vault to a new file
  export extern "keyctl vault backup" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault backup output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault backup color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    file: path                # The new file
  ]

  def "nu-complete keyctl vault restore output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault restore color" [] {
    [ "auto" "always" "never" ]
  }

  # Put back what a backup has
  export extern "keyctl vault restore" [
    --accept-rollback         # Put the whole backup in the place of the vault, which may bring keys back to life
    --dry-run                 # Show what would be done, and change nothing
    --source-passphrase-file: path # Read the passphrase of FILE from a file
    --source-passphrase-fd: string # Read the passphrase of FILE from an open file descriptor
    --source-passphrase-command: string # Read the passphrase of FILE from what a shell command writes
    --source-identity: path   # Open FILE with the age identities in this file
    --source-vault-key: string # Take FILE only if it has this vault key (kcvk_…)
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault restore output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault restore color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    file: path                # The backup
  ]

  def "nu-complete keyctl vault rekey output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault rekey color" [] {
    [ "auto" "always" "never" ]
  }

  # Seal everything anew under a new root key
  export extern "keyctl vault rekey" [
    --keep-bundle-key         # Go on signing bundles with the same key
    --recovery-to: path       # Make a new recovery key, in this new file
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault rekey output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault rekey color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl vault trust output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault trust color" [] {
    [ "auto" "always" "never" ]
  }

  # Take the vault as it is, whatever this machine remembers of it
  export extern "keyctl vault trust" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault trust output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault trust color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    key: string               # The vault key that the file must have
  ]

  def "nu-complete keyctl vault export output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault export color" [] {
    [ "auto" "always" "never" ]
  }

  # Write every key and owner to a new file, for another vault
  export extern "keyctl vault export" [
    --metadata: path          # Write records without secrets to this new file: CSV when it ends with .csv, JSON lines when it ends with .jsonl, else JSON
    --recipient: string       # Encrypt to this recipient (age1…) instead of a passphrase
    --new-passphrase-file: path # Read the new passphrase from a file
    --new-passphrase-fd: string # Read the new passphrase from an open file descriptor
    --new-passphrase-command: string # Read the new passphrase from what a shell command writes
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault export output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault export color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    file?: path               # The new file
  ]

  def "nu-complete keyctl vault import env" [] {
    [ "production" "staging" "development" ]
  }

  def "nu-complete keyctl vault import expires" [] {
    [ "never" "7d" "30d" "60d" "90d" "180d" "1y" ]
  }

  def "nu-complete keyctl vault import output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl vault import color" [] {
    [ "auto" "always" "never" ]
  }

  # Take in what another vault or product has
  export extern "keyctl vault import" [
    --dry-run                 # Show what would be done, and change nothing
    --tokens-to: path         # The new file for the tokens of records, as CSV, or JSON lines when it ends with .jsonl
    --project: string         # The project of records that have none [env: KEYCTL_PROJECT]
    --env: string@"nu-complete keyctl vault import env" # The environment of records that have none [env: KEYCTL_ENV] [default: development]
    --owner: string           # The owner of records that have none [env: KEYCTL_OWNER] [default: your login name]
    --expires: string@"nu-complete keyctl vault import expires" # When records end that do not say it [env: KEYCTL_EXPIRES]
    --source-passphrase-file: path # Read the passphrase of FILE from a file
    --source-passphrase-fd: string # Read the passphrase of FILE from an open file descriptor
    --source-passphrase-command: string # Read the passphrase of FILE from what a shell command writes
    --source-identity: path   # Open FILE with the age identities in this file
    --source-vault-key: string # Take FILE only if it has this vault key (kcvk_…)
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl vault import output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl vault import color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    file: path                # The file
  ]

  def "nu-complete keyctl config output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl config color" [] {
    [ "auto" "always" "never" ]
  }

  # Make or explain the configuration
  export extern "keyctl config" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl config output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl config color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl config init output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl config init color" [] {
    [ "auto" "always" "never" ]
  }

  # Make config.toml, with a comment on each setting and nothing set
  export extern "keyctl config init" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl config init output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl config init color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl config show output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl config show color" [] {
    [ "auto" "always" "never" ]
  }

  # Show every setting, and where its value comes from
  export extern "keyctl config show" [
    --field: string           # Write only the value of this setting, raw
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl config show output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl config show color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl unlock output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl unlock color" [] {
    [ "auto" "always" "never" ]
  }

  # Keep the vault open for this login, for a while
  export extern "keyctl unlock" [
    --for: string             # For how long, at most 24h
    --admin                   # For changes too, and not only to read
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl unlock output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl unlock color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl lock output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl lock color" [] {
    [ "auto" "always" "never" ]
  }

  # Close the vault that 'keyctl unlock' has opened
  export extern "keyctl lock" [
    --all                     # Every vault that is open, and not only the one at hand
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl lock output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl lock color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
  ]

  def "nu-complete keyctl completions shell" [] {
    [ "bash" "zsh" "fish" "powershell" "elvish" "nushell" ]
  }

  def "nu-complete keyctl completions output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl completions color" [] {
    [ "auto" "always" "never" ]
  }

  # Write the completion script of a shell
  export extern "keyctl completions" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl completions output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl completions color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    shell: string@"nu-complete keyctl completions shell" # The shell
  ]

  def "nu-complete keyctl man output" [] {
    [ "table" "json" "jsonl" "csv" "sarif" ]
  }

  def "nu-complete keyctl man color" [] {
    [ "auto" "always" "never" ]
  }

  def "nu-complete keyctl man command" [] {
    [ "init" "create" "list" "show" "edit" "scope" "rotate" "reveal" "revoke" "disable" "enable" "delete" "compromised" "verify" "scan" "bundle" "owner" "policy" "doctor" "usage" "audit" "vault" "config" "unlock" "lock" "completions" "man" ]
  }

  # Show the manual page of keyctl, or of a command
  export extern "keyctl man" [
    --vault: path             # The vault's file [env: KEYCTL_VAULT] [default: in the data directory]
    --output(-o): string@"nu-complete keyctl man output" # How the answer is written
    --json                    # Short for -o json
    --color: string@"nu-complete keyctl man color" # Whether to use colours
    --quiet(-q)               # Say nothing on stderr but warnings and errors
    --yes(-y)                 # Go ahead without asking
    --no-input                # Never ask anything, even at a terminal
    --passphrase-file: path   # Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]
    --passphrase-fd: string   # Read the passphrase from an open file descriptor
    --passphrase-command: string # Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]
    --keyfile: path           # Unlock with a key file
    --recovery-file: path     # Unlock with the recovery key in a file
    --identity: path          # Unlock with the age identities in a file
    --vault-key: string       # Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]
    --slot: string            # Try only the slot of that name
    --help(-h)                # Print help (see more with '--help')
    ...command: string@"nu-complete keyctl man command" # The command, like 'rotate' or 'vault slot add' [default: keyctl itself]
  ]

}

export use completions *
