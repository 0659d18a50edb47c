"""The parameters of a request, read by Telegram's rules: the query string first, the first occurrence wins.

Values are text until a method asks for something else; what JSON bodies nest is kept as JSON text.
"""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from aiohttp import web

from bot.sandbox.errors import bad_request
from bot.sandbox.messages import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file sent along."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a method was asked with."""

    values: dict[str, str]
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A text; empty when absent."""
        return self.values.get(name, "")

    def number(self, name: str, default: int = 0) -> int:
        """A whole number; `default` when absent or unreadable, as Telegram does."""
        try:
            return int(self.values.get(name, "").strip())
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.values.get(name, "").strip().lower() in ("true", "yes", "1")

    def json(self, name: str) -> Any:
        """What the JSON text holds; None when absent. Raises the 400 of broken JSON."""
        text = self.values.get(name, "")
        if not text:
            return None
        try:
            return msgspec.json.decode(text)
        except msgspec.DecodeError:
            raise bad_request(f"can't parse {name}: can't parse JSON object") from None

    def numbers(self, name: str) -> list[int]:
        """A JSON list of whole numbers."""
        found = self.json(name)
        if not isinstance(found, list) or not all(isinstance(each, int) for each in found):
            raise bad_request(f"can't parse {name}: expected an Array of Integer")
        return found

    def object(self, name: str) -> Json | None:
        """A JSON object; None when absent."""
        found = self.json(name)
        if found is not None and not isinstance(found, dict):
            raise bad_request(f"can't parse {name}: expected an Object")
        return found


async def read_parameters(request: web.Request) -> Parameters:
    """All parameters of a request. Raises the 400 of a body that cannot be read."""
    values: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    for name, value in request.query.items():
        values.setdefault(name, value)
    if request.method != "POST":
        return Parameters(values)
    kind = request.content_type
    if kind == "multipart/form-data":
        await _read_parts(request, values, uploads)
    elif kind == "application/json":
        _add_json(await request.read(), values)
    else:
        _add_form(await request.read(), values)
    return Parameters(values, uploads)


async def _read_parts(request: web.Request, values: dict[str, str], uploads: dict[str, Upload]) -> None:
    try:
        parts = await request.post()
    except ValueError:
        raise bad_request("can't parse multipart/form-data") from None
    for name, value in parts.items():
        if isinstance(value, web.FileField):
            uploads.setdefault(name, Upload(name=value.filename, content=value.file.read()))
        elif isinstance(value, str):
            values.setdefault(name, value)


def _add_json(body: bytes, values: dict[str, str]) -> None:
    try:
        found = msgspec.json.decode(body) if body else {}
    except msgspec.DecodeError:
        found = None
    if not isinstance(found, dict):
        raise bad_request("can't parse request JSON: expected an Object")
    for name, value in found.items():
        if value is not None:
            values.setdefault(name, value if isinstance(value, str) else msgspec.json.encode(value).decode())


def _add_form(body: bytes, values: dict[str, str]) -> None:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    for name, value in pairs:
        values.setdefault(name, value)
