"""Names and places that stand in lists: ``rules/identifiers/lists/``.

A word in a list proves little, so a find takes more: a given name before a family name, a city
that is no other word. The lists are read once, on first use, in some 30 milliseconds. One pass
over the words of a text and look-ups in sets: the time grows with the length of the text only.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from auditor.detect.eponyms import eponym
from auditor.detect.hit import Hit
from auditor.resources import shipped

RECOGNIZER = "gazetteer"
FULL, SHORT, PLACE = 0.85, 0.8, 0.75  # scores: given and family name; an initial; a place
LONE = 0.7  # a given name by itself
INITIAL = re.compile(r" [A-Z]\.(?![A-Z])")
CAPITAL = re.compile(r"[ -][^\W\d_a-zß-öø-ÿ]")
LONGEST_PLACE = 4  # words
GIVEN, FAMILY, TOWN = 1, 2, 4  # bits of what a word can be
KINDS = {GIVEN: "given", FAMILY: "family", GIVEN | FAMILY: "both", TOWN: "place"}

WORD = re.compile(r"[^\W\d_]+(?:['’-](?!s\b)[^\W\d_]+)*")
MARKED = re.compile(r"[^\x00-\x7f]")
LINK = re.compile(  # what may stand between two parts of a name
    r"\.?[ \t]{1,2}(?:(?:de|del|la|las|los|y|van|von|der|den|da|dos|di|al|bin|e)[ \t]){0,3}|\.|, ?"
)
ZIP = re.compile(r",[ \t]{1,2}[A-Z]{2}[ \t]{1,2}\d{5}(?!\d)")
BEFORE_PLACE = re.compile(
    r"(?<!\w)(?:in|near|from|to|of|at|outside|around|visiting|left|en|de|desde|a|hacia|cerca de)"
    r"[ \t]{1,2}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A capitalised word of a text, and what the lists say it can be."""

    text: str
    start: int
    end: int
    bits: int
    stopped: bool


def find(text: str) -> list[Hit]:
    """Full names and cities in a text, in its order; hits do not overlap.

    Names go before places: "Ana London" is a person.
    """
    words = list(_capitalised(text))
    people = list(_people(text, words))
    people = sorted([*people, *_lone(text, words, people)], key=lambda hit: hit.start)
    towns = _towns(text, list(_outside(words, people)))
    return sorted([*people, *towns], key=lambda hit: hit.start)


def kind_of(word: str) -> str:
    """What a word is in the lists: given, family, both, place, or nothing.

    Case and accents do not matter. Words that are ordinary ones or eponyms too are nothing.
    """
    key = fold(word)
    bits = 0 if key in _stopped() else _names().get(key, 0)
    return KINDS.get(bits & (GIVEN | FAMILY) or bits, "")


def stopped(word: str) -> bool:
    """Whether a word is an ordinary one, an eponym, a drug or a test, for all its capital."""
    return fold(word) in _stopped()


def fold(text: str) -> str:
    """Lower case without accents."""
    if text.isascii():
        return text.lower()
    bare = _bare()
    return MARKED.sub(lambda letter: bare.get(letter[0], letter[0]), text).lower()


def _capitalised(text: str) -> Iterator[Word]:
    names, stop = _names(), _stopped()
    for match in WORD.finditer(text):
        word = match[0]
        if word[0].isupper():
            key = fold(word)
            bits = names.get(key, 0) or _hyphenated(key, names)
            yield Word(word, match.start(), match.end(), bits, key in stop)


def _hyphenated(key: str, names: dict[str, int]) -> int:
    """What both halves of "Anne-Marie" or "García-López" can be."""
    first, dash, second = key.partition("-")
    return names.get(first, 0) & names.get(second, 0) & (GIVEN | FAMILY) if dash else 0


def _people(text: str, words: list[Word]) -> Iterator[Hit]:
    for run in _runs(text, words):
        yield from _names_of(text, run)


def _lone(text: str, words: list[Word], people: list[Hit]) -> Iterator[Hit]:
    """Given names by themselves inside a sentence, also before an initial: "with Tabitha D."."""
    neighbours = {word.end: word for word in words}
    for word in _outside(words, people):
        before = neighbours.get(word.start - 1)
        alone = before is None or text[before.end] != " "
        if _is_given(word) and alone and not _opens_sentence(text, word.start):
            initial = INITIAL.match(text, word.end)
            if initial or not CAPITAL.match(text, word.end):
                end = initial.end() if initial else word.end
                if not eponym(text, word.start, end):
                    yield Hit(word.start, end, "NAME", LONE, RECOGNIZER, "direct")


def _is_given(word: Word) -> bool:
    named = word.bits & GIVEN and not word.bits & TOWN and not word.stopped
    return bool(named) and len(word.text) > 2 and word.text[1:].islower()


def _runs(text: str, words: list[Word]) -> Iterator[list[Word]]:
    """Names and initials that follow one another with nothing but particles between."""
    run: list[Word] = []
    for word in words:
        if run and not _linked(text, run[-1], word):
            yield run
            run = []
        if _may_be_named(word):
            run.append(word)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _linked(text: str, left: Word, right: Word) -> bool:
    gap = text[left.end : right.start] if right.start - left.end <= 16 else "\n"
    if gap[:1] == "." and len(left.text) > 1:
        return False
    if gap[:1] == "," and "," in text[max(0, left.start - 2) : left.start]:
        return False  # a list
    return LINK.fullmatch(gap) is not None


def _may_be_named(word: Word) -> bool:
    return bool(word.bits & (GIVEN | FAMILY)) or len(word.text) == 1


