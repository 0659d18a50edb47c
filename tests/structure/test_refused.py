"""What Handbill refuses on purpose, kept refused: SECURITY.md names a test for each, most of them here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.chat.marks import FORMATTING
from bot.chat.poller import ALLOWED

ROOT = Path(__file__).parents[2]
SANDBOX = ROOT / "bot" / "sandbox"
PRODUCT = sorted(path for path in (ROOT / "bot").rglob("*.py") if not path.is_relative_to(SANDBOX))

ASKED = {
    *("get_me", "get_updates", "get_chat_administrators", "answer_callback_query"),
    *("send_message", "send_photo", "send_document", "edit_message_text", "delete_messages"),
    *("set_my_commands", "set_my_short_description", "set_my_description"),
    *("sendMessage", "sendPhoto", "sendDocument", "editMessageText", "editMessageCaption", "deleteMessage"),
    *("getMe", "do_api_request", "sendRichMessage"),
}
"""All that Telegram is ever asked to do."""

_METHOD = re.compile(
    r"(add|answer|approve|ban|copy|create|decline|delete|edit|export|forward|get|invite|pin|promote|send|set)"
    r"([A-Z][a-z]+)+"
)


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(ending: str) -> list[tuple[str, ast.Call]]:
    """Where something is called, by the end of its name."""
    return [
        (name(path), node)
        for path in PRODUCT
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(ending)
    ]


def test_nobody_is_put_on_the_list_by_others() -> None:
    """A contact is made in one place, and only of the chat that has just asked for it."""
    assert [where for where, _ in calls(".contacts.add")] == ["bot/actions/subscriptions.py"]
    joins = [(where, call) for where, call in calls(".join") if ast.unparse(call).startswith("self._subsc")]
    assert sorted(where for where, _ in joins) == ["bot/chat/activist.py", "bot/chat/group.py"]
    assert {ast.unparse(call.args[1]) for _, call in joins} == {"turn.chat"}


def test_telegram_is_asked_for_nothing_else() -> None:
    """No member is added, nobody is looked up, nothing is forwarded: these are all the methods there are."""
    asked = set()
    for path in PRODUCT:
        for node in nodes(path):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"bot", "self._bot"}:
                asked.add(node.attr)
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and _METHOD.fullmatch(node.value)
            ):
                asked.add(node.value)
    assert asked - ASKED == set()
    assert {"send_message", "sendMessage"} <= asked


def test_no_receipts_are_asked_for() -> None:
    """Neither reactions nor votes nor anything else that shows who has read is asked of Telegram."""
    assert set(ALLOWED) == {"message", "channel_post", "callback_query", "my_chat_member"}


def test_no_link_is_made_that_could_count() -> None:
    """The only addresses that the chat puts under a message are Telegram's own: this bot, and passing on."""
    made = {
        node.value
        for folder in ("chat", "actions", "delivery", "i18n")
        for path in (ROOT / "bot" / folder).rglob("*.py")
        for node in nodes(path)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("http")
    }
    assert {each for each in made if "://" in each} == {"https://t.me/", "https://t.me/share/url?"}


def test_nobody_is_mentioned() -> None:
    """Mentions of people are no formatting: what an organiser marked as one is passed on as plain words."""
    assert not {"mention", "text_mention", "custom_emoji", "hashtag"} & FORMATTING


PUBLISHING = (
    "bot.actions.broadcasts",
    "bot.actions.publications",
    "bot.actions.revisions",
    "bot.actions.dispatch",
    "bot.delivery",
)


def test_the_terminal_cannot_publish() -> None:
    """What sends to readers is known to the chat alone: neither the terminal nor the socket can reach it."""
    for path in PRODUCT:
        if not name(path).startswith(
            ("bot/cli/", "bot/control/", "bot/app.py", "bot/session.py", "bot/identity.py")
        ):
            continue
        for node in nodes(path):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith(PUBLISHING), name(path)
            if isinstance(node, ast.Import):
                assert not any(each.name.startswith(PUBLISHING) for each in node.names), name(path)


def test_security_names_tests_that_exist() -> None:
    """Each thing that is refused has its row, and each row a test."""
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| .*\|$", text.partition("## Refused on purpose")[2], re.MULTILINE)
    for refused in (
        "import",
        "export",
        "read receipts",
        "click",
        "Start",
        "members",
        "mentions",
        "API",
        "limits",
    ):
        assert any(refused in row for row in rows), refused
    named = re.findall(r"`(tests/[a-z_/]+\.py)::(test_\w+)`", text)
    assert len(named) >= len(rows)
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), (file, test)
