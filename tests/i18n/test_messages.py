"""The words: every message is there in every language, is used, fits, and reads calmly."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fluent.syntax import FluentParser
from fluent.syntax import ast as fluent
from fluent.syntax.visitor import Visitor

from bot.chat.bulletin import APPROVE, RELEASE
from bot.chat.council import CHECKIN
from bot.chat.drafts import SEND, URGENT
from bot.chat.enrolment import APPROVE as APPROVE_NEWCOMER
from bot.chat.menu import COMMANDS
from bot.chat.revisions import UNDO
from bot.chat.timing import MOVE
from bot.domain.broadcast import Reason, State
from bot.domain.media import MediaKind
from bot.domain.motion import Matter
from bot.domain.organiser import Role
from bot.domain.outcome import Outcome
from bot.domain.rich_text import units
from bot.i18n.translator import FALLBACK, LOCALES, Translator

ROOT = Path(__file__).parents[2]
LANGUAGES = sorted(path.name for path in LOCALES.iterdir())
SAMPLES = [0, 1, 2, 3, 4, 5, 10, 11, 12, 14, 20, 21, 22, 25, 48, 72, 101, 111, 121, 4321]

LABELS = {
    "subscribe": "Subscribe",
    "unsubscribe": "Unsubscribe",
    "latest": "Latest statement",
    "language": "Language",
    "send": "Send",
    "urgent": "Urgent",
    "audience": "Audience",
    "approve": "Approve",
    "cancel": "Cancel",
    "pause": "Pause",
    "resume": "Resume",
    "undo": "Undo",
    "freeze": "Freeze",
}
"""As DESIGN §2 names them."""


class Variables(Visitor):
    """The names of the values that a message takes."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: fluent.VariableReference) -> None:  # noqa: N802 - the library's name
        self.names.add(node.id.name)


def messages(language: str) -> dict[str, fluent.Message]:
    found: dict[str, fluent.Message] = {}
    for path in sorted((LOCALES / language).glob("*.ftl")):
        for entry in FluentParser().parse(path.read_text(encoding="utf-8")).body:
            assert not isinstance(entry, fluent.Junk), entry.content
            if isinstance(entry, fluent.Message):
                assert entry.id.name not in found, f"{entry.id.name} twice"
                found[entry.id.name] = entry
    return found


def variables(message: fluent.Message) -> set[str]:
    visitor = Variables()
    visitor.visit(message)
    return visitor.names


EN = messages(FALLBACK)


def filled(name: str, language: str, number: int = 5) -> str:
    """The message with plausible values."""
    values: dict[str, str | int] = {
        each: number if each in NUMBERS else "Имя" for each in variables(EN[name])
    }
    return SPOKEN[language](name, **values)


TRANSLATOR = Translator()
SPOKEN = {language: TRANSLATOR.speaking(language) for language in LANGUAGES}
NUMBERS = {
    *("agreed", "needed", "organisers", "seconds", "hours", "number", "units", "month", "day"),
    "passphrases",
}


def spoken_of() -> Iterator[str]:
    """Every word in quotes in the program, and what is put together from parts."""
    for path in (ROOT / "bot").rglob("*.py"):
        if "sandbox" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
    yield from (f"role-{role}" for role in Role)
    yield from (f"report-{state.name.lower()}" for state in State if state.ended)
    yield from (f"reason-{_dashed(reason.name)}" for reason in Reason)
    yield from (f"paused-{_dashed(reason.name)}" for reason in Reason)
    yield from (f"tally-{_dashed(outcome.name)}" for outcome in Outcome)
    for why in ("too-long", "caption-too-long", "empty", "empty-language", "unknown-language", "twice"):
        yield f"refused-{why}"
    yield from (f"refused-{why}" for why in ("album", "other", "statement", "slogan", "signed-only"))
    yield from (f"plan-{why}" for why in ("form", "date", "zone", "past", "far"))
    yield from (f"draft-{kind}" for kind in MediaKind)
    yield from (f"menu-{name}" for name in COMMANDS)
    yield from (f"organiser-{state}" for state in ("enrolled", "suspended", "waiting"))
    for matter in (Matter.REMOVE, Matter.UNFREEZE):
        yield from (f"motion-{matter}", f"do-{matter}", f"{matter}-agreed", f"{matter}-done")
    coded = (SEND, URGENT, APPROVE, APPROVE_NEWCOMER, RELEASE, UNDO, MOVE, CHECKIN, *Matter)
    yield from (f"code-for-{action}" for action in coded)
    yield from ("motion-policy", "policy-agreed", "policy-done", "motion-panic", "panic-agreed")


