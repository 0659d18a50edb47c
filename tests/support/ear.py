"""Everything that a bot says to Telegram, word for word and in order, but its long polls and its menu."""

from dataclasses import dataclass, field

import pytest
from telegram.request import BaseRequest, RequestData

from bot.chat.transport import Transport


@dataclass
class Ear:
    """`calls`: method, and what it was called with, as it stands in the request."""

    calls: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def take(self) -> list[tuple[str, dict[str, str]]]:
        """What was said since the last time."""
        heard, self.calls = self.calls, []
        return heard

    @property
    def texts(self) -> list[str]:
        """The texts of all messages."""
        return [given["text"] for _, given in self.calls if "text" in given]


def listen(patch: pytest.MonkeyPatch) -> Ear:
    """From now on every request of the chat application is written down, and made."""
    ear, really = Ear(), Transport.do_request

    async def do_request(
        self: Transport,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        *_: object,
        **__: object,
    ) -> tuple[int, bytes]:
        name = url.rpartition("/")[2]
        # The menu is published at each start, beside everything else.
        if name != "getUpdates" and not name.startswith("setMy"):
            ear.calls.append((name, dict(request_data.json_parameters) if request_data else {}))
        return await really(self, url, method, request_data, read_timeout)

    patch.setattr(Transport, "do_request", do_request)
    return ear
