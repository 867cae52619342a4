# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_keyctl_global_optspecs
    string join \n vault= o/output= json color= q/quiet y/yes no-input passphrase-file= passphrase-fd= passphrase-command= keyfile= recovery-file= identity= vault-key= slot= h/help V/version
end

function __fish_keyctl_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_keyctl_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_keyctl_using_subcommand
    set -l cmd (__fish_keyctl_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c keyctl -n "__fish_keyctl_needs_command" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_needs_command" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_needs_command" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_needs_command" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_needs_command" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_needs_command" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_needs_command" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_needs_command" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_needs_command" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_needs_command" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_needs_command" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_needs_command" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_needs_command" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_needs_command" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_needs_command" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_needs_command" -s V -l version -d 'Print version'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "init" -d 'Make a vault'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "create" -d 'Make a key, and show its token once'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "list" -d 'List the keys, newest first'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "show" -d 'Show everything about one key'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "edit" -d 'Change settings of keys'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "scope" -d 'List or change what a key may do'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "rotate" -d 'Give a key a new token; id, name and settings stay'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "reveal" -d 'Show the token of a recoverable key again'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "revoke" -d 'End keys for good'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "disable" -d 'Pause keys until they are enabled again'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "enable" -d 'Resume keys that were disabled'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "delete" -d 'Remove keys\' records; the audit log keeps the fact'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "compromised" -d 'End a key that others know, and make another in its place, in one step'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "verify" -d 'May the holder of this token do that?'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "scan" -d 'Find tokens in files, and say which key each one is'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "bundle" -d 'Make and look into signed bundles for offline verification'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "owner" -d 'Register owners, and limit what all of their keys can do'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "policy" -d 'Show or set the limits that every key has to keep'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "doctor" -d 'Say what is wrong with the keys, and how to mend it'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "usage" -d 'Bring in when keys were used'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "audit" -d 'Who did what to which key, when'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "vault" -d 'Look after the vault\'s file'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "config" -d 'Make or explain the configuration'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "unlock" -d 'Keep the vault open for this login, for a while'
complete -c keyctl -n "__fish_keyctl_needs_command" -f -a "lock" -d 'Close the vault that \'keyctl unlock\' has opened'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l recovery-to -d 'Write the recovery key to a new file instead of stdout' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l token-prefix -d 'What all tokens of this vault begin with' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l kdf-memory -d 'Memory of the passphrase hash in MiB, 19 to 2048' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l kdf-passes -d 'Passes of the passphrase hash over its memory, 1 to 16' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l no-recovery -d 'Make no recovery key: a lost passphrase is then a lost vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l project -d 'The project that the key is bound to [env: KEYCTL_PROJECT]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l name -d 'What the key is called; unique among the live keys of the project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l env -d 'Where it may be used: production, staging or development [env: KEYCTL_ENV] [default: development]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l scope -d 'What it may do, like orders:read, orders:* or * (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l expires -d 'When it ends: never, 7d, 30d, 60d, 90d, 180d, 1y, 12h, a date or an instant [env: KEYCTL_EXPIRES]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l not-before -d 'When it begins: a time from now like 7d, a date or an instant' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l owner -d 'Whom it acts for [env: KEYCTL_OWNER] [default: your login name]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l kind -d 'What it is for: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l path -d 'A path it is limited to, like \'/v1/orders/**\' or \'GET /v1/*\' (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l ip -d 'An address or block it is limited to, like 10.0.0.0/8 (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l customer -d 'A customer it is limited to (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l rate -d 'How often it may be used: 100/1m is up to 100 at once, then 100 a minute' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l label -d 'A label, NAME=VALUE (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l note -d 'A note for people: where is it used?' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l from -d 'Make a key of each record of this file: CSV, JSON lines or a JSON array; \'-\' is stdin' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l tokens-to -d 'The new file for their tokens, as CSV, or JSON lines when it ends with .jsonl' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l snippet -d 'Write a command with the token in it, ready to paste, instead of the token' -r -f -a "curl\t'A curl command'
httpie\t'An HTTPie command'
python\t'A Python script, standard library only'
node\t'A Node.js script'"
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l field -d 'Write only this field of the record, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l recoverable -d 'Keep the token, sealed for administrators, so that \'keyctl reveal\' can show it again'
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l project -d 'Keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l env -d 'Keys of this environment: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l owner -d 'Keys of this owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l kind -d 'Keys of this kind: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l expiring-within -d 'Keys that expire within this time, like 14d' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l scope -d 'Keys that may do this' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l search -d 'Keys with a name like this: letters in this order, best first' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l sort -d 'What to sort by' -r -f -a "created\t'Newest first'
name\t'By name'
expires\t'The next to expire first, never last'
last-used\t'The latest used first, never last'
none\t'As they come: memory does not grow with their number'"
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l limit -d 'At most so many' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l columns -d 'Only these fields, in this order, for tables and csv: id,name,status,…' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l field -d 'Only this field, raw, a line each' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l mine -d 'Your keys: those of the default owner, or else of your login name'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l hide-revoked -d 'Leave revoked keys out'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l all -d 'Webhook keys too, and every project and environment whatever the defaults say'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l reverse -d 'The other way round'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l print0 -d 'Only the ids, each followed by a NUL: for xargs -0, and for KEYs that are \'-\''
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l pager -d 'Page through it, with KEYCTL_PAGER, PAGER or less'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l field -d 'Write only this field, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l project -d 'Keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l env -d 'Keys of this environment: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l owner -d 'Keys of this owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l kind -d 'Keys of this kind: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l expiring-within -d 'Keys that expire within this time, like 14d' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l name -d 'A new name, of a single key' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l expires -d 'A new end: never, 90d, a date or an instant' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l not-before -d 'A new beginning: a time from now like 7d, a date or an instant' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l path -d 'The paths it is limited to (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l ip -d 'The addresses or blocks it is limited to (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l customer -d 'The customers it is limited to (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l rate -d 'How often it may be used, like 100/1m' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l label -d 'The labels, NAME=VALUE (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l note -d 'A new note' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l clear-not-before -d 'Valid from now on'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l clear-path -d 'No limit to paths'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l clear-ip -d 'No limit to addresses'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l clear-customer -d 'No limit to customers'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l clear-rate -d 'No rate limit'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l clear-label -d 'No labels'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l clear-note -d 'No note'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -f -a "list" -d 'List a key\'s scopes, a line each'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -f -a "add" -d 'Give a key more scopes'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -f -a "remove" -d 'Take scopes from a key'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and not __fish_seen_subcommand_from list add remove set" -f -a "set" -d 'Give a key these scopes and no others'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand scope; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l grace -d 'How long the old token goes on, like 24h; 0 for not at all; at most what the policy allows as --max-grace (7d until that is set)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l snippet -d 'Write a command with the new token in it, ready to paste, instead of the token' -r -f -a "curl\t'A curl command'
httpie\t'An HTTPie command'
python\t'A Python script, standard library only'
node\t'A Node.js script'"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l field -d 'Write only this field of the record, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l finish -d 'End the grace: the old token ends now'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l cancel -d 'Take the rotation back during its grace: the new token ends now'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l reason -d 'Why; kept in the audit log' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l to-file -d 'Write it to this new file, which only you can read' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l field -d 'Write only this field of the record, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l show -d 'Show it on the terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l copy -d 'Put it into the clipboard for 30 seconds'
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand reveal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l project -d 'Keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l env -d 'Keys of this environment: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l owner -d 'Keys of this owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l kind -d 'Keys of this kind: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l expiring-within -d 'Keys that expire within this time, like 14d' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l reason -d 'Why: compromised, superseded, retired, or in your own words' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l project -d 'Keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l env -d 'Keys of this environment: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l owner -d 'Keys of this owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l kind -d 'Keys of this kind: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l expiring-within -d 'Keys that expire within this time, like 14d' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l project -d 'Keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l env -d 'Keys of this environment: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l owner -d 'Keys of this owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l kind -d 'Keys of this kind: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l expiring-within -d 'Keys that expire within this time, like 14d' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l project -d 'Keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l env -d 'Keys of this environment: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l owner -d 'Keys of this owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l kind -d 'Keys of this kind: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l expiring-within -d 'Keys that expire within this time, like 14d' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l reason -d 'Why; kept in the audit log' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l project -d 'The project of the name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l token-file -d 'Read the leaked token from a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l token-env -d 'Read the leaked token from this environment variable' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l bundle -d 'The bundle to make anew afterwards' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l field -d 'Write only this field of the new record, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l no-replacement -d 'Make no other key in its place'
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand compromised" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l project -d 'The project that is acted on' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l env -d 'The environment of the service: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l scope -d 'A scope that the request needs (can be repeated; all must be granted)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l path -d 'The request\'s path' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l method -d 'The request\'s method' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l ip -d 'The caller\'s address' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l customer -d 'The customer that is acted for' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l bundle -d 'Verify against this bundle instead of the vault' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l trust -d 'Trust bundles signed by this key (kcpub_…; several with commas, or repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l trust-file -d 'Trust the keys in this file: a kcpub_… a line, or PEM' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l stream -d 'Accept only bundles of this stream' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l min-serial -d 'Accept only bundles of this serial or a later one' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l max-age -d 'Accept only bundles that were made this long ago or less' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l state -d 'Remember bundles in this file, so that no older one is accepted, and count rate limits' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l token-file -d 'Read the token from a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l token-env -d 'Read the token from this environment variable' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l receipt -d 'Append a receipt to this file: a line that proves the use, without the token' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l receipt-label -d 'What receipts say of where they were made' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l field -d 'Write only this field, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l strict -d 'Deny when the project, the environment or the scopes are not named'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l batch -d 'Read a token a line, and write a verdict a line, as JSON'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l no-record -d 'Do not keep in the state directory that the key was used'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l token-prefix -d 'Find only tokens that begin with this, like kc' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l bundle -d 'Look the tokens up in this bundle instead of the vault' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l trust -d 'Trust bundles signed by this key (kcpub_…; several with commas, or repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l trust-file -d 'Trust the keys in this file: a kcpub_… a line, or PEM' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l rule -d 'Write a rule for another scanner instead, and do nothing else' -r -f -a "gitleaks\t'A .gitleaks.toml'
trufflehog\t'A configuration with a custom detector'
github\t'The fields of a custom pattern of GitHub\'s secret scanning'
pre-commit\t'A .pre-commit-config.yaml with a hook that runs this program'"
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l no-ignore -d 'Search what .gitignore, .ignore and the like leave out too'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l shape-only -d 'Look nothing up: every token counts as live'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand scan" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -f -a "export" -d 'Make a signed bundle of the vault\'s keys'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -f -a "inspect" -d 'Show what a bundle says of itself'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and not __fish_seen_subcommand_from export inspect key" -f -a "key" -d 'Show or change the key that signs bundles'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l project -d 'Only keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l env -d 'Only keys of this environment' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l valid-for -d 'For how long the bundle holds, at most 1y' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l keep-ended -d 'For how long tokens that have ended are still in the bundle; 0 for no longer' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l redact -d 'Leave out owners and projects; who verifies can then not ask for a project'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l with-labels -d 'Put labels in, for who presents a token'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l trust -d 'Trust bundles signed by this key (kcpub_…; several with commas, or repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l trust-file -d 'Trust the keys in this file: a kcpub_… a line, or PEM' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l check -d 'Read and verify every page, not only the header'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from inspect" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -f -a "show" -d 'Show the public key that verifiers trust'
complete -c keyctl -n "__fish_keyctl_using_subcommand bundle; and __fish_seen_subcommand_from key" -f -a "rotate" -d 'Make a new key; for a while, bundles are signed by the old one too'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -f -a "add" -d 'Register an owner, and make their personal key'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -f -a "list" -d 'List the registered owners'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -f -a "show" -d 'Show one owner'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -f -a "edit" -d 'Give an owner another ceiling; every key of theirs follows at once'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and not __fish_seen_subcommand_from add list show edit remove" -f -a "remove" -d 'Revoke every key of an owner, and forget their ceiling'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l scope -d 'What keys of theirs can do at most (can be repeated) [default: *]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l project -d 'The project of their personal key; without one it is right for none that is asked for' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l env -d 'The environment of their personal key' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l expires -d 'When their personal key ends: never, 90d, a date or an instant [env: KEYCTL_EXPIRES] [default: as the policy says, else never]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l columns -d 'Only these fields, in this order, for tables and csv: name,scopes,…' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l field -d 'Only this field, raw, a line each' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l field -d 'Write only this field, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l scope -d 'What keys of theirs can do at most (can be repeated)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l reason -d 'Why; kept in the audit log, and as the reason of their keys' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand owner; and __fish_seen_subcommand_from remove" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -f -a "show" -d 'Show the policy'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and not __fish_seen_subcommand_from show set" -f -a "set" -d 'Set parts of the policy; the rest stays as it is'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l field -d 'Write only this field, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l default-lifetime -d 'How long a key lives when nothing is said: like 90d, or none' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l max-lifetime -d 'The longest that a key may live from when its expiry is set: like 1y, or none' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l max-keys-per-owner -d 'The most live keys of one owner in one project; 0 for no limit' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l require-expiry -d 'Every key must expire' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l require-owner -d 'Every key must act for a registered owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l require-reason -d 'Whoever revokes, deletes or reveals must say why' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l max-grace -d 'The longest grace of a rotation' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand policy; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l project -d 'Keys of this project' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l env -d 'Keys of this environment: production, staging or development' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l owner -d 'Keys of this owner' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l kind -d 'Keys of this kind: general, personal or webhook' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l check -d 'Look for these only (can be repeated)' -r -f -a "full_access\t''
no_owner\t''
never_expires\t''
grace_open\t''
rotation_overdue\t''
expiring_soon\t''
unused\t''
never_used\t''
empty_scopes\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l ignore -d 'Do not look for these (can be repeated)' -r -f -a "full_access\t''
no_owner\t''
never_expires\t''
grace_open\t''
rotation_overdue\t''
expiring_soon\t''
unused\t''
never_used\t''
empty_scopes\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l unused-for -d 'How long a key may go without use' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and not __fish_seen_subcommand_from import" -f -a "import" -d 'Fold files of receipts into last-used'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand usage; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l key -d 'Only what was done to this key, be it deleted since' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l project -d 'The project of the key\'s name, where two projects share it' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l owner -d 'Only what was done to this owner, and to the keys that act for them' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l since -d 'Only since then: 7d or 12h for that long ago, a date or an instant' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l until -d 'Only before then: 7d or 12h for that long ago, a date or an instant' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l verb -d 'Only what was done with these commands (can be repeated)' -r -f -a "init\t''
create\t''
edit\t''
scope\t''
rotate\t''
revoke\t''
disable\t''
enable\t''
delete\t''
usage\t''
slot-add\t''
slot-remove\t''
passphrase\t''
bundle-key\t''
reveal\t''
policy\t''
owner-add\t''
owner-edit\t''
owner-remove\t''
rekey\t''
restore\t''
export\t''
import\t''
compromised\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l actor -d 'Only what this login name did' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l host -d 'Only what was done on this machine' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l with-slot -d 'Only what was done through this slot' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l limit -d 'At most so many entries' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l reverse -d 'Oldest first'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l pager -d 'Page through it, with KEYCTL_PAGER, PAGER or less'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and not __fish_seen_subcommand_from verify" -f -a "verify" -d 'Verify the whole log, from the first entry to the head'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "info" -d 'Show what the vault is, and what opens it'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "check" -d 'Read and verify everything in the file'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "passphrase" -d 'Change the passphrase of a slot'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "slot" -d 'Who can open the vault, and as what'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "backup" -d 'Copy the vault to a new file'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "restore" -d 'Put back what a backup has'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "rekey" -d 'Seal everything anew under a new root key'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "trust" -d 'Take the vault as it is, whatever this machine remembers of it'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "export" -d 'Write every key and owner to a new file, for another vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and not __fish_seen_subcommand_from info check passphrase slot backup restore rekey trust export import" -f -a "import" -d 'Take in what another vault or product has'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l new-passphrase-file -d 'Read the new passphrase from a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l new-passphrase-fd -d 'Read the new passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l new-passphrase-command -d 'Read the new passphrase from what a shell command writes' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from passphrase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -f -a "list" -d 'List the slots'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -f -a "add" -d 'Add a way to open the vault'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from slot" -f -a "remove" -d 'Remove a slot'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from backup" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l source-passphrase-file -d 'Read the passphrase of FILE from a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l source-passphrase-fd -d 'Read the passphrase of FILE from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l source-passphrase-command -d 'Read the passphrase of FILE from what a shell command writes' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l source-identity -d 'Open FILE with the age identities in this file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l source-vault-key -d 'Take FILE only if it has this vault key (kcvk_…)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l accept-rollback -d 'Put the whole backup in the place of the vault, which may bring keys back to life'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from restore" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l recovery-to -d 'Make a new recovery key, in this new file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l keep-bundle-key -d 'Go on signing bundles with the same key'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from rekey" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from trust" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l metadata -d 'Write records without secrets to this new file: CSV when it ends with .csv, JSON lines when it ends with .jsonl, else JSON' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l recipient -d 'Encrypt to this recipient (age1…) instead of a passphrase' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l new-passphrase-file -d 'Read the new passphrase from a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l new-passphrase-fd -d 'Read the new passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l new-passphrase-command -d 'Read the new passphrase from what a shell command writes' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l tokens-to -d 'The new file for the tokens of records, as CSV, or JSON lines when it ends with .jsonl' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l project -d 'The project of records that have none [env: KEYCTL_PROJECT]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l env -d 'The environment of records that have none [env: KEYCTL_ENV] [default: development]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l owner -d 'The owner of records that have none [env: KEYCTL_OWNER] [default: your login name]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l expires -d 'When records end that do not say it [env: KEYCTL_EXPIRES]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l source-passphrase-file -d 'Read the passphrase of FILE from a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l source-passphrase-fd -d 'Read the passphrase of FILE from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l source-passphrase-command -d 'Read the passphrase of FILE from what a shell command writes' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l source-identity -d 'Open FILE with the age identities in this file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l source-vault-key -d 'Take FILE only if it has this vault key (kcvk_…)' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand vault; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -f -a "init" -d 'Make config.toml, with a comment on each setting and nothing set'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and not __fish_seen_subcommand_from init show" -f -a "show" -d 'Show every setting, and where its value comes from'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l field -d 'Write only the value of this setting, raw' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l for -d 'For how long, at most 24h' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l admin -d 'For changes too, and not only to read'
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand unlock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -s o -l output -d 'How the answer is written' -r -f -a "table\t'For people'
json\t'One document'
jsonl\t'One object a line'
csv\t'With a header line'
sarif\t'Of \'scan\' only: for code scanning services'"
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l color -d 'Whether to use colours' -r -f -a "auto\t''
always\t''
never\t''"
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l slot -d 'Try only the slot of that name' -r
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l all -d 'Every vault that is open, and not only the one at hand'
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l json -d 'Short for -o json'
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -n "__fish_keyctl_using_subcommand lock" -s h -l help -d 'Print help (see more with \'--help\')'
