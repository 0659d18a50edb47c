"""How a bot gets its updates: getUpdates. A webhook is stored, but nothing is ever sent to it."""

from typing import Any

from bot.sandbox.errors import ApiError, bad_request
from bot.sandbox.messages import Json
from bot.sandbox.methods.call import Call
from bot.sandbox.updates import WEBHOOK

_MOST = 100
_LONGEST = 50
_OTHER_WEBHOOK = "Conflict: terminated by setWebhook request"


async def get_updates(call: Call) -> list[Json]:
    """Updates from `offset` on, waiting up to `timeout` seconds for the first."""
    if call.bot.webhook:
        raise ApiError(409, WEBHOOK)
    _remember_kinds(call)
    limit = min(max(call.given.number("limit", _MOST), 1), _MOST)
    timeout = min(max(call.given.number("timeout"), 0), _LONGEST)
    return await call.bot.queue.fetch(call.given.number("offset"), limit, timeout)


def set_webhook(call: Call) -> bool:
    """Keep the address; an empty one takes it away."""
    url = call.given.text("url")
    if url and not url.startswith("https://"):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    _remember_kinds(call)
    _drop_pending(call)
    call.bot.webhook = url
    if url:
        call.bot.queue.end(ApiError(409, _OTHER_WEBHOOK))
    return True


def delete_webhook(call: Call) -> bool:
    """Back to getUpdates."""
    _drop_pending(call)
    call.bot.webhook = ""
    return True


def get_webhook_info(call: Call) -> Json:
    """How many updates wait, and for what."""
    info: Json = {
        "url": call.bot.webhook,
        "has_custom_certificate": False,
        "pending_update_count": len(call.bot.queue),
    }
    return info | ({"allowed_updates": call.bot.queue.allowed} if call.bot.queue.allowed else {})


def _remember_kinds(call: Call) -> None:
    """allowed_updates holds until it is named again."""
    if "allowed_updates" not in call.given.values:
        return
    kinds: Any = call.given.json("allowed_updates")
    if isinstance(kinds, list):
        call.bot.queue.allow([kind for kind in kinds if isinstance(kind, str)])


def _drop_pending(call: Call) -> None:
    if call.given.flag("drop_pending_updates"):
        call.bot.queue.drop()
