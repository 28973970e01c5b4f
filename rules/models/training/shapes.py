"""Codes by their shape: ``#`` is a digit, ``@`` a capital letter, ``\\#`` a number sign."""

import random
import re
import string
from collections.abc import Sequence

SIGNS = re.compile(r"\\#|#+|@+")


def drawn(shapes: Sequence[str], rng: random.Random, **fields: object) -> str:
    """One of the shapes, filled in."""
    return rng.choice(all_filled(shapes, rng, **fields))


def all_filled(shapes: Sequence[str], rng: random.Random, **fields: object) -> list[str]:
    """The shapes with their fields, digits and letters.

    All are filled before one is chosen, so that the choice does not move what is drawn next.
    """
    return [SIGNS.sub(lambda s: _signs(s[0], rng), shape.format(**fields)) for shape in shapes]


def _signs(signs: str, rng: random.Random) -> str:
    if signs[0] == "\\":
        return signs[1:]
    return digits(len(signs), rng) if signs[0] == "#" else letters(len(signs), rng)


def digits(count: int, rng: random.Random) -> str:
    """So many digits."""
    return "".join(rng.choices(string.digits, k=count))


def letters(count: int, rng: random.Random) -> str:
    """So many capital letters."""
    return "".join(rng.choices(string.ascii_uppercase, k=count))
