"""What the keeper may ask of the open database: organisers, statements, the token. Never who reads.

The same desk answers inside the service and, when none runs, inside a command that opened the vault itself.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from bot.actions.catalogue import Catalogue
from bot.actions.council import Council
from bot.actions.holding import hold
from bot.actions.organisers import Organisers
from bot.actions.reading import Reading
from bot.actions.shelving import Shelving
from bot.clock import Clock
from bot.config import Config
from bot.control import archive, timetable
from bot.control.audit import NoticeKeys, ShowAudit, VerifyAudit
from bot.control.messages import (
    AcceptList,
    Backup,
    CheckList,
    DeskAnswer,
    DeskRequest,
    Done,
    Invitation,
    Invite,
    ListOrganisers,
    OrganiserLine,
    RemoveOrganiser,
    Roster,
    Rotate,
    SetToken,
    UnfreezeOrganiser,
)
from bot.control.planned import ShowSchedule
from bot.control.shelf import ShelfDesk
from bot.control.upkeep import Upkeep
from bot.domain.audit import Event
from bot.domain.bot_record import BotRecord
from bot.domain.broadcast import Reason
from bot.domain.organiser import Role
from bot.errors import BadInputError, TokenError
from bot.store import Store, Tx
from bot.vault.mark import Mark
from bot.vault.vault import Vault

_TOKEN = re.compile(r"([1-9]\d{4,15}):[A-Za-z0-9_-]{30,60}")
"""The bot's number, a colon, a secret (core.telegram.org/bots/features, "Creating a new bot")."""


def read_token(data: bytes) -> str:
    """The token in a file or at a prompt. Raises BadInputError when it is not shaped like one."""
    token = data.decode("ascii", "replace").strip()
    if not _TOKEN.fullmatch(token):
        raise BadInputError(
            "this is not a bot token",
            hint="copy the whole line that BotFather gave: a number, a colon, letters",
        )
    return token


def bot_id(token: str) -> int:
    """The number of the bot that a token belongs to: it stands before the colon."""
    return int(token.partition(":")[0])


