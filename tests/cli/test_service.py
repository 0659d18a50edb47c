"""The service from start to end: its states, what the socket lets the keeper do, and what never ends it."""

import asyncio
import io
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import ClientSession, web

from bot.app import Service
from bot.chat.application import Application
from bot.config import load
from bot.control import messages
from bot.control.messages import AskStatus, Done, Invitation, Invite, Lock, SetToken, State, Status, Unlock
from bot.control.signing import File, WithdrawStatement
from bot.errors import DamagedVaultError, LockedError, NewerDatabaseError, TokenError
from bot.observability.logs import Log
from bot.sandbox import Limits, Person, Sandbox
from bot.vault import totp
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, TOKEN, Keeper
from tests.cli.test_status import newer
from tests.support.clock import StoryClock
from tests.support.house import STATEMENTS, secret_of

OTHER_TOKEN = "1987654321:AAcanaryCANARYcanaryCANARYcanaryCAN"
RENEWED = "1234567890:BBcanaryCANARYcanaryCANARYcanaryCAN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    service: Service
    clock: StoryClock
    log: io.StringIO
    key: bytes
    task: asyncio.Task[None]

    async def status(self) -> Status:
        answer = await self.service.answer(AskStatus())
        assert isinstance(answer, Status)
        return answer

    async def unlock(self) -> Status:
        answer = await self.service.answer(Unlock(master_key=self.key))
        assert isinstance(answer, Status)
        return answer

    async def becomes(self, state: State) -> Status:
        """Wait for a state; short pauses of the service end at once meanwhile."""
        async with asyncio.timeout(20):
            while (found := await self.status()).state is not state:
                assert not self.task.done()
                self.clock.forward(seconds=1)
                await asyncio.sleep(0.002)
        return found


@asynccontextmanager
async def running(
    keeper: Keeper, url: str, *, unlocked: bool = False, passphrases: Sequence[str] = (PASSPHRASE,)
) -> AsyncIterator[Running]:
    keeper.environment["HANDBILL_TELEGRAM__API_URL"] = url
    clock, stream = StoryClock(), io.StringIO()
    log = Log(stream, now=clock.now)
    service = Service(config=load(keeper.names()), clock=clock, random=os.urandom, log=log)
    key = Vault.open_home(keeper.home, *passphrases)
    async with asyncio.TaskGroup() as group:
        ticking = group.create_task(clock.keep(), name="story clock")
        task = group.create_task(service.run(bytes(bytearray(key)) if unlocked else None), name="service")
        await asyncio.sleep(0)
        try:
            yield Running(service=service, clock=clock, log=stream, key=key, task=task)
        finally:
            task.cancel()
            await asyncio.wait({task})
            ticking.cancel()
    assert "canary" not in stream.getvalue()


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox.start(limits=Limits.off()) as sandbox:
        yield sandbox


async def test_locked_and_silent(keeper: Keeper, sandbox: Sandbox) -> None:
    """A service starts locked: it says nothing to Telegram, and what needs the vault is refused."""
    async with running(keeper, sandbox.url) as found:
        assert await found.status() == Status(state=State.LOCKED, schema=2)
        for request in (Invite(name="Ann", role="author"), messages.ListStatements(), SetToken(token=TOKEN)):
            with pytest.raises(LockedError, match="locked"):
                await found.service.answer(request)
    assert not sandbox.world.state.bots


async def test_unlock_and_lock(keeper: Keeper, sandbox: Sandbox) -> None:
    """`unlock` makes it poll and `lock` stops it, as often as you like; its name is known from then on."""
    async with running(keeper, sandbox.url) as found:
        for _ in range(2):
            assert (await found.unlock()).state is State.RUNNING
            status = await found.becomes(State.RUNNING)
            assert (status.bot, status.problems) == (sandbox.world.bot_username, ())
            await sandbox.world.listening()
            assert (await found.unlock()).state is State.RUNNING, "a second unlock changes nothing"
            assert await found.service.answer(Lock()) == Done()
            assert (await found.status()).state is State.LOCKED
            assert not (keeper.home / "handbill.db-wal").exists(), "the database is closed"
        assert await found.service.answer(Lock()) == Done(), "locking twice is no error"


