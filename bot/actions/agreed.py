"""What organisers agree to: the digest of a broadcast, and what the audit calls agreeing to it."""

from dataclasses import replace

from bot.domain.approval import digest
from bot.domain.audit import Event
from bot.domain.broadcast import Broadcast
from bot.domain.organiser import Action
from bot.domain.revision import Purpose
from bot.domain.rich_text import RichText
from bot.library.canon import code

STARTS = "after the cool-down"
STARTS_URGENT = "at once, before all others"


def digest_of(broadcast: Broadcast) -> bytes:
    """What an approval of this broadcast holds for."""
    starts = STARTS_URGENT if broadcast.urgent else STARTS
    if broadcast.purpose.revises:
        starts = f"{starts}, {broadcast.purpose.name} of {(broadcast.of or b'').hex()}"
    if broadcast.planned:
        starts = f"{starts}, {broadcast.planned.written}"
    if broadcast.repeats:
        starts = f"{starts}, {broadcast.repeats.written}"
    if broadcast.plan:
        starts = f"{starts}, of the plan {broadcast.plan.hex()}"
    for language, links in sorted(broadcast.links.items()):
        starts += f"\n{language}: {[(link.label, link.url) for link in links]!r}"
    return digest(broadcast.texts, audience=broadcast.audience, starts=starts, media=broadcast.media)


def altered(broadcast: Broadcast) -> bool:
    """Whether it is not what was agreed to. Once it has begun, an edit may have changed it by approvals."""
    if broadcast.started or broadcast.purpose is Purpose.UNDO:
        return False
    return digest_of(broadcast) != broadcast.digest


def urgently(broadcast: Broadcast) -> Broadcast:
    """The same broadcast sent at once and before all others. Its digest is another one."""
    urgent = replace(broadcast, urgent=True, cooldown=0)
    return replace(urgent, digest=digest_of(urgent))


def agreeing(action: Action, broadcast: Broadcast) -> Event:
    """What the audit calls it when somebody agreed to this with a code."""
    if action is Action.BROADCAST and broadcast.purpose is Purpose.EDIT:
        return Event.EDITED
    if action is Action.BROADCAST:
        return Event.URGENT if broadcast.urgent else Event.SENT
    return Event.RELEASED if action is Action.RESUME else Event.APPROVED


def signed(text: RichText) -> RichText:
    """The text with the line that ends an update: its code lets anybody check it later."""
    return (text + "\n\n" if text else RichText("")) + f"Update · {code(text.text)}"
