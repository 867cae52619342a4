//! JSON as the vectors write it: ASCII, objects on one line.

/// A text; what is not printable ASCII is escaped, so that it can be seen.
pub(super) fn quoted(text: &str) -> String {
    let escaped = |unit: u16| match u8::try_from(unit) {
        Ok(byte @ (b'"' | b'\\')) => format!("\\{}", char::from(byte)),
        Ok(byte @ 0x20..=0x7e) => char::from(byte).to_string(),
        _ => format!("\\u{unit:04x}"),
    };
    format!("\"{}\"", text.encode_utf16().map(escaped).collect::<String>())
}

pub(super) fn list(texts: &[impl AsRef<str>]) -> String {
    let texts: Vec<_> = texts.iter().map(|text| quoted(text.as_ref())).collect();
    format!("[{}]", texts.join(", "))
}

pub(super) fn number(value: Option<u64>) -> String {
    value.map_or("null".to_owned(), |value| value.to_string())
}

pub(super) fn text(value: Option<&str>) -> String {
    value.map_or("null".to_owned(), quoted)
}

/// An object of fields whose values are JSON already.
pub(super) fn object(fields: &[(impl AsRef<str>, String)]) -> String {
    let field = |(name, value): &(_, String)| format!("{}: {value}", quoted(AsRef::as_ref(name)));
    format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
}

/// The same, one field a line.
pub(super) fn lines(fields: &[(&str, String)], indent: &str) -> String {
    let field = |(name, value): &(&str, String)| format!("{indent}  {}: {value}", quoted(name));
    let fields: Vec<_> = fields.iter().map(field).collect();
    format!("{{\n{}\n{indent}}}", fields.join(",\n"))
}
