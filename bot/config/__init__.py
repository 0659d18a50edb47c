"""Every setting: `config.toml` in the home, and the environment, which wins. Secrets are no settings.

values     what one value may look like
sections   the tables of config.toml with their keys, defaults and explanations
loading    reading file and environment once, and saying what is wrong in one line
"""

from bot.config.loading import DATABASE_URL, FILE, HOME, home, known, load, template
from bot.config.sections import Config
from bot.config.values import span

__all__ = ["DATABASE_URL", "FILE", "HOME", "Config", "home", "known", "load", "span", "template"]
