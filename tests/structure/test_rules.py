"""Rules about safety that a program checks: the product keeps them, and each rule is seen to bite."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.structure import rules
from tests.structure.rules import BULK, RULES, TABLE, Rule, broken

ROOT = Path(__file__).parents[2]
PRODUCT = sorted((ROOT / "bot").rglob("*.py"))

BAD: tuple[tuple[Rule, str, str], ...] = (
    (rules.dangerous_imports, "bot/store/x.py", "import pickle"),
    (rules.dangerous_imports, "bot/store/x.py", "from yaml import load"),
    (rules.dangerous_imports, "bot/store/x.py", "eval(column)"),
    (rules.parse_modes, "bot/chat/render.py", "bot.send_message(1, text, parse_mode=None)"),
    (rules.parse_modes, "bot/chat/sender.py", "fields = {'parse_mode': 'HTML'}"),
    (rules.parse_modes, "bot/chat/sender.py", "from telegram.constants import ParseMode"),
    (rules.parse_modes, "bot/chat/x.py", "message.reply_html('x')"),
    (rules.parse_modes, "bot/chat/x.py", "Bot(token, defaults=Defaults())"),
    (rules.private_logs, "bot/chat/x.py", "log.info('reader.joined', id=heard.chat)"),
    (rules.private_logs, "bot/chat/x.py", "self._log.warning('answer.failed', number=contact.chat)"),
    (rules.private_logs, "bot/chat/x.py", "log.failure(f'{name} failed')"),
    (rules.private_logs, "bot/chat/x.py", "log.info(event)"),
    (rules.private_logs, "bot/chat/x.py", "log.info('a.b', **fields)"),
    (rules.private_logs, "bot/chat/x.py", "log.info('a.b', size=len(said.text))"),
    (rules.private_logs, "bot/chat/x.py", "say = self._log.info"),
    (rules.other_logs, "bot/chat/x.py", "import logging"),
    (rules.other_logs, "bot/chat/x.py", "import warnings"),
    (rules.other_logs, "bot/chat/x.py", "sys.stderr.write(said)"),
    (rules.other_logs, "bot/chat/x.py", "from sys import stderr"),
    (rules.other_logs, "bot/chat/x.py", "print(update)"),
    (rules.shown_secrets, "bot/chat/x.py", "repr(bot)"),
    (rules.shown_secrets, "bot/chat/x.py", "raise ValueError(f'{self._bot!r} failed')"),
    (rules.shown_secrets, "bot/session.py", "str(self.token)"),
    (rules.shown_secrets, "bot/chat/x.py", "'%s failed' % bot"),
    (rules.shown_secrets, "bot/chat/x.py", "'%s: %s' % (place, self._token)"),
    (rules.shown_secrets, "bot/chat/x.py", "'{}: {}'.format(place, bot)"),
    (rules.shown_secrets, "bot/chat/x.py", "bot.__repr__()"),
    (rules.shown_numbers, "bot/chat/x.py", "turn.say(page(words('welcome', number=turn.chat)))"),
    (rules.shown_numbers, "bot/chat/x.py", "page(f'You are {heard.sender}')"),
    (rules.shown_numbers, "bot/cli/x.py", "terminal.say(str(organiser.chat) + f'{organiser.id}')"),
    (rules.bulk_callers, "bot/cli/export.py", "await tx.contacts.page(0, None)"),
    (rules.bulk_callers, "bot/actions/x.py", "await self.contacts.share(0, everybody)"),
    (rules.bulk_callers, "bot/chat/x.py", "store.unseal(sealed)"),
    (rules.bulk_callers, "bot/control/desk.py", "await tx.contacts.estimate()"),
    (rules.bulk_callers, "bot/actions/x.py", "from bot.store.contacts import unseal"),
    (rules.bulk_callers, "bot/cli/export.py", "partial(tx.contacts.page, 0)"),
    (rules.bulk_callers, "bot/cli/export.py", "from bot.store.contacts import Contacts as People"),
    (rules.other_ways, "bot/cli/export.py", "getattr(tx.contacts, 'page')(0, None)"),
    (rules.other_ways, "bot/cli/export.py", "getattr(tx, 'contacts').page(0, None)"),
    (rules.other_ways, "bot/cli/export.py", "people = tx.contacts; people.page(0, None)"),
    (rules.other_ways, "bot/cli/export.py", "export(tx.contacts)"),
    (rules.other_imports, "bot/cli/export.py", "from operator import attrgetter as get"),
    (rules.other_imports, "bot/cli/export.py", "from operator import methodcaller"),
    (rules.other_imports, "bot/cli/export.py", "from importlib import import_module"),
    (rules.other_ways, "bot/cli/export.py", "tx.contacts.__getattribute__('page')(0)"),
    (rules.other_imports, "bot/cli/export.py", "from bot.store import contacts as people"),
    (rules.other_imports, "bot/cli/export.py", "import bot.store.contacts as people"),
    (rules.other_ways, "bot/cli/export.py", "tables.metadata.tables['contacts']"),
    (rules.other_ways, "bot/chat/x.py", "getattr(log, 'info')('a.b', number=heard.chat)"),
    (rules.table_users, "bot/store/x.py", "select(tables.contacts.c.rec)"),
    (rules.table_users, "bot/store/x.py", "'SELECT rec FROM contacts'"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_product_keeps_every_rule(rule: Rule) -> None:
    """No id in a log, no text of a bot or a secret, no parse mode, no pickle, no list of readers."""
    found = {
        name: lines
        for path in PRODUCT
        if (name := path.relative_to(ROOT).as_posix())
        and (lines := broken(rule, name, path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(("rule", "path", "source"), BAD)
def test_every_rule_bites(rule: Rule, path: str, source: str) -> None:
    """A rule that finds nothing in a bad example would keep nothing."""
    assert broken(rule, path, source) == [1]


def test_every_rule_has_a_bad_example() -> None:
    """And none is without one."""
    assert {rule for rule, _, _ in BAD} == set(RULES)


def test_the_names_of_those_who_may_are_those_who_do() -> None:
    """A file that no longer walks the list loses its permission."""
    for method, files in BULK.items():
        for file in files:
            assert f"{method}(" in (ROOT / file).read_text(encoding="utf-8"), (method, file)
    assert all((ROOT / file).is_file() for file in TABLE)


ONE_BY_ONE = {
    "find": "Contact | None",
    "get": "Contact | None",
    "add": "None",
    "replace": "None",
    "erase": "bool",
    "erase_all": "None",
    "estimate": "int",
    "share": "tuple[int, int]",
    "page": "list[SealedContact]",
    "first_pages": "dict[int, list[SealedContact]]",
    "sealed": "dict[ContactId, SealedContact]",
}
"""All that can be asked of the list of readers. Several come only sealed: of few shards, or by ids."""


def test_nothing_returns_the_list() -> None:
    """The store can find one reader and walk few sealed shards; it has no method that gives them all."""
    tree = ast.parse((ROOT / "bot" / "store" / "contacts.py").read_text(encoding="utf-8"))
    methods = {
        node.name: node
        for kind in tree.body
        if isinstance(kind, ast.ClassDef) and kind.name == "Contacts"
        for node in kind.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    }
    assert {
        name: ast.unparse(one.returns) if one.returns else "" for name, one in methods.items()
    } == ONE_BY_ONE
    assert [argument.arg for argument in methods["page"].args.args] == ["self", "shard", "after", "limit"]
    assert len(methods["page"].args.defaults) == 1, "no shard is not every shard"
    assert not methods["sealed"].args.defaults, "no ids are not all ids"


def test_bandit_bites(tmp_path: Path) -> None:
    """`make check` runs bandit with the settings of this repository; with them it refuses a shell."""
    bad = tmp_path / "bad.py"
    bad.write_text(
        "import subprocess\n\n\ndef run(text: str) -> None:\n    subprocess.run(text, shell=True)\n"
    )
    bandit = [sys.executable, "-m", "bandit", "-q", "-c", str(ROOT / "pyproject.toml")]
    assert subprocess.run([*bandit, str(bad)], capture_output=True, check=False).returncode == 1
