"""Real text for training: Spanish reports with invented identifiers, and sentences without any.

Read from the folder that AUDITOR_CORPORA names; nothing of it is kept but the model's weights.
"""

import json
import os
import random
import re
from functools import cache
from pathlib import Path
from typing import Any

from expand import Span
from tables import words
from values import Values

from auditor.detect.gazetteer import kind_of
from auditor.detect.models.features import folded
from auditor.detect.patterns.rules import matches, shipped_rules

# es_meddocan_train: Marimon et al., MEDDOCAN, IberLEF 2019, CC BY 4.0.
# Of each of its types of span: our label, and the slots whose values may take such a span's place.
TYPES: dict[str, tuple[str, tuple[str, ...]]] = {
    "NOMBRE_SUJETO_ASISTENCIA": ("NAME", ("person", "first", "last")),
    "NOMBRE_PERSONAL_SANITARIO": ("NAME", ("doctor",)),
    "EDAD_SUJETO_ASISTENCIA": ("AGE", ()),
    "FECHAS": ("DATE", ("date_numeric", "date_prose", "month_year")),
    "CALLE": ("LOCATION", ("street",)),
    "TERRITORIO": ("LOCATION", ("city", "state", "zip")),
    "PAIS": ("LOCATION", ("country",)),
    "HOSPITAL": ("ORG", ("hospital",)),
    "INSTITUCION": ("ORG", ("org", "university", "agency")),
    "CENTRO_SALUD": ("ORG", ("clinic",)),
    "NUMERO_TELEFONO": ("PHONE", ("phone",)),
    "NUMERO_FAX": ("PHONE", ("fax",)),
    "CORREO_ELECTRONICO": ("EMAIL", ("email",)),
    "ID_SUJETO_ASISTENCIA": ("ID", ("nhc", "id")),
    "ID_ASEGURAMIENTO": ("ID", ("nass", "cip")),
    "ID_TITULACION_PERSONAL_SANITARIO": ("ID", ("colegiado",)),
    "ID_CONTACTO_ASISTENCIAL": ("ID", ("id",)),
    "ID_EMPLEO_PERSONAL_SANITARIO": ("ID", ("id",)),
    "PROFESION": ("PROFESSION", ("job",)),
}
FRESH = 0.6  # share of the spans that get a new value
# mtsamples.com (CC0), MTS-Dialog and aci-bench (CC BY 4.0): prose that was published de-identified.
CARRIERS = {
    "en": ("source/en_mtsamples_train", "source/en_mtsdialog_train", "source/en_aci_train"),
    "es": (),
}
CAPITALISED_SLOTS = ("drug", "eponym", "diagnosis", "acronym")
CAPITALISED = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")
# A title, a stand-in of the publisher's or a long number.
TELLING = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Miss|Sr|Sra)\b\.?|\bABC\b|\bXYZ\b|_{2}|\d{4}")
SENTENCE = re.compile(r"[^\n]{20,600}?(?:[.?!](?=\s)|\n|$)")


def corpora() -> Path:
    """The folder of the corpora."""
    return Path(os.environ.get("AUDITOR_CORPORA", Path(__file__).parents[4] / "shared" / "data"))


def rows(name: str) -> list[dict[str, Any]]:
    """The records of one file."""
    lines = (corpora() / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@cache
def meddocan() -> tuple[tuple[str, tuple[tuple[int, int, str], ...]], ...]:
    """Texts and typed spans of the training part."""
    return tuple(
        (r["text"], tuple(sorted((s["start"], s["end"], s["type"]) for s in r["meta"]["phi"])))
        for r in rows("source/es_meddocan_train")
    )


def resurrogated(rng: random.Random) -> tuple[str, list[Span]]:
    """A report of MEDDOCAN, mostly with many of its values replaced."""
    text, typed = rng.choice(meddocan())
    values = Values("es", rng)
    fresh = FRESH if rng.random() < 0.8 else 0.0
    whole, spans, at = "", list[Span](), 0
    for start, end, kind in typed:
        if start < at:  # within the span before
            continue
        label, slots = TYPES.get(kind, ("", ()))
        value = text[start:end]
        if slots and rng.random() < fresh:
            value = values.fill(rng.choice(slots))[0]
        whole += text[at:start]
        if label:
            spans.append((len(whole), len(whole) + len(value), label))
        whole += value
        at = end
    return whole + text[at:], spans


@cache
def carriers(language: str) -> tuple[str, ...]:
    """Sentences of real notes in which nothing looks like an identifier."""
    known = {folded(word) for slot in CAPITALISED_SLOTS for word in words(language)[slot]}
    texts = (row["text"] for name in CARRIERS[language] for row in rows(name))
    sentences = (match[0].strip() for text in texts for match in SENTENCE.finditer(text))
    return tuple(dict.fromkeys(s for s in sentences if _bare(s, known, language)))


def _bare(sentence: str, known: set[str], language: str) -> bool:
    """Whether neither a title, nor a list of names, nor a rule finds anything."""
    if TELLING.search(sentence):
        return False
    doubtful = (word for word in CAPITALISED.findall(sentence) if folded(word) not in known)
    if any(kind_of(word) for word in doubtful):
        return False
    rules = (rule for rule in shipped_rules() if language in rule.languages and rule.label != "AGE")
    return not any(any(matches(rule, sentence)) for rule in rules)
