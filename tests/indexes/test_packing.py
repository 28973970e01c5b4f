import re

from hypothesis import example, given
from hypothesis import strategies as st

from auditor.corpus import Corpus
from auditor.indexes import packing
from auditor.normalise import normalise
from auditor.record import Record


def corpus(*texts: str) -> Corpus:
    return Corpus("test", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def test_words_know_their_place_in_the_original() -> None:
    text = "  The Niño's BP: 120/80."
    packed = packing.words(corpus(text))
    places = [text[a:b] for a, b in zip(packed.begins, packed.ends, strict=True)]
    assert places == ["The", "Niño", "s", "BP", "120", "80"]


PLAIN = st.text(
    st.characters(max_codepoint=0x530) | st.characters(min_codepoint=0x2000, max_codepoint=0x2C00),
    max_size=40,
)
TEXTS = st.lists(st.text(max_size=40), min_size=1, max_size=4) | st.lists(
    PLAIN, min_size=1, max_size=4
)


@given(TEXTS)
def test_words_are_those_of_the_regular_expression(texts: list[str]) -> None:
    packed = packing.words(corpus(*texts))
    expected = [re.findall(r"\w+", normalise([text]).text()) for text in texts]
    assert (packed.starts[1:] - packed.starts[:-1]).tolist() == [len(found) for found in expected]
    flat = [word for found in expected for word in found]
    by_hash = dict(zip(packed.values.tolist(), flat, strict=True))
    assert [by_hash[value] for value in packed.values.tolist()] == flat
    assert len(by_hash) == len(set(flat))


@given(TEXTS)
@example(["ß\u0300"])
def test_places_hold_the_words(texts: list[str]) -> None:
    packed = packing.words(corpus(*texts))
    for i, text in enumerate(texts):
        for unit in range(packed.starts[i], packed.starts[i + 1]):
            place = packed.span(unit, 1)
            alone = packing.words(corpus(text[place.start : place.end]))
            assert packed.values[unit] in alone.values


@given(TEXTS)
def test_without_places_the_units_are_the_same(texts: list[str]) -> None:
    for only, pack in (
        (packing.only_words, packing.words),
        (packing.only_characters, packing.characters),
    ):
        values, starts = only(texts)
        packed = pack(corpus(*texts))
        assert values.tolist() == packed.values.tolist()
        assert starts.tolist() == packed.starts.tolist()


def test_covered_units_become_joined_spans() -> None:
    packed = packing.words(corpus("one", "two three four five"))
    covered = packed.begins < 0
    covered[[1, 2, 4]] = True
    assert [(s.start, s.end) for s in packed.spans(covered, 1)] == [(0, 9), (15, 19)]
    assert packed.spans(covered, 0) == ()
