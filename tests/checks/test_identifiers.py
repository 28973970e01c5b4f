"""The check as a user meets it: findings by metric, and all that it could not measure."""

import json
from collections.abc import Iterable

import pytest

from auditor.checks import identifiers
from auditor.corpus import Corpora, Corpus
from auditor.detect.detector import Detector
from auditor.errors import PolicyError
from auditor.finding import Finding, Unmeasured
from auditor.record import Record

LABELS = {
    "NAME", "AGE", "DATE", "LOCATION", "PHONE", "EMAIL", "URL", "IP", "ID", "ORG", "PROFESSION",
    "OTHER",
}  # fmt: skip


def measured(
    *texts: str, lang: str = "en", profile: str = "safe_harbor", recognizers: str = ""
) -> list[Finding | Unmeasured]:
    records = tuple(Record(f"r{i}", text, lang) for i, text in enumerate(texts))
    corpora = Corpora(Corpus("synthetic", records))
    return list(identifiers.measure(corpora, profile=profile, recognizers=recognizers))


def findings(outcomes: Iterable[Finding | Unmeasured]) -> dict[tuple[str | None, str], Finding]:
    return {(o.record, o.metric): o for o in outcomes if isinstance(o, Finding)}


def test_direct_and_quasi_identifiers_are_told_apart() -> None:
    text = "MRN: 4482913. Seen on March 5, 2021 at 12 Oak Street. Call 614-555-0142."
    found = findings(measured(text))
    direct, quasi = found["r0", "direct"], found["r0", "quasi"]
    assert [(text[s.start : s.end], s.label) for s in direct.spans] == [
        ("4482913", "ID"),
        ("614-555-0142", "PHONE"),
    ]
    assert [(text[s.start : s.end], s.label) for s in quasi.spans] == [
        ("March 5, 2021", "DATE"),
        ("12 Oak Street", "LOCATION"),
    ]
    assert (direct.value, quasi.value) == (2.0, 2.0)
    assert direct.spans[0].recognizer == "en_medical_record_number"


def test_a_clean_record_has_findings_of_zero() -> None:
    found = findings(measured("Mood was low; PHQ-9 18/27.", "Sleep is fair."))
    assert {key: f.value for key, f in found.items()} == {
        (record, metric): 0.0 for record in ("r0", "r1") for metric in ("direct", "quasi")
    }
    assert all(f.spans == () for f in found.values())


# Invented values in sentences of this test only: a category each, in both languages.
SENTENCES = {
    "en": [
        ("NAME", "Patient name: Tabitha Lathbury."),
        ("NAME", "Dr. Jessop was told."),
        ("LOCATION", "Found at 48 Mossgrove Lane, Dayton, OH 45402."),
        ("DATE", "She fell on 03/14/2021."),
        ("DATE", "She fell on the 3rd of June."),
        ("AGE", "A 97-year-old widow."),
        ("AGE", "He turned 93 in hospital."),
        ("PHONE", "Ring (614) 555-0142 at night."),
        ("PHONE", "Fax: 614-555-0143."),
        ("EMAIL", "Write to tabitha@example.org."),
        ("ID", "SSN 219-45-6789 was given."),
        ("ID", "Beneficiary no. HPB-482103377."),
        ("ID", "Account number: 00482913."),
        ("ID", "License number: 48/2910337."),
        ("ID", "Her car, plate KTR 4821, was towed."),
        ("ID", "Pacemaker serial number PM88213-X."),
        ("URL", "He writes at https://blog.example.net/p/20413."),
        ("IP", "The call came from 203.0.113.25."),
        ("ID", "Fingerprint template: FPT-0A1B2C3D4E."),
        ("OTHER", "See IMG_4821_face.jpg."),
        ("ID", "Registered as X12345678."),
    ],
    "es": [
        ("NAME", "Nombre: Begoña Quirós."),
        ("NAME", "Lo vio la Dra. Ordóñez."),
        ("LOCATION", "Domicilio: calle Quirós 12, 3º B, 28013 Madrid."),
        ("DATE", "Ingresó el 14/03/2021."),
        ("DATE", "Ingresó el 5 de mayo."),
        ("AGE", "Mujer de 97 años."),
        ("AGE", "Cumplió 93 en el hospital."),
        ("PHONE", "Llamar al 600 555 012."),
        ("PHONE", "Fax: 915 550 143."),
        ("EMAIL", "Correo: begona@example.org."),
        ("ID", "NASS: 28/12345678/40."),
        ("ID", "DNI 12345678Z."),
        ("ID", "NHC: 2748903."),
        ("ID", "Tarjeta sanitaria: HPB-482103377."),
        ("ID", "Cuenta: ES91 2100 0418 4502 0005 1332."),
        ("ID", "Número de colegiado: 28 28 12345."),
        ("ID", "Matrícula: 4821 BCD."),
        ("ID", "Número de serie: PM88213-X."),
        ("URL", "Escribe en https://blog.example.net/p/20413."),
        ("IP", "Desde 203.0.113.25."),
        ("ID", "Plantilla de huella dactilar: FPT-0A1B2C3D4E."),
        ("OTHER", "Véase IMG_4821_cara.jpg."),
    ],
}


