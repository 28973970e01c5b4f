"""The index of identities: every form they may take, as keys of one table.

Sequences of words (names, e-mail addresses, streets), variants of names with their words sorted,
numbers without separators, days. One typing error is prepared for by what it leaves alone: the
other words of the name, or the number less one character.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from auditor.indexes.identities import Identity
from auditor.indexes.identity_forms import (
    PARTICLES,
    SPELLED,
    STREETS,
    Words,
    birthdays,
    is_distinct,
    name_parts,
    name_variants,
    name_words,
    number,
    phone_numbers,
    spelled_words,
    street_words,
)

Key = tuple[str, ...]  # kind of form, then what is compared
SKIPPED = {"name": PARTICLES, "spelled": SPELLED, "place": STREETS | PARTICLES}
TYPO_NUMBER = 6  # letters and digits of the shortest number that is looked for with an error
TYPO_WORD = 4  # letters of the shortest word that is; three where neighbours changed places


@dataclass(frozen=True, eq=False)
class Index:
    """Identities by their forms.

    ``holders``  form -> numbers of the identities that may take it
    ``begun``    every beginning of a form that is a sequence of words
    ``near``     what one typing error leaves alone -> forms
    """

    identities: tuple[Identity, ...] = field(repr=False)
    forms: tuple[tuple[Key, ...], ...] = field(repr=False)
    holders: dict[Key, list[int]] = field(repr=False)
    begun: frozenset[Key] = field(repr=False)
    near: dict[Key, list[Key]] = field(repr=False)
    known: frozenset[str] = field(repr=False)


def build(identities: Iterable[Identity]) -> Index:
    """The index of all identities that have a form to look for."""
    kept = [(identity, tuple(_forms(identity))) for identity in identities]
    kept = [(identity, forms) for identity, forms in kept if forms]
    holders: dict[Key, list[int]] = {}
    near: dict[Key, list[Key]] = {}
    for i, (_, forms) in enumerate(kept):
        for key in (*forms, *_variants_of(forms)):
            holders.setdefault(key, []).append(i)
    for key in holders:
        for less in _less_one(key):
            near.setdefault(less, []).append(key)
    sequences = [key for key in holders if key[0] in SKIPPED]
    begun = frozenset(key[:n] for key in sequences for n in range(2, len(key) + 1))
    known = frozenset(word for key in sequences if key[0] == "name" for word in key[1:])
    return Index(tuple(i for i, _ in kept), tuple(f for _, f in kept), holders, begun, near, known)


def _forms(identity: Identity) -> Iterator[Key]:
    """The forms that are the identity itself, however written."""
    value = identity.value
    match identity.label:
        case "NAME":
            yield from _filled("name", name_words(value))
        case "ID":
            yield from _filled("number", (number(value),))
        case "PHONE":
            yield from (("number", digits) for digits in sorted(phone_numbers(value)))
        case "DATE":
            yield from (("date", day) for day in sorted(birthdays(value, identity.lang == "es")))
        case "LOCATION":
            yield from _filled("place", street_words(value))
        case _:
            yield from _filled("spelled", spelled_words(value))


def _filled(kind: str, words: Words) -> Iterator[Key]:
    if all((words, *words)):
        yield (kind, *words)


def _variants_of(forms: tuple[Key, ...]) -> Iterator[Key]:
    for kind, *words in forms:
        if kind == "name":
            yield from (("variant", *form) for form in name_variants(tuple(words)))
            yield from (("part", *form) for form in name_parts(tuple(words)))
            yield "variant", "".join(words)


def _less_one(key: Key) -> Iterator[Key]:
    kind, *words = key
    if kind == "name":
        for i, word in enumerate(words):
            rest = sorted(words[:i] + words[i + 1 :])
            if len(word) >= TYPO_WORD - 1 and is_distinct(tuple(rest), 1):
                yield ("name", *rest)
    elif kind == "number" and may_err(words[0]):
        yield from (("number", less) for less in deletions(words[0]))


def may_err(digits: str) -> bool:
    """Whether a number is long enough to be known with an error in it."""
    return len(digits) >= TYPO_NUMBER and sum(map(str.isdigit, digits)) >= 4


def deletions(word: str) -> set[str]:
    """A word, and all that is left of it when one character is taken away."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}
