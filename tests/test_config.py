"""Settings: config.toml, the environment over it, and one clear line when something is wrong."""

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot import config
from bot.errors import SettingsError


def env(home: Path, **names: str) -> dict[str, str]:
    return {"HANDBILL_HOME": str(home), "PATH": "/bin"} | names


def refused(home: Path, **names: str) -> SettingsError:
    with pytest.raises(SettingsError) as caught:
        config.load(env(home, **names))
    error = caught.value
    assert error.hint
    assert "\n" not in error.message + error.hint
    return error


def test_defaults(tmp_path: Path) -> None:
    """Without a file and without an environment every setting has the default that the manual names."""
    loaded = config.load({})
    assert loaded.home == Path("var")
    assert loaded.telegram.api_url == "https://api.telegram.org"
    assert (loaded.telegram.rate, loaded.telegram.proxy) == (30, "")
    assert (loaded.publishing.approvals, loaded.publishing.cooldown_seconds) == (2, 120)
    assert loaded.publishing.max_late == timedelta(hours=6)
    assert (loaded.publishing.in_doubt, loaded.joining.door) == ("resend", "open")
    assert config.load(env(tmp_path)).database == f"sqlite+aiosqlite:///{tmp_path}/handbill.db"


def test_template(tmp_path: Path) -> None:
    """The file that `init` writes holds every setting with a comment, and reading it gives the defaults."""
    text = config.template()
    (tmp_path / "config.toml").write_text(text)
    assert config.load(env(tmp_path)) == config.load({}).model_copy(update={"home": tmp_path})
    written = tomllib.loads(text)
    assert {(section, key) for section, table in written.items() for key in table} == set(config.known())
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if " = " in line and not line.startswith("#"):
            assert lines[number - 1].startswith("# ")


def test_environment_wins(tmp_path: Path) -> None:
    """HANDBILL_SECTION__KEY wins over the file; the other keys of the section stay as the file has them."""
    (tmp_path / "config.toml").write_text("[publishing]\napprovals = 3\ncooldown_seconds = 60\n")
    loaded = config.load(env(tmp_path, HANDBILL_PUBLISHING__COOLDOWN_SECONDS="1"))
    assert (loaded.publishing.approvals, loaded.publishing.cooldown_seconds) == (3, 1)


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        ("[publishing]\naprovals = 3\n", "[publishing] aprovals", "[publishing] approvals"),
        ("[publishin]\napprovals = 3\n", "[publishin]", "[publishing]"),
        ("telegram = 3\n", "telegram should be a table", "[telegram]"),
        ("[telegram]\nrate = soon\n", "line 2", "key ="),
        ("[telegram]\nrate = 0\n", "[telegram] rate", "Default: 30"),
        ("[publishing]\nin_doubt = 'maybe'\n", "in_doubt should be 'resend' or 'skip'", "resend"),
        ("[publishing]\nmax_late = 'later'\n", "max_late", "6h"),
        ("home = '/tmp'\n", "home", "HANDBILL_DATABASE_URL"),
        ("[telegram\n", "is not TOML", "key ="),
    ],
)
def test_broken_file(tmp_path: Path, text: str, told: str, hint: str) -> None:
    """A wrong line in config.toml ends with exit code 3, names the key and says what would be right."""
    (tmp_path / "config.toml").write_text(text)
    error = refused(tmp_path)
    assert told in error.message
    assert hint in error.hint


def test_unreadable_file(tmp_path: Path) -> None:
    """A config.toml that is no text is refused in one line."""
    (tmp_path / "config.toml").write_bytes(b"\xff\xfe\x00")
    assert "config.toml cannot be read" in refused(tmp_path).message


