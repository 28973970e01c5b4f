"""Dates and times, in the ways that notes write them."""

import random
import re
from datetime import date, timedelta

from tables import entries, words

FIRST, DAYS = date(1925, 1, 1), 37_200  # to November 2026
SUFFIXES = {1: "st", 2: "nd", 3: "rd"}  # of 1, 21, 31 and so on, but not of 11
TEENS = (11, 12, 13)
LEADING_ZERO = re.compile(r"\b0(?=\d[/.-])")


class Dates:
    """Draws dates."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._language = language
        self._rng = rng

    def complete(self) -> str:
        """A complete date."""
        return self._rng.choices((self.numeric, self.prose), (5, 4))[0]()

    def numeric(self) -> str:
        """Such as 03/05/2021."""
        day, rng = self._day(), self._rng
        text = day.strftime(rng.choice(self._entries("numeric_dates")))
        dice = rng.random()
        if dice < 0.25:
            return LEADING_ZERO.sub("", text)
        if dice < 0.28:
            return text + rng.choice(("T", " ")) + self._clock()
        if dice < 0.30:
            return day.strftime("%Y%m%d")
        return text

    def prose(self) -> str:
        """Such as May 3, 2021 or 3 de mayo de 2021."""
        fields = self._fields()
        dot = self._rng.choice(("", "", "."))
        day_word = self._rng.choice(self._entries("day_words"))
        shapes = self._entries("prose_dates")
        return self._rng.choice(shapes).format(**fields, dot=dot, day_word=day_word)

    def day_of_month(self) -> str:
        """A day without a year."""
        fields = self._fields()
        return self._rng.choice(self._entries("days_of_months")).format(**fields)

    def month_of_year(self) -> str:
        """A month with its year."""
        fields = self._fields()
        link = self._rng.choice(self._entries("month_links"))
        return self._rng.choice(self._entries("month_years")).format(**fields, link=link)

    def month(self) -> str:
        """A month."""
        return self._rng.choice(self._entries("months"))

    def weekday(self) -> str:
        """A day of the week."""
        day = self._rng.choice(self._entries("weekdays"))
        if self._language == "en" and self._rng.random() < 0.12:
            return day[:3]
        return day

    def weekday_and_date(self) -> str:
        """A day of the week and of the month."""
        weekday = self.weekday()
        link = self._rng.choice(self._entries("weekday_links"))
        ways = [self.day_of_month, self.prose]
        if self._language == "en":
            ways.append(self.numeric)
        return weekday + link + self._rng.choice(ways)()

    def holiday(self) -> str:
        """A day that has a name."""
        return self._rng.choice(words(self._language)["holiday"])

    def year(self) -> str:
        """A bare year."""
        return str(self._rng.choice((self._rng.randint(1940, 2026), self._rng.randint(1990, 2026))))

    def _day(self) -> date:
        return FIRST + timedelta(days=self._rng.randrange(DAYS))

    def _clock(self) -> str:
        hour, minute = self._rng.randrange(24), self._rng.randrange(60)
        return f"{hour:02d}:{minute:02d}" + self._rng.choice(("", ":00"))

    def _fields(self) -> dict[str, object]:
        """A day, taken apart for the shapes."""
        day = self._day()
        month = self._entries("months")[day.month - 1]
        suffix = "th" if day.day in TEENS else SUFFIXES.get(day.day % 10, "th")
        return {
            "day": day.day,
            "th": suffix,
            "number": day.month,
            "month": month,
            "Month": month.capitalize(),
            "mon": month[:3],
            "MON": month[:3].upper(),
            "year": day.year,
            "short_year": f"{day.year % 100:02d}",
        }

    def _entries(self, name: str) -> tuple[str, ...]:
        return entries(name, self._language)
