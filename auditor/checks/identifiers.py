"""Places in a record that have the shape of an identifier.

Measures, per record, how many places look like one of the 18 identifiers that the Safe Harbor
rule of HIPAA lists (A to R), or like one of the national schemes beside them (Spanish DNI, NIE,
NASS):

direct   what singles out a person: labelled and titled names (A), telephone (D), fax (E), e-mail
         (F), social security (G), record (H), health plan (I) and account numbers (J), licences
         and certificates (K), vehicles and plates (L), devices (M), web addresses (N), IP
         addresses (O), biometric templates (P), file names of pictures (Q), other codes (R).
quasi    what narrows down who it is: streets, towns, post codes, coordinates and organisations
         (B), all elements of a date except the year, and ages over 89, with birth years that give
         one away (C).

Profile ``safe_harbor`` lets pass ages up to 89, years, vague times ("in the spring"), days of the
week that stand alone, states and countries, and the first three digits of a ZIP code.
``gdpr_strict`` counts all of these, and occupations.

A find has one of these sources, and says which:

patterns     with validators, in ``rules/identifiers/``: a shape or a label; a check digit raises
             the score and never stands in for a label
name models  two small spaCy pipelines in ``rules/models/``, English and Spanish, for names, places,
             organisations and whatever has no fixed shape; their card tells what they can do
gazetteer    lists of names and places in ``rules/identifiers/lists/``
propagation  other mentions of what was found in the same record

What models and lists find within the name of an instrument ("Boston Naming Test") is no find. These
names are in ``rules/identifiers/instruments.yaml``, word for word; one that is not listed counts.

Before anything looks at a text, its characters are made plain: no zero-width space, no letter of
another alphabet and no full-width digit hides an identifier. Patterns also read what a text says
once spaced digits, number words, [at], base64, hexadecimals and the like are undone; a find that
needed this carries the name of the disguise.

Add your own recognizers in the policy, as a block of text under the option ``recognizers``, in the
form of the files in ``rules/identifiers/``:

    recognizers: |
      - name: ward_number
        category: H
        label: ID
        kind: direct
        patterns: [{regex: 'WD/[0-9]{5}', score: 0.9}]
        examples: {match: ['Admitted as «WD/48210».']}

Your own spaCy pipeline or transformers model works beside the shipped ones: name its folder under
``model_en`` or ``model_es``. What must not count goes into ``allow``, with a reason; reserved
values (example.org, 555-0100) count unless ``placeholders`` is ``pass``. A record that takes more
than ``seconds`` of CPU is not measured, and what was not measured does not pass.

What it cannot see: what is no text (a picture, a voice), a name that is an ordinary word of the
sentence ("Will" at its beginning), or a description that fits one person only. Nor does it know
whether a finding is real: an invented telephone number is found like any other;
``identity_replay`` asks whose it is.

Source: 45 CFR 164.514(b)(2); HHS Office for Civil Rights, Guidance Regarding Methods for
De-identification of Protected Health Information (2012).
"""

from collections.abc import Iterator
from typing import Literal

from auditor.corpus import Corpora
from auditor.detect.detector import SECONDS, Detector
from auditor.detect.patterns.rules import Profile
from auditor.detect.recognizers import SPOKEN
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Metric, Span, Unmeasured
from auditor.record import Record

SCOPE: Literal["record"] = "record"
METRICS = {
    "direct": Metric("names, contacts and numbers that single out a person", "places"),
    "quasi": Metric("dates, high ages, places and organisations that narrow down who", "places"),
}
# What a text can provoke in a pattern, a model or a validator; all else is a fault of the program.
UPSET = (ArithmeticError, LookupError, MemoryError, RecursionError, ValueError)


def measure(  # noqa: PLR0913  an option each
    corpora: Corpora,
    *,
    profile: Profile = "safe_harbor",
    recognizers: str = "",
    model_en: str = "",
    model_es: str = "",
    placeholders: Literal["count", "pass"] = "count",
    allow: str = "",
    seconds: float = SECONDS,
) -> Iterator[Finding | Unmeasured]:
    """Both metrics for every synthetic record, with the places found.

    ``recognizers`` and ``allow`` are YAML. Raises PolicyError when the profile is unknown, an own
    recognizer, an allowed value or an own model is not well formed; CannotMeasure when a shipped
    model is missing or was altered.
    """
    detector = Detector(
        profile,
        recognizers=recognizers,
        models={"en": model_en, "es": model_es},
        placeholders=placeholders,
        allow=allow,
        seconds=seconds,
    )
    for record in corpora.synthetic.records:
        yield from _outcomes(detector, record)


def _outcomes(detector: Detector, record: Record) -> Iterator[Finding | Unmeasured]:
    if record.lang not in SPOKEN:
        return _unmeasured(record, f"no recognizers for the language {record.lang!r}")
    try:
        hits = detector.find(record.text, record.lang)
    except CannotMeasure as error:
        return _unmeasured(record, str(error))
    except UPSET as error:  # one record must not end the run, nor pass unseen
        return _unmeasured(record, f"{type(error).__name__} while looking for identifiers")
    spans = [(h.kind, Span(h.start, h.end, h.label, h.score, h.recognizer, h.view)) for h in hits]
    by_metric = {metric: tuple(s for kind, s in spans if kind == metric) for metric in METRICS}
    return (
        Finding(metric, float(len(found)), record.id, found, detail=_labels(found))
        for metric, found in by_metric.items()
    )


def _labels(spans: tuple[Span, ...]) -> str:
    return ", ".join(sorted({span.label for span in spans}))


def _unmeasured(record: Record, reason: str) -> Iterator[Unmeasured]:
    return (Unmeasured(metric, reason, record.id) for metric in METRICS)
