"""What is no statement does not come on the shelf, and nothing beside it either."""

import pytest

from bot.actions.shelving import Shelving
from bot.errors import BadInputError
from bot.store import Store
from tests.support.bad_files import BAD
from tests.support.clock import StoryClock
from tests.support.workshop import text


@pytest.mark.parametrize(("data", "said"), BAD.values(), ids=BAD)
async def test_what_is_no_statement(store: Store, clock: StoryClock, data: bytes, said: str) -> None:
    """One line says what is wrong, with a hint; what is right beside it stays out too."""
    with pytest.raises(BadInputError) as caught:
        async with store.begin() as tx:
            await Shelving(clock=clock).import_files(tx, [("b/en.md", text(1)), ("a/en.md", data)])
    assert said in str(caught.value)
    assert caught.value.hint
    async with store.read() as tx:
        assert await tx.statements.all() == []
