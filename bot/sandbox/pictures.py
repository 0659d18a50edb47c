"""Files on their way into a chat: a picture's size is read from its own header, nothing is decoded."""

import mimetypes
import random
import struct

from bot.sandbox.messages import Media

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER_BYTES = 24  # signature, chunk head, width, height
_UNKNOWN_SIZE = (800, 600)


def photo(chance: random.Random, content: bytes) -> Media:
    """A picture; anything that is not a PNG counts as 800 by 600."""
    png = content.startswith(_PNG) and len(content) >= _HEADER_BYTES
    width, height = struct.unpack(">II", content[16:_HEADER_BYTES]) if png else _UNKNOWN_SIZE
    mime = "image/png" if png else "image/jpeg"
    return Media(
        kind="photo",
        unique_id=_id(chance),
        name="photo",
        mime=mime,
        content=content,
        width=width,
        height=height,
    )


def document(chance: random.Random, content: bytes, name: str) -> Media:
    """A file."""
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Media(kind="document", unique_id=_id(chance), name=name, mime=mime, content=content)


def _id(chance: random.Random) -> str:
    return f"AgAD{chance.getrandbits(64):016x}"
