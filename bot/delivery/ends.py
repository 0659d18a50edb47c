"""How one run of a broadcast ends. What that means for the broadcast is decided in `actions`."""

from dataclasses import dataclass

from bot.domain.broadcast import Reason


@dataclass(frozen=True, slots=True)
class Finished:
    """Everybody got it, or is finished otherwise; who is gone is erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """Something is wrong and organisers must decide. `word` says more: "token" when getMe is refused too."""

    reason: Reason
    word: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """Telegram refused the message itself, for a reason of one constant word. Nobody was erased."""

    reason: Reason
    word: str


@dataclass(frozen=True, slots=True)
class FirstWave:
    """Everybody in the first wave is finished; nobody was erased for it yet."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """`Worker.interrupt` was called; what had left is in the journal."""


End = Finished | FirstWave | Paused | Stopped | Interrupted
