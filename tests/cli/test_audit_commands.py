"""`handbill audit`: what it shows, and how it ends when something was taken away."""

import asyncio
import os

import pytest
from sqlalchemy import delete

from bot.cli.audit import SENTENCES, said
from bot.config import load
from bot.control.audit import Line
from bot.domain.audit import Event
from bot.store import Store, tables
from bot.vault.vault import Vault
from tests.cli.helpers import PASSPHRASE, Ended, Keeper
from tests.store.helpers import execute


def types(keeper: Keeper, *arguments: str) -> Ended:
    return keeper.types("audit", *arguments, "--passphrase-file", keeper.passphrase_file)


def invite(keeper: Keeper, name: str) -> None:
    done = keeper.types("organisers", "invite", "--name", name, "--passphrase-file", keeper.passphrase_file)
    assert done.code == 0, done.err


async def lose(keeper: Keeper, number: int) -> None:
    """Somebody deletes an entry from the database."""
    vault = Vault.unlock(keeper.home, Vault.open_home(keeper.home, PASSPHRASE), random=os.urandom)
    store = await Store.open(load(keeper.names()).database, vault, random=os.urandom)
    await execute(store, delete(tables.audit).where(tables.audit.c.seq == number))
    await store.close()


def test_show(keeper: Keeper) -> None:
    """Entries are told in plain words, with a number and the time; `--json` has the parts as well."""
    invite(keeper, "Olga")
    invite(keeper, "Pavel")
    lines = [line.split("  ") for line in types(keeper, "show").out.splitlines()]
    assert [(number, text) for number, _, text in lines] == [
        ("1", "the audit begins"),
        ("2", "the token was set"),
        ("3", "Olga was invited as author"),
        ("4", "Pavel was invited as author"),
    ]
    [newest] = types(keeper, "show", "--last", "1", "--json").json["entries"]
    assert (newest["number"], newest["event"], newest["about"]) == (4, "invited", "Pavel")
    assert newest["says"] == "Pavel was invited as author"
    assert newest["at"].endswith("Z")


def test_verify(keeper: Keeper) -> None:
    """0 for a head of this audit; 2 for what is no head; 10 for another one; 6 once something is missing."""
    assert types(keeper, "verify").code == 0
    invite(keeper, "Olga")
    head = types(keeper, "verify", "--json").json["head"]
    invite(keeper, "Pavel")
    fine = types(keeper, "verify", "--head", head.lower())
    assert (fine.code, fine.out.splitlines()[0]) == (0, "whole: 4 entries, the head among them")
    answer = types(keeper, "verify", "--head", head, "--json").json
    assert (answer["entries"], answer["broken"], answer["known"]) == (4, None, True)
    types(keeper, "verify", "--head", "17-AAAA").fails(2, "not a head")
    types(keeper, "verify", "--head", "2-AAAA-AAAA-AAAA-AAAA").fails(10, "not of this audit")
    types(keeper, "verify", "--head", head.replace("3-", "9-", 1)).fails(10, "not of this audit")
    asyncio.run(lose(keeper, 2))
    types(keeper, "verify", "--head", head).fails(6, "entry 2 is missing")
    types(keeper, "verify").fails(6, "entry 2 is missing")
    assert "missing, or not what was written" in types(keeper, "show").out


@pytest.mark.parametrize("event", Event)
def test_every_event_has_a_sentence(event: Event) -> None:
    """Whatever stands in the audit is told in words, with the names in it."""
    assert event in SENTENCES
    sentence = said(Line(number=1, event=event, by="Olga", about="Pavel", detail="ABCD-EFGH"))
    assert "{" not in sentence
    assert sentence == " ".join(sentence.split())
