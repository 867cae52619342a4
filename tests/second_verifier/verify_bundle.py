#!/usr/bin/env python3
"""The second verifier of keyctl bundles, written from `bundle-format.md` and `token-format.md`.

It needs Python 3.9 or later and the package `cryptography`, and has two uses.

Against test vectors (section 11), which are files or directories of them:

    verify_bundle.py VECTOR.json...

It prints a line for each field of a verdict that differs and then `N vectors, M wrong`. It exits
with 0 when all agree and there was at least one, else with 1.

Against a bundle, with the token on standard input:

    verify_bundle.py --bundle FILE --trust kcpub_... [--now UNIX] [--project P] [--environment E]
        [--scope S]... [--method M] [--path P] [--ip A] [--customer C] [--strict]
        [--stream HEX] [--min-serial N] [--max-age SECONDS]

It prints the verdict as JSON and exits with 0 for VALID, with 13 when the bundle or the clock is to
blame, with 11 when the token is good but not for this request, else with 10.

It keeps no state: it remembers no bundle, and never says RATE_LIMITED (section 10).
The sections that comments name are those of `bundle-format.md` unless they say otherwise.
"""

import argparse
import hashlib
import ipaddress
import json
import os
import re
import struct
import sys
import time
import zlib
from bisect import bisect_right
from pathlib import Path
from typing import NamedTuple, Optional

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

LAST_INSTANT = 253402300799
CLOCK_TOLERANCE = 300


class Fault(Exception):
    """A step of section 7 failed. The argument is the code."""


def require(holds, code="BUNDLE_CORRUPT"):
    if not holds:
        raise Fault(code)


def sha256(data):
    return hashlib.sha256(data).digest()


def is_zero(data):
    return not any(data)


# ---------------------------------------------------------------- keys, signatures (section 3)

FIELD = 2**255 - 19
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, FIELD) % FIELD


def parse_public_key(text):
    """`kcpub_`, 32 bytes in hex, and the first 4 bytes of their SHA-256."""
    if not re.fullmatch(r"kcpub_[0-9a-f]{72}", text):
        raise ValueError(f"not a public key: {text!r}")
    data = bytes.fromhex(text[len("kcpub_"):])
    if data[32:] != sha256(data[:32])[:4]:
        raise ValueError(f"a public key with a typing error: {text!r}")
    return data[:32]


def format_public_key(key):
    return "kcpub_" + (key + sha256(key)[:4]).hex()


def key_id(public_key):
    return sha256(b"keyctl/v1/bundle-key\0" + public_key)[:16]


def is_strict_point(encoding):
    """Whether y is reduced and the point is none of the eight of small order.

    Those have y = 0 (order 4), y = 1 or -1 (orders 1 and 2), or double to y = 0 (order 8). Doubling
    gives y = 0 when x² = -y², which makes the curve's equation d·y⁴ + 2·y² - 1 = 0. Points with
    x = 0, of which the sign bit could be set needlessly, have y = 1 or -1.
    """
    y = int.from_bytes(encoding, "little") % 2**255
    return y < FIELD and y * (y**2 - 1) * (CURVE_D * y**4 + 2 * y**2 - 1) % FIELD != 0


def is_good_signature(public_key, signature, message):
    """Strict Ed25519. OpenSSL computes R without the cofactor and compares its encoding."""
    if int.from_bytes(signature[32:], "little") >= GROUP_ORDER:
        return False
    if not is_strict_point(public_key) or not is_strict_point(signature[:32]):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# ---------------------------------------------------------------- files and their pages (section 2)

PAGE_SIZE = 4096
FAN_OUT = 85
MOST_LEAVES = 2**40


class DiskFile:
    """A file that is read in place, a page at a time."""

    def __init__(self, path):
        self.path = path

    def open(self):
        self.file = open(self.path, "rb", buffering=0)
        return os.fstat(self.file.fileno()).st_size

    def read(self, offset, length):
        return os.pread(self.file.fileno(), length, offset)