async def test_link_of_an_invitation(keeper: Keeper, sandbox: Sandbox) -> None:
    """Once the bot has run, an invitation has a link."""
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        answer = await found.service.answer(Invite(name="Ann", role="author"))
    assert isinstance(answer, Invitation)
    assert answer.link == f"https://t.me/{sandbox.world.bot_username}?start={answer.code}"


async def enrol(found: Running, person: Person, invitation: Invitation) -> None:
    """Send the code, then six digits of the next minute."""
    await person.says(f"/start {invitation.code}")
    await person.hears()
    found.clock.forward(minutes=1)
    await person.says(totp.code(secret_of(invitation.totp_uri), found.clock.now()))
    await person.hears()


async def test_organisers_are_told(keeper: Keeper, sandbox: Sandbox) -> None:
    """Organisers hear that the bot was unlocked, and that it is being locked, before it falls silent."""
    ann = sandbox.world.person("Ann")
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        answer = await found.service.answer(Invite(name="Ann", role="author"))
        assert isinstance(answer, Invitation)
        await enrol(found, ann, answer)
        await found.service.answer(Lock())
        assert "locked" in ann.messages[-1].text
        await found.unlock()
        assert "unlocked" in (await ann.hears()).text


async def test_refused_token(keeper: Keeper, sandbox: Sandbox) -> None:
    """A revoked token ends the start with 9; unlocked later, the state shows it and a new token mends it."""
    sandbox.world.revoke(sandbox.world.bot(TOKEN))
    with pytest.raises(ExceptionGroup) as caught:
        async with running(keeper, sandbox.url, unlocked=True) as found:
            await asyncio.wait_for(found.task, 20)
    assert caught.group_contains(TokenError, match="refuses")
    async with running(keeper, sandbox.url) as found:
        assert (await found.unlock()).state is State.TOKEN_REFUSED
        with pytest.raises(TokenError):
            await found.service.answer(SetToken(token=TOKEN))
        assert await found.service.answer(SetToken(token=RENEWED)) == Done()
        await found.becomes(State.RUNNING)


async def test_token_revoked_later(keeper: Keeper, sandbox: Sandbox) -> None:
    """A token revoked while the bot runs ends nothing: the state says so until there is another one."""
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        await sandbox.world.listening()
        bot = sandbox.world.bot()
        sandbox.world.revoke(bot)
        bot.queue.end()
        await found.becomes(State.TOKEN_REFUSED)


async def test_another_bots_token(keeper: Keeper, sandbox: Sandbox) -> None:
    """Another bot's token is refused and changes nothing, unless it is meant."""
    async with running(keeper, sandbox.url, unlocked=True) as found:
        before = await found.becomes(State.RUNNING)
        with pytest.raises(TokenError, match="another bot"):
            await found.service.answer(SetToken(token=OTHER_TOKEN))
        assert await found.status() == before
        await found.service.answer(SetToken(token=OTHER_TOKEN, new_bot=True))
        status = await found.becomes(State.RUNNING)
        while status.bot in {before.bot, None}:
            await asyncio.sleep(0.002)
            status = await found.status()
        assert status.bot == sandbox.world.bot(OTHER_TOKEN).username


async def test_answered_by_another_bot(keeper: Keeper) -> None:
    """Where Telegram says that we are another bot than the sealed one, the start ends with 9."""

    async def me(_: web.Request) -> web.Response:
        bot = {"id": 1999999999, "is_bot": True, "first_name": "canary", "username": "canary_bot"}
        return web.json_response({"ok": True, "result": bot})

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", me)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        with pytest.raises(ExceptionGroup) as caught:
            async with running(keeper, url, unlocked=True) as found:
                await asyncio.wait_for(found.task, 20)
        assert caught.group_contains(TokenError, match="another bot")
        async with running(keeper, url) as found:
            assert (await found.unlock()).state is State.OTHER_BOT
    finally:
        await runner.cleanup()


