"""Addresses, places and organisations."""

import random
import re
from functools import cache

from people import People
from shapes import drawn
from tables import HERE, entries, words

KNOWN_PLACES = HERE.parents[1] / "identifiers" / "lists" / "places.txt"
FIELD = re.compile(r"\{(\w+)\}")


@cache
def known_places() -> tuple[str, ...]:
    """Names of real towns and regions."""
    lines = KNOWN_PLACES.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


class Places:
    """Draws places and organisations."""

    def __init__(self, language: str, rng: random.Random, people: People) -> None:
        self._language = language
        self._rng = rng
        self._people = people

    def city(self) -> str:
        """A town, real or invented."""
        dice, family = self._rng.random(), self._people.family()
        if dice < 0.6:
            return self._rng.choice(known_places())
        if dice < 0.8:
            return f"{self._entry('town_heads')} {family}"
        return family + self._entry("town_tails")

    def state(self) -> str:
        """A state, province or region; in English texts often its abbreviation."""
        if self._language == "en" and self._rng.random() < 0.55:
            return self._entry("state_codes")
        return self._entry("states")

    def county(self) -> str:
        """A county or district."""
        name = self._people.family()
        if self._language == "es":
            ways = [f"comarca de {name}", self.state(), f"Partido de {name}"]
        else:
            ways = [f"{name} County", f"County of {name}", f"{name}shire", f"{name} Parish"]
        return self._rng.choice(ways)

    def country(self) -> str:
        """A country."""
        return self._entry("countries")

    def post_code(self) -> str:
        """A post code of some country."""
        return drawn(entries("post_codes", self._language), self._rng)

    def street(self) -> str:
        """A street with a number."""
        return self._filled((*entries("streets", self._language), *self._words("street")))

    def named(self, slot: str) -> str:
        """An organisation or landmark of a kind."""
        return self._filled(self._words(slot))

    def _filled(self, patterns: tuple[str, ...]) -> str:
        """One of the patterns, with its fields filled in."""
        return FIELD.sub(lambda field: self._field(field[1]), self._rng.choice(patterns))

    def _field(self, name: str) -> str:
        match name:
            case "n":
                return self._number()
            case "last":
                return self._people.family()
            case "first":
                return self._people.given()
            case "city":
                return self.city()
            case "state":
                return self._entry("states")
            case _:
                return self._rng.choice(self._words(name))

    def _number(self) -> str:
        """A house, a road or a flat."""
        randint = self._rng.randint
        return str(self._rng.choice((randint(1, 30), randint(1, 200), randint(100, 9999))))

    def _entry(self, name: str) -> str:
        return self._rng.choice(entries(name, self._language))

    def _words(self, slot: str) -> tuple[str, ...]:
        return words(self._language)[slot]
