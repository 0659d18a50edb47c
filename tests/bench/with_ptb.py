"""python-telegram-bot as people broadcast with it: its own limiter and client, all at once or one by one."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any

from telegram.error import TelegramError
from telegram.ext import AIORateLimiter, Application, ApplicationBuilder

from tests.bench import peers
from tests.bench.homes import TEXT, TOKEN

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


async def application(task: peers.Task, stack: AsyncExitStack) -> AnyApplication:
    """With AIORateLimiter as it comes; at full speed with its general limit off, which is its own switch."""
    limiter = AIORateLimiter() if task.rate else AIORateLimiter(overall_max_rate=0)
    base = f"https://127.0.0.1:{task.port}/bot"
    made = ApplicationBuilder().token(TOKEN).base_url(base).rate_limiter(limiter).build()
    await stack.enter_async_context(made)

    async def me() -> None:
        with suppress(TelegramError):
            await made.bot.get_me()

    await asyncio.gather(*(me() for _ in range(task.warm)))
    return made


async def send(made: AnyApplication, chat: int, task: peers.Task, count: peers.Count) -> None:
    """The limiter's default is to give up at an error, a 429 included."""
    paid = task.paid if task.rate else None
    try:
        await made.bot.send_message(chat, TEXT, allow_paid_broadcast=paid)
    except TelegramError:
        count.lost += 1
    else:
        count.taken += 1


async def gather(task: peers.Task, count: peers.Count, lap: peers.Lap) -> None:
    """Everybody at once; the limiter is to see to the rest."""
    async with AsyncExitStack() as stack:
        made = await application(task, stack)

        async def everybody() -> None:
            await asyncio.gather(*(send(made, chat, task, count) for chat in task.chats))

        await lap.over(everybody())


async def loop(task: peers.Task, count: peers.Count, lap: peers.Lap) -> None:
    """One after the other, with a pause of 1/rate after each."""
    async with AsyncExitStack() as stack:
        made = await application(task, stack)

        async def one_by_one() -> None:
            for chat in task.chats:
                await send(made, chat, task, count)
                await asyncio.sleep(1 / task.rate if task.rate else 0)

        await lap.over(one_by_one())


async def semaphore(task: peers.Task, count: peers.Count, lap: peers.Lap) -> None:
    """At most a hundred under way, begun by the clock: kinder to it than `gather`."""
    async with AsyncExitStack() as stack:
        made = await application(task, stack)
        await lap.over(peers.evenly(task.rate, task.chats, lambda chat: send(made, chat, task, count)))


PEERS = {"ptb-gather": gather, "ptb-loop": loop, "ptb-semaphore": semaphore}
