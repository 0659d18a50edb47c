"""What a chat client shows beside the messages: all chats with their newest message, a chat's commands."""

from bot.sandbox.bots import BotAccount
from bot.sandbox.chats import Chat
from bot.sandbox.control.desk import Desk
from bot.sandbox.errors import SandboxError
from bot.sandbox.messages import Json
from bot.sandbox.person import Person
from bot.sandbox.world import World

MOST_CHATS = 200
_DEFAULT_SCOPE = '{"type":"default"}'


async def chats(desk: Desk) -> Json:
    """The newest chats of both kinds, as far as `MOST_CHATS` goes for each."""
    world, bot = desk.world, _bot(desk.world)
    people = list(world.people.values())[-MOST_CHATS:]
    groups = list(world.state.groups.values())[-MOST_CHATS:]
    private = [_private(person, bot) for person in people]
    return {"chats": private + [_group(chat, bot) for chat in groups if not chat.deleted]}


async def menu(desk: Desk) -> Json:
    """What the bot offers in a chat, in the person's language: its commands and its description."""
    bot = _bot(desk.world)
    language = "" if desk.id < 0 else desk.person(desk.id).peer.language or ""
    if bot is None:
        return {"commands": [], "description": ""}
    commands = bot.commands.get((_DEFAULT_SCOPE, language)) or bot.commands.get((_DEFAULT_SCOPE, ""), [])
    return {
        "commands": commands,
        "description": bot.descriptions.get(language) or bot.descriptions.get("", ""),
    }


def _bot(world: World) -> BotAccount | None:
    try:
        return world.bot()
    except SandboxError:
        return None


def _private(person: Person, bot: BotAccount | None) -> Json:
    shown = {"id": person.id, "kind": "private", "title": person.name, "language": person.peer.language}
    chat = person.chat if bot else None
    return shown | _state(chat, person.bot if bot else None)


def _group(chat: Chat, bot: BotAccount | None) -> Json:
    shown = {"id": chat.id, "kind": chat.kind, "title": chat.title, "language": None}
    return shown | _state(chat, bot)


def _state(chat: Chat | None, bot: BotAccount | None) -> Json:
    if chat is None:
        return {"bot": None, "members": [], "migrated_to": None, "last": None}
    standing = chat.members.get(bot.id) if bot else None
    members = [
        {"id": each.user.id, "name": each.user.name, "status": each.status}
        for each in chat.members.values()
        if not each.user.is_bot and each.inside
    ]
    last = next(reversed(chat.messages.values()), None)
    return {
        "bot": standing.status if standing else None,
        "members": members,
        "migrated_to": chat.migrated_to,
        "last": last.listed() if last else None,
    }
