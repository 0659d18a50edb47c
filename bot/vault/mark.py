"""census.mark: how far the census of the list had come, kept in the home and not in the database.

By it a database that somebody put back to an older state is noticed. It is written now and then, never ahead
of the database, and says nothing without the keys. Who also puts this file back, or takes it away, is not
noticed by it.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from bot.errors import DamagedVaultError
from bot.vault import files
from bot.vault.vault import Vault

MARK = "census.mark"
LIMIT = 1000
_LAYOUT = struct.Struct(">BQ16s")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Marked:
    """The newest generation, and one word when something did not fit, until the keeper accepts it."""

    generation: int
    doubt: str = ""


class Mark:
    """The file of one home."""

    def __init__(self, home: Path, vault: Vault) -> None:
        self._path = home / MARK
        self._vault = vault

    def read(self) -> Marked | None:
        """What was written last; None where there is nothing that these keys open."""
        try:
            with self._path.open("rb") as file:
                plain = self._vault.open("census", "mark", b"", file.read(LIMIT))
            version, generation, doubt = _LAYOUT.unpack(plain)
        except (OSError, DamagedVaultError, struct.error):
            return None
        return Marked(generation, doubt.rstrip(b"\0").decode("ascii")) if version == _VERSION else None

    def write(self, marked: Marked) -> None:
        """Write it, whole or not at all."""
        plain = _LAYOUT.pack(_VERSION, marked.generation, marked.doubt.encode("ascii"))
        files.replace(self._path, self._vault.seal("census", "mark", b"", plain))
