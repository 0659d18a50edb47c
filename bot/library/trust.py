"""Who may sign for the group: `trust.toml`, and whether enough of them have signed these bytes.

Pure rules, without a clock: the day on which something is looked at comes from outside. What the answer is
used for (import, answering, checking a file somebody sent) is decided elsewhere.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot.domain.statement import Signature
from bot.errors import BadInputError, StatementError
from bot.library import minisign, sshsig
from bot.library.minisign import MinisignKey
from bot.library.source import Spot, read_lines
from bot.library.sshsig import SshKey

FILE = "trust.toml"
ALLOWED = "allowed_signers"
"""The same keys in a file for `ssh-keygen`."""
MOST_SIGNERS = 64
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
"""Of a signer, as it stands in the names of signature files."""

_KEYS = frozenset({"name", "ssh", "minisign", "valid_from", "valid_until", "revoked_on"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """One who may sign, with one key or two of the same person."""

    name: str
    ssh: SshKey | None
    minisign: MinisignKey | None
    valid_from: date
    valid_until: date | None = None
    """The last day on which the key may sign."""
    revoked_on: date | None = None
    """The day from which nothing new that it signed counts, whatever date stands in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """So many of these must have signed."""

    threshold: int
    signers: tuple[Signer, ...]
    source: bytes
    """The file's exact bytes: what the signers of the policy before sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whose signatures count, how many it takes, and why others do not count (for the keeper)."""

    signers: tuple[str, ...]
    needed: int
    problems: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether this speaks for the group."""
        return len(self.signers) >= self.needed

    @property
    def reason(self) -> str:
        """One line: how many of how many, and what is wrong with the others."""
        counted = f"{len(self.signers)} of {self.needed} signatures"
        return "; ".join([counted, *self.problems])


def parse(data: bytes, path: Path | None = None) -> Trust:
    """The policy in these bytes. BadInputError with one clear line for anything that is not exactly one."""
    read_lines(data, path)
    try:
        found = tomllib.loads(data.decode())
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        raise Spot(path, int(line[1]) if line else 1).error("this is not TOML", hint=_EXAMPLE) from None
    except (ValueError, RecursionError):
        raise _wrong(path, "this is not TOML") from None
    if unknown := sorted(found.keys() - {"version", "threshold", "signer"}):
        raise _wrong(path, f"no key is called {_shown(unknown[0])}")
    if found.get("version") != 1 or isinstance(found["version"], bool):
        raise _wrong(path, "version is not 1")
    entries = found.get("signer")
    if not isinstance(entries, list) or not 0 < len(entries) <= MOST_SIGNERS:
        raise _wrong(path, f"there must be one to {MOST_SIGNERS} [[signer]] tables")
    signers = tuple(_signer(each, number, path) for number, each in enumerate(entries, 1))
    threshold = found.get("threshold")
    if not isinstance(threshold, int) or isinstance(threshold, bool) or not 1 <= threshold <= len(signers):
        raise _wrong(path, "threshold is not a number from 1 to the number of signers")
    _refuse_twins(signers, path)
    return Trust(threshold=threshold, signers=signers, source=data)


def judge(
    data: bytes, signatures: Sequence[Signature], trust: Trust, *, dated: date, seen: date
) -> Judgement:
    """Whether enough signers have signed these bytes.

    `dated` is the day that the text says it is from, `seen` the day on which it was first seen with enough
    signatures: today for a new one. A key must have begun and not be revoked on both, so that whoever took
    one cannot write yesterday's date; one that was revoked later still counts for what was seen before. Of a
    key that ended only the text's own date is asked: old statements come into a new home years later.
    """
    by_name = {signer.name: signer for signer in trust.signers}
    counted: dict[str, None] = {}
    problems: list[str] = []
    for signature in signatures:
        signer = by_name.get(signature.signer)
        problem = (
            f"{signature.signer} is not among the signers"
            if signer is None
            else _doubt(signature, signer, data) or _out_of_time(signer, dated, seen)
        )
        if problem:
            problems.append(problem)
        else:
            counted[signature.signer] = None
    return Judgement(signers=tuple(counted), needed=trust.threshold, problems=tuple(dict.fromkeys(problems)))


def allowed_signers(trust: Trust) -> bytes:
    """The same keys as `ssh-keygen -Y verify -f` reads them (ssh-keygen(1), ALLOWED SIGNERS)."""
    lines = [
        f'{signer.name} namespaces="{sshsig.NAMESPACE.decode()}" {signer.ssh.line}\n'
        for signer in trust.signers
        if signer.ssh
    ]
    return "".join(lines).encode()


def commented(trust: Trust) -> tuple[str, ...]:
    """Signers whose SSH key has a comment: it often names a person or a machine, and is published."""
    entries = tomllib.loads(trust.source.decode())["signer"]
    return tuple(entry["name"] for entry in entries if len(entry.get("ssh", "").split()) > 2)  # noqa: PLR2004 - kind and key


def _doubt(signature: Signature, signer: Signer, data: bytes) -> str:
    """Why this signature is none of this signer's over these bytes; empty if it is one."""
    name, other = signature.signer, f"the signature of {signature.signer} was made with another key"
    altered = f"the signature of {name} does not fit the file"
    try:
        if signature.kind == "sig":
            found = sshsig.parse(signature.data)
            if found.key != signer.ssh:
                return other
            return "" if sshsig.fits(found, data) else altered
        made = minisign.parse(signature.data)
        if signer.minisign is None or made.key_id != signer.minisign.id:
            return other
        return "" if minisign.fits(made, signer.minisign, data) else altered
    except BadInputError as error:
        return f"the signature of {name}: {error.message}"


