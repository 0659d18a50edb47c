"""Signatures of `ssh-keygen -Y sign -n handbill`, checked without it: Ed25519, in a file or on a touch key.

The formats are OpenSSH's PROTOCOL.sshsig and PROTOCOL.u2f. Every other kind of key is refused by its name.
Who is trusted is for `trust`; signing is left to `ssh-keygen`.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.errors import BadInputError
from bot.library.wire import lines, not_one, unbase64

NAMESPACE = b"handbill"
"""What a signature is for: one made for e-mail or for git does not fit a statement."""

PLAIN, TOUCH = b"ssh-ed25519", b"sk-ssh-ed25519@openssh.com"
_MAGIC, _VERSION = b"SSHSIG", b"\0\0\0\1"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_LONGEST_LINE = 76
_POINT, _SIGNATURE = 32, 64
_PRESENT = 0x01
"""The flag of a touch key: somebody touched it (PROTOCOL.u2f, "user presence")."""

_HASHES: Mapping[bytes, str] = MappingProxyType({b"sha256": "sha256", b"sha512": "sha512"})
_WHAT_KEY, _WHAT = "an SSH key", "an SSH signature"
_KIND = re.compile(r"[a-z0-9@.-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SshKey:
    """A public key: an Ed25519 point, and of a touch key the application it was made for."""

    point: bytes
    application: bytes | None = None
    """None for a key in a file."""

    @property
    def blob(self) -> bytes:
        """The key as OpenSSH writes it (RFC 8709, PROTOCOL.u2f)."""
        if self.application is None:
            return _string(PLAIN) + _string(self.point)
        return _string(TOUCH) + _string(self.point) + _string(self.application)

    @property
    def line(self) -> str:
        """The key as it stands in a `.pub` file, without a comment."""
        kind = PLAIN if self.application is None else TOUCH
        return f"{kind.decode()} {base64.b64encode(self.blob).decode()}"

    @property
    def fingerprint(self) -> str:
        """What `ssh-keygen -l` shows: `SHA256:` and base64 without padding."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class SshSignature:
    """What a signature file says; whether it fits is another question."""

    key: SshKey
    algorithm: str
    """How the file was hashed: sha256 or sha512."""
    raw: bytes
    flags: int = 0
    counter: int = 0
    """Of a touch key: what it saw of a person, and how often it has signed."""


def parse_key(line: str) -> SshKey:
    """The key in one line, `ssh-ed25519 AAAA…`, with or without a comment behind. Else BadInputError."""
    kind, _, rest = line.strip().partition(" ")
    if kind not in (PLAIN.decode(), TOUCH.decode()):
        raise _other_kind(kind)
    key = _key(unbase64(rest.partition(" ")[0], _WHAT_KEY))
    if key.line.partition(" ")[0] != kind:
        raise not_one(_WHAT_KEY)
    return key


def parse(data: bytes) -> SshSignature:
    """The signature in a `.sig` file. BadInputError for any other bytes, another namespace or kind of key."""
    found = lines(data, _WHAT)
    if len(found) < 3 or found[0] != _BEGIN or found[-1] != _END:  # noqa: PLR2004 - first, last, one between
        raise not_one(_WHAT)
    if any(not 0 < len(line) <= _LONGEST_LINE for line in found[1:-1]):
        raise not_one(_WHAT)
    blob = unbase64("".join(found[1:-1]), _WHAT)
    if not blob.startswith(_MAGIC + _VERSION):
        raise not_one(_WHAT)
    key, namespace, reserved, algorithm, signature = _strings(blob[len(_MAGIC + _VERSION) :], 5, _WHAT)
    if namespace != NAMESPACE:
        raise BadInputError(
            "this signature was made for something else", hint="sign with `ssh-keygen -Y sign -n handbill`"
        )
    if reserved or algorithm not in _HASHES:
        raise BadInputError("this signature uses a hash that is not known here", hint="use sha512 or sha256")
    return _signature(_key(key), algorithm.decode(), signature)


def fits(signature: SshSignature, data: bytes) -> bool:
    """Whether this key signed exactly these bytes, for this namespace; a touch key only when touched."""
    name = signature.algorithm.encode()
    digest = hashlib.new(_HASHES[name], data).digest()
    signed = _MAGIC + _string(NAMESPACE) + _string(b"") + _string(name) + _string(digest)
    application = signature.key.application
    if application is not None:
        if not signature.flags & _PRESENT:
            return False
        state = bytes([signature.flags]) + signature.counter.to_bytes(4, "big")
        signed = hashlib.sha256(application).digest() + state + hashlib.sha256(signed).digest()
    try:
        Ed25519PublicKey.from_public_bytes(signature.key.point).verify(signature.raw, signed)
    except InvalidSignature:
        return False
    return True


def _signature(key: SshKey, algorithm: str, blob: bytes) -> SshSignature:
    tail = 0 if key.application is None else 5
    kind, raw = _strings(blob[: len(blob) - tail], 2, _WHAT)
    if kind != (PLAIN if key.application is None else TOUCH) or len(raw) != _SIGNATURE:
        raise not_one(_WHAT)
    state = blob[len(blob) - tail :]
    return SshSignature(
        key=key,
        algorithm=algorithm,
        raw=raw,
        flags=state[0] if tail else 0,
        counter=int.from_bytes(state[1:], "big"),
    )


def _key(blob: bytes) -> SshKey:
    """`cryptography` would read a touch key as a plain one, so the blob is read here."""
    kind, rest = _take(blob, _WHAT_KEY)
    if kind == PLAIN:
        [point] = _strings(rest, 1, _WHAT_KEY)
        key = SshKey(point=point)
    elif kind == TOUCH:
        point, application = _strings(rest, 2, _WHAT_KEY)
        key = SshKey(point=point, application=application)
    else:
        raise _other_kind(kind.decode("ascii", "replace"))
    if len(key.point) != _POINT or not (key.application or b"ssh:").startswith(b"ssh:"):
        raise not_one(_WHAT_KEY)
    return key


def _other_kind(kind: str) -> BadInputError:
    shown = kind if _KIND.fullmatch(kind) else "this"
    return BadInputError(
        f"{shown} is not a kind of key that is taken here",
        hint="make one with `ssh-keygen -t ed25519`, or `-t ed25519-sk` for a touch key",
    )


def _string(data: bytes) -> bytes:
    """A string as SSH writes it (RFC 4251, section 5)."""
    return len(data).to_bytes(4, "big") + data


def _take(data: bytes, what: str) -> tuple[bytes, bytes]:
    """The first string, and what follows it."""
    size = int.from_bytes(data[:4], "big")
    if len(data) < 4 + size:  # fewer than four bytes too
        raise not_one(what)
    return data[4 : 4 + size], data[4 + size :]


def _strings(data: bytes, number: int, what: str) -> list[bytes]:
    """So many strings and nothing more."""
    found = []
    for _ in range(number):
        one, data = _take(data, what)
        found.append(one)
    if data:
        raise not_one(what)
    return found
