"""What is filled into a template: one set of values per note, and the label of each slot."""

import random
from collections.abc import Callable
from functools import partial

from ages import Ages
from codes import Codes
from contacts import Contacts
from dates import Dates
from people import People
from places import Places
from shapes import letters
from tables import words

Draw = Callable[[], str]
CODES = (
    "mrn", "account", "policy", "license", "device", "accession", "lot", "passport", "id", "nhc",
    "cip", "colegiado",
)  # fmt: skip
LANDMARKS = ("landmark", "neighborhood")
ORGANISATIONS = (
    "hospital", "clinic", "employer", "school", "university", "insurer", "pharmacy", "agency",
    "org", "ward_named",
)  # fmt: skip
# Slots that identify nobody and so have no label.
PLAIN = (
    "drug", "dose", "freq", "diagnosis", "symptom", "eponym", "scale", "lab", "vital", "procedure",
    "specialty", "bodypart", "acronym", "duration", "vague_time", "number", "icd", "relative",
    "role",
)  # fmt: skip
AMOUNTS = (0.5, 1, 2, 2.5, 5, 10, 20, 25, 50, 75, 100, 150, 300, 500)
MEASURES = ("mg", "mg", "mg", "mcg", "g", "ml")


class Values:
    """Fills slots. The patient of a note stays the same; everything else is drawn anew."""

    def __init__(self, language: str, rng: random.Random) -> None:
        self._rng = rng
        self._words = words(language)
        people = People(language, rng)
        contacts = Contacts(language, rng, people)
        places = Places(language, rng, people)
        codes = Codes(language, rng)
        labelled: dict[str, dict[str, Draw]] = {
            "NAME": _names(people),
            "AGE": _ages(Ages(language, rng)),
            "DATE": _dates(Dates(language, rng)),
            "LOCATION": _places(places),
            "ORG": {slot: partial(places.named, slot) for slot in ORGANISATIONS},
            "PHONE": _phones(contacts),
            "EMAIL": {"email": contacts.email},
            "URL": {"url": contacts.url},
            "IP": {"ip": contacts.ip},
            "ID": _codes(codes),
            "PROFESSION": {"job": lambda: rng.choice(self._words["job"])},
        }
        self._draws = {
            slot: (label, draw) for label, slots in labelled.items() for slot, draw in slots.items()
        }

    def knows(self, slot: str) -> bool:
        """Whether there are values for a slot."""
        return slot in self._draws or slot in PLAIN

    def fill(self, slot: str) -> tuple[str, str | None]:
        """A value and its label; None for what identifies nobody."""
        if slot in self._draws:
            label, draw = self._draws[slot]
            return draw().strip(), label
        return self._plain(slot), None

    def _plain(self, slot: str) -> str:
        rng = self._rng
        if slot == "dose":
            return f"{rng.choice(AMOUNTS)} {rng.choice(MEASURES)}"
        if slot == "number":
            return str(rng.choice((rng.randint(2, 12), rng.randint(2, 400))))
        if slot == "acronym" and rng.random() < 0.2:
            return letters(rng.choice((3, 3, 4, 5)), rng)
        return rng.choice(self._words[slot])


def _names(people: People) -> dict[str, Draw]:
    return {
        "patient": people.patient_name,
        "patient_first": lambda: people.patient.given,
        "patient_last": people.patient_families,
        "patient_initials": people.patient_initials,
        "person": people.name,
        "first": people.given,
        "last": people.families,
        "initials": people.initials,
        "doctor": people.name,
        "doctor_last": people.family,
    }


def _ages(ages: Ages) -> dict[str, Draw]:
    return {
        "age": ages.usual,
        "age_old": ages.old,
        "age_words": ages.words,
        "age_months": ages.months,
    }


def _dates(dates: Dates) -> dict[str, Draw]:
    return {
        "date": dates.complete,
        "date_numeric": dates.numeric,
        "date_prose": dates.prose,
        "day_month": dates.day_of_month,
        "month_year": dates.month_of_year,
        "month": dates.month,
        "weekday": dates.weekday,
        "weekday_date": dates.weekday_and_date,
        "holiday": dates.holiday,
        "year": dates.year,
    }


def _places(places: Places) -> dict[str, Draw]:
    return {
        "street": places.street,
        "city": places.city,
        "state": places.state,
        "zip": places.post_code,
        "country": places.country,
        "county": places.county,
        **{slot: partial(places.named, slot) for slot in LANDMARKS},
    }


def _phones(contacts: Contacts) -> dict[str, Draw]:
    return {
        "phone": contacts.phone,
        "fax": contacts.phone,
        "pager": contacts.pager,
        "extension": contacts.extension,
    }


def _codes(codes: Codes) -> dict[str, Draw]:
    return {
        "ssn": codes.ssn,
        "plate": codes.plate,
        "vin": codes.vin,
        "username": codes.username,
        "dni": codes.dni,
        "nass": codes.nass,
        "iban": codes.iban,
        **dict.fromkeys(CODES, codes.code),
    }
