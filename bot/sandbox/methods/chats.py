"""Who is where: getChat, getChatAdministrators, getChatMember, getChatMemberCount, leaveChat."""

from bot.sandbox.chats import Chat
from bot.sandbox.errors import bad_request
from bot.sandbox.members import MEMBER_RIGHTS, Member
from bot.sandbox.messages import Json
from bot.sandbox.methods.call import Call

_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_chat(call: Call) -> Json:
    """A ChatFullInfo, the few fields that always stand there."""
    chat = _reached(call)
    info = chat.json() | {"accent_color_id": 0, "max_reaction_count": 11}
    info["accepted_gift_types"] = dict.fromkeys(_GIFTS, False)
    if chat.kind in ("group", "supergroup"):
        info["permissions"] = dict.fromkeys(MEMBER_RIGHTS, True)
    return info


def get_chat_administrators(call: Call) -> list[Json]:
    """All admins that are no bots."""
    chat = _reached(call)
    if chat.person:
        raise bad_request("there are no administrators in the private chat")
    leading = [member for member in chat.members.values() if member.leads and not member.user.is_bot]
    return [member.json(channel=chat.kind == "channel") for member in leading]


def get_chat_member(call: Call) -> Json:
    """How one person stands here."""
    chat = _reached(call)
    who = call.given.number("user_id")
    if chat.person and who == chat.id:
        return Member(user=chat.person, status="member").json()
    member = chat.members.get(who)
    if member is None:
        if who not in call.state.people:
            raise bad_request("PARTICIPANT_ID_INVALID")
        member = Member(user=call.state.people[who], status="left")
    return member.json(channel=chat.kind == "channel")


def get_chat_member_count(call: Call) -> int:
    """How many are in."""
    chat = _reached(call)
    return sum(member.inside for member in chat.members.values()) + (1 if chat.person else 0)


def leave_chat(call: Call) -> bool:
    """Go away from a group."""
    chat = _reached(call)
    if chat.person:
        raise bad_request("chat member status can't be changed in private chats")
    call.state.stand(chat, call.bot.peer, "left", by=call.bot.peer)
    return True


def _reached(call: Call) -> Chat:
    chat = call.chat()
    chat.check_reach(call.bot.id)
    return chat
