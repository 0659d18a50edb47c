"""Writes tests/vault/vectors/*.txt anew: `python -m tests.vault.make_vectors`. Needed only for a new format.

All randomness is fixed but HPKE's own, so records come out the same each time and keyrings do not. The wrong
ones are made with the right keys wherever that takes a check further than the one before.
"""

import itertools
import json
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from bot.vault import keyring, primitives, slots
from bot.vault.primitives import Aead
from bot.vault.vault import Vault
from tests.vault.fields import PAD_HASH, PASSPHRASE, Fields, fixed, flip, ring, signed, summed, told
from tests.vault.make_pairs import pairs
from tests.vault.make_requests import requests

FOLDER = Path(__file__).parent / "vectors"
ROOTS = {1: bytes(range(32)), 2: bytes(range(100, 132))}
ROW = bytes(range(16))
CONTACT = b"schema 1: a made-up contact, English, all topics, since June"


def record(
    expect: str, blob: bytes, plaintext: bytes = b"", place: tuple[str, str] = ("contacts", "rec")
) -> Fields:
    fields = {"kind": "record", "expect": expect}
    fields |= {f"root {epoch}": root.hex() for epoch, root in ROOTS.items()}
    fields |= {"table": place[0], "column": place[1], "row": ROW.hex(), "blob": blob.hex()}
    return fields | ({"plaintext": plaintext.hex()} if expect == "opens" else {})


def records() -> Iterator[tuple[str, Fields]]:
    vault = Vault(ROOTS, random=fixed("records"))
    older = Vault({1: ROOTS[1]}, random=fixed("older"))
    blob = vault.seal("contacts", "rec", ROW, CONTACT)
    for name, table, column, plaintext in (
        ("contact", "contacts", "rec", CONTACT),
        ("empty", "policy", "rec", b""),
        ("64-bytes-take-128", "statements", "rec", bytes(64)),
        ("totp-has-its-own-key", "organisers", "totp", b"twenty bytes exactly"),
        ("token-has-its-own-key", "bot", "token", b"a made-up token"),
    ):
        sealed = vault.seal(table, column, ROW, plaintext)
        yield f"record-{name}", record("opens", sealed, plaintext, (table, column))
    text = b"\x80\0" * 70
    yield (
        "record-journal-192",
        record("opens", vault.seal_blocks("journal", "rec", ROW, text), text, ("journal", "rec")),
    )
    yield "record-older-epoch", record("opens", older.seal("contacts", "rec", ROW, CONTACT), CONTACT)
    for name, bit in {"version": 0, "epoch": 17, "nonce": 30, "ciphertext": 200, "tag": 95 * 8 - 1}.items():
        yield f"record-flipped-{name}", record("damaged", flip(blob, bit))
    yield "record-epoch-of-another", record("damaged", blob[:1] + b"\0\1" + blob[3:])
    yield "record-epoch-0", record("damaged", blob[:1] + b"\0\0" + blob[3:])
    yield "record-nothing", record("damaged", b"")
    yield "record-two-bytes", record("damaged", blob[:2])
    yield "record-cut", record("damaged", blob[:-1])
    yield "record-longer", record("damaged", blob + b"\0")
    yield "record-other-row", record("damaged", vault.seal("contacts", "rec", bytes(16), CONTACT))
    yield "record-other-column", record("damaged", vault.seal("contacts", "old", ROW, CONTACT))
    yield "record-other-table", record("damaged", vault.seal("threads", "rec", ROW, CONTACT))
    yield "record-boundary-moved", record("damaged", vault.seal("contacts", "re", b"c" + ROW, CONTACT))
    for name, padded in {
        "without-mark": bytes(64),
        "of-63": (CONTACT + b"\x80").ljust(63, b"\0"),
        "too-long": (CONTACT + b"\x80").ljust(128, b"\0"),
        "of-nothing": b"",
        "pkcs7": CONTACT + bytes([4]) * 4,
    }.items():
        yield f"record-padding-{name}", record("damaged", handmade(padded))


def handmade(padded: bytes) -> bytes:
    """A record with the right key and place, and a padding that no sealing makes."""
    header, nonce = b"\1\0\2", bytes(12)
    bound = b"\0\3" + header + b"\0\x08contacts" + b"\0\3rec" + b"\0\x10" + ROW
    key = primitives.hkdf(ROOTS[2], "handbill/v1/enc/contacts")
    return header + nonce + Aead(key).seal(nonce, padded, bound)


def tags() -> Iterator[tuple[str, Fields]]:
    vault = Vault(ROOTS, random=fixed("tags"))
    roots = {f"root {epoch}": root.hex() for epoch, root in ROOTS.items()}
    yield "file-key", roots | {
        "expect": "opens", "kind": "file key", "result": vault.file_keys()[0].hex()
    }  # fmt: skip
    for name, value in {"user": b"made-up user", "empty": b""}.items():
        told = {"expect": "opens", "value": value.hex()} | roots
        yield f"index-{name}", told | {
            "kind": "index", "table": "contacts", "result": vault.index("contacts", value).hex()
        }  # fmt: skip
        yield f"tag-{name}", told | {
            "kind": "tag", "purpose": "audit", "result": vault.mac("audit", value).hex()
        }  # fmt: skip