class Desk:
    """Answers over one open store."""

    def __init__(self, *, store: Store, config: Config, clock: Clock, random: Callable[[int], bytes]) -> None:
        self._store = store
        self._home, self._config = config.home, config
        self._clock, self._random = clock, random
        self._upkeep = Upkeep(store=store, home=config.home, clock=clock, random=random)
        self._organisers = Organisers(clock=clock, random=random, approvals=config.publishing.approvals)
        self._council = Council(clock=clock, approvals=config.publishing.approvals)
        catalogue, signed_only = Catalogue(), config.publishing.signed_only
        self._shelf = ShelfDesk(
            store=store,
            clock=clock,
            shelving=Shelving(clock=clock),
            reading=Reading(clock=clock, random=random, catalogue=catalogue, signed_only=signed_only),
            catalogue=catalogue,
        )

    async def answer(self, request: DeskRequest) -> DeskAnswer:
        """Do what is asked in one transaction. Raises BadInputError or TokenError with nothing changed."""
        match request:
            case SetToken():
                answer = await self._set_token(request)
            case Rotate() | CheckList() | AcceptList() | Backup():
                answer = await self._upkeep.answer(request)
            case Invite() | ListOrganisers() | RemoveOrganiser() | UnfreezeOrganiser():
                answer = await self._about_organisers(request)
            case ShowAudit() | VerifyAudit() | NoticeKeys():
                answer = await archive.answer(request, self._store, self._config, self._clock)
            case ShowSchedule():
                answer = await timetable.answer(self._store)
            case _:
                answer = await self._shelf.answer(request)
        return answer

    async def _set_token(self, request: SetToken) -> DeskAnswer:
        token = read_token(request.token.encode())
        async with self._store.begin() as tx:
            record = await tx.bot.get()
            other = record is not None and record.bot_id != bot_id(token)
            if other and not request.new_bot:
                raise another_bot()
            if record is None:
                number = bot_id(token)
                await tx.bot.set(BotRecord(token=token, bot_id=number, list_bot_id=number, counted=True))
            elif other:
                await tx.bot.set(replace(record, token=token, bot_id=bot_id(token), username=None))
                await self._hold(tx)
            else:
                await tx.bot.set(replace(record, token=token))
            await tx.audit.add(Event.TOKEN, self._clock.now(), detail="another bot" if other else "")
        return Done()

    async def _hold(self, tx: Tx) -> None:
        """Another bot: whatever is unfinished waits until organisers decide.

        The numbers of the old bot's messages are wiped: the new one may have other messages with them.
        """
        await tx.journal.wipe_message_ids(self._clock.now())
        for held in await hold(tx, Reason.OTHER_BOT, self._clock.now()):
            await tx.broadcasts.replace(replace(held, progress=0))

    async def _invite(self, request: Invite) -> DeskAnswer:
        if request.role not in list(Role):
            raise BadInputError("there is no such role", hint=f"one of: {', '.join(Role)}")
        async with self._store.begin() as tx:
            invited = await self._organisers.invite(tx, request.name, Role(request.role))
            record = await tx.bot.get()
        username = record.username if record else None
        return Invitation(
            link=f"https://t.me/{username}?start={invited.code}" if username else None,
            code=invited.code,
            totp_uri=invited.totp_uri,
            expires=_utc(invited.expires),
        )

    async def _list_organisers(self) -> DeskAnswer:
        async with self._store.read() as tx:
            found = await self._organisers.roster(tx)
        lines = [
            OrganiserLine(
                name=one.name,
                role=one.role,
                standing="suspended" if one.suspended else one.standing.name.lower(),
                since=f"{one.since:%Y-%m-%d}",
            )
            for one in found
        ]
        return Roster(organisers=tuple(lines))

    async def _about_organisers(
        self, request: Invite | ListOrganisers | RemoveOrganiser | UnfreezeOrganiser
    ) -> DeskAnswer:
        match request:
            case Invite():
                return await self._invite(request)
            case ListOrganisers():
                return await self._list_organisers()
            case RemoveOrganiser():
                return await self._remove_organiser(request)
            case UnfreezeOrganiser():
                return await self._unfreeze_organiser(request)

    async def _remove_organiser(self, request: RemoveOrganiser) -> DeskAnswer:
        async with self._store.begin() as tx:
            await self._council.propose_removal(tx, request.name)
        return Done()

    async def _unfreeze_organiser(self, request: UnfreezeOrganiser) -> DeskAnswer:
        Vault.unlock(self._home, request.master_key, random=self._random).close()
        async with self._store.begin() as tx:
            await self._council.unfreeze(tx, request.name)
        return Done()


def another_bot() -> TokenError:
    """A token of a bot to which nobody on the list ever wrote."""
    return TokenError(
        "this token belongs to another bot than the list of readers",
        hint="use the old bot's token; a new bot cannot write to the readers (--new-bot if you mean it)",
    )


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def answer_once(
    config: Config, master_key: bytes, request: DeskRequest, *, clock: Clock, random: Callable[[int], bytes]
) -> DeskAnswer:
    """Open the vault and its database just for one request, for a command without a running service."""
    vault = Vault.unlock(config.home, master_key, random=random, needed=config.vault.unlock)
    try:
        mark = Mark(config.home, vault)
        store = await Store.open(config.database, vault, random=random, clock=clock, founded=True, mark=mark)
        try:
            await store.reckoning.compare()
            desk = Desk(store=store, config=config, clock=clock, random=random)
            alone = store.alone() if isinstance(request, Rotate) else nullcontext()
            async with alone:  # another service's keyring would not have the new root key
                return await desk.answer(request)
        finally:
            await store.close()
    finally:
        vault.close()
