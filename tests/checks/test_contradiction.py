"""The check as a user meets it: a number, rule names and places, and who decides."""

from auditor.checks import contradiction
from auditor.corpus import Corpora, Corpus
from auditor.finding import Advisory, Finding, Outcome
from auditor.measure import measure
from auditor.record import Record

PREGNANT = "A 45-year-old man is seen for low mood. He is pregnant. Takes sertraline 5000 mg daily."


def corpora(*records: Record) -> Corpora:
    return Corpora(Corpus("synthetic", records))


def outcomes(*records: Record, decides: bool = False) -> list[Outcome]:
    return list(contradiction.measure(corpora(*records), decides=decides))


def test_a_finding_names_the_rules_and_both_places_of_each() -> None:
    (finding, _) = outcomes(Record("r", PREGNANT, "en"))
    assert isinstance(finding, Finding)
    assert finding.value == 2
    assert [(PREGNANT[s.start : s.end], s.label) for s in finding.spans] == [
        ("45-year-old man", "female_events_in_man"),
        ("He is pregnant", "female_events_in_man"),
        ("sertraline", "dose_beyond_range"),
        ("5000 mg", "dose_beyond_range"),
    ]


def test_a_record_in_order_has_none() -> None:
    (finding, _) = outcomes(Record("r", "A 45-year-old woman is seen. She is pregnant.", "en"))
    assert isinstance(finding, Finding)
    assert (finding.value, finding.spans) == (0.0, ())


def test_the_codes_of_the_record_are_read_too() -> None:
    (finding, _) = outcomes(Record("r", "Varón de 40 años.", "es", label=("I10", "O80")))
    assert isinstance(finding, Finding)
    assert [span.label for span in finding.spans] == ["female_events_in_man"]


def test_values_are_for_review_unless_the_policy_lets_them_decide() -> None:
    record = Record("r", PREGNANT, "en")
    assert [o.metric for o in outcomes(record) if isinstance(o, Advisory)] == ["contradictions"]
    assert not [o for o in outcomes(record, decides=True) if isinstance(o, Advisory)]


def test_other_languages_are_not_its_business() -> None:
    records = [Record(language, PREGNANT, language) for language in ("en", "es", "und", "fr")]
    result = measure("contradiction", {}, corpora(*records))
    assert result.expected == ("en", "es", "und")
    assert set(result.findings["contradictions"]) == {"en", "es", "und"}
    assert not result.unmeasured
    assert result.executed == 3
    assert set(result.advisory) == {"contradictions"}
