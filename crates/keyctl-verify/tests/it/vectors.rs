//! The golden vectors in `tests/vectors/tokens`: made here, kept on disk for every other
//! implementation, compared with what is made here, and read back for the crate to be judged by.

#[expect(clippy::too_many_lines, reason = "they are lists, one vector after the other")]
mod faults;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use data_encoding::HEXLOWER;
use keyctl_verify::{Token, TokenError};

use crate::reference::{Crc32, digest, number};

pub(crate) use faults::plain;

const BLESS: &str = "KEYCTL_BLESS=1 cargo test --locked -p keyctl-verify --test it";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Ok,
    Malformed,
    BadChecksum,
}

impl Expect {
    const ALL: [Expect; 3] = [Expect::Ok, Expect::Malformed, Expect::BadChecksum];

    fn as_str(self) -> &'static str {
        match self {
            Expect::Ok => "ok",
            Expect::Malformed => "MALFORMED",
            Expect::BadChecksum => "BAD_CHECKSUM",
        }
    }
}

/// A text that somebody takes for a token, and what is to be said of it.
struct Vector {
    name: &'static str,
    about: &'static str,
    token: Vec<u8>,
    /// A character that follows the token, and how often.
    repeat: Option<(char, usize)>,
    expect: Expect,
}

impl Vector {
    fn new(
        expect: Expect,
        name: &'static str,
        about: &'static str,
        token: impl Into<Vec<u8>>,
    ) -> Self {
        Vector { name, about, token: token.into(), repeat: None, expect }
    }

    fn repeat(self, character: char, count: usize) -> Self {
        Vector { repeat: Some((character, count)), ..self }
    }

    /// The content of the vector's file.
    fn render(&self) -> String {
        let mut fields = vec![
            ("fault", self.name.to_owned()),
            ("about", self.about.to_owned()),
            ("token", escape(&self.token)),
        ];
        if let Some((character, count)) = self.repeat {
            let character = escape(&[u8::try_from(character).unwrap()]);
            fields.push(("repeat", format!("{character} {count}")));
        }
        fields.push(("expect", self.expect.as_str().to_owned()));
        if self.expect == Expect::Ok {
            let token = str::from_utf8(&self.token).unwrap();
            let (checked, _) = token.split_at(token.len() - 6);
            let (prefix, _) = checked.rsplit_once('_').unwrap();
            let crc = Crc32::IEEE.of(checked.as_bytes());
            fields.push(("prefix", prefix.to_owned()));
            fields.push(("crc32", format!("{crc:08x}")));
            fields.push(("digest", HEXLOWER.encode(&digest(token))));
        }
        let line = |(name, value): &(&str, String)| {
            format!("{name}: {value}").trim_end().to_owned() + "\n"
        };
        fields.iter().map(line).collect()
    }
}

/// A vector as its file gives it, for whom the generator does not exist.
struct Read<'a> {
    fields: BTreeMap<&'a str, &'a str>,
}

impl<'a> Read<'a> {
    fn new(text: &'a str) -> Self {
        let field = |line: &'a str| {
            let (name, value) = line.split_once(':').unwrap();
            (name, value.strip_prefix(' ').unwrap_or(value))
        };
        Read { fields: text.lines().map(field).collect() }
    }

    fn token(&self) -> Vec<u8> {
        let mut token = unescape(self.fields["token"]);
        if let Some(repeat) = self.fields.get("repeat") {
            let (character, count) = repeat.split_once(' ').unwrap();
            token.extend(unescape(character).repeat(count.parse().unwrap()));
        }
        token
    }

    fn expect(&self) -> Expect {
        let said = self.fields["expect"];
        Expect::ALL.into_iter().find(|expect| expect.as_str() == said).unwrap()
    }
}

