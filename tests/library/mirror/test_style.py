"""Colours that everybody can read."""

from itertools import product

import pytest

from bot.library.mirror import style


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_is_right() -> None:
    """Black on white is 21, #767676 on white just passes."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert 4.5 <= contrast("#767676", "#ffffff") < 4.6


@pytest.mark.parametrize(("scheme", "pair"), list(product((style.LIGHT, style.DARK), style.ON)))
def test_both_schemes_keep_wcag_aa(scheme: dict[str, str], pair: tuple[str, str, float]) -> None:
    """4.5 for words, 3 for lines, on light and on dark."""
    words, ground, least = pair
    assert contrast(scheme[words], scheme[ground]) >= least


def test_every_colour_is_measured_and_used() -> None:
    """No colour stands in the rules that the test above does not know."""
    sheet = style.sheet()
    assert {name for words, ground, _ in style.ON for name in (words, ground)} == set(style.LIGHT)
    assert set(style.LIGHT) == set(style.DARK)
    assert all(f"var(--{name})" in sheet for name in style.LIGHT)
    assert "url(" not in sheet
    assert "@import" not in sheet
