"""The tables of config.toml: each key with its default, its bounds and the sentence that explains it.

The same sentences are the comments of the file that `init` writes and the hints of errors. What reads them
is `loading`.
"""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config.values import Addresses, ApiUrl, BotName, DatabaseUrl, Proxy, Span

FREE_RATE = 30
"""Messages a second that Telegram gives every bot (core.telegram.org/bots/faq)."""

_YET = "Not in this version yet."


class Section(BaseModel):
    """A table of config.toml: closed, frozen, and silent about its values in errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Telegram(Section):
    """How the bot reaches Telegram."""

    api_url: ApiUrl = Field(
        default="https://api.telegram.org",
        description="The Bot API, or your own relay; a relay sees everything.",
    )
    proxy: Proxy = Field(
        default="", repr=False, description="socks5h://host:port or http://host:port, or empty."
    )
    rate: int = Field(
        default=FREE_RATE,
        ge=1,
        le=1000,
        description=f"Messages a second. More than {FREE_RATE} only with paid_broadcasts.",
    )
    paid_broadcasts: bool = Field(
        default=False, description=f"Pay Telegram, in Stars, for what goes out above {FREE_RATE} a second."
    )

    rich_messages: bool = Field(
        default=False,
        description="Long statements as one message with headings and lists. What old apps show is unknown.",
    )

    @property
    def pays(self) -> bool:
        """Whether broadcasts are faster than what is free."""
        return self.paid_broadcasts and self.rate > FREE_RATE


class Publishing(Section):
    """What it takes before anything is sent to everybody."""

    approvals: int = Field(default=2, ge=1, le=20, description="How many must agree, the author among them.")
    cooldown_seconds: int = Field(
        default=120, ge=1, le=86400, description="Seconds in which any organiser can still stop it."
    )
    wave_percent: int = Field(
        default=1, ge=1, le=100, description="Percent of the readers who get it first, if over 1,000."
    )
    wave_pause_seconds: int = Field(
        default=60, ge=0, le=86400, description="Pause after them, in which any organiser can stop it."
    )
    per_day: int = Field(
        default=8, ge=1, le=100, description="Broadcasts in 24 h; more take one approval more."
    )
    signed_only: bool = Field(
        default=False, description="Only statements that enough signers have signed go out."
    )
    in_doubt: Literal["resend", "skip"] = Field(
        default="resend", description='A message whose answer was lost: "resend" or "skip".'
    )
    max_late: Span = Field(
        default=timedelta(hours=6), description="A planned publication later than this is held."
    )


class Vault(Section):
    """When the vault locks, and who opens it."""

    auto_lock: Literal["off"] | Span = Field(
        default="off", description='Lock so long after unlocking: "off", or a time like "12h".'
    )
    unlock: int = Field(
        default=1, ge=1, le=2, description="Passphrases needed to unlock, as the keys were made: 1 or 2."
    )
    encrypt_database: bool = Field(
        default=False,
        description="Hide also how many rows an SQLite database has; needs the extra sqlcipher.",
    )
    deadman_days: int = Field(
        default=0,
        ge=0,
        le=365,
        description="Lock when no organiser has sent a code for so many days; 0 is never.",
    )
    panic: Literal["lock", "destroy"] = Field(
        default="lock",
        description='What organisers and their long silence can lead to: "lock", or "destroy" for good.',
    )


class Joining(Section):
    """Who can become a reader."""

    door: Literal["open", "invitation", "vouching"] = Field(
        default="open", description=f"Anything but open: {_YET.lower()}"
    )
    vouches: int = Field(default=1, ge=1, le=9, description=f"Readers who vouch for a new one. {_YET}")


class Hotline(Section):
    """Messages from readers to the organisers."""

    open: bool = Field(default=True, description=f"Whether /contact takes messages. {_YET}")


class Texts(Section):
    """Other ways to the group, told to readers before they are needed."""

    addresses: Addresses = Field(
        default="", description="Where the statements can also be read, separated by spaces; or empty."
    )
    standby_bot: BotName = Field(
        default="", description="The bot that follows if this one is gone, such as @example_bot; or empty."
    )


class Logs(Section):
    """Log lines on stderr. They never hold an id, a name or a text."""

    format: Literal["plain", "json"] = Field(default="plain", description='"plain" or "json".')


class Config(BaseSettings):
    """All settings, checked and frozen. Printing it shows no address that could hold a password."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="HANDBILL_",
        env_nested_delimiter="__",
    )

    home: Path
    database_url: DatabaseUrl = Field(default="", repr=False)
    """As the environment gives it; use `database`."""
    telegram: Telegram = Telegram()
    publishing: Publishing = Publishing()
    vault: Vault = Vault()
    joining: Joining = Joining()
    hotline: Hotline = Hotline()
    texts: Texts = Texts()
    logs: Logs = Logs()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed in: `loading` reads the file and the environment, nothing is read behind it."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def database(self) -> str:
        """The SQLAlchemy address of the database: SQLite in the home unless the environment names another."""
        address = self.database_url or f"sqlite+aiosqlite:///{self.home.absolute() / 'handbill.db'}"
        return address.replace("aiosqlite", "sqlcipher", 1) if self.vault.encrypt_database else address

    @property
    def database_file(self) -> Path | None:
        """The SQLite file behind `database`; None where a server keeps it."""
        kind, _, path = self.database.partition(":///")
        return Path(path) if kind.startswith("sqlite") else None
