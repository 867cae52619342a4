//! Writes `corpus/` anew: a few inputs for each target, from the vectors, from the vault that is
//! kept for ever, and by hand. `run --seeds` calls it.

use std::fs;
use std::path::{Path, PathBuf};

use keyctl_fuzz::lab::{Lab, VAULT};
use keyctl_fuzz::{at, forge};
use keyctl_vault::fuzzing::plaintexts;
use keyctl_verify::{
    Code, IpBlock, PathPattern, Receipt, ReceiptLabel, Scope, Standing, Tenure, Token,
};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn write(target: &str, name: &str, contents: impl AsRef<[u8]>) {
    let folder = root().join("corpus").join(target);
    fs::create_dir_all(&folder).expect("the folder is ours");
    fs::write(folder.join(name), contents).expect("the folder is ours");
}

fn main() {
    drop(fs::remove_dir_all(root().join("corpus")));
    tokens();
    grammar();
    grants();
    bundles();
    receipts();
    vault();
    texts();
}

fn vectors(folder: &str, every: usize) -> Vec<(String, String)> {
    let folder = root().join("../crates/keyctl-verify/tests/vectors").join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the vectors are there")
        .map(|e| e.expect("as above").path())
        .collect();
    files.sort();
    let name =
        |path: &PathBuf| path.file_stem().expect("it has a name").to_string_lossy().into_owned();
    let text = |path: &PathBuf| fs::read_to_string(path).expect("it is text");
    files.iter().step_by(every).map(|path| (name(path), text(path))).collect()
}

fn tokens() {
    for (name, text) in vectors("tokens", 12) {
        let token = text.lines().find_map(|line| line.strip_prefix("token: "));
        write("token", &name, token.unwrap_or_default());
    }
    write("token", "made", [&[0, 2][..], b"kc", &[7; 24], &[9; 60], &[0, 30, 1]].concat());
    write("token", "public-key", forge::trusted().to_string());
    write("token", "stream", forge::stream().to_string());
}

fn grammar() {
    for (n, kind, text) in [
        (0, 0, "orders:*\norders:read\norders:read:own\n*\na:*\na:b:*"),
        (1, 0, "a\na:*\nab:c\na:b\n*"),
        (2, 1, "GET /v1/orders/**\n/v1/orders/1\n/v1/orders\n/v1/../x\n/v1/a%2fb\n/"),
        (3, 1, "/a/**/b*c/**\n/a/bc/d\n/a/x/y/bxc/d/e\n//\n/a/."),
        (4, 2, "10.0.0.0/8\n10.1.2.3\n::ffff:10.1.2.3\n2001:db8::/32\n2001:db8::1\n::/0"),
        (5, 2, "::ffff:10.0.0.0/104\n192.0.2.7\n0.0.0.0/0"),
        (6, 3, "5/s\n1000000000\n1000000001\n1200000000\n2000000000"),
        (7, 3, "1/30d\n5\n6\n7"),
    ] {
        write("grammar", &n.to_string(), [&[kind][..], text.as_bytes()].concat());
    }
}

fn grants() {
    let plain = forge::grant();
    let mut full = plain.clone();
    full.paths.extend(PathPattern::parse("GET /v1/**"));
    full.ips.extend(IpBlock::parse("2001:db8::/32"));
    full.customers.push("acme-42".to_owned());
    full.scopes.extend_from(&["users:read", "zones:*"]);
    full.labels = Some([("team".to_owned(), "shop".to_owned())].into());
    full.not_before = Some(at(-60));
    let mut ended = plain.clone();
    (ended.standing, ended.tenure, ended.valid_until) =
        (Standing::Revoked, Tenure::InGrace, Some(at(100)));
    for (name, grant) in [("plain", plain), ("full", full), ("ended", ended)] {
        write("grant", name, forge::text_of(&grant));
    }
}

trait Extend {
    fn extend_from(&mut self, scopes: &[&str]);
}

impl Extend for keyctl_verify::ScopeSet {
    fn extend_from(&mut self, scopes: &[&str]) {
        for scope in scopes.iter().filter_map(|text| Scope::parse(text).ok()) {
            self.insert(scope);
        }
    }
}

fn bundles() {
    let names = ["ok-aging-not-yet", "ok-two-first", "page-level"];
    for (name, text) in vectors("bundles", 1) {
        if names.contains(&name.as_str()) {
            let json: Value = serde_json::from_str(&text).expect("it is JSON");
            let mut file = file_of(&json["bundle"]);
            file.insert(0, 0);
            write("bundle", &format!("{name}-as-it-is"), &file);
            file[0] = 1;
            write("bundle", &format!("{name}-signed"), &file);
        }
    }
    for shape in 0..3 {
        write("bundle", &format!("shape-{shape}"), [2, shape, 0, 0]);
        write("bundle", &format!("shape-{shape}-leaf"), [2, shape, 1, 1, 0, 0, 3, 1, 9]);
        write("bundle", &format!("shape-{shape}-header"), [2, shape, 0, 1, 0, 0, 71, 1, 9]);
        write("bundle", &format!("shape-{shape}-node"), [2, shape, 4, 1, 0, 0, 40, 1, 9]);
    }
}

fn file_of(bundle: &Value) -> Vec<u8> {
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap_or(0)).expect("small");
    let mut file = vec![0; number(&bundle["size"])];
    for part in bundle["parts"].as_array().into_iter().flatten() {
        let hex = part[1].as_str().unwrap_or_default().as_bytes();
        for (n, pair) in hex.chunks(2).enumerate() {
            let pair = std::str::from_utf8(pair).expect("it is hex");
            file[number(&part[0]) + n] = u8::from_str_radix(pair, 16).expect("it is hex");
        }
    }
    file
}

