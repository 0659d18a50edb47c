"""What readers are promised follows the settings in use."""

from pathlib import Path
from typing import Any

import pytest

from bot.chat import render, verdict
from bot.chat.promises import Promises
from bot.config import Config, load
from bot.config.sections import Publishing, Telegram, Texts, Vault
from bot.i18n.translator import Translator, Words

TRANSLATOR = Translator()
USUAL = Config(home=Path("home"))
SET: dict[str, tuple[dict[str, Any], str, str]] = {
    "relay": ({"telegram": Telegram(api_url="https://relay.example.org")}, "privacy-relay", "card-relay"),
    "proxy": ({"telegram": Telegram(proxy="socks5h://proxy.example.org:1080")}, "privacy-proxy", ""),
    "skip": ({"publishing": Publishing(in_doubt="skip")}, "privacy-skip", ""),
    "server": ({"database_url": "postgresql+asyncpg://db.example.org/handbill"}, "privacy-server", ""),
}


@pytest.fixture(params=["en", "ru"])
def words(request: pytest.FixtureRequest) -> Words:
    return TRANSLATOR.speaking(request.param)


def told(words: Words, config: Config) -> tuple[str, str]:
    """The privacy text and the risk card."""
    promises = Promises.of(config)
    return render.privacy(words, promises).text.text, render.risk_card(words, promises).text.text


@pytest.mark.parametrize("name", SET)
def test_each_setting_changes_the_text(words: Words, name: str) -> None:
    """A relay, a proxy, a database server, what happens in doubt: each is told, and only where it is so."""
    changed, privacy, card = SET[name]
    before, after = told(words, USUAL), told(words, Config(home=Path("home"), **changed))
    assert words(privacy) in after[0]
    assert words(privacy) not in before[0]
    assert (after[1] != before[1]) == bool(card)
    if card:
        assert words(card) in after[1]


def test_what_the_texts_say_without_any_setting(words: Words) -> None:
    """The settings that `init` writes: no relay, no proxy, a file in the home, sent again in doubt."""
    privacy, card = told(words, load({"HANDBILL_HOME": "no-home"}))
    assert words("privacy-resend") in privacy
    for name in ("privacy-relay", "privacy-proxy", "privacy-server", "privacy-skip", "card-relay"):
        assert words(name) not in privacy + card


def test_how_many_passphrases(words: Words) -> None:
    """Where two people unlock together the text says so."""
    one, two = (told(words, Config(home=Path("home"), vault=Vault(unlock=n)))[0] for n in (1, 2))
    assert one != two


def test_no_setting_is_shown_itself(words: Words) -> None:
    """Readers are told that there is a relay, not where it stands."""
    for changed, _, _ in SET.values():
        assert "example" not in "".join(told(words, Config(home=Path("home"), **changed)))


def test_other_ways_are_told_before_they_are_needed(words: Words) -> None:
    """Addresses and the bot that stands by stand on the risk card, and nothing does where none are set."""
    texts = Texts(addresses="http://example.onion/ https://example.org", standby_bot="@example_bot")
    _, card = told(words, Config(home=Path("home"), texts=texts))
    assert "\nhttp://example.onion/\nhttps://example.org\n" in card
    assert words("elsewhere-bot", name="@example_bot") in card
    assert words("elsewhere") not in told(words, USUAL)[1]
    assert render.elsewhere(words, Promises.of(USUAL)) == []
    promises = Promises.of(Config(home=Path("home"), texts=texts))
    assert "http://example.onion/" in verdict.keys(words, None, render.elsewhere(words, promises)).text.text
