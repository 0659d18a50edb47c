"""aiogram as its manual writes a broadcast, and with a semaphore as people write it who are in a hurry."""

import asyncio
import ssl
from contextlib import AsyncExitStack

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramRetryAfter

from tests.bench import peers
from tests.bench.homes import TEXT, TOKEN

PAUSE = 0.05
"""The manual's example: 20 messages a second."""

FREE = 30
"""Messages a second up to which the manual's pause is used as it stands."""


async def bot(task: peers.Task, stack: AsyncExitStack) -> Bot:
    session = AiohttpSession(api=TelegramAPIServer.from_base(f"https://127.0.0.1:{task.port}"))
    session._connector_init["ssl"] = ssl.create_default_context()  # its own trusts certifi's list alone
    made = await stack.enter_async_context(Bot(TOKEN, session=session).context())
    await asyncio.gather(*(made.get_me() for _ in range(task.warm)))
    return made


async def send(made: Bot, chat: int, task: peers.Task, count: peers.Count) -> None:
    """As in the manual: obey a 429 and send again; anything else is given up."""
    try:
        await made.send_message(chat, TEXT, allow_paid_broadcast=task.paid)
    except TelegramRetryAfter as error:
        await asyncio.sleep(error.retry_after)
        await send(made, chat, task, count)
    except TelegramAPIError:
        count.lost += 1
    else:
        count.taken += 1


async def loop(task: peers.Task, count: peers.Count, lap: peers.Lap) -> None:
    """One after the other, with a pause after each."""
    pause = PAUSE if task.rate <= FREE else 1 / task.rate
    async with AsyncExitStack() as stack:
        made = await bot(task, stack)

        async def one_by_one() -> None:
            for chat in task.chats:
                await send(made, chat, task, count)
                await asyncio.sleep(pause)

        await lap.over(one_by_one())


async def semaphore(task: peers.Task, count: peers.Count, lap: peers.Lap) -> None:
    """The usual recipe: so many at once as may leave in a second, and each keeps its place for one."""
    async with AsyncExitStack() as stack:
        made = await bot(task, stack)
        room = asyncio.Semaphore(int(task.rate) or peers.TOGETHER)

        async def held(chat: int) -> None:
            async with room:
                await send(made, chat, task, count)
                await asyncio.sleep(1 if task.rate else 0)

        async def everybody() -> None:
            async with asyncio.TaskGroup() as group:
                for chat in task.chats:
                    group.create_task(held(chat))

        await lap.over(everybody())


async def clock(task: peers.Task, count: peers.Count, lap: peers.Lap) -> None:
    """Begun one by one by the clock, at most a hundred under way: kinder to it than people write it."""
    async with AsyncExitStack() as stack:
        made = await bot(task, stack)
        await lap.over(peers.evenly(task.rate, task.chats, lambda chat: send(made, chat, task, count)))


PEERS = {"aiogram-loop": loop, "aiogram-semaphore": semaphore, "aiogram-clock": clock}
