"""What must not be found on a seized disk, in every form in which a program may have written it.

A `Canary` is one secret in 14 encodings. Its label says whose it is and never what it is, so that a failing
test tells on nobody. Looking through files is `search`.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

SHORTEST = 5
"""Bytes in the shortest pattern: four random bytes are found by chance in a few megabytes of ciphertext."""

PIECE = 12
"""Characters in a piece of a longer text, so that a part of it is found as well."""

Patterns = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Canary:
    """One secret. `patterns` are pairs of an encoding's name and the bytes that it gives."""

    label: str
    patterns: Patterns = field(repr=False)

    def __post_init__(self) -> None:
        if any(len(pattern) < SHORTEST for _, pattern in self.patterns):
            raise ValueError(f"{self.label} is too short: it would be found by chance")


def number(label: str, value: int) -> Canary:
    """An id: of a person from 2^32 on, or of a group, which is below zero.

    The 14: decimal digits as ASCII and UTF-16; hexadecimal in small and capital letters; big-endian in 5, 6
    and 8 bytes (SQLite keeps an INTEGER below 2^47 in 6); little-endian in 5 and 8; SQLite's varint (a row
    number); protobuf's varint; base64 of the digits at each of the three offsets.
    """
    if 0 <= value < 2**32:
        raise ValueError(f"{label} fits 4 bytes: it would be found by chance")
    digits, low = str(abs(value)), value & 0xFFFFFFFFFF
    wide = value & 0xFFFFFFFFFFFFFFFF
    return Canary(
        label,
        (
            ("decimal", digits.encode()),
            ("decimal, UTF-16", digits.encode("utf-16-le")),
            ("hexadecimal", f"{abs(value):x}".encode()),
            ("HEXADECIMAL", f"{abs(value):X}".encode()),
            ("big-endian 5", low.to_bytes(5, "big")),
            ("big-endian 6", (value & 0xFFFFFFFFFFFF).to_bytes(6, "big")),
            ("big-endian 8", wide.to_bytes(8, "big")),
            ("little-endian 5", low.to_bytes(5, "little")),
            ("little-endian 8", wide.to_bytes(8, "little")),
            ("SQLite varint", sqlite_varint(wide)),
            ("protobuf varint", protobuf_varint(wide)),
            *_base64(digits.encode()),
        ),
    )


def text(label: str, value: str) -> Canary:
    """A name, a title or a short secret that is looked for as a whole.

    The 14: UTF-8; UTF-16 in both byte orders; UTF-32; hexadecimal in small and capital letters; base64 at
    each of the three offsets; escaped as in JSON; escaped as in a URL; backwards; in small letters; in
    capitals.
    """
    plain = value.encode()
    return Canary(
        label,
        (
            ("UTF-8", plain),
            ("UTF-16 LE", value.encode("utf-16-le")),
            ("UTF-16 BE", value.encode("utf-16-be")),
            ("UTF-32", value.encode("utf-32-le")),
            ("hexadecimal", plain.hex().encode()),
            ("HEXADECIMAL", plain.hex().upper().encode()),
            *_base64(plain),
            ("JSON", json.dumps(value)[1:-1].encode()),
            ("URL", quote(value, safe="").encode()),
            ("backwards", value[::-1].encode()),
            ("small letters", value.lower().encode()),
            ("capitals", value.upper().encode()),
        ),
    )


def pieces(label: str, value: str) -> Iterator[Canary]:
    """A longer text or secret in pieces of 12 to 23 characters: a part of it is as bad as all of it."""
    cuts = range(0, max(1, len(value) - PIECE + 1), PIECE)
    for nth, start in enumerate(cuts):
        last = start == cuts[-1]
        yield text(f"{label}, piece {nth + 1}", value[start:] if last else value[start : start + PIECE])


def raw(label: str, value: bytes) -> Canary:
    """Bytes that are a secret themselves: as they are, backwards, in hexadecimal and in base64."""
    return Canary(
        label,
        (
            ("bytes", value),
            ("backwards", value[::-1]),
            ("hexadecimal", value.hex().encode()),
            ("HEXADECIMAL", value.hex().upper().encode()),
            *_base64(value),
        ),
    )


def sqlite_varint(value: int) -> bytes:
    """Seven bits a byte, the highest first; eight in a ninth byte (sqlite.org/fileformat.html, §1.6)."""
    if value >> 56:
        return _sevens(value >> 8, 8, last=True) + bytes([value & 0xFF])
    return _sevens(value, max(1, -(-value.bit_length() // 7)), last=False)


def _sevens(value: int, count: int, *, last: bool) -> bytes:
    """`last`: another byte follows the last one of these."""
    groups = [value >> 7 * n & 0x7F for n in reversed(range(count))]
    return bytes([group | 0x80 for group in groups[:-1]] + [groups[-1] | 0x80 * last])


def protobuf_varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first (protobuf.dev/programming-guides/encoding)."""
    groups = [value >> 7 * n & 0x7F for n in range(max(1, -(-value.bit_length() // 7)))]
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])


def _base64(value: bytes) -> Patterns:
    """The part of a base64 text that stays the same whatever stands before and after the value."""
    found = []
    for offset in range(3):
        filled = bytes(offset) + value
        whole = base64.b64encode(filled)
        first = (offset * 8 + 5) // 6  # the first characters hold bits of what stands before
        found.append((f"base64 at {offset}", whole[first : len(filled) * 8 // 6]))
    return tuple(found)