@pytest.mark.parametrize("lang", SENTENCES)
def test_each_kind_of_identifier_is_found(lang: str) -> None:
    sentences = SENTENCES[lang]
    found = findings(measured(*(text for _, text in sentences), lang=lang))
    for number, (label, text) in enumerate(sentences):
        spans = [s for m in identifiers.METRICS for s in found[f"r{number}", m].spans]
        assert [s.label for s in spans] == [label], text


def test_spans_speak_the_scorers_language() -> None:
    texts = [text for sentences in SENTENCES.values() for _, text in sentences]
    for finding in findings(measured(*texts, lang="und")).values():
        for span in finding.spans:
            assert span.label in LABELS
            assert 0 < (span.score or 0) <= 1
            assert span.recognizer


def test_a_language_without_recognizers_is_not_measured() -> None:
    outcomes = measured("MRN: 4482913", lang="fr")
    assert findings(outcomes) == {}
    gaps = [o for o in outcomes if isinstance(o, Unmeasured) and o.record == "r0"]
    assert [gap.what for gap in gaps] == ["direct", "quasi"]
    assert "'fr'" in gaps[0].reason


def test_a_record_that_upsets_a_recognizer_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    real = Detector.find

    def upset(self: Detector, text: str, language: str) -> object:
        if "upset" in text:
            raise RecursionError(text)
        return real(self, text, language)

    monkeypatch.setattr(Detector, "find", upset)
    outcomes = measured("MRN: 4482913", "upset by secret", "Sleep is fair.")
    gaps = [o for o in outcomes if isinstance(o, Unmeasured) and o.record]
    assert [(gap.record, gap.what) for gap in gaps] == [("r1", "direct"), ("r1", "quasi")]
    assert gaps[0].reason == "RecursionError while looking for identifiers"
    assert {record for record, _ in findings(outcomes)} == {"r0", "r2"}


@pytest.mark.parametrize(
    ("text", "modest", "strict"),
    [
        ("A 45-year-old man, seen in 2014.", 0, 2),
        ("Seen last Tuesday.", 0, 1),
        ("Occupation: bus driver.", 0, 1),
        ("A 95-year-old man, seen on March 5.", 2, 2),
    ],
)
def test_profiles(text: str, modest: int, strict: int) -> None:
    counts = [
        findings(measured(text, profile=profile))["r0", "quasi"].value
        for profile in ("safe_harbor", "gdpr_strict")
    ]
    assert counts == [modest, strict]


def test_an_unknown_profile_is_the_policys_fault() -> None:
    with pytest.raises(PolicyError, match=r"no profile 'hipaa'.*safe_harbor, gdpr_strict"):
        measured("a", profile="hipaa")


def test_the_recognizer_of_the_manual_page_works() -> None:
    manual = (identifiers.__doc__ or "").split("recognizers: |\n")[1].split("\n\n")[0]
    found = findings(measured("Admitted as WD/48210.", recognizers=manual))
    assert [s.recognizer for s in found["r0", "direct"].spans] == ["ward_number"]


def test_no_outcome_holds_a_piece_of_the_text() -> None:
    told = json.dumps([repr(o) for o in measured("Patient name: Tabitha Lathbury, MRN: 4482913.")])
    assert "Tabitha" not in told
    assert "4482913" not in told
