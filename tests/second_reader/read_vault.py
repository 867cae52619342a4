#!/usr/bin/env python3
"""A second reader of the vault file, written from vault-format.md alone. "§" is a section of that document.

Usage: read_vault.py VAULT list|audit|check, with exactly one of VAULT_PASSPHRASE, VAULT_RECOVERY, VAULT_KEYFILE,
VAULT_IDENTITY.
Exit: 0 done, 2 usage, 4 the secret opens no slot, 7 the file is damaged. Pins and file modes are not judged here.
"""
import base64
import contextlib
import hashlib
import hmac
import json
import os
import pathlib
import re
import sqlite3
import stat
import struct
import sys
import unicodedata
from collections import namedtuple
from datetime import datetime, timezone

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

MIB = 1 << 20
MAX_BLOB = 72 * MIB
MAX_TIME = 253_402_300_799
ZERO = bytes(32)
TABLES = ("vault", "slot", "head", "page", "node", "audit")
KINDS = {1: "VAULT_PASSPHRASE", 2: "VAULT_RECOVERY", 3: "VAULT_KEYFILE", 4: "VAULT_IDENTITY"}
PARAMETERS = {1: 12, 2: 0, 3: 0, 4: 64}
ADMIN, EXPORTER, VIEWER = 1, 2, 3
CONTENTS = {ADMIN: 64, EXPORTER: 96, VIEWER: 64}
KEYS, INDEX = 1, 2
PAGE_BITS = (6, 9, 12)  # §5
ENVIRONMENTS = {1: ("production", "prod"), 2: ("staging", "stage"), 3: ("development", "dev")}
KEY_KINDS = {1: "general", 2: "personal", 3: "webhook"}
REVOKED = 3

Slot = namedtuple("Slot", "row raw id kind role name params cost commitment sealed info")
Opened = namedtuple("Opened", "slot rrk vault_key")
Head = namedtuple("Head", "generation tables last_row last_digest brand ever")
Vault = namedtuple("Vault", "head keys index audit")


class Damage(Exception):
    """The file is not what the specification says."""


class NoSlot(Exception):
    """The secret opens no slot."""


def need(ok, what):
    if not ok:
        raise Damage(what)


# ---- primitives (the table before §1) ----

def sha(tag, *parts):
    return hashlib.sha256(tag.encode() + b"\0" + b"".join(parts)).digest()


def hkdf(key, salt, info, n):
    """RFC 5869, extract and expand, with SHA-256."""
    prk = hmac.digest(salt, key, "sha256")
    out, block, i = b"", b"", 1
    while len(out) < n:
        block = hmac.digest(prk, block + info + bytes([i]), "sha256")
        out, i = out + block, i + 1
    return out[:n]


def derive(key, vault_id, name):  # §3
    return hkdf(key, vault_id, b"keyctl/v1/" + name.encode(), 32)


def hchacha20(key, nonce16):
    """draft-irtf-cfrg-xchacha 2.2: twenty rounds, no final addition, words 0-3 and 12-15 of the state."""
    s = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce16))

    def quarter(a, b, c, d):
        for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            s[x] = (s[x] + s[y]) & 0xFFFFFFFF
            v = s[z] ^ s[x]
            s[z] = ((v << bits) | (v >> (32 - bits))) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return struct.pack("<8I", *s[:4], *s[12:])


def unseal(key, aad, sealed, what):
    """The inverse of `seal`: nonce[24] || ciphertext || tag[16]."""
    need(len(sealed) >= 40, f"{what}: too short")
    subkey = hchacha20(key, sealed[:16])
    try:
        return ChaCha20Poly1305(subkey).decrypt(bytes(4) + sealed[16:24], sealed[24:], aad)
    except InvalidTag:
        raise Damage(f"{what}: the seal does not open") from None


def verify_strict(public, signature, message):
    """Ed25519, refusing non-canonical numbers and points of small order (y = 0, ±1, or one of the two of order 8)."""
    p, order = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
    y8 = int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little")
    for point in (public, signature[:32]):
        y = int.from_bytes(point, "little") & (2**255 - 1)
        need(y < p and y not in (0, 1, p - 1, y8, p - y8), "signature: a point that is refused")
    need(int.from_bytes(signature[32:], "little") < order, "signature: not canonical")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        raise Damage("the head's signature is wrong") from None


