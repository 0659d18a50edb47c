"""The file that says who may sign, as it is sealed on the shelf. What it says is read by `library.trust`."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustFile:
    """The exact bytes of `trust.toml`, the day on which it was set, and what was set before."""

    source: bytes
    since: date
    replaced: tuple[bytes, ...] = ()
    """SHA-256 of the files before it: none of them comes back, whoever signed it then."""
