"""Short phrases: who has them, and how many."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.checks import short_text
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.record import Record

COMMON = "moderate depressive episode"
RARE = "mutism after the fire at the mill"


def corpus(*made: str, groups: list[str | None] | None = None, name: str = "c") -> Corpus:
    pairs = zip(made, groups or [None] * len(made), strict=True)
    return Corpus(name, tuple(Record(f"{name}{i}", t, group=g) for i, (t, g) in enumerate(pairs)))


def values(metric: str, corpora: Corpora) -> list[float]:
    found = [f for f in short_text.measure(corpora) if isinstance(f, Finding)]
    return [f.value for f in found if f.metric == metric]


def uniqueness(text: str, source: Corpus, holdout: Corpus | None = None) -> float:
    (value,) = values("uniqueness", Corpora(corpus(text), source, holdout))
    return value


SOURCE = corpus(
    f"He had a {COMMON}, and slept badly.",
    f"{COMMON.capitalize()}.",
    f"Again a {COMMON}",
    f"Seen for {RARE}, in spring.",
    "mild anxiety",
)


def test_a_phrase_of_many_is_nobodys() -> None:
    assert uniqueness(COMMON, SOURCE) == pytest.approx(1 / 3)


def test_a_phrase_of_one_person_singles_that_one_out() -> None:
    assert uniqueness(RARE, SOURCE) == 1


def test_what_no_source_record_holds_is_not_copied() -> None:
    assert uniqueness("panic disorder with agoraphobia", SOURCE) == 0


def test_what_somebody_else_has_too_is_language() -> None:
    assert uniqueness("mild anxiety", SOURCE) == 1
    assert uniqueness("mild anxiety", SOURCE, corpus("She has mild anxiety.")) == 0


def test_the_same_patient_in_the_holdout_is_nobody_else() -> None:
    source = corpus("mild anxiety", groups=["p1"])
    same, other = (corpus("mild anxiety", groups=[p], name="h") for p in ("p1", "p2"))
    assert uniqueness("mild anxiety", source, same) == 1
    assert uniqueness("mild anxiety", source, other) == 0


def test_three_notes_of_one_patient_are_one_patient() -> None:
    source = corpus(*[RARE] * 3, groups=["p1", "p1", "p1"])
    assert uniqueness(RARE, source) == 1
    assert values("holders", Corpora(corpus(RARE), source)) == [1]


def test_a_phrase_ends_at_words() -> None:
    assert uniqueness("anxiety", corpus("hyperanxiety, anxietylike")) == 0
    assert uniqueness("anxiety", corpus("ANXIETY.")) == 1


@pytest.mark.parametrize("text", ["MILD   anxiety.", "mild,anxiety", "mild\nANXIETY"])
def test_letters_spaces_and_points_do_not_hide_a_phrase(text: str) -> None:
    assert uniqueness(text, SOURCE) == 1


def test_where_and_whose() -> None:
    made = corpus(f"- {RARE} -")
    (finding,) = (
        f for f in short_text.measure(Corpora(made, SOURCE))
        if isinstance(f, Finding) and f.metric == "uniqueness"
    )  # fmt: skip
    (span,) = finding.spans
    assert made.records[0].text[span.start : span.end] == RARE
    assert finding.reference is not None
    assert finding.reference.record == SOURCE.fingerprint(3)


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("one two three four five six seven", True),
        ("one two three four five six seven eight", False),
        ("niño " * 7, True),
        (unicodedata.normalize("NFD", "niño " * 7), True),
        ("患者は" * 40, False),  # no spaces: one "word" of 120 characters
        ("", True),
    ],
)
def test_which_records_are_short(text: str, short: bool) -> None:
    assert short_text.applies_to(Record("r", text)) is short


def test_longer_records_have_no_value() -> None:
    corpora = Corpora(corpus(COMMON, "word " * 8, RARE), SOURCE)
    found = [f.record for f in short_text.measure(corpora) if isinstance(f, Finding)]
    assert set(found) == {"c0", "c2"}


def test_a_text_without_a_word_is_nobodys_phrase() -> None:
    found = list(short_text.measure(Corpora(corpus("..."), corpus("one two three"))))
    assert {(f.metric, f.value) for f in found} == {("uniqueness", 0), ("holders", 0)}


def test_without_a_source_nothing_is_measured() -> None:
    with pytest.raises(CannotMeasure, match="--source"):
        list(short_text.measure(Corpora(corpus(COMMON))))


def test_leaving_the_own_patient_out() -> None:
    source = corpus(RARE, RARE, COMMON, groups=["p1", "p2", "p3"])
    corpora = Corpora(source, source, leave_out=True)
    assert values("holders", corpora) == [1, 1, 0]
    assert values("uniqueness", corpora) == [1, 1, 0]


def test_a_register_of_diagnoses_is_not_a_set_of_copies() -> None:
    """One-line records, most of them frequent: overlap would call nearly all of them copies."""
    rng = random.Random(0)
    phrases = [f"disorder {i} of the {place}" for i in range(40) for place in ("arm", "leg")]
    frequent = [1 / (1 + i) for i in range(len(phrases))]
    made, source, holdout = (corpus(*rng.choices(phrases, frequent, k=n)) for n in (300, 900, 300))
    found = values("uniqueness", Corpora(made, source, holdout))
    assert sum(value > 0.34 for value in found) <= 0.01 * 300


WORDS = st.lists(st.sampled_from(["ab", "b", "c"]), max_size=9)


@given(
    st.lists(WORDS, min_size=1, max_size=4),
    st.lists(st.tuples(WORDS, st.sampled_from([None, "p", "q"])), min_size=1, max_size=5),
    st.lists(st.tuples(WORDS, st.sampled_from([None, "p", "r"])), max_size=3),
)
def test_equals_brute_force(
    made: list[list[str]],
    source: list[tuple[list[str], str | None]],
    holdout: list[tuple[list[str], str | None]],
) -> None:
    def holds(words: list[str], text: list[str]) -> bool:
        n = len(text)
        return any(words[i : i + n] == text for i in range(len(words) - n + 1))

    expected = []
    for text in made:
        if len(text) <= 7:
            here = {g or i for i, (words, g) in enumerate(source) if text and holds(words, text)}
            there = {g or i for i, (words, g) in enumerate(holdout) if holds(words, text)}
            others = {g for g in there if isinstance(g, int) or g not in here}
            expected.append(0 if others or not here else 1 / len(here))
    sides = [
        corpus(*(" ".join(words) for words, _ in side), groups=[g for _, g in side], name=name)
        for name, side in (("s", source), ("h", holdout))
    ]
    texts = corpus(*(" ".join(text) for text in made))
    found = values("uniqueness", Corpora(texts, sides[0], sides[1] if holdout else None))
    assert found == pytest.approx(expected)
