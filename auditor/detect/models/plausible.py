"""What a name model says that cannot be: slips that a rule of thumb can tell."""

import re
from typing import Any

from auditor.detect.models import features
from auditor.detect.patterns.validators import calendar_date, day_and_month

BEFORE = 16  # characters in which a title stands before a name
PAIR = re.compile(r"(\d{1,9})\s?[/.-]\s?\d{1,9}").fullmatch
TRIPLE = re.compile(r"\d{1,9}\s?[/.-]\s?\d{1,9}\s?[/.-]\s?\d{1,9}").fullmatch
LEAST = {"ID": 4, "PHONE": 3}  # digits
CODED = re.compile(r"[A-Z]{1,4}[ -]?\d{1,3}").fullmatch  # IL-6, not a name
VERBS = re.compile(r"(?:may|march|\s)+").fullmatch  # months have capitals in English
ACRONYM = re.compile(r"[A-Z]{5,6}").fullmatch  # initials are shorter
AROUND = 80  # characters
LED = re.compile(  # whoever is called so follows
    r"\b(?:dra?|dres|mrs?|ms|mx|miss|sra?|srta|don|doña|dña|prof|nurse|sister|brother|son|daughter|"
    r"wife|husband|mother|father|mom|mum|dad|aunt|uncle|cousin|friend|partner|hermano|hermana|hijo|"
    r"hija|mujer|marido|espos[oa]|madre|padre|t[ií][oa]|prim[oa]|amig[oa]|pareja|named|called|"
    r"llamad[oa]|name|nombre)\b[.:]?[ ]{1,2}$",
    re.IGNORECASE,
)
# What the lists must hold of a find that is written without capitals.
LISTED = {"NAME": features.PEOPLE, "LOCATION": ("<place>",), "ORG": ("<place>", *features.PEOPLE)}


def plausible(entity: Any, text: str, start: int, end: int) -> bool:
    """Whether what a model found at ``text[start:end]`` is more than a slip.

    What has no capital in a line that has some is no name, unless it is a given name, follows a
    title or a relative, or is several words of which one is in the lists. In a line without
    capitals, one word must be in the lists, or at least no common one. Five or six capitals by
    themselves are in the lists too. Two numbers are a day and a month or a month and a year.
    """
    line, value = _line(text, start, end), text[start:end]
    if not any(map(str.isalpha, value)):
        return _number(entity.label_, value)
    if entity.label_ == "DATE":
        return VERBS(value) is None
    if entity.label_ not in LISTED:
        return True
    if entity.label_ == "NAME" and not line.isupper() and ACRONYM(value):
        return entity[0].norm_ in features.PEOPLE
    led = entity.label_ == "NAME" and LED.search(text[max(0, start - BEFORE) : start]) is not None
    return not CODED(value) and (not value.islower() or led or _in_lists(entity, line))


def _in_lists(entity: Any, line: str) -> bool:
    """Whether the lists speak for something that is written without capitals."""
    seen = [token.norm_ for token in entity if token.is_alpha]
    listed = any(norm in LISTED[entity.label_] for norm in seen)
    if line.islower():
        return listed or (entity.label_ != "NAME" and features.RARE in seen)
    return listed and (len(seen) > 1 or seen[0] in features.GIVEN)


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
