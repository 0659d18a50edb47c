"""Answers what the terminal asks about the audit: its entries, whether it is whole, whether slots changed."""

from datetime import UTC

from bot.actions import audit
from bot.clock import Clock
from bot.config import Config
from bot.control.audit import Line, Lines, Noticed, NoticeKeys, Reviewed, ShowAudit, VerifyAudit
from bot.domain.audit import Numbered, head_of
from bot.errors import UsageError
from bot.store import Store
from bot.vault import keys


async def answer(
    request: ShowAudit | VerifyAudit | NoticeKeys, store: Store, config: Config, clock: Clock
) -> Lines | Reviewed | Noticed:
    """Do what is asked. UsageError for a head that is none."""
    match request:
        case ShowAudit():
            async with store.read() as tx:
                found = await tx.audit.last(request.last)
            return Lines(lines=tuple(_line(one) for one in found))
        case VerifyAudit():
            return await _verify(store, request.head)
        case NoticeKeys():
            marks = keys.marks(config.home, config.vault.unlock)
            async with store.begin() as tx:
                return Noticed(slots=await audit.keyholders(tx, marks, clock.now()))


async def _verify(store: Store, text: str) -> Reviewed:
    asked = head_of(text)
    if text and asked is None:
        raise UsageError(
            "this is not a head of the audit", hint="copy it whole, for example 17-ABCD-EFGH-IJKL-MNOP"
        )
    async with store.read() as tx:
        found, head = await tx.audit.review(asked), await tx.audit.head()
    return Reviewed(
        entries=found.entries,
        broken=found.broken,
        known=found.known,
        head=str(head) if head else None,
    )


def _line(one: Numbered) -> Line:
    if one.act is None:
        return Line(number=one.number)
    return Line(
        number=one.number,
        at=one.act.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        event=one.act.event,
        by=one.act.by,
        about=one.act.about,
        detail=one.act.detail,
    )