def _dashed(name: str) -> str:
    return name.lower().replace("_", "-")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    """A message of one language is there in all, and takes the same values."""
    here = messages(language)
    assert set(here) == set(EN)
    for name, message in here.items():
        assert variables(message) <= variables(EN[name]), name
        missing = variables(EN[name]) - variables(message)
        assert not missing, (name, missing)


def test_no_message_is_unused() -> None:
    """What nobody can ever read is not kept."""
    assert set(EN) - set(spoken_of()) == set()


def test_every_message_asked_for_is_there() -> None:
    """Every id that the program says exists."""
    asked = set()
    for path in (ROOT / "bot").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _speaks(node.func) and node.args:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    asked.add(first.value)
    assert len(asked) > 60
    assert asked <= set(EN)
    ended = {f"report-{state.name.lower()}" for state in State if state.ended}
    assert ended | {f"role-{role}" for role in Role} <= set(EN)
    paused = {"paused-breaker", "paused-faults", "reason-our-mistake", "reason-too-long-paused"}
    assert paused <= set(EN)


def _speaks(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in {"words", "theirs", "_words"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_how_it_reads(language: str) -> None:
    """No exclamation marks, no spaces left over, nothing unfilled, nothing too long for one message."""
    for name in EN:
        for number in SAMPLES:
            text = filled(name, language, number)
            assert "!" not in text, name
            assert "  " not in text, name
            assert "{" not in text.replace("{ ", "{"), name
            assert text == text.strip(), name
            assert 0 < units(text) <= 4096, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_telegram_takes(language: str) -> None:
    """Menu lines, profile texts and labels keep to Telegram's lengths (core.telegram.org/bots/api)."""
    for name in EN:
        text = filled(name, language)
        if name == "menu-short":
            assert len(text) <= 120
        elif name == "menu-description":
            assert len(text) <= 512
        elif name.startswith("menu-"):
            assert 1 <= len(text) <= 256
        elif name.startswith("button-"):
            assert len(text) <= 24, name


def test_russian_is_russian() -> None:
    """Russian messages hold Russian words and Russian quotation marks and dashes."""
    for name in EN:
        text = filled(name, "ru")
        if name not in {"people-none", "people", "report-time"}:
            assert re.search("[а-яё]", text), name
        assert '"' not in text, name
        assert " – " not in text, name
        assert " - " not in text, name


@pytest.mark.parametrize(("name", "label"), LABELS.items())
def test_labels(name: str, label: str) -> None:
    """The English labels are those that manuals and scripts may name."""
    assert filled(f"button-{name}", "en") == label


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("seconds", 1, "1 секунда"),
        ("seconds", 3, "3 секунды"),
        ("seconds", 5, "5 секунд"),
        ("seconds", 11, "11 секунд"),
        ("seconds", 21, "21 секунда"),
        ("seconds", 112, "112 секунд"),
        ("minutes", 2, "2 минуты"),
        ("minutes", 15, "15 минут"),
        ("hours", 1, "1 час"),
        ("hours", 24, "24 часа"),
        ("hours", 48, "48 часов"),
    ],
)
def test_russian_plurals(name: str, number: int, text: str) -> None:
    """One, few and many, as Russian counts."""
    assert SPOKEN["ru"](name, number=number) == text


@pytest.mark.parametrize(
    ("code", "language"),
    [("ru", "ru"), ("ru-RU", "ru"), ("RU", "ru"), ("en-GB", "en"), ("de", "en"), ("", "en"), (None, "en")],
)
def test_the_nearest_language(code: str | None, language: str) -> None:
    """A Telegram that speaks something we do not is answered in English."""
    assert TRANSLATOR.nearest(code) == language


def test_a_message_that_is_not_there() -> None:
    """An unknown message, or one whose value is missing, is a bug and no empty text."""
    with pytest.raises((KeyError, LookupError)):
        SPOKEN["ru"]("no-such-message")
    with pytest.raises(KeyError):
        SPOKEN["ru"]("seconds")


def test_values_are_not_wrapped() -> None:
    """No invisible marks around a value: they would be copied along with it."""
    assert SPOKEN["en"]("draft-digest", digest="ABCD-EFGH") == "Fingerprint: ABCD-EFGH"