def test_unknown_environment(tmp_path: Path) -> None:
    """An unknown HANDBILL_ name is an error with the nearest known one as hint; other names are not ours."""
    error = refused(tmp_path, HANDBILL_TELEGRAM__PROXI="socks5h://u:secret-word@h:1")
    assert "HANDBILL_TELEGRAM__PROXI" in error.message
    assert error.hint == "did you mean HANDBILL_TELEGRAM__PROXY?"
    assert "secret-word" not in str(error) + error.hint
    assert refused(tmp_path, HANDBILL_TELEGRAM='{"rate": 3}').message.endswith("HANDBILL_TELEGRAM")
    config.load(env(tmp_path, HANDBILLS="3"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HANDBILL_JOINING__DOOR", "vouching"),
        ("HANDBILL_JOINING__DOOR", "invitation"),
    ],
)
def test_not_built_yet(tmp_path: Path, name: str, value: str) -> None:
    """A setting that promises what this version cannot do is refused, so that nobody relies on it."""
    assert "not available in this version yet" in refused(tmp_path, **{name: value}).message


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://relay.example/tg/", True),
        ("http://127.0.0.1:8081", True),
        ("http://[::1]:8081", True),
        ("http://localhost:8081", True),
        ("http://relay.example", False),
        ("http://127.0.0.1.relay.example", False),
        ("https://api.telegram.org/bot", False),
        ("https://someone:canary@relay.example", False),
        ("https://", False),
        ("https://host:port", False),
        ("ftp://relay.example", False),
    ],
)
def test_api_url(tmp_path: Path, url: str, good: bool) -> None:
    """Plain http goes to this machine only; everything else needs https and no password in the address."""
    names = {"HANDBILL_TELEGRAM__API_URL": url}
    if good:
        assert config.load(env(tmp_path, **names)).telegram.api_url == url.rstrip("/")
    else:
        assert "canary" not in str(refused(tmp_path, **names))


@pytest.mark.parametrize(
    ("name", "value", "good"),
    [
        ("ADDRESSES", "", True),
        ("ADDRESSES", "http://abc.onion https://example.org:8443/a?b", True),
        ("ADDRESSES", "https://a.org  https://b.org", False),
        ("ADDRESSES", "https://a.org\nhttps://b.org", False),
        ("ADDRESSES", "https://someone:canary@a.org", False),
        ("ADDRESSES", "https://a.org/\u202e", False),
        ("ADDRESSES", "javascript:alert(1)", False),
        ("ADDRESSES", "example.org", False),
        ("STANDBY_BOT", "", True),
        ("STANDBY_BOT", "@example_bot", True),
        ("STANDBY_BOT", "example_bot", False),
        ("STANDBY_BOT", "@a b", False),
        ("ADDRESSES", "https://example.org/" + "canary" * 40, False),
    ],
)
def test_other_ways_to_the_group(tmp_path: Path, name: str, value: str, good: bool) -> None:
    """Web addresses without a password, and the name of a bot; everything else is refused."""
    names = {f"HANDBILL_TEXTS__{name}": value}
    if good:
        loaded = config.load(env(tmp_path, **names)).texts
        assert value in {loaded.addresses, loaded.standby_bot}
    else:
        assert "canary" not in str(refused(tmp_path, **names))


def test_printed_config_is_harmless(tmp_path: Path) -> None:
    """A printed configuration holds neither the proxy's password nor the database's."""
    loaded = config.load(
        env(
            tmp_path,
            HANDBILL_TELEGRAM__PROXY="socks5h://u:canary@h:1",
            HANDBILL_DATABASE_URL="sqlite+aiosqlite:////tmp/canary.db",
        )
    )
    assert "canary" not in f"{loaded!r} {loaded}"
    assert loaded.database.endswith("canary.db")


def test_refused_models_show_no_value() -> None:
    """Where a program builds settings itself, the library's own error does not quote them either."""
    with pytest.raises(ValidationError) as caught:
        config.Config(home=Path(), database_url="canary")
    assert "canary" not in str(caught.value)


@given(
    st.sampled_from(sorted(config.known())), st.from_regex(r"canary-[a-z:/@ {}\[\]]{0,20}", fullmatch=True)
)
def test_errors_never_quote_values(name: tuple[str, str], value: str) -> None:
    """Whatever stands in a setting, the error does not repeat it: it could be a misplaced password."""
    with pytest.raises(SettingsError) as caught:
        config.load({f"HANDBILL_{name[0]}__{name[1]}".upper(): value})
    assert "canary-" not in caught.value.message + caught.value.hint


def test_speed_above_the_free_rate_must_be_paid_for(tmp_path: Path) -> None:
    """More than 30 messages a second are taken only with paid_broadcasts, and never more than 1000."""
    assert "not free" in refused(tmp_path, HANDBILL_TELEGRAM__RATE="31").message
    paid = {"HANDBILL_TELEGRAM__PAID_BROADCASTS": "true"}
    assert "RATE" in refused(tmp_path, **paid, HANDBILL_TELEGRAM__RATE="1001").message
    assert config.load(env(tmp_path, **paid, HANDBILL_TELEGRAM__RATE="1000")).telegram.pays
    assert not config.load(env(tmp_path, **paid)).telegram.pays
    assert not config.load(env(tmp_path)).telegram.pays
