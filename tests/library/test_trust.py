"""Who may sign, and whether enough did."""

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.statement import Signature
from bot.errors import BadInputError, StatementError
from bot.library import trust
from tests.support.signers import Signer, needs_ssh_keygen, run
from tests.support.workshop import BORIS, MALLORY, OLGA, TODAY, VERA
from tests.support.workshop import trust as trust_file

DATA = b"what was signed"
DAY = timedelta(days=1)


def sigs(*signers: Signer, data: bytes = DATA) -> list[Signature]:
    return [Signature(signer=one.name, kind="sig", data=one.signs(data)) for one in signers]


def minisigs(*signers: Signer, data: bytes = DATA) -> list[Signature]:
    return [Signature(signer=one.name, kind="minisig", data=one.minisigns(data)) for one in signers]


def judged(
    signatures: Sequence[Signature],
    *more: tuple[str, str],
    dated: date = TODAY,
    seen: date = TODAY,
    threshold: int = 2,
) -> trust.Judgement:
    policy = trust.parse(trust_file(VERA, BORIS, OLGA, threshold=threshold, more=more))
    return trust.judge(DATA, signatures, policy, dated=dated, seen=seen)


def test_a_trust_file_is_read() -> None:
    """Threshold, names, keys of both kinds, and days, in quotes or not."""
    more = [("olga", 'valid_from = "2026-02-01"'), ("olga", "valid_until = 2026-12-31")]
    more += [("olga", "revoked_on = 2026-11-01"), ("vera", "valid_from = 2026-01-01 # a comment")]
    data = trust_file(VERA, BORIS, OLGA, more=more)
    found = trust.parse(data)
    assert found.threshold == 2
    assert found.source == data
    assert [one.name for one in found.signers] == ["vera", "boris", "olga"]
    assert [one.ssh for one in found.signers] == [VERA.ssh, BORIS.ssh, OLGA.ssh]
    assert found.signers[1].minisign == BORIS.minisign
    last = found.signers[2]
    assert (last.valid_from, last.valid_until) == (date(2026, 2, 1), date(2026, 12, 31))
    assert last.revoked_on == date(2026, 11, 1)


def test_enough_signers() -> None:
    """Two of three; by ssh-keygen, by touch key or by minisign; who signs in two ways counts once."""
    assert judged(sigs(VERA, BORIS)).enough
    assert judged(sigs(VERA, BORIS)).signers == ("vera", "boris")
    assert judged([*sigs(VERA), *minisigs(OLGA)]).enough
    assert judged(sigs(VERA, BORIS, OLGA), threshold=3).enough
    once = judged([*sigs(VERA), *minisigs(VERA)])
    assert once.signers == ("vera",)
    assert not once.enough
    assert once.reason == "1 of 2 signatures"
    assert not judged([]).enough


def test_whose_signature_does_not_count() -> None:
    """Strangers, other people's keys under a signer's name, other bytes, and what is no signature."""
    stranger = sigs(MALLORY)
    assert "mallory is not among the signers" in judged([*sigs(VERA), *stranger]).problems
    named = Signature(signer="boris", kind="sig", data=MALLORY.signs(DATA))
    assert "made with another key" in judged([*sigs(VERA), named]).reason
    own = Signature(signer="boris", kind="sig", data=VERA.signs(DATA))
    assert not judged([*sigs(VERA), own]).enough
    other = Signature(signer="boris", kind="minisig", data=VERA.minisigns(DATA))
    assert "made with another key" in judged([*sigs(VERA), other]).reason
    assert "does not fit the file" in judged([*sigs(VERA), *sigs(OLGA, data=b"other")]).reason
    assert "does not fit the file" in judged([*sigs(VERA), *minisigs(OLGA, data=b"other")]).reason
    junk = Signature(signer="olga", kind="sig", data=b"junk")
    assert "this is not an SSH signature" in judged([*sigs(VERA), junk]).reason
    assert judged([*sigs(VERA, BORIS), junk, *stranger]).enough, "good ones are not spoilt by bad ones"


@pytest.mark.parametrize(
    ("line", "dated", "seen", "counts"),
    [
        ("valid_from = 2026-11-22", TODAY, TODAY, True),
        ("valid_from = 2026-11-23", TODAY, TODAY, False),
        ("valid_from = 2026-11-22", TODAY - DAY, TODAY, False),
        ("valid_from = 2026-11-22", TODAY + DAY, TODAY - DAY, False),
        ("valid_until = 2026-11-22", TODAY, TODAY, True),
        ("valid_until = 2026-11-21", TODAY, TODAY, False),
        ("valid_until = 2026-11-21", TODAY - DAY, TODAY, True),
        ("revoked_on = 2026-11-22", TODAY - DAY, TODAY, False),
        ("revoked_on = 2026-11-22", TODAY - DAY, TODAY - DAY, True),
        ("revoked_on = 2026-11-22", TODAY, TODAY - DAY, False),
        ("revoked_on = 2026-11-23", TODAY, TODAY, True),
    ],
)
def test_days(line: str, dated: date, seen: date, counts: bool) -> None:
    """A key counts from its first day to its last; one that was revoked, only for what was seen before."""
    assert judged(sigs(VERA, BORIS), ("boris", line), dated=dated, seen=seen).enough is counts