class Cursor:
    """Reads fields from bytes, never beyond their end."""

    def __init__(self, data, what):
        self.data, self.what, self.at = data, what, 0

    def take(self, n):
        need(n <= len(self.data) - self.at, f"{self.what}: cut off")
        self.at += n
        return self.data[self.at - n:self.at]

    def number(self, width):
        return int.from_bytes(self.take(width), "big")

    def rest(self):
        return self.take(len(self.data) - self.at)

    def padding(self):
        """§6, §8: zeros up to the next multiple of 512 and no further."""
        used, rest = self.at, self.rest()
        need(len(rest) == -used % 512 and not any(rest), f"{self.what}: padding")


# ---- CBOR (RFC 8949), the part that is used: unsigned, bytes, text, array, bool, null ----

def cbor(data, what):
    cursor = Cursor(data, what)
    value = cbor_item(cursor, 0)
    need(cursor.at == len(data), f"{what}: something follows the CBOR")
    return value


def cbor_item(cursor, depth):
    need(depth < 8, f"{cursor.what}: CBOR too deep")
    first = cursor.number(1)
    major, short = first >> 5, first & 31
    if first in (0xF4, 0xF5, 0xF6):
        return {0xF4: False, 0xF5: True, 0xF6: None}[first]
    need(major in (0, 2, 3, 4) and short < 28, f"{cursor.what}: CBOR of a kind that is not used")
    n = short if short < 24 else cursor.number(1 << (short - 24))
    need(short < 24 or n >= (24, 1 << 8, 1 << 16, 1 << 32)[short - 24], f"{cursor.what}: CBOR number not shortest")
    if major == 0:
        return n
    if major == 2:
        return cursor.take(n)
    if major == 3:
        return cursor.take(n).decode("utf-8")  # UnicodeDecodeError is a ValueError: damage
    need(n <= len(cursor.data) - cursor.at, f"{cursor.what}: cut off")
    return [cbor_item(cursor, depth + 1) for _ in range(n)]


# ---- shapes of CBOR values: a predicate, or a list of predicates for an array of just these ----

def is_uint(v): return type(v) is int
def is_time(v): return type(v) is int and v <= MAX_TIME  # §7
def is_text(v): return type(v) is str
def is_bytes(v): return type(v) is bytes
def is_bool(v): return type(v) is bool
def is_digest(v): return is_bytes(v) and len(v) == 32
def is_public_id(v): return is_text(v) and re.fullmatch(r"[0-9A-Za-z]{12}", v) is not None
def is_key_id(v): return is_text(v) and v.startswith("key_")
def one_of(values): return lambda v: type(v) is int and v in values
def maybe(shape): return lambda v: v is None or fits(v, shape)
def array_of(shape): return lambda v: type(v) is list and all(fits(x, shape) for x in v)


def fits(value, shape):
    if callable(shape):
        return shape(value)
    return type(value) is list and len(value) == len(shape) and all(map(fits, value, shape))


def head_shape():  # §6
    table = [is_uint, is_uint, is_uint, is_bytes]
    return [is_uint, is_uint, [table] * 4, is_digest, [is_uint, is_digest], is_text, [is_uint] * 3, is_uint]


def generation_shape():  # §7
    return [is_uint, is_public_id, is_digest, is_time, maybe(is_time), maybe(is_time),
            maybe([maybe(is_time), maybe(is_text)]), maybe(is_bytes)]


def key_shape():  # §7
    time, text, texts = maybe(is_time), maybe(is_text), array_of(is_text)
    return [is_key_id, text, one_of(ENVIRONMENTS), one_of(KEY_KINDS), text, one_of((1, 2, 3)), time, time, is_text,
            is_time, is_uint, array_of([is_text, is_text]), texts, is_time, time, text, text, texts, texts, texts,
            text, text, is_bool, is_uint, is_uint, array_of(generation_shape())]


def entry_shape():  # §8
    text = maybe(is_text)
    old = [lambda v: v in ("key", "slot", "owner", "vault"), text, text, text, array_of([is_text, text, text])]
    change = lambda v: fits(v, old) or fits(v, [*old, text])
    return [is_uint, is_text, is_time, is_text, is_text, is_text, array_of(change), is_uint,
            lambda v: is_bytes(v) and len(v) == 16, is_digest]


