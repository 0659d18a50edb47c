"""The two ways the sandbox says no: `ApiError` to a bot, `SandboxError` to whoever plays the people.

Texts of `ApiError` are Telegram's own, letter for letter; nothing is translated or made friendlier here.
"""

from dataclasses import dataclass
from typing import Any


class SandboxError(AssertionError):
    """Somebody in the world was asked to do what cannot be done, or a wait was in vain."""


@dataclass(eq=False)
class ApiError(Exception):
    """A refusal as Telegram words it: HTTP code, `description`, and its `parameters` if there are any."""

    code: int
    description: str
    parameters: dict[str, Any] | None = None

    def __str__(self) -> str:
        return self.description

    def body(self) -> dict[str, Any]:
        """The JSON answer a bot receives."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            answer["parameters"] = self.parameters
        return answer


def bad_request(text: str) -> ApiError:
    """A 400 with Telegram's usual prefix."""
    return ApiError(400, f"Bad Request: {text}")


def forbidden(text: str) -> ApiError:
    """A 403 with Telegram's usual prefix."""
    return ApiError(403, f"Forbidden: {text}")


def too_many_requests(seconds: int) -> ApiError:
    """A 429; `seconds` is a whole number of at least one, as Telegram sends it."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def upgraded(new_id: int) -> ApiError:
    """What a sender to a group hears once the group has become a supergroup."""
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, text, {"migrate_to_chat_id": new_id})
