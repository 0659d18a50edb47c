"""What no file of the product may do, as small checks of its syntax tree: each gives the lines that do it.

A rule looks at one file. They stand here, and not in a general tool, because each is a dozen lines, runs in
a second over the whole program and knows its own exceptions by name.
"""

import ast
from collections.abc import Callable, Iterator, Mapping

Rule = Callable[[str, ast.Module], Iterator[int]]
"""From a path below the repository (with /) and its syntax tree to the lines that break the rule."""

LEVELS = frozenset({"info", "warning", "failure", "write"})
SAYING = frozenset({"words", "page", "say", "json", "fail", "print"})
"""Calls whose arguments a person reads, in a chat or at a terminal."""

PRIVATE = frozenset(
    {
        *("id", "chat", "chat_id", "sender", "user", "user_id", "username", "contact", "person", "reader"),
        *("name", "title", "text", "caption", "token", "passphrase", "secret", "code", "digits", "handle"),
        *("data", "home", "path"),
    }
)
"""Words by which something about people, or a secret, is called in this program."""

NUMBERS_OF_PEOPLE = frozenset({"id", "chat", "chat_id", "sender", "user_id"})
SECRETIVE = frozenset({"bot", "token", "vault", "passphrase", "secret", "master_key", "contact", "update"})
"""What must not be turned into text: python-telegram-bot's `Bot`, for one, shows its token."""

SHOWN_ON_PURPOSE = frozenset(
    {
        ("bot/chat/sender.py", "token"),  # the address of Telegram's method holds it
        ("bot/cli/status.py", "bot"),  # the bot's public name
    }
)

MARKUP = frozenset(
    {
        *("parse_mode", "ParseMode", "Defaults", "escape_markdown", "mention_html", "mention_markdown"),
        *(f"reply_{kind}" for kind in ("html", "markdown", "markdown_v2")),
    }
)
"""Words of python-telegram-bot by which a text is read as markup."""

SANDBOX = "bot/sandbox/"
STORY = "bot/cli/story.py"
"""Both speak of made-up people."""

BULK: Mapping[str, frozenset[str]] = {
    # The sender: pages of a shard, opened one by one at the moment of sending.
    # Renewal: who was asked, or is to be asked, whether to stay; once a day.
    "page": frozenset({"bot/delivery/agenda.py", "bot/actions/renewal.py", "bot/store/contacts.py"}),
    "first_pages": frozenset({"bot/delivery/agenda.py", "bot/actions/renewal.py"}),
    "unseal": frozenset(
        {"bot/delivery/lanes.py", "bot/actions/renewal.py", "bot/store/store.py", "bot/store/contacts.py"}
    ),
    # Undo and edit: those who were written to, of whom the journal knows the message.
    "sealed": frozenset({"bot/delivery/revision.py"}),
    # The audience estimate: two numbers of a shard.
    "share": frozenset({"bot/actions/audience.py"}),
    # A number of rows, which is rounded before it is shown.
    "estimate": frozenset({"bot/actions/audience.py", "bot/chat/live.py"}),
}
"""Who may walk the list of readers, and how. Nobody else: not a command, not a role, not a test helper."""

INDIRECT = frozenset(
    {"importlib", "importlib.import_module", "operator", "operator.attrgetter", "operator.methodcaller"}
)
"""What reaches something without naming it."""

UNSEEN = frozenset({*BULK, *LEVELS, "contacts"})
"""Names that are asked for as they stand, never as text."""

TABLE = frozenset(f"bot/store/{name}.py" for name in ("contacts", "tables", "paging", "rotation", "census"))
"""The files that may name the table of readers; rotation seals every row anew, the census counts them."""


def dangerous_imports(path: str, tree: ast.Module) -> Iterator[int]:
    """No pickles, so that write access to the database never runs code; no mocks, no YAML."""
    forbidden = {"pickle", "shelve", "marshal", "dill", "cloudpickle", "yaml", "requests", "unittest"}
    for node in ast.walk(tree):
        modules: set[str] = set()
        if isinstance(node, ast.Import):
            modules = {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            modules = {(node.module or "").partition(".")[0]}
        elif isinstance(node, ast.Call) and _name(node.func) in {"__import__", "eval", "exec"}:
            yield node.lineno
        if modules & forbidden:
            yield getattr(node, "lineno", 0)


def parse_modes(path: str, tree: ast.Module) -> Iterator[int]:
    """What people wrote is never read as markup; only the sandbox knows the word, to refuse it."""
    if path.startswith(SANDBOX):
        return
    for node in ast.walk(tree):
        words = {getattr(node, field, None) for field in ("arg", "attr", "id", "value")}
        if isinstance(node, ast.ImportFrom):
            words |= {alias.name for alias in node.names}
        if words & MARKUP:
            yield getattr(node, "lineno", 0)


def private_logs(path: str, tree: ast.Module) -> Iterator[int]:
    """A log line has a constant event, and no field that is, or comes from, something about people."""
    for call in _calls(tree):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS):
            continue
        if _name(call.func.value).strip("_") not in {"log", "logs"} or path.startswith("bot/observability/"):
            continue
        event = call.args[0] if call.args else None
        constant = isinstance(event, ast.Constant) and isinstance(event.value, str)
        texts = any(isinstance(part, ast.JoinedStr) for part in ast.walk(call))
        named = any(field.arg is None or field.arg in PRIVATE for field in call.keywords)
        if not constant or len(call.args) > 1 or texts or named or _mentions(call.keywords, PRIVATE):
            yield call.lineno

    for node in ast.walk(tree):
        # Kept under another name, it would be called without being seen here.
        kept = node.value if isinstance(node, ast.Assign | ast.NamedExpr) else None
        if isinstance(kept, ast.Attribute) and kept.attr in LEVELS and "log" in _name(kept.value):
            yield kept.lineno


