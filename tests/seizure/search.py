"""Looks for canaries in every byte of every file below some folders, and in the names of files.

What a hit says is where, in which encoding and whose secret: never the secret.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.seizure.canaries import Canary

NAMES = "names of files"
"""The place of what was found in a file's name instead of its content."""


@dataclass(frozen=True, slots=True, order=True)
class Hit:
    """One encoding of one secret, found at least once in one file."""

    place: str
    label: str
    encoding: str


@dataclass(slots=True)
class Search:
    """Counts what it looked through: files, bytes and patterns."""

    files: int = 0
    size: int = 0
    patterns: int = 0
    _older: set[bytes] = field(default_factory=set)

    def remember(self, *folders: Path) -> None:
        """What is written now is older than all secrets to come: unchanged, it is not searched any more."""
        self._older |= {_digest(content) for _, content in _contents(folders)}

    def through(self, canaries: Iterable[Canary], *folders: Path) -> list[Hit]:
        """Everything that is found, sorted. Sockets have no content; links are not followed."""
        wanted = list(canaries)
        hits: list[Hit] = []
        for place, content in (*_named(folders), *_contents(folders)):
            self.files += place != NAMES
            self.size += len(content)
            if _digest(content) not in self._older:
                hits += self._in(place, content, wanted)
        return sorted(hits)

    def _in(self, place: str, content: bytes, canaries: Iterable[Canary]) -> Iterator[Hit]:
        for canary in canaries:
            self.patterns += len(canary.patterns)
            for encoding, pattern in canary.patterns:
                if pattern in content:
                    yield Hit(place, canary.label, encoding)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _named(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        names = "\n".join(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")))
        yield NAMES, os.fsencode(names)


def _contents(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.name, path.read_bytes()
