"""The rules on contradictions, told by their own examples, and how they read a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.detect.patterns.linear import refuse_backtracking
from auditor.indexes import contradictions_doses as doses
from auditor.indexes import contradictions_durations as durations
from auditor.indexes import contradictions_findings as findings
from auditor.indexes import contradictions_patient as patient
from auditor.indexes.contradictions import contradictions
from auditor.indexes.contradictions_text import told
from auditor.indexes.contradictions_words import Example, days, rules

FINDS = [(rule.id, example) for rule in rules() for example in rule.finds]
LEAVES = [(rule.id, example) for rule in rules() for example in rule.leaves]


def broken(text: str, language: str = "en", *codes: str) -> list[str]:
    return [found.rule for found in contradictions(text, language, codes)]


@pytest.mark.parametrize(("rule", "example"), FINDS, ids=lambda it: getattr(it, "text", it))
def test_a_rule_finds_what_it_is_for(rule: str, example: Example) -> None:
    assert rule in broken(example.text, example.lang, *example.codes)
    assert rule in broken(example.text, "und", *example.codes)


@pytest.mark.parametrize(("rule", "example"), LEAVES, ids=lambda it: getattr(it, "text", it))
def test_no_rule_finds_what_is_in_order(rule: str, example: Example) -> None:
    assert broken(example.text, example.lang, *example.codes) == []


def test_rules_have_one_name_each_and_examples_in_both_languages() -> None:
    names = [rule.id for rule in rules()]
    assert len(names) == len(set(names)) > 20
    for rule in rules():
        assert {example.lang for example in rule.finds} == {"en", "es"}


def test_both_places_are_told() -> None:
    text = "A 45-year-old man is seen. He underwent a hysterectomy."
    (found,) = contradictions(text, "en")
    assert [text[start:end] for start, end in found.places] == [
        "45-year-old man",
        "underwent a hysterectomy",
    ]


def test_a_text_about_several_people_or_about_gender_says_no_age_and_no_sex() -> None:
    contradiction = "A 45-year-old man is seen. He is pregnant."
    assert broken(contradiction) == ["female_events_in_man"]
    assert broken("Case 2. " + contradiction) == []
    assert broken(contradiction + " He is a transgender man.") == []


def test_pronouns_are_no_evidence_and_speak_against_it() -> None:
    assert broken("He is seen for low mood. He is pregnant.") == []
    assert broken("A 45-year-old man and a colleague. She is pregnant.") == []


def test_one_long_duration_speaks_for_the_illness() -> None:
    short = "Low mood for three days."
    assert broken(short, "en", "F32.1") == ["depressive_episode_of_days"]
    assert broken(short + " Depressed for four months.", "en", "F32.1") == []
    assert broken(short, "en", "F41.0") == []


@pytest.mark.parametrize(
    ("number", "unit", "language", "amount"),
    [
        ("1,000", "mg", "en", 1000),
        ("1.000", "mg", "en", 1),
        ("1.000", "mg", "es", 1000),
        ("1,000", "mg", "es", 1),
        ("0.125", "mg", "es", 0.125),
        ("2,5", "g", "es", 2500),
        ("75", "mcg", "en", 0.075),
        ("75", "µg", "en", 0.075),
        ("75", "microgramos", "es", 0.075),
        ("40", "grams", "en", 40_000),
    ],
)
def test_amounts_in_milligrams(number: str, unit: str, language: str, amount: float) -> None:
    assert doses.milligrams(number, unit, language) == pytest.approx(amount)


@pytest.mark.parametrize(
    ("number", "unit", "language", "expected"),
    [
        ("two", "week", "en", 14),
        ("3", "Día", "es", 3),
        ("un", "mes", "es", 30),
        ("1", "hour", "en", 1 / 24),
    ],
)
def test_durations_in_days(number: str, unit: str, language: str, expected: float) -> None:
    assert days(number, unit, language) == pytest.approx(expected)


@given(st.integers(1, 99), st.integers(1, 99))
def test_a_history_longer_than_the_patient_is_old(age: int, years: int) -> None:
    text = f"A {age}-year-old woman has a {years}-year history of cough."
    assert ("longer_than_life" in broken(text)) == (years > age + 1)


@given(st.integers(1, 6000))
def test_a_dose_is_told_of_from_five_times_the_highest(amount: int) -> None:
    text = f"Takes sertraline {amount} mg daily."
    assert ("dose_beyond_range" in broken(text)) == (amount > 5 * 400)


@pytest.mark.parametrize("name", ["ſertraline", "sertralıne", "SERTRALINE"])
def test_a_drug_in_odd_letters_stops_nothing(name: str) -> None:
    assert len(broken(f"Takes {name} 5000 mg daily.")) <= 1


@given(st.text(max_size=200), st.sampled_from(["en", "es", "und"]))
def test_any_text_can_be_read(text: str, language: str) -> None:
    for found in contradictions(text, language, ["F32.1", "O80"]):
        assert all(0 <= start < end <= len(text) for start, end in found.places)


def patterns() -> list[str]:
    """Every pattern of the rules, by where it stands."""
    groups = {
        "who": [patient._who()],
        "patient": [says for _, says in patient._rules()],
        "durations": [some for _, named, lasts in durations._rules() for some in (named, lasts)],
        "findings": [some for _, *both in findings._rules() for some in both],
    }
    named = [
        (f"{name} {number} {language} {index}", pattern)
        for name, sets in groups.items()
        for number, some in enumerate(sets)
        for language, all_of in some.items()
        for index, pattern in enumerate(all_of)
    ]
    named += [(f"doses {language}", doses._doses(language)) for language in ("en", "es")]
    return [pytest.param(place, pattern, id=place) for place, pattern in named]  # type: ignore[misc]


@pytest.mark.slow
@pytest.mark.parametrize(("place", "pattern"), patterns())
def test_patterns_take_time_in_proportion(place: str, pattern: object) -> None:
    refuse_backtracking(place, pattern)  # type: ignore[arg-type]


def test_a_text_of_other_people_is_not_the_patients() -> None:
    assert not told("Her mother is pregnant.", "en").of_patient((11, 22))
    assert told("Nobody else: pregnant.", "en").of_patient((13, 21))
