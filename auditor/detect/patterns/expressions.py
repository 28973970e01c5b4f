"""Regular expressions of rules files: named pieces filled in, mistakes told, made quick.

A fragment is a named piece, written ``{{name}}`` where it is used; it may hold others. A list is a
choice.
"""

import re
from collections.abc import Mapping

from auditor.detect.patterns.rewrite import quick
from auditor.errors import PolicyError
from auditor.resources import near

Fragments = Mapping[str, str | list[str]]
FRAGMENT = re.compile(r"\{\{(\w+)\}\}")
DEEPEST = 8  # fragments within fragments; deeper is a circle


def filled(place: str, regex: str, fragments: Fragments) -> str:
    """The expression with all fragments in it.

    Raises PolicyError that names ``place`` for an unknown fragment, and for a circle of them.
    """
    for _ in range(DEEPEST):
        regex = FRAGMENT.sub(lambda found: _fragment(place, found[1], fragments), regex)
    if FRAGMENT.search(regex):
        raise PolicyError(f"{place}: fragments go round in a circle")
    return regex


def compiled(what: str, regex: str, flags: int) -> re.Pattern[str]:
    """The expression, ready for use. Raises PolicyError that says ``what`` does not compile."""
    try:
        re.compile(regex, flags)  # tells of a mistake in the words of the author
        return re.compile(quick(regex), flags)
    except re.error as error:
        raise PolicyError(f"{what} does not compile: {error}") from None


def _fragment(place: str, name: str, fragments: Fragments) -> str:
    if name not in fragments:
        raise PolicyError(f"{place}: no fragment {name!r}{near(name, tuple(fragments))}")
    fragment = fragments[name]
    return f"(?:{fragment if isinstance(fragment, str) else '|'.join(fragment)})"
