//! The fields of a key as cells, without the detour over JSON that other views take: lists have
//! millions of them. A test compares the two.

use std::borrow::Cow;

use super::{KeyView, cell, object};

/// A field as a cell of CSV; nothing for what has no value.
pub(super) fn cell<'v>(view: &'v KeyView, name: &str) -> Cow<'v, str> {
    let given = |text: &'v Option<String>| Cow::from(text.as_deref().unwrap_or_default());
    let list = |texts: &'v [String]| match texts {
        [one] => Cow::from(one),
        texts => Cow::from(texts.join(" ")),
    };
    match name {
        "id" => (&view.id).into(),
        "name" => (&view.name).into(),
        "kind" => view.kind.into(),
        "project" => given(&view.project),
        "environment" => view.environment.into(),
        "owner" => given(&view.owner),
        "prefix" => (&view.prefix).into(),
        "status" => view.status.into(),
        "scopes" => list(&view.scopes),
        "paths" => list(&view.paths),
        "ips" => list(&view.ips),
        "customers" => list(&view.customers),
        "rate_limit" => given(&view.rate_limit),
        "note" => given(&view.note),
        "recoverable" => if view.recoverable { "true" } else { "false" }.into(),
        "generation" => view.generation.to_string().into(),
        "not_before" => given(&view.not_before),
        "created_at" => (&view.created_at).into(),
        "updated_at" => (&view.updated_at).into(),
        "expires_at" => given(&view.expires_at),
        "last_used_at" => given(&view.last_used_at),
        "revoked_at" => given(&view.revoked_at),
        "revoke_reason" => given(&view.revoke_reason),
        "generations" => view.prefixes().collect::<Vec<_>>().join(" ").into(),
        "labels" if !view.has_labels() => "".into(),
        other => cell::text(object(view).get(other), "").into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cell_is_what_its_json_makes_of_it() {
        for view in KeyView::samples() {
            let object = object(&view);
            for name in KeyView::CSV {
                assert_eq!(cell(&view, name), cell::text(object.get(*name), ""), "{name}");
            }
        }
    }
}
