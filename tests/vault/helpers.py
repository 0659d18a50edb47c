"""Homes with a vault that opens quickly, and randomness that is the same each time."""

import itertools
from collections.abc import Callable
from hashlib import shake_256
from pathlib import Path

from bot.vault.vault import Vault

PASSPHRASE = "correct staple zebra umbrella quilt marble"


def seeded(seed: str = "tests") -> Callable[[int], bytes]:
    """Bytes that differ from call to call and are the same from run to run."""
    counter = itertools.count()
    return lambda size: shake_256(f"{seed}/{next(counter)}".encode()).digest(size)


def create(home: Path, passphrase: str = PASSPHRASE, *, seed: str = "tests") -> bytes:
    """A vault with the smallest key derivation that is allowed."""
    return Vault.create_home(home, passphrase, random=seeded(seed), kdf_memory_mib=8, kdf_time=1, kdf_lanes=1)