# ---- the SQLite file (§1) ----

def compare_header(path):
    need(stat.S_ISREG(os.lstat(path).st_mode), "not a plain file")
    with open(path, "rb") as f:
        h = f.read(100)
    need(len(h) == 100 and h[:16] == b"SQLite format 3\0", "not a SQLite file")
    u32 = {at: int.from_bytes(h[at:at + 4], "big") for at in (44, 52, 56, 60, 64, 68)}
    need(u32[68] == 0x6B637674, "not a vault")
    need(u32[60] == 1, "a format that is not known")
    need(h[16:24] == bytes.fromhex("1000010100402020") and u32[44] == 4 and u32[52] == 0 and u32[56] == 1
         and u32[64] == 0 and not any(h[72:92]), "SQLite header")


def open_database(path):
    db = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, isolation_level=None)
    db.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "query_only = ON"):
        db.execute(f"PRAGMA {pragma}")
    return db  # DEFENSIVE and the switches for triggers and views need Python 3.12; the exact schema has neither


def check_schema(db):
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid").fetchall()
    sql = "CREATE TABLE {} (id INTEGER PRIMARY KEY, d BLOB NOT NULL) STRICT"
    need(rows == [("table", t, t, sql.format(t)) for t in TABLES], "schema")


def read_table(db, table, most=MAX_BLOB):
    bad = db.execute(f"SELECT count(*) FROM {table} WHERE typeof(d) <> 'blob' OR length(d) > ?", (most,))
    need(bad.fetchone() == (0,), f"{table}: not a blob, or too long")
    rows = db.execute(f"SELECT id, d FROM {table} ORDER BY id").fetchall()
    need(all(a[0] < b[0] for a, b in zip([(0,)] + rows, rows)), f"{table}: rows not positive, or out of order")
    return dict(rows)


def read_vault_id(db):  # §2
    rows = read_table(db, "vault", 32)
    need(list(rows) == [1] and len(rows[1]) == 32, "vault: not one row of 32 bytes")
    need(rows[1][16:] == sha("keyctl/v1/vault-id", rows[1][:16])[:16], "the vault's id")
    return rows[1][:16]


# ---- slots (§4) ----

def parse_slot(row, raw):
    c = Cursor(raw, f"slot {row}")
    need(c.number(1) == 1, f"slot {row}: version")
    slot_id, kind, role = c.take(16), c.number(1), c.number(1)
    need(kind in KINDS and role in CONTENTS, f"slot {row}: kind or role")
    name = c.take(c.number(2)).decode("utf-8")
    need(1 <= len(name) <= 200, f"slot {row}: name")
    blob = c.take(c.number(2))
    need(len(blob) == PARAMETERS[kind], f"slot {row}: parameters")
    params, cost = blob, 0
    if kind == 1:
        params = memory, passes, lanes = struct.unpack(">III", blob)
        need(19 * 1024 <= memory <= 2048 * 1024 and 1 <= passes <= 16 and 1 <= lanes <= 4, f"slot {row}: Argon2id")
        cost = memory * passes
    commitment, sealed = c.take(32), c.rest()
    need(len(sealed) == 40 + CONTENTS[role], f"slot {row}: length")
    info = b"keyctl/v1/slot" + bytes([kind, role]) + blob
    return Slot(row, raw, slot_id, kind, role, name, params, cost, commitment, sealed, info)


def read_slots(db):
    slots = [parse_slot(row, raw) for row, raw in read_table(db, "slot", 1024).items()]
    need(len(slots) <= 32 and sum(s.kind == 1 for s in slots) <= 8, "too many slots")
    need(sum(s.cost for s in slots) <= 32 * 1024 * 1024, "the slots ask for too much memory and time")  # in KiB
    return slots


def slots_digest(vault_id, slots):
    rows = [struct.pack(">QI", s.row, len(s.raw)) + s.raw for s in slots]
    return sha("keyctl/v1/slots", vault_id, struct.pack(">I", len(slots)), *rows)


