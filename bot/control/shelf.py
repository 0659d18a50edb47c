"""What the keeper may ask about statements and signers; the `desk` hands these requests on.

Nothing here is sent to readers: what comes on the shelf is answered to whoever asks for it.
"""

from bot.actions.catalogue import Catalogue, Text
from bot.actions.reading import Reading
from bot.actions.shelving import Shelving
from bot.clock import Clock
from bot.control.messages import (
    Imported,
    ImportStatements,
    ListStatements,
    Shelf,
    ShelfAnswer,
    ShowStatement,
    Sources,
    StatementLine,
)
from bot.control.signing import SetTrust, ShowTrust, TrustSet, TrustShown, Withdrawn, WithdrawStatement
from bot.domain.audit import Event
from bot.errors import BadInputError
from bot.library.render import true_code
from bot.store import Store

ShelfRequest = ImportStatements | ListStatements | ShowStatement | WithdrawStatement | ShowTrust | SetTrust


class ShelfDesk:
    """Answers about the shelf of one open store."""

    def __init__(
        self, *, store: Store, clock: Clock, shelving: Shelving, reading: Reading, catalogue: Catalogue
    ) -> None:
        self._store, self._clock = store, clock
        self._shelving, self._reading = shelving, reading
        self._catalogue = catalogue

    async def answer(self, request: ShelfRequest) -> ShelfAnswer:
        """Do what is asked in one transaction. Raises BadInputError with nothing changed."""
        match request:
            case ImportStatements():
                return await self._import(request)
            case ListStatements():
                return await self._list()
            case ShowStatement():
                return await self._show(request)
            case WithdrawStatement():
                async with self._store.begin() as tx:
                    texts = await self._shelving.withdraw(tx, request.number, request.language)
                    detail = f"{request.number} {request.language}".strip()
                    await tx.audit.add(Event.TAKEN_DOWN, self._clock.now(), detail=detail)
                return Withdrawn(texts=texts)
            case ShowTrust():
                async with self._store.read() as tx:
                    file = await tx.trust.get()
                return TrustShown(source=file.source, since=file.since.isoformat()) if file else TrustShown()
            case SetTrust():
                async with self._store.begin() as tx:
                    files = [(file.name, file.data) for file in request.files]
                    done = await self._shelving.set_trust(tx, files)
                    await tx.audit.add(Event.SIGNERS, self._clock.now())
                return TrustSet(first=done.first, signed=done.signed, unsigned=done.unsigned)

    async def _import(self, request: ImportStatements) -> Imported:
        async with self._store.begin() as tx:
            files = [(file.name, file.data) for file in request.files]
            done = await self._shelving.import_files(tx, files)
            if done.new or done.replaced:
                detail = f"{done.new} new, {done.replaced} replaced"
                await tx.audit.add(Event.IMPORTED, self._clock.now(), detail=detail)
        return Imported(new=done.new, same=done.same, replaced=done.replaced)

    async def _list(self) -> Shelf:
        """Everything, also what readers do not see; why not, stands beside it."""
        async with self._store.read() as tx:
            shelf = await self._catalogue.look(tx)
            answered = set(map(id, await self._reading.texts(tx)))
        texts = sorted(shelf.texts, key=lambda text: (-text.statement.number, text.statement.language))
        return Shelf(statements=tuple(_line(text, shown=id(text) in answered) for text in texts))

    async def _show(self, request: ShowStatement) -> Sources:
        async with self._store.read() as tx:
            found = await tx.statements.all()
        texts = [one for one in found if one.number == request.number]
        wanted = [one for one in texts if request.language in {"", one.language}]
        if texts and not wanted:
            has = ", ".join(one.language for one in texts)
            raise BadInputError("this statement has no text in that language", hint=f"it has: {has}")
        return Sources(files=tuple(one.source for one in wanted))


def _line(text: Text, *, shown: bool) -> StatementLine:
    one = text.statement
    if one.withdrawn:
        standing = f"withdrawn on {one.withdrawn}"
    elif text.judgement is None:
        standing = "not signed"
    elif text.signed:
        standing = f"signed by {', '.join(text.signers)}"
    else:
        standing = f"not signed enough: {text.judgement.reason}"
    if not shown and not one.withdrawn and (text.signed or text.judgement is None):
        standing += ", not shown yet"
    return StatementLine(
        number=one.number,
        language=one.language,
        date=one.date.isoformat(),
        title=one.title,
        code=true_code(one),
        standing=standing,
    )
