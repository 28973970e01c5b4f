"""Arithmetic of identifiers: what a recognizer may name under ``validator``.

Each public function takes what a pattern matched and answers whether the number can be one. A
passing check raises the score of a match; it never makes up for a missing label, because one in
eleven ten-digit numbers passes the NHS check and one in ten passes Luhn's.
"""

import ipaddress
import re
from datetime import date


def _digits(value: str) -> list[int]:
    return [int(c) for c in value if c.isdecimal()]


def _compact(value: str) -> str:
    return "".join(c for c in value.upper() if c.isalnum())


def _number(digits: list[int]) -> int:
    return int("".join(map(str, digits)))


def luhn(value: str) -> bool:
    """ISO/IEC 7812-1 annex B, on all digits of the value."""
    digits = _digits(value)
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return len(digits) > 1 and len(set(digits)) > 1 and sum(doubled) % 10 == 0


def card(value: str) -> bool:
    """Payment card: 13 to 19 digits, a leading digit that is in use, Luhn."""
    digits = _digits(value)
    return 13 <= len(digits) <= 19 and digits[0] in (2, 3, 4, 5, 6) and luhn(value)


def npi(value: str) -> bool:
    """US National Provider Identifier: ten digits, Luhn behind the prefix 80840."""
    return len(_digits(value)) == 10 and luhn("80840" + value)


def nhs(value: str) -> bool:
    """UK NHS number: ten digits, weights 10 to 2, modulo 11."""
    digits = _digits(value)
    total = sum(d * w for d, w in zip(digits, range(10, 1, -1), strict=False))
    return len(digits) == 10 and (11 - total % 11) % 11 == digits[9]


def ssn(value: str) -> bool:
    """US social security number: nine digits in the ranges that are or were given out."""
    digits = "".join(map(str, _digits(value)))
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    given = area not in ("000", "666") and area < "900"
    return len(digits) == 9 and given and group != "00" and serial != "0000"


def dni(value: str) -> bool:
    """Spanish DNI or NIE: the letter is the number modulo 23; X, Y, Z stand for 0, 1, 2."""
    compact = _compact(value)
    number = {"X": "0", "Y": "1", "Z": "2"}.get(compact[:1], compact[:1]) + compact[1:-1]
    return number.isdecimal() and "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23] == compact[-1]


def nass(value: str) -> bool:
    """Spanish social security affiliation: province, serial, and both modulo 97.

    Leading zeros of the serial are left out of the sum in numbers below 10,000,000.
    """
    digits = _digits(value)
    if len(digits) not in (11, 12):
        return False
    province, serial, check = _number(digits[:2]), _number(digits[2:-2]), _number(digits[-2:])
    joined = serial + province * 10_000_000 if serial < 10_000_000 else _number(digits[:-2])
    return check in (joined % 97, _number(digits[:-2]) % 97)


def iban(value: str) -> bool:
    """ISO 13616: country and check digits moved behind, letters as 10 to 35, modulo 97 is 1."""
    compact = _compact(value)
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}", compact):
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def vin(value: str) -> bool:
    """Vehicle identification number with the North American check digit (49 CFR 565.15)."""
    values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
    compact = _compact(value)
    if not re.fullmatch(r"[A-HJ-NPR-Z0-9]{17}", compact):
        return False
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    total = sum(w * (values.get(c) or int(c)) for w, c in zip(weights, compact, strict=True))
    return "0123456789X"[total % 11] == compact[8]


def ipv6(value: str) -> bool:
    """An IPv6 address with at least two groups; ``::`` alone and times of day are none."""
    try:
        ipaddress.IPv6Address(value)
    except ValueError:
        return False
    return sum(c.isalnum() for c in value) >= 4


def e164(value: str) -> bool:
    """As many digits as an international telephone number has: 8 to 15."""
    return 8 <= len(_digits(value)) <= 15


def local_phone(value: str) -> bool:
    """As many digits as a telephone number has, extension included: 7 to 20; no round number."""
    return 7 <= len(_digits(value)) <= 20 and not _round(value)


def calendar_date(value: str) -> bool:
    """Three numbers that are a date in some order: day first, month first or year first."""
    parts = [int(part) for part in re.findall(r"\d+", value)]
    if len(parts) != 3:
        return False
    first, second, third = parts
    return any(
        _exists(_century(y), m, d)
        for y, m, d in (
            (third, second, first),
            (third, first, second),
            (first, second, third),
        )
        if _plausible(y)
    )


def day_and_month(value: str) -> bool:
    """Two numbers that are a day and a month in either order."""
    parts = [int(part) for part in re.findall(r"\d+", value)]
    return len(parts) == 2 and any(_exists(2000, m, d) for m, d in (parts, parts[::-1]))


def _plausible(year: int) -> bool:
    return year < 100 or 1850 <= year < 2100


def _century(year: int) -> int:
    return year + 2000 if year < 100 else year


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except (ValueError, OverflowError):
        return False
    return True


def grouped_number(value: str) -> bool:
    """As ``grouped_account``; two groups also fall, as no range does, or have ten digits."""
    groups = [int(group) for group in re.findall(r"\d+", value)]
    falls = len(groups) > 2 or groups != sorted(groups) or len(_digits(value)) >= 10
    return falls and grouped_account(value)


def paired_number(value: str) -> bool:
    """Digits in pairs that are no rising or falling series of doses."""
    groups = [int(group) for group in re.findall(r"\d+", value)]
    return len(set(groups)) > 1 and not _rising(groups) and not _rising(groups[::-1])


def unrounded(value: str) -> bool:
    """A long number that does not end in four zeros, as counts and doses do."""
    return not _round(value)


def uneven(value: str) -> bool:
    """A number that is not in thousands, as counts and sums are, and not one digit all along."""
    digits = _digits(value)
    return len(set(digits)) > 1 and digits[-3:] != [0, 0, 0]


def grouped_account(value: str) -> bool:
    """Eight or more digits in groups that are no years and no rising series of doses."""
    groups = [int(group) for group in re.findall(r"\d+", value)]
    years = all(1900 <= group < 2100 for group in groups)
    return len(_digits(value)) >= 8 and not years and not _rising(groups)


def trunk_phone(value: str) -> bool:
    """A telephone number of 9 to 11 digits with the zero that leads out of the local net."""
    digits = _digits(value)
    return 9 <= len(digits) <= 11 and digits[:2] != [0, 0] and not _round(value)


def _round(value: str) -> bool:
    digits = _digits(value)
    return len(set(digits)) == 1 or digits[-4:] == [0, 0, 0, 0]


def _rising(groups: list[int]) -> bool:
    return len(groups) > 2 and groups == sorted(groups)
