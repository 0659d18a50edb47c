"""Which signers' keys a sheet of paper names, so that readers can compare them with what they know already.

Judges no signature. How keys are laid out is `library.print`, and what /keys says is `chat.verdict`.
"""

from collections.abc import Sequence
from datetime import date

from bot.library.print.style import Key
from bot.library.trust import Signer, Trust

MOST = 4
"""Keys on a sheet: each is a line, and the text needs the room."""


def fingerprints(trust: Trust | None, today: date, first: Sequence[str] = ()) -> tuple[Key, ...]:
    """The keys that may sign today, as /keys shows them: those of `first` first, then as in the policy.

    At most four. None before a policy of signatures is set.
    """
    may = [one for one in trust.signers if _may_sign(one, today)] if trust else []
    ordered = sorted(may, key=lambda one: one.name not in first)
    return tuple(Key(name=one.name, fingerprint=_shown(one)) for one in ordered[:MOST])


def _may_sign(one: Signer, today: date) -> bool:
    """A key that was revoked is printed nowhere, though what it signed before may count still."""
    if one.revoked_on is not None or today < one.valid_from:
        return False
    return one.valid_until is None or today <= one.valid_until


def _shown(one: Signer) -> str:
    if one.ssh:
        return one.ssh.fingerprint
    return one.minisign.line if one.minisign else ""
