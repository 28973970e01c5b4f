"""Real records as examples: of the language, of a label if there are, always the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import InputError
from auditor.generate.examples import LONGEST, chooser
from auditor.generate.slots import Slot, per_label
from auditor.record import Record


def records(*rows: tuple[str, str]) -> list[Record]:
    """Language and label of each; the text says which it is."""
    return [
        Record(str(i), f"text {i} {lang} {code}", lang, (code,))
        for i, (lang, code) in enumerate(rows)
    ]


SOURCE = records(*[("en", "F32")] * 4, *[("en", "G47")] * 4, *[("es", "F32")] * 3)
SLOT = Slot(("F32",), "en", 0, 50)


def test_of_the_language_and_the_label() -> None:
    for slot in per_label([("F32",)], ["en", "es"], 20):
        shown = chooser(SOURCE, 2, 0, [slot])(slot)
        assert len(set(shown)) == 2
        assert all(text.endswith(f"{slot.lang} F32") for text in shown)


def test_of_any_label_where_there_are_too_few_of_its_own() -> None:
    slots = per_label([("G47",)], ["es"], 5)
    choose = chooser(SOURCE, 3, 0, slots)
    assert all(sorted(choose(slot)) == sorted(r.text for r in SOURCE[-3:]) for slot in slots)
    one_more = Slot(("F32",), "en", 0, 1)
    assert len({text[-3:] for text in chooser(SOURCE, 5, 0, [one_more])(one_more)}) == 2


def test_one_of_several_labels_is_enough() -> None:
    slot = Slot(("F20", "G47"), "en", 0, 1)
    assert all(text.endswith("G47") for text in chooser(SOURCE, 3, 0, [slot])(slot))


def test_a_slot_is_always_shown_the_same_and_others_see_others() -> None:
    slots = per_label([("F32",)], ["en"], 50)
    choose = chooser(SOURCE, 2, 0, slots)
    first = [choose(slot) for slot in slots]
    assert [choose(slot) for slot in reversed(slots)] == first[::-1]
    assert [chooser(SOURCE, 2, 0, slots)(slot) for slot in slots] == first
    assert {text for shown in first for text in shown} == {r.text for r in SOURCE[:4]}
    assert [chooser(SOURCE, 2, 1, slots)(slot) for slot in slots] != first


def test_a_long_record_is_no_example() -> None:
    long, fits = (Record(str(n), "x" * (LONGEST + n), "en", ("F32",)) for n in (1, 0))
    assert chooser([long, fits], 1, 0, [SLOT])(SLOT) == [fits.text]
    with pytest.raises(InputError, match=r"has 0 records in 'en' of at most 4,000 characters"):
        chooser([long], 1, 0, [SLOT])


@pytest.mark.parametrize(("count", "lang"), [(9, "en"), (4, "es"), (1, "fr"), (1, "und")])
def test_too_few_records_are_told_before_anything_is_asked(count: int, lang: str) -> None:
    with pytest.raises(InputError, match=f"--few-shot {count}: .*in '{lang}'.*show fewer"):
        chooser(SOURCE, count, 0, [Slot(("F32",), lang, 0, 1)])


@given(
    st.lists(
        st.tuples(st.sampled_from(("en", "es", "und")), st.sampled_from(("F20", "F32"))),
        max_size=12,
    ),
    st.integers(1, 5),
    st.integers(0, 9),
)
def test_as_many_as_asked_for_or_an_error(
    rows: list[tuple[str, str]], count: int, seed: int
) -> None:
    source = records(*rows)
    slots = per_label([("F32",)], ["en"], 3)
    english = {record.text for record in source if record.lang == "en"}
    alike = {text for text in english if text.endswith("F32")}
    if len(english) < count:
        with pytest.raises(InputError):
            chooser(source, count, seed, slots)
        return
    for slot in slots:
        shown = chooser(source, count, seed, slots)(slot)
        assert len(shown) == len(set(shown)) == count
        assert set(shown) <= (alike if len(alike) >= count else english)
