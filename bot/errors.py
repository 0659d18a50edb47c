"""The one tree of errors, and the exit codes of the terminal.

    HandbillError                exit 1   a bug, if it ever gets this far
    ├── UsageError               exit 2   the command cannot be used like this
    ├── SettingsError            exit 3   config.toml, the environment or a missing home
    ├── LockedError              exit 4   the vault is locked and nothing was given to open it
    ├── WrongPassphraseError     exit 5   no slot opens with this passphrase
    ├── DamagedVaultError        exit 6   keyring, pad or a sealed row is not as it was written
    ├── NewerDatabaseError       exit 7   written by a newer Handbill
    ├── NetworkError             exit 8   network, taken port, second service on one home
    ├── TokenError               exit 9   refused by Telegram, or another bot's
    └── BadInputError            exit 10  a file or value given by a person
        └── StatementError                with file, line and what to do

Each carries one clear line, and a hint that says what to do next. They are caught in two places only:
`chat/failures.py` and `cli/main.py`. No message may hold an id, a name, a text, a token or a passphrase.
"""

from enum import IntEnum
from pathlib import Path
from typing import ClassVar


class Exit(IntEnum):
    """What the `handbill` command ends with; scripts rely on these numbers."""

    OK = 0
    BUG = 1
    USAGE = 2
    SETTINGS = 3
    LOCKED = 4
    WRONG_PASSPHRASE = 5
    DAMAGED_VAULT = 6
    NEWER_DATABASE = 7
    NETWORK = 8
    TOKEN = 9
    BAD_INPUT = 10
    INTERRUPTED = 130


class HandbillError(Exception):
    """Something went wrong that a person can be told about: one line, and a hint."""

    exit_code: ClassVar[Exit] = Exit.BUG
    message_id: ClassVar[str] = "failure"
    """The Fluent message that people in a chat are shown for it."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(HandbillError):
    """The command cannot be used like this, for example `init` on an existing home."""

    exit_code = Exit.USAGE


class SettingsError(HandbillError):
    """A setting is unknown, malformed or not available, or there is no home."""

    exit_code = Exit.SETTINGS


class LockedError(HandbillError):
    """The vault is locked, and no passphrase, no file and no running service can open it."""

    exit_code = Exit.LOCKED


class WrongPassphraseError(HandbillError):
    """The keyring is whole, but none of its slots opens."""

    exit_code = Exit.WRONG_PASSPHRASE


class DamagedVaultError(HandbillError):
    """Bytes that were sealed or protected by a checksum are not what was written."""

    exit_code = Exit.DAMAGED_VAULT


class NewerDatabaseError(HandbillError):
    """The database was written by a newer Handbill than this one."""

    exit_code = Exit.NEWER_DATABASE


class NetworkError(HandbillError):
    """No network, a port that is taken, or a home that another service already uses."""

    exit_code = Exit.NETWORK


class TokenError(HandbillError):
    """Telegram refuses the token, or it belongs to another bot than the sealed list does."""

    exit_code = Exit.TOKEN


class BadInputError(HandbillError):
    """A file or a value that a person gave cannot be used. Nothing was changed."""

    exit_code = Exit.BAD_INPUT


class StatementError(BadInputError):
    """A statement or slogan file is not right: which file, which line, what to do."""

    def __init__(self, message: str, *, path: Path | None, line: int, hint: str) -> None:
        where = f"{path}:{line}" if path else f"line {line}"
        super().__init__(f"{where}: {message}", hint=hint)
        self.path = path
        self.line = line
        self.problem = message
