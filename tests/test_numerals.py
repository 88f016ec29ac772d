"""Numbers as text."""

import math

import pytest

from dlcourse.numerals import compact, decade, fixed, magnitude, number, percent, plain, power_of_ten, raised, short


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (fixed(-0.001), "0.00"),
        (fixed(-1.005, 1), "−1.0"),
        (short(299852.4), "299,852"),
        (short(0.027812), "0.0278"),
        (plain(1e6), "1000000"),
        (plain(-3.2e-8), "−3.2 × 10⁻⁸"),
        (plain(1e-5), "10⁻⁵"),
        (number(1 / 3, 4), "0.3333"),
        (number(-0.0), "0"),
        (number(True), "True"),
        (compact(-0.0031), "−0.0031"),
        (compact(math.inf), "∞"),
        (compact(12345.6), "12,346"),
        (magnitude(1e-5), "10^-5"),
        (magnitude(3.14e-7), "3.1 × 10^-7"),
        (magnitude(1e-17, least=1e-16), "below 10^-16"),
        (magnitude(912.4), "912"),
        (power_of_ten(-1000 * math.log(10)), "1.0 × 10^-1000"),
        (decade(0.9), "1"),
        (raised("2 × 10^-4"), "2 × 10⁻⁴"),
        (percent(0.99996), "> 99.9 %"),
        (percent(0.99996, 1), "> 99.9 %"),
        (percent(0.001, 0), "< 1 %"),
        (percent(0.00011), "0.011 %"),
        (percent(1.0), "100 %"),
    ],
)
def test_each_kind_of_number_is_written_in_one_way(written, text):
    assert written == text


@pytest.mark.parametrize("value", [0.0, 1e-300, 0.12345, 7, 1e300])
def test_as_many_digits_as_are_exact(value):
    assert float(number(value, 17)) == value
