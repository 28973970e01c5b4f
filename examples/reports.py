"""Whole reports: which sections in which order, for whom, under which codes."""

from collections.abc import Iterator
from random import Random
from typing import Any

from wording import Bank, Fields, Writer, patient_with_identity, patient_without_identity

Record = dict[str, Any]

REAL_SIZE = 140
SECOND_CODE_SHARE, NAMED_SHARE, RETURNING_SHARE = 0.25, 0.65, 0.15
CODES = ["F10.20", "F20.0", "F31.9", "F32.1", "F33.2"]
CODES += ["F41.0", "F41.1", "F42.9", "F43.10", "F50.00"]
LANGUAGES = ["en"] * 11 + ["es"] * 9

# Real and generated notes arrange the same sections differently; only real ones have contacts.
REAL_ORDERS = (
    "opening clause clause second history life exam impression contact plan",
    "opening history clause second clause exam impression plan contact",
    "opening clause life clause contact second impression plan",
    "contact opening clause clause history second exam impression plan contact",
)
SYNTHETIC_ORDERS = (
    "opening life clause clause second exam history impression plan",
    "opening clause second exam clause impression life plan",
    "opening impression clause history clause second plan",
    "opening clause clause second life history exam impression plan",
)


def compose(bank: Bank, rng: Random, patient: Fields, orders: tuple[str, ...]) -> Record:
    """One record without id: sections in one of the orders, some of them left out."""
    writer = Writer(bank, rng, patient)
    second = rng.choice(sorted(bank["second"])) if rng.random() < SECOND_CODE_SHARE else None
    sentences = []
    for section in rng.choice(orders).split():
        if section == "second":
            sentences += [writer.finish(writer.pick(bank["second"][second]))] if second else []
        elif section == "contact" and writer.mode == "plain":
            continue
        elif section not in ("life", "history", "exam") or rng.random() < 0.75:
            sentences.append(writer.sentence(section))
    label = [patient["condition"]] + ([second] if second else [])
    text = " ".join(sentences)
    return {"id": "", "text": text, "lang": bank["lang"], "label": label, "group": ""}


def dealt(banks: dict[str, Bank], rng: Random) -> Iterator[tuple[Bank, str]]:
    """Languages and codes as from shuffled decks: every code gets its share in every corpus."""
    codes: list[str] = []
    languages: list[str] = []
    while True:
        languages = languages or rng.sample(LANGUAGES, len(LANGUAGES))
        codes = codes or rng.sample(CODES, len(CODES))
        yield banks[languages.pop()], codes.pop()


def real_records(
    banks: dict[str, Bank], rng: Random, prefix: str, first_patient: int
) -> list[Record]:
    """Source and holdout come from this one process, so they differ by chance alone."""
    cases = dealt(banks, rng)
    records: list[Record] = []
    number = first_patient
    while len(records) < REAL_SIZE:
        bank, code = next(cases)
        patient = patient_without_identity(code, rng, bank)
        if rng.random() < NAMED_SHARE:
            patient = patient_with_identity(code, rng, bank)
        visits = 2 if rng.random() < RETURNING_SHARE else 1
        group = {"group": f"p-{number:03}"}
        records += [compose(bank, rng, patient, REAL_ORDERS) | group for _ in range(visits)]
        number += 1
    return numbered(records[:REAL_SIZE], prefix)


def numbered(records: list[Record], prefix: str) -> list[Record]:
    """The records with their ids, in the order they have."""
    return [r | {"id": f"{prefix}-{i:04}"} for i, r in enumerate(records, 1)]


def clean_record(bank: Bank, code: str, rng: Random) -> Record:
    """What a well-behaved generator writes: same style, nobody's identity."""
    return compose(bank, rng, patient_without_identity(code, rng, bank), SYNTHETIC_ORDERS)
