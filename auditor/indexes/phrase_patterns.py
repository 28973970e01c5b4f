"""Phrases of rules files as compiled patterns: fragments filled in, a space for any white space."""

import re
from collections.abc import Iterable

from auditor.detect.patterns import expressions
from auditor.detect.patterns.expressions import Fragments
from auditor.detect.patterns.rewrite import quick
from auditor.errors import PolicyError

SPACE = r"[^\S\n]{0,3}\s"  # within a phrase: white space, at most one line break
SET_OR_SPACE = re.compile(r"\[(?:\\.|[^\\\]])*\]| ")
BORDER = r"(?!(?<=\w)\w)"  # never within a word; a comma may begin or end a phrase anywhere


def compiled(place: str, phrases: Iterable[str], fragments: Fragments) -> re.Pattern[str]:
    """One pattern for all phrases, between word borders, in any letters.

    Raises PolicyError that names ``place`` for an unknown fragment and for what does not compile.
    """
    return between_borders(place, (filled(place, phrase, fragments) for phrase in phrases))


def filled(place: str, phrase: str, fragments: Fragments) -> str:
    """A phrase as a regular expression. Raises PolicyError as ``compiled`` does."""
    return SET_OR_SPACE.sub(_spaced, expressions.filled(place, phrase, fragments))


def _spaced(found: re.Match[str]) -> str:
    """White space for a space; within a set of characters, one character of it."""
    return SPACE if found[0] == " " else found[0].replace(" ", r"\s")


def between_borders(place: str, regexes: Iterable[str]) -> re.Pattern[str]:
    """One pattern for all regular expressions; what begins or ends in a word, does so at a border.

    Raises PolicyError that names ``place`` when it does not compile.
    """
    choice = "|".join(regexes) or "(?!)"
    try:
        re.compile(choice)  # tells of a mistake in the words of the author
        return re.compile(rf"{BORDER}(?:{quick(choice)}){BORDER}", re.IGNORECASE)
    except re.error as error:
        raise PolicyError(f"{place}: pattern does not compile: {error}") from None
