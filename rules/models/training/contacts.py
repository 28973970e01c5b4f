"""Telephone numbers, mail addresses and addresses of machines."""

import random

from people import People
from shapes import all_filled, digits, drawn
from tables import entries

ABROAD = 0.15  # share of the telephone numbers


class Contacts:
    """Draws ways to reach somebody."""

    def __init__(self, language: str, rng: random.Random, people: People) -> None:
        self._language = language
        self._rng = rng
        self._people = people

    def phone(self) -> str:
        """A telephone number of some country."""
        rng = self._rng
        abroad = all_filled(self._entries("phones_abroad"), rng)
        area = rng.randint(201, 989)
        mobile = rng.choice("6679") if self._language == "es" else ""
        home = all_filled(self._entries("phones"), rng, area=area, mobile=mobile)
        return rng.choice(abroad if rng.random() < ABROAD else home)

    def extension(self) -> str:
        """A number inside a house."""
        return digits(self._rng.choice((3, 4, 4, 5)), self._rng)

    def pager(self) -> str:
        """A short or a whole number."""
        return self._rng.choice((self.extension, self.phone))()

    def email(self) -> str:
        """A mail address that is made of a name."""
        given, family = _plain(self._people.given()), _plain(self._people.family())
        shapes = self._entries("mail_users")
        user = drawn(shapes, self._rng, given=given, family=family, initial=given[:1])
        return f"{user}@{self._rng.choice(self._entries('mail_hosts'))}"

    def url(self) -> str:
        """A page, often one of a patient."""
        head = self._rng.choice(self._entries("url_heads"))
        house = self._people.family().lower().replace(" ", "")
        tail = self._rng.choice(self._entries("url_tails"))
        path = drawn(self._entries("url_paths"), self._rng)
        return self._rng.choice(self._entries("url_schemes")) + head + house + tail + path

    def ip(self) -> str:
        """Address of a machine, version 4 or 6."""
        rng = self._rng
        if rng.random() < 0.15:
            return ":".join(f"{rng.randrange(65536):x}" for _ in range(8))
        return ".".join(str(rng.randrange(1, 255)) for _ in range(4))

    def _entries(self, name: str) -> tuple[str, ...]:
        return entries(name, self._language)


def _plain(name: str) -> str:
    """The letters and digits of a name that a mail address may hold."""
    return "".join(c for c in name.lower() if c.isascii() and c.isalnum())
