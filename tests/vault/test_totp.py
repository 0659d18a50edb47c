"""The six digits: RFC 6238's own vectors, and each code once."""

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from bot.vault import totp
from bot.vault.totp import Reused
from tests.vault.helpers import seeded

SECRET = b"12345678901234567890"


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


NOW = moment(1_111_111_111)


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238(seconds: int, digits: str) -> None:
    """Any authenticator program shows the same six digits (the last six of RFC 6238, appendix B)."""
    assert totp.code(SECRET, moment(seconds)) == digits[-6:]


@pytest.mark.parametrize(
    ("late", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_one_step_off(late: int, *, accepted: bool) -> None:
    """A phone whose clock is up to 30 seconds early or late is understood, no more."""
    shown = totp.code(SECRET, NOW + timedelta(seconds=late))
    found = totp.verify(SECRET, shown, NOW, last_step=0)
    assert found == (totp.step(NOW) + late // 30 if accepted else None)


def test_a_code_works_once() -> None:
    """A code that was accepted, and any older one, is refused as used; the next one works."""
    shown, step = totp.code(SECRET, NOW), totp.step(NOW)
    assert totp.verify(SECRET, shown, NOW, last_step=step - 1) == step
    assert totp.verify(SECRET, shown, NOW, last_step=step) == Reused()
    earlier = totp.code(SECRET, NOW - timedelta(seconds=30))
    assert totp.verify(SECRET, earlier, NOW, last_step=step) == Reused()
    later = NOW + timedelta(seconds=30)
    assert totp.verify(SECRET, totp.code(SECRET, later), later, last_step=step) == step + 1


@pytest.mark.parametrize(
    "wrong", ["", "000000", "05047", "0504711", "٠٥٠٤٧١", "050 471", "050471\n", "\ud800"]
)
def test_anything_else_is_wrong(wrong: str) -> None:
    """Exactly six plain digits are compared; everything else is simply wrong, never an error."""
    assert totp.verify(SECRET, wrong, NOW, last_step=0) is None


def test_the_first_seconds_of_time_are_no_error() -> None:
    """Even a machine whose clock says 1970 answers."""
    assert totp.verify(SECRET, "", moment(0), last_step=-1) is None
    assert totp.verify(SECRET, totp.code(SECRET, moment(0)), moment(0), last_step=-1) == 0


def test_the_address_for_authenticator_programs() -> None:
    """The QR code holds secret, name and issuer in a form that all programs read, whatever the name."""
    secret = totp.new_secret(seeded())
    address = urlsplit(totp.uri(secret, "Анна & co/7", "Hand bill"))
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert unquote(address.path) == "/Hand bill:Анна & co/7"
    assert "/" not in address.path[1:]
    assert parse_qs(address.query) == {
        "secret": [base64.b32encode(secret).decode()],
        "issuer": ["Hand bill"],
        "algorithm": ["SHA1"],
        "digits": ["6"],
        "period": ["30"],
    }
    assert "+" not in address.query
    assert len(secret) == 20


def test_an_address_whose_parts_need_quoting() -> None:
    """Slashes of either name are quoted, in the path and in the query; a short secret has no padding."""
    secret = bytes(16)
    address = urlsplit(totp.uri(secret, "a/b", "c/d"))
    assert address.path == "/c%2Fd:a%2Fb"
    assert "/" not in address.query
    assert "=" not in parse_qs(address.query)["secret"][0]
    assert base64.b32decode(parse_qs(address.query)["secret"][0] + "=" * 6) == secret
