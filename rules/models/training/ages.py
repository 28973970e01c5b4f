"""Ages, in the ways that notes write them."""

import random

from tables import entries

OLD = range(90, 113)  # years; ages that Safe Harbor counts as identifiers
OLD_WEIGHTS = range(len(OLD), 0, -1)  # the older, the rarer


class Ages:
    """Draws ages, mostly without their unit."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._language = language
        self._rng = rng

    def usual(self) -> str:
        """Below 90, in years."""
        return str(self._rng.choice((self._rng.randint(1, 89), self._rng.randint(16, 89))))

    def old(self) -> str:
        """From 90, in years."""
        return str(self._rng.choices(OLD, OLD_WEIGHTS)[0])

    def words(self) -> str:
        """In words, 20 to 89."""
        tens = self._rng.choice(entries("tens", self._language))
        unit = self._rng.choice(entries("units", self._language))
        if self._language == "en":
            return self._rng.choice((tens, f"{tens}-{unit}", f"{tens}-{unit}", f"{tens} {unit}"))
        if self._rng.random() < 0.3:
            return tens
        return f"veinti{unit}" if tens == "veinte" else f"{tens} y {unit}"

    def months(self) -> str:
        """Of an infant, with its unit."""
        count = self._rng.randint(2, 30)
        if self._language == "es":
            return f"{count} meses"
        return self._rng.choice((f"{count} months", f"{count} mo", f"{count}-month"))
