"""What a name model sees of a word, so that it learns contexts and not names.

A word of the model's vocabulary stands for itself. Every other word is seen as an ordinary one, as
the kind of name that it may be ("given", "family", "place") or as rare, beside its shape, beginning
and ending. A name that no training text held looks like one that did.
"""

import unicodedata
from collections.abc import Container
from typing import Any

from auditor.detect.gazetteer import kind_of

RARE, ORDINARY = "<rare>", "<ordinary>"
PEOPLE = ("<given>", "<family>", "<both>")
ATTRIBUTES = ("NORM", "PREFIX", "SUFFIX", "SHAPE")


def folded(word: str) -> str:
    """Without case and accents."""
    if word.isascii():
        return word.lower()
    parts = unicodedata.normalize("NFD", word.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def norm(word: str, words: Container[str], ordinary: Container[str]) -> str:
    """What stands for a word: itself, the length of a number, or its kind."""
    if word.isdecimal():
        return f"<{min(len(word), 10)} digits>"
    low = folded(word)
    if low in words or not low.isalpha():
        return low
    if low in ordinary:
        return ORDINARY
    kind = kind_of(word)
    return f"<{kind}>" if kind else RARE


def teach(vocab: Any, words: Container[str], ordinary: Container[str]) -> None:
    """Makes a spaCy vocabulary see words so; both sets hold them without case and accents."""
    from spacy.attrs import NORM, PREFIX, SUFFIX

    vocab.lex_attr_getters[NORM] = lambda word: norm(word, words, ordinary)
    vocab.lex_attr_getters[PREFIX] = lambda word: word[:2].lower()
    vocab.lex_attr_getters[SUFFIX] = lambda word: folded(word)[-3:]
