"""Known answers about the lines in which keys cross the control socket; see `make_vectors`."""

import base64
import json
from collections.abc import Iterator

from tests.vault.fields import Fields

KEY = base64.b64encode(bytes(range(32))).decode()
SHORT = base64.b64encode(bytes(31)).decode()
LONG = base64.b64encode(bytes(33)).decode()

RIGHT_LOCK = '{"op":"lock"}'
RIGHT: dict[str, dict[str, object]] = {
    "unlock": {"op": "unlock", "master_key": KEY},
    "unlock-for": {"op": "unlock", "master_key": KEY, "seconds": 43200},
    "unlock-for-good": {"seconds": None, "master_key": KEY, "op": "unlock"},
    "half": {"op": "unlock.half", "slot": 7, "private": KEY},
    "half-for": {"op": "unlock.half", "slot": 0, "private": KEY, "seconds": 1},
    "rotate": {"op": "database.rotate", "master_key": KEY},
    "lock": {"op": "lock"},
}
WRONG: dict[str, object] = {
    "unlock-without-key": {"op": "unlock"},
    "unlock-short-key": {"op": "unlock", "master_key": SHORT},
    "unlock-long-key": {"op": "unlock", "master_key": LONG},
    "unlock-key-in-hex": {"op": "unlock", "master_key": bytes(range(32)).hex()},
    "unlock-key-as-numbers": {"op": "unlock", "master_key": list(range(32))},
    "unlock-with-a-passphrase": {"op": "unlock", "master_key": KEY, "passphrase": "six words"},
    "unlock-for-0": {"op": "unlock", "master_key": KEY, "seconds": 0},
    "unlock-for-ever": {"op": "unlock", "master_key": KEY, "seconds": 31_622_401},
    "unlock-for-a-fraction": {"op": "unlock", "master_key": KEY, "seconds": 1.5},
    "unlock-for-true": {"op": "unlock", "master_key": KEY, "seconds": True},
    "half-slot-8": {"op": "unlock.half", "slot": 8, "private": KEY},
    "half-slot-minus-1": {"op": "unlock.half", "slot": -1, "private": KEY},
    "half-slot-as-text": {"op": "unlock.half", "slot": "3", "private": KEY},
    "half-without-slot": {"op": "unlock.half", "private": KEY},
    "half-short": {"op": "unlock.half", "slot": 1, "private": SHORT},
    "half-as-master": {"op": "unlock.half", "slot": 1, "master_key": KEY},
    "rotate-without-key": {"op": "database.rotate"},
    "rotate-for": {"op": "database.rotate", "master_key": KEY, "seconds": 1},
    "lock-with-key": {"op": "lock", "master_key": KEY},
    "no-op": {"master_key": KEY},
    "unknown-op": {"op": "publish"},
    "op-in-capitals": {"op": "UNLOCK", "master_key": KEY},
    "a-list": [{"op": "lock"}],
    "a-word": "lock",
}


def requests() -> Iterator[tuple[str, Fields]]:
    for name, value in RIGHT.items():
        told = {key: str(given) for key, given in value.items() if given is not None}
        line = json.dumps(value, separators=(",", ":"))
        yield f"request-{name}", {"kind": "request", "expect": "opens", "line": line} | told
    for name, wrong in WRONG.items():
        line = json.dumps(wrong, separators=(",", ":"))
        yield f"request-{name}", {"kind": "request", "expect": "malformed", "line": line}
    for name, line in {
        "half-a-line": '{"op":"lock"',
        "two": '{"op":"lock"}{"op":"lock"}',
        "empty": "",
    }.items():
        yield f"request-{name}", {"kind": "request", "expect": "malformed", "line": line}
