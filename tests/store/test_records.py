"""Records: a schema number first, upgraded when read, never guessed at."""

from dataclasses import dataclass

import msgspec
import pytest

from bot.errors import DamagedVaultError, NewerDatabaseError
from bot.store.records import Codec
from tests.store.helpers import broadcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str
    size: int = 3
    colour: str = "blue"


OLD = Codec(Thing, ("name", "size"))
NEW = Codec(
    Thing, ("name", "size", "colour"), schema=3, upgrades={1: lambda old: [*old, "red"], 2: lambda old: old}
)


def test_layout() -> None:
    """A record is an array: the schema number, then the fields in their order."""
    assert msgspec.msgpack.decode(NEW.encode(Thing(name="a"))) == [3, "a", 3, "blue"]


def test_upgraded() -> None:
    """An older record is brought up to date step by step; a field it lacks has its default."""
    assert NEW.decode(OLD.encode(Thing(name="a", size=9))) == Thing(name="a", size=9, colour="red")
    assert OLD.decode(msgspec.msgpack.encode([1, "a"])) == Thing(name="a")


def test_newer() -> None:
    """A record of a newer Handbill is refused."""
    with pytest.raises(NewerDatabaseError):
        OLD.decode(NEW.encode(Thing(name="a")))


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x01", msgspec.msgpack.encode([1]), msgspec.msgpack.encode([1, 5])]
)
def test_senseless(data: bytes) -> None:
    """A record that opened but says nothing readable is damage, and the error does not quote it."""
    with pytest.raises(DamagedVaultError, match="makes no sense") as caught:
        OLD.decode(data)
    assert caught.value.__cause__ is None


def test_names_on_disk() -> None:
    """Texts and entities are written under names; renaming one of their fields needs a new schema."""
    data = msgspec.msgpack.encode(broadcast().texts)
    for name in (b"text", b"entities", b"kind", b"offset", b"length", b"url", b"language"):
        assert name in data
