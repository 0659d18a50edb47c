"""What the terminal can ask a service, and what it is answered: each one JSON line, decoded strictly.

There is no request that publishes anything or lists readers, and there will be none.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from bot.control import signing
from bot.control.audit import Lines, Noticed, NoticeKeys, Reviewed, ShowAudit, VerifyAudit
from bot.control.message import Message as _Message
from bot.control.planned import Schedule, ShowSchedule
from bot.control.signing import File

LINE_LIMIT = 8 * 1024 * 1024
"""Bytes of a line. `statements import` sends its files in one."""


class State(StrEnum):
    """Where a service stands; the words are those of `handbill status`."""

    NO_HOME = "no home"
    STOPPED = "stopped"
    LOCKED = "locked"
    STARTING = "starting"
    RUNNING = "running"
    NO_NETWORK = "no network"
    TOKEN_REFUSED = "token refused"  # noqa: S105 - a state, not a token
    OTHER_BOT = "other bot"
    SECOND_POLLER = "second poller"


class AskStatus(_Message, frozen=True, tag="status"):
    """Ask how the service is."""


_Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
_Seconds = Annotated[int, Meta(ge=1, le=366 * 24 * 3600)]


class Unlock(_Message, frozen=True, tag="unlock"):
    """Open the vault, for so many seconds or for good; the passphrase stays with whoever asks."""

    master_key: _Key
    seconds: _Seconds | None = None


class UnlockHalf(_Message, frozen=True, tag="unlock.half"):
    """What one of two keyholders opens (FORMAT.md, a half); it waits for the other for a while."""

    slot: Annotated[int, Meta(ge=0, le=7)]
    private: _Key
    seconds: _Seconds | None = None


class Lock(_Message, frozen=True, tag="lock"):
    """Stop, close the database and drop the keys."""


class Panic(_Message, frozen=True, tag="panic"):
    """The keys on the disk are destroyed: tell the organisers, drop everything, end."""


class SetToken(_Message, frozen=True, tag="token.set"):
    """Seal another token of the same bot, or with `new_bot` of another one."""

    token: Annotated[str, Meta(max_length=200)]
    new_bot: bool = False


class Invite(_Message, frozen=True, tag="organisers.invite"):
    """A way in for one organiser."""

    name: Annotated[str, Meta(max_length=200)]
    role: Annotated[str, Meta(max_length=20)]


class ListOrganisers(_Message, frozen=True, tag="organisers.list"):
    """Names and roles."""


class RemoveOrganiser(_Message, frozen=True, tag="organisers.remove"):
    """Propose that somebody is removed; the organisers agree in chat."""

    name: Annotated[str, Meta(max_length=200)]


class UnfreezeOrganiser(_Message, frozen=True, tag="organisers.unfreeze"):
    """End one side of a freeze; the key shows that whoever asks knows a passphrase."""

    name: Annotated[str, Meta(max_length=200)]
    master_key: Annotated[bytes, Meta(min_length=32, max_length=32)]


class ImportStatements(_Message, frozen=True, tag="statements.import"):
    """Seal these files and their signatures into the database, all or none."""

    files: Annotated[tuple[File, ...], Meta(max_length=10_000)]


class ListStatements(_Message, frozen=True, tag="statements.list"):
    """What stands on the shelf."""


class ShowStatement(_Message, frozen=True, tag="statements.show"):
    """One statement, in the language asked for or else in all it has."""

    number: int
    language: Annotated[str, Meta(max_length=20)] = ""


class Rotate(_Message, frozen=True, tag="database.rotate"):
    """Seal everything anew under another root key; whoever asks has brought the passphrases."""

    master_key: _Key


class CheckList(_Message, frozen=True, tag="database.check"):
    """Compare every row of the list with the census."""


class AcceptList(_Message, frozen=True, tag="database.accept"):
    """Take the list as it is, though it does not fit."""


class Backup(_Message, frozen=True, tag="backup"):
    """Write two new files; the paths are absolute."""

    data: Annotated[str, Meta(max_length=4096)]
    keys: Annotated[str, Meta(max_length=4096)]


DeskRequest = (
    SetToken
    | Rotate
    | Invite
    | ListOrganisers
    | RemoveOrganiser
    | UnfreezeOrganiser
    | ImportStatements
    | ListStatements
    | ShowStatement
    | signing.WithdrawStatement
    | signing.ShowTrust
    | signing.SetTrust
    | CheckList
    | AcceptList
    | Backup
    | ShowAudit
    | VerifyAudit
    | NoticeKeys
    | ShowSchedule
)
Request = AskStatus | Unlock | UnlockHalf | Lock | Panic | DeskRequest


class Status(_Message, frozen=True, tag="status"):
    """The answer of `handbill status`, field by field as its JSON."""

    state: State
    bot: str | None = None
    """Its public name, once the vault was open and Telegram told it."""
    schema: int | None = None
    next_due: str | None = None
    broadcast: str | None = None
    problems: tuple[str, ...] = ()
    unattended: bool = False
    """Whether the service was given passphrases at its start; `doctor` calls that weaker."""
    hardened: bool = False
    memory_locked: bool = False
    """What its process is protected by, for `doctor`: no dumps and debuggers, nothing in swap."""
    doubt: str = ""
    """What does not fit between the list and its census, in one word."""
    backed_up: datetime | None = None
    silent_until: datetime | None = None
    """When the dead man's switch locks if nobody sends a code."""


class Done(_Message, frozen=True, tag="done"):
    """It was done."""


class Invitation(_Message, frozen=True, tag="invitation"):
    """What is handed over in person; the link is None until the bot has run once."""

    link: str | None
    code: str
    totp_uri: str
    expires: str
    """ISO 8601, UTC, with Z."""


class OrganiserLine(msgspec.Struct, frozen=True, kw_only=True):
    """An organiser as the terminal may know one."""

    name: str
    role: str
    standing: str
    since: str


class Roster(_Message, frozen=True, tag="roster"):
    """All organisers, by name."""

    organisers: tuple[OrganiserLine, ...]


class Imported(_Message, frozen=True, tag="imported"):
    """How many files were new, the same, or took the place of another text."""

    new: int
    same: int
    replaced: int


class StatementLine(msgspec.Struct, frozen=True, kw_only=True):
    """A statement in a list."""

    number: int
    language: str
    date: str
    title: str
    code: str
    standing: str = ""
    """Who signed it, or why readers do not see it."""


class Shelf(_Message, frozen=True, tag="shelf"):
    """Every statement, newest first."""

    statements: tuple[StatementLine, ...]


class Sources(_Message, frozen=True, tag="sources"):
    """Statement files, byte for byte."""

    files: tuple[bytes, ...]


class ListState(_Message, frozen=True, tag="list"):
    """One word for what does not fit between the list and its census; empty when all does."""

    doubt: str


class Failure(_Message, frozen=True, tag="failure"):
    """What would have ended a command: exit code, one line, a hint."""

    exit: int
    message: str
    hint: str = ""


ShelfAnswer = Imported | Shelf | Sources | signing.Withdrawn | signing.TrustShown | signing.TrustSet
DeskAnswer = Done | Invitation | Roster | ShelfAnswer | ListState | Lines | Reviewed | Noticed | Schedule
Answer = Status | DeskAnswer | Failure
