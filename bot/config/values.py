"""What one setting may look like: addresses and spans of time. Refusals are our words, never the value."""

import ipaddress
import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

_SPAN = re.compile(r"(\d{1,4})([smhd])")
_SPAN_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_WEB = re.compile(r"https?://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:/[!-~]*)?")
_BOT = re.compile(r"@[A-Za-z][A-Za-z0-9_]{3,31}")
_API_URL = "should be an address such as https://api.telegram.org"


def _wrong(what: str) -> PydanticCustomError:
    return PydanticCustomError("handbill", "{what}", {"what": what})


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _api_url(value: str) -> str:
    try:
        url = urlsplit(value)
        host, _ = url.hostname or "", url.port
    except ValueError:
        raise _wrong(_API_URL) from None
    if url.scheme not in {"http", "https"} or not host or url.query or url.fragment or url.username:
        raise _wrong(_API_URL)
    if url.scheme == "http" and not _is_loopback(host):
        raise _wrong("should begin with https:// (plain http is for this machine only)")
    if url.path.rstrip("/").endswith("/bot"):
        raise _wrong("should be the address without /bot at its end")
    return value.rstrip("/")


def _proxy(value: str) -> str:
    try:
        url = urlsplit(value)
        known = url.scheme in {"socks5", "socks5h", "http"} and bool(url.hostname) and bool(url.port)
    except ValueError:
        known = False
    if value and not known:
        raise _wrong("should be like socks5h://127.0.0.1:9050 or http://host:port")
    return value


def _database_url(value: str) -> str:
    try:
        url = urlsplit(value)
        known = value.startswith("sqlite+aiosqlite:///") or (
            url.scheme == "postgresql+asyncpg" and len(url.path) > 1 and url.port != 0
        )
    except ValueError:
        known = False
    if value and not known:
        raise _wrong(
            "should be like sqlite+aiosqlite:////path/to/handbill.db or postgresql+asyncpg://user@host/name"
        )
    return value


def _span(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if not match:
        raise _wrong('should be a number and a unit, such as "90s", "30m", "6h" or "2d"')
    return timedelta(**{_SPAN_UNITS[match[2]]: int(match[1])})


ApiUrl = Annotated[str, AfterValidator(_api_url)]
"""Of a Bot API server, without a slash at the end; plain http only to this machine."""

Proxy = Annotated[str, AfterValidator(_proxy)]
"""Empty, or where requests go first. May hold a password."""

DatabaseUrl = Annotated[str, AfterValidator(_database_url)]
"""Empty, or an SQLAlchemy address. May hold a password."""


LONGEST_ADDRESS = 200
"""Letters: the code of a longer one is too fine for paper."""


def _addresses(value: str) -> str:
    for url in value.split(" ") if value else []:
        if not _WEB.fullmatch(url):
            raise _wrong("should be addresses that begin with https:// or http://, separated by one space")
        if len(url) > LONGEST_ADDRESS:
            raise _wrong(f"should be addresses of at most {LONGEST_ADDRESS} letters")
    return value


def _standby(value: str) -> str:
    if value and not _BOT.fullmatch(value):
        raise _wrong("should be the name of a bot, such as @example_bot")
    return value


Addresses = Annotated[str, AfterValidator(_addresses)]
"""Empty, or web addresses separated by one space; http is for onion services, which need no certificate."""

BotName = Annotated[str, AfterValidator(_standby)]
"""Empty, or the public name of a bot with its @."""


def span(text: str) -> timedelta | None:
    """A length of time as a person writes it, "6h"; None for anything else, and for nothing."""
    match = _SPAN.fullmatch(text)
    return timedelta(**{_SPAN_UNITS[match[2]]: int(match[1])}) or None if match else None


Span = Annotated[timedelta, BeforeValidator(_span)]
"""A length of time, written "6h"."""
