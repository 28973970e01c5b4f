"""Texts and identifiers in the form in which they are compared: folded words, numbers and days.

Folding takes away what does not change an identity: case, accents, invisible characters, letters of
another script that look Latin, white space and punctuation. What is left are words: runs of letters
and runs of digits, each with its place in the original.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from auditor.detect.views.view import View, plain

Words = tuple[str, ...]
WORD = re.compile(r"[^\W\d_]+|\d+")
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
LONGEST_NAME = 8  # words
SHORTEST_NUMBER, LONGEST_NUMBER = 5, 34  # letters and digits; an IBAN has 34
NATIONAL = 9  # digits of the shortest telephone number that a country code may precede


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PARTICLES = _set(
    "al bin d da das de del den der di do dos du e el ibn i la las los of san santa ten ter the van"
    " von y"
)
TITLES = _set(
    "d dds dna don doctor doctora dona dr dra dvm ii iii iv jr lic md miss mr mrs ms mx phd prof"
    " profesor profesora rn sir sr sra srta"
)
SPELLED = _set("arroba at dash dot guion hyphen punto www http https")
STREETS = _set(
    "av avda ave avenida avenue blvd boulevard bulevar c calle camino carrer carretera court ct"
    " ctra cuesta dr drive glorieta lane ln n no num numero paseo pasaje pje pl place plaza po pso"
    " rd road ronda rua s square sq st street travesia urb urbanizacion via way"
)
UNITS = _set("apartment apt bajo bloque box escalera floor piso planta portal suite")

MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sept oct nov dic",
    )
    for number, name in enumerate(names.split(), 1)
} | {"setiembre": 9, "set": 9}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TO = r"[\s\-.,/]{0,3}"
DATES = tuple(
    re.compile(rf"(?<![^\W_])(?<!\d[./-]){shape}(?!\d|[./-]\d)")
    for shape in (
        r"(?P<a>\d{1,4})\s?(?P<sep>[./-])\s?(?P<b>\d{1,2})\s?(?P=sep)\s?(?P<c>\d{4}|\d{1,2})",
        r"(?P<y>(?:19|20)\d\d)(?P<m>[01]\d)(?P<d>[0-3]\d)",
        rf"(?P<d>\d{{1,2}})(?:st|nd|rd|th|o|\.o)?{_TO}(?:(?:de|of)\s{{1,3}})?"
        rf"(?P<m>{_MONTH}){_TO}(?:(?:de|del|of)\s{{1,3}})?(?P<y>\d{{4}}|\d\d)",
        rf"(?P<m>{_MONTH}){_TO}(?P<d>\d{{1,2}})(?:st|nd|rd|th|o)?{_TO}"
        r"(?:(?:de|del|of)\s{1,3})?(?P<y>\d{4})",
    )
)


class _Folds(dict[str, str]):
    def __missing__(self, char: str) -> str:
        letters = unicodedata.normalize("NFKD", char.casefold())
        folded = "".join(c for c in letters if not unicodedata.combining(c))
        return self.setdefault(char, folded)


_FOLDS = _Folds()


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in comparable form.

    ``words``    runs of letters and runs of digits
    ``begins``, ``ends``  place of each word in ``text``
    ``capital``  whether a word has a capital letter in the original
    """

    text: str = field(repr=False)
    words: Words = field(repr=False)
    begins: tuple[int, ...]
    ends: tuple[int, ...]
    capital: tuple[bool, ...]
    origins: list[int] = field(repr=False)
    view: View = field(repr=False)

    def gap(self, word: int) -> str:
        """What stands between a word and the one before it."""
        return self.text[self.ends[word - 1] : self.begins[word]]

    def original(self, begin: int, end: int) -> tuple[int, int]:
        """Place in the original of ``text[begin:end]``, which must not be empty."""
        return self.view.original(self.origins[begin], self.origins[end - 1] + 1)


def fold(text: str) -> Folded:
    """The comparable form of a text, in time linear in its length."""
    view = plain(text)
    pieces = [_FOLDS[char] for char in view.text]
    folded = "".join(pieces)
    origins = [i for i, piece in enumerate(pieces) for _ in piece]
    found = [(match[0], *match.span()) for match in WORD.finditer(folded)]
    words, begins, ends = zip(*found, strict=True) if found else ((), (), ())
    letters = (view.text[origins[b] : origins[e - 1] + 1] for _, b, e in found)
    capital = tuple(any(map(str.isupper, word)) for word in letters)
    return Folded(folded, words, begins, ends, capital, origins, view)


def name_words(value: str) -> Words:
    """The words of a name without titles and particles; none for less than a full name."""
    folded = fold(value)
    initials = (len(w) == 1 and c for w, c in zip(folded.words, folded.capital, strict=True))
    pairs = zip(folded.words, initials, strict=True)
    words = [word for word, initial in pairs if initial or word not in PARTICLES]
    while words and words[0] in TITLES:
        del words[0]
    while words and words[-1] in TITLES:
        del words[-1]
    long = sum(len(word) >= 2 for word in words)
    fits = long >= 2 and len(words) <= LONGEST_NAME and not any(map(str.isdigit, words))
    return tuple(words) if fits else ()


