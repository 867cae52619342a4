//! What each command writes with `-o json`, as JSON schemas: for those who generate types from them
//! or check what a script is fed with. They are made from the views that are written, so that they
//! cannot say something else, and committed under `docs/schema/`.
//!
//! Nothing of this is reached from [`crate::run`]: the program that is shipped has none of it.

mod shape;

use serde_json::Value;

use crate::commands::bulk::BulkResult;
use crate::commands::{audit, bundle, config, init, lock, owner, policy, unlock, usage, vault};
use crate::render::{
    AuditView, FailureView, FindingView, KeyFindingView, KeyView, LineView, VerdictView,
};
use shape::{Shape, either, lines, many, one, view};

/// The schema of each command's answer, by the command's name without `keyctl`; besides, that of
/// the line of an `error`.
pub(crate) fn all() -> Vec<(String, Value)> {
    let commands = [keys(), offline(), vault()].concat();
    let commands = commands.into_iter().map(|(name, shape)| (name.to_owned(), shape.schema(name)));
    let failure = one::<FailureView>().failure();
    commands.chain([("error".to_owned(), failure)]).collect()
}

type Table = Vec<(&'static str, Shape)>;

/// Commands about keys.
fn keys() -> Table {
    let key = view::<KeyView>;
    let changed = || key().with(&["changed"]);
    let bulk = || {
        let several = many::<BulkResult>();
        either([("of one KEY", changed().one()), ("of several, or by a filter", several)])
    };
    let made = key().many();
    vec![
        ("create", either([("of one key", key().with(&["token"]).one()), ("with --from", made)])),
        ("list", key().many()),
        ("show", key().with(&["effective_scopes"]).one()),
        ("edit", bulk()),
        ("scope list", lines("A scope that the key has in its list.")),
        ("scope add", changed().one()),
        ("scope remove", changed().one()),
        ("scope set", changed().one()),
        ("rotate", changed().perhaps(&["token"]).one()),
        ("reveal", key().with(&["token"]).one()),
        ("revoke", bulk()),
        ("disable", bulk()),
        ("enable", bulk()),
        ("delete", bulk()),
        (
            "compromised",
            either([
                ("of the key that was made", key().with(&["token", "replaces"]).one()),
                ("when none was made", changed().one()),
            ]),
        ),
        ("doctor", many::<KeyFindingView>()),
    ]
}

/// Commands that judge tokens, and what they need.
fn offline() -> Table {
    let verdict = || view::<VerdictView>().perhaps(&["retry_after_s"]);
    vec![
        ("verify", verdict().one()),
        ("verify --batch", view::<LineView>().perhaps(&["retry_after_s"]).each()),
        ("scan", many::<FindingView>()),
        ("bundle export", one::<bundle::ExportView>()),
        ("bundle inspect", one::<bundle::InspectView>()),
        ("bundle key show", many::<bundle::KeyView>()),
        ("bundle key rotate", one::<bundle::RotatedView>()),
    ]
}

/// Commands about the vault and what is in it besides keys.
fn vault() -> Table {
    let owner = view::<owner::OwnerView>;
    let policy = view::<policy::PolicyView>;
    let taken = many::<vault::TakenView>;
    let restored = one::<vault::RestoredView>();
    vec![
        ("init", one::<init::InitView>()),
        ("owner add", owner().with(&["changed"]).one()),
        ("owner list", owner().many()),
        ("owner show", owner().one()),
        ("owner edit", owner().with(&["changed"]).one()),
        ("owner remove", many::<BulkResult>()),
        ("policy show", policy().one()),
        ("policy set", policy().with(&["changed"]).one()),
        ("usage import", one::<usage::ImportView>()),
        ("audit", many::<AuditView<'static>>()),
        ("audit verify", one::<audit::VerifiedView>()),
        ("vault info", one::<vault::InfoView>()),
        ("vault check", one::<vault::CheckView>()),
        ("vault passphrase", one::<vault::ChangedSlot>()),
        ("vault slot list", many::<vault::SlotView>()),
        ("vault slot add", one::<vault::ChangedSlot>()),
        ("vault slot remove", one::<vault::ChangedSlot>()),
        ("vault backup", one::<vault::BackupView>()),
        (
            "vault restore",
            either([
                ("of records that were put back", taken()),
                ("of a backup that was put in the place of the vault", restored),
            ]),
        ),
        ("vault rekey", one::<vault::RekeyView>()),
        ("vault trust", one::<vault::CheckView>()),
        ("vault export", one::<vault::ExportView>()),
        ("vault import", taken()),
        ("config init", one::<config::InitView>()),
        ("config show", many::<config::SettingView>()),
        ("unlock", one::<unlock::UnlockView>()),
        ("lock", one::<lock::LockView>()),
    ]
}
