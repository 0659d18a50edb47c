"""A second decoder, written from bot/vault/FORMAT.md alone. It imports nothing from bot."""

import base64
import hashlib
import hmac
import json
import re
import struct
import unicodedata
from dataclasses import dataclass, field
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
FILE = re.compile(rb'(\{.*),"mac":"([0-9a-f]{64})","sha256":"([0-9a-f]{64})"\}\n', re.DOTALL)


class Refused(Exception):  # noqa: N818 - it is one of the format's answers, in its words
    """damaged, wrong passphrase, newer or locked."""


@dataclass
class Keys:
    master: bytes
    roots: dict[int, bytes] = field(default_factory=dict)
    needed: int = 1
    used: list[int] = field(default_factory=list)


def need(truth: object, otherwise: str = "damaged") -> None:
    if not truth:
        raise Refused(otherwise)


def hkdf(key: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode("ascii")).derive(key)


def unseal(key: bytes, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCMSIV(key).decrypt(nonce, sealed, bound)
    except InvalidTag:
        raise Refused("damaged") from None


def unhpke(private: bytes, label: str, sealed: bytes) -> bytes:
    try:
        return SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(private), label.encode("ascii"))
    except InvalidTag:
        raise Refused("damaged") from None


def b(text: object, size: int) -> bytes:
    need(isinstance(text, str))
    raw = base64.b64decode(str(text), validate=True)
    need(len(raw) == size)
    need(base64.b64encode(raw).decode() == text)
    return raw


def n(number: object, low: int, high: int) -> int:
    need(type(number) is int)
    assert isinstance(number, int)
    need(low <= number <= high)
    return number


def members(thing: object, names: str) -> list[object]:
    need(isinstance(thing, dict))
    assert isinstance(thing, dict)
    need(list(thing) == names.split())
    return list(thing.values())


def items(thing: object, least: int, most: int) -> list[object]:
    need(isinstance(thing, list))
    assert isinstance(thing, list)
    need(least <= len(thing) <= most)
    return thing


def open_keyring(data: bytes, passphrases: list[str], pad_hash: bytes) -> Keys:
    """Everything that one or two passphrases open, or Refused with the format's word for why."""
    found = FILE.fullmatch(data)
    need(len(data) <= 10_000 and found)
    assert found
    body, mac, total = found.groups()
    need(hashlib.sha256(data[: found.end(2)]).hexdigest().encode() == total)
    try:
        whole = json.loads(body + b"}")
        need(json.dumps(whole, separators=(",", ":")).encode() == body + b"}")
    except ValueError:
        raise Refused("damaged") from None
    need(not (isinstance(whole.get("version"), int) and whole["version"] > 2), "newer")
    version = n(whole.get("version"), 1, 2)
    names = (
        "version kdf pad slots pairs epochs" if version == 1 else "version kdf pad holders slots pairs epochs"
    )
    _, kdf, pad, *sealed_holders, slots, pairs, epochs = members(whole, names)
    name, salt, memory, time, lanes = members(kdf, "name salt memory_kib time lanes")
    need(name == "argon2id")
    limits = (n(memory, 8192, 4194304), n(time, 1, 16), n(lanes, 1, 16))
    holders = [members(slot, "commit private public master") for slot in items(slots, 8, 8)]
    parsed = [(b(c, 32), b(s, 60), b(p, 32), b(m, 81)) for c, s, p, m in holders]
    both = dict(zip(combinations(range(8), 2), [b(pair, 129) for pair in items(pairs, 28, 28)], strict=True))
    listed = [b(sealed, 60) for sealed in sealed_holders]
    roots = [members(epoch, "epoch root") for epoch in items(epochs, 1, 8)]
    sealed_roots = [(n(e, 1, 65535), b(root, 60)) for e, root in roots]
    need(b(pad, 32) == hashlib.sha256(b"handbill/v1/pad-check" + pad_hash).digest())

    opened: dict[int, bytes] = {}
    for passphrase in passphrases:
        secret = unicodedata.normalize("NFC", passphrase).encode()
        argon = Argon2id(
            salt=b(salt, 32), length=32, iterations=limits[1], lanes=limits[2], memory_cost=limits[0]
        )
        opened |= own_slot(parsed, hkdf(argon.derive(secret) + pad_hash, "handbill/v1/passphrase"))
    keys = Keys(master_key(parsed, both, opened))
    need(hmac.digest(hkdf(keys.master, "handbill/v1/keyring-mac"), body, "sha256").hex().encode() == mac)
    for epoch, sealed in sealed_roots:
        need(epoch > max(keys.roots, default=0))
        bound = b"handbill/v1/root" + struct.pack(">H", epoch)
        keys.roots[epoch] = unseal(hkdf(keys.master, "handbill/v1/roots"), sealed[:12], sealed[12:], bound)
    for sealed in listed:
        plain = unseal(
            hkdf(keys.master, "handbill/v1/holders"), sealed[:12], sealed[12:], b"handbill/v1/holders"
        )
        need(len(plain) == 32 and plain[0] in (1, 2) and not any(plain[2:]))
        keys.needed, keys.used = plain[0], [slot for slot in range(8) if plain[1] >> slot & 1]
        need(len(keys.used) >= keys.needed)
    return keys