class SparseFile:
    """The file of a vector: zeros but for the parts, and perhaps too large to be made."""

    def __init__(self, size, parts):
        self.size = size
        self.parts = [(offset, bytes.fromhex(data)) for offset, data in parts]

    def open(self):
        return self.size

    def read(self, offset, length):
        end = min(offset + length, self.size)
        data = bytearray(max(end - offset, 0))
        for start, part in self.parts:
            low, high = max(start, offset), min(start + len(part), end)
            if low < high:
                data[low - offset:high - offset] = part[low - start:high - start]
        return bytes(data)


def read_page(file, number):
    try:
        page = file.read(number * PAGE_SIZE, PAGE_SIZE)
    except OSError:
        raise Fault("BUNDLE_UNREADABLE") from None
    require(len(page) == PAGE_SIZE, "BUNDLE_UNREADABLE")
    return page


class Tree:
    """Where the pages of a bundle with so many leaves lie."""

    def __init__(self, leaves):
        self.widths = [leaves] if leaves else []
        while leaves > 1:
            leaves = -(-leaves // FAN_OUT)
            self.widths.append(leaves)
        self.height = len(self.widths) - 1

    def file_size(self):
        return PAGE_SIZE * (1 + sum(self.widths))

    def children(self, level, index):
        return min(FAN_OUT, self.widths[level - 1] - FAN_OUT * index)

    def number(self, level, index):
        last_leaf = min((index + 1) * FAN_OUT**level, self.widths[0]) - 1
        nodes_before = sum(last_leaf // FAN_OUT**i for i in range(1, self.height + 1))
        return 1 + last_leaf + nodes_before + level


# ---------------------------------------------------------------- the header (sections 3 and 7)

MAGIC = bytes.fromhex("894B43420D0A1A0A")
VERSION = 1
SIGNED_SIZE = 3840
HEADER_TAG = b"keyctl/v1/bundle-header\0"


class Header(NamedTuple):
    stream: bytes
    serial: int
    issued_at: int
    valid_until: int
    entries: int
    leaves: int
    root: bytes
    salt: bytes
    vault_head: bytes


def open_bundle(file):
    """Step 2: the size of the file, and its first page."""
    try:
        size = file.open()
    except OSError:
        raise Fault("BUNDLE_UNREADABLE") from None
    page = read_page(file, 0)
    require(page[:8] == MAGIC, "BUNDLE_UNREADABLE")
    require(int.from_bytes(page[8:10], "big") == VERSION, "BUNDLE_UNREADABLE")
    return size, page


def find_signer(page, trust):
    """Step 3: the first trusted key by which a signature is good. No trusted key's may be bad."""
    number = page[3840]
    first, second = page[3848:3928], page[3928:4008]
    well_formed = (
        number in (1, 2)
        and is_zero(page[3841:3848])
        and is_zero(page[4008:])
        and (number == 2 or is_zero(second))
        and (number == 1 or first[:16] != second[:16])
    )
    require(well_formed, "BUNDLE_UNTRUSTED")
    trusted = {key_id(key): key for key in trust}
    message = HEADER_TAG + page[:SIGNED_SIZE]
    signers = []
    for block in (first, second)[:number]:
        key = trusted.get(block[:16])
        if key is not None:
            require(is_good_signature(key, block[16:], message), "BUNDLE_UNTRUSTED")
            signers.append(key)
    require(signers, "BUNDLE_UNTRUSTED")
    return signers[0]


def parse_header(page):
    return Header(*struct.unpack_from(">16s5Q32s32s32s", page, 16))


def check_fields(header, page, size):
    """Step 4."""
    require(is_zero(page[10:16]) and is_zero(page[168:SIGNED_SIZE]))
    require(header.serial < 2**53)
    require(header.issued_at < header.valid_until <= LAST_INSTANT)
    require(header.leaves <= header.entries <= 31 * header.leaves)
    require(header.leaves <= MOST_LEAVES)
    require(is_zero(header.root) == (header.leaves == 0))
    require(size == Tree(header.leaves).file_size())


def check_freshness(header, header_hash, caller, now):
    """Steps 5 to 8: what the caller asks for, and what it remembers."""
    remembered = caller.remembered
    streams = {caller.stream, remembered and remembered["stream"]} - {None}
    require(streams <= {header.stream.hex()}, "BUNDLE_UNTRUSTED")

    require(header.issued_at <= now + CLOCK_TOLERANCE, "CLOCK_SKEW")

    require(now < header.valid_until, "BUNDLE_STALE")
    require(caller.max_age is None or now - header.issued_at <= caller.max_age, "BUNDLE_STALE")

    require(caller.min_serial is None or header.serial >= caller.min_serial, "BUNDLE_ROLLED_BACK")
    if remembered is not None:
        same = header_hash.hex() == remembered["header_hash"]
        newer = header.serial > remembered["serial"]
        require(newer or same and header.serial == remembered["serial"], "BUNDLE_ROLLED_BACK")
        require(header.issued_at >= remembered["issued_at"] - CLOCK_TOLERANCE, "CLOCK_SKEW")


# ---------------------------------------------------------------- the token (token-format.md)

BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LONGEST_TOKEN = 81
TOKEN = re.compile(rb"([a-z][a-z0-9]{1,11}_(prod|stage|dev)_[0-9A-Za-z]{12})_[0-9A-Za-z]{49}")
TOKEN_ENVIRONMENTS = {b"prod": 1, b"stage": 2, b"dev": 3}


class Token(NamedTuple):
    prefix: str
    environment: int
    digest: bytes


def base62_crc(data):
    value = zlib.crc32(data)
    digits = []
    for _ in range(6):
        value, digit = divmod(value, 62)
        digits.append(BASE62[digit])
    return bytes(reversed(digits))


def parse_token(text):
    """Step 9; `Reading a token` of token-format.md."""
    require(len(text) <= LONGEST_TOKEN, "MALFORMED")
    match = TOKEN.fullmatch(text)
    require(match, "MALFORMED")
    require(text[-6:] == base62_crc(text[:-6]), "BAD_CHECKSUM")
    prefix, environment = match.groups()
    digest = sha256(b"keyctl/token/v1\0" + text)
    return Token(prefix.decode("ascii"), TOKEN_ENVIRONMENTS[environment], digest)


# ---------------------------------------------------------------- the tree (sections 4, 5 and 7)

ENTRY_SIZES = (128, 256, 512, 1024, 2048, 4032)
ENTRY_OVERHEAD = 34  # lk 16, size 2, tag 16
PAGE_HEAD = 16


def derive(header, digest, purpose, length):
    info = purpose + header.stream + header.serial.to_bytes(8, "big")
    return HKDF(algorithm=SHA256(), length=length, salt=header.salt, info=info).derive(digest)


def read_tree_page(file, level, number, vouched):
    """A page is hashed before anything in it is looked at."""
    page = read_page(file, number)
    place = level.to_bytes(1, "big") + number.to_bytes(8, "big")
    require(sha256(b"keyctl/v1/bundle-page\0" + place + page) == vouched)
    require(page[0] == level and page[1] == 0 and is_zero(page[4:PAGE_HEAD]))
    return page


def parse_node(page, children):
    """The `lk` and the hash of each child."""
    require(int.from_bytes(page[2:4], "big") == children)
    end = PAGE_HEAD + 48 * children
    require(is_zero(page[end:]))
    return [(page[at:at + 16], page[at + 16:at + 48]) for at in range(PAGE_HEAD, end, 48)]


def parse_leaf(page):
    """The `lk` and the whole of each entry."""
    count = int.from_bytes(page[2:4], "big")
    require(count > 0)
    entries, at = [], PAGE_HEAD
    for _ in range(count):
        size = int.from_bytes(page[at + 16:at + 18], "big")
        require(size in ENTRY_SIZES and at + size <= PAGE_SIZE)
        entries.append((page[at:at + 16], page[at:at + size]))
        at += size
    require(is_zero(page[at:]))
    return entries


def check_order(lks, first, limit):
    """Strictly ascending, from what the node above gives to what comes after this page."""
    require(all(a < b for a, b in zip(lks, lks[1:])))
    require(first is None or lks[0] == first)
    require(limit is None or lks[-1] < limit)


def find_entry(file, header, wanted):
    """Steps 10 and 11: one page a level, from the root down."""
    require(header.leaves, "UNKNOWN")
    tree = Tree(header.leaves)
    index, vouched, first, limit = 0, header.root, None, None
    for level in range(tree.height, 0, -1):
        page = read_tree_page(file, level, tree.number(level, index), vouched)
        children = parse_node(page, tree.children(level, index))
        lks = [lk for lk, _ in children]
        check_order(lks, first, limit)
        child = max(bisect_right(lks, wanted) - 1, 0)
        if child + 1 < len(children):
            limit = lks[child + 1]
        first, vouched = children[child]
        index = FAN_OUT * index + child
    entries = parse_leaf(read_tree_page(file, 0, tree.number(0, index), vouched))
    check_order([lk for lk, _ in entries], first, limit)
    entry = dict(entries).get(wanted)
    require(entry is not None, "UNKNOWN")
    return entry


# ---------------------------------------------------------------- CBOR (section 6)

UNSIGNED, TEXT, ARRAY = 0, 3, 4
SIMPLE = {0xF4: False, 0xF5: True, 0xF6: None}


def take(data, at, length):
    if length > len(data) - at:
        raise ValueError("the CBOR ends too early")
    return data[at:at + length]


def decode_argument(data, at, info):
    """The number in a head, and where the head ends."""
    if info < 24:
        return info, at
    if info > 27:
        raise ValueError("an indefinite length, or a reserved head")
    width = 1 << (info - 24)
    value = int.from_bytes(take(data, at, width), "big")
    if value < (24 if width == 1 else 1 << (4 * width)):
        raise ValueError("a head that is longer than need be")
    return value, at + width


def decode_item(data, at, depth):
    """The item at `at`, with at most `depth` arrays in each other, and where it ends."""
    first = take(data, at, 1)[0]
    if first in SIMPLE:
        return SIMPLE[first], at + 1
    major, info = first >> 5, first & 31
    if major not in (UNSIGNED, TEXT, ARRAY):
        raise ValueError("a type that is in no grant")
    argument, at = decode_argument(data, at + 1, info)
    if major == UNSIGNED:
        return argument, at
    if major == TEXT:
        return take(data, at, argument).decode("utf-8"), at + argument
    if depth == 0:
        raise ValueError("arrays too deep in each other")
    items = []
    for _ in range(argument):
        item, at = decode_item(data, at, depth - 1)
        items.append(item)
    return items, at


# ---------------------------------------------------------------- scopes to addresses (section 9)

SCOPE = re.compile(r"\*|[a-z0-9._-]+(:[a-z0-9._-]+)*(:\*)?")
METHOD = re.compile(r"[A-Z]{1,16}")
# Cc and White_Space, then what else no path may hold.
NOT_IN_PATHS = re.compile(
    "[\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    r"|[\\?#]|%(2F|5C|00|2E)",
    re.IGNORECASE,
)


def is_scope(text):
    return SCOPE.fullmatch(text) is not None and len(text) <= 128


def grants_scope(held, named):
    if held == "*":
        return True
    if held.endswith(":*"):
        return named.startswith(held[:-1])
    return named == held


def utf8_size(text):
    """None for a text that is not Unicode, as a command line can hold."""
    try:
        return len(text.encode("utf-8"))
    except UnicodeEncodeError:
        return None


def segments(path):
    return path[1:].split("/") if path != "/" else []


def is_normal_path(path):
    size = utf8_size(path)
    return (
        size is not None
        and size <= 8192
        and path.startswith("/")
        and not any(segment in ("", ".", "..") for segment in segments(path))
        and not NOT_IN_PATHS.search(path)
    )


def split_pattern(pattern):
    """The method, or None, and the path of a pattern."""
    if pattern.startswith("/"):
        return None, pattern
    method, _, path = pattern.partition(" ")
    return method, path


def is_pattern(pattern):
    method, path = split_pattern(pattern)
    return (
        utf8_size(pattern) <= 512
        and (method is None or METHOD.fullmatch(method) is not None)
        and is_normal_path(path)
        and not re.search(r"[\[\]{}]", path)
        and not any("**" in segment and segment != "**" for segment in segments(path))
    )


def matches_segment(pattern, segment):
    """Each literal part is found as early as it can be, and the last one at the end."""
    first, *rest = pattern.split("*")
    if not rest:
        return segment == first
    *middle, last = rest
    if not segment.startswith(first):
        return False
    at = len(first)
    for part in middle:
        at = segment.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return len(segment) - at >= len(last) and segment.endswith(last)


def matches_path(pattern, path):
    if pattern == "/**":
        return True
    wanted, given = segments(pattern), segments(path)
    reached = {0}  # how many segments of the path can be used up by the pattern so far
    for place, part in enumerate(wanted):
        if not reached:
            return False
        if part == "**":
            least = 1 if place == len(wanted) - 1 else 0
            reached = set(range(min(reached) + least, len(given) + 1))
        else:
            reached = {n + 1 for n in reached if n < len(given) and matches_segment(part, given[n])}
    return len(given) in reached


def matches_pattern(pattern, method, path):
    wanted, pattern_path = split_pattern(pattern)
    if wanted is not None and (method is None or ascii_capitals(method) != wanted):
        return False
    return matches_path(pattern_path, path)


def ascii_capitals(text):
    return text.upper() if text.isascii() else text


def parse_address(text):
    """An address, where one that is IPv4 mapped into IPv6 is the IPv4 address."""
    if "%" in text:
        raise ValueError("an address with a zone")
    address = ipaddress.ip_address(text)
    mapped = address.ipv4_mapped if address.version == 6 else None
    return mapped or address


def is_block(text):
    try:
        network = ipaddress.ip_network(text)
        return str(network) == text and parse_address(text.split("/")[0]).version == network.version
    except ValueError:
        return False


def in_blocks(text, blocks):
    try:
        address = parse_address(text)
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(block) for block in blocks)


# ---------------------------------------------------------------- the grant (sections 6 and 7)

ENVIRONMENTS = {1: "production", 2: "staging", 3: "development"}
KINDS = {1: "general", 2: "personal", 3: "webhook"}
GOOD, DISABLED, REVOKED = 1, 2, 3
CURRENT, IN_GRACE, ENDED = 1, 2, 3


class Grant(NamedTuple):
    key_id: str
    generation: int
    environment: int
    kind: int
    standing: int
    tenure: int
    redacted: bool
    project: Optional[str]
    owner: Optional[str]
    scopes: list
    paths: list
    blocks: list
    customers: list
    rate_limit: Optional[list]
    not_before: Optional[int]
    expires_at: Optional[int]
    generation_end: Optional[int]
    labels: Optional[list]


def is_unsigned(value, low, high):
    return type(value) is int and low <= value <= high


def is_name(value):
    return type(value) is str and value != ""


def is_list_of(value, predicate):
    return type(value) is list and all(type(v) is str and predicate(v) for v in value)


def is_rate_limit(value):
    return (
        type(value) is list
        and len(value) == 2
        and is_unsigned(value[0], 1, 10**9)
        and is_unsigned(value[1], 1, 31622400)
    )


def is_labels(value):
    def is_label(item):
        return type(item) is list and len(item) == 2 and is_name(item[0]) and type(item[1]) is str

    if type(value) is not list or not all(map(is_label, value)):
        return False
    return ascends([name for name, _ in value])


def ascends(texts):
    encoded = [text.encode("utf-8") for text in texts]
    return all(a < b for a, b in zip(encoded, encoded[1:]))


def is_grant(grant):
    """Whether the 18 items are what the table of section 6 says."""
    return (
        type(grant.key_id) is str
        and re.fullmatch(r"[0-9A-Za-z]{12}", grant.key_id) is not None
        and is_unsigned(grant.generation, 1, 2**32 - 1)
        and is_unsigned(grant.environment, 1, 3)
        and is_unsigned(grant.kind, 1, 3)
        and is_unsigned(grant.standing, 1, 3)
        and is_unsigned(grant.tenure, 1, 3)
        and type(grant.redacted) is bool
        and (grant.project is None or is_name(grant.project))
        and (grant.owner is None or is_name(grant.owner))
        and (not grant.redacted or grant.project is None and grant.owner is None)
        and is_list_of(grant.scopes, is_scope)
        and ascends(grant.scopes)
        and is_list_of(grant.paths, is_pattern)
        and is_list_of(grant.blocks, is_block)
        and is_list_of(grant.customers, is_name)
        and (grant.rate_limit is None or is_rate_limit(grant.rate_limit))
        and all(
            instant is None or is_unsigned(instant, 0, LAST_INSTANT)
            for instant in (grant.not_before, grant.expires_at, grant.generation_end)
        )
        and (grant.labels is None or is_labels(grant.labels))
    )


def decode_grant(text):
    """The grant at the beginning of a text, and its size."""
    try:
        items, size = decode_item(text, 0, depth=3)
    except ValueError:
        raise Fault("BUNDLE_CORRUPT") from None
    require(type(items) is list and len(items) == len(Grant._fields))
    grant = Grant(*items)
    require(is_grant(grant))
    return grant, size


def open_entry(entry, header, token):
    """Step 12."""
    ek = derive(header, token.digest, b"keyctl/v1/bundle/entry", 32)
    try:
        text = ChaCha20Poly1305(ek).decrypt(bytes(12), entry[18:], entry[:16])
    except InvalidTag:
        raise Fault("BUNDLE_CORRUPT") from None
    grant, size = decode_grant(text)
    require(is_zero(text[size:]))
    require(len(entry) == min(s for s in ENTRY_SIZES if s >= size + ENTRY_OVERHEAD))
    require(grant.environment == token.environment)
    return grant


# ---------------------------------------------------------------- deciding (section 8)

EXPIRES_SOON = 14 * 86400


def is_pending(grant, now):
    return grant.not_before is not None and now < grant.not_before


def is_expired(grant, now):
    return grant.expires_at is not None and now >= grant.expires_at


def is_superseded(grant, now):
    over = grant.generation_end is not None and now >= grant.generation_end
    return (
        grant.tenure == ENDED
        or over
        or grant.tenure == IN_GRACE and grant.generation_end is None
    )


def is_path_denied(grant, request):
    path = request["path"]
    if path is None:
        return bool(grant.paths)
    if not is_normal_path(path):
        return True
    matched = any(matches_pattern(pattern, request["method"], path) for pattern in grant.paths)
    return bool(grant.paths) and not matched


def is_scope_granted(named, grant):
    return is_scope(named) and any(grants_scope(held, named) for held in grant.scopes)


def unchecked(request):
    named = {
        "project": request["project"] is not None,
        "environment": request["environment"] is not None,
        "scopes": bool(request["scopes"]),
    }
    return [field for field, is_named in named.items() if not is_named]


def reasons_against(grant, request, now):
    """All of them, in the order of the table."""
    missing = unchecked(request) if request["strict"] else []
    project, environment = request["project"], request["environment"]
    ip, customer = request["ip"], request["customer"]
    table = {
        "REVOKED": grant.standing == REVOKED,
        "SUPERSEDED": is_superseded(grant, now),
        "DISABLED": grant.standing == DISABLED,
        "NOT_YET_VALID": is_pending(grant, now),
        "EXPIRED": is_expired(grant, now),
        "WRONG_ENVIRONMENT": "environment" in missing
        or environment is not None and environment != ENVIRONMENTS[grant.environment],
        "WRONG_PROJECT": "project" in missing or project is not None and project != grant.project,
        "PATH_DENIED": is_path_denied(grant, request),
        "IP_DENIED": grant.blocks and (ip is None or not in_blocks(ip, grant.blocks)),
        "CUSTOMER_DENIED": grant.customers and customer not in grant.customers,
        "INSUFFICIENT_SCOPE": "scopes" in missing
        or not grant.scopes
        or not all(is_scope_granted(named, grant) for named in request["scopes"] or []),
    }
    return [code for code, holds in table.items() if holds]


def warnings_for(grant, header, caller, now):
    lifetime = header.valid_until - header.issued_at
    table = {
        "IN_GRACE": grant.tenure == IN_GRACE,
        "EXPIRES_SOON": grant.expires_at is not None and grant.expires_at - now <= EXPIRES_SOON,
        "BUNDLE_AGING": 2 * (now - header.issued_at) >= lifetime,
        "NO_MEMORY": caller.remembered is None and caller.min_serial is None,
    }
    return [warning for warning, holds in table.items() if holds]


# ---------------------------------------------------------------- the verdict (sections 7 and 11)


class Caller(NamedTuple):
    """Who verifies: whom it trusts, what it asks of a bundle, what it remembers of the last one."""

    trust: list
    stream: Optional[str] = None
    min_serial: Optional[int] = None
    max_age: Optional[int] = None
    remembered: Optional[dict] = None


def status(grant, now):
    if grant.standing == REVOKED:
        return "revoked"
    if grant.standing == DISABLED:
        return "inactive"
    if is_pending(grant, now):
        return "pending"
    return "expired" if is_expired(grant, now) else "active"


def format_rate_limit(rate_limit):
    if rate_limit is None:
        return None
    count, seconds = rate_limit
    units = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
    unit, length = next((u, n) for u, n in units if seconds % n == 0)
    return f"{count}/{seconds // length}{unit}"


def describe_key(grant, token, now):
    return {
        "id": "key_" + grant.key_id,
        "prefix": token.prefix,
        "generation": grant.generation,
        "project": grant.project,
        "environment": ENVIRONMENTS[grant.environment],
        "kind": KINDS[grant.kind],
        "owner": grant.owner,
        "status": status(grant, now),
        "scopes": grant.scopes,
        "rate_limit": format_rate_limit(grant.rate_limit),
        "not_before": grant.not_before,
        "expires_at": grant.expires_at,
        "valid_until": grant.generation_end,
        "labels": None if grant.labels is None else dict(grant.labels),
    }


def describe_bundle(header, signer):
    return {
        "stream": header.stream.hex(),
        "serial": header.serial,
        "issued_at": header.issued_at,
        "valid_until": header.valid_until,
        "signer": format_public_key(signer),
    }


def verify(file, caller, token_text, request, now):
    """Section 7, from step 2 on. A code of steps 2 to 12 is the only reason."""
    verdict = dict.fromkeys(("code", "reasons", "warnings", "unchecked", "key", "bundle"))
    verdict.update(reasons=[], warnings=[], unchecked=unchecked(request))
    try:
        size, page = open_bundle(file)
        signer = find_signer(page, caller.trust)
        header = parse_header(page)
        check_fields(header, page, size)
        verdict["bundle"] = describe_bundle(header, signer)
        check_freshness(header, sha256(HEADER_TAG + page[:SIGNED_SIZE]), caller, now)
        token = parse_token(token_text)
        wanted = derive(header, token.digest, b"keyctl/v1/bundle/lookup", 16)
        grant = open_entry(find_entry(file, header, wanted), header, token)
        verdict["key"] = describe_key(grant, token, now)
        verdict["reasons"] = reasons_against(grant, request, now)
    except Fault as fault:
        verdict["reasons"] = list(fault.args)
    if verdict["reasons"]:
        verdict["code"] = verdict["reasons"][0]
    else:
        verdict["code"] = "VALID"
        verdict["warnings"] = warnings_for(grant, header, caller, now)
    return verdict


# ---------------------------------------------------------------- vectors (section 11)


def usable_keys(texts):
    """A text that is no public key vouches for nothing."""
    keys = []
    for text in texts:
        try:
            keys.append(parse_public_key(text))
        except ValueError:
            pass
    return keys


def verdict_of(vector):
    file = SparseFile(vector["bundle"]["size"], vector["bundle"]["parts"])
    trust = usable_keys(vector["trust"])
    asked = {field: vector[field] for field in ("stream", "min_serial", "max_age", "remembered")}
    token = vector["token"].encode("utf-8", "surrogatepass")
    return verify(file, Caller(trust, **asked), token, vector["request"], vector["now"])


def canonical(value):
    """A text by which 1, 1.0 and true differ, and the order of an object's members does not."""
    return json.dumps(value, sort_keys=True)


def differences(path):
    """Lines that say what is wrong with the verdict of a vector."""
    try:
        vector = json.loads(path.read_text("utf-8"))
        expected, got = vector["expect"], verdict_of(vector)
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"{path}: not a vector: {error!r}"]
    lines = []
    for field in sorted(expected.keys() | got.keys()):
        ours, theirs = canonical(got.get(field)), canonical(expected.get(field))
        if ours != theirs:
            lines.append(f"{path}: {field}: expected {theirs}, got {ours}")
    return lines


def run_vectors(arguments):
    files = []
    for path in map(Path, arguments):
        files.extend(sorted(path.glob("*.json")) if path.is_dir() else [path])
    wrong = 0
    for path in files:
        lines = differences(path)
        wrong += bool(lines)
        for line in lines:
            print(line)
    print(f"{len(files)} vectors, {wrong} wrong")
    return 0 if files and not wrong else 1


# ---------------------------------------------------------------- the command line


def read_token():
    """Standard input without the end of its line. What is too long need not be read whole."""
    text = sys.stdin.buffer.read(LONGEST_TOKEN + 3)
    return re.sub(rb"\r?\n\Z", b"", text)


def exit_code(code):
    if code == "VALID":
        return 0
    if code.startswith("BUNDLE_") or code == "CLOCK_SKEW":
        return 13
    refused = "WRONG_PROJECT PATH_DENIED IP_DENIED CUSTOMER_DENIED INSUFFICIENT_SCOPE".split()
    return 11 if code in refused else 10


def run_bundle(args):
    now = int(time.time()) if args.now is None else args.now  # step 1
    fields = ("project", "environment", "method", "path", "ip", "customer", "strict")
    request = {field: getattr(args, field) for field in fields}
    request["scopes"] = args.scope
    caller = Caller(args.trust, args.stream, args.min_serial, args.max_age)
    verdict = verify(DiskFile(args.bundle), caller, read_token(), request, now)
    print(json.dumps(verdict))
    return exit_code(verdict["code"])


def parse_arguments():
    parser = argparse.ArgumentParser(description="Verify a token against a keyctl bundle.")
    parser.add_argument("vectors", nargs="*", metavar="VECTOR", help="a file or a directory")
    parser.add_argument("--bundle", metavar="FILE", help="verify the token on standard input")
    parser.add_argument(
        "--trust", action="append", default=[], type=parse_public_key, metavar="kcpub_..."
    )
    parser.add_argument("--now", type=int, metavar="UNIX")
    parser.add_argument("--scope", action="append", default=[])
    for name in ("project", "environment", "method", "path", "ip", "customer"):
        parser.add_argument("--" + name)
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--stream", metavar="HEX")
    parser.add_argument("--min-serial", type=int, metavar="N")
    parser.add_argument("--max-age", type=int, metavar="SECONDS")
    args = parser.parse_args()
    if args.bundle is None and not args.vectors:
        parser.error("give vectors, or --bundle")
    if args.bundle is not None and (args.vectors or not args.trust):
        parser.error("--bundle needs --trust, and no vectors")
    return args


def main():
    args = parse_arguments()
    return run_vectors(args.vectors) if args.bundle is None else run_bundle(args)


if __name__ == "__main__":
    sys.exit(main())
