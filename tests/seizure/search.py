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
    """Remembers what it has looked through: the same bytes are not searched twice for the same canaries."""

    files: int = 0
    size: int = 0
    patterns: int = 0
    """How many files, bytes and patterns all searches had."""
    _clean: set[tuple[bytes, frozenset[str]]] = field(default_factory=set)

    def through(self, canaries: Iterable[Canary], *folders: Path) -> list[Hit]:
        """Everything that is found, sorted. Sockets have no content; links are not followed."""
        wanted = list(canaries)
        labels = frozenset(canary.label for canary in wanted)
        hits = []
        for place, content in (*_named(folders), *_contents(folders)):
            self.files += place != NAMES
            self.size += len(content)
            seen = (hashlib.sha256(content).digest(), labels)
            if seen not in self._clean:
                found = list(self._in(place, content, wanted))
                hits += found
                if not found:
                    self._clean.add(seen)
        return sorted(hits)

    def _in(self, place: str, content: bytes, canaries: Iterable[Canary]) -> Iterator[Hit]:
        for canary in canaries:
            self.patterns += len(canary.patterns)
            for encoding, pattern in canary.patterns:
                if pattern in content:
                    yield Hit(place, canary.label, encoding)


def _named(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        names = "\n".join(str(path.relative_to(folder)) for path in sorted(folder.rglob("*")))
        yield NAMES, os.fsencode(names)


def _contents(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                yield path.name, path.read_bytes()
