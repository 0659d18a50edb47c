"""The settings that organisers rely on, and which value of two is the weaker one.

They are sealed when the first organiser enrols; from then on a weaker value in file or environment opens
nothing. Where they are kept is `store.organisers`, who may loosen them `actions.council`.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

Value = bool | int | str
Policy = Mapping[str, Value]
"""Section and key with a dot between them → value."""

_DOORS = ("open", "vouching", "invitation")


def _less(sealed: Value, given: Value) -> bool:
    """Fewer, shorter, or not at all."""
    return int(given) < int(sealed)


def _more(sealed: Value, given: Value) -> bool:
    return int(given) > int(sealed)


def _wider(sealed: Value, given: Value) -> bool:
    """A door that lets in more people; one that nobody knows is the widest."""
    known = _DOORS.index(str(given)) if given in _DOORS else -1
    return known < _DOORS.index(str(sealed))


def _later(sealed: Value, given: Value) -> bool:
    """More days, or never, which is 0."""
    return bool(sealed) and (not given or int(given) > int(sealed))


def _other(sealed: Value, given: Value) -> bool:
    """Either way: one value gives somebody a power, the other takes a protection away."""
    return given != sealed


WEAKER: Mapping[str, Callable[[Value, Value], bool]] = MappingProxyType(
    {
        "publishing.approvals": _less,
        "publishing.cooldown_seconds": _less,
        "publishing.wave_percent": _more,
        "publishing.wave_pause_seconds": _less,
        "publishing.per_day": _more,
        "publishing.signed_only": _less,
        "joining.door": _wider,
        "vault.panic": _other,
        "vault.unlock": _less,
        "vault.deadman_days": _later,
    }
)
"""Every key of the policy, with the question whether a given value is weaker than the sealed one."""


def weakened(sealed: Policy, given: Policy) -> tuple[str, ...]:
    """The keys whose given value is weaker than the sealed one. A key that was never sealed binds nothing."""
    return tuple(key for key, weaker in WEAKER.items() if key in sealed and weaker(sealed[key], given[key]))


def written(value: Value) -> str:
    """A value as the settings write it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
