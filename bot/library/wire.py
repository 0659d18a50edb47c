"""What the formats of keys and signatures have in common: canonical base64, and lines that hold nothing else.

One value has one spelling here, so that a flipped bit never leaves a signature that still fits.
"""

import base64
import binascii

from bot.errors import BadInputError

MAX_BYTES = 4096
"""The longest signature file or key that is looked at; real ones have a few hundred bytes."""


def lines(data: bytes, what: str) -> list[str]:
    """The lines of a small ASCII text, the newline at its very end dropped. Else BadInputError."""
    if len(data) > MAX_BYTES:
        raise BadInputError(f"{what} is too long", hint=f"it has at most {MAX_BYTES:,} bytes")
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError:
        raise not_one(what) from None
    if any(char not in "\n\t" and not " " <= char <= "~" for char in text):
        raise not_one(what)
    return text.removesuffix("\n").split("\n")


def unbase64(text: str, what: str) -> bytes:
    """The bytes that this is the one spelling of. BadInputError for every other text."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise not_one(what) from None
    if base64.b64encode(data).decode() != text:
        raise not_one(what)
    return data


def not_one(what: str) -> BadInputError:
    """It is not what it should be."""
    return BadInputError(f"this is not {what}", hint="sign again, and copy the file as it is")