SIGNER = f'[[signer]]\nname = "vera"\nssh = "{VERA.ssh.line}"\nvalid_from = 2026-01-01\n'
GOOD = "version = 1\nthreshold = 1\n" + SIGNER


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "version is not 1"),
        ("version = 2", "version is not 1"),
        ("version = true", "version is not 1"),
        ("version = 1\n", "[[signer]]"),
        ("version = 1\nsigner = 3", "[[signer]]"),
        ("version = 1\nsigner = [1]", "signer 1: this is not a table"),
        (GOOD + "\x00", "U+0000"),
        (GOOD + "# \u202e", "U+202E"),
        (GOOD + "x" * 70_000, "more than 65,536 bytes"),
        (GOOD.replace("version = 1", "version = "), "this is not TOML"),
        (GOOD + 'name = "vera"\n', "this is not TOML"),
        ("a = " + "9" * 5000, "this is not TOML"),
        ("a = " + "[" * 5000, "this is not TOML"),
        ("quorum = 1\n" + GOOD, "no key is called quorum"),
        (GOOD.replace("threshold = 1", "threshold = 2"), "threshold is not a number from 1"),
        (GOOD.replace("threshold = 1", "threshold = 0"), "threshold is not a number from 1"),
        (GOOD.replace("threshold = 1", "threshold = true"), "threshold is not a number from 1"),
        (GOOD.replace("threshold = 1", 'threshold = "1"'), "threshold is not a number from 1"),
        (GOOD.replace("threshold = 1\n", ""), "threshold is not a number from 1"),
        (GOOD.replace('"vera"', '"Vera B."'), "name must be small letters"),
        (GOOD.replace('"vera"', '"../vera"'), "name must be small letters"),
        (GOOD.replace('"vera"', "7"), "name must be small letters"),
        (GOOD.replace("name", "nom"), "no key is called nom"),
        (GOOD.replace("ssh-ed25519", "ssh-rsa"), "ssh: ssh-rsa is not a kind of key"),
        (GOOD.replace("AAAA", "AAAB"), "ssh: this is not an SSH key"),
        (GOOD.replace(f'"{VERA.ssh.line}"', "1"), "ssh is not a text"),
        (
            GOOD.replace(f'ssh = "{VERA.ssh.line}"', 'minisign = "RWx"'),
            "minisign: this is not a minisign key",
        ),
        (GOOD.replace(f'ssh = "{VERA.ssh.line}"\n', ""), "there is no key"),
        (GOOD.replace("valid_from = 2026-01-01\n", ""), "valid_from is missing"),
        (GOOD.replace("2026-01-01", "2026"), "valid_from is not a date"),
        (GOOD.replace("2026-01-01", '"2026-02-30"'), "there is no such day"),
        (GOOD.replace("2026-01-01", "2026-01-01T00:00:00Z"), "valid_from is not a date"),
        (GOOD + "valid_until = 2025-01-01\n", "lies before valid_from"),
        (GOOD + SIGNER, "two signers are called vera"),
        (GOOD + SIGNER.replace('"vera"', '"boris"'), "vera and boris have the same key"),
    ],
)
def test_what_is_no_trust_file(text: str, words: str) -> None:
    """One clear line, with what to do; nobody is counted twice by mistake."""
    with pytest.raises(StatementError) as caught:
        trust.parse(text.encode(), Path("trust.toml"))
    assert words in caught.value.message
    assert "\n" not in caught.value.message
    assert caught.value.message.startswith("trust.toml:")
    assert caught.value.hint


@given(st.binary(max_size=400))
@settings(max_examples=100)
def test_any_bytes_are_refused(data: bytes) -> None:
    """Whatever they are."""
    with pytest.raises(BadInputError):
        trust.parse(data)


@needs_ssh_keygen
def test_the_file_of_keys_for_ssh_keygen(tmp_path: Path) -> None:
    """What readers get to check a statement with: ssh-keygen reads it, and finds each signer in it."""
    policy = trust.parse(trust_file(VERA, BORIS, OLGA))
    (tmp_path / "allowed_signers").write_bytes(trust.allowed_signers(policy))
    for signer in (VERA, BORIS, OLGA):
        (tmp_path / "x.sig").write_bytes(signer.signs(DATA))
        options = ["-f", "allowed_signers", "-I", signer.name, "-n", "handbill", "-s", "x.sig"]
        done = run("ssh-keygen", "-Y", "verify", *options, data=DATA, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
