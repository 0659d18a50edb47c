"""Messages about who may sign, and about what is taken from the shelf. `messages` has all the others."""

from typing import Annotated

import msgspec
from msgspec import Meta

from bot.control.message import Message


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file by the end of its path, and its exact bytes."""

    name: Annotated[str, Meta(max_length=500)]
    data: bytes


class ShowTrust(Message, frozen=True, tag="signers.show"):
    """The file that says who may sign."""


class SetTrust(Message, frozen=True, tag="signers.set"):
    """Another such file, with the signatures of the present signers."""

    files: Annotated[tuple[File, ...], Meta(max_length=200)]


class WithdrawStatement(Message, frozen=True, tag="statements.withdraw"):
    """Show one statement no more, in the language named or in all it has."""

    number: int
    language: Annotated[str, Meta(max_length=20)] = ""


class TrustShown(Message, frozen=True, tag="trust"):
    """The file byte for byte, and the day since which it holds; both empty before one was set."""

    source: bytes = b""
    since: str = ""


class TrustSet(Message, frozen=True, tag="trust.set"):
    """Whether it was the first, and how many texts enough signers have signed now, or not."""

    first: bool
    signed: int
    unsigned: int


class Withdrawn(Message, frozen=True, tag="withdrawn"):
    """How many texts are shown no more."""

    texts: int