async def test_no_network(keeper: Keeper, unused_tcp_port: int) -> None:
    """Without a network at the start the state is "no network", and the bot runs as soon as there is one."""
    async with running(keeper, f"http://127.0.0.1:{unused_tcp_port}", unlocked=True) as found:
        await found.becomes(State.NO_NETWORK)
        async with Sandbox.start(port=unused_tcp_port, limits=Limits.off()):
            await found.becomes(State.RUNNING)
        await found.becomes(State.NO_NETWORK)
        async with Sandbox.start(port=unused_tcp_port, limits=Limits.off()) as sandbox:
            sandbox.world.bot(TOKEN)
            await sandbox.world.person("Ann").says("/help")
            await found.becomes(State.RUNNING)


async def test_second_poller(keeper: Keeper, sandbox: Sandbox) -> None:
    """When somebody else asks for our updates state and organisers are told, and ours goes on asking."""
    ann = sandbox.world.person("Ann")
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        invited = await found.service.answer(Invite(name="Ann", role="author"))
        assert isinstance(invited, Invitation)
        await enrol(found, ann, invited)
        await sandbox.world.listening()
        async with ClientSession() as session:
            poll = session.post(f"{sandbox.url}/bot{TOKEN}/getUpdates", data={"timeout": "50"})
            async with await asyncio.wait_for(poll, 20) as answer:
                assert answer.status == 409, "ours came back and ended the stranger's"
        await ann.hears("Another program")
        status = await found.becomes(State.RUNNING)
        assert "another program" in status.problems[0], "still shown when the state is another one again"
        assert "bot.state state=second_poller" in found.log.getvalue()


async def test_newer_database(keeper: Keeper, sandbox: Sandbox) -> None:
    """A database of a newer version cannot be unlocked, and not a byte of it is changed."""
    newer(keeper.home / "handbill.db")
    before = keeper.bytes_of_home()
    async with running(keeper, sandbox.url) as found:
        with pytest.raises(NewerDatabaseError):
            await found.unlock()
        assert (await found.status()).state is State.LOCKED
    after = keeper.bytes_of_home()
    assert {name: after[name] for name in before} == before


async def test_damaged_database(keeper: Keeper, sandbox: Sandbox) -> None:
    """A damaged database cannot be unlocked; the service stays locked and goes on."""
    (keeper.home / "handbill.db").write_bytes(b"nonsense" * 4096)
    async with running(keeper, sandbox.url) as found:
        with pytest.raises(DamagedVaultError):
            await found.unlock()
        with pytest.raises(DamagedVaultError):
            await found.service.answer(Unlock(master_key=bytes(32)))
        assert (await found.status()).state is State.LOCKED


async def test_what_is_withdrawn(keeper: Keeper, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is being sent is looked at again as soon as the keeper has withdrawn something."""
    looked: list[object] = []
    monkeypatch.setattr(Application, "moved", lambda _, what: looked.append(what))
    path = next(STATEMENTS.glob("*/en.md"))
    async with running(keeper, sandbox.url, unlocked=True) as found:
        await found.becomes(State.RUNNING)
        file = File(name=path.name, data=path.read_bytes())
        await found.service.answer(messages.ImportStatements(files=(file,)))
        shelf = await found.service.answer(messages.ListStatements())
        assert isinstance(shelf, messages.Shelf)
        assert not looked
        await found.service.answer(WithdrawStatement(number=shelf.statements[0].number))
    assert looked == [None]


async def test_unforeseen(keeper: Keeper, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """What nobody foresaw is logged by class and place, shown as a problem, and begun again."""
    crashes = iter([True, False])
    real = Application.run

    async def run(self: Application, *rest: object) -> None:
        if next(crashes, False):
            raise ValueError("canary")
        await real(self, *rest)  # type: ignore[arg-type] # passed on as it came

    monkeypatch.setattr(Application, "run", run)
    async with running(keeper, sandbox.url, unlocked=True) as found:
        status = await found.becomes(State.RUNNING)
        assert status.problems == ("something failed and was begun again: see the log",)
        assert "ValueError" in found.log.getvalue() or "ExceptionGroup" in found.log.getvalue()
