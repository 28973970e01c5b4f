"""Numbers and codes that stand for one person or thing."""

import random

from shapes import digits, drawn
from tables import entries

DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"  # by the remainder of the number divided by 23
VIN_CHARACTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


class Codes:
    """Draws numbers of people, papers and things."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._language = language
        self._rng = rng

    def code(self) -> str:
        """A number or code of any institution."""
        return self._drawn("codes")

    def ssn(self) -> str:
        """US social security number."""
        return self._drawn("ssn")

    def nass(self) -> str:
        """Spanish social security number."""
        return self._drawn("nass")

    def iban(self) -> str:
        """Spanish bank account."""
        return self._drawn("iban")

    def dni(self) -> str:
        """Spanish identity number, DNI or NIE, with its letter."""
        number = self._rng.randrange(1_000_000, 99_999_999)
        whole = f"{number:08d}"
        return self._drawn(
            "dni",
            number=whole,
            letter=DNI_LETTERS[number % 23],
            millions=whole[:2],
            thousands=whole[2:5],
            ones=whole[5:],
            seven=whole[1:],
            hyphenated=self._rng.choice("XYZ"),
            foreign=self._rng.choice("XYZ"),
        )

    def plate(self) -> str:
        """Of a car."""
        return self._drawn("plates")

    def vin(self) -> str:
        """Of a car: seventeen characters."""
        return "".join(self._rng.choices(VIN_CHARACTERS, k=17))

    def username(self) -> str:
        """Of a web site."""
        own, rng = entries("user_words", self._language), self._rng
        first, link, second = rng.choice(own), rng.choice(("_", ".", "")), rng.choice(own)
        return f"{first}{link}{second}{digits(2, rng)}"

    def _drawn(self, name: str, **fields: object) -> str:
        return drawn(entries(name, self._language), self._rng, **fields)