def _out_of_time(signer: Signer, dated: date, seen: date) -> str:
    if signer.revoked_on is not None and max(dated, seen) >= signer.revoked_on:
        return f"the key of {signer.name} was revoked on {signer.revoked_on}"
    if min(dated, seen) < signer.valid_from:
        return f"the key of {signer.name} is valid only from {signer.valid_from}"
    if signer.valid_until is not None and dated > signer.valid_until:
        return f"the key of {signer.name} was valid until {signer.valid_until}"
    return ""


_EXAMPLE = (
    "write version = 1, threshold = 2 and for each signer a [[signer]] table: "
    'name = "vera", ssh = "ssh-ed25519 AAAA…", valid_from = 2026-01-01'
)


def _wrong(path: Path | None, message: str) -> StatementError:
    return Spot(path, 1).error(message, hint=_EXAMPLE)


def _shown(key: str) -> str:
    return key[:40] if key.isprintable() else "this"


def _signer(entry: Any, number: int, path: Path | None) -> Signer:
    def refused(message: str) -> StatementError:
        return _wrong(path, f"signer {number}: {message}")

    if not isinstance(entry, dict):
        raise refused("this is not a table")
    if unknown := sorted(entry.keys() - _KEYS):
        raise refused(f"no key is called {_shown(unknown[0])}")
    name = entry.get("name")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise refused("name must be small letters, digits and dashes, at most 32")
    ssh = _key(entry, "ssh", sshsig.parse_key, refused)
    mini = _key(entry, "minisign", minisign.parse_key, refused)
    if not ssh and not mini:
        raise refused("there is no key: give ssh or minisign")
    first = _day(entry, "valid_from", refused)
    if first is None:
        raise refused("valid_from is missing")
    last, revoked = _day(entry, "valid_until", refused), _day(entry, "revoked_on", refused)
    if last is not None and last < first:
        raise refused("valid_until lies before valid_from")
    return Signer(name=name, ssh=ssh, minisign=mini, valid_from=first, valid_until=last, revoked_on=revoked)


Refused = Callable[[str], StatementError]


def _key(entry: Mapping[str, Any], name: str, read: Callable[[str], Any], refused: Refused) -> Any:
    value = entry.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise refused(f"{name} is not a text")
    try:
        return read(value)
    except BadInputError as error:
        raise refused(f"{name}: {error.message}") from None


def _day(entry: Mapping[str, Any], name: str, refused: Refused) -> date | None:
    """A date of TOML, or the same in quotes."""
    value = entry.get(name)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise refused(f"{name}: there is no such day") from None
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise refused(f"{name} is not a date such as 2026-01-01")


def _refuse_twins(signers: Sequence[Signer], path: Path | None) -> None:
    """One person under two names, or one key for two, would count twice."""
    names = [signer.name for signer in signers]
    for name in names:
        if names.count(name) > 1:
            raise _wrong(path, f"two signers are called {name}")
    owner: dict[bytes, str] = {}
    for signer in signers:
        points = [key.point for key in (signer.ssh, signer.minisign) if key is not None]
        for point in points:
            if owner.setdefault(point, signer.name) != signer.name:
                raise _wrong(path, f"{owner[point]} and {signer.name} have the same key")
