import re

from hypothesis import given
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


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
def test_words_are_those_of_the_regular_expression(texts: list[str]) -> None:
    packed = packing.words(corpus(*texts))
    expected = [re.findall(r"\w+", normalise([text]).text()) for text in texts]
    assert (packed.starts[1:] - packed.starts[:-1]).tolist() == [len(found) for found in expected]
    flat = [word for found in expected for word in found]
    by_hash = dict(zip(packed.values.tolist(), flat, strict=True))
    assert [by_hash[value] for value in packed.values.tolist()] == flat
    assert len(by_hash) == len(set(flat))


def test_covered_units_become_joined_spans() -> None:
    packed = packing.words(corpus("one", "two three four five"))
    covered = packed.begins < 0
    covered[[1, 2, 4]] = True
    assert [(s.start, s.end) for s in packed.spans(covered, 1)] == [(0, 9), (15, 19)]
    assert packed.spans(covered, 0) == ()
