"""Bots, figures and faults over HTTP. Tokens are taken but never shown."""

from bot.sandbox.control.desk import Desk
from bot.sandbox.control.forms import NewBot
from bot.sandbox.faults import Fault
from bot.sandbox.messages import Json


async def summary(desk: Desk) -> Json:
    """What runs here, in figures."""
    world, stats = desk.world, desk.world.stats
    bots = [
        {"id": bot.id, "username": bot.username, "waiting": len(bot.queue), "revoked": bot.revoked}
        for bot in world.state.bots.values()
    ]
    figures = {
        "requests": stats.requests,
        "accepted": stats.accepted,
        "refused": stats.refused,
        "busiest_second": stats.busiest_second(),
        "rate": round(stats.rate(), 3),
    }
    return {"bots": bots, "people": len(world.people), "groups": len(world.groups), "stats": figures}


async def new_bot(desk: Desk) -> Json:
    """Make a bot known before it has asked for anything."""
    bot = desk.world.bot((await desk.read(NewBot)).token)
    return {"id": bot.id, "username": bot.username}


async def revoke(desk: Desk) -> Json:
    """Make a bot's token worthless."""
    bot = desk.bot(desk.id)
    desk.world.revoke(bot)
    return {"id": bot.id, "revoked": True}


async def faults(desk: Desk) -> Json:
    """The faults in force."""
    return {"faults": [fault.listed() for fault in desk.world.faults]}


async def new_fault(desk: Desk) -> Json:
    """One more fault."""
    return desk.world.faults.add(await desk.read(Fault)).listed()


async def no_faults(desk: Desk) -> Json:
    """End all faults."""
    desk.world.faults.clear()
    return {"faults": []}
