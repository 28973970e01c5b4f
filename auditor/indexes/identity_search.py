"""Finding identities again: one pass over a text, in time linear in its length.

Every place is looked up in the table of forms, whatever the number of identities. An error in a
name is only looked for among words that begin with a capital.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.indexes.identity_forms import (
    LONGEST_NAME,
    LONGEST_NUMBER,
    MONTHS,
    NATIONAL,
    PARTICLES,
    SHORTEST_NUMBER,
    STREETS,
    Folded,
    dates,
    is_distinct,
    national,
)
from auditor.indexes.identity_index import SKIPPED, TYPO_WORD, Index, Key, deletions, may_err

GROUPS = 24  # parts into which a number may be divided
ERRING = 8  # the same of one with an error in it

_NAME_GAP = re.compile(r"[\s'’,·-]{1,3}")
_INITIAL_GAP = re.compile(r"\.?[\s'’,·-]{0,3}")
_OTHER_GAP = re.compile(r"[\W_]{0,4}")
_NUMBER_GAP = re.compile(r"[\s()._/·-]?|[-–/.]\s|\s[-–/]\s?|[)(]\s|\s[(]|\s{2}")
_TIGHT_BEFORE = re.compile(r"\d[./-]$")
_TIGHT_AFTER = re.compile(r"[./-]\d")
# Names that are words as well: two of them in lower case are no name.
_ORDINARY = frozenset(
    word
    for words in (
        "abril alegria alma amor angel angeles aurora bella blanca blanco bravo calle camino campo",
        "campos candela casa castillo cruz delgado dolores domingo esperanza estrella flor flores",
        "fuente fuentes gloria gracia guapo guerra guerrero herrero iglesia iglesias leal luna",
        "luz mayor mercedes milagros montes moreno nieves olmo oliva paloma pardo pastor paz perla",
        "pilar plaza prieto reina rey reyes rio rios rojo rosa rosas rubio santos serrano sierra",
        "sol soledad torre torres valle vega vidal viento zapatero",
        "art ash august baker banks bell berry best bill bishop black blue bond booth brown buck",
        "burns bush carter chance chase church clay cook cross crystal dale dawn day dean drew",
        "faith fields fish fisher foot ford forest fox frank gay glass gold good grace grant gray",
        "green grey guy hall hand harmony hart hazel heath heather hill holly hope house hunter",
        "iris ivy jack jasmine jewel joy june king knight lane lily little long love low major",
        "mark marsh mason may melody miles miller mills miner moon page park parks pearl penny",
        "piper pope porter post potter price rain ray reed rice rich rivers robin rose ruby sage",
        "savage sharp short singer skinner small smart stone storm strange strong summer summers",
        "swan sweet taylor temple violet walker wall ward waters weaver weeks wells west white",
        "will winter wise wolf wood woods wright young",
    )
    for word in words.split()
)


@dataclass(frozen=True, slots=True)
class Match:
    """A place in a folded text where a form of some identities stands."""

    begin: int
    end: int
    key: Key = field(repr=False)
    is_edited: bool = False


def search(index: Index, text: Folded, *, errors: bool = True) -> Iterator[Match]:
    """Every place of every form; ``errors``: with one typing error too. Places may overlap."""
    yield from _sequences(index, text)
    yield from _numbers(index, text, errors)
    for begin, end, days in dates(text.text):
        for day in sorted(days):
            if ("date", day) in index.holders:
                yield Match(begin, end, ("date", day))
    for window in _windows(index, text):
        yield from _named(index, text, window, errors)


def _sequences(index: Index, text: Folded) -> Iterator[Match]:
    for i, word in enumerate(text.words):
        for kind in SKIPPED:
            if (kind, word) in index.begun:
                yield from _sequence(index, text, i, kind)


def _sequence(index: Index, text: Folded, first: int, kind: str) -> Iterator[Match]:
    key: Key = (kind, text.words[first])
    used = [first]
    for i in range(first + 1, min(len(text.words), first + 3 * LONGEST_NAME)):
        if not _joins(text, i, kind):
            return
        if (*key, text.words[i]) in index.begun:
            key = (*key, text.words[i])
            used.append(i)
            if key in index.holders and _stands_out(text, used, key):
                yield Match(text.begins[first], text.ends[i], key)
        elif text.words[i] not in SKIPPED[kind]:
            return


def _joins(text: Folded, word: int, kind: str) -> bool:
    gap = text.gap(word)
    if kind != "name":
        return bool(_OTHER_GAP.fullmatch(gap))
    shape = _INITIAL_GAP if len(text.words[word - 1]) <= 2 else _NAME_GAP
    return bool(shape.fullmatch(gap))


def _stands_out(text: Folded, used: list[int], key: Key) -> bool:
    """Whether words that happen to stand side by side could be excluded."""
    kind, *words = key
    long = (i for i in used if len(text.words[i]) >= 3 and text.words[i].isalpha())
    capital = all(text.capital[i] for i in long)
    if kind == "name":
        ordinary = len(words) == 2 and _ORDINARY.issuperset(words)
        return capital or (is_distinct(tuple(words)) and not ordinary)
    if kind == "place":
        around = text.words[max(0, used[0] - 2) : used[-1] + 2]
        months = all(word in MONTHS for word in words if word.isalpha())
        return (capital and not months) or bool((STREETS - {"n", "no", "s"}) & {*around})
    return True


def _numbers(index: Index, text: Folded, errors: bool) -> Iterator[Match]:
    for first, last, joined in _number_windows(text):
        begin, end = text.begins[first], text.ends[last]
        plus = text.text[max(0, begin - 1) : begin] == "+"
        inside = _is_inside(text, begin, end)
        if not inside or first == last:
            spaced = any(map(str.isspace, text.text[begin:end])) and len(joined) < NATIONAL
            may_differ = errors and not (spaced or inside) and last - first < ERRING
            for key, is_edited in _numbered(index, joined, plus, may_differ):
                yield Match(begin, end, key, is_edited)


def _number_windows(text: Folded) -> Iterator[tuple[int, int, str]]:
    """First and last word of what may be one number, and its letters and digits."""
    words = text.words
    for first in range(len(words)):
        if not any(word.isdigit() for word in words[first : first + 2]):
            continue
        joined = ""
        for last in range(first, min(len(words), first + GROUPS)):
            if last > first and not _is_divided(text, last):
                break
            joined += words[last]
            if len(joined) > LONGEST_NUMBER:
                break
            if len(joined) >= SHORTEST_NUMBER:
                yield first, last, joined


def _is_divided(text: Folded, last: int) -> bool:
    """Whether a word and the one before it may be parts of one number."""
    gap = text.gap(last)
    prose = any(len(word) > 3 and word.isalpha() for word in text.words[last - 1 : last + 1])
    return bool(_NUMBER_GAP.fullmatch(gap)) and not (prose and any(map(str.isspace, gap)))


def _is_inside(text: Folded, begin: int, end: int) -> bool:
    """Whether more digits belong to a number: the last seven of 612-555-0123 are none."""
    before = text.text[begin].isdigit() and _TIGHT_BEFORE.search(
        text.text, max(0, begin - 2), begin
    )
    return bool(before or _TIGHT_AFTER.match(text.text, end))


def _numbered(index: Index, joined: str, plus: bool, errors: bool) -> Iterator[tuple[Key, bool]]:
    whole = {joined}
    if len(joined) > NATIONAL and joined.isdigit():
        whole |= national(joined, plus)
    found = [("number", one) for one in sorted(whole) if ("number", one) in index.holders]
    yield from ((key, False) for key in found)
    if errors and not found and may_err(joined):
        yield from ((key, True) for key in _one_off(index, joined))


def _one_off(index: Index, joined: str) -> Iterator[Key]:
    from rapidfuzz.distance import OSA

    near = {key for less in deletions(joined) for key in index.near.get(("number", less), ())}
    yield from sorted(key for key in near if OSA.distance(joined, key[1], score_cutoff=1) == 1)


def _windows(index: Index, text: Folded) -> Iterator[list[int]]:
    """Words side by side that begin with a capital, particles between them left out."""
    run: list[int] = []
    for i, word in enumerate(text.words):
        if run and not _joins(text, i, "name"):
            yield from _within(index, text, run)
            run = []
        particle = word in PARTICLES and not (len(word) == 1 and text.capital[i])
        if text.capital[i] and word.isalpha() and not particle:
            run.append(i)
        elif not particle and run:
            yield from _within(index, text, run)
            run = []
    yield from _within(index, text, run)


def _within(index: Index, text: Folded, run: list[int]) -> Iterator[list[int]]:
    for at in range(len(run)):
        for end in range(at + 1, min(len(run), at + LONGEST_NAME) + 1):
            window = run[at:end]
            if len(window) == 1 or any(text.words[i] in index.known for i in window):
                yield window


def _named(index: Index, text: Folded, window: list[int], errors: bool) -> Iterator[Match]:
    words = [text.words[i] for i in window]
    begin, end = text.begins[window[0]], text.ends[window[-1]]
    if any(
        len(w) == 1 and not _is_initial(text, i, window) for i, w in zip(window, words, strict=True)
    ):
        return
    kinds = ("variant",) if _goes_on(text, window[-1]) else ("variant", "part")
    for form in dict.fromkeys([tuple(sorted(words)), ("".join(words),)]):
        for kind in kinds:
            if (kind, *form) in index.holders:
                yield Match(begin, end, (kind, *form))
    for i, word in enumerate(words if errors else ()):
        for key in index.near.get(("name", *sorted(words[:i] + words[i + 1 :])), ()):
            if len(key) == len(words) + 1 and _is_typo(word, key, words):
                yield Match(begin, end, key, is_edited=True)


def _goes_on(text: Folded, last: int) -> bool:
    """Whether another surname follows: Ana Ruiz is part of Ana Ruiz Gil, not of Ana Ruiz Mora."""
    for i in range(last + 1, min(len(text.words), last + 4)):
        if not _joins(text, i, "name"):
            return False
        if text.words[i] not in PARTICLES:
            return text.capital[i]
    return False


def _is_initial(text: Folded, word: int, window: list[int]) -> bool:
    stop = text.text[text.ends[word] : text.ends[word] + 1] == "."
    return stop or (word == window[-1] and "," in text.gap(word))


def _is_typo(word: str, key: Key, words: list[str]) -> bool:
    """Whether the one word of the name that is not among the words differs by one error."""
    from rapidfuzz.distance import OSA

    rest = list(key[1:])
    others = list(words)
    others.remove(word)
    for other in others:
        rest.remove(other)
    meant = rest[0]
    swapped = sorted(word) == sorted(meant)
    least = TYPO_WORD - swapped
    return max(len(word), len(meant)) >= least and OSA.distance(word, meant, score_cutoff=1) == 1