/// Spaces are escaped too: at the end of a line they get lost.
fn escape(bytes: &[u8]) -> String {
    let escaped = |byte: &u8| match byte {
        b'\\' => r"\\".to_owned(),
        0x21..=0x7e => char::from(*byte).to_string(),
        _ => format!(r"\x{byte:02X}"),
    };
    bytes.iter().map(escaped).collect()
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.bytes().next() {
        let (byte, length) = match (first, rest.get(1..2)) {
            (b'\\', Some("x")) => (u8::from_str_radix(&rest[2..4], 16).unwrap(), 4),
            (b'\\', Some(r"\")) => (b'\\', 2),
            (b'\\', _) => panic!("{text}: a backslash before neither x nor another one"),
            (byte, _) => (byte, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    bytes
}

/// The files by name, as they should be.
fn made() -> BTreeMap<String, String> {
    let vectors = faults::all();
    let files: BTreeMap<_, _> =
        vectors.iter().map(|v| (format!("{}.txt", v.name), v.render())).collect();
    assert_eq!(files.len(), vectors.len(), "two faults of one name");
    files
}

/// The files by name, as they are; with `KEYCTL_BLESS` they are written first.
static ON_DISK: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/tokens");
    if std::env::var_os("KEYCTL_BLESS").is_some() {
        if folder.exists() {
            fs::remove_dir_all(&folder).unwrap();
        }
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in made() {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    let read = |entry: std::io::Result<fs::DirEntry>| {
        let entry = entry.unwrap();
        (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap())
    };
    fs::read_dir(&folder).unwrap_or_else(|_| panic!("no vectors; run {BLESS}")).map(read).collect()
});

#[test]
fn the_vectors_on_disk_are_those_that_are_made() {
    let made = made();
    for name in ON_DISK.keys() {
        assert!(made.contains_key(name), "{name} is nobody's; run {BLESS}");
    }
    for (name, text) in made {
        assert_eq!(ON_DISK.get(&name), Some(&text), "{name} differs; run {BLESS}");
    }
}

#[test]
fn the_crate_says_of_every_vector_what_the_vector_says() {
    for (name, text) in ON_DISK.iter() {
        let vector = Read::new(text);
        let token = vector.token();
        // Not UTF-8 is not of the grammar.
        let parsed =
            str::from_utf8(&token).map_err(|_| TokenError::Malformed).and_then(Token::parse);
        let said = match &parsed {
            Ok(_) => Expect::Ok,
            Err(TokenError::Malformed) => Expect::Malformed,
            Err(TokenError::BadChecksum) => Expect::BadChecksum,
        };
        assert_eq!(said, vector.expect(), "{name}");
        let Ok(parsed) = parsed else { continue };
        let check = &parsed.expose_token()[token.len() - 6..];
        assert_eq!(parsed.expose_token().as_bytes(), token, "{name}");
        assert_eq!(parsed.prefix().to_string(), vector.fields["prefix"], "{name}");
        assert_eq!(format!("{:08x}", number(check)), vector.fields["crc32"], "{name}");
        assert_eq!(HEXLOWER.encode(parsed.digest().as_bytes()), vector.fields["digest"], "{name}");
    }
}

#[test]
fn every_file_is_lines_of_printable_ascii_and_one_fault() {
    assert!(ON_DISK.len() >= 60, "{} vectors", ON_DISK.len());
    for (name, text) in ON_DISK.iter() {
        let printable = |line: &str| line.bytes().all(|b| matches!(b, 0x20..=0x7e));
        assert!(text.ends_with('\n') && text.lines().all(printable), "{name}");
        let vector = Read::new(text);
        assert_eq!(name.strip_suffix(".txt"), Some(vector.fields["fault"]));
        assert_eq!(name.starts_with("ok-"), vector.expect() == Expect::Ok, "{name}");
        assert!(vector.fields["about"].ends_with('.'), "{name}");
    }
}

#[test]
fn no_two_vectors_have_the_same_text() {
    let texts: BTreeMap<_, _> =
        ON_DISK.iter().map(|(name, text)| (Read::new(text).token(), name)).collect();
    assert_eq!(texts.len(), ON_DISK.len());
}