def read_secret(kind, value):
    """The secret as bytes, ready for the slots of its kind."""
    if kind == 1:
        passphrase = unicodedata.normalize("NFC", value).encode("utf-8")
        if not 1 <= len(passphrase) <= 1024:
            raise NoSlot("a passphrase has 1 to 1,024 bytes")
        return passphrase
    contents = pathlib.Path(value).read_bytes()
    if kind == 2:
        return recovery_key(contents)
    if kind == 4:
        return identities(contents.decode("utf-8"))
    contents = contents.removesuffix(b"\n").removesuffix(b"\r")  # one line end does not count
    if len(contents) < 32:
        raise NoSlot("a key file has at least 32 bytes")
    return sha("keyctl/v1/keyfile", contents)


def identities(text):
    """The secret keys of an age identity file by their recipients."""
    lines = [line.strip() for line in text.splitlines()]
    secrets = [bech32("age-secret-key-", line.lower()) for line in lines if line and not line.startswith("#")]
    keys = [X25519PrivateKey.from_private_bytes(secret) for secret in secrets]
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return {key.public_key().public_bytes(*raw): key for key in keys}


def bech32(hrp, text):
    """32 bytes out of Bech32 (BIP 173); the checksum is not judged, a wrong key opens nothing."""
    need(text.startswith(hrp + "1"), "an identity of another kind")
    digits = ["qpzry9x8gf2tvdw0s3jn54khce6mua7l".index(c) for c in text[len(hrp) + 1 : -6]]
    number = 0
    for digit in digits:
        number = number << 5 | digit
    return (number >> (5 * len(digits) - 256)).to_bytes(32, "big")


def recovery_key(text):
    letters = re.sub(rb"[-\s]", b"", text).upper()
    if not re.fullmatch(rb"[A-Z2-7]{56}", letters):  # 35 bytes are just 56 characters: nothing is left over
        raise NoSlot("not a recovery key")
    raw = base64.b32decode(letters)
    if raw[32:] != sha("keyctl/v1/recovery-check", raw[:32])[:3]:
        raise NoSlot("the recovery key has a typing error")
    return raw[:32]


def try_slots(vault_id, slots, kind, secret):
    for slot in slots:
        if slot.kind != kind:
            continue
        keyed = secret
        if kind == 1:
            memory, passes, lanes = slot.params
            keyed = hash_secret_raw(secret, slot.id, passes, memory, lanes, 32, Type.ID, 0x13)
        if kind == 4:
            identity = secret.get(slot.params[32:])
            if identity is None:
                continue
            keyed = identity.exchange(X25519PublicKey.from_public_bytes(slot.params[:32]))
        both = hkdf(keyed, vault_id + slot.id, slot.info, 64)
        if hmac.compare_digest(both[32:], slot.commitment):
            return open_slot(vault_id, slot, both[:32])
    raise NoSlot("the secret opens no slot")


def open_slot(vault_id, slot, kek):
    """From here on the secret is the right one: what does not fit is damage."""
    contents = unseal(kek, slot.info, slot.sealed, f"slot {slot.row}")
    need(len(contents) == CONTENTS[slot.role], f"slot {slot.row}: contents")
    root, vault_key = contents[:32], contents[-32:]
    if slot.role != ADMIN:
        return Opened(slot, root, vault_key)
    signer = Ed25519PrivateKey.from_private_bytes(derive(root, vault_id, "sign/head"))
    public = signer.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    need(public == vault_key, f"slot {slot.row}: its key does not lead to the vault key beside it")
    return Opened(slot, derive(root, vault_id, "read"), vault_key)


# ---- the head (§6) ----

def read_head(db, vault_id, opened):
    rows = read_table(db, "head")
    need(list(rows) == [1] and len(rows[1]) > 64, "head: not one row")
    sealed, signature = rows[1][:-64], rows[1][-64:]
    verify_strict(opened.vault_key, signature, b"keyctl/v1/head-signature\0" + vault_id + sealed)
    plain = unseal(derive(opened.rrk, vault_id, "head"), b"keyctl/v1/head\0" + vault_id, sealed, "head")
    fields = cbor(plain, "head")
    need(fits(fields, head_shape()), "head: fields")
    return check_head(*fields)


