"""What readers are promised, as far as it depends on the settings in use. The words are `render`'s."""

from dataclasses import dataclass

from bot.config import Config
from bot.config.sections import Telegram

DIRECT = Telegram.model_fields["api_url"].default


@dataclass(frozen=True, slots=True, kw_only=True)
class Promises:
    """The settings that a reader should know of.

    `relay`, `proxy`: stand between us and Telegram. `server`: the database is no file of ours. `repeats`: a
    message whose answer was lost is sent again. `passphrases`: so many open the vault.
    `addresses`, `standby`: where to look when this bot is gone.
    """

    relay: bool
    proxy: bool
    server: bool
    repeats: bool
    passphrases: int
    addresses: tuple[str, ...] = ()
    standby: str = ""

    @property
    def mirror(self) -> str:
        """The first address, for codes on paper; empty if there is none."""
        return next(iter(self.addresses), "")

    @classmethod
    def of(cls, config: Config) -> "Promises":
        """Those of these settings."""
        return cls(
            relay=config.telegram.api_url != DIRECT,
            proxy=bool(config.telegram.proxy),
            server=config.database_file is None,
            repeats=config.publishing.in_doubt == "resend",
            passphrases=config.vault.unlock,
            addresses=tuple(config.texts.addresses.split()),
            standby=config.texts.standby_bot,
        )
