"""The question for six digits, which says what they are for, and the answer to wrong ones.

Whoever holds an organiser's account can press buttons beside him: he sees here what his digits would do.
"""

from collections.abc import Mapping

from bot.actions.gate import LockedOut, NotAsked, Reused, Wrong
from bot.chat import keyboards
from bot.chat.page import Page, page
from bot.domain.approval import fingerprint
from bot.domain.broadcast import Broadcast, BroadcastId
from bot.domain.organiser import OrganiserId
from bot.i18n.translator import Words
from bot.store import Tx

VERDICTS: Mapping[type, str] = {
    NotAsked: "unknown",
    Wrong: "code-wrong",
    Reused: "code-reused",
    LockedOut: "code-locked",
}
"""The answer to digits that do nothing."""

_ABOUT_ORGANISERS = frozenset({"enrol", "remove", "unfreeze"})
_ABOUT_EVERYTHING = frozenset({"policy", "panic", "checkin"})


async def question(tx: Tx, words: Words, action: str, subject: bytes = b"") -> Page:
    """What is asked for an action as buttons name it: behind a colon stands what was chosen.

    The subject is the id of the broadcast or organiser that it acts on.
    """
    what, _, choice = action.partition(":")
    name, mark = choice, ""
    if what in _ABOUT_ORGANISERS:
        about = await tx.organisers.get(OrganiserId(subject))
        name = about.name if about else ""
    elif what not in _ABOUT_EVERYTHING:
        broadcast = await tx.broadcasts.get(BroadcastId(subject))
        name = _beginning(words, broadcast) if broadcast else ""
        mark = fingerprint(broadcast.digest) if broadcast else ""
    aim = words(f"code-for-{what}", name=name, fingerprint=mark)
    return page("\n".join([words("code-ask"), aim, words("code-not-you")]))


def _beginning(words: Words, broadcast: Broadcast) -> str:
    """The first line, in whichever language there is one."""
    for text in (broadcast.text_for(words.language), *broadcast.texts.values()):
        if text and text.text:
            return keyboards.short(text.text.partition("\n")[0])
    return words("code-wordless")
