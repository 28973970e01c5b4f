"""A text as the rules on contradictions read it: sentences, and what is said of the patient, now.

A statement counts when no denial, family history or condition governs it, and when its sentence has
no word that may bring in somebody else.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from auditor.indexes import context
from auditor.indexes.contradictions_words import Patterns, choice, languages, words

NEAR = 500  # characters: what stands farther off in one sentence does not matter
Words = Mapping[str, re.Pattern[str]]
Place = tuple[int, int]  # start and end, in code points of the original text


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A rule that a record breaks, and the places that do not go together."""

    rule: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A text, its sentences and its scopes, worked out once for all rules."""

    text: str
    languages: tuple[str, ...]
    sentences: list[int]
    scopes: tuple[context.Scope, ...]
    covered: list[int]  # of each scope, where it or one before it ends at the latest

    def sentence(self, at: int) -> Place:
        """The sentence around a place, as far as it is near."""
        index = self.number(at)
        start = self.sentences[index - 1] if index else 0
        end = self.sentences[index] if index < len(self.sentences) else len(self.text)
        return max(start, at - NEAR), min(end, at + NEAR)

    def number(self, at: int) -> int:
        """Which sentence a place is in."""
        return bisect_right(self.sentences, at)

    def holds(self, place: Place) -> bool:
        """Whether no scope reaches into the place."""
        index = bisect_left(self.scopes, place[1], key=lambda scope: scope.start)
        return not index or self.covered[index - 1] <= place[0]

    def mentions(self, words_of: Words, place: Place) -> bool:
        """Whether the sentence around a place has one of the words, outside the place."""
        start, end = self.sentence(place[0])
        parts = ((start, place[0]), (place[1], max(end, place[1])))
        patterns = [words_of[language] for language in self.languages]
        return any(pattern.search(self.text, *part) for pattern in patterns for part in parts)

    def mentions_other(self, place: Place) -> bool:
        """Whether the sentence around a place may be about somebody else."""
        return self.mentions(others(), place)

    def mentions_before(self, place: Place) -> bool:
        """Whether the sentence brings in somebody else before the place."""
        return self.mentions_until(others(), place[0])

    def mentions_until(self, words_of: Words, at: int) -> bool:
        """Whether the sentence has one of the words before a place in it."""
        start, _ = self.sentence(max(at - 1, 0))
        return any(words_of[one].search(self.text, start, at) for one in self.languages)

    def of_patient(self, place: Place) -> bool:
        """Whether a statement is one about the patient, and not denied or only thinkable."""
        return self.holds(place) and not self.mentions_other(place)

    def found(self, patterns: Patterns) -> Iterator[tuple[str, re.Match[str]]]:
        """All matches, with their language."""
        for language in self.languages:
            for pattern in patterns.get(language, ()):
                yield from ((language, match) for match in pattern.finditer(self.text))


def told(text: str, language: str) -> Told:
    """A text read in its language; an undetermined one is read in all."""
    scopes = context.scopes(text, language)
    covered: list[int] = []
    for scope in scopes:
        covered.append(max(scope.end, covered[-1] if covered else 0))
    return Told(text, tuple(languages(language)), context.sentence_ends(text), scopes, covered)


@cache
def others() -> Words:
    """Words that may bring in somebody else."""
    return choice(words().others)


@cache
def several() -> Words:
    """Words of texts about several people, or of a sex that is not one word."""
    return choice(words().several)


@cache
def of_other_sex(sex: str | None) -> Words:
    """Pronouns that are not the patient's; none where the sex is not known."""
    pronouns = words().pronouns
    if sex is None:
        return choice({"en": [], "es": []})
    return choice(pronouns["female" if sex == "male" else "male"])
