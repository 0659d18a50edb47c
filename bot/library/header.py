"""A statement file to a `Statement`: header lines, a blank line, a Markdown body.

A strict line grammar, so that two programs never read the same signed bytes differently. Whether body, links
and code agree is for `proof`.
"""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.statement import Statement
from bot.library import fields
from bot.library.source import Spot, read_lines

REQUIRED = ("Statement", "Date", "Language", "Title")
_READERS = {
    "Statement": ("number", fields.number),
    "Date": ("date", fields.day),
    "Language": ("language", fields.language),
    "Title": ("title", fields.line),
    "Author": ("author", fields.line),
    "Preface": ("preface", fields.preface),
    "Place": ("place", fields.line),
    "Original": ("original", fields.line),
    "Translator": ("translator", fields.line),
    "Topics": ("topics", fields.topics),
    "Publish-At": ("publish_at", fields.publish_at),
    "Links": ("links", fields.links),
    "Prev": ("prev", fields.prev),
    "Code": ("code", fields.code),
}
NAMES = tuple(_READERS)
"""Every header there is, in the order in which `statements new` writes them."""

_LINE = re.compile(r"([A-Z][A-Za-z-]*): (\S(?:.*\S)?)")


@dataclass(frozen=True, slots=True)
class _Field:
    value: str
    spot: Spot


def parse(data: bytes, path: Path | None) -> Statement:
    """The statement a file holds.

    Raises `StatementError` with the line and what to do, and nothing else, whatever the bytes are.
    """
    lines = read_lines(data, path)
    if "" not in lines:
        raise Spot(path, max(len(lines), 1)).error(
            "no blank line ends the header", hint="put a blank line between the header and the text"
        )
    end = lines.index("")
    found = _fields(lines[:end], path)
    body = "\n".join(lines[end + 1 :]).strip("\n")
    if not body.strip():
        raise Spot(path, end + 1).error("there is no text under the header", hint="write the statement there")
    values: dict[str, Any] = {}
    for name, field in found.items():
        attribute, read = _READERS[name]
        values[attribute] = read(field.value, field.spot)
    statement = Statement(**values, body=body, source=data)
    if statement.prev and statement.prev.number >= statement.number:
        raise found["Prev"].spot.error(
            "Prev names this statement or a later one", hint="name the one published before this one"
        )
    return statement


def line_of(data: bytes, name: str) -> int:
    """The line on which a header stands; 1 if it is not there."""
    for number, line in enumerate(data.split(b"\n"), 1):
        if line.startswith(name.encode() + b": "):
            return number
        if not line:
            break
    return 1


def body_line(data: bytes) -> int:
    """The line on which the body begins."""
    header, _, rest = data.partition(b"\n\n")
    blank = len(rest) - len(rest.lstrip(b"\n"))
    return header.count(b"\n") + 3 + blank


def with_header(data: bytes, name: str, value: str) -> bytes:
    """The same file with this header line set; an empty value takes the line away."""
    header, _, body = data.partition(b"\n\n")
    lines = [line for line in header.split(b"\n") if not line.startswith(name.encode() + b": ")]
    if value:
        lines.append(f"{name}: {value}".encode())
    return b"\n".join(lines) + b"\n\n" + body


def _fields(lines: list[str], path: Path | None) -> Mapping[str, _Field]:
    """The header lines by name, in their order; unknown, doubled and missing ones refused."""
    found: dict[str, _Field] = {}
    for number, line in enumerate(lines, 1):
        spot = Spot(path, number)
        match = _LINE.fullmatch(line)
        if not match and _LINE.fullmatch(line.rstrip()):
            raise spot.error(
                "this header line ends with white space", hint="delete what stands behind the text"
            )
        if not match:
            raise spot.error(
                "this is not a header line", hint="write `Name: text`, with one space after the colon"
            )
        name, value = match.groups()
        if name not in _READERS:
            raise spot.error(f"no header is called {name}", hint=_like(name))
        if name in found:
            raise spot.error(
                f"{name} stands in line {found[name].spot.line} already", hint="keep one of them"
            )
        found[name] = _Field(value, spot)
    for name in REQUIRED:
        if name not in found:
            raise Spot(path, max(len(lines), 1)).error(
                f"the header {name} is missing", hint=f"add a line `{name}: …` above the blank line"
            )
    return found


def _like(name: str) -> str:
    """What a misspelt header may have meant."""
    close = difflib.get_close_matches(name.title(), NAMES, n=1)
    return f"did you mean {close[0]}?" if close else f"the headers are {', '.join(NAMES)}"
