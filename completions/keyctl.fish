# Whether the command line names this command so far.
function __keyctl_at
    set -l words (commandline -opc)
    set -l at keyctl
    for word in $words[2..]
        if contains -- "$at $word" 'keyctl init' 'keyctl create' 'keyctl list' 'keyctl show' 'keyctl edit' 'keyctl scope' 'keyctl scope list' 'keyctl scope add' 'keyctl scope remove' 'keyctl scope set' 'keyctl rotate' 'keyctl reveal' 'keyctl revoke' 'keyctl disable' 'keyctl enable' 'keyctl delete' 'keyctl compromised' 'keyctl verify' 'keyctl scan' 'keyctl bundle' 'keyctl bundle export' 'keyctl bundle inspect' 'keyctl bundle key' 'keyctl bundle key show' 'keyctl bundle key rotate' 'keyctl owner' 'keyctl owner add' 'keyctl owner list' 'keyctl owner show' 'keyctl owner edit' 'keyctl owner remove' 'keyctl policy' 'keyctl policy show' 'keyctl policy set' 'keyctl doctor' 'keyctl usage' 'keyctl usage import' 'keyctl audit' 'keyctl audit verify' 'keyctl vault' 'keyctl vault info' 'keyctl vault check' 'keyctl vault passphrase' 'keyctl vault slot' 'keyctl vault slot list' 'keyctl vault slot add' 'keyctl vault slot remove' 'keyctl vault backup' 'keyctl vault restore' 'keyctl vault rekey' 'keyctl vault trust' 'keyctl vault export' 'keyctl vault import' 'keyctl config' 'keyctl config init' 'keyctl config show' 'keyctl unlock' 'keyctl lock' 'keyctl completions' 'keyctl man' 
            set at "$at $word"
        end
    end
    test "$at" = "$argv"
end

