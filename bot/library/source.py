"""The bytes of a statement or slogan file to its lines, and where in the file an error stands.

Decides what no file may hold, whatever its format: this is what keeps the signed bytes and the text that a
reader sees the same thing.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from bot.errors import StatementError

MAX_BYTES = 64 * 1024

# Controls, bidi marks, what has no width, and what is no character or another one on each device. The two
# joiners stay: Persian and emoji need them.
_HIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffc\U000e0000-\U000e0fff"
    "\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff]"
)
_HINTS = {
    "\r": "save the file with Unix line ends (LF)",
    "\t": "use spaces",
    "\ufeff": "save the file as UTF-8 without a byte order mark",
}


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a file; the path is None for bytes that came from elsewhere."""

    path: Path | None
    line: int

    def error(self, message: str, *, hint: str) -> StatementError:
        """A `StatementError` about this line."""
        return StatementError(message, path=self.path, line=self.line, hint=hint)


def read_lines(data: bytes, path: Path | None) -> list[str]:
    """The lines without their ends; a newline at the very end begins no further line.

    Raises `StatementError` for more than 64 KiB, for what is not UTF-8, and for characters nobody sees.
    """
    if len(data) > MAX_BYTES:
        raise Spot(path, 1).error(
            f"the file has more than {MAX_BYTES:,} bytes",
            hint="shorten the text or publish it as two statements",
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Spot(path, line).error("this is not UTF-8", hint="save the file as UTF-8") from None
    lines = text.split("\n")
    for number, content in enumerate(lines, 1):
        refuse_hidden(content, Spot(path, number))
    return lines[:-1] if lines[-1] == "" else lines


def refuse_hidden(text: str, spot: Spot) -> None:
    """Raise `StatementError` if the text holds a control, bidi or invisible character."""
    found = _HIDDEN.search(text)
    if not found:
        return
    char = found.group()
    unnamed = "control character" if unicodedata.category(char) == "Cc" else "no character"
    name = unicodedata.name(char, unnamed)
    hint = _HINTS.get(char, "delete it: readers cannot see it, and it can make a text look like another")
    raise spot.error(f"U+{ord(char):04X} ({name.lower()}) is not allowed", hint=hint)
