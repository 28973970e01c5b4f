"""Identities: the identifiers of real people, and who they belong to.

They come from the roster, from spans that the source records bring along (``meta.phi``) and from
our own detector, run over the source. Places, professions, organisations and ages alone identify
nobody and are left out, as are dates other than birth dates that the detector finds.
"""

import hmac
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from auditor.corpus import Corpus
from auditor.errors import InputError
from auditor.finding import Span
from auditor.record import Record
from auditor.roster import Roster

ROSTER, MARKED, DETECTED = "roster", "meta.phi", "detected"
PROVED, FORMAT, SHAPE = "roster-proved", "format-proved", "identifier-shaped"
LABELS = ("NAME", "DATE", "ID", "PHONE", "EMAIL", "URL", "IP", "LOCATION")
UNUSED = ("AGE", "ORG", "PROFESSION", "OTHER")
FORMATTED = ("ID", "PHONE", "EMAIL", "URL", "IP")
LABELLED = 0.85  # score of a recognizer that saw a field label, or a check digit that is right

# Types of MEDDOCAN (Marimon et al. 2019) by the label they count as.
MEDDOCAN = {
    kind: label
    for label, kinds in {
        "NAME": "NOMBRE_SUJETO_ASISTENCIA NOMBRE_PERSONAL_SANITARIO",
        "AGE": "EDAD_SUJETO_ASISTENCIA",
        "DATE": "FECHAS",
        "LOCATION": "CALLE TERRITORIO PAIS",
        "ORG": "HOSPITAL INSTITUCION CENTRO_SALUD",
        "PHONE": "NUMERO_TELEFONO NUMERO_FAX",
        "EMAIL": "CORREO_ELECTRONICO",
        "URL": "URL_WEB",
        "IP": "DIREC_PROT_INTERNET",
        "ID": "ID_SUJETO_ASISTENCIA ID_CONTACTO_ASISTENCIAL ID_ASEGURAMIENTO"
        " ID_TITULACION_PERSONAL_SANITARIO ID_EMPLEO_PERSONAL_SANITARIO"
        " IDENTIF_VEHICULOS_NRSERIE_PLACAS IDENTIF_DISPOSITIVOS_NRSERIE NUMERO_BENEF_PLAN_SALUD"
        " OTRO_NUMERO_IDENTIF IDENTIF_BIOMETRICOS",
        "PROFESSION": "PROFESION",
        "OTHER": "SEXO_SUJETO_ASISTENCIA FAMILIARES_SUJETO_ASISTENCIA OTROS_SUJETO_ASISTENCIA",
    }.items()
    for kind in kinds.split()
}
_KNOWN = {**MEDDOCAN, **{label: label for label in (*LABELS, *UNUSED)}}

_BIRTH = re.compile(
    r"(?:birth|born|\bd\.?o\.?b\b|nacimiento|nacid[oa]|\bf\.?\s?nac)[^\d\n]{0,25}$", re.IGNORECASE
)
_SURNAME_NEXT = re.compile(r"\b(?:apellidos?|surnames?|last name|family name)\b", re.IGNORECASE)
_GIVEN_NEXT = re.compile(r"\b(?:nombre|first name|given name)\b", re.IGNORECASE)
APART = 40  # characters between the fields of a given name and a surname
# What a text can provoke in a pattern or a validator; anything else is a fault of the program.
UPSET = (ArithmeticError, LookupError, MemoryError, RecursionError, ValueError)


@dataclass(frozen=True, slots=True)
class Identity:
    """One identifier of one person.

    ``origin``     roster, meta.phi or detected
    ``tier``       roster-proved, format-proved (the detector saw a label or a right check digit,
                   or the format proves itself) or identifier-shaped
    ``group``      the person, unique within the roster or the source
    ``reference``  keyed fingerprint of the source record or the row of the roster
    ``span``       the place in that record
    """

    label: str
    value: str = field(repr=False)
    origin: str
    tier: str
    group: int
    reference: str
    lang: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Identities, and why those of some source records are not among them."""

    identities: tuple[Identity, ...]
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What our detector saw in each source record, and in how many it could not look.

    ``unspoken``  records of a language without recognizers
    ``upset``     records that made it fail
    """

    spans: tuple[tuple[Span, ...], ...]
    unspoken: int = 0
    upset: int = 0


def of_roster(roster: Roster, key: bytes) -> Iterator[Identity]:
    """The identities of a roster; ``key``: of the fingerprints of its rows."""
    for person in roster.people:
        row = f"{roster.digest}:{person.line}".encode()
        reference = hmac.new(key, row, "sha256").hexdigest()[:16]
        for label, value in person.identifiers:
            yield Identity(label, value, ROSTER, PROVED, person.group, reference)


