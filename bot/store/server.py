"""How a PostgreSQL server is reached, and what is told when it is not.

A server elsewhere is reached through verified TLS only. No error repeats what the server said: it quotes
users, keys and values.
"""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address

import asyncpg
from sqlalchemy.engine import URL

from bot.errors import HandbillError, NetworkError, SettingsError

CONNECT_WAIT, ANSWER_WAIT, LEAVE_WAIT = 10, 60, 5
"""Seconds until a server that does not answer counts as out of reach."""

FAILURES = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Everything that goes wrong between the server and us."""

SESSION = {
    "application_name": "handbill",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "jit": "off",
}
"""Set on every connect: nobody waits for ever for a writer, and one that died or is frozen loses its turn."""

_ADDRESS = "HANDBILL_DATABASE_URL"
_TO_MEND = {
    "28": ("the database server refuses the user or the password", f"check {_ADDRESS}"),
    "3D": ("the database server has no such database", "make it with `createdb`, and run this again"),
    "42501": ("the database user may not use or make the tables", "make that user the database's owner"),
    "42P07": ("the database holds tables of another program", "give Handbill a database of its own"),
}
"""What the keeper can mend, by the beginning of the SQLSTATE (PostgreSQL manual, appendix A)."""

_PASSING = ("08", "25P03", "53", "55P03", "57")
"""What passes by itself: connection lost, put out of its turn, server full, busy for too long, shut down."""


async def connect(url: URL) -> asyncpg.Connection:
    """One connection. NetworkError when the server cannot be reached, SettingsError for a wrong address."""
    host = _host(url)
    try:
        return await asyncpg.connect(
            host=host,
            port=url.port or 5432,
            user=url.username,
            password=str(url.password) if url.password else None,
            database=url.database,
            ssl=False if _is_here(host) else ssl.create_default_context(),
            timeout=CONNECT_WAIT,
            command_timeout=ANSWER_WAIT,
            server_settings=SESSION,
        )
    except FAILURES as error:
        explain(error, lost=isinstance(error, asyncpg.InterfaceError))
        silence(error)
        raise


async def leave(connection: asyncpg.Connection) -> None:
    """Close a connection, whatever has become of it."""
    with suppress(*FAILURES):
        await connection.close(timeout=LEAVE_WAIT)


@asynccontextmanager
async def asking(url: URL) -> AsyncIterator[asyncpg.Connection]:
    """A connection for a question or two, without a transaction. Errors as in `connect`."""
    connection = await connect(url)
    try:
        yield connection
    except FAILURES as error:
        explain(error, lost=connection.is_closed())
        silence(error)
        raise
    finally:
        await leave(connection)


def explain(error: BaseException, *, lost: bool) -> None:
    """Raise NetworkError or SettingsError when a person can do something about this error.

    `lost` says that there is no connection any more.
    """
    state = getattr(error, "sqlstate", None) or ""
    found: HandbillError | None = None
    for beginning, (message, hint) in _TO_MEND.items():
        if state.startswith(beginning):
            found = SettingsError(message, hint=hint)
    if lost or isinstance(error, OSError) or state.startswith(_PASSING):
        found = NetworkError(
            "the database server cannot be reached", hint=f"see that it runs, and check {_ADDRESS}"
        )
    if found:
        raise found from None


def silence(error: BaseException | None, state: str | None = None) -> None:
    """Leave of an error from the server only its kind and SQLSTATE."""
    if error is not None:
        state = getattr(error, "sqlstate", None) or state
        error.args = (f"{type(error).__name__} {state or ''}".strip(),)
        for name in [name for name, value in vars(error).items() if isinstance(value, str)]:
            if name not in {"sqlstate", "pgcode", "statement", "code"}:
                setattr(error, name, None)


def _host(url: URL) -> str:
    """A host name, or the folder of a unix socket (`?host=/run/postgresql`)."""
    query = dict(url.query)
    host = query.pop("host", None) or url.host
    if query or not isinstance(host, str) or (host is not url.host and not host.startswith("/")):
        raise SettingsError(
            "the database address names no host, or more than Handbill reads",
            hint=f"{_ADDRESS} is like postgresql+asyncpg://user@host/name or …://user@/name?host=/folder",
        )
    return host


def _is_here(host: str) -> bool:
    """Whether what is said to this host stays on this machine."""
    try:
        return host.startswith("/") or host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
