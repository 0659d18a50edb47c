"""Read config.toml and the environment once, and say what is wrong in one line that never holds a value.

The environment is passed in as a mapping; nothing here looks at the process's own. Which keys there are is
the business of `sections`.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource

from bot.config.sections import FREE_RATE, Config, Section
from bot.errors import SettingsError

PREFIX = "HANDBILL_"
HOME = "HANDBILL_HOME"
DATABASE_URL = "HANDBILL_DATABASE_URL"
FILE = "config.toml"

_NOT_YET: tuple[tuple[str, str, Callable[[Config], bool]], ...] = (
    ("joining", "door", lambda config: config.joining.door != "open"),
)
"""Values that would make somebody rely on a protection, or a speed, that is not built yet."""


def home(environment: Mapping[str, str]) -> Path:
    """The folder with all state: HANDBILL_HOME, or `var` in the working directory."""
    return Path(environment.get(HOME) or "var")


def load(environment: Mapping[str, str]) -> Config:
    """The home's config.toml with the environment over it. Raises SettingsError, one line without values.

    A missing file means defaults; whether there is a home at all is another question.
    """
    folder = home(environment)
    _refuse_unknown_names(environment)
    given = _merged(_from_file(folder / FILE), _from_environment(environment))
    try:
        config = Config(**given, home=folder)
    except ValidationError as error:
        raise _explained(error.errors(include_input=False)[0], environment) from None
    for section, key, asked in _NOT_YET:
        if asked(config):
            raise SettingsError(
                f"{_place(section, key, environment)}: this value is not available in this version yet",
                hint=f"use {key} = {_literal(_fields(section)[key].default)}",
            )
    if config.telegram.rate > FREE_RATE and not config.telegram.pays:
        raise SettingsError(
            f"{_place('telegram', 'rate', environment)}: more than {FREE_RATE} a second is not free",
            hint=f"use rate = {FREE_RATE}, or paid_broadcasts = true and pay for the rest",
        )
    if config.vault.encrypt_database and config.database_file is None:
        raise SettingsError(
            f"{_place('vault', 'encrypt_database', environment)}: only an SQLite file can be encrypted",
            hint="use encrypt_database = false, and encrypt the disk of the database server",
        )
    return config


def template(*, unlock: int = 1, encrypt_database: bool = False) -> str:
    """The config.toml that `init` writes: every key with what it means and its default.

    But for the two of [vault] that say how this home was made.
    """
    made = {("vault", "unlock"): unlock, ("vault", "encrypt_database"): encrypt_database}
    lines = [
        "# Handbill's settings, each with its default. Whoever changes one starts the service again.",
        f"# The environment wins: rate in [telegram] is {_name('telegram', 'rate')} there.",
        "# Tokens and passphrases never stand in this file.",
    ]
    for section, table in _tables():
        lines += ["", f"# {(table.__doc__ or '').strip()}", f"[{section}]"]
        for key, field in table.model_fields.items():
            value = made.get((section, key), field.default)
            lines += [f"# {field.description}", f"{key} = {_literal(value)}"]
    return "\n".join(lines) + "\n"


def known() -> Iterator[tuple[str, str]]:
    """Every setting of config.toml, as (section, key)."""
    return ((section, key) for section, table in _tables() for key in table.model_fields)


def _tables() -> Iterator[tuple[str, type[Section]]]:
    for section, field in Config.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            yield section, field.annotation


def _fields(section: str) -> Mapping[str, FieldInfo]:
    return dict(_tables())[section].model_fields


def _name(section: str, key: str) -> str:
    return f"{PREFIX}{section}__{key}".upper()


def _literal(value: object) -> str:
    """A default as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return f'"{int(value.total_seconds()) // 3600}h"'
    return f'"{value}"' if isinstance(value, str) else str(value)


def _from_file(path: Path) -> dict[str, Any]:
    try:
        return TomlConfigSettingsSource(Config, path)()
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = f"line {line[1]}" if line else "its end"
        raise SettingsError(f"{FILE}: {where} is not TOML", hint='write: key = "value"') from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{FILE} cannot be read ({type(error).__name__})", hint="check its owner and that it is UTF-8"
        ) from None


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    source = EnvSettingsSource(Config)
    source.env_vars = {name.lower(): value for name, value in environment.items() if name != HOME}
    return source()


def _merged(file: Mapping[str, Any], environment: Mapping[str, Any]) -> dict[str, Any]:
    """The environment's keys over the file's, table by table."""
    if "home" in file or "database_url" in file:
        raise SettingsError(
            f"{FILE}: home and database_url are no settings of the file", hint=f"set {DATABASE_URL}"
        )
    merged = {**file}
    for section, value in environment.items():
        table = file.get(section)
        merged[section] = {**table, **value} if isinstance(table, dict) else value
    return merged


def _refuse_unknown_names(environment: Mapping[str, str]) -> None:
    names = {HOME, DATABASE_URL, *(_name(section, key) for section, key in known())}
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in names:
            raise SettingsError(
                f"unknown setting in the environment: {_printable(name)}", hint=_nearest(name, names)
            )


def _explained(error: ErrorDetails, environment: Mapping[str, str]) -> SettingsError:
    section, key = [*map(str, error["loc"]), "", ""][:2]
    message = error["msg"].replace("Input should", "should")
    if error["type"] == "extra_forbidden":
        told = f"[{section}] {key}" if key else f"[{section}]"
        names = {f"[{s}] {k}" for s, k in known()} if key else {f"[{s}]" for s, _ in _tables()}
        return SettingsError(f"unknown setting in {FILE}: {_printable(told)}", hint=_nearest(told, names))
    if section == "database_url":
        return SettingsError(f"{DATABASE_URL} {message}", hint="leave it out to use SQLite in the home")
    if not key:
        return SettingsError(
            f"{FILE}: {section} should be a table", hint=f"write [{section}] on a line of its own"
        )
    field = _fields(section)[key]
    hint = f"{key}: {field.description} Default: {_literal(field.default)}"
    return SettingsError(f"{_place(section, key, environment)} {message}", hint=hint)


def _place(section: str, key: str, environment: Mapping[str, str]) -> str:
    name = _name(section, key)
    return name if name in environment else f"{FILE}: [{section}] {key}"


def _nearest(name: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, sorted(names), n=1)
    return f"did you mean {close[0]}?" if close else f"a new home's {FILE} shows every setting"


def _printable(name: str) -> str:
    """A key as an error shows it: it may be anything."""
    return "".join(char if char.isprintable() else "?" for char in name)[:80]
