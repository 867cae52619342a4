//! The shape of an answer: one view, an array of views, or one of several of these.
//!
//! Some fields of a view are there only in the answers of some commands, as `token` is. A shape says
//! which of them its command has always, which perhaps, and leaves out the others.

use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

/// What is promised of every schema.
const PROMISE: &str =
    "Later versions may add fields; those that are here never change and never go.";

/// What a command writes.
#[derive(Clone)]
pub(super) enum Shape {
    One(View),
    Many(View),
    /// One after the other, a line each, whatever the format.
    Each(View),
    /// Texts, of which this says what each is.
    Lines(&'static str),
    /// One of these, each with when it is.
    Either(Vec<(&'static str, Shape)>),
}

/// A view, and those of its optional fields that are there.
#[derive(Clone)]
pub(super) struct View {
    schema: fn(&mut SchemaGenerator) -> Schema,
    always: &'static [&'static str],
    perhaps: &'static [&'static str],
}

/// A view without any of its optional fields.
pub(super) fn view<T: JsonSchema>() -> View {
    View { schema: T::json_schema, always: &[], perhaps: &[] }
}

/// A single view.
pub(super) fn one<T: JsonSchema>() -> Shape {
    view::<T>().one()
}

/// An array of views.
pub(super) fn many<T: JsonSchema>() -> Shape {
    view::<T>().many()
}

/// An array of texts.
pub(super) fn lines(what: &'static str) -> Shape {
    Shape::Lines(what)
}

/// One of these, each with when it is.
pub(super) fn either<const N: usize>(shapes: [(&'static str, Shape); N]) -> Shape {
    Shape::Either(shapes.into())
}

impl View {
    /// With these optional fields, always.
    pub(super) fn with(self, always: &'static [&'static str]) -> Self {
        View { always, ..self }
    }

    /// With these optional fields, sometimes.
    pub(super) fn perhaps(self, perhaps: &'static [&'static str]) -> Self {
        View { perhaps, ..self }
    }

    pub(super) fn one(self) -> Shape {
        Shape::One(self)
    }

    pub(super) fn many(self) -> Shape {
        Shape::Many(self)
    }

    pub(super) fn each(self) -> Shape {
        Shape::Each(self)
    }

    fn schema(&self, generator: &mut SchemaGenerator) -> Schema {
        let mut schema = (self.schema)(generator);
        let required = schema.get("required").and_then(Value::as_array).cloned();
        let mut required = required.unwrap_or_default();
        let is_there = |name: &str| {
            required.iter().any(|field| field == name)
                || self.always.contains(&name)
                || self.perhaps.contains(&name)
        };
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        let properties = properties.expect("a view has fields");
        for name in self.always.iter().chain(self.perhaps) {
            assert!(properties.contains_key(*name), "no view has the field {name}");
        }
        properties.retain(|name, _| is_there(name));
        required.extend(self.always.iter().map(|name| json!(name)));
        schema.insert("required".to_owned(), required.into());
        schema
    }
}

impl Shape {
    /// The schema of what this command writes.
    pub(super) fn schema(&self, command: &str) -> Value {
        let what = match self {
            Shape::Each(_) => format!("What 'keyctl {command}' writes, a line for each token."),
            Shape::One(_) => format!("What 'keyctl {command}' writes with -o json."),
            Shape::Many(_) | Shape::Lines(_) => {
                format!(
                    "What 'keyctl {command}' writes with -o json; with -o jsonl, an item a line."
                )
            }
            Shape::Either(_) => format!(
                "What 'keyctl {command}' writes with -o json; with -o jsonl, an item of an array a line."
            ),
        };
        self.document(&format!("keyctl {command}"), &what)
    }

    /// The schema of the line that says why a command failed.
    pub(super) fn failure(&self) -> Value {
        self.document(
            "keyctl: error",
            "The last line of stderr when a command with -o json or -o jsonl fails.",
        )
    }

    fn document(&self, title: &str, what: &str) -> Value {
        let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
        let mut content = self.content(&mut generator);
        let definitions = generator.take_definitions(false);
        if !definitions.is_empty() {
            content.insert("$defs".to_owned(), definitions.into());
        }
        RecursiveTransform(plain).transform(&mut content);
        let is = content.ensure_object().shift_remove("description");
        let texts = [Some(what), is.as_ref().and_then(Value::as_str), Some(PROMISE)];
        let description = texts.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let head = [
            ("$schema", "https://json-schema.org/draft/2020-12/schema"),
            ("title", title),
            ("description", &description),
        ];
        let head = head.map(|(name, text)| (name.to_owned(), json!(text)));
        head.into_iter().chain(content.as_object().cloned().into_iter().flatten()).collect()
    }

    fn content(&self, generator: &mut SchemaGenerator) -> Schema {
        match self {
            Shape::One(view) | Shape::Each(view) => view.schema(generator),
            Shape::Many(view) => json_schema!({ "type": "array", "items": view.schema(generator) }),
            Shape::Lines(what) => {
                json_schema!({ "type": "array", "items": { "type": "string", "description": what } })
            }
            Shape::Either(shapes) => {
                let titled = shapes.iter().map(|(when, shape)| {
                    let mut schema = shape.content(generator);
                    schema.ensure_object().shift_insert(0, "title".to_owned(), json!(when));
                    schema
                });
                let titled: Vec<Schema> = titled.collect();
                // Two objects may become alike when fields are added, and still have to fit.
                let is_array = |schema: &Schema| schema.get("type") == Some(&json!("array"));
                let arrays = titled.iter().filter(|schema| is_array(schema)).count();
                let word = if arrays == 1 && titled.len() == 2 { "oneOf" } else { "anyOf" };
                json_schema!({ word: titled })
            }
        }
    }
}

/// Leaves out the formats that only schemars knows, at which strict validators stop, and puts each
/// description first, on one line.
fn plain(schema: &mut Schema) {
    if schema.get("format").is_some_and(|format| format != "date-time") {
        schema.remove("format");
    }
    let Some(object) = schema.as_object_mut() else { return };
    if let Some(Value::String(text)) = object.shift_remove("description") {
        let place = usize::from(object.contains_key("title"));
        object.shift_insert(place, "description".to_owned(), text.replace('\n', " ").into());
    }
}