complete -c keyctl -l vault -d 'The vault\'s file [env: KEYCTL_VAULT] [default: in the data directory]' -r -F
complete -c keyctl -s o -l output -d 'How the answer is written' -r -f -a 'table\\t\'For people\' json\\t\'One document\' jsonl\\t\'One object a line\' csv\\t\'With a header line\' sarif\\t\'Of \\\'scan\\\' only: for code scanning services\''
complete -c keyctl -l json -d 'Short for -o json'
complete -c keyctl -l color -d 'Whether to use colours' -r -f -a 'auto always never'
complete -c keyctl -s q -l quiet -d 'Say nothing on stderr but warnings and errors'
complete -c keyctl -s y -l yes -d 'Go ahead without asking'
complete -c keyctl -l no-input -d 'Never ask anything, even at a terminal'
complete -c keyctl -l passphrase-file -d 'Read the passphrase from a file [env: KEYCTL_PASSPHRASE_FILE]' -r -F
complete -c keyctl -l passphrase-fd -d 'Read the passphrase from an open file descriptor' -r -f
complete -c keyctl -l passphrase-command -d 'Read the passphrase from what a shell command writes [env: KEYCTL_PASSPHRASE_COMMAND]' -r -f
complete -c keyctl -l keyfile -d 'Unlock with a key file' -r -F
complete -c keyctl -l recovery-file -d 'Unlock with the recovery key in a file' -r -F
complete -c keyctl -l identity -d 'Unlock with the age identities in a file' -r -F
complete -c keyctl -l vault-key -d 'Open only the vault with this key (kcvk_…) [env: KEYCTL_VAULT_KEY]' -r -f
complete -c keyctl -l slot -d 'Try only the slot of that name' -r -f
complete -c keyctl -n '__keyctl_at keyctl' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl' -s V -l version -d 'Print version'
complete -c keyctl -n '__keyctl_at keyctl' -f
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'init' -d 'Make a vault'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'create' -d 'Make a key, and show its token once'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'list' -d 'List the keys, newest first'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'show' -d 'Show everything about one key'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'edit' -d 'Change settings of keys'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'scope' -d 'List or change what a key may do'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'rotate' -d 'Give a key a new token; id, name and settings stay'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'reveal' -d 'Show the token of a recoverable key again'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'revoke' -d 'End keys for good'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'disable' -d 'Pause keys until they are enabled again'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'enable' -d 'Resume keys that were disabled'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'delete' -d 'Remove keys\' records; the audit log keeps the fact'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'compromised' -d 'End a key that others know, and make another in its place, in one step'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'verify' -d 'May the holder of this token do that?'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'scan' -d 'Find tokens in files, and say which key each one is'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'bundle' -d 'Make and look into signed bundles for offline verification'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'owner' -d 'Register owners, and limit what all of their keys can do'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'policy' -d 'Show or set the limits that every key has to keep'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'doctor' -d 'Say what is wrong with the keys, and how to mend it'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'usage' -d 'Bring in when keys were used'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'audit' -d 'Who did what to which key, when'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'vault' -d 'Look after the vault\'s file'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'config' -d 'Make or explain the configuration'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'unlock' -d 'Keep the vault open for this login, for a while'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'lock' -d 'Close the vault that \'keyctl unlock\' has opened'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'completions' -d 'Write the completion script of a shell'
complete -c keyctl -n '__keyctl_at keyctl' -f -a 'man' -d 'Show the manual page of keyctl, or of a command'
complete -c keyctl -n '__keyctl_at keyctl init' -l recovery-to -d 'Write the recovery key to a new file instead of stdout' -r -F
complete -c keyctl -n '__keyctl_at keyctl init' -l no-recovery -d 'Make no recovery key: a lost passphrase is then a lost vault'
complete -c keyctl -n '__keyctl_at keyctl init' -l token-prefix -d 'What all tokens of this vault begin with' -r -f
complete -c keyctl -n '__keyctl_at keyctl init' -l kdf-memory -d 'Memory of the passphrase hash in MiB, 19 to 2048' -r -f
complete -c keyctl -n '__keyctl_at keyctl init' -l kdf-passes -d 'Passes of the passphrase hash over its memory, 1 to 16' -r -f
complete -c keyctl -n '__keyctl_at keyctl init' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl init' -f
complete -c keyctl -n '__keyctl_at keyctl create' -l project -d 'The project that the key is bound to [env: KEYCTL_PROJECT]' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l name -d 'What the key is called; unique among the live keys of the project' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l env -d 'Where it may be used: production, staging or development [env: KEYCTL_ENV] [default: development]' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl create' -l scope -d 'What it may do, like orders:read, orders:* or * (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l expires -d 'When it ends: never, 7d, 30d, 60d, 90d, 180d, 1y, 12h, a date or an instant [env: KEYCTL_EXPIRES]' -r -f -a 'never 7d 30d 60d 90d 180d 1y'
complete -c keyctl -n '__keyctl_at keyctl create' -l not-before -d 'When it begins: a time from now like 7d, a date or an instant' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l owner -d 'Whom it acts for [env: KEYCTL_OWNER] [default: your login name]' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l kind -d 'What it is for: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl create' -l path -d 'A path it is limited to, like \'/v1/orders/**\' or \'GET /v1/*\' (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l ip -d 'An address or block it is limited to, like 10.0.0.0/8 (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l customer -d 'A customer it is limited to (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l rate -d 'How often it may be used: 100/1m is up to 100 at once, then 100 a minute' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l label -d 'A label, NAME=VALUE (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l note -d 'A note for people: where is it used?' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -l recoverable -d 'Keep the token, sealed for administrators, so that \'keyctl reveal\' can show it again'
complete -c keyctl -n '__keyctl_at keyctl create' -l from -d 'Make a key of each record of this file: CSV, JSON lines or a JSON array; \'-\' is stdin' -r -F
complete -c keyctl -n '__keyctl_at keyctl create' -l tokens-to -d 'The new file for their tokens, as CSV, or JSON lines when it ends with .jsonl' -r -F
complete -c keyctl -n '__keyctl_at keyctl create' -l snippet -d 'Write a command with the token in it, ready to paste, instead of the token' -r -f -a 'curl\\t\'A curl command\' httpie\\t\'An HTTPie command\' python\\t\'A Python script, standard library only\' node\\t\'A Node.js script\''
complete -c keyctl -n '__keyctl_at keyctl create' -l field -d 'Write only this field of the record, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl create' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl create' -f
complete -c keyctl -n '__keyctl_at keyctl list' -l project -d 'Keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l env -d 'Keys of this environment: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl list' -l owner -d 'Keys of this owner' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l kind -d 'Keys of this kind: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl list' -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r -f -a 'active inactive pending expired revoked'
complete -c keyctl -n '__keyctl_at keyctl list' -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l expiring-within -d 'Keys that expire within this time, like 14d' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l mine -d 'Your keys: those of the default owner, or else of your login name'
complete -c keyctl -n '__keyctl_at keyctl list' -l scope -d 'Keys that may do this' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l search -d 'Keys with a name like this: letters in this order, best first' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l hide-revoked -d 'Leave revoked keys out'
complete -c keyctl -n '__keyctl_at keyctl list' -l all -d 'Webhook keys too, and every project and environment whatever the defaults say'
complete -c keyctl -n '__keyctl_at keyctl list' -l sort -d 'What to sort by' -r -f -a 'created\\t\'Newest first\' name\\t\'By name\' expires\\t\'The next to expire first, never last\' last-used\\t\'The latest used first, never last\' none\\t\'As they come: memory does not grow with their number\''
complete -c keyctl -n '__keyctl_at keyctl list' -l reverse -d 'The other way round'
complete -c keyctl -n '__keyctl_at keyctl list' -l limit -d 'At most so many' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l columns -d 'Only these fields, in this order, for tables and csv: id,name,status,…' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l field -d 'Only this field, raw, a line each' -r -f
complete -c keyctl -n '__keyctl_at keyctl list' -l print0 -d 'Only the ids, each followed by a NUL: for xargs -0, and for KEYs that are \'-\''
complete -c keyctl -n '__keyctl_at keyctl list' -l pager -d 'Page through it, with KEYCTL_PAGER, PAGER or less'
complete -c keyctl -n '__keyctl_at keyctl list' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl list' -f
complete -c keyctl -n '__keyctl_at keyctl show' -f
complete -c keyctl -n '__keyctl_at keyctl show' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl show' -l field -d 'Write only this field, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl show' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl edit' -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l project -d 'Keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l env -d 'Keys of this environment: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl edit' -l owner -d 'Keys of this owner' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l kind -d 'Keys of this kind: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl edit' -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r -f -a 'active inactive pending expired revoked'
complete -c keyctl -n '__keyctl_at keyctl edit' -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l expiring-within -d 'Keys that expire within this time, like 14d' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n '__keyctl_at keyctl edit' -l name -d 'A new name, of a single key' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l expires -d 'A new end: never, 90d, a date or an instant' -r -f -a 'never 7d 30d 60d 90d 180d 1y'
complete -c keyctl -n '__keyctl_at keyctl edit' -l not-before -d 'A new beginning: a time from now like 7d, a date or an instant' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l clear-not-before -d 'Valid from now on'
complete -c keyctl -n '__keyctl_at keyctl edit' -l path -d 'The paths it is limited to (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l clear-path -d 'No limit to paths'
complete -c keyctl -n '__keyctl_at keyctl edit' -l ip -d 'The addresses or blocks it is limited to (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l clear-ip -d 'No limit to addresses'
complete -c keyctl -n '__keyctl_at keyctl edit' -l customer -d 'The customers it is limited to (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l clear-customer -d 'No limit to customers'
complete -c keyctl -n '__keyctl_at keyctl edit' -l rate -d 'How often it may be used, like 100/1m' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l clear-rate -d 'No rate limit'
complete -c keyctl -n '__keyctl_at keyctl edit' -l label -d 'The labels, NAME=VALUE (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l clear-label -d 'No labels'
complete -c keyctl -n '__keyctl_at keyctl edit' -l note -d 'A new note' -r -f
complete -c keyctl -n '__keyctl_at keyctl edit' -l clear-note -d 'No note'
complete -c keyctl -n '__keyctl_at keyctl edit' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl scope' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl scope' -f
complete -c keyctl -n '__keyctl_at keyctl scope' -f -a 'list' -d 'List a key\'s scopes, a line each'
complete -c keyctl -n '__keyctl_at keyctl scope' -f -a 'add' -d 'Give a key more scopes'
complete -c keyctl -n '__keyctl_at keyctl scope' -f -a 'remove' -d 'Take scopes from a key'
complete -c keyctl -n '__keyctl_at keyctl scope' -f -a 'set' -d 'Give a key these scopes and no others'
complete -c keyctl -n '__keyctl_at keyctl scope list' -f
complete -c keyctl -n '__keyctl_at keyctl scope list' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl scope list' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl scope add' -f
complete -c keyctl -n '__keyctl_at keyctl scope add' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl scope add' -f
complete -c keyctl -n '__keyctl_at keyctl scope add' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl scope remove' -f
complete -c keyctl -n '__keyctl_at keyctl scope remove' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl scope remove' -f
complete -c keyctl -n '__keyctl_at keyctl scope remove' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl scope set' -f
complete -c keyctl -n '__keyctl_at keyctl scope set' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl scope set' -f
complete -c keyctl -n '__keyctl_at keyctl scope set' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl rotate' -f
complete -c keyctl -n '__keyctl_at keyctl rotate' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl rotate' -l grace -d 'How long the old token goes on, like 24h; 0 for not at all; at most what the policy allows as --max-grace (7d until that is set)' -r -f
complete -c keyctl -n '__keyctl_at keyctl rotate' -l finish -d 'End the grace: the old token ends now'
complete -c keyctl -n '__keyctl_at keyctl rotate' -l cancel -d 'Take the rotation back during its grace: the new token ends now'
complete -c keyctl -n '__keyctl_at keyctl rotate' -l snippet -d 'Write a command with the new token in it, ready to paste, instead of the token' -r -f -a 'curl\\t\'A curl command\' httpie\\t\'An HTTPie command\' python\\t\'A Python script, standard library only\' node\\t\'A Node.js script\''
complete -c keyctl -n '__keyctl_at keyctl rotate' -l field -d 'Write only this field of the record, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl rotate' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl reveal' -f
complete -c keyctl -n '__keyctl_at keyctl reveal' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl reveal' -l reason -d 'Why; kept in the audit log' -r -f -a 'compromised superseded retired'
complete -c keyctl -n '__keyctl_at keyctl reveal' -l show -d 'Show it on the terminal'
complete -c keyctl -n '__keyctl_at keyctl reveal' -l to-file -d 'Write it to this new file, which only you can read' -r -F
complete -c keyctl -n '__keyctl_at keyctl reveal' -l copy -d 'Put it into the clipboard for 30 seconds'
complete -c keyctl -n '__keyctl_at keyctl reveal' -l field -d 'Write only this field of the record, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl reveal' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl revoke' -f
complete -c keyctl -n '__keyctl_at keyctl revoke' -l project -d 'Keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl revoke' -l env -d 'Keys of this environment: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl revoke' -l owner -d 'Keys of this owner' -r -f
complete -c keyctl -n '__keyctl_at keyctl revoke' -l kind -d 'Keys of this kind: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl revoke' -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r -f -a 'active inactive pending expired revoked'
complete -c keyctl -n '__keyctl_at keyctl revoke' -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r -f
complete -c keyctl -n '__keyctl_at keyctl revoke' -l expiring-within -d 'Keys that expire within this time, like 14d' -r -f
complete -c keyctl -n '__keyctl_at keyctl revoke' -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r -f
complete -c keyctl -n '__keyctl_at keyctl revoke' -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n '__keyctl_at keyctl revoke' -l reason -d 'Why: compromised, superseded, retired, or in your own words' -r -f -a 'compromised superseded retired'
complete -c keyctl -n '__keyctl_at keyctl revoke' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl disable' -f
complete -c keyctl -n '__keyctl_at keyctl disable' -l project -d 'Keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl disable' -l env -d 'Keys of this environment: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl disable' -l owner -d 'Keys of this owner' -r -f
complete -c keyctl -n '__keyctl_at keyctl disable' -l kind -d 'Keys of this kind: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl disable' -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r -f -a 'active inactive pending expired revoked'
complete -c keyctl -n '__keyctl_at keyctl disable' -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r -f
complete -c keyctl -n '__keyctl_at keyctl disable' -l expiring-within -d 'Keys that expire within this time, like 14d' -r -f
complete -c keyctl -n '__keyctl_at keyctl disable' -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r -f
complete -c keyctl -n '__keyctl_at keyctl disable' -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n '__keyctl_at keyctl disable' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl enable' -f
complete -c keyctl -n '__keyctl_at keyctl enable' -l project -d 'Keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl enable' -l env -d 'Keys of this environment: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl enable' -l owner -d 'Keys of this owner' -r -f
complete -c keyctl -n '__keyctl_at keyctl enable' -l kind -d 'Keys of this kind: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl enable' -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r -f -a 'active inactive pending expired revoked'
complete -c keyctl -n '__keyctl_at keyctl enable' -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r -f
complete -c keyctl -n '__keyctl_at keyctl enable' -l expiring-within -d 'Keys that expire within this time, like 14d' -r -f
complete -c keyctl -n '__keyctl_at keyctl enable' -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r -f
complete -c keyctl -n '__keyctl_at keyctl enable' -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n '__keyctl_at keyctl enable' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl delete' -f
complete -c keyctl -n '__keyctl_at keyctl delete' -l project -d 'Keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl delete' -l env -d 'Keys of this environment: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl delete' -l owner -d 'Keys of this owner' -r -f
complete -c keyctl -n '__keyctl_at keyctl delete' -l kind -d 'Keys of this kind: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl delete' -l status -d 'Keys that are active, inactive, pending, expired or revoked (can be repeated)' -r -f -a 'active inactive pending expired revoked'
complete -c keyctl -n '__keyctl_at keyctl delete' -l unused-for -d 'Keys that were not used for this long, like 90d; never used counts from creation' -r -f
complete -c keyctl -n '__keyctl_at keyctl delete' -l expiring-within -d 'Keys that expire within this time, like 14d' -r -f
complete -c keyctl -n '__keyctl_at keyctl delete' -l label -d 'Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)' -r -f
complete -c keyctl -n '__keyctl_at keyctl delete' -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n '__keyctl_at keyctl delete' -l reason -d 'Why; kept in the audit log' -r -f -a 'compromised superseded retired'
complete -c keyctl -n '__keyctl_at keyctl delete' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl compromised' -f
complete -c keyctl -n '__keyctl_at keyctl compromised' -l project -d 'The project of the name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl compromised' -l token-file -d 'Read the leaked token from a file' -r -F
complete -c keyctl -n '__keyctl_at keyctl compromised' -l token-env -d 'Read the leaked token from this environment variable' -r -f
complete -c keyctl -n '__keyctl_at keyctl compromised' -l no-replacement -d 'Make no other key in its place'
complete -c keyctl -n '__keyctl_at keyctl compromised' -l bundle -d 'The bundle to make anew afterwards' -r -F
complete -c keyctl -n '__keyctl_at keyctl compromised' -l field -d 'Write only this field of the new record, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl compromised' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl verify' -l project -d 'The project that is acted on' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l env -d 'The environment of the service: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl verify' -l scope -d 'A scope that the request needs (can be repeated; all must be granted)' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l path -d 'The request\'s path' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l method -d 'The request\'s method' -r -f -a 'GET HEAD POST PUT PATCH DELETE OPTIONS'
complete -c keyctl -n '__keyctl_at keyctl verify' -l ip -d 'The caller\'s address' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l customer -d 'The customer that is acted for' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l strict -d 'Deny when the project, the environment or the scopes are not named'
complete -c keyctl -n '__keyctl_at keyctl verify' -l bundle -d 'Verify against this bundle instead of the vault' -r -F
complete -c keyctl -n '__keyctl_at keyctl verify' -l trust -d 'Trust bundles signed by this key (kcpub_…; several with commas or spaces, or repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l trust-file -d 'Trust the keys in this file: a kcpub_… a line, or PEM' -r -F
complete -c keyctl -n '__keyctl_at keyctl verify' -l stream -d 'Accept only bundles of this stream' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l min-serial -d 'Accept only bundles of this serial or a later one' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l max-age -d 'Accept only bundles that were made this long ago or less' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l state -d 'Remember bundles in this file, so that no older one is accepted, and count rate limits' -r -F
complete -c keyctl -n '__keyctl_at keyctl verify' -l token-file -d 'Read the token from a file' -r -F
complete -c keyctl -n '__keyctl_at keyctl verify' -l token-env -d 'Read the token from this environment variable' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l batch -d 'Read a token a line, and write a verdict a line, as JSON'
complete -c keyctl -n '__keyctl_at keyctl verify' -l receipt -d 'Append a receipt to this file: a line that proves the use, without the token' -r -F
complete -c keyctl -n '__keyctl_at keyctl verify' -l receipt-label -d 'What receipts say of where they were made' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -l no-record -d 'Do not keep in the state directory that the key was used'
complete -c keyctl -n '__keyctl_at keyctl verify' -l field -d 'Write only this field, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl verify' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl verify' -f
complete -c keyctl -n '__keyctl_at keyctl scan' -F
complete -c keyctl -n '__keyctl_at keyctl scan' -l no-ignore -d 'Search what .gitignore, .ignore and the like leave out too'
complete -c keyctl -n '__keyctl_at keyctl scan' -l token-prefix -d 'Find only tokens that begin with this, like kc' -r -f
complete -c keyctl -n '__keyctl_at keyctl scan' -l bundle -d 'Look the tokens up in this bundle instead of the vault' -r -F
complete -c keyctl -n '__keyctl_at keyctl scan' -l trust -d 'Trust bundles signed by this key (kcpub_…; several with commas or spaces, or repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl scan' -l trust-file -d 'Trust the keys in this file: a kcpub_… a line, or PEM' -r -F
complete -c keyctl -n '__keyctl_at keyctl scan' -l shape-only -d 'Look nothing up: every token counts as live'
complete -c keyctl -n '__keyctl_at keyctl scan' -l rule -d 'Write a rule for another scanner instead, and do nothing else' -r -f -a 'gitleaks\\t\'A .gitleaks.toml\' trufflehog\\t\'A configuration with a custom detector\' github\\t\'The fields of a custom pattern of GitHub\\\'s secret scanning\' pre-commit\\t\'A .pre-commit-config.yaml with a hook that runs this program\''
complete -c keyctl -n '__keyctl_at keyctl scan' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl bundle' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl bundle' -f
complete -c keyctl -n '__keyctl_at keyctl bundle' -f -a 'export' -d 'Make a signed bundle of the vault\'s keys'
complete -c keyctl -n '__keyctl_at keyctl bundle' -f -a 'inspect' -d 'Show what a bundle says of itself'
complete -c keyctl -n '__keyctl_at keyctl bundle' -f -a 'key' -d 'Show or change the key that signs bundles'
complete -c keyctl -n '__keyctl_at keyctl bundle export' -F
complete -c keyctl -n '__keyctl_at keyctl bundle export' -l project -d 'Only keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl bundle export' -l env -d 'Only keys of this environment' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl bundle export' -l valid-for -d 'For how long the bundle holds, at most 1y' -r -f
complete -c keyctl -n '__keyctl_at keyctl bundle export' -l redact -d 'Leave out owners and projects; who verifies can then not ask for a project'
complete -c keyctl -n '__keyctl_at keyctl bundle export' -l with-labels -d 'Put labels in, for who presents a token'
complete -c keyctl -n '__keyctl_at keyctl bundle export' -l keep-ended -d 'For how long tokens that have ended are still in the bundle; 0 for no longer' -r -f
complete -c keyctl -n '__keyctl_at keyctl bundle export' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl bundle inspect' -F
complete -c keyctl -n '__keyctl_at keyctl bundle inspect' -l trust -d 'Trust bundles signed by this key (kcpub_…; several with commas or spaces, or repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl bundle inspect' -l trust-file -d 'Trust the keys in this file: a kcpub_… a line, or PEM' -r -F
complete -c keyctl -n '__keyctl_at keyctl bundle inspect' -l check -d 'Read and verify every page, not only the header'
complete -c keyctl -n '__keyctl_at keyctl bundle inspect' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl bundle key' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl bundle key' -f
complete -c keyctl -n '__keyctl_at keyctl bundle key' -f -a 'show' -d 'Show the public key that verifiers trust'
complete -c keyctl -n '__keyctl_at keyctl bundle key' -f -a 'rotate' -d 'Make a new key; for a while, bundles are signed by the old one too'
complete -c keyctl -n '__keyctl_at keyctl bundle key show' -l pem -d 'In PEM, as OpenSSL reads it'
complete -c keyctl -n '__keyctl_at keyctl bundle key show' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl bundle key show' -f
complete -c keyctl -n '__keyctl_at keyctl bundle key rotate' -l overlap -d 'For how long bundles are signed by the old key too; 0 for no longer' -r -f
complete -c keyctl -n '__keyctl_at keyctl bundle key rotate' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl bundle key rotate' -f
complete -c keyctl -n '__keyctl_at keyctl owner' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl owner' -f
complete -c keyctl -n '__keyctl_at keyctl owner' -f -a 'add' -d 'Register an owner, and make their personal key'
complete -c keyctl -n '__keyctl_at keyctl owner' -f -a 'list' -d 'List the registered owners'
complete -c keyctl -n '__keyctl_at keyctl owner' -f -a 'show' -d 'Show one owner'
complete -c keyctl -n '__keyctl_at keyctl owner' -f -a 'edit' -d 'Give an owner another ceiling; every key of theirs follows at once'
complete -c keyctl -n '__keyctl_at keyctl owner' -f -a 'remove' -d 'Revoke every key of an owner, and forget their ceiling'
complete -c keyctl -n '__keyctl_at keyctl owner add' -f
complete -c keyctl -n '__keyctl_at keyctl owner add' -l scope -d 'What keys of theirs can do at most (can be repeated) [default: *]' -r -f
complete -c keyctl -n '__keyctl_at keyctl owner add' -l project -d 'The project of their personal key; without one it is right for none that is asked for' -r -f
complete -c keyctl -n '__keyctl_at keyctl owner add' -l env -d 'The environment of their personal key' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl owner add' -l expires -d 'When their personal key ends: never, 90d, a date or an instant [env: KEYCTL_EXPIRES] [default: as the policy says, else never]' -r -f -a 'never 7d 30d 60d 90d 180d 1y'
complete -c keyctl -n '__keyctl_at keyctl owner add' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl owner list' -l columns -d 'Only these fields, in this order, for tables and csv: name,scopes,…' -r -f
complete -c keyctl -n '__keyctl_at keyctl owner list' -l field -d 'Only this field, raw, a line each' -r -f
complete -c keyctl -n '__keyctl_at keyctl owner list' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl owner list' -f
complete -c keyctl -n '__keyctl_at keyctl owner show' -f
complete -c keyctl -n '__keyctl_at keyctl owner show' -l field -d 'Write only this field, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl owner show' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl owner edit' -f
complete -c keyctl -n '__keyctl_at keyctl owner edit' -l scope -d 'What keys of theirs can do at most (can be repeated)' -r -f
complete -c keyctl -n '__keyctl_at keyctl owner edit' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl owner remove' -f
complete -c keyctl -n '__keyctl_at keyctl owner remove' -l reason -d 'Why; kept in the audit log, and as the reason of their keys' -r -f -a 'compromised superseded retired'
complete -c keyctl -n '__keyctl_at keyctl owner remove' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl policy' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl policy' -f
complete -c keyctl -n '__keyctl_at keyctl policy' -f -a 'show' -d 'Show the policy'
complete -c keyctl -n '__keyctl_at keyctl policy' -f -a 'set' -d 'Set parts of the policy; the rest stays as it is'
complete -c keyctl -n '__keyctl_at keyctl policy show' -l field -d 'Write only this field, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl policy show' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl policy show' -f
complete -c keyctl -n '__keyctl_at keyctl policy set' -l default-lifetime -d 'How long a key lives when nothing is said: like 90d, or none' -r -f
complete -c keyctl -n '__keyctl_at keyctl policy set' -l max-lifetime -d 'The longest that a key may live from when its expiry is set: like 1y, or none' -r -f
complete -c keyctl -n '__keyctl_at keyctl policy set' -l max-keys-per-owner -d 'The most live keys of one owner in one project; 0 for no limit' -r -f
complete -c keyctl -n '__keyctl_at keyctl policy set' -l require-expiry -d 'Every key must expire' -r -f -a 'yes no'
complete -c keyctl -n '__keyctl_at keyctl policy set' -l require-owner -d 'Every key must act for a registered owner' -r -f -a 'yes no'
complete -c keyctl -n '__keyctl_at keyctl policy set' -l require-reason -d 'Whoever revokes, deletes or reveals must say why' -r -f -a 'yes no'
complete -c keyctl -n '__keyctl_at keyctl policy set' -l max-grace -d 'The longest grace of a rotation' -r -f
complete -c keyctl -n '__keyctl_at keyctl policy set' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl policy set' -f
complete -c keyctl -n '__keyctl_at keyctl doctor' -l project -d 'Keys of this project' -r -f
complete -c keyctl -n '__keyctl_at keyctl doctor' -l env -d 'Keys of this environment: production, staging or development' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl doctor' -l owner -d 'Keys of this owner' -r -f
complete -c keyctl -n '__keyctl_at keyctl doctor' -l kind -d 'Keys of this kind: general, personal or webhook' -r -f -a 'general personal webhook'
complete -c keyctl -n '__keyctl_at keyctl doctor' -l check -d 'Look for these only (can be repeated)' -r -f -a 'full_access no_owner never_expires grace_open rotation_overdue expiring_soon unused never_used empty_scopes'
complete -c keyctl -n '__keyctl_at keyctl doctor' -l ignore -d 'Do not look for these (can be repeated)' -r -f -a 'full_access no_owner never_expires grace_open rotation_overdue expiring_soon unused never_used empty_scopes'
complete -c keyctl -n '__keyctl_at keyctl doctor' -l unused-for -d 'How long a key may go without use' -r -f
complete -c keyctl -n '__keyctl_at keyctl doctor' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl doctor' -f
complete -c keyctl -n '__keyctl_at keyctl usage' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl usage' -f
complete -c keyctl -n '__keyctl_at keyctl usage' -f -a 'import' -d 'Fold files of receipts into last-used'
complete -c keyctl -n '__keyctl_at keyctl usage import' -F
complete -c keyctl -n '__keyctl_at keyctl usage import' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl audit' -l key -d 'Only what was done to this key, be it deleted since' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l project -d 'The project of the key\'s name, where two projects share it' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l owner -d 'Only what was done to this owner, and to the keys that act for them' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l since -d 'Only since then: 7d or 12h for that long ago, a date or an instant' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l until -d 'Only before then: 7d or 12h for that long ago, a date or an instant' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l verb -d 'Only what was done with these commands (can be repeated)' -r -f -a 'init create edit scope rotate revoke disable enable delete usage slot-add slot-remove passphrase bundle-key reveal policy owner-add owner-edit owner-remove rekey restore export import compromised'
complete -c keyctl -n '__keyctl_at keyctl audit' -l actor -d 'Only what this login name did' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l host -d 'Only what was done on this machine' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l with-slot -d 'Only what was done through this slot' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l limit -d 'At most so many entries' -r -f
complete -c keyctl -n '__keyctl_at keyctl audit' -l reverse -d 'Oldest first'
complete -c keyctl -n '__keyctl_at keyctl audit' -l pager -d 'Page through it, with KEYCTL_PAGER, PAGER or less'
complete -c keyctl -n '__keyctl_at keyctl audit' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl audit' -f
complete -c keyctl -n '__keyctl_at keyctl audit' -f -a 'verify' -d 'Verify the whole log, from the first entry to the head'
complete -c keyctl -n '__keyctl_at keyctl audit verify' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl audit verify' -f
complete -c keyctl -n '__keyctl_at keyctl vault' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault' -f
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'info' -d 'Show what the vault is, and what opens it'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'check' -d 'Read and verify everything in the file'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'passphrase' -d 'Change the passphrase of a slot'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'slot' -d 'Who can open the vault, and as what'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'backup' -d 'Copy the vault to a new file'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'restore' -d 'Put back what a backup has'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'rekey' -d 'Seal everything anew under a new root key'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'trust' -d 'Take the vault as it is, whatever this machine remembers of it'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'export' -d 'Write every key and owner to a new file, for another vault'
complete -c keyctl -n '__keyctl_at keyctl vault' -f -a 'import' -d 'Take in what another vault or product has'
complete -c keyctl -n '__keyctl_at keyctl vault info' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault info' -f
complete -c keyctl -n '__keyctl_at keyctl vault check' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault check' -f
complete -c keyctl -n '__keyctl_at keyctl vault passphrase' -f
complete -c keyctl -n '__keyctl_at keyctl vault passphrase' -l new-passphrase-file -d 'Read the new passphrase from a file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault passphrase' -l new-passphrase-fd -d 'Read the new passphrase from an open file descriptor' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault passphrase' -l new-passphrase-command -d 'Read the new passphrase from what a shell command writes' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault passphrase' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault slot' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault slot' -f
complete -c keyctl -n '__keyctl_at keyctl vault slot' -f -a 'list' -d 'List the slots'
complete -c keyctl -n '__keyctl_at keyctl vault slot' -f -a 'add' -d 'Add a way to open the vault'
complete -c keyctl -n '__keyctl_at keyctl vault slot' -f -a 'remove' -d 'Remove a slot'
complete -c keyctl -n '__keyctl_at keyctl vault slot list' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault slot list' -f
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -f
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l role -d 'What whoever opens it may do: admin, exporter or viewer' -r -f -a 'admin exporter viewer'
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l kind -d 'What opens it' -r -f -a 'passphrase keyfile recovery x25519'
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l new-passphrase-file -d 'Read the new passphrase from a file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l new-passphrase-fd -d 'Read the new passphrase from an open file descriptor' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l new-passphrase-command -d 'Read the new passphrase from what a shell command writes' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l new-keyfile -d 'The key file of --kind keyfile; made with random contents when it does not exist' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l recipient -d 'The recipient (age1…) of --kind x25519' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -l recovery-to -d 'A new file for the recovery key of --kind recovery, instead of stdout' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault slot add' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault slot remove' -f
complete -c keyctl -n '__keyctl_at keyctl vault slot remove' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault backup' -F
complete -c keyctl -n '__keyctl_at keyctl vault backup' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault restore' -F
complete -c keyctl -n '__keyctl_at keyctl vault restore' -l accept-rollback -d 'Put the whole backup in the place of the vault, which may bring keys back to life'
complete -c keyctl -n '__keyctl_at keyctl vault restore' -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n '__keyctl_at keyctl vault restore' -l source-passphrase-file -d 'Read the passphrase of FILE from a file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault restore' -l source-passphrase-fd -d 'Read the passphrase of FILE from an open file descriptor' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault restore' -l source-passphrase-command -d 'Read the passphrase of FILE from what a shell command writes' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault restore' -l source-identity -d 'Open FILE with the age identities in this file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault restore' -l source-vault-key -d 'Take FILE only if it has this vault key (kcvk_…)' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault restore' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault rekey' -l keep-bundle-key -d 'Go on signing bundles with the same key'
complete -c keyctl -n '__keyctl_at keyctl vault rekey' -l recovery-to -d 'Make a new recovery key, in this new file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault rekey' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault rekey' -f
complete -c keyctl -n '__keyctl_at keyctl vault trust' -f
complete -c keyctl -n '__keyctl_at keyctl vault trust' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault export' -F
complete -c keyctl -n '__keyctl_at keyctl vault export' -l metadata -d 'Write records without secrets to this new file: CSV when it ends with .csv, JSON lines when it ends with .jsonl, else JSON' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault export' -l recipient -d 'Encrypt to this recipient (age1…) instead of a passphrase' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault export' -l new-passphrase-file -d 'Read the new passphrase from a file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault export' -l new-passphrase-fd -d 'Read the new passphrase from an open file descriptor' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault export' -l new-passphrase-command -d 'Read the new passphrase from what a shell command writes' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault export' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl vault import' -F
complete -c keyctl -n '__keyctl_at keyctl vault import' -l dry-run -d 'Show what would be done, and change nothing'
complete -c keyctl -n '__keyctl_at keyctl vault import' -l tokens-to -d 'The new file for the tokens of records, as CSV, or JSON lines when it ends with .jsonl' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault import' -l project -d 'The project of records that have none [env: KEYCTL_PROJECT]' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault import' -l env -d 'The environment of records that have none [env: KEYCTL_ENV] [default: development]' -r -f -a 'production staging development'
complete -c keyctl -n '__keyctl_at keyctl vault import' -l owner -d 'The owner of records that have none [env: KEYCTL_OWNER] [default: your login name]' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault import' -l expires -d 'When records end that do not say it [env: KEYCTL_EXPIRES]' -r -f -a 'never 7d 30d 60d 90d 180d 1y'
complete -c keyctl -n '__keyctl_at keyctl vault import' -l source-passphrase-file -d 'Read the passphrase of FILE from a file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault import' -l source-passphrase-fd -d 'Read the passphrase of FILE from an open file descriptor' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault import' -l source-passphrase-command -d 'Read the passphrase of FILE from what a shell command writes' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault import' -l source-identity -d 'Open FILE with the age identities in this file' -r -F
complete -c keyctl -n '__keyctl_at keyctl vault import' -l source-vault-key -d 'Take FILE only if it has this vault key (kcvk_…)' -r -f
complete -c keyctl -n '__keyctl_at keyctl vault import' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl config' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl config' -f
complete -c keyctl -n '__keyctl_at keyctl config' -f -a 'init' -d 'Make config.toml, with a comment on each setting and nothing set'
complete -c keyctl -n '__keyctl_at keyctl config' -f -a 'show' -d 'Show every setting, and where its value comes from'
complete -c keyctl -n '__keyctl_at keyctl config init' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl config init' -f
complete -c keyctl -n '__keyctl_at keyctl config show' -l field -d 'Write only the value of this setting, raw' -r -f
complete -c keyctl -n '__keyctl_at keyctl config show' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl config show' -f
complete -c keyctl -n '__keyctl_at keyctl unlock' -l for -d 'For how long, at most 24h' -r -f
complete -c keyctl -n '__keyctl_at keyctl unlock' -l admin -d 'For changes too, and not only to read'
complete -c keyctl -n '__keyctl_at keyctl unlock' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl unlock' -f
complete -c keyctl -n '__keyctl_at keyctl lock' -l all -d 'Every vault that is open, and not only the one at hand'
complete -c keyctl -n '__keyctl_at keyctl lock' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl lock' -f
complete -c keyctl -n '__keyctl_at keyctl completions' -f -a 'bash\\t\'GNU Bash, from version 4\' zsh\\t\'The Z shell\' fish\\t\'Fish\' powershell\\t\'PowerShell, from version 5\' elvish\\t\'Elvish\' nushell\\t\'Nushell\''
complete -c keyctl -n '__keyctl_at keyctl completions' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl man' -s h -l help -d 'Print help (see more with \'--help\')'
complete -c keyctl -n '__keyctl_at keyctl man' -f -a 'init create list show edit scope rotate reveal revoke disable enable delete compromised verify scan bundle owner policy doctor usage audit vault config unlock lock completions man'
