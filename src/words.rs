//! What views say of fields that are plain texts in Rust: a word of a closed set, an instant. The
//! words are those of the types that they come from, so that no set of them is written twice.

use std::borrow::Cow;
use std::marker::PhantomData;

use keyctl_vault::issue::{Check, Kept};
use keyctl_vault::{Role, Verb};
use keyctl_verify::{Code, Environment, Freshness, Kind, Status, Unchecked, Warning};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

/// A type that is written as one of a few words.
pub(crate) trait Words {
    /// All of them.
    fn words() -> Vec<String>;
}

macro_rules! words {
    ($($type:ty),*) => {
        $(impl Words for $type {
            fn words() -> Vec<String> {
                <$type>::ALL.map(|word| word.as_str().to_owned()).into()
            }
        })*
    };
}

words!(Check, Code, Environment, Freshness, Kept, Kind, Role, Status, Unchecked, Verb, Warning);

/// Stands for the type of a field in its schema: a word of `T`.
pub(crate) struct Word<T>(PhantomData<T>);

/// The same for a word of `T`, or one that a later version has.
pub(crate) struct OpenWord<T>(PhantomData<T>);

/// The same for an instant as [`crate::render::instant`] writes it.
pub(crate) struct Instant;

impl<T: Words> JsonSchema for Word<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "enum": T::words() })
    }
}

impl<T: Words> JsonSchema for OpenWord<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        std::any::type_name::<Self>().into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "examples": T::words() })
    }
}

impl JsonSchema for Instant {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Instant".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date-time" })
    }
}
