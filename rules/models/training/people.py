"""Names of people, in the ways that notes write them."""

import random
from functools import cache
from importlib import import_module
from typing import NamedTuple

from tables import entries, weights

INVENTED = 0.08  # share of the names that are made of syllables
COMPOUND = 0.12  # share of the Spanish given names
SECOND = 0.7  # share of the people in Spanish texts who have two family names
MIDDLE_INITIALS = "ABCDEFGHIJKLMNOPRSTVW"
SUFFIXES = ("Jr.", "Sr.", "III", "II")


class Person(NamedTuple):
    """The parts of a name."""

    given: str
    family: str
    second_family: str  # empty where there is one family name only

    @property
    def families(self) -> str:
        """One family name or both."""
        return f"{self.family} {self.second_family}".strip()


@cache
def pool(locale: str, kind: str) -> tuple[str, ...]:
    """The names of one of Faker's locales: its ``first_names`` or its ``last_names``."""
    provider = import_module(f"faker.providers.person.{locale}").Provider
    names: set[object] = set()
    for attribute in dir(provider):
        value = getattr(provider, attribute)
        # Some locales part them by sex or formality, as in first_names_female.
        named = attribute.startswith(kind.removesuffix("s")) and "names" in attribute
        if named and isinstance(value, tuple | list | dict):
            names.update(value)
    return tuple(sorted(name for name in names if isinstance(name, str) and name.strip()))


class People:
    """Draws names; the patient is the same person throughout a note."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._language = language
        self._rng = rng
        self.patient = self._person()
        self._patient_name = self._whole(self.patient)

    def patient_name(self) -> str:
        """The patient's whole name, mostly in the same form."""
        return self._patient_name if self._rng.random() < 0.6 else self._whole(self.patient)

    def patient_families(self) -> str:
        """The patient's family name, or both."""
        return self._families(self.patient)

    def patient_initials(self) -> str:
        """The patient's initials."""
        return self._initials(self.patient)

    def name(self) -> str:
        """The whole name of anybody."""
        return self._whole(self._person())

    def families(self) -> str:
        """The family name of anybody, or both."""
        return self._families(self._person())

    def initials(self) -> str:
        """The initials of anybody."""
        return self._initials(self._person())

    def given(self) -> str:
        """A given name."""
        if self._language == "es" and self._rng.random() < COMPOUND:
            return self._rng.choice(entries("compound_given_names", self._language))
        return self._name("first_names")

    def family(self) -> str:
        """A family name."""
        name = self._name("last_names")
        dice = self._rng.random()
        if dice < 0.03:
            return self._rng.choice(entries("particles", self._language)) + name
        if dice < 0.07:
            return f"{name}-{self._name('last_names')}"
        return name

    def _person(self) -> Person:
        second = self._language == "es" and self._rng.random() < SECOND
        return Person(self.given(), self.family(), self.family() if second else "")

    def _families(self, person: Person) -> str:
        if person.second_family and self._rng.random() < 0.35:
            return person.families
        return person.family

    def _whole(self, person: Person) -> str:
        """A whole name in one of the usual ways."""
        fields = {
            "given": person.given,
            "GIVEN": person.given.upper(),
            "family": person.family,
            "families": person.families,
            "FAMILIES": person.families.upper(),
            "middle": self._rng.choice(MIDDLE_INITIALS),
            "another": self.given(),
            "nickname": self.given(),
            "short": self.given()[:4],
            "suffix": self._rng.choice(SUFFIXES),
        }
        ways, shares = weights("whole_names", self._language)
        return self._rng.choices(ways, shares)[0].format(**fields)

    def _initials(self, person: Person) -> str:
        """Initials as signers and typists put them."""
        letters = [part[0].upper() for part in " ".join(person).split() if part[0].isalpha()][:4]
        forms = (".".join(letters) + ".", "".join(letters), ". ".join(letters) + ".")
        return self._rng.choices(forms, (6, 5, 1))[0]

    def _name(self, kind: str) -> str:
        rng = self._rng
        if rng.random() < INVENTED:
            return self._invented()
        locales, shares = weights("locales", self._language)
        return rng.choice(pool(rng.choices(locales, shares)[0], kind))

    def _invented(self) -> str:
        """A name that nobody bears."""
        count = self._rng.choice((2, 2, 3, 3, 4))
        syllables = self._rng.choices(entries("syllables", self._language), k=count)
        ending = self._rng.choice(entries("name_endings", self._language))
        return ("".join(syllables) + ending).capitalize()
