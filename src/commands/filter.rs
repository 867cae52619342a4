//! The flags that narrow a list or a bulk change.

use clap::Args;
use keyctl_vault::issue::{Filter, LabelFilter};
use keyctl_vault::{Lifetime, Owner, Project};
use keyctl_verify::{Environment, Kind, Scope, Status};

use crate::parse;

/// Which keys, by everything but their labels.
#[derive(Args, Default)]
pub(crate) struct WhichArgs {
    /// Keys of this project
    #[arg(long, value_name = "PROJECT", value_parser = parse::project, help_heading = "Which keys")]
    pub(crate) project: Option<Project>,

    /// Keys of this environment: production, staging or development
    #[arg(long, value_name = "ENV", value_parser = parse::environment, help_heading = "Which keys")]
    pub(crate) env: Option<Environment>,

    /// Keys of this owner
    #[arg(long, value_name = "OWNER", value_parser = parse::owner, help_heading = "Which keys")]
    pub(crate) owner: Option<Owner>,

    /// Keys of this kind: general, personal or webhook
    #[arg(long, value_name = "KIND", value_parser = parse::kind, help_heading = "Which keys")]
    pub(crate) kind: Option<Kind>,

    /// Keys that are active, inactive, pending, expired or revoked (can be repeated)
    #[arg(long, value_name = "STATUS", value_parser = parse::status, value_delimiter = ',', help_heading = "Which keys")]
    pub(crate) status: Vec<Status>,

    /// Keys that were not used for this long, like 90d; never used counts from creation
    #[arg(long, value_name = "TIME", value_parser = parse::duration, help_heading = "Which keys")]
    pub(crate) unused_for: Option<Lifetime>,

    /// Keys that expire within this time, like 14d
    #[arg(long, value_name = "TIME", value_parser = parse::duration, help_heading = "Which keys")]
    pub(crate) expiring_within: Option<Lifetime>,
}

/// Which keys.
#[derive(Args)]
pub(crate) struct FilterArgs {
    #[command(flatten)]
    pub(crate) which: WhichArgs,

    /// Keys with this label, NAME or NAME=VALUE (can be repeated; all must fit)
    #[arg(long, value_name = "LABEL", value_parser = parse::label_filter, help_heading = "Which keys")]
    pub(crate) label: Vec<LabelFilter>,
}

impl WhichArgs {
    /// The same, narrowed by labels.
    pub(crate) fn with_labels(self, label: Vec<LabelFilter>) -> FilterArgs {
        FilterArgs { which: self, label }
    }
}

impl FilterArgs {
    /// True when no flag was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.which.project.is_none() && self.narrows_only_by_project()
    }

    /// True when no flag but the project was given: that one also tells names apart.
    pub(crate) fn narrows_only_by_project(&self) -> bool {
        let which = &self.which;
        which.env.is_none()
            && which.owner.is_none()
            && which.kind.is_none()
            && which.status.is_empty()
            && self.label.is_empty()
            && which.unused_for.is_none()
            && which.expiring_within.is_none()
    }

    pub(crate) fn filter(&self, scope: Option<&Scope>) -> Filter {
        let which = &self.which;
        Filter {
            project: which.project.clone(),
            environment: which.env,
            owner: which.owner.clone(),
            kind: which.kind,
            statuses: which.status.clone(),
            scope: scope.cloned(),
            labels: self.label.clone(),
            unused_for: which.unused_for,
            expiring_within: which.expiring_within,
        }
    }
}
