"""Rich messages: what a bot may send, and how people and bots see it."""

from typing import Any

import pytest

from bot.sandbox import Person, World
from tests.sandbox.conftest import Client

WORDS = {"type": "paragraph", "text": ["Some ", {"type": "bold", "text": "bold"}, " words"]}
DEEP: dict[str, Any] = WORDS
for _ in range(16):
    DEEP = {"type": "blockquote", "blocks": [DEEP]}
ITEMS = [{"blocks": [WORDS], "value": 3, "type": "1"}, {"blocks": [WORDS]}]


async def send(client: Client, world: World, rich: Any) -> tuple[Person, dict[str, Any]]:
    world.bot(client.token)
    alice = world.person("Alice", started=True)
    return alice, await client.ask("sendRichMessage", chat_id=alice.id, rich_message=rich)


async def test_a_rich_message(client: Client, world: World) -> None:
    """People read its words; a bot gets its blocks, with the labels of the items, and no text."""
    blocks = [
        {"type": "heading", "text": "Title", "size": 1},
        {"type": "list", "items": ITEMS},
        {"type": "blockquote", "blocks": [WORDS]},
        {"type": "divider"},
        {"type": "footer", "text": {"type": "url", "text": "link", "url": "https://example.org"}},
    ]
    alice, answer = await send(client, world, {"blocks": blocks, "is_rtl": True})
    sent = answer["result"]
    assert "text" not in sent
    assert sent["rich_message"]["is_rtl"]
    assert [item["label"] for item in sent["rich_message"]["blocks"][1]["items"]] == ["3.", "•"]
    assert alice.inbox[-1].text == (
        "Title\n3. Some bold words\n• Some bold words\n\nSome bold words\n\n* * *\n\nlink"
    )
    assert {entity["type"] for entity in alice.inbox[-1].entities} == {"bold", "blockquote", "text_link"}


@pytest.mark.parametrize(
    "rich",
    [
        None,
        {},
        {"blocks": []},
        {"html": "<b>x</b>"},
        {"blocks": [WORDS], "markdown": "x"},
        {"blocks": [{"text": "x"}]},
        {"blocks": [{"type": "poem", "text": "x"}]},
        {"blocks": [{"type": "heading", "text": "x", "size": 7}]},
        {"blocks": [{"type": "paragraph", "text": 5}]},
        {"blocks": [{"type": "paragraph", "text": {"type": "wave", "text": "x"}}]},
        {"blocks": [{"type": "paragraph", "text": {"type": "url", "text": "x", "url": "file:///x"}}]},
        {"blocks": [{"type": "list", "items": [{"blocks": []}]}]},
        {"blocks": [{"type": "list", "items": ["x"]}]},
        {"blocks": [{"type": "paragraph", "text": " "}]},
        {"blocks": [{"type": "paragraph", "text": "x" * 32769}]},
        {"blocks": [WORDS] * 501},
        {"blocks": [DEEP]},
    ],
)
async def test_what_is_refused(client: Client, world: World, rich: Any) -> None:
    """With a 400, and nobody gets anything."""
    alice, answer = await send(client, world, rich)
    assert answer["error_code"] == 400
    assert not alice.inbox
