"""People and groups over HTTP: making them, and what happens to groups."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from bot.sandbox.control.desk import Desk, UnknownError
from bot.sandbox.control.forms import GroupAction, NewGroup, NewPerson, Nothing
from bot.sandbox.group import Group
from bot.sandbox.messages import Json
from bot.sandbox.person import Person


async def people(desk: Desk) -> Json:
    """Everybody."""
    return {"people": [_shown(person) for person in desk.world.people.values()]}


async def new_person(desk: Desk) -> Json:
    """One more."""
    asked = await desk.read(NewPerson)
    made = desk.world.person(
        asked.name, language=asked.language, username=asked.username, started=asked.started
    )
    return _shown(made)


async def block(desk: Desk) -> Json:
    """The person of this private chat blocks the bot."""
    await desk.read(Nothing)
    person = desk.person(desk.id)
    await person.block()
    return _shown(person)


async def unblock(desk: Desk) -> Json:
    """And unblocks it."""
    await desk.read(Nothing)
    person = desk.person(desk.id)
    await person.unblock()
    return _shown(person)


async def groups(desk: Desk) -> Json:
    """All groups."""
    return {"groups": [_group_shown(group) for group in desk.world.groups.values()]}


async def new_group(desk: Desk) -> Json:
    """One more."""
    asked = await desk.read(NewGroup)
    return _group_shown(desk.world.group(asked.title, admin=desk.person(asked.admin), kind=asked.kind))


async def group_action(desk: Desk) -> Json:
    """Something happens to a group; the answer shows it afterwards, the new one after a migration."""
    action = _ACTIONS.get(desk.request.match_info["action"])
    if action is None:
        raise UnknownError(f"a group knows only {', '.join(_ACTIONS)}")
    group = desk.group(desk.id)
    result = await action(desk, group, await desk.read(GroupAction))
    if isinstance(result, int):
        return _group_shown(group) | {"thread_id": result}
    return _group_shown(result or group)


def _by(desk: Desk, asked: GroupAction) -> Person | None:
    return None if asked.by is None else desk.person(asked.by)


_Action = Callable[[Desk, Group, GroupAction], Awaitable[Group | int | None]]
_ACTIONS: Mapping[str, _Action] = MappingProxyType(
    {
        "add_bot": lambda desk, group, asked: group.add_bot(_by(desk, asked)),
        "kick_bot": lambda desk, group, asked: group.kick_bot(_by(desk, asked)),
        "mute": lambda _, group, __: group.mute_bot(),
        "unmute": lambda _, group, __: group.unmute_bot(),
        "promote_bot": lambda _, group, __: group.promote_bot(),
        "add": lambda desk, group, asked: group.add(desk.person(asked.person)),
        "remove": lambda desk, group, asked: group.remove(desk.person(asked.person)),
        "promote": lambda desk, group, asked: group.promote(
            desk.person(asked.person), anonymous=asked.anonymous
        ),
        "demote": lambda desk, group, asked: group.demote(desk.person(asked.person)),
        "migrate": lambda _, group, __: group.migrate(),
        "delete": lambda _, group, __: group.delete(),
        "topic": lambda _, group, asked: group.topic(asked.name),
        "close_topic": lambda _, group, asked: group.close_topic(asked.thread_id or 0),
    }
)


def _shown(person: Person) -> Json:
    return {"id": person.id, "name": person.name, "language": person.peer.language}


def _group_shown(group: Group) -> Json:
    chat = group.chat
    members = [{"id": each.user.id, "status": each.status} for each in chat.members.values()]
    found = {"id": chat.id, "title": chat.title, "kind": chat.kind, "admin": group.admin.id}
    return found | {"members": members, "migrated_to": chat.migrated_to}
