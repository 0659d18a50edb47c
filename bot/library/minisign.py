"""Signatures of `minisign`, checked without it: of the file itself (old) or of its BLAKE2b hash.

The format is that of jedisct1.github.io/minisign. The trusted comment is checked too; the untrusted one must
be what minisign or rsign write by themselves, so that no byte of a signature file goes unchecked. Signing is
left to the program.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import BadInputError
from bot.library.wire import lines, not_one, unbase64

_OLD, _HASHED = b"Ed", b"ED"
_UNTRUSTED, _TRUSTED = "untrusted comment: ", "trusted comment: "
_COMMENTS = frozenset(
    {
        "signature from minisign secret key",
        "signature from rsign secret key",
    }
)
_ID, _POINT, _SIGNATURE = 8, 32, 64
_WHAT_KEY, _WHAT = "a minisign key", "a minisign signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class MinisignKey:
    """A public key and its number."""

    id: bytes
    point: bytes

    @property
    def line(self) -> str:
        """The key as `minisign -V -P` takes it: `RW…`."""
        return base64.b64encode(_OLD + self.id + self.point).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class MinisignSignature:
    """What a signature file says; whether it fits is another question."""

    key_id: bytes
    hashed: bool
    raw: bytes
    comment: str
    """The trusted comment: time and file name, as the signer's machine had them."""
    over_comment: bytes


def parse_key(line: str) -> MinisignKey:
    """The key in one line, `RW…`. Else BadInputError."""
    blob = unbase64(line.strip(), _WHAT_KEY)
    if len(blob) != len(_OLD) + _ID + _POINT or not blob.startswith(_OLD):
        raise not_one(_WHAT_KEY)
    return MinisignKey(id=blob[2:10], point=blob[10:])


def parse(data: bytes) -> MinisignSignature:
    """The signature in a `.minisig` file. BadInputError for any other bytes."""
    found = lines(data, _WHAT)
    if len(found) != 4:  # noqa: PLR2004 - a comment and a signature, twice
        raise not_one(_WHAT)
    untrusted, first, trusted, second = found
    if not untrusted.startswith(_UNTRUSTED) or not trusted.startswith(_TRUSTED):
        raise not_one(_WHAT)
    if untrusted.removeprefix(_UNTRUSTED) not in _COMMENTS:
        raise BadInputError(
            "this minisign signature has an untrusted comment of its own",
            hint="sign without -c: nobody signs that comment, so it could say anything",
        )
    blob, over = unbase64(first, _WHAT), unbase64(second, _WHAT)
    if len(blob) != 2 + _ID + _SIGNATURE or blob[:2] not in (_OLD, _HASHED) or len(over) != _SIGNATURE:
        raise not_one(_WHAT)
    return MinisignSignature(
        key_id=blob[2:10],
        hashed=blob[:2] == _HASHED,
        raw=blob[10:],
        comment=trusted.removeprefix(_TRUSTED),
        over_comment=over,
    )


def fits(signature: MinisignSignature, key: MinisignKey, data: bytes) -> bool:
    """Whether this key signed exactly these bytes, and the comment."""
    if signature.key_id != key.id:
        return False
    signed = hashlib.blake2b(data, digest_size=64).digest() if signature.hashed else data
    public = Ed25519PublicKey.from_public_bytes(key.point)
    try:
        public.verify(signature.raw, signed)
        public.verify(signature.over_comment, signature.raw + signature.comment.encode())
    except InvalidSignature:
        return False
    return True