def marked(source: Corpus) -> Gathered:
    """The spans under ``meta.phi`` of the source. Raises InputError when they are malformed."""
    found: list[Identity] = []
    for i in range(len(source.records)):
        spans = sorted(_spans(source, i), key=lambda s: (s.start, s.end))
        found += _identities(source, i, spans, MARKED)
    return Gathered(tuple(found))


def detected(source: Corpus, profile: str) -> Gathered:
    """What our detector finds in the source. Raises CannotMeasure as the detector does."""
    found = source.memo(seen, profile)
    identities = tuple(
        identity
        for i, spans in enumerate(found.spans)
        for identity in _identities(source, i, list(spans), DETECTED)
    )
    gaps = []
    if found.unspoken:
        gaps.append(f"no recognizers for the language of {found.unspoken:,} source records")
    if found.upset:
        gaps.append(f"an error while looking for them in {found.upset:,} source records")
    return Gathered(identities, tuple(gaps))


def seen(source: Corpus, profile: str) -> Seen:
    """The places of identities in every source record, as our detector tells them.

    Raises CannotMeasure as the detector does.
    """
    from auditor.detect.detector import Detector
    from auditor.detect.recognizers import SPOKEN

    detector = Detector(profile=profile)
    places: list[tuple[Span, ...]] = []
    unspoken = upset = 0
    for record in source.records:
        places.append(())
        if record.lang not in SPOKEN:
            unspoken += 1
            continue
        try:
            hits = detector.find(record.text, record.lang)
        except UPSET:
            upset += 1
            continue
        places[-1] = tuple(
            Span(hit.start, hit.end, hit.label, hit.score, hit.recognizer, hit.view)
            for hit in hits
            if hit.label != "DATE" or _BIRTH.search(record.text, max(0, hit.start - 45), hit.start)
        )
    return Seen(tuple(places), unspoken, upset)


def _identities(source: Corpus, i: int, spans: list[Span], origin: str) -> Iterator[Identity]:
    record, group, reference = source.records[i], source.groups[i], source.fingerprint(i)
    for span, value in (*_values(record, spans), *_whole_names(record, spans)):
        if span.label in LABELS:
            tier = PROVED if origin == MARKED else _tier(span)
            yield Identity(
                span.label, value, origin, tier, group, reference, record.lang,
                Span(span.start, span.end),
            )  # fmt: skip


def _tier(span: Span) -> str:
    sure = span.label in FORMATTED and (span.score or 0) >= LABELLED
    return FORMAT if sure else SHAPE


def _values(record: Record, spans: Iterable[Span]) -> Iterator[tuple[Span, str]]:
    return ((span, record.text[span.start : span.end]) for span in spans)


def _whole_names(record: Record, spans: list[Span]) -> Iterator[tuple[Span, str]]:
    """Names that a form tells in two fields: ``Nombre: Ana. Apellidos: Ruiz Gil``."""
    names = [span for span in spans if span.label == "NAME"]
    for one, other in pairwise(names):
        between = record.text[one.end : other.start]
        if len(between) <= APART and one.end <= other.start:
            first, second = (record.text[s.start : s.end] for s in (one, other))
            whole = Span(one.start, other.end, "NAME", one.score)
            if _SURNAME_NEXT.search(between):
                yield whole, f"{first} {second}"
            elif _GIVEN_NEXT.search(between):
                yield whole, f"{second} {first}"


def _spans(source: Corpus, i: int) -> Iterator[Span]:
    record = source.records[i]
    if not record.has_meta or not record.line:
        return
    meta = json.loads(record.line).get("meta")  # a line that did not come as JSON has none
    listed = meta.get("phi") if isinstance(meta, dict) else None
    if listed is None:
        return
    place = f"{source.name}: record {i + 1}: meta.phi"
    if not isinstance(listed, list):
        raise InputError(f"{place}: not a list; write a list of {{type, start, end}}")
    for number, entry in enumerate(listed, 1):
        yield _span(f"{place}: entry {number}", entry, len(record.text))


def _span(place: str, entry: Any, length: int) -> Span:
    if not isinstance(entry, dict):
        raise InputError(f"{place}: not an object; write {{type, start, end}}")
    kind = entry.get("type", entry.get("label"))
    label = _KNOWN.get(kind) if isinstance(kind, str) else None
    if label is None:
        raise InputError(f"{place}: unknown type; use one of MEDDOCAN, or {', '.join(LABELS)}")
    start, end = entry.get("start"), entry.get("end")
    if type(start) is not int or type(end) is not int or not 0 <= start < end <= length:
        raise InputError(f"{place}: start and end are no place in the text; count code points")
    return Span(start, end, label)