def check_head(fmt, generation, tables, slots, last, brand, kdf, ever):
    need(fmt == 1 and generation >= 1, "head: format or generation")
    for code, (number, bits, _, digests) in enumerate(tables, 1):
        need(number == code and bits in PAGE_BITS and len(digests) == 32 * (1 << bits) // 64, "head: tables")
    need(re.fullmatch(r"[a-z][a-z0-9]{1,11}", brand), "head: brand")
    need(19456 <= kdf[0] <= 2097152 and 1 <= kdf[1] <= 16 and 1 <= kdf[2] <= 4, "head: Argon2id")
    need(tables[0][2] <= ever, "head: more keys than were ever made")
    return Head(generation, tables, last[0], last[1], brand, ever), slots


# ---- nodes, pages, records (§5, §6) ----

def read_records(vault_id, k_page, head, nodes, pages):
    """Every record of every table as {table: {loc: CBOR}}. Takes the rows it needs: what is left over is damage."""
    records = {}
    for code, bits, count, digests in head.tables:
        found = records[code] = {}
        for n in range((1 << bits) // 64):
            want = digests[32 * n:32 * n + 32]
            read_node(vault_id, k_page, (code, bits), n, want, nodes, pages, found)
        need(len(found) == count, f"table {code}: the number of records")
    need(not nodes and not pages, "a page or node that nothing names")
    return records


def read_node(vault_id, k_page, table, n, want, nodes, pages, found):
    code, _ = table
    what, d = f"node {code}/{n}", nodes.pop(code * 64 + n, None)
    need((d is None) == (want == ZERO), f"{what}: there, or not there, against its digest")
    if d is None:
        d = bytes(2048)  # all its pages must be absent: they stay in `pages`, and are found there
    else:
        need(len(d) == 2048 and any(d), f"{what}: length, or all zero")
        need(sha("keyctl/v1/node", vault_id, bytes([code, n]), d) == want, f"{what}: digest")
    for i in range(64):
        read_page(vault_id, k_page, table, 64 * n + i, d[32 * i:32 * i + 32], pages, found)


def read_page(vault_id, k_page, table, number, want, pages, found):
    code, bits = table
    what, d = f"page {code}/{number}", pages.pop(code * 4096 + number, None)
    need((d is None) == (want == ZERO), f"{what}: there, or not there, against its digest")
    if d is None:
        return
    place = vault_id + struct.pack(">BH", code, number)
    need(sha("keyctl/v1/page-digest", place, d) == want, f"{what}: digest")
    c = Cursor(unseal(k_page, b"keyctl/v1/page\0" + place, d, what), what)
    count, last = c.number(4), b""
    need(count > 0, f"{what}: empty")
    for _ in range(count):
        loc, length = c.take(16), c.number(4)
        need(loc > last and length <= 65_536, f"{what}: order or length of a record")
        need(int.from_bytes(loc[:2], "big") >> (16 - bits) == number, f"{what}: a record of another page")
        found[loc] = cbor(c.take(length), what)
        last = loc
    c.padding()


def loc_of(k_loc, table, what, project, value):
    project, value = (project or "").encode(), value.encode()
    need(len(project) < 65_536 and len(value) < 65_536, "a text is too long")
    parts = (bytes([table, what]), struct.pack(">H", len(project)), project, struct.pack(">H", len(value)), value)
    return hmac.digest(k_loc, b"".join(parts), "sha256")[:16]


def check_key(k_loc, head, loc, key):
    need(fits(key, key_shape()), "a key: fields")
    need(loc == loc_of(k_loc, KEYS, 1, None, key[0]), f"{key[0]}: found where another key lives")
    labels, scopes, generations = key[11], key[12], key[25]
    need(labels == sorted(labels, key=lambda x: x[0].encode()), f"{key[0]}: labels")
    need(scopes == sorted(scopes, key=str.encode), f"{key[0]}: scopes")
    numbers = [g[0] for g in generations]
    need(1 <= len(numbers) <= 100 and all(a < b for a, b in zip(numbers, numbers[1:])), f"{key[0]}: generations")
    need(key[23] in numbers and numbers[-1] < key[24], f"{key[0]}: number of a generation")
    need(all((g[4] is None) == (g[0] == key[23]) for g in generations), f"{key[0]}: current generation")
    need(key[10] < head.ever, f"{key[0]}: made after the last key")
    texts = [x for x in (key[1], key[4]) if x is not None] + scopes + key[17] + key[18] + key[19] + sum(labels, [])
    need(sum(len(t.encode()) + 3 for t in texts) + 256 <= 3_800, f"{key[0]}: more than a bundle can carry")


def check_index(k_loc, keys, index):
    """§7: one name for each key that is not revoked, one public id for each generation of each key; no others."""
    expected = {}

    def expect(what, project, value, record):
        loc = loc_of(k_loc, INDEX, what, project, value)
        need(loc not in expected, "two keys have one name, or two tokens one public id")
        expected[loc] = record

    for key in keys:
        if key[5] != REVOKED:
            expect(2, key[1], key[8], [key[1], key[8], key[0]])
        for g in key[25]:
            expect(3, None, g[1], [g[1], key[0], g[0]])
    need(index == expected, "the index and the keys do not agree")


def check_setting(setting):
    """§7: the name of a setting, which is well formed."""
    policy = [is_text, maybe(is_text), maybe(is_text), is_uint, is_bool, is_bool, is_bool, is_text]
    if fits(setting, policy) and setting[0] == "policy":
        return setting[0]
    key = [is_digest, is_time, maybe(is_time), maybe(is_bytes)]
    need(fits(setting, [is_text, is_digest, array_of(key)]) and setting[0] == "bundle", "an unknown setting")
    need(1 <= len(setting[2]) <= 16, "bundle: number of keys")
    need([key[2] is None for key in setting[2]] == [True] + [False] * (len(setting[2]) - 1), "bundle: current key")
    return setting[0]


# ---- the audit log (§8) ----

def read_audit(vault_id, k_audit, head, rows):
    entries, digest, row, last, closed = [], ZERO, 0, 0, True
    for row, d in rows.items():
        aad = b"keyctl/v1/audit\0" + vault_id + struct.pack(">Q", row)
        before, (more, is_full) = closed, read_segment(f"audit {row}", unseal(k_audit, aad, d, f"audit {row}"), digest)
        for number, entry in enumerate(more, row):
            need(fits(entry, entry_shape()) and entry[0] == number, f"audit {row}: entry {number}")
            need(number > 1 or entry[9] == ZERO, "audit: the first entry names a head before it")
            need(follows(entry) == last, f"audit: entry {number} does not follow {last}")
            need(number in (row, last + 1), f"audit {row}: a gap inside")
            last = number
        need(before or follows(more[0]) + 1 < row, f"audit {row}: the segment before was still open")
        entries, closed = entries + more, is_full
        digest = sha("keyctl/v1/audit-digest", vault_id, struct.pack(">Q", row), d)
    need((row, digest) == (head.last_row, head.last_digest), "audit: not the last segment that the head names")
    need(last == head.generation, "audit: does not end at the head's generation")
    return entries


def follows(entry):
    """The generation before: a backup that was put back goes on from its own."""
    if entry[1] == "restore":
        for change in entry[6]:
            for field, before, after in change[4]:
                if change[:4] == ["vault", None, None, None] and field == "generation":
                    need(before.isdecimal() and after == str(entry[0]), "audit: a restore of no generation")
                    need(int(before) < entry[0], "audit: a restore of a later generation")
                    return int(before)
    return entry[0] - 1


def read_segment(what, plain, digest_before):
    """The entries, and whether the segment is closed. §8 does not say whether an entry's length counts for the
    65,536 bytes: a segment is too full without the lengths, and closed with them."""
    c = Cursor(plain, what)
    need(c.take(32) == digest_before, f"{what}: digest of the segment before")
    count, entries, size = c.number(4), [], 0
    need(1 <= count <= 64, f"{what}: number of entries")
    for _ in range(count):
        need(size < 65_536, f"{what}: too full")
        data = c.take(c.number(4))
        size += len(data)
        entries.append(cbor(data, what))
    c.padding()
    return entries, count == 64 or size + 4 * count >= 65_536


# ---- opening (§9) ----

def open_vault(path, kind, value):
    compare_header(path)
    secret = read_secret(kind, value)
    with contextlib.closing(open_database(path)) as db:
        db.execute("BEGIN")
        check_schema(db)
        vault_id, slots = read_vault_id(db), read_slots(db)
        db.execute("COMMIT")
        opened = try_slots(vault_id, slots, kind, secret)  # outside of any transaction
        db.execute("BEGIN")
        check_schema(db)
        need(read_vault_id(db) == vault_id, "the vault's id has changed")
        return read_all(db, vault_id, opened)


def read_all(db, vault_id, opened):
    head, digest = read_head(db, vault_id, opened)
    slots = read_slots(db)
    need(slots_digest(vault_id, slots) == digest, "slots: digest")
    need(opened.slot in slots, "the slot that was used is gone")
    k_page, k_loc, k_audit = (derive(opened.rrk, vault_id, name) for name in ("page", "loc", "audit"))
    records = read_records(vault_id, k_page, head, read_table(db, "node", 2048), read_table(db, "page"))
    for loc, key in records[KEYS].items():
        check_key(k_loc, head, loc, key)
    keys = sorted(records[KEYS].values(), key=lambda key: key[10], reverse=True)
    need(len({key[10] for key in keys}) == len(keys), "two keys were made at once")
    check_index(k_loc, keys, records[INDEX])
    for loc, owner in records[3].items():
        shape = [is_text, array_of(is_text), is_time, is_time, is_key_id]
        need(fits(owner, shape) and owner[1] == sorted(owner[1], key=str.encode), "an owner: fields")
        need(loc == loc_of(k_loc, 3, 4, None, owner[0]), "an owner where another one lives")
    for loc, setting in records[4].items():
        need(loc == loc_of(k_loc, 4, 5, None, check_setting(setting)), "a setting where it does not belong")
    return Vault(head, keys, records[INDEX], read_audit(vault_id, k_audit, head, read_table(db, "audit")))


# ---- what is printed ----

def iso(seconds):
    return None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def show_key(brand, k):
    environment, short = ENVIRONMENTS[k[2]]
    generations = [{"n": g[0], "prefix": f"{brand}_{short}_{g[1]}", "created_at": iso(g[3]), "valid_until": iso(g[4]),
                    "last_used_at": iso(g[5])} for g in k[25]]
    used = max((g[5] for g in k[25] if g[5] is not None), default=None)
    return {"id": k[0], "name": k[8], "kind": KEY_KINDS[k[3]], "project": k[1], "environment": environment,
            "owner": k[4], "scopes": k[12], "paths": k[17], "ips": k[18], "customers": k[19], "rate_limit": k[20],
            "labels": dict(k[11]), "note": k[21], "recoverable": k[22], "generation": k[23], "not_before": iso(k[6]),
            "created_at": iso(k[9]), "updated_at": iso(k[13]), "expires_at": iso(k[7]), "last_used_at": iso(used),
            "revoked_at": iso(k[14]), "revoke_reason": k[15], "generations": generations}


def show_entry(e):
    changes = [{"kind": c[0], "id": c[1], "project": c[2], "name": c[3],
                "owner": c[5] if len(c) == 6 else None,
                "fields": [dict(zip(("field", "from", "to"), f)) for f in c[4]]} for c in e[6]]
    return {"generation": e[0], "time": iso(e[2]), "verb": e[1], "actor": e[3], "host": e[4], "slot": e[5],
            "changes": changes, "uses": e[7]}


def show(vault, command):
    if command == "list":
        return [show_key(vault.head.brand, key) for key in vault.keys]
    if command == "audit":
        return [show_entry(entry) for entry in reversed(vault.audit)]
    return {"ok": True, "keys": len(vault.keys), "audit_entries": len(vault.audit), "generation": vault.head.generation}


def main(args):
    given = [(kind, os.environ[name]) for kind, name in KINDS.items() if name in os.environ]
    if len(args) != 2 or args[1] not in ("list", "audit", "check") or len(given) != 1:
        print("usage: read_vault.py VAULT list|audit|check, with one VAULT_… secret", file=sys.stderr)
        return 2
    try:
        print(json.dumps(show(open_vault(pathlib.Path(args[0]), *given[0]), args[1]), ensure_ascii=False, indent=1))
        return 0
    except NoSlot as e:
        code, why = 4, e
    except (Damage, sqlite3.Error, ValueError, OverflowError) as e:
        code, why = 7, f"damaged: {e}"
    except OSError as e:
        code, why = 2, e
    print(f"read_vault: {why}".replace("\n", " "), file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