fn receipts() {
    let token = Token::parse(forge::token()).expect("it is a token");
    for (name, code, label) in
        [("valid", Code::Valid, None), ("denied", Code::PathDenied, Some("ci/deploy@main"))]
    {
        let label = label.and_then(ReceiptLabel::parse);
        let receipt = Receipt::new(&token.digest(), token.prefix().clone(), at(0), code, label);
        write("receipt", name, receipt.to_string());
    }
    for word in ["BUNDLE_ROLLED_BACK", "RATE_LIMITED", "active", "revoked"] {
        write("receipt", word, word);
    }
}

fn vault() {
    let lab = Lab::new();
    lab.put(VAULT);
    let mut vault = lab.open().expect("it opens for ever");
    let (mut pages, mut slots) = (0, 0);
    for (kind, plain) in plaintexts(&mut vault).expect("it can be read") {
        match kind {
            "head" => write("head", "fixture", &plain),
            "slot" => {
                slots += 1;
                write("slot", &format!("slot-{slots}"), &plain);
            }
            "segment" => segment(&plain),
            _ => {
                pages += 1;
                if pages % 4 == 1 {
                    page(pages, &plain);
                }
            }
        }
    }
    write("slot", "contents", [7; 64]);
    write(
        "slot",
        "recovery",
        fs::read(root().join("../tests/fixtures/vault-v1/recovery.txt")).expect("it is there"),
    );
    write("slot", "vault-key", vault.vault_key().to_string());
    write("slot", "recipient", "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj");
    write(
        "slot",
        "identity",
        "# mine\nAGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n",
    );
    for (name, input) in [
        ("byte", &[0, 0, 3, 0, 9, 2, 1, 0xff][..]),
        ("page", &[0, 0, 3, 0, 0, 1, 9]),
        ("cut", &[0, 0, 30, 0, 9, 0]),
        ("row", &[1, 0, 3, 2, 2, 0, 0, 40, 1, 9]),
        ("row-gone", &[1, 0, 5, 0, 0]),
        ("row-moved", &[1, 0, 3, 1, 1, 129]),
        ("forged-page", &[2, 0, 3, 0, 0, 0, 0, 24, 1, 9]),
        ("forged-segment", &[2, 0, 1, 0, 0, 0, 0, 40, 1, 9]),
        ("forged-head", &[2, 0, 0, 0, 0, 0, 0, 2, 1, 9]),
        ("forged-slot", &[2, 0, 2, 1, 0, 0, 0, 18, 1, 2]),
    ] {
        write("vault", name, input);
    }
}

/// Pages without their padding, and a record of each.
fn page(n: usize, plain: &[u8]) {
    let number = u16::from_be_bytes([plain[4], plain[5]]) >> 4;
    write("records", &format!("page-{n}"), [&[1][..], &number.to_be_bytes(), plain].concat());
    let len = u32::from_be_bytes(plain[20..24].try_into().expect("four bytes")) as usize;
    write("records", &format!("record-{n}"), [&[0][..], &plain[24..24 + len]].concat());
}

fn segment(plain: &[u8]) {
    let len = u32::from_be_bytes(plain[36..40].try_into().expect("four bytes")) as usize;
    write("audit", "entry", [&[0][..], &plain[40..40 + len]].concat());
    let mut one = [&[1, 1][..], plain].concat();
    one[2 + 32..2 + 36].copy_from_slice(&1_u32.to_be_bytes());
    one.truncate(2 + 40 + len);
    write("audit", "segment-of-one", &one);
    let last = plain.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    write("audit", "segment", [&[1, 1][..], &plain[..last]].concat());
}

fn texts() {
    for (name, text) in [
        ("csv", "\0name,project,scope,expires\na,shop,orders:read,30d\n\"b, c\",shop,,never\n"),
        ("semicolons", "\0Name;Project;Rate limit\na;shop;100/m\n'=b;shop;5/s\n"),
        (
            "lines",
            "\x01{\"name\":\"a\",\"project\":\"p\",\"status\":\"active\",\"scopes\":[\"a:*\"]}\n\n{\"kind\":\"personal\"}\n",
        ),
        (
            "list",
            "\x01[{\"project\":\"p\",\"paths\":\"GET /v1/* /v2/**\",\"ips\":[\"10.0.0.0/8\"],\"labels\":{\"a\":\"b\"},\"recoverable\":true}]",
        ),
        (
            "labels",
            "\0project,label,note,customers,not_before\np,a=1 b=\"x \\\"y\\\" = z\",n,c1 c2,2027-02-01\n",
        ),
        ("twice", "\0project,scope,scopes\np,a,b\n"),
    ] {
        write("import", name, text);
    }
    for (name, text) in [
        (
            "all",
            "project = \"shop\"\nenv = \"prod\"\noutput = \"json\"\nexpires = \"90d\"\nowner = \"ci\"\n",
        ),
        (
            "trust",
            "trust = [\"kcpub_8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c34750f98\"]",
        ),
        ("wrong", "projekt = 1\n[a]\nb = 'c'\n"),
    ] {
        write("config", name, text);
    }
    for (name, text) in [
        ("side-by-side", "\x10a=\x01\n\x02,\x01\n_dev_\n"),
        ("not-quite", "\x55\x01\x02x\x01_ \u{e9}\x02\u{e9}_prod__stage_"),
    ] {
        write("scan", name, text);
    }
    for (name, text) in [
        ("acts", "\u{1b}]52;c;x\u{7}\u{202e}a\u{200b}\r\n\tb"),
        ("formula", "'=1+1"),
        ("token", "file-\u{1}.txt x\u{1}y \u{1}"),
        ("name", "Zoe\u{308} 1"),
    ] {
        write("text", name, text);
    }
}
