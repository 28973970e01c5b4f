"""What a name model says that cannot be: slips that a rule of thumb can tell."""

import re
from typing import Any

from auditor.detect.eponyms import known_eponym
from auditor.detect.gazetteer import stopped
from auditor.detect.models import features
from auditor.detect.patterns.validators import calendar_date, day_and_month

BEFORE = 16  # characters in which a title stands before a name
PAIR = re.compile(r"(\d{1,9})\s?[/.-]\s?\d{1,9}").fullmatch
TRIPLE = re.compile(r"\d{1,9}\s?[/.-]\s?\d{1,9}\s?[/.-]\s?\d{1,9}").fullmatch
LEAST = {"ID": 4, "PHONE": 3}  # digits
CODED = re.compile(r"[A-Z]{1,4}-\d{1,2}").fullmatch  # IL-6, not a name
COUNTED = re.compile(r"\d{1,3}(?: [a-z]{1,12}){1,3}").fullmatch  # "766 a day"
WORD = re.compile(r"[^\W\d_]{2,}")
EMPTY = re.compile("").fullmatch
VERBS = re.compile(r"(?:may|march|\s)+").fullmatch  # months have capitals in English
ACRONYM = re.compile(r"[A-Z]{5,6}").fullmatch  # initials are shorter
UNLIKELY = {"DATE": VERBS, "ID": COUNTED, "PHONE": COUNTED}
AROUND = 80  # characters
LED = re.compile(  # whoever is called so follows
    r"\b(?:dra?|dres|mrs?|ms|mx|miss|sra?|srta|don|doña|dña|prof|named|llamad[oa])\b[.:]?[ ]{1,2}$",
    re.IGNORECASE,
)
KIN = re.compile(
    r"\b(?:nurse|sister|brother|son|daughter|wife|husband|mother|father|mom|mum|dad|aunt|uncle|"
    r"cousin|friend|partner|hermano|hermana|hijo|hija|mujer|marido|espos[oa]|madre|padre|t[ií][oa]|"
    r"prim[oa]|amig[oa]|pareja|called|name|nombre)\b[.:]?[ ]{1,2}$",
    re.IGNORECASE,
)
SCORED = re.compile(r"[ :=]{1,3}\d{1,3}(?![\d-])")  # behind the name of a scale
# What the lists must hold of a find that is written without capitals.
LISTED = {"NAME": features.PEOPLE, "LOCATION": ("<place>",), "ORG": ("<place>", *features.PEOPLE)}


def plausible(entity: Any, text: str, start: int, end: int) -> bool:
    """Whether what a model found at ``text[start:end]`` is more than a slip.

    What has no capital in a line that has some is no name, unless it follows a title, or the lists
    know a word of it and it follows a relative or is several words. In a line without capitals,
    one word must be in the lists, or at least no common one. Five or six capitals by themselves are
    in the lists too. Two numbers are a day and a month or a month and a year.
    """
    line, value = _line(text, start, end), text[start:end]
    if not any(map(str.isalpha, value)):
        return _number(entity.label_, value)
    if entity.label_ not in LISTED:
        return UNLIKELY.get(entity.label_, EMPTY)(value) is None
    if entity.label_ == "NAME" and not line.isupper() and ACRONYM(value):
        return entity[0].norm_ in features.PEOPLE
    if CODED(value) or (entity.label_ == "NAME" and _is_eponym(text, start, end)):
        return False
    before = text[max(0, start - BEFORE) : start]
    return not value.islower() or _in_lists(entity, line, before)


def _is_eponym(text: str, start: int, end: int) -> bool:
    """Whether a name is that of a disease or a scale: "Beck 21", "Rinne's test"."""
    value = text[start:end]
    scored = SCORED.match(text, end) or SCORED.search(value)
    known = [stopped(word) for word in WORD.findall(value)]
    return any(known) and (bool(scored) or (all(known) and known_eponym(text, start, end)))


def _in_lists(entity: Any, line: str, before: str) -> bool:
    """Whether a title or the lists speak for something that is written without capitals."""
    seen = [token.norm_ for token in entity if token.is_alpha]
    listed = any(norm in LISTED[entity.label_] for norm in seen)
    if entity.label_ == "NAME" and LED.search(before):
        return True
    if line.islower():
        return listed or (entity.label_ != "NAME" and features.RARE in seen)
    return listed and (len(seen) > 1 or KIN.search(before) is not None)


def _number(label: str, value: str) -> bool:
    """Whether digits and signs can be what they were taken for."""
    if label == "DATE" and (pair := PAIR(value)):
        return day_and_month(value) or 1 <= int(pair[1]) <= 12
    if label == "DATE" and TRIPLE(value):
        return calendar_date(value)
    return label not in LEAST or sum(map(str.isdecimal, value)) >= LEAST[label]


def _line(text: str, start: int, end: int) -> str:
    """The line of a place, at most ``AROUND`` characters to either side."""
    before = text[max(0, start - AROUND) : start].rpartition("\n")[2]
    return before + text[start : end + AROUND].partition("\n")[0]
