"""Canonical text, version 1, and its code: what stays the same of a text however it was passed on.

Whatever a messenger does to white space and invisible characters leaves the code alone; any visible change,
even 10² to 102, alters it. The definition is final: changing it would disown every published code.
"""

import base64
import hashlib
import re
import unicodedata

_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_WHITE_SPACE = re.compile(r"[\s\u2800]+")
# Invisible, bidi, variation-selector, tag and soft-hyphen characters; and what Telegram itself deletes
# (U+2028-202E, U+0333, U+033F, U+030A: td/telegram/misc.cpp, clean_input_string).
_DROPPED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffc\U000e0000-\U000e0fff\u0333\u033f\u030a]"
)
_EVEN = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc`\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-")
    | {"\u2026": "..."}
)
_ROUNDS = 8
"""The definition says "to a fixed point"; in every case known the second round only confirms the first."""


def canonical(text: str) -> str:
    """One line of NFC text without anything invisible; applying it again changes nothing."""
    for _ in range(_ROUNDS):
        before = text
        text = unicodedata.normalize("NFC", text.replace("\r", ""))  # NFKC would make 10² equal to 102
        text = _DROPPED.sub("", _CONTROLS.sub(" ", text))
        text = unicodedata.normalize("NFC", _WHITE_SPACE.sub(" ", text).strip())
        if text == before:
            break
    return text


def evened(text: str) -> str:
    """The canonical text with one sort of quotation mark, apostrophe, dash and ellipsis.

    Keyboards, mail programs and editors exchange them by themselves. Only for comparing: the code sees them.
    """
    return canonical(text).translate(_EVEN)


def code(text: str) -> str:
    """The first 80 bits of SHA-256 over the canonical text, in base32: `XXXX-XXXX-XXXX-XXXX`."""
    seen = canonical(text).encode("utf-8", "surrogatepass")
    letters = base64.b32encode(hashlib.sha256(b"handbill/canon/v1\0" + seen).digest()).decode()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))
