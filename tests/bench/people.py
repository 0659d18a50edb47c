"""People who write /latest to the endpoint while a broadcast goes out, one after the other at an even pace.

It knows what each wrote when, when the update left for the bot, and when the answer arrived.
"""

import json
import time
from dataclasses import dataclass, field

FIRST_PERSON = 7 * 10**9
"""Nobody who writes is on the list, so that an answer can be told from a broadcast by its chat."""

MOST = 100
"""Updates that one getUpdates answers with."""


@dataclass(slots=True)
class People:
    """`rate` people a second, `most` in all, from the first message of the broadcast on."""

    rate: float
    most: int = 10**9
    began: float | None = None
    confirmed: int = 0
    handed: dict[int, float] = field(default_factory=dict)
    answered: dict[int, float] = field(default_factory=dict)

    def begin(self, now: float) -> None:
        """The broadcast has begun."""
        if self.rate and self.began is None:
            self.began = now

    def written(self, now: float) -> int:
        """How many have written until now."""
        return 0 if self.began is None else min(int((now - self.began) * self.rate), self.most)

    def next(self, now: float) -> float:
        """Seconds until somebody writes."""
        if self.began is None:
            return float("inf")
        return max(0.0, self.began + (self.written(now) + 1) / self.rate - now)

    def pending(self, now: float) -> range:
        """Whose updates are not confirmed yet."""
        return range(self.confirmed, min(self.written(now), self.confirmed + MOST))

    def updates(self, who: range) -> bytes:
        """Their updates, as the Bot API writes them."""
        return json.dumps({"ok": True, "result": [_update(number) for number in who]}).encode()

    def hand(self, who: range, now: float) -> None:
        """Their updates leave for the bot."""
        for number in who:
            self.handed.setdefault(number, now)

    def answer(self, chat: int, now: float) -> None:
        """A message for one of them arrived; only the first counts."""
        self.answered.setdefault(chat - FIRST_PERSON, now)

    def told(self) -> dict[str, object]:
        """Seconds from leaving to the answer for each; how many were confirmed, and how many not answered."""
        waits = [self.answered[n] - at for n, at in self.handed.items() if n in self.answered]
        unanswered = len(self.handed) - len(waits)
        return {"replies": waits, "unanswered": unanswered, "confirmed": self.confirmed}


def _update(number: int) -> dict[str, object]:
    person = {"id": FIRST_PERSON + number, "first_name": "P"}
    message = {
        "message_id": 1,
        "date": int(time.time()),
        "chat": {"type": "private", **person},
        "from": {"is_bot": False, "language_code": "en", **person},
        "text": "/latest",
        "entities": [{"type": "bot_command", "offset": 0, "length": 7}],
    }
    return {"update_id": number + 1, "message": message}
