"""What a bot says about itself (getMe, commands, name, descriptions) and the way to its files (getFile)."""

import re
from collections.abc import Callable

import msgspec

from bot.sandbox.bots import BotAccount
from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Json, Media
from bot.sandbox.methods.call import Call, Method
from bot.sandbox.methods.content import known_file

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_MOST_COMMANDS = 100
_MOST_DESCRIPTION = 256
_MOST_DOWNLOAD = 20 * 1024 * 1024


def get_me(call: Call) -> Json:
    """The bot as a User."""
    return call.bot.peer.json() | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def set_my_commands(call: Call) -> bool:
    """The menu of commands for a scope and a language."""
    commands = call.given.json("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > _MOST_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    call.bot.commands[_scope(call)] = [_command(each) for each in commands]
    return True


def get_my_commands(call: Call) -> list[Json]:
    """What setMyCommands was given for exactly this scope and language."""
    return call.bot.commands.get(_scope(call), [])


def delete_my_commands(call: Call) -> bool:
    """Take the menu away."""
    call.bot.commands.pop(_scope(call), None)
    return True


def get_file(call: Call) -> Json:
    """Where to download a file from."""
    media = known_file(call, call.given.text("file_id"))
    if len(media.content) > _MOST_DOWNLOAD:
        raise bad_request("file is too big")
    short = {"file_id": call.given.text("file_id"), "file_unique_id": media.unique_id}
    return short | {"file_size": len(media.content), "file_path": path_of(media)}


def path_of(media: Media) -> str:
    """The path of a file below /file/bot<token>/."""
    _, dot, ending = media.name.rpartition(".")
    return f"{media.kind}s/{media.unique_id}{dot}{ending if dot else ''}"


def setter(name: str, most: int, texts: Callable[[BotAccount], dict[str, str]]) -> Method:
    """The method that keeps one of the bot's texts a language; an empty text takes it away."""

    def keep(call: Call) -> bool:
        text = call.given.text(name)
        if len(text) > most:
            raise bad_request(f"bot {name} is too long")
        kept = texts(call.bot)
        kept[_language(call)] = text
        return True

    return keep


def getter(name: str, texts: Callable[[BotAccount], dict[str, str]]) -> Method:
    """The method that tells one of the bot's texts in a language, else in general."""

    def tell(call: Call) -> Json:
        kept = texts(call.bot)
        return {name: kept.get(_language(call)) or kept.get("", "")}

    return tell


def _language(call: Call) -> str:
    language = call.given.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("invalid language code specified")
    return language


def _scope(call: Call) -> tuple[str, str]:
    scope = call.given.object("scope") or {"type": "default"}
    return msgspec.json.encode(scope, order="sorted").decode(), _language(call)


def _command(raw: object) -> Json:
    if not isinstance(raw, dict) or not _COMMAND.fullmatch(str(raw.get("command", "")).removeprefix("/")):
        raise bad_request("BOT_COMMAND_INVALID")
    description = str(raw.get("description", "")).strip()
    if not 1 <= len(description) <= _MOST_DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": raw["command"].removeprefix("/"), "description": description}
