"""Places in a record that have the shape of an identifier.

Measures, per record, how many places look like one of the 18 identifiers that the Safe Harbor
rule of HIPAA lists (A to R), or like one of the national schemes beside them (Spanish DNI, NIE,
NASS):

direct   what singles out a person: labelled and titled names (A), telephone (D), fax (E), e-mail
         (F), social security (G), record (H), health plan (I) and account numbers (J), licences
         and certificates (K), vehicles and plates (L), devices (M), web addresses (N), IP
         addresses (O), biometric templates (P), file names of pictures (Q), other codes (R).
quasi    what narrows down who it is: streets, post codes and coordinates (B), all elements of a
         date except the year, and ages over 89, with birth years that give one away (C).

Profile ``safe_harbor`` lets pass ages up to 89, years, vague times ("in the spring"), days of the
week that stand alone, states, and the first three digits of a ZIP code.
``gdpr_strict`` also counts ages, years, days of the week and labelled occupations.

Recognizers are patterns with validators, in ``rules/identifiers/``: a pattern needs a shape or a
label, a check digit raises its score and never stands in for a label. Add your own in the policy,
as a block of text under the option ``recognizers``, in the form of those files:

    recognizers: |
      - name: ward_number
        category: H
        label: ID
        kind: direct
        patterns: [{regex: 'WD/[0-9]{5}', score: 0.9}]
        examples: {match: ['Admitted as «WD/48210».']}

It cannot see names, places and organisations in running text: that takes a trained model, and
until there is one they are reported as not measured. It cannot see a number without a cue that
looks like any other (seven digits in a sentence), what a picture shows, or a voice: of biometrics
and photographs it finds labels, codes and file names only. Nor does it know whether a finding is
real: an invented telephone number is found like any other.

Source: 45 CFR 164.514(b)(2); HHS Office for Civil Rights, Guidance Regarding Methods for
De-identification of Protected Health Information (2012).
"""

from collections.abc import Iterator
from typing import Literal

from auditor.corpus import Corpora
from auditor.detect.recognizers import SPOKEN, Detector
from auditor.detect.rules import rules_for
from auditor.finding import Finding, Metric, Span, Unmeasured
from auditor.record import Record

SCOPE: Literal["record"] = "record"
METRICS = {
    "direct": Metric("names, contacts and numbers that single out a person", "places"),
    "quasi": Metric("dates, high ages and places that narrow down who it is", "places"),
}
# What a text can provoke in a pattern or a validator; anything else is a fault of the program.
UPSET = (ArithmeticError, LookupError, MemoryError, RecursionError, ValueError)
AWAITS_A_MODEL = {
    "NAME": "names without a label or a title are not looked for: no trained model yet",
    "LOCATION": "places other than streets, post codes and coordinates are not looked for: "
    "no trained model yet",
    "ORG": "organisations are not looked for: no trained model yet",
}


def measure(
    corpora: Corpora,
    *,
    profile: str = "safe_harbor",
    recognizers: str = "",
) -> Iterator[Finding | Unmeasured]:
    """Both metrics for every synthetic record, with the places found.

    ``recognizers`` is YAML: a list of the user's own, in the form of ``rules/identifiers/``. Raises
    PolicyError when the profile is unknown or an own recognizer is not well formed.
    """
    detector = Detector(rules_for(profile, recognizers))
    yield from (Unmeasured(label, reason) for label, reason in AWAITS_A_MODEL.items())
    for record in corpora.synthetic.records:
        yield from _outcomes(detector, record)


def _outcomes(detector: Detector, record: Record) -> Iterator[Finding | Unmeasured]:
    if record.lang not in SPOKEN:
        return _unmeasured(record, f"no recognizers for the language {record.lang!r}")
    try:
        hits = detector.find(record.text, record.lang)
    except UPSET as error:  # one record must not end the run, nor pass unseen
        return _unmeasured(record, f"{type(error).__name__} while looking for identifiers")
    spans = [
        (hit.kind, Span(hit.start, hit.end, hit.label, hit.score, hit.recognizer))
        for hit in hits
    ]
    by_metric = {metric: tuple(s for kind, s in spans if kind == metric) for metric in METRICS}
    return (
        Finding(metric, float(len(found)), record.id, found) for metric, found in by_metric.items()
    )


def _unmeasured(record: Record, reason: str) -> Iterator[Unmeasured]:
    return (Unmeasured(metric, reason, record.id) for metric in METRICS)
