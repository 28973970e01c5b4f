"""Other mentions of what was found: whoever is named in full once is called "Ruiz" afterwards.

Only sure finds are carried on, and of a name only words that are no ordinary ones: a text with a
patient called May also has a month. All look-ups are in sets, so the time grows with the length of
the text, whatever the number of names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from auditor.detect.eponyms import eponym
from auditor.detect.gazetteer import WORD, fold, stopped
from auditor.detect.hit import Hit

RECOGNIZER = "propagation"
SCORE = 0.8
SURE = {"NAME": 0.8, "ORG": 0.75, "LOCATION": 0.75, "ID": 0.75, "PHONE": 0.75}
SHORTEST = 3  # letters of a name; "Li" and "Al" are also words
SHORTEST_WHOLE = 5  # letters and digits of anything else
MOST_PARTS = 8  # words of an organisation, groups of a number
PART = re.compile(r"[^\W_]+")
BETWEEN_NAMES = re.compile(
    r"[ \t]{1,2}(?:(?:de|del|la|las|los|y|van|von|der|den|da|dos|di|al|bin)[ \t]){0,3}|-|,[ ]"
)
BETWEEN_PARTS = re.compile(r"[\s.,/()'’&-]{0,3}")


def propagate(text: str, hits: Sequence[Hit]) -> list[Hit]:
    """Mentions of the words of found names, and of found organisations, places and numbers.

    Returns new hits only, in the order of the text, none of which lies within a given one.
    """
    sure = [hit for hit in hits if hit.score >= SURE.get(hit.label, 2)]
    names = _words({fold(w[0]) for h in sure if h.label == "NAME" for w in _words_of(text, h)})
    wholes = {key: hit for hit in sure if (key := _key(text, hit))}
    mentions = [*_names(text, names), *_wholes(text, wholes)]
    return list(_new(sorted(mentions, key=lambda hit: (hit.start, -hit.end)), hits))


def _words(words: set[str]) -> frozenset[str]:
    return frozenset(word for word in words if len(word) >= SHORTEST and not stopped(word))


def _words_of(text: str, hit: Hit) -> Iterator[re.Match[str]]:
    return (match for match in WORD.finditer(text, hit.start, hit.end) if _capital(match[0]))


def _capital(word: str) -> bool:
    return word[0].isupper()


def _names(text: str, names: frozenset[str]) -> Iterator[Hit]:
    """Words of the names; those that stand together are one hit."""
    if not names:
        return
    found = (m for m in WORD.finditer(text) if _capital(m[0]) and fold(m[0]) in names)
    start = end = -1
    for match in found:
        if start >= 0 and match.start() - end <= 16 and _joined(text, end, match.start()):
            end = match.end()
            continue
        yield from _name(text, start, end)
        start, end = match.span()
    yield from _name(text, start, end)


def _joined(text: str, end: int, start: int) -> bool:
    return BETWEEN_NAMES.fullmatch(text, end, start) is not None


def _name(text: str, start: int, end: int) -> Iterator[Hit]:
    if start >= 0 and not eponym(text, start, end):
        yield Hit(start, end, "NAME", SCORE, RECOGNIZER, "direct")


def _key(text: str, hit: Hit) -> str:
    """What a number or an organisation is looked for by: letters and digits, no separators.

    Empty for names, and for what is too short or too common to be looked for.
    """
    value = text[hit.start : hit.end]
    parts = PART.findall(value)
    key = fold("".join(parts))
    digits = sum(map(str.isdecimal, key))
    if hit.label == "NAME" or len(key) < SHORTEST_WHOLE or len(parts) > MOST_PARTS:
        return ""
    if hit.label in ("ID", "PHONE"):
        return key if digits >= SHORTEST_WHOLE - 1 else ""
    ordinary = digits == len(key) or (len(parts) == 1 and stopped(value))
    return "" if ordinary or not _capital(value) else key


def _wholes(text: str, wholes: dict[str, Hit]) -> Iterator[Hit]:
    """Where adjoining letters and digits, put together, are one of the wholes; the longest."""
    if not wholes:
        return
    begun = frozenset(key[:n] for key in wholes for n in (1, 2, 3))
    longest = max(map(len, wholes))
    places = [(m.start(), m.end()) for m in PART.finditer(text)]
    for i, (start, end) in enumerate(places):
        if fold(text[start : min(end, start + 3)]) in begun:
            yield from _whole(text, places[i : i + MOST_PARTS], wholes, longest)


def _whole(
    text: str, places: list[tuple[int, int]], wholes: dict[str, Hit], longest: int
) -> Iterator[Hit]:
    first, key, last, best = places[0][0], "", places[0][0], None
    for start, end in places:
        key += fold(text[start : min(end, start + longest + 1)])
        if len(key) > longest or not BETWEEN_PARTS.fullmatch(text, last, start):
            break
        last = end
        best = (wholes[key], end) if key in wholes else best
    if best and (best[0].label in ("ID", "PHONE") or _capital(text[first:])):
        yield replace(
            best[0], start=first, end=best[1], score=SCORE, recognizer=RECOGNIZER, view=""
        )


def _new(mentions: list[Hit], hits: Sequence[Hit]) -> Iterator[Hit]:
    """Mentions that no known hit covers and that do not overlap one another."""
    known = _merged(hits)
    at = behind = 0
    for hit in mentions:
        while at < len(known) and known[at][1] <= hit.start:
            at += 1
        covered = at < len(known) and known[at][0] <= hit.start and hit.end <= known[at][1]
        if not covered and hit.start >= behind:
            behind = hit.end
            yield hit


def _merged(hits: Sequence[Hit]) -> list[tuple[int, int]]:
    """What the hits cover, in order."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((hit.start, hit.end) for hit in hits):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
