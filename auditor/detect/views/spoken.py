"""Numbers and marks in words: as people say them, and as language models write speech down."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from auditor.detect.views.edits import Edit
from auditor.detect.views.layouts import TLD

_WORDS = re.compile(r"\w+")
_EN = _WORDS.findall(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen"
)
_EN_TENS = _WORDS.findall("twenty thirty forty fifty sixty seventy eighty ninety")
_ES = _WORDS.findall(
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro"
    " veinticinco veintiséis veintisiete veintiocho veintinueve"
)
_ES_TENS = _WORDS.findall("treinta cuarenta cincuenta sesenta setenta ochenta noventa")
_ES_HUNDREDS = _WORDS.findall(
    "cien doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos"
    " novecientos"
)
_HUNDRED, _THOUSAND, _TWICE, _THRICE = -100, -1000, -2, -3  # what they do, not what they are

VALUES = {
    "en": {
        **{word: value for value, word in enumerate(_EN)},
        **{word: 10 * (value + 2) for value, word in enumerate(_EN_TENS)},
        "oh": 0, "o": 0, "nought": 0, "fourty": 40,
        "hundred": _HUNDRED, "thousand": _THOUSAND, "double": _TWICE, "triple": _THRICE,
    },
    "es": {
        **{word: value for value, word in enumerate(_ES)},
        **{word: 10 * (value + 3) for value, word in enumerate(_ES_TENS)},
        **{word: 100 * (value + 1) for value, word in enumerate(_ES_HUNDREDS)},
        "un": 1, "una": 1, "veintiún": 21, "ciento": 100, "dieciseis": 16, "veintidos": 22,
        "veintitres": 23, "veintiseis": 26, "mil": _THOUSAND, "doble": _TWICE, "triple": _THRICE,
    },
}  # fmt: skip
VALUES["und"] = VALUES["en"] | VALUES["es"]

MARKS = {
    "dash": "-", "hyphen": "-", "minus": "-", "guion": "-", "guión": "-", "menos": "-",
    "slash": "/", "barra": "/", "diagonal": "/", "dot": ".", "point": ".", "punto": ".",
    "at": "@", "arroba": "@", "underscore": "_", "guion bajo": "_", "guión bajo": "_",
    "colon": ":", "dos puntos": ":", "plus": "+",
}  # fmt: skip
_MARK = "|".join(sorted(MARKS, key=len, reverse=True))
_JOINED = re.compile(r"[-/@._]")  # what a number word follows only inside an address
FEWEST = 3  # number words in a row
SHORTEST = 5  # digits of what they make
TIGHT = "‐"  # a hyphen without blanks: twenty-one, five-five-five or four-five

# Between the words of a number: blanks, a comma, a mark or its name.
_GLUE = re.compile(
    r"[ \t]?[,.]?[ \t\n]|(?P<closing>\)[ \t])|(?P<tight>-)|[ \t]?(?P<mark>[-/.:])[ \t]?"
    rf"|,?[ \t](?P<and>y|and)[ \t]|,?[ \t]?\n?(?P<name>{_MARK}),?[ \t\n]",
    re.IGNORECASE,
)
_NUMBERS = {
    language: re.compile(
        rf"(?<![^\W_])(?:{'|'.join(sorted(words, key=len, reverse=True))}|\d{{1,4}})(?![^\W_])",
        re.IGNORECASE,
    )
    for language, words in VALUES.items()
}
_HINTS = {
    language: re.compile(rf"(?i)(?<!\w)(?:{'|'.join(w for w in words if len(w) > 2)})(?!\w)")
    for language, words in VALUES.items()
}

_BRACKETED = re.compile(rf"\s?[\[({{<]\s?(?P<mark>{_MARK}|[@.])\s?[\])}}>]\s?(?=\w)", re.IGNORECASE)
_BETWEEN_DIGITS = re.compile(
    rf"(?<=\d)\s(?P<mark>(?!at\s|plus\s|m[ei]n[ou]s\s)(?:{_MARK}))\s(?=\d)", re.IGNORECASE
)
_HOST_HINT = re.compile(rf"\s(?:dot|punto)\s(?:{TLD})(?!\w)", re.IGNORECASE)
_HOST = re.compile(
    rf"(?<![\w.])(?:https?(?=\s))?[\w.+-]*+(?:\s(?:{_MARK})(?=\s)(?:\s[\w.+-]++)?)++",
    re.IGNORECASE,
)
_NAMED = re.compile(rf"\s(?P<mark>{_MARK})(?:\s(?!(?:{_MARK})\s)|(?=\s))", re.IGNORECASE)


class Word(NamedTuple):
    """A number word, and what stands between it and the next one."""

    start: int
    end: int
    value: int
    written: str
    glue: str


def numbers(text: str, language: str) -> Iterator[Edit]:
    """Runs of number words as digits."""
    if len([*islice(_HINTS[language].finditer(text), FEWEST)]) < FEWEST:
        return
    for run in _runs(text, language):
        edits = [*_written(run)]
        said = sum(not word.written.isdigit() for word in run)
        digits = sum(map(str.isdigit, "".join(edit.new for edit in edits)))
        inside = bool(run) and _JOINED.search(text[run[0].start - 1 : run[0].start])
        if (said and inside) or (said >= FEWEST and digits >= SHORTEST):
            yield from edits


def _runs(text: str, language: str) -> Iterator[list[Word]]:
    run: list[Word] = []
    for match in _NUMBERS[language].finditer(text):
        written = match[0].lower()
        value = int(written) if written.isdigit() else VALUES[language][written]
        glue = _GLUE.fullmatch(text, run[-1].end, match.start()) if run else None
        if glue:
            run[-1] = run[-1]._replace(glue=_meant(glue))
        else:
            yield run
            run = []
        run.append(Word(*match.span(), value, written, ""))
    yield run


def _meant(glue: re.Match[str]) -> str:
    if glue["and"] or glue["tight"]:
        return "and" if glue["and"] else TIGHT
    return glue["closing"] or glue["mark"] or MARKS.get((glue["name"] or "").lower(), " ")


def _written(run: list[Word]) -> Iterator[Edit]:
    """The digits of each number, and what stands between it and the next one."""
    parts = [*_numbers(run)]
    glue = [run[end - 1].glue for _, end, _ in parts[:-1]]
    spelled = glue.count(TIGHT) > glue.count(" ")  # five-five-five: the hyphens mean nothing
    kept = {" ": "", "and": "", TIGHT: "" if spelled else "-"}
    for number, (first, end, digits) in enumerate(parts):
        if number:
            between = glue[number - 1]
            yield Edit(run[first - 1].end, run[first].start, kept.get(between, between))
        yield Edit(run[first].start, run[end - 1].end, digits)


def _numbers(run: list[Word]) -> Iterator[tuple[int, int, str]]:
    """First and past the last word of each number, and its digits."""
    first = 0
    while first < len(run):
        value, end = run[first].value, first + 1
        if run[first].written.isdigit():
            yield first, end, run[first].written
        elif value in (_TWICE, _THRICE):
            digit = run[end].value if end < len(run) else -1
            end += 0 <= digit <= 9
            yield first, end, str(digit) * -value if 0 <= digit <= 9 else ""
        else:
            end, value = _number(run, first)
            yield first, end, str(value)
        first = end


def _number(run: list[Word], first: int) -> tuple[int, int]:
    """Past the last word of a number, and its value: thirty-four, seiscientos doce."""
    total = abs(run[first].value)
    room, end = _room(total), first + 1
    while end < len(run) and not run[end].written.isdigit():
        value = run[end].value
        if (value == _HUNDRED and 0 < total < 10) or (value == _THOUSAND and 0 < total < 1000):
            total *= -value
            room = -value
        elif 0 < value < room and _linked(run[end - 1], room):
            total += value
            room = _room(value)
        else:
            break
        end += 1
    return end, total


def _room(value: int) -> int:
    """What may be added to a number is less than this."""
    return next((step for step in (1000, 100) if value >= step and value % step == 0), 0) or (
        10 if value >= 20 and value % 10 == 0 else 0
    )


def _linked(word: Word, room: int) -> bool:
    """Whether a number goes on behind a word; Spanish says treinta y uno, English thirty-one."""
    if room > 10:
        return word.glue in (" ", "and")
    return word.glue == "and" if word.written in _ES_TENS else word.glue in (" ", TIGHT)


def marks(text: str) -> Iterator[Edit]:
    """ "[at]", "(punto)", "12 slash 3" and "example dot org": marks in words."""
    found = [(match, match["mark"]) for match in _BRACKETED.finditer(text)]
    found += [(match, match["mark"]) for match in _BETWEEN_DIGITS.finditer(text)]
    if _HOST_HINT.search(text):
        for host in _HOST.finditer(text):
            if _HOST_HINT.search(host[0]):
                found += ((m, m["mark"]) for m in _NAMED.finditer(text, *host.span()))
    end = 0
    for match, mark in sorted(found, key=lambda pair: pair[0].start()):
        if match.start() >= end:
            end = match.end()
            yield Edit(match.start(), end, MARKS.get(mark.lower(), mark))
