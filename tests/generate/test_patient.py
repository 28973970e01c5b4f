"""People to be invented: drawn by seed, as different as can be, and each of them possible."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InputError, PolicyError
from auditor.generate import patient
from auditor.generate.patient import AXES, KINDS, draw
from auditor.generate.taxonomy import Label
from auditor.resources import shipped

ANY = Label("X00", "a name", "a definition")
FILE = shipped("rules", "generation", "patients.yaml").read_text("utf-8")


def limited(
    *ages: str,
    sexes: tuple[str, ...] = (),
    courses: tuple[str, ...] = (),
    severities: tuple[str, ...] = (),
) -> Label:
    return Label(
        "X01",
        "a name",
        "a definition",
        ages=ages,
        sexes=sexes,
        courses=courses,
        severities=severities,
    )


def value_of(axis: str, words: str) -> patient.Value:
    return next(value for value in patient.axes()[axis] if words in (value.en, value.es))


def test_a_seed_draws_the_same_person_every_time_and_in_either_language() -> None:
    english, spanish = draw(7, ANY, "en"), draw(7, ANY, "es")
    assert draw(7, ANY, "en") == english
    assert tuple(english) == AXES
    for axis in AXES:
        assert value_of(axis, english[axis]) == value_of(axis, spanish[axis])


def test_this_seed_drew_these_words_before() -> None:
    """Seeds stand in records: what they stand for must not change unnoticed."""
    told = draw(2024, ANY, "en")
    assert told["age"] == "in the mid-teens"
    assert (told["sex"], told["setting"]) == ("female", "primary care")
    assert told["style"] == "plain short sentences"


@pytest.mark.parametrize("label", [ANY, limited("child"), limited("very_old", sexes=("male",))])
def test_a_thousand_seeds_are_nearly_a_thousand_people(label: Label) -> None:
    people = {tuple(draw(seed, label, "en").values()) for seed in range(1000)}
    assert len(people) > 990


@pytest.mark.parametrize("axis", ["age", "sex", "severity", "course", "style", "order"])
def test_an_axis_without_conditions_is_drawn_by_its_weights(axis: str) -> None:
    values = patient.axes()[axis]
    counts = Counter(draw(seed, ANY, "en")[axis] for seed in range(3000))
    each = 3000 / sum(value.weight for value in values)
    square = sum(
        (counts[value.en] - each * value.weight) ** 2 / (each * value.weight) for value in values
    )
    freedom = len(values) - 1
    assert square < freedom + 4 * math.sqrt(2 * freedom)  # four standard deviations


def test_ages_are_those_of_mental_health_care() -> None:
    ages = patient.axes()["age"]
    whole = sum(value.weight for value in ages)
    share = {
        kind: sum(value.weight for value in ages if value.kind == kind) / whole
        for kind in KINDS["age"]
    }
    assert share["child"] + share["adolescent"] == pytest.approx(0.08, abs=0.01)
    assert share["very_old"] == pytest.approx(0.05, abs=0.01)
    assert share["young_adult"] + share["adult"] + share["middle_aged"] > 0.6
    drawn = Counter(value_of("age", draw(s, ANY, "en")["age"]).kind for s in range(2000))
    assert 100 < drawn["child"] + drawn["adolescent"] < 230


def test_every_value_of_every_axis_is_drawn() -> None:
    seen: dict[str, set[str]] = {axis: set() for axis in AXES}
    for seed in range(5000):
        for axis, words in draw(seed, ANY, "en").items():
            seen[axis].add(words)
    for axis, values in patient.axes().items():
        assert seen[axis] == {value.en for value in values}


def test_there_are_more_than_a_hundred_thousand_people_whatever_the_age() -> None:
    for age in KINDS["age"]:
        kinds = {"age": age, "sex": "male", "setting": "outpatient"}
        axes = [v for axis, v in patient.axes().items() if axis not in KINDS]
        choices = [sum(value.fits(kinds) for value in values) for values in axes]
        assert math.prod(choices) > 100_000
    diverse = set(AXES) - {"sex"}
    assert all(len(patient.axes()[axis]) >= 8 for axis in diverse)


def test_whatever_was_drawn_before_every_axis_has_a_choice_left() -> None:
    for age in KINDS["age"]:
        for setting in KINDS["setting"]:
            kinds = {"age": age, "sex": "female", "setting": setting}
            for axis, values in patient.axes().items():
                if axis not in KINDS:
                    assert sum(value.fits(kinds) for value in values) >= 3, (age, setting, axis)


def test_children_go_to_school_and_live_with_their_families() -> None:
    for seed in range(500):
        told = draw(seed, limited("child"), "en")
        assert "school" in told["occupation"]
        assert told["living"] not in ("alone", "in a care home", "with a partner")
        assert told["comorbidity"] not in ("high blood pressure", "varicose veins")


@given(seed=st.integers(), ages=st.sets(st.sampled_from(KINDS["age"])), sexes=st.sets(
    st.sampled_from(KINDS["sex"])))  # fmt: skip
def test_ages_and_sexes_of_the_label_are_kept(seed: int, ages: set[str], sexes: set[str]) -> None:
    told = draw(seed, limited(*ages, sexes=tuple(sexes)), "es")
    kinds = {axis: value_of(axis, told[axis]).kind for axis in KINDS}
    assert kinds["age"] in (ages or KINDS["age"])
    assert kinds["sex"] in (sexes or KINDS["sex"])
    assert all(value_of(axis, told[axis]).fits(kinds) for axis in AXES)


def test_labels_together_are_drawn_somebody_who_can_have_all() -> None:
    for seed in range(50):
        told = draw(seed, limited("child", "adult"), "en", limited("adult", "older"))
        assert value_of("age", told["age"]).kind == "adult"


def test_labels_that_no_person_can_have_together_are_refused() -> None:
    with pytest.raises(InputError, match="share no age"):
        draw(1, limited("child"), "en", limited("older"))
    with pytest.raises(InputError, match="share no sex"):
        draw(1, limited(sexes=("male",)), "en", limited(sexes=("female",)))


@given(
    seed=st.integers(),
    courses=st.sets(st.sampled_from(KINDS["course"])),
    severities=st.sets(st.sampled_from(KINDS["severity"])),
)
def test_courses_and_severities_of_the_label_are_kept(
    seed: int, courses: set[str], severities: set[str]
) -> None:
    told = draw(seed, limited(courses=tuple(courses), severities=tuple(severities)), "en")
    assert value_of("course", told["course"]).kind in (courses or KINDS["course"])
    assert value_of("severity", told["severity"]).kind in (severities or KINDS["severity"])


def test_of_several_labels_courses_and_severities_are_those_in_common() -> None:
    one = limited(courses=("recent", "stable"), severities=("mild", "moderate"))
    other = limited(courses=("stable", "acute"), severities=("moderate",))
    apart = limited(courses=("remitted",), severities=("none",))
    seen: Counter[str] = Counter()
    for seed in range(60):
        told = draw(seed, one, "en", other)
        assert value_of("course", told["course"]).kind == "stable"
        assert value_of("severity", told["severity"]).kind == "moderate"
        # With nothing in common neither label decides: the person is still somebody.
        seen[value_of("course", draw(seed, one, "en", apart)["course"]).kind] += 1
    assert len(seen) > 5


def test_a_restriction_on_one_axis_leaves_the_others_as_they_were() -> None:
    for seed in range(50):
        free, bound = draw(seed, ANY, "en"), draw(seed, limited(courses=("stable",)), "en")
        assert {**bound, "course": ""} == {**free, "course": ""}


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(InputError, match=r"patients\.yaml.*'fr'; use en or es"):
        draw(1, ANY, "fr")


def test_no_wording_holds_a_digit_but_those_of_diabetes() -> None:
    for values in patient.axes().values():
        for value in values:
            for words in (value.en, value.es):
                assert not any(c.isdigit() for c in words.replace("type 1", "").replace(
                    "type 2", "").replace("tipo 1", "").replace("tipo 2", ""))  # fmt: skip


@pytest.mark.slow
def test_no_wording_would_be_found_to_be_an_identifier() -> None:
    """A note that takes a hint over word for word must not be rejected for it."""
    from auditor.detect.detector import Detector

    detector = Detector("safe_harbor")
    for values in patient.axes().values():
        for value in values:
            assert not detector.find(f"Note: {value.en}.", "en")
            assert not detector.find(f"Nota: {value.es}.", "es")


@pytest.mark.parametrize(
    ("change", "into", "told"),
    [
        ("\nseverity:", "\nhardness:", "its axes must be"),
        ("kind: female", "kind: woman", "sex: the kind of each value"),
        ("kind: stable", "kind: still", "course: the kind of each value"),
        ("weight: 11", "weight: 0", "weight: Input should be greater than 0"),
        ("weight: 11", "weight: .inf", "weight: Input should be a finite number"),
        ("  - {en: asthma,", "  - {kind: lung, en: asthma,", "comorbidity: the kind of each value"),
        ("ages: [adolescent, young_adult]", "ages: [teenager]", "ages"),
        ("en: asthma,", "en: asthma, fr: asthme,", "fr: Extra inputs"),
        ("en: asthma, es: asma,", "en: asthma,", "es: Field required"),
        ("  - {en: none,", "  - {en: [none,", "not YAML"),
    ],
)
def test_a_file_that_is_not_of_this_form_is_refused(change: str, into: str, told: str) -> None:
    assert change in FILE
    with pytest.raises(PolicyError, match=rf"^generation/patients\.yaml.*{told}"):
        patient.read(FILE.replace(change, into))
