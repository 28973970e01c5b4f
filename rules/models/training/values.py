"""What is filled into a template: one set of values per note, and the label of each slot."""

import random
from collections.abc import Callable

from figures import Numbers
from people import People
from places import TALE, Places, words

CODES = (
    "mrn", "account", "policy", "license", "device", "accession", "lot", "passport", "id", "nhc",
    "cip", "colegiado",
)  # fmt: skip
PLAIN = (
    "drug", "dose", "freq", "diagnosis", "symptom", "eponym", "scale", "lab", "vital", "procedure",
    "specialty", "bodypart", "acronym", "duration", "vague_time", "number", "icd", "relative", "role",
)  # fmt: skip
MAILERS = ("example.org", "example.com", "mail.com", "inbox.net", "correo.es", "post.io", "clinic.org",
           "hospital.org", "univ.edu", "salud.es", "sanidad.gob.es", "telecom.co.uk", "web.de", "red.com.mx")  # fmt: skip


class Values:
    """Fills slots. The patient of a note stays the same; everything else is drawn anew."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._rng = rng
        self._language = language
        self._people = people = People(language, rng)
        self._numbers = numbers = Numbers(language, rng)
        self._places = places = Places(language, rng, people, numbers)
        own = people.patient
        self._patient = people.full(own)
        self._labelled: dict[str, tuple[str, Callable[[], str]]] = {
            "patient": ("NAME", self._called),
            "patient_first": ("NAME", lambda: own[0]),
            "patient_last": ("NAME", lambda: people.families(own)),
            "patient_initials": ("NAME", lambda: people.initials(own)),
            "person": ("NAME", lambda: people.full(people.person())),
            "first": ("NAME", people.given),
            "last": ("NAME", lambda: people.families(people.person())),
            "initials": ("NAME", lambda: people.initials(people.person())),
            "doctor": ("NAME", lambda: people.full(people.person())),
            "doctor_last": ("NAME", people.family),
            "age": ("AGE", numbers.age),
            "age_old": ("AGE", numbers.age_old),
            "age_words": ("AGE", numbers.age_words),
            "age_months": ("AGE", numbers.age_months),
            "date": ("DATE", numbers.date),
            "date_numeric": ("DATE", numbers.date_numeric),
            "date_prose": ("DATE", numbers.date_prose),
            "day_month": ("DATE", numbers.day_month),
            "month_year": ("DATE", numbers.month_year),
            "month": ("DATE", numbers.month),
            "weekday": ("DATE", numbers.weekday),
            "weekday_date": ("DATE", numbers.weekday_date),
            "holiday": ("DATE", lambda: rng.choice(words(language).get("holiday", ["Christmas"]))),
            "year": ("DATE", numbers.year),
            "street": ("LOCATION", places.street),
            "city": ("LOCATION", places.city),
            "state": ("LOCATION", places.state),
            "zip": ("LOCATION", places.zip),
            "country": ("LOCATION", places.country),
            "county": ("LOCATION", places.county),
            "phone": ("PHONE", numbers.phone),
            "fax": ("PHONE", numbers.phone),
            "pager": ("PHONE", lambda: rng.choice((numbers.extension, numbers.phone))()),
            "extension": ("PHONE", numbers.extension),
            "email": ("EMAIL", self._email),
            "url": ("URL", self._url),
            "ip": ("IP", numbers.ip),
            "ssn": ("ID", numbers.ssn),
            "plate": ("ID", numbers.plate),
            "vin": ("ID", numbers.vin),
            "username": ("ID", numbers.username),
            "dni": ("ID", numbers.dni),
            "nass": ("ID", numbers.nass),
            "iban": ("ID", numbers.iban),
            "job": ("PROFESSION", lambda: rng.choice(words(language).get("job", ["baker"]))),
        }
        for kind in CODES:
            self._labelled[kind] = ("ID", numbers.code)
        for kind in TALE:
            label = "LOCATION" if kind in ("landmark", "neighborhood") else "ORG"
            self._labelled[kind] = (label, lambda kind=kind: places.named(kind))

    def knows(self, slot: str) -> bool:
        """Whether there are values for a slot."""
        return slot in self._labelled or slot in PLAIN

    def fill(self, slot: str) -> tuple[str, str | None]:
        """A value and its label; None for what identifies nobody."""
        if slot in self._labelled:
            label, draw = self._labelled[slot]
            return draw().strip(), label
        return self._plain(slot), None

    def again(self, label: str) -> str:
        """A fresh value of a label, as any slot would give."""
        slots = [s for s, (of, _) in self._labelled.items() if of == label]
        return self.fill(self._rng.choice(slots))[0]

    def _called(self) -> str:
        """The patient's whole name, mostly in the same form."""
        rng, people = self._rng, self._people
        return self._patient if rng.random() < 0.6 else people.full(people.patient)

    def _plain(self, slot: str) -> str:
        rng = self._rng
        if slot == "dose":
            return f"{rng.choice((0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 75, 100, 150, 300, 500))} {rng.choice(('mg', 'mg', 'mg', 'mcg', 'g', 'ml'))}"
        if slot == "number":
            return str(rng.choice((rng.randint(2, 12), rng.randint(2, 400))))
        if slot == "acronym" and rng.random() < 0.2:
            return self._numbers.letters(rng.choice((3, 3, 4, 5)))
        return rng.choice(words(self._language).get(slot) or [slot.replace("_", " ")])

    def _email(self) -> str:
        rng, people = self._rng, self._people
        given, family = (
            "".join(c for c in part.lower() if c.isascii() and c.isalnum())
            for part in (people.given(), people.family())
        )
        user = rng.choice((f"{given}.{family}", f"{given[:1]}{family}", f"{given}{self._numbers.digits(2)}",
                           f"{given}_{family}", f"{family}{self._numbers.digits(3)}", f"{given[:1]}.{family}"))  # fmt: skip
        return f"{user}@{rng.choice(MAILERS)}"

    def _url(self) -> str:
        rng = self._rng
        host = f"{rng.choice(('www.', 'portal.', '', 'my.'))}{self._people.family().lower().replace(' ', '')}{rng.choice(('.org', '.com', '.es', '.net', '-clinic.com'))}"
        path = rng.choice(
            ("", "/", f"/p/{self._numbers.digits(5)}", f"/patients?id={self._numbers.digits(6)}")
        )
        return f"{rng.choice(('https://', 'http://', '', ''))}{host}{path}"
