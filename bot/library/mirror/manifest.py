"""Two small files to be signed: the index of everything in the mirror, and the heartbeat.

The index can be read by people, by `sha256sum -c` and by `read` here; its first lines are the chain of codes.
The heartbeat says which statement is the newest and, where somebody says so, on which day that was true. It
promises nothing about later days: an old one is a reason to ask elsewhere.
"""

import hashlib
import re
from collections.abc import Mapping

from bot.errors import BadInputError
from bot.library.mirror.edition import Edition

INDEX = "index.txt"
HEARTBEAT = "heartbeat.txt"
UNLISTED = frozenset({INDEX, HEARTBEAT})
"""What the index cannot list: itself, and the heartbeat, which names the index. Their signatures neither."""
FIRST_LINE = "# handbill mirror 1"
_FIRST_LINE_OF_HEARTBEAT = "# handbill heartbeat 1"
_LARGEST = 16 * 1024 * 1024
_LINE = re.compile(r"([0-9a-f]{64})  ([A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*){0,3})")


def index(edition: Edition, files: Mapping[str, bytes]) -> bytes:
    """The index over these files: codes by number and language, then sums by path."""
    texts = sorted(edition.texts, key=lambda text: (text.statement.number, text.statement.language))
    chain = []
    for text in texts:
        statement = text.statement
        after = f"after {statement.prev.number} {statement.prev.code}" if statement.prev else "first"
        chain.append(
            f"# statement {statement.number} {statement.language} {statement.date} {text.prose.code} {after}"
        )
    sums = [f"{digest(files[path])}  {path}" for path in sorted(files)]
    return "\n".join((FIRST_LINE, *chain, *sums, "")).encode()


def heartbeat(edition: Edition, index: bytes) -> bytes:
    """What is newest, and over which index this was said."""
    newest = edition.newest
    same = [text for text in edition.texts if text.statement.number == newest.number]
    lines = [
        _FIRST_LINE_OF_HEARTBEAT,
        f"Newest: {newest.number}",
        f"Date: {newest.date}",
        *(f"Code: {text.statement.language} {text.prose.code}" for text in same),
        f"Index: {digest(index)}",
        *([f"Said-On: {edition.said_on}"] if edition.said_on else []),
        *(f"Address: {address}" for address in edition.addresses),
        *(f"Bot: {name}" for name in edition.bots),
    ]
    return "\n".join((*lines, "")).encode()


def read(data: bytes) -> dict[str, str]:
    """Paths and their sums from an index; BadInputError for whatever is not exactly one."""
    lines = data.decode("ascii", "replace").split("\n") if len(data) <= _LARGEST else []
    if lines[:1] != [FIRST_LINE] or lines[-1] != "":
        raise _none()
    found: dict[str, str] = {}
    for line in lines[1:-1]:
        if line.startswith("# "):
            continue
        match = _LINE.fullmatch(line)
        if not match or match[2] in found or match[2] in UNLISTED:
            raise _none()
        found[match[2]] = match[1]
    return found


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _none() -> BadInputError:
    return BadInputError(f"{INDEX} is not the index of a mirror", hint="name a new folder for the mirror")
