"""Groups, supergroups, channels: who hears what, who may write, and what happens to them."""

from typing import Any

import pytest

from bot.sandbox import Group, Person, SandboxError, World

ANONYMOUS_BOT = 1087968824


@pytest.fixture
def alice(world: World) -> Person:
    return world.person("Alice")


@pytest.fixture
async def depot(world: World, alice: Person, client: Any) -> Group:
    """A supergroup with the bot in it, its arrival already confirmed."""
    group = world.group("Depot 3", admin=alice)
    await group.add_bot(by=alice)
    updates = await client.updates()
    await client.updates(offset=updates[-1]["update_id"] + 1)
    return group


async def _heard(client: Any) -> list[Any]:
    """The texts or service fields the bot hears, confirmed at once."""
    updates = await client.updates()
    if updates:
        await client.updates(offset=updates[-1]["update_id"] + 1)
    return [(each.get("message") or each.get("channel_post") or {}).get("text") for each in updates]


async def test_arrival(world: World, alice: Person, client: Any) -> None:
    """Being added comes as my_chat_member and as a service message."""
    group = world.group("Depot 3", admin=alice, kind="group")
    await group.add_bot(by=alice)
    change, service = await client.updates()
    assert change["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert change["my_chat_member"]["from"]["id"] == alice.id
    assert change["my_chat_member"]["chat"] == {"id": group.id, "type": "group", "title": "Depot 3"}
    assert service["message"]["new_chat_members"][0]["username"] == world.bot_username


async def test_privacy(world: World, alice: Person, depot: Group, client: Any) -> None:
    """The bot hears commands by its name, answers to it, and plain commands while it spoke last."""
    me = world.bot_username
    for text in ("hello", "/latest", "/latest@other_bot", f"/latest@{me}", f"see /latest@{me.upper()}"):
        await alice.says(text, chat=depot)
    assert await _heard(client) == [f"/latest@{me}", f"see /latest@{me.upper()}"]
    await client.result("sendMessage", chat_id=depot.id, text="answer")
    await alice.says("/latest", chat=depot)
    await alice.says("hello", chat=depot)
    await alice.replies(depot.last, "thanks", chat=depot)
    assert await _heard(client) == ["/latest", "thanks"]
    await depot.promote_bot()
    await alice.says("hello", chat=depot)
    assert await _heard(client) == [None, "hello"]


async def test_outsiders(world: World, depot: Group, client: Any) -> None:
    """Only members write; joining and leaving are service messages."""
    bob = world.person("Bob")
    with pytest.raises(SandboxError, match="not in that group"):
        await bob.says("hi", chat=depot)
    await bob.joins(depot)
    await bob.says(f"/latest@{world.bot_username}", chat=depot)
    await bob.leaves(depot)
    joined, _, left = [each["message"] for each in await client.updates()]
    assert joined["new_chat_members"][0]["id"] == left["left_chat_member"]["id"] == bob.id


async def test_migration(world: World, alice: Person, client: Any) -> None:
    """A group becomes a supergroup: told in both chats; the old id answers with the new one."""
    group = world.group("Depot", admin=alice, kind="group")
    await group.add_bot()
    new = await group.migrate()
    old_word, new_word = [each["message"] for each in (await client.updates())[2:]]
    assert (old_word["chat"]["id"], old_word["migrate_to_chat_id"]) == (group.id, new.id)
    assert (new_word["chat"]["id"], new_word["migrate_from_chat_id"]) == (new.id, group.id)
    answer = await client.ask("sendMessage", chat_id=group.id, text="hi")
    assert answer["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer["parameters"] == {"migrate_to_chat_id": new.id}
    await client.result("sendMessage", chat_id=new.id, text="hi")
    assert new.last.text == "hi"
    with pytest.raises(SandboxError, match="only once"):
        await group.migrate()


@pytest.mark.parametrize("kind", ["group", "supergroup", "channel"])
async def test_ways_out(world: World, alice: Person, client: Any, kind: Any) -> None:
    """Never in, kicked, gone by itself, deleted: each refusal in its own words."""
    group = world.group("Depot", admin=alice, kind=kind)

    async def refused() -> Any:
        return await client.refusal("sendMessage", chat_id=group.id, text="hi")

    not_in = (403, f"Forbidden: bot is not a member of the {kind} chat")
    assert await refused() == not_in
    await group.add_bot()
    await group.kick_bot(by=alice)
    assert await refused() == (403, f"Forbidden: bot was kicked from the {kind} chat")
    assert (await client.updates())[-1]["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    await group.add_bot()
    await client.result("leaveChat", chat_id=group.id)
    assert await refused() == not_in
    await group.add_bot()
    await group.delete()
    assert await refused() == (403, "Forbidden: the group chat was deleted")


async def test_lost_rights(depot: Group, client: Any) -> None:
    """A muted bot is told so by update and by refusal, and may write again afterwards."""
    await depot.mute_bot()
    (update,) = await client.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "restricted"
    assert not update["my_chat_member"]["new_chat_member"]["can_send_messages"]
    refusal = await client.refusal("sendMessage", chat_id=depot.id, text="hi")
    assert refusal == (400, "Bad Request: not enough rights to send text messages to the chat")
    await depot.unmute_bot()
    await client.result("sendMessage", chat_id=depot.id, text="hi")


async def test_topics(world: World, alice: Person, depot: Group, client: Any) -> None:
    """Messages carry their topic; an unknown topic and a closed one refuse."""
    news = await depot.topic("News")
    await alice.says(f"/latest@{world.bot_username}", chat=depot, thread=news)
    message = (await client.updates())[-1]["message"]
    assert (message["message_thread_id"], message["is_topic_message"], message["chat"]["is_forum"]) == (
        news,
        True,
        True,
    )
    await client.result("sendMessage", chat_id=depot.id, message_thread_id=news, text="hi")
    assert (await depot.hears("hi")).thread_id == news
    wrong = await client.refusal("sendMessage", chat_id=depot.id, message_thread_id=99, text="hi")
    assert wrong == (400, "Bad Request: message thread not found")
    await depot.close_topic(news)
    closed = await client.refusal("sendMessage", chat_id=depot.id, message_thread_id=news, text="hi")
    assert closed == (400, "Bad Request: TOPIC_CLOSED")


async def test_channels(world: World, alice: Person, client: Any) -> None:
    """In a channel the bot is an admin: it hears posts, posts itself, and refuses once it is none."""
    channel = world.group("Voice", admin=alice, kind="channel")
    await channel.add_bot()
    await alice.says("/latest", chat=channel)
    change, post = await client.updates()
    assert change["my_chat_member"]["new_chat_member"]["can_post_messages"]
    assert post["channel_post"]["sender_chat"]["id"] == channel.id
    assert "from" not in post["channel_post"]
    await client.result("sendMessage", chat_id=channel.id, text="statement")
    assert (await channel.hears()).text == "statement"
    await channel.mute_bot()
    refusal = await client.refusal("sendMessage", chat_id=channel.id, text="more")
    assert refusal == (400, "Bad Request: need administrator rights in the channel chat")


async def test_anonymous_admins(world: World, alice: Person, depot: Group, client: Any) -> None:
    """An anonymous admin appears as the group, through the account all anonymous admins share."""
    await alice.says_anonymously(f"/subscribe@{world.bot_username}", chat=depot)
    (update,) = await client.updates()
    assert update["message"]["from"]["id"] == ANONYMOUS_BOT
    assert update["message"]["sender_chat"]["id"] == depot.id
    bob = world.person("Bob")
    await depot.add(bob)
    with pytest.raises(SandboxError, match="only an admin"):
        await bob.says_anonymously("hi", chat=depot)


async def test_who_leads(world: World, alice: Person, depot: Group, client: Any) -> None:
    """Admins are listed without bots; single members are told with their standing."""
    bob, stranger = world.person("Bob"), world.person("Eve")
    await depot.add(bob)
    await depot.promote(bob, anonymous=True)
    await depot.promote_bot()
    admins = await client.result("getChatAdministrators", chat_id=depot.id)
    assert [(each["user"]["id"], each["status"]) for each in admins] == [
        (alice.id, "creator"),
        (bob.id, "administrator"),
    ]
    await depot.demote(bob)
    for person, status in ((bob, "member"), (stranger, "left"), (alice, "creator")):
        found = await client.result("getChatMember", chat_id=depot.id, user_id=person.id)
        assert found["status"] == status
    unknown = await client.refusal("getChatMember", chat_id=depot.id, user_id=5)
    assert unknown == (400, "Bad Request: PARTICIPANT_ID_INVALID")
    assert (await client.result("getChat", chat_id=depot.id))["title"] == "Depot 3"
    assert await client.result("getChatMemberCount", chat_id=depot.id) == 3
