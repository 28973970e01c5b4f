"""Turns the phrases of a language into sentences about one invented patient.

In a phrase, `[a|b]` is a choice, `{slot}` is filled from a phrase bank or from the patient,
`{4-9}` is a number in that range, and `(he/she)` follows the patient's gender.
"""

import re
import unicodedata
from random import Random
from typing import Any

Bank = dict[str, Any]
Fields = dict[str, str]


class Writer:
    """Writes the sentences of one record; avoids using a phrase twice in the same record."""

    def __init__(self, bank: Bank, rng: Random, patient: Fields) -> None:
        self.bank, self.rng, self.patient = bank, rng, patient
        self.condition: Bank = bank["conditions"][patient["condition"]]
        self.used: set[str] = set()

    def sentence(self, section: str) -> str:
        """One sentence of a section: a template, filled, with grammar and capital put right."""
        return self.finish(self.pick(self.condition.get(section) or self.bank[section]))

    def finish(self, template: str) -> str:
        """A template, all choices made, as a sentence with its capital and full stop."""
        text = template
        while re.search(r"[\[{]", text):
            text = re.sub(r"\[([^\[\]]*)\]", lambda m: self.rng.choice(m[1].split("|")), text)
            text = re.sub(r"\{([^{}]*)\}", lambda m: self.fill(m[1]), text)
        side = 1 if self.patient["gender"] == "m" else 2
        text = re.sub(r"\(([^()/]*)/([^()/]*)\)", lambda m: str(m[side]), text)
        for wrong, right in self.bank["grammar"]:
            text = re.sub(wrong, right, text)
        return text[0].upper() + text[1:] + "."

    def fill(self, slot: str) -> str:
        """A number for a range, a fact about the patient, or a phrase not used so far."""
        if span := re.fullmatch(r"(\d+)-(\d+)", slot):
            return str(self.rng.randint(int(span[1]), int(span[2])))
        if slot in self.patient:
            return self.patient[slot]
        slots = self.bank["slots"]
        options = self.condition.get(slot) or slots.get(slot) or slots[f"{slot}.{self.mode}"]
        return self.pick(options)

    @property
    def mode(self) -> str:
        """Whether the patient has a name to be called by."""
        return "named" if "last" in self.patient else "plain"

    def pick(self, options: list[str]) -> str:
        """An option that this record does not hold yet, where there is one."""
        choice = self.rng.choice([o for o in options if o not in self.used] or options)
        self.used.add(choice)
        return choice


def patient_without_identity(code: str, rng: Random, bank: Bank) -> Fields:
    """What every note of a patient agrees on: two notes of one patient may follow each other."""
    return {
        "condition": code,
        "gender": rng.choice("mf"),
        "age": str(rng.randint(19, 58)),
        "job": rng.choice(bank["slots"]["job"]),
    }


def patient_with_identity(code: str, rng: Random, bank: Bank) -> Fields:
    """Adds what makes a note a risk: a name, numbers, dates, an e-mail address; all invented."""
    patient = patient_without_identity(code, rng, bank)
    names, english = bank["names"], bank["lang"] == "en"
    first = rng.choice(names[patient["gender"]])
    last, last2, kin = rng.sample(names["last"], 3)
    area = rng.choice(("212", "312", "415", "503", "617"))
    line = rng.randint(0, 99)
    return patient | {
        "first": first,
        "last": last,
        "last2": last2,
        "kin": f"{rng.choice(names['m'] + names['f'])} {kin}",
        "phone": f"({area}) 555-01{line:02}" if english else f"600 000 {line:03}",
        "mrn": str(rng.randint(1_000_000, 9_999_999)),
        "email": f"{ascii_letters(first)}.{ascii_letters(last)}@example.org",
        "date": written_date(bank, rng, rng.randint(2018, 2023)),
        "birth": written_date(bank, rng, 2021 - int(patient["age"])),
    }


def ascii_letters(name: str) -> str:
    """A name as it stands in an e-mail address."""
    return unicodedata.normalize("NFD", name.lower()).encode("ascii", "ignore").decode()


def written_date(bank: Bank, rng: Random, year: int) -> str:
    """A date in words or in figures, in the order of the language."""
    day, month = rng.randint(1, 28), rng.randint(1, 12)
    name = bank["months"][month - 1]
    if bank["lang"] == "en":
        return rng.choice((f"{name} {day}, {year}", f"{month:02}/{day:02}/{year}"))
    return rng.choice((f"{day} de {name} de {year}", f"{day:02}/{month:02}/{year}"))


def dni(number: int) -> str:
    """A Spanish identity number with its check letter."""
    return f"{number:08}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def spanish_iban(bank: str, branch: str, account: str) -> str:
    """Both sets of check digits are right: those of the account (mod 11) and of the IBAN."""
    weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)

    def check(digits: str) -> str:
        rest = 11 - sum(w * int(d) for w, d in zip(weights, digits, strict=True)) % 11
        return str({10: 1, 11: 0}.get(rest, rest))

    number = f"{bank}{branch}{check('00' + bank + branch)}{check(account)}{account}"
    iban = f"ES{98 - int(number + '142800') % 97:02}{number}"
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))
