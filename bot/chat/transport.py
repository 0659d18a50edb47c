"""HTTP for python-telegram-bot: one aiohttp session. Bulk messages have `connections` of their own.

python-telegram-bot's own client costs eight times the CPU a message and logs the address with the token.
Certificate checks cannot be switched off; SSL_CERT_FILE is honoured. The address never gets into an error.
"""

from collections.abc import Mapping
from typing import Any

import aiohttp
from aiohttp_socks import ProxyConnector
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.chat.connections import CONNECT_TIMEOUT, READ_TIMEOUT
from bot.chat.failures import LOST, NOT_SENT, flood, legible

CONNECTIONS = 100


def open_session(proxy: str) -> aiohttp.ClientSession:
    """A session of its own, through the proxy where one is set; names are then resolved by the proxy."""
    # Of TLS, aiohttp's own: `ssl.create_default_context`, made when it is imported. Another takes 30 ms more.
    connector: aiohttp.BaseConnector
    if proxy:
        # `socks5h` says that names are resolved at the far end; here that is so for every scheme.
        address = proxy.replace("socks5h://", "socks5://", 1)
        connector = ProxyConnector.from_url(address, rdns=True, limit=CONNECTIONS)
    else:
        connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT, sock_read=READ_TIMEOUT)
    # No cookies: nothing of ours has any, and looking for them costs each request a little.
    return aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar())


class Transport(BaseRequest):
    """What python-telegram-bot needs of an HTTP client. The session belongs to whoever made it."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer; long polls add their own."""
        return READ_TIMEOUT

    async def initialize(self) -> None:
        """Nothing: the session is open already."""

    async def shutdown(self) -> None:
        """Nothing: the session is closed by its owner."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the interface has it; sock_read covers it
        connect_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the session's own holds
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the pool is wide enough
    ) -> tuple[int, bytes]:
        """One request; (status, body). `FloodError`, `TimedOut` for a late answer, else `NetworkError`."""
        seconds = read_timeout if isinstance(read_timeout, int | float) else READ_TIMEOUT
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT, sock_read=seconds)
        try:
            async with self._session.request(
                method, url, data=_form(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                status, body = response.status, await response.read()
        except NOT_SENT as error:
            raise NetworkError(type(error).__name__) from None
        except TimeoutError:
            raise TimedOut from None
        except LOST as error:
            raise NetworkError(type(error).__name__) from None
        if flooded := flood(status, body):
            raise flooded
        return status, body


class Ears(Transport):
    """For getUpdates: an update that cannot be read is passed on as its bare number, so that it is confirmed.

    python-telegram-bot reads a batch as a whole, and one that misses a field it relies on (a newer Telegram,
    a broken relay) would end the service.
    """

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer, as python-telegram-bot takes it."""
        answer: dict[str, Any] = BaseRequest.parse_json_payload(payload)
        result = answer.get("result")
        numbered = [each for each in result if _number(each)] if isinstance(result, list) else []
        whole = [each if legible(each) else {"update_id": _number(each)} for each in numbered]
        return answer | {"result": whole}


def _number(update: object) -> int:
    """Its update_id, 0 where it has none."""
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else 0


def _form(data: RequestData | None) -> aiohttp.FormData | Mapping[str, str] | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
