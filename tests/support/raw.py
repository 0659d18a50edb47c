"""Updates written by hand, for what no client of the sandbox says; and everything that the database holds."""

import sqlite3
from typing import Any

from bot.sandbox.bots import Press
from bot.sandbox.texts import detected
from tests.support.house import House
from tests.support.oddities import Json


class Sender:
    """Somebody in a chat, and what can come from there."""

    def __init__(self, house: House, who: Json, chat: Json, **always: Any) -> None:
        self.house, self.who, self.chat = house, who, chat
        self._always, self._number = always, 10_000

    def message(self, **content: Any) -> Json:
        self._number += 1
        base = {"message_id": self._number, "date": int(self.house.clock.wall()), "chat": self.chat}
        return base | {"from": self.who} | self._always | content

    def said(self, text: str) -> Json:
        return self.message(text=text, entities=detected(text))

    def pressed(self, data: str) -> Json:
        self._number += 1
        press = Press(id=f"{self.who['id']}{self._number}", pressed_at=self.house.clock.monotonic())
        self.house.world.bot().presses[press.id] = press
        under = {"message_id": 1, "date": 0, "chat": self.chat}
        return {"id": press.id, "from": self.who, "message": under, "chat_instance": "1", "data": data}


def private(house: House, number: int, language: str) -> Sender:
    """Somebody of their own for each oddity, so that nobody's answers wait for each other."""
    person = house.world.person(f"Somebody {number}", language=language)
    person.start()
    return Sender(house, person.peer.json(), {"id": person.id, "type": "private", "first_name": "A"})


def stored(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Every row of the database, without the numbers of updates that were handled."""
    assert house.config.database_file
    with sqlite3.connect(house.config.database_file) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: database.execute(f"SELECT * FROM {name}").fetchall()  # noqa: S608 - names of our own tables
            for name in tables
            if name != "updates_seen"
        }