def is_distinct(words: Words, least: int = 2) -> bool:
    """Whether so many words have three letters or more."""
    return sum(len(word) >= 3 for word in words) >= least


def name_variants(words: Words) -> set[Words]:
    """Other ways to write a whole name, words sorted: in any order, with initials."""
    initials = _with_initials(words) if is_distinct(words) else ()
    return {tuple(sorted(form)) for form in (words, *initials)}


def name_parts(words: Words) -> set[Words]:
    """A name of three or more words without one of them, words sorted; the first one stays."""
    shorter = (words[:i] + words[i + 1 :] for i in range(1, len(words)) if len(words) > 2)
    return {tuple(sorted(form)) for form in shorter if is_distinct(form)}


def _with_initials(words: Words) -> Iterator[Words]:
    given = len(words) - 1
    for count in (1, 2):
        for chosen in combinations(range(given if count == 1 else min(given, 2)), count):
            form = tuple(w[0] if i in chosen else w for i, w in enumerate(words))
            if is_distinct(form) or any(len(w) >= 4 for w in form):
                yield form


def number(value: str) -> str:
    """Letters and digits of a number; empty when they are too few to tell a person."""
    key = "".join(fold(value).words)
    fits = SHORTEST_NUMBER <= len(key) <= LONGEST_NUMBER
    return key if fits and sum(map(str.isdigit, key)) >= 3 else ""


def phone_numbers(value: str) -> set[str]:
    """The digits of a telephone number, with and without its country code."""
    plain_value = re.split(r"[^\W\d_]", value, maxsplit=1)[0] or value
    digits = "".join(word for word in fold(plain_value).words if word.isdigit())
    if not 7 <= len(digits) <= 18:
        return set()
    return {digits, *national(digits, plain_value.lstrip().startswith("+"))}


def national(digits: str, plus: bool) -> set[str]:
    """What may be left of a telephone number without its country code."""
    code = digits.removeprefix("00")
    if plus or code != digits or (len(digits) == 11 and digits[0] == "1"):
        kept = (code[k:] for k in range(4))
        return {number for number in kept if len(number) >= NATIONAL}
    return set()


def spelled_words(value: str) -> Words:
    """The words of an e-mail or web address, without the dots and the at sign spelled out."""
    address = EMAIL.search(value)  # what a line break added is no part of it
    words = fold(address[0] if address else value).words
    words = tuple(word for word in words if word not in SPELLED)
    return words if len(words) >= 2 else ()


def street_words(value: str) -> Words:
    """Street and house number of an address, without the kind of street; none without both."""
    folded = fold(value)
    words: list[str] = []
    for i, word in enumerate(folded.words):
        if word in UNITS or (words and any(c in folded.gap(i) for c in ",;\n") and _whole(words)):
            break
        if word.isdigit() and any(map(str.isdigit, words)):
            break
        if word in STREETS and _whole(words) and words[0].isdigit():
            break  # "12 Oak Street Springfield"
        if word not in STREETS and word not in PARTICLES:
            words.append(word)
        if word.isdigit() and len(words) > 1:
            break  # "calle Roble 12"
    return tuple(words) if _whole(words) and len(words) <= LONGEST_NAME else ()


def _whole(words: list[str]) -> bool:
    return any(map(str.isdigit, words)) and any(w.isalpha() and len(w) >= 3 for w in words)


def dates(text: str) -> Iterator[tuple[int, int, set[str]]]:
    """Places of full dates in a folded text, and the days that each can mean, as YYYY-MM-DD."""
    for shape in DATES:
        for match in shape.finditer(text):
            days = set(_days(match.groupdict()))
            if days:
                yield match.start(), match.end(), days


def birthdays(value: str, day_first: bool = False) -> set[str]:
    """The days that a full date can mean; ``day_first``: 3/4 is April."""
    found = next(dates(fold(value).text), None)
    if found is None:
        return set()
    numbers = re.findall(r"\d+", value)
    if day_first and len(numbers) == 3 and len(numbers[0]) <= 2 and int(numbers[1]) <= 12:
        return {day for day in found[2] if int(day[5:7]) == int(numbers[1])} or found[2]
    return found[2]


def _days(parts: dict[str, str | None]) -> Iterator[str]:
    if parts.get("a") is None:
        year, month, day = (parts[name] or "" for name in "ymd")
        orders = [(year, str(MONTHS.get(month, month)), day)]
    else:
        a, b, c = (parts[name] or "" for name in "abc")
        orders = [(a, b, c)] if len(a) > 2 else [(c, b, a), (c, a, b)]
    for year, month, day in orders:
        for full in _years(year):
            with suppress(ValueError):
                yield date(full, int(month), int(day)).isoformat()


def _years(year: str) -> tuple[int, ...]:
    if len(year) == 4:
        return (int(year),)
    return (1900 + int(year), 2000 + int(year)) if len(year) == 2 else ()