def own_slot(slots: list[tuple[bytes, bytes, bytes, bytes]], key: bytes) -> dict[int, bytes]:
    fits = [i for i, slot in enumerate(slots) if slot[0] == hkdf(key, f"handbill/v1/slot/{i}/commit")]
    need(fits, "wrong passphrase")
    i = fits[0]
    _, private, public, _ = slots[i]
    bound = f"handbill/v1/slot/{i}/private".encode() + public
    return {i: unseal(hkdf(key, f"handbill/v1/slot/{i}/wrap"), private[:12], private[12:], bound)}


def master_key(
    slots: list[tuple[bytes, bytes, bytes, bytes]],
    pairs: dict[tuple[int, int], bytes],
    opened: dict[int, bytes],
) -> bytes:
    for i in sorted(opened):
        payload = unhpke(opened[i], f"handbill/v1/slot/{i}/master", slots[i][3])
        if payload[0] == 1:
            return payload[1:]
        need(payload[0] == 2)
    need(len(opened) >= 2, "locked")
    i, j = sorted(opened)[:2]
    inner = unhpke(opened[i], f"handbill/v1/pair/{i}/{j}/outer", pairs[i, j])
    payload = unhpke(opened[j], f"handbill/v1/pair/{i}/{j}/inner", inner)
    need(payload[0] == 1)
    return payload[1:]


REQUESTS = {
    "unlock": ({"master_key"}, {"seconds"}),
    "unlock.half": ({"slot", "private"}, {"seconds"}),
    "database.rotate": ({"master_key"}, set()),
    "lock": (set(), set()),
}


def open_request(line: str) -> dict[str, object]:
    """The members of a line with keys, or Refused."""
    try:
        whole = json.loads(line)
    except ValueError:
        raise Refused("malformed") from None
    need(isinstance(whole, dict) and whole.get("op") in REQUESTS, "malformed")
    needed, possible = REQUESTS[whole["op"]]
    need(needed | {"op"} <= set(whole) <= needed | possible | {"op"}, "malformed")
    given = {name: value for name, value in whole.items() if value is not None or name in needed}
    try:
        for name, value in given.items():
            if name in ("master_key", "private"):
                b(value, 32)
            elif name != "op":
                n(value, *((0, 7) if name == "slot" else (1, 31_622_400)))
    except (Refused, ValueError):
        raise Refused("malformed") from None
    return given


def open_record(roots: dict[int, bytes], table: str, column: str, row: bytes, blob: bytes) -> bytes:
    """The plaintext of a record, or Refused."""
    need(len(blob) >= 3 and blob[0] == 1)
    epoch = struct.unpack(">H", blob[1:3])[0]
    need(epoch in roots)
    label = {("organisers", "totp"): "totp", ("bot", "token"): "token"}.get((table, column), f"enc/{table}")
    bound = b"".join(
        struct.pack(">H", len(part)) + part for part in (blob[:3], table.encode(), column.encode(), row)
    )
    padded = unseal(hkdf(roots[epoch], f"handbill/v1/{label}"), blob[3:15], blob[15:], bound)
    plain, mark, zeros = padded.rpartition(b"\x80")
    need(mark and not zeros.strip(b"\0"))
    power = 64
    while power < len(plain) + 1:
        power *= 2
    need(len(padded) in {power, (len(plain) + 1 + 63) // 64 * 64})
    return plain


def index(roots: dict[int, bytes], table: str, value: bytes) -> bytes:
    return hmac.digest(hkdf(roots[max(roots)], f"handbill/v1/bidx/{table}"), value, "sha256")[:16]


def file_key(roots: dict[int, bytes]) -> bytes:
    return hkdf(roots[max(roots)], "handbill/v1/database")


def tag(roots: dict[int, bytes], purpose: str, value: bytes) -> bytes:
    return hmac.digest(hkdf(roots[max(roots)], f"handbill/v1/mac/{purpose}"), value, "sha256")
