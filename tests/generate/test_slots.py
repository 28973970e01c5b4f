"""Slots: how many of what, and the company that labels keep in a source."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.generate.slots import WHOLE, Draw, Slot, per_label, top_up
from auditor.record import Record

CODES = ("F20", "F32", "F41", "G47", "M54")


def anything(_: tuple[str, ...]) -> bool:
    return True


def records(*labels: tuple[str, ...], lang: str = "en") -> list[Record]:
    """One record of each, all of other patients."""
    return [Record(str(i), "Text.", lang, codes) for i, codes in enumerate(labels)]


def having(slots: list[Slot], source: list[Record], lang: str) -> Counter[str]:
    """Label -> records that have it, of a source with its slots filled."""
    sets = [set(s.labels) for s in slots if s.lang == lang]
    sets += [set(r.label) for r in source if r.lang in (lang, "und")]
    return Counter(label for one in sets for label in one)


def test_so_many_of_each_in_each_language() -> None:
    slots = per_label([("F32",), ("F41", "G47")], ["en", "es"], 2)
    assert [slot.id for slot in slots] == [
        "F32-en-0001", "F32-en-0002", "F32-es-0001", "F32-es-0002",
        "F41+G47-en-0001", "F41+G47-en-0002", "F41+G47-es-0001", "F41+G47-es-0002",
    ]  # fmt: skip
    assert {slot.of for slot in slots} == {2}


def test_what_is_named_twice_is_wanted_once() -> None:
    assert per_label([("F32",), ("F32",)], ["en", "en"], 3) == per_label([("F32",)], ["en"], 3)


def test_seeds_are_their_own_and_always_the_same() -> None:
    slots = per_label([(code,) for code in CODES], ["en", "es"], 100)
    seeds = {slot.seed(run, attempt) for slot in slots for run in (0, 1) for attempt in (1, 2)}
    assert len(seeds) > len(slots) * 4 - 5  # of 2 ** 31 a pair may fall together
    assert all(0 <= seed < WHOLE for seed in seeds)
    assert slots[0].seed(7, 1) == Slot(("F20",), "en", 0, 100).seed(7, 1) == 356_348_861
    assert slots[0].seed(1, 12) != slots[0].seed(11, 2)


def test_a_rare_label_is_topped_up_and_a_common_one_is_not() -> None:
    source = records(*[("F32",)] * 5, *[("G47",)] * 3)
    slots = top_up(source, (), ("en",), 5, Draw(0, anything))
    assert [slot.id for slot in slots] == ["G47-en-0001", "G47-en-0002"]


def test_only_labels_that_are_named_are_topped_up() -> None:
    source = records(("F32",), ("G47",))
    assert {s.labels for s in top_up(source, ("G47",), ("en",), 4, Draw(0, anything))} == {("G47",)}


def test_a_label_that_the_source_lacks_is_asked_for_alone() -> None:
    slots = top_up(records(("F32",)), ("F41",), ("en",), 3, Draw(0, anything))
    assert [slot.labels for slot in slots] == [("F41",)] * 3


def test_every_language_is_counted_by_itself_and_an_unstated_one_for_all() -> None:
    source = [
        *records(*[("F32",)] * 2, lang="en"), *records(("F32",), lang="es"),
        *records(("F32",), lang="und"), *records(*[("F32",)] * 9, lang="fr"),
    ]  # fmt: skip
    slots = top_up(source, (), ("en", "es"), 4, Draw(0, anything))
    assert Counter(slot.lang for slot in slots) == {"en": 1, "es": 2}


def test_labels_keep_their_company_if_enough_patients_have_it() -> None:
    common = records(*[("F20", "F32")] * 3)
    assert {s.labels for s in top_up(common, ("F20",), ("en",), 9, Draw(0, anything))} == {
        ("F20", "F32")
    }
    rare = records(*[("F20", "F32")] * 2)
    assert {s.labels for s in top_up(rare, ("F20",), ("en",), 9, Draw(0, anything))} == {("F20",)}


def test_many_records_of_one_patient_are_one_patient() -> None:
    source = [Record(str(i), "Text.", "en", ("F20", "F32"), group="p1") for i in range(30)]
    slots = top_up(source, ("F20",), ("en",), 40, Draw(0, anything))
    assert {slot.labels for slot in slots} == {("F20",)}


def test_a_record_made_for_one_label_counts_for_those_beside_it() -> None:
    source = records(*[("F20", "F32")] * 3)
    assert len(top_up(source, (), ("en",), 10, Draw(0, anything))) == 7


def test_labels_that_do_not_fit_are_not_put_together() -> None:
    source = records(*[("F20", "F32", "G47")] * 5)
    slots = top_up(source, ("F20",), ("en",), 10, Draw(0, lambda codes: "F32" not in codes))
    assert {slot.labels for slot in slots} == {("F20", "G47")}


def test_nothing_is_missing() -> None:
    assert top_up(records(("F32",)), (), ("en",), 1, Draw(0, anything)) == []
    assert top_up([], (), ("en",), 9, Draw(0, anything)) == []
    assert top_up(records(()), (), ("en",), 9, Draw(0, anything)) == []


LABELS = st.lists(st.sampled_from(CODES), max_size=4).map(tuple)
SOURCES = st.lists(
    st.tuples(LABELS, st.sampled_from(("en", "es", "und")), st.none() | st.integers(0, 9)),
    max_size=40,
).map(
    lambda rows: [
        Record(str(i), "Text.", lang, codes, None if who is None else f"p{who}")
        for i, (codes, lang, who) in enumerate(rows)
    ]
)
SOME = st.lists(st.sampled_from((*CODES, "Z99")), max_size=3)


@given(SOURCES, SOME, st.integers(0, 25), st.integers(), st.integers(1, 5))
def test_topping_up(
    source: list[Record], named: list[str], target: int, seed: int, patients: int
) -> None:
    """Enough of each, no rare company, none that does not fit, and each slot once."""

    def fit(codes: tuple[str, ...]) -> bool:
        return not {"F20", "G47"} <= set(codes)

    langs = ("en", "es")
    slots = top_up(source, named, langs, target, Draw(seed, fit, patients))
    assert slots == top_up(source, named, langs, target, Draw(seed, fit, patients))
    assert len({slot.id for slot in slots}) == len(slots)
    for (labels, lang), of in Counter((s.labels, s.lang) for s in slots).items():
        alike = [s for s in slots if (s.labels, s.lang) == (labels, lang)]
        assert [s.number for s in alike] == list(range(of))
        assert {s.of for s in alike} == {of}
    for lang in langs:
        own = [record for record in source if record.lang in (lang, "und")]
        wanted = named or {label for record in own for label in record.label}
        after = having(slots, source, lang)
        assert all(after[label] >= target for label in wanted)
        for slot in (s for s in slots if s.lang == lang):
            assert set(slot.labels) & set(wanted)
            assert len(set(slot.labels)) == len(slot.labels)
            if len(slot.labels) > 1:
                assert fit(slot.labels)
                who = {r.group or r.id for r in own if set(slot.labels) <= set(r.label)}
                assert len(who) >= patients


@pytest.mark.parametrize("seed", range(5))
def test_no_more_than_is_missing_of_the_label_asked_for(seed: int) -> None:
    """Each record counts for the label it was made for, and for company it only adds."""
    source = records(*[("F20", "F32")] * 4, *[("F20",)] * 4, *[("F41",)] * 2)
    slots = top_up(source, ("F41", "F20"), ("en",), 20, Draw(seed, anything))
    after = having(slots, source, "en")
    assert (after["F41"], after["F20"]) == (20, 20)
    assert 4 < after["F32"] < 16  # as often as they stand together, half of the time


def test_a_source_of_many_codes_per_record_is_no_burden() -> None:
    """Seen with 4,000 records: to look at all of them for every pair took a minute."""
    codes = [f"F{number}" for number in range(300)]
    source = records(*[tuple(codes[i % 290 : i % 290 + 10]) for i in range(3000)])
    slots = top_up(source, (), ("en",), 120, Draw(0, anything))
    after = having(slots, source, "en")
    assert min(after.values()) >= 120
