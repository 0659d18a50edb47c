"""How a sheet can look, and what stands on it besides the text. The words come from the caller."""

from dataclasses import dataclass
from enum import StrEnum


class Sheet(StrEnum):
    """What comes out of the printer."""

    A5 = "a5"
    """Pages of A5."""
    CUT = "a4-cut"
    """A4 across with the same A5 page twice, to cut in the middle."""
    FOLD = "a4-fold"
    """A4 across, printed on both sides, to fold once: a booklet of A5."""


class Design(StrEnum):
    """The two looks."""

    SOBER = "sober"
    LOUD = "loud"


class Ink(StrEnum):
    """Black saves ink and needs no colour printer, which prints dots that tell its serial number."""

    COLOUR = "colour"
    BLACK = "black"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One that may sign: its name, and the fingerprint by which anybody can check its key."""

    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a code leads: `url` is what the code holds, `shown` what is printed beside it."""

    url: str
    shown: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """The words around a text, in its language where there are any."""

    language: str
    call: str
    """Above the addresses: why one should scan the code."""
    key: str
    """Before a signer's name."""
    pass_on: str
    """The last line: to pass it on, and not to keep it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprint:
    """What stands at the foot of a sheet."""

    labels: Labels
    addresses: tuple[Address, ...] = ()
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """One of the twelve ways to print a leaflet."""

    sheet: Sheet = Sheet.A5
    design: Design = Design.SOBER
    ink: Ink = Ink.BLACK
