"""Known answers, opened by the product and by the second decoder, which must agree about each."""

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot.control import wire
from bot.errors import (
    DamagedVaultError,
    HandbillError,
    LockedError,
    NewerDatabaseError,
    WrongPassphraseError,
)
from bot.vault import keyring, keys, slots
from bot.vault.vault import Vault
from tests.vault import decoder
from tests.vault.helpers import seeded, told_plainly

FILES = sorted((Path(__file__).parent / "vectors").glob("*.txt"))


class Malformed(Exception):  # noqa: N818 - a request that the service does not take is answered, not raised
    """What the service answers with its one constant line."""


REFUSALS: dict[str, type[Exception]] = {
    "malformed": Malformed,
    "damaged": DamagedVaultError,
    "wrong passphrase": WrongPassphraseError,
    "locked": LockedError,
    "newer": NewerDatabaseError,
}

Fields = dict[str, str]


def read(path: Path) -> Fields:
    pairs = (line.split(": ", 1) for line in path.read_text("utf-8").split("\n") if line)
    return {key: value for key, value in pairs}  # noqa: C416 - dict() of lists is no pair to mypy


def roots(fields: Fields) -> dict[int, bytes]:
    return {int(key[5:]): bytes.fromhex(value) for key, value in fields.items() if key.startswith("root ")}


def given(fields: Fields) -> list[str]:
    return [fields[name] for name in ("passphrase", "second") if name in fields]


def numbers(needed: int, used: Iterable[int]) -> Fields:
    return {"needed": str(needed), "used": " ".join(map(str, sorted(used)))}


def by_decoder(fields: Fields) -> Fields:
    raw = {key: bytes.fromhex(fields[key]) for key in ("row", "blob", "value", "pad") if key in fields}
    match fields["kind"]:
        case "record":
            place = (fields["table"], fields["column"], raw["row"])
            return {"plaintext": decoder.open_record(roots(fields), *place, raw["blob"]).hex()}
        case "index":
            return {"result": decoder.index(roots(fields), fields["table"], raw["value"]).hex()}
        case "file key":
            return {"result": decoder.file_key(roots(fields)).hex()}
        case "tag":
            return {"result": decoder.tag(roots(fields), fields["purpose"], raw["value"]).hex()}
        case "request":
            return {name: str(value) for name, value in decoder.open_request(fields["line"]).items()}
        case _:
            found = decoder.open_keyring(f"{fields['file']}\n".encode(), given(fields), raw["pad"])
            told = {"master": found.master.hex()} | {f"root {e}": r.hex() for e, r in found.roots.items()}
            return told | numbers(found.needed, found.used) if found.used else told


def asked(fields: Fields) -> Fields:
    request = wire.decode_request(fields["line"].encode())
    if request is None:
        raise Malformed
    told = json.loads(wire.encode(request))
    return {name: str(value) for name, value in told.items() if value is not None}


def by_handbill(fields: Fields) -> Fields:
    if fields["kind"] == "request":
        return asked(fields)
    if fields["kind"] == "keyring":
        made, mac = keyring.parse(f"{fields['file']}\n".encode())
        pad = bytes.fromhex(fields["pad"])
        master = slots.master_key(made, [slots.half(made, one, pad=pad) for one in given(fields)])
        if master is None:
            raise keys.second_needed()
        opened = keyring.root_keys(made, mac, master)
        found = keyring.holders(made, master)
        told = {"master": master.hex()} | {f"root {e}": r.hex() for e, r in opened.items()}
        return told | numbers(found.needed, found.used) if found.used else told
    vault = Vault(roots(fields), random=seeded())
    if fields["kind"] == "index":
        return {"result": vault.index(fields["table"], bytes.fromhex(fields["value"])).hex()}
    if fields["kind"] == "file key":
        return {"result": vault.file_keys()[0].hex()}
    if fields["kind"] == "tag":
        return {"result": vault.mac(fields["purpose"], bytes.fromhex(fields["value"])).hex()}
    row, blob = bytes.fromhex(fields["row"]), bytes.fromhex(fields["blob"])
    return {"plaintext": vault.open(fields["table"], fields["column"], row, blob).hex()}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_second_decoder_reads_the_format_as_written_down(path: Path) -> None:
    """FORMAT.md is enough to open a vault, and to tell why one does not open."""
    fields = read(path)
    if fields["expect"] != "opens":
        with pytest.raises(decoder.Refused, match=f"^{fields['expect']}$"):
            by_decoder(fields)
        return
    assert by_decoder(fields).items() <= fields.items()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_handbill_opens_what_it_must_and_refuses_the_rest(path: Path) -> None:
    """What Handbill once wrote it opens for ever; what is not as it was written it refuses, and says why."""
    fields = read(path)
    if fields["expect"] != "opens":
        with pytest.raises(REFUSALS[fields["expect"]]) as refused:
            by_handbill(fields)
        if isinstance(refused.value, HandbillError):
            told_plainly(refused.value)
        return
    assert by_handbill(fields).items() <= fields.items()


@pytest.mark.parametrize(
    "path",
    [path for path in FILES if path.stem.startswith("record") and read(path)["expect"] == "opens"],
    ids=lambda path: path.stem,
)
def test_records_are_sealed_byte_for_byte_as_before(path: Path) -> None:
    """The same key, place, nonce and plaintext give the same record in every version."""
    fields = read(path)
    blob, row = bytes.fromhex(fields["blob"]), bytes.fromhex(fields["row"])
    epoch = int.from_bytes(blob[1:3], "big")
    vault = Vault({epoch: roots(fields)[epoch]}, random=lambda size: blob[3 : 3 + size])
    seal = vault.seal_blocks if fields["table"] == "journal" else vault.seal
    assert seal(fields["table"], fields["column"], row, bytes.fromhex(fields["plaintext"])) == blob


def test_most_vectors_must_fail() -> None:
    """A format is known by what it refuses."""
    expected = [read(path)["expect"] for path in FILES]
    assert len(expected) >= 80
    assert expected.count("opens") * 2 < len(expected)
