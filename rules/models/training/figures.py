"""Dates, telephone numbers, codes and addresses of machines, in the ways that notes write them."""

import random
import re
import string
from datetime import date, timedelta

MONTHS = {
    "en": "January February March April May June July August September October November "
    "December".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre".split(),
}  # fmt: skip
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
}  # fmt: skip
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
DAYS_ES = (
    "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
    "diecisiete dieciocho diecinueve veinte veintiuno veintidós"
).split()
UNITS = {
    "en": "one two three four five six seven eight nine".split(),
    "es": "uno dos tres cuatro cinco seis siete ocho nueve".split(),
}
TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty".split(),
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta".split(),
}
WORDS = {"en": ("wolf", "sunny", "run", "cat", "moon", "fix", "blue", "kit"),
         "es": ("sol", "gato", "mar", "luna", "rio", "paz", "azul", "pepe")}  # fmt: skip


class Numbers:
    """Draws everything that is written with digits."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._language = language
        self._rng = rng

    # Dates

    def day(self) -> date:
        """A day between 1925 and 2027."""
        return date(1925, 1, 1) + timedelta(days=self._rng.randrange(37_200))

    def date_numeric(self) -> str:
        """Such as 03/05/2021."""
        d = self.day()
        forms = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%Y-%m-%d", "%d.%m.%y", "%Y/%m/%d"]
        if self._language == "en":
            forms = ["%m/%d/%Y"] * 4 + ["%m/%d/%y"] * 2 + ["%m-%d-%Y", "%m-%d-%y", *forms]
        text = d.strftime(self._rng.choice(forms))
        dice = self._rng.random()
        if dice < 0.25:  # without leading zeros
            text = re.sub(r"\b0(?=\d[/.-])", "", text)
        elif dice < 0.28:
            text += self._rng.choice(["T", " "]) + self.clock()
        elif dice < 0.30:
            text = d.strftime("%Y%m%d")
        return text

    def date_prose(self) -> str:
        """Such as May 3, 2021 or 3 de mayo de 2021."""
        d, rng = self.day(), self._rng
        month = MONTHS[self._language][d.month - 1]
        short = month[:3] + rng.choice(("", "", "."))
        if self._language == "es":
            forms = (
                f"{d.day} de {month} de {d.year}", f"{d.day} de {month} de {d.year}",
                f"{d.day} de {month} del {d.year}", f"{d.day} {month} {d.year}",
                f"{d.day}-{short}-{d.year}", f"{d.day:02d}/{short}/{d.year}",
                f"{d.day} de {month.capitalize()} de {d.year}", f"{d.day} {short} {d.year}",
                f"{rng.choice(DAYS_ES)} de {month} de {d.year}", f"{d.day}º de {month} de {d.year}",
                f"{month} {d.day}, {d.year}", f"{d.day} de {month}, {d.year}",
            )  # fmt: skip
            return rng.choice(forms)
        th = {1: "st", 2: "nd", 3: "rd"}.get(d.day % 10 if d.day not in (11, 12, 13) else 0, "th")
        forms = (
            f"{month} {d.day}, {d.year}", f"{month} {d.day}, {d.year}", f"{d.day} {month} {d.year}",
            f"{month} {d.day}{th}, {d.year}", f"{d.day}{th} {month} {d.year}", f"{short} {d.day}, {d.year}",
            f"{d.day} {short} {d.year}", f"{d.day:02d}-{short}-{d.year}", f"{month} {d.day} {d.year}",
            f"the {d.day}{th} of {month} {d.year}", f"{d.day:02d}{short.upper()}{d.year}",
            f"the {rng.choice(ORDINALS)} of {month}", f"{short} {d.day} '{d.year % 100:02d}",
            f"{month} {d.day}{th} of {d.year}", f"{d.year} {month} {d.day}",
        )  # fmt: skip
        return rng.choice(forms)

    def date(self) -> str:
        """A complete date."""
        return self._rng.choices((self.date_numeric, self.date_prose), (5, 4))[0]()

    def day_month(self) -> str:
        """A day without a year."""
        d, rng = self.day(), self._rng
        month = MONTHS[self._language][d.month - 1]
        if self._language == "es":
            return rng.choice((f"{d.day} de {month}", f"{d.day} de {month}", f"{d.day}/{d.month}",
                               f"{d.day:02d}/{d.month:02d}", f"{d.day} {month[:3]}"))  # fmt: skip
        th = {1: "st", 2: "nd", 3: "rd"}.get(d.day % 10 if d.day not in (11, 12, 13) else 0, "th")
        return rng.choice((f"{month} {d.day}", f"{month} {d.day}{th}", f"{d.day} {month}",
                           f"{d.month}/{d.day}", f"{month[:3]} {d.day}", f"the {d.day}{th} of {month}",
                           f"{d.day}{th} {month}"))  # fmt: skip

    def month_year(self) -> str:
        """A month of a year."""
        d, rng = self.day(), self._rng
        month = MONTHS[self._language][d.month - 1]
        link = rng.choice((" de ", " de ", " del ", " ")) if self._language == "es" else rng.choice((" ", " ", ", ", " of "))
        return rng.choice((f"{month}{link}{d.year}", f"{month}{link}{d.year}", f"{d.month:02d}/{d.year}",
                           f"{month[:3]} {d.year}", f"{month}{link}{d.year}"))  # fmt: skip

    def month(self) -> str:
        """A month."""
        return self._rng.choice(MONTHS[self._language])

    def weekday(self) -> str:
        """A day of the week."""
        day = self._rng.choice(WEEKDAYS[self._language])
        if self._language == "en" and self._rng.random() < 0.12:
            return day[:3]
        return day

    def weekday_date(self) -> str:
        """A day of the week and of the month."""
        if self._language == "es":
            return f"{self.weekday()}{self._rng.choice((', ', ' ', ' '))}{self._rng.choice((self.day_month, self.date_prose))()}"
        return f"{self.weekday()}{self._rng.choice((', ', ', ', ' '))}{self._rng.choice((self.day_month, self.date_prose, self.date_numeric))()}"

    def year(self) -> str:
        """A bare year."""
        return str(self._rng.choice((self._rng.randint(1940, 2026), self._rng.randint(1990, 2026))))

    def clock(self) -> str:
        """A time of day."""
        hour, minute = self._rng.randrange(24), self._rng.randrange(60)
        return self._rng.choice((f"{hour:02d}:{minute:02d}", f"{hour:02d}:{minute:02d}:00"))

    # Ages

    def age(self) -> str:
        """Below 90."""
        return str(self._rng.choice((self._rng.randint(1, 89), self._rng.randint(16, 89))))

    def age_old(self) -> str:
        """From 90."""
        return str(self._rng.choices(range(90, 113), [23 - i for i in range(23)])[0])

    def age_words(self) -> str:
        """In words, 20 to 99 with the tens of the language."""
        tens, unit = self._rng.choice(TENS[self._language]), self._rng.choice(UNITS[self._language])
        if self._language == "en":
            return self._rng.choice((tens, f"{tens}-{unit}", f"{tens}-{unit}", f"{tens} {unit}"))
        return tens if self._rng.random() < 0.3 else (
            f"veinti{unit}" if tens == "veinte" else f"{tens} y {unit}"
        )

    def age_months(self) -> str:
        """Of an infant."""
        count = self._rng.randint(2, 30)
        return f"{count} meses" if self._language == "es" else self._rng.choice((f"{count} months", f"{count} mo", f"{count}-month"))

    # Ways to reach somebody

    def phone(self) -> str:
        """A telephone number of some country."""
        rng, d = self._rng, self.digits
        abroad = (
            f"+44 {d(2)} {d(4)} {d(4)}", f"0{d(4)} {d(6)}", f"0{d(3)} {d(3)} {d(4)}", f"+49 {d(3)} {d(7)}",
            f"+33 {d(1)} {d(2)} {d(2)} {d(2)} {d(2)}", f"+61 {d(1)} {d(4)} {d(4)}", f"0{d(1)} {d(4)} {d(4)}",
            f"+91 {d(5)} {d(5)}", f"+52 {d(2)} {d(4)} {d(4)}", f"00{d(2)} {d(9)}", f"+{d(11)}",
            f"0{d(2)}-{d(3)}-{d(4)}", f"+353 {d(2)} {d(3)} {d(4)}", f"07{d(3)} {d(6)}", f"(0{d(2)}) {d(4)} {d(4)}",
        )  # fmt: skip
        area = f"{rng.randint(201, 989)}"
        if self._language == "en":
            home = (
                f"({area}) {d(3)}-{d(4)}", f"({area}) {d(3)}-{d(4)}", f"{area}-{d(3)}-{d(4)}", f"{area}.{d(3)}.{d(4)}",
                f"{area} {d(3)} {d(4)}", f"+1 {area} {d(3)} {d(4)}", f"1-{area}-{d(3)}-{d(4)}", f"{area}{d(7)}",
                f"+1-{area}-{d(3)}-{d(4)}", f"{d(3)}-{d(4)}", f"({area}){d(3)}-{d(4)}", f"{area}-{d(3)}-{d(4)}x{d(3)}",
                f"({area}) {d(3)}-{d(4)} ext. {d(3)}", f"+1 ({area}) {d(3)}-{d(4)}", f"001-{area}-{d(3)}-{d(4)}",
            )  # fmt: skip
        else:
            six = rng.choice("6679")
            home = (
                f"{six}{d(2)} {d(3)} {d(3)}", f"{six}{d(2)} {d(2)} {d(2)} {d(2)}", f"{six}{d(8)}", f"9{d(1)} {d(3)} {d(2)} {d(2)}",
                f"9{d(2)}-{d(6)}", f"+34 {six}{d(2)} {d(3)} {d(3)}", f"9{d(2)} {d(3)} {d(3)}", f"+34 9{d(2)} {d(2)} {d(2)} {d(2)}",
                f"{six}{d(2)}-{d(3)}-{d(3)}", f"{six}{d(2)}.{d(3)}.{d(3)}", f"(9{d(1)}) {d(3)} {d(2)} {d(2)}", f"0034 {six}{d(8)}",
                f"55 {d(4)} {d(4)}", f"({d(2)}) {d(4)}-{d(4)}", f"+54 11 {d(4)}-{d(4)}", f"+57 3{d(2)} {d(3)} {d(4)}", f"+56 9 {d(4)} {d(4)}",
            )  # fmt: skip
        return rng.choice(abroad if rng.random() < 0.15 else home)

    def extension(self) -> str:
        """Inside a house."""
        return self.digits(self._rng.choice((3, 4, 4, 5)))

    def username(self) -> str:
        """Of a web site."""
        return f"{self._rng.choice(WORDS[self._language])}{self._rng.choice(('_', '.', ''))}{self._rng.choice(WORDS[self._language])}{self.digits(2)}"

    def ip(self) -> str:
        """Of a machine."""
        rng = self._rng
        if rng.random() < 0.15:
            return ":".join(f"{rng.randrange(65536):x}" for _ in range(8))
        return ".".join(str(rng.randrange(1, 255)) for _ in range(4))

    # Codes

    def code(self) -> str:
        """Any number or code that stands for one person or thing."""
        rng, d, u = self._rng, self.digits, self.letters
        return rng.choice((
            d(6), d(7), d(8), d(9), d(10), d(5), f"{u(1)}{d(7)}", f"{u(2)}{d(6)}", f"{u(3)}-{d(5)}", f"{u(2)}-{d(4)}-{d(2)}",
            f"{d(3)}-{d(2)}-{d(4)}", f"{d(2)}-{d(6)}", f"{d(4)}/{d(4)}", f"{u(3)}{d(4)}{u(1)}", f"{d(3)} {d(3)} {d(3)}", f"{u(1)}-{d(6)}",
            f"{d(4)}-{d(4)}", f"{u(2)} {d(6)}", f"{d(2)}{u(2)}{d(5)}", f"{u(4)}{d(8)}", f"{d(8)}{u(1)}", f"{u(1)}{d(2)}-{d(5)}",
            f"{d(3)}-{d(3)}-{d(3)}", f"{u(3)}/{d(2)}/{d(5)}", f"{d(2)}.{d(3)}.{d(3)}", f"{u(2)}{d(2)} {d(4)} {d(4)}", f"{d(2)}-{u(1)}-{d(5)}",
            f"#{d(6)}", f"{u(2)}-{d(2)}-{d(6)}", f"{u(3)} {d(3)} {d(3)}", f"{d(1)}{u(2)}{d(1)}-{u(2)}{d(1)}-{u(2)}{d(2)}",
        ))  # fmt: skip

    def ssn(self) -> str:
        """US social security number."""
        d = self.digits
        return self._rng.choice((f"{d(3)}-{d(2)}-{d(4)}", f"{d(3)}-{d(2)}-{d(4)}", f"{d(3)} {d(2)} {d(4)}", d(9),
                                 f"***-**-{d(4)}", f"xxx-xx-{d(4)}"))  # fmt: skip

    def plate(self) -> str:
        """Of a car."""
        d, u = self.digits, self.letters
        if self._language == "es":
            return self._rng.choice((f"{d(4)} {u(3)}", f"{d(4)}{u(3)}", f"{d(4)}-{u(3)}", f"{u(1)}-{d(4)}-{u(2)}", f"{u(3)}-{d(3)}-{u(1)}"))  # fmt: skip
        return self._rng.choice((f"{u(3)} {d(4)}", f"{u(3)}-{d(4)}", f"{d(1)}{u(3)}{d(3)}", f"{u(2)}{d(2)} {u(3)}", f"{u(3)}{d(3)}"))  # fmt: skip

    def vin(self) -> str:
        """Seventeen characters."""
        return "".join(self._rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=17))

    def dni(self) -> str:
        """DNI or NIE with its letter."""
        number = self._rng.randrange(1_000_000, 99_999_999)
        letter = "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23]
        whole = f"{number:08d}"
        return self._rng.choice((f"{whole}{letter}", f"{whole}-{letter}", f"{whole} {letter}", whole,
                                 f"{whole[:2]}.{whole[2:5]}.{whole[5:]}-{letter}",
                                 f"{self._rng.choice('XYZ')}-{whole[1:]}-{letter}", f"{self._rng.choice('XYZ')}{whole[1:]}{letter}"))  # fmt: skip

    def nass(self) -> str:
        """Spanish social security number."""
        d = self.digits
        return self._rng.choice((f"{d(2)}/{d(8)}/{d(2)}", f"{d(2)} {d(8)} {d(2)}", d(12), f"{d(2)}-{d(8)}-{d(2)}", f"{d(2)} {d(10)}"))  # fmt: skip

    def iban(self) -> str:
        """Bank account."""
        d = self.digits
        return self._rng.choice((f"ES{d(2)} {d(4)} {d(4)} {d(2)} {d(10)}", f"ES{d(2)} {d(4)} {d(4)} {d(4)} {d(4)} {d(4)}", f"ES{d(22)}", f"{d(4)}-{d(4)}-{d(2)}-{d(10)}"))  # fmt: skip

    def digits(self, count: int) -> str:
        """So many digits."""
        return "".join(self._rng.choices(string.digits, k=count))

    def letters(self, count: int) -> str:
        """So many capitals."""
        return "".join(self._rng.choices(string.ascii_uppercase, k=count))
