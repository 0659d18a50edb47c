"""The command menu and the descriptions that Telegram shows.

They are the same for everybody, so that a seized phone does not show who is an organiser.
"""

from telegram import Bot, BotCommand
from telegram.error import TelegramError

from bot.i18n.translator import FALLBACK, Translator
from bot.observability.logs import Log

COMMANDS = (
    "latest",
    "statements",
    "updates",
    "slogan",
    "slogans",
    "verify",
    "keys",
    "leaflet",
    "poster",
    "subscribe",
    "stop",
    "language",
    "quiet",
    "privacy",
    "mydata",
    "forget",
    "help",
)
"""In the order of the menu."""


async def publish_menu(bot: Bot, translator: Translator, log: Log) -> None:
    """Tell Telegram the menu in every language. Not worth stopping for: a failure is only logged."""
    try:
        for language in translator.languages:
            words = translator.speaking(language)
            commands = [BotCommand(name, words(f"menu-{name}")) for name in COMMANDS]
            code = None if language == FALLBACK else language
            await bot.set_my_commands(commands, language_code=code)
            await bot.set_my_short_description(words("menu-short"), language_code=code)
            await bot.set_my_description(words("menu-description"), language_code=code)
    except TelegramError as error:
        log.warning("menu.failed", error=error)