def keyrings() -> Iterator[tuple[str, Fields]]:
    kdf = keyring.new_kdf(random=fixed("kdf"), memory_mib=8, time=1, lanes=1)
    made, master = slots.create([PASSPHRASE], needed=1, kdf=kdf, pad=PAD_HASH, random=fixed("keyring"))
    data = keyring.encode(made, master)
    opened = told(data, master)
    yield "keyring-opens", ring("opens", data) | opened
    decomposed = unicodedata.normalize("NFD", PASSPHRASE)
    yield "keyring-decomposed-passphrase", ring("opens", data, passphrase=decomposed) | opened
    yield "keyring-wrong-passphrase", ring("wrong passphrase", data, passphrase=PASSPHRASE + " ")
    yield "keyring-other-pad", ring("damaged", data, pad=sha256(b"another pad").digest())
    yield "keyring-flipped-bit", ring("damaged", flip(data, 8 * 3000))
    yield "keyring-cut", ring("damaged", data[:-100])
    yield "keyring-line-end-missing-brace", ring("damaged", data.removesuffix(b"}\n"))
    last = data.index(b'","sha256"')
    yield "keyring-wrong-mac", ring("damaged", summed(data[: last - 1] + bytes([data[last - 1] ^ 1])))
    capital = data[: last - 64] + data[last - 64 : last].upper()
    yield "keyring-capital-mac", ring("damaged", summed(capital))
    yield from rewritten(made, master)
    yield from respelled(json.loads(data), master)


def rewritten(made: keyring.Keyring, master: bytes) -> Iterator[tuple[str, Fields]]:
    places, (epoch,) = list(made.slots), made.epochs
    swapped = tuple(places[1:] + places[:1])
    yield (
        "keyring-slots-moved",
        ring("wrong passphrase", keyring.encode(replace(made, slots=swapped), master)),
    )
    [mine] = keyring.holders(made, master).used
    for name, expect, kind in (("two-passphrases", "locked", 2), ("reserved-kind", "damaged", 3)):
        payload, label = bytes([kind]) + bytes(32), f"handbill/v1/slot/{mine}/master".encode()
        odd = primitives.hpke_seal(places[mine].public, info=label, plaintext=payload)
        changed = tuple(replace(slot, master=odd) if i == mine else slot for i, slot in enumerate(places))
        yield f"keyring-{name}", ring(expect, keyring.encode(replace(made, slots=changed), master))
    wrong_public = tuple(replace(slot, public=places[i - 1].public) for i, slot in enumerate(places))
    data = keyring.encode(replace(made, slots=wrong_public), master)
    yield "keyring-foreign-public-keys", ring("damaged", data)
    twice = replace(made, epochs=(epoch, epoch))
    yield "keyring-epoch-twice", ring("damaged", keyring.encode(twice, master))
    renamed = replace(made, epochs=(replace(epoch, epoch=2),))
    yield "keyring-epoch-renamed", ring("damaged", keyring.encode(renamed, master))


def respelled(whole: dict[str, object], master: bytes) -> Iterator[tuple[str, Fields]]:
    body = {key: value for key, value in whole.items() if key not in {"mac", "sha256"}}
    kdf, places, epochs = body["kdf"], body["slots"], body["epochs"]
    assert isinstance(kdf, dict)
    assert isinstance(places, list)
    assert isinstance(epochs, list)
    salt = str(kdf["salt"])
    unused_bits = salt[:-2] + chr(ord(salt[-2]) + 1) + "="
    for name, expect, change in (
        ("memory-4097-mib", "damaged", {"kdf": kdf | {"memory_kib": 4097 * 1024}}),
        ("memory-1-kib", "damaged", {"kdf": kdf | {"memory_kib": 1}}),
        ("memory-huge", "damaged", {"kdf": kdf | {"memory_kib": 2**70}}),
        ("time-17", "damaged", {"kdf": kdf | {"time": 17}}),
        ("time-fraction", "damaged", {"kdf": kdf | {"time": 1.0}}),
        ("lanes-0", "damaged", {"kdf": kdf | {"lanes": 0}}),
        ("lanes-true", "damaged", {"kdf": kdf | {"lanes": True}}),
        ("kdf-other", "damaged", {"kdf": kdf | {"name": "argon2i"}}),
        ("salt-unused-bits", "damaged", {"kdf": kdf | {"salt": unused_bits}}),
        ("seven-slots", "damaged", {"slots": places[:7]}),
        ("no-epoch", "damaged", {"epochs": []}),
        ("version-3", "newer", {"version": 3}),
        ("version-1-with-holders", "damaged", {"version": 1}),
        ("version-0", "damaged", {"version": 0}),
        ("more-members", "damaged", {"more": 1}),
    ):
        text = json.dumps(body | change, separators=(",", ":")).encode()
        yield f"keyring-{name}", ring(expect, signed(text[:-1], master))
    without = {key: value for key, value in body.items() if key != "holders"}
    text = json.dumps(without, separators=(",", ":")).encode()
    yield "keyring-version-2-without-holders", ring("damaged", signed(text[:-1], master))
    text = json.dumps(body, separators=(",", ":")).encode()[:-1]
    yield "keyring-member-twice", ring("damaged", signed(b'{"version":2,' + text[1:], master))
    yield "keyring-with-a-space", ring("damaged", signed(text.replace(b",", b", ", 1), master))


def main() -> None:
    """Those of version 1 stay: no Handbill writes it any more, and every Handbill must open it."""
    for old in FOLDER.glob("*.txt"):
        if not old.name.startswith("first-"):
            old.unlink()
    for name, fields in itertools.chain(records(), tags(), keyrings(), pairs(), requests()):
        lines = [f"{key}: {value}\n" for key, value in fields.items()]
        (FOLDER / f"{name}.txt").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