def other_logs(path: str, tree: ast.Module) -> Iterator[int]:
    """Only `observability` touches Python's logging, and nothing prints past the terminal."""
    if path.startswith("bot/observability/"):
        return
    for node in ast.walk(tree):
        imported = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
        source = {node.module} if isinstance(node, ast.ImportFrom) else set()
        stream = isinstance(node, ast.Attribute) and ast.unparse(node) in {"sys.stdout", "sys.stderr"}
        if (stream or source == {"sys"}) and not path.startswith(("bot/cli/", "bot/vault/derive.py")):
            yield getattr(node, "lineno", 0)
        called = {node.func.id} if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else set()
        if (imported | source) & {"logging", "traceback", "warnings", "pprint"} or called & {
            "print",
            "breakpoint",
        }:
            yield getattr(node, "lineno", 0)


def shown_secrets(path: str, tree: ast.Module) -> Iterator[int]:
    """Nothing that holds a token, a key or a person is turned into text."""
    if path.startswith(SANDBOX):
        return
    for node in ast.walk(tree):
        shown: list[ast.expr] = []
        if isinstance(node, ast.FormattedValue):
            shown = [node.value]
        elif isinstance(node, ast.Call) and _name(node.func) in {"repr", "str", "format", "ascii", "pformat"}:
            shown = [*node.args, *(each.value for each in node.keywords)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            shown = [*node.right.elts] if isinstance(node.right, ast.Tuple) else [node.right]
        elif isinstance(node, ast.Attribute) and node.attr in {"__repr__", "__str__", "__format__"}:
            shown = [node.value]
        names = {_name(each) for each in shown}
        if any(each.strip("_") in SECRETIVE and (path, each) not in SHOWN_ON_PURPOSE for each in names):
            yield getattr(node, "lineno", 0)


def shown_numbers(path: str, tree: ast.Module) -> Iterator[int]:
    """No chat and no terminal is told the number of a person or a chat."""
    if path == STORY or not path.startswith(("bot/chat/", "bot/cli/", "bot/i18n/", "bot/control/")):
        return
    for call in _calls(tree):
        if _name(call.func).strip("_") in SAYING and _shows(call, NUMBERS_OF_PEOPLE):
            yield call.lineno
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and _mentions([node.value], NUMBERS_OF_PEOPLE):
            yield node.lineno


def bulk_callers(path: str, tree: ast.Module) -> Iterator[int]:
    """Only the sender, rotation, census, renewal and the audience estimate walk the list of readers."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and path not in BULK.get(node.attr, {path}):
            if node.attr == "unseal" or _name(node.value).strip("_") == "contacts":
                yield node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module == "bot.store.contacts":
            names = {alias.name for alias in node.names} - {
                "SealedContact",
                "key",
                *({"Contacts"} if path.startswith("bot/store/") else ()),
            }
            if names and path not in BULK["unseal"]:
                yield node.lineno


def other_ways(path: str, tree: ast.Module) -> Iterator[int]:
    """What is called is written where it is called: by its name, and not under another one.

    Else the rules about readers, logs and pickles would look for names that are not there.
    """
    if path.startswith(SANDBOX):
        return
    in_store = path.startswith("bot/store/")
    followed = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in {"getattr", "setattr"}:
            parts = [part for each in node.args[1:2] for part in ast.walk(each)]
            if {part.value for part in parts if isinstance(part, ast.Constant)} & UNSEEN:
                yield node.lineno
        elif isinstance(node, ast.Attribute) and not in_store:
            passed_on = node.attr == "contacts" and id(node) not in followed
            if passed_on or node.attr in {"__getattribute__", "__dict__", "metadata"}:
                yield node.lineno


def other_imports(path: str, tree: ast.Module) -> Iterator[int]:
    """Nothing is imported by which a name is reached as text; the readers' table only inside the store."""
    forbidden = INDIRECT if path.startswith("bot/store/") else INDIRECT | {"bot.store.contacts"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            if {f"{module}.{alias.name}".strip(".") for alias in node.names} & forbidden:
                yield node.lineno


def table_users(path: str, tree: ast.Module) -> Iterator[int]:
    """The table of readers is named in one file only."""
    if path in TABLE:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "tables.contacts":
            yield node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            words = node.value.lower().split()
            if "contacts" in words and {"select", "from"} & set(words[: words.index("contacts")]):
                yield node.lineno


RULES: tuple[Rule, ...] = (
    dangerous_imports,
    parse_modes,
    private_logs,
    other_logs,
    shown_secrets,
    shown_numbers,
    bulk_callers,
    other_ways,
    other_imports,
    table_users,
)


def broken(rule: Rule, path: str, source: str) -> list[int]:
    """The lines of a source that break a rule."""
    return sorted(set(rule(path, ast.parse(source))))


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _mentions(nodes: "list[ast.expr] | list[ast.keyword]", names: frozenset[str]) -> bool:
    return any(
        isinstance(part, ast.Name | ast.Attribute) and _name(part).strip("_") in names
        for node in nodes
        for part in ast.walk(node)
    )


def _shows(call: ast.Call, names: frozenset[str]) -> bool:
    """Whether an argument is such a value itself; deeper, it is only passed on to somebody else's call."""
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(isinstance(value, ast.Name | ast.Attribute) and _name(value) in names for value in values)
