"""Numbers as text, in the one way in which the course writes each kind of them.

Powers of ten are written 10^-7, so that captions stay plain text; `raised` sets them as pictures show them.
"""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS = "\N{MINUS SIGN}"
FULL_SIZE = (0.001, 9999.5)  # between these a magnitude is written without a power of ten
SMALL = 1e-4  # below, a plain number is written with a power of ten: nobody counts its zeros


def number(value: Any, digits: int = 6) -> str:
    """Return one number with `digits` significant digits: 0.5, 3, 1.2e-07, nan; from 17 on, as few as are exact.

    A zero with a minus sign, as products give it, reads 0.
    """
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, int | np.integer):
        text = str(int(value))
        return text if len(text) <= 40 else text[:38] + " …"
    if isinstance(value, complex | np.complexfloating):
        return f"{complex(value):.{digits}g}"
    real = float(value) + 0.0  # −0 becomes 0
    return repr(real).removesuffix(".0") if digits >= 17 else f"{real:.{digits}g}"


def fixed(value: float, decimals: int = 2) -> str:
    """``value`` with ``decimals`` places and a true minus sign; never "−0.00"."""
    rounded = round(float(value), decimals) + 0.0
    return f"{rounded:.{decimals}f}".replace("-", "−")


def short(value: float) -> str:
    """Three significant digits, whole numbers in full: 0.0278, 5.07, 299,852."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def plain(value: float) -> str:
    """``value`` as a reader would write it: −4, 0.25, 1000000; below a ten-thousandth 3.2 × 10⁻⁸."""
    if 0 < abs(value) < SMALL:
        digits, power = np.format_float_scientific(float(value), trim="-").split("e")
        return f"{digits} × {raised(f'10^{int(power)}')}".replace("-", "−").removeprefix("1 × ")
    return np.format_float_positional(float(value), trim="-").replace("-", "−")


def compact(number: float, decimals: int = 2) -> str:
    """A number as a figure shows it: whole ones in full, others with ``decimals`` decimals, none as −0.00.

    One that would round to 0 keeps two digits (0.0031, 4.2e−7), and so do those from a million up (3.5e6); from ten
    thousand up decimals are left out (12,346).
    """
    value = float(number)
    if not math.isfinite(value):
        return "nan" if value != value else f"{MINUS * (value < 0)}∞"
    size = abs(value)
    if math.isinf(size) or size >= 1e6 or 0 < size < 1e-4:
        mantissa, _, exponent = f"{size:.1e}".partition("e")
        text = f"{mantissa.removesuffix('.0')}e{int(exponent)}".replace("-", MINUS)
    elif value == round(value) or size >= 1e4:
        text = f"{size:,.0f}" if size >= 1e4 else f"{size:.0f}"
    elif float(f"{size:.{decimals}f}") == 0:
        text = f"{size:.2g}"
    else:
        text = f"{size:.{decimals}f}"
    return f"{MINUS * (value < 0)}{text}"


def magnitude(value: float, digits: int = 3, least: float = 1e-12) -> str:
    """A positive ``value`` with ``digits`` digits, as a power of ten with at most two where it is small or large.

    Below ``least``, a power of ten, only that is said.
    """
    if value < least:
        return f"below {decade(least)}"
    if FULL_SIZE[0] <= value < FULL_SIZE[1]:
        return np.format_float_positional(float(f"{value:.{digits}g}"), trim="-")
    factor, exponent = f"{value:.{min(digits, 2) - 1}e}".split("e")
    return f"{factor.removesuffix('.0')} × 10^{int(exponent)}".removeprefix("1 × ")


def power_of_ten(logarithm: float) -> str:
    """The number whose natural logarithm is given, as "3.1 × 10^-7", also where it is too small for a float."""
    exponent = int(np.floor(logarithm / np.log(10)))
    factor = f"{10 ** (logarithm / np.log(10) - exponent):.1f}"
    if factor == "10.0":
        factor, exponent = "1.0", exponent + 1
    return f"{factor} × 10^{exponent}" if exponent < -1 else f"{np.exp(logarithm):.2g}"


def decade(value: float) -> str:
    """The power of ten nearest to a positive ``value``."""
    return f"10^{round(math.log10(value))}".replace("10^0", "1")


def raised(text: str) -> str:
    """``text`` with its powers, 10^-4, as a picture shows them: 10⁻⁴."""
    return re.sub(r"\^(-?\d+)", lambda power: power[1].translate(SUPERSCRIPTS), text)


def percent(probability: float, decimals: int | None = None) -> str:
    """``probability`` in percent; 0 % and 100 % are never written for what only rounds to them.

    With ``decimals`` places: "< 0.1 %", "> 99.9 %". Without, with two significant digits, three from 10 % on, and with
    0 % and 100 % where it is exactly that.
    """
    if decimals is not None:
        step = 10.0**-decimals
        text = f"{100 * probability:.{decimals}f}"
        if float(text) in (0.0, 100.0):
            text = f"< {step:g}" if float(text) == 0 else f"> {100 - step:g}"
        return f"{text} %"
    if probability in (0, 1):
        return f"{100 * probability:.0f} %"
    rounded = float(f"{100 * probability:.{3 if probability >= 0.1 else 2}g}")
    return "> 99.9 %" if rounded >= 100 else f"{np.format_float_positional(rounded, trim='-')} %"
