"""What languages are called by those who read them, and which are written from right to left.

Only what pages, messages and sheets need; which languages the program itself speaks is for `bot/i18n`.
"""

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})

_NAMES = {
    "ar": "العربية",
    "az": "Azərbaycanca",
    "be": "Беларуская",
    "bg": "Български",
    "ce": "Нохчийн",
    "cs": "Čeština",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fi": "Suomi",
    "fr": "Français",
    "he": "עברית",
    "hy": "Հայերեն",
    "it": "Italiano",
    "ka": "ქართული",
    "kk": "Қазақша",
    "ky": "Кыргызча",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "pl": "Polski",
    "pt": "Português",
    "ro": "Română",
    "ru": "Русский",
    "sr": "Српски",
    "tg": "Тоҷикӣ",
    "tr": "Türkçe",
    "tt": "Татарча",
    "uk": "Українська",
    "ur": "اردو",
    "uz": "Oʻzbekcha",  # noqa: RUF001 - its own apostrophe
    "zh": "中文",
}


def name(language: str) -> str:
    """What it calls itself; the code in capitals where that is not known here."""
    return _NAMES.get(language, language.upper())


def is_right_to_left(language: str) -> bool:
    """Whether its lines begin on the right, and its booklets open on the other side."""
    return language in _RIGHT_TO_LEFT


def direction(language: str) -> str:
    """`rtl` or `ltr`, as HTML writes it."""
    return "rtl" if is_right_to_left(language) else "ltr"
