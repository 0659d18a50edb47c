"""The public keys in a `trust.toml`, as pages and `ssh-keygen -Y verify` show them. Judges no signature.

Only what is shown is read: names, keys and days. The file itself lies in the mirror byte for byte, with the
signatures of the policy before it.
"""

import base64
import binascii
import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from bot.errors import BadInputError

FILE = "trust.toml"
ALLOWED = "allowed_signers"
_LARGEST = 64 * 1024
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_SSH = re.compile(
    r"((?:sk-)?(?:ssh|ecdsa)-[a-z0-9-]{1,40}(?:@openssh\.com)?) ([A-Za-z0-9+/]{40,2000}={0,2})(?: [^\r\n]*)?"
)
_MINISIGN = re.compile(r"RW[A-Za-z0-9+/]{54}")
_HINT = "see statements/README.md for what trust.toml holds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One who may sign: a name and public keys."""

    name: str
    ssh: str | None = None
    """Kind and key, separated by a space."""
    minisign: str | None = None
    valid_until: date | None = None
    revoked_on: date | None = None

    @property
    def fingerprint(self) -> str | None:
        """Of the ssh key, as `ssh-keygen -l` shows it."""
        if self.ssh is None:
            return None
        digest = hashlib.sha256(base64.b64decode(self.ssh.split()[1])).digest()
        return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trusted:
    """So many of these must have signed."""

    threshold: int
    signers: tuple[Signer, ...]
    source: bytes
    signatures: Mapping[str, bytes] = field(default_factory=dict)

    def allowed_signers(self) -> bytes:
        """The ssh keys as `ssh-keygen -Y verify -f` reads them (ssh-keygen(1), ALLOWED SIGNERS)."""
        lines = (f'{one.name} namespaces="handbill" {one.ssh}\n' for one in self.signers if one.ssh)
        return "".join(lines).encode()


def parse(data: bytes, signatures: Mapping[str, bytes] | None = None) -> Trusted:
    """The keys in these bytes. BadInputError with one clear line for anything else."""
    if len(data) > _LARGEST:
        raise _wrong("it is too long")
    try:
        found = tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        raise _wrong("this is not TOML") from None
    threshold, entries = found.get("threshold"), found.get("signer")
    if not isinstance(entries, list) or not entries:
        raise _wrong("there is no [[signer]]")
    signers = tuple(_signer(entry) for entry in entries)
    if not isinstance(threshold, int) or not 1 <= threshold <= len(signers):
        raise _wrong("threshold is not a number from 1 to the number of signers")
    if len({one.name for one in signers}) < len(signers):
        raise _wrong("two signers have one name")
    return Trusted(threshold=threshold, signers=signers, source=data, signatures=signatures or {})


def _signer(entry: Any) -> Signer:
    if not isinstance(entry, dict):
        raise _wrong("a signer is not a table")
    name, ssh, minisign = entry.get("name"), entry.get("ssh"), entry.get("minisign")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _wrong("a signer's name is not made of small letters, digits and dashes")
    if ssh is None and minisign is None:
        raise _wrong(f"{name} has no key")
    if minisign is not None and not (isinstance(minisign, str) and _MINISIGN.fullmatch(minisign)):
        raise _wrong(f"the minisign key of {name} is none")
    return Signer(
        name=name,
        ssh=None if ssh is None else _ssh(ssh, name),
        minisign=minisign,
        valid_until=_day(entry.get("valid_until"), name),
        revoked_on=_day(entry.get("revoked_on"), name),
    )


def _ssh(value: Any, name: str) -> str:
    """Kind and key without the comment, which often names a machine."""
    match = _SSH.fullmatch(value) if isinstance(value, str) else None
    if match is None or not _is_canonical(match[2]):
        raise _wrong(f"the ssh key of {name} is none")
    return f"{match[1]} {match[2]}"


def _is_canonical(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)).decode() == text
    except binascii.Error:
        return False


def _day(value: Any, name: str) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise _wrong(f"a date of {name} is none") from None


def _wrong(what: str) -> BadInputError:
    return BadInputError(f"{FILE}: {what}", hint=_HINT)
