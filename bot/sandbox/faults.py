"""Faults on demand: what the sandbox answers instead of the truth, to whom, and how often."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args

from bot.sandbox.errors import ApiError, SandboxError, bad_request, forbidden, too_many_requests, upgraded

Kind = Literal[
    "429",
    "blocked",
    "deactivated",
    "kicked",
    "not a member",
    "deleted",
    "not started",
    "chat not found",
    "no rights",
    "no photos",
    "no documents",
    "too long",
    "wrong file",
    "migrate",
    "unauthorized",
    "no method",
    "500",
    "502",
    "empty",
    "html",
    "reset_before",
    "reset_after",
    "latency",
]
KINDS: tuple[str, ...] = get_args(Kind)

_REFUSALS = {
    "blocked": forbidden("bot was blocked by the user"),
    "deactivated": forbidden("user is deactivated"),
    "kicked": forbidden("bot was kicked from the supergroup chat"),
    "not a member": forbidden("bot is not a member of the supergroup chat"),
    "deleted": forbidden("the group chat was deleted"),
    "not started": forbidden("bot can't initiate conversation with a user"),
    "chat not found": bad_request("chat not found"),
    "no rights": bad_request("not enough rights to send text messages to the chat"),
    "no photos": bad_request("not enough rights to send photos to the chat"),
    "no documents": bad_request("CHAT_SEND_DOCS_FORBIDDEN"),
    "too long": bad_request("message is too long"),
    "wrong file": bad_request("wrong file identifier/HTTP URL specified"),
    "unauthorized": ApiError(401, "Unauthorized"),
    "no method": ApiError(404, "Not Found: method not found"),
    "500": ApiError(500, "Internal Server Error"),
    "502": ApiError(502, "Bad Gateway"),
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault. It strikes requests to `method` about `chat` (None: any), each with probability `share`.

    `times` counts down to zero with each strike; None: for ever. `seconds` is the retry_after of "429" and
    the delay of "latency"; `status` the HTTP code of "html" and "empty"; `to` the new id of "migrate".
    """

    kind: Kind
    chat: int | None = None
    method: str | None = None
    times: int | None = 1
    share: float = 1.0
    seconds: float = 1.0
    status: int = 502
    to: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise SandboxError(f"no such fault: {self.kind!r}; there are {', '.join(KINDS)}")
        if self.kind == "migrate" and self.to is None:
            raise SandboxError('a "migrate" fault needs "to", the id of the new supergroup')

    def refusal(self) -> ApiError | None:
        """The API error to answer; None for the kinds that are not answers of the API."""
        if self.kind == "429":
            return too_many_requests(max(1, round(self.seconds)))
        if self.kind == "migrate" and self.to is not None:
            return upgraded(self.to)
        return _REFUSALS.get(self.kind)

    def listed(self) -> dict[str, Any]:
        """The fault as the control API shows it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


class Faults:
    """All faults in force, oldest first."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        """The faults in force."""
        return iter(list(self._faults))

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force."""
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def strike(self, method: str, chat: int | None) -> list[Fault]:
        """The faults that hit this request: any latencies, and at most one other."""
        hits: list[Fault] = []
        for fault in list(self._faults):
            ended = any(hit.kind != "latency" for hit in hits)
            if not self._meets(fault, method, chat) or (ended and fault.kind != "latency"):
                continue
            hits.append(fault)
            self._count(fault)
        return hits

    def _meets(self, fault: Fault, method: str, chat: int | None) -> bool:
        if fault.method is not None and fault.method.lower() != method:
            return False
        if fault.chat is not None and fault.chat != chat:
            return False
        return fault.share >= 1 or self._chance.random() < fault.share

    def _count(self, fault: Fault) -> None:
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
