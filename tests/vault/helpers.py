"""Homes with a vault that opens quickly, and randomness that is the same each time."""

import itertools
import re
from collections.abc import Callable
from hashlib import shake_256
from pathlib import Path

from bot.errors import HandbillError
from bot.vault.vault import Vault

PASSPHRASE = "correct staple zebra umbrella quilt marble"


def seeded(seed: str = "tests") -> Callable[[int], bytes]:
    """Bytes that differ from call to call and are the same from run to run."""
    counter = itertools.count()
    return lambda size: shake_256(f"{seed}/{next(counter)}".encode()).digest(size)


def told_plainly(error: HandbillError) -> None:
    """One sentence that begins as sentences do, and one hint that says what to do, each in one line."""
    assert re.fullmatch(r"([A-Z][a-z]+|A|\[vault\])[ :][^\n]+", error.message), error.message
    assert re.fullmatch(r"[a-z][^\n]+", error.hint), error.hint
    assert not error.message.isupper(), error.message
    assert PASSPHRASE not in error.message + error.hint


def create(home: Path, passphrase: str = PASSPHRASE, *, seed: str = "tests") -> bytes:
    """A vault with the smallest key derivation that is allowed."""
    return Vault.create_home(home, passphrase, random=seeded(seed), kdf_memory_mib=8, kdf_time=1, kdf_lanes=1)