def _names_of(text: str, run: list[Word]) -> Iterator[Hit]:
    """The names in a run: what a comma divides is "Family, Given", or two things."""
    commas = [i for i, (a, b) in enumerate(pairwise(run), 1) if text[a.end] == ","]
    if len(commas) == 1 and _inverted(run[: commas[0]], run[commas[0] :]):
        yield from _hit(text, run, SHORT)
        return
    for low, high in pairwise([0, *commas, len(run)]):
        part = run[low : _last_word(run, low, high)]
        if _full_name(text, part):
            short = not any(word.bits & GIVEN and len(word.text) > 1 for word in part[:-1])
            yield from _hit(text, part, SHORT if short else FULL)


def _last_word(run: Sequence[Word], low: int, high: int) -> int:
    """Where a name ends, which it does not do in an initial."""
    return next((i for i in range(high, low, -1) if len(run[i - 1].text) > 1), low)


def _inverted(family: Sequence[Word], given: Sequence[Word]) -> bool:
    """ "Ruiz, Ana" and "Ruiz Gil, Ana M.": every word speaks for it, and none for a place."""
    called = [w for w in given if len(w.text) > 1]
    named = all(w.bits & FAMILY for w in family) and all(w.bits & GIVEN for w in called)
    sure = not any(w.stopped or w.bits & TOWN or _short_capitals(w) for w in (*family, *called))
    return named and sure and len(family) <= 2 and 1 <= len(called) <= 2


def _short_capitals(word: Word) -> bool:
    """ "ALT, AST" are laboratory tests."""
    return len(word.text) < 4 and word.text.isupper()


def _full_name(text: str, part: Sequence[Word]) -> bool:
    """Up to three given names or initials, then up to three family names."""
    if not 2 <= len(part) <= 6 or len(part[-1].text) == 1 or not part[-1].bits & FAMILY:
        return False
    first = part[0]
    if not (first.bits & GIVEN or (len(first.text) == 1 and text[first.end] == ".")):
        return False
    doubtful = [word for word in part if word.stopped]
    if first in doubtful and _opens_sentence(text, first.start):
        return False
    sure = sum(not word.stopped and len(word.text) > 1 for word in part)
    return sure > len(doubtful) or (sure == len(doubtful) == 1 and first.bits & GIVEN != 0)


def _hit(text: str, part: Sequence[Word], score: float) -> Iterator[Hit]:
    start, end = part[0].start, part[-1].end
    if not eponym(text, start, end):
        yield Hit(start, end, "NAME", score, RECOGNIZER, "direct")


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \t\"'«“(¿¡-•*")
    return start == 0 or before[-1:] in (".", "!", "?", ":", ";", "\n", "\r", "")


def _towns(text: str, words: list[Word]) -> Iterator[Hit]:
    """Places of several words, and of one word where it is no name of a person."""
    places, behind = _places(), -1
    for i, word in enumerate(words):
        if word.start < behind:
            continue
        end = _long_place(text, words[i : i + LONGEST_PLACE], places) or word.end
        single = end == word.end
        if single and not _is_town(text, word):
            continue
        if not eponym(text, word.start, end):
            behind = end
            score = FULL if ZIP.match(text, end) else PLACE
            yield Hit(word.start, end, "LOCATION", score, RECOGNIZER, "quasi")


def _long_place(text: str, words: Sequence[Word], places: frozenset[str]) -> int:
    """End of the longest place of several words that begins with the first one, or 0."""
    first = words[0]
    if first.text.lower() not in _first_words() and fold(first.text) not in _first_words():
        return 0
    for last in reversed(words[1:]):
        if last.end - first.start <= 40 and fold(text[first.start : last.end]) in places:
            return last.end
    return 0


def _is_town(text: str, word: Word) -> bool:
    if not word.bits & TOWN or len(word.text) < 4:
        return False
    if ZIP.match(text, word.end):
        return True
    if word.stopped or not (word.text[1:].islower() or word.text.isupper()):
        return False  # MoCA is a test
    called = word.bits & (GIVEN | FAMILY)
    return not called or bool(BEFORE_PLACE.search(text[max(0, word.start - 16) : word.start]))


def _outside(words: list[Word], people: list[Hit]) -> Iterator[Word]:
    """The words that are no part of a name that was found."""
    at = 0
    for word in words:
        while at < len(people) and people[at].end <= word.start:
            at += 1
        if at == len(people) or word.start < people[at].start:
            yield word


@cache
def _names() -> dict[str, int]:
    names = dict.fromkeys(_entries("given_names"), GIVEN)
    for name in _entries("family_names"):
        names[name] = names.get(name, 0) | FAMILY
    for place in _entries("places"):
        names[place] = names.get(place, 0) | TOWN
    return names


@cache
def _places() -> frozenset[str]:
    return frozenset(_entries("places"))


@cache
def _first_words() -> frozenset[str]:
    return frozenset(place.partition(" ")[0] for place in _entries("places") if " " in place)


@cache
def _stopped() -> frozenset[str]:
    return frozenset(_entries("not_names"))


def _entries(name: str) -> list[str]:
    """The entries of a list, folded: the whole file at once, which is much faster."""
    path = shipped("rules", "identifiers", "lists", f"{name}.txt")
    return fold(path.read_text(encoding="utf-8").partition("\n")[2]).splitlines()


@cache
def _bare() -> dict[str, str]:
    """Latin letters with marks, and what they are without."""
    table = dict(zip("łŁøØđĐßæÆœŒıŋħ’", "lLoOdDsaAoOinh'", strict=True))
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00), *range(0x300, 0x370)):
        plain = unicodedata.normalize("NFKD", chr(code))
        bare = "".join(c for c in plain if not unicodedata.combining(c))
        table.setdefault(chr(code), bare)
    return table
