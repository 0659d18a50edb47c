"""A local stand-in for Telegram: a Bot API server with its limits and faults, and people who act in it.

It imports nothing from the rest of Handbill, so that it can judge it. README.md here is its manual.

`sandbox` start and stop · `server` the Bot API over HTTP · `parameters` how requests are read · `methods/`
one function a method · `state` everything that exists · `bots` `chats` `members` `messages` what exists ·
`updates` the queue behind getUpdates · `privacy` who hears what · `limits` `faults` `stats` pace, trouble,
figures · `texts` `pictures` `kinds` what is in a message · `world` `person` `group` `window` the people, for
tests · `control/` the people, over HTTP · `page/` a chat page · `signal` waiting · `errors` refusals
"""

from bot.sandbox.bots import BotAccount, Press
from bot.sandbox.errors import SandboxError
from bot.sandbox.faults import Fault
from bot.sandbox.group import Group
from bot.sandbox.limits import Limits
from bot.sandbox.messages import Button, Message
from bot.sandbox.person import Person
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import World

__all__ = [
    "BotAccount",
    "Button",
    "Fault",
    "Group",
    "Limits",
    "Message",
    "Person",
    "Press",
    "Sandbox",
    "SandboxError",
    "World",
]
