"""The parsers that `make check` hunts through, on hypothesis's examples and on whatever was found before."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS

FOUND: tuple[tuple[str, bytes], ...] = (
    ("record", b"\1" + bytes(10) + b"\xff" * 8 + bytes(27)),
    ("record", b"\x91\xfb"),
    ("backup", b"handbill-keys-1\n"),
)
"""What once broke one of them."""


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_bytes_are_answered_as_expected(name: str, data: st.DataObject) -> None:
    """Whatever comes in is read or refused, in the one way that was meant for it."""
    target = TARGETS[name]
    seed = data.draw(st.sampled_from(target.seeds))
    at = data.draw(st.integers(0, len(seed)))
    cut = data.draw(st.integers(at, len(seed)))
    target.run(seed[:at] + data.draw(st.binary(max_size=60)) + seed[cut:])


@pytest.mark.parametrize(("name", "data"), [*FOUND, *((n, s) for n, t in TARGETS.items() for s in t.seeds)])
def test_what_was_found_once_and_what_is_right(name: str, data: bytes) -> None:
    """A finding stays an example; and the good inputs from which the hunts begin are good."""
    TARGETS[name].run(data)
