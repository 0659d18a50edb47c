"""Messages on their way: one line of JSON each, and errors as messages.

What can be asked and answered is `messages`; who listens and who asks are `server` and `client`.
"""

import msgspec

from bot import errors
from bot.control.messages import Answer, Failure, Request
from bot.errors import Exit, HandbillError

MALFORMED = Failure(
    exit=Exit.BAD_INPUT, message="the service did not understand", hint="use the handbill command"
)

_REQUESTS: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_ANSWERS: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)
_BY_EXIT: dict[int, type[HandbillError]] = {
    kind.exit_code: kind
    for kind in (
        errors.UsageError,
        errors.SettingsError,
        errors.LockedError,
        errors.WrongPassphraseError,
        errors.DamagedVaultError,
        errors.NewerDatabaseError,
        errors.NetworkError,
        errors.TokenError,
        errors.BadInputError,
    )
}


def encode(message: Request | Answer) -> bytes:
    """One line, with its newline."""
    return msgspec.json.encode(message) + b"\n"


def decode_request(line: bytes) -> Request | None:
    """What was asked; None when it is anything else."""
    try:
        return _REQUESTS.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def decode_answer(line: bytes) -> Answer | None:
    """What was answered; None when it is anything else, for example the answer of another version."""
    try:
        return _ANSWERS.decode(line)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None


def secrets(request: Request | None) -> list[bytes]:
    """The keys in a request, for whoever received it to overwrite."""
    found = (getattr(request, name, b"") for name in ("master_key", "private"))
    return [value for value in found if value]


def failure(error: HandbillError) -> Failure:
    """An error on its way to the terminal."""
    return Failure(exit=error.exit_code, message=error.message, hint=error.hint)


def error(failed: Failure) -> HandbillError:
    """The same error at the terminal."""
    return _BY_EXIT.get(failed.exit, HandbillError)(failed.message, hint=failed.hint)
