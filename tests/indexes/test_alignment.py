"""Passages copied with changes: planted ones are found, where they stand, with what they weigh."""

import random
import re

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.corpus import Corpora, Corpus
from auditor.indexes import alignment
from auditor.indexes.surprisal import surprisal
from auditor.record import Record

COMMON = [f"common{i}" for i in range(12)]
RARE = [f"rare{i}" for i in range(4000)]
BOILERPLATE = "the patient was seen in clinic today and all of the risks were explained in full"


def corpus(name: str, texts: list[str]) -> Corpus:
    return Corpus(name, tuple(Record(f"{name}{i}", text) for i, text in enumerate(texts)))


def note(rng: random.Random, words: int = 120) -> str:
    return " ".join(rng.choice(COMMON if rng.random() < 0.7 else RARE) for _ in range(words))


@pytest.fixture(scope="module")
def real() -> tuple[Corpus, Corpus]:
    rng = random.Random(5)
    source = [f"{note(rng)} {BOILERPLATE} {note(rng, 40)}" for _ in range(40)]
    return corpus("source", source), corpus("holdout", [note(rng) for _ in range(20)])


def edited(words: list[str], every: int) -> list[str]:
    return [f"new{i}" if i % every == every - 1 else word for i, word in enumerate(words)]


@pytest.mark.parametrize("every", [3, 5, 10, 100])
def test_a_passage_with_changes_is_found_where_it_stands(
    real: tuple[Corpus, Corpus], every: int
) -> None:
    source, holdout = real
    passage = edited(source.records[7].text.split()[30:70], every)
    host = note(random.Random(1), 100).split()
    text = " ".join(host[:50] + passage + host[50:])
    corpora = Corpora(corpus("made", [note(random.Random(2)), text]), source, holdout)
    found = alignment.alignments(corpora).edited
    assert found.record[1] == 7
    assert found.bits[1] > 2 * found.bits[0]
    here, there = alignment.place(corpora, found, 1)
    begin = text.index(" ".join(passage))
    assert abs(here.start - begin) < 60
    assert abs(here.end - begin - len(" ".join(passage))) < 60
    copied = source.records[7].text[there.start : there.end].split()
    assert set(copied) & set(passage)


def test_words_missing_and_added_do_not_hide_a_passage(real: tuple[Corpus, Corpus]) -> None:
    source, holdout = real
    words = source.records[3].text.split()[:60]
    changed = [w for i, w in enumerate(words) if i % 9] + ["new"]
    corpora = Corpora(corpus("made", [" ".join(changed)]), source, holdout)
    found = alignment.alignments(corpora).edited
    exact = alignment.alignments(corpora).exact
    assert found.record[0] == 3
    assert found.end[0] - found.first[0] > 40
    assert found.bits[0] > 3 * exact.bits[0]


def test_boilerplate_weighs_little(real: tuple[Corpus, Corpus]) -> None:
    """Fifteen words of a template weigh less than six that one record alone has."""
    source, holdout = real
    rare = " ".join([w for w in source.records[9].text.split() if w.startswith("rare")][:1])
    at = source.records[9].text.split().index(rare)
    six = " ".join(source.records[9].text.split()[at : at + 6])
    corpora = Corpora(corpus("made", [BOILERPLATE, six]), source, holdout)
    found = alignment.alignments(corpora).edited
    assert found.bits[0] < found.bits[1]


def test_a_record_that_shares_nothing_has_no_passage(real: tuple[Corpus, Corpus]) -> None:
    corpora = Corpora(corpus("made", ["wholly unheard of", "", "?!"]), *real)
    for passages in (alignment.alignments(corpora).edited, alignment.alignments(corpora).exact):
        assert passages.bits.tolist() == [0, 0, 0]
        assert passages.record.tolist() == [-1, -1, -1]


def test_nothing_to_compare() -> None:
    empty = Corpora(corpus("made", [""]), corpus("source", [""]), corpus("holdout", [""]))
    assert alignment.alignments(empty).edited.record.tolist() == [-1]


def test_in_a_control_the_own_group_is_not_compared() -> None:
    rng = random.Random(4)
    texts = [note(rng) for _ in range(12)]
    records = tuple(Record(str(i), texts[i // 2], group=f"p{i // 2}") for i in range(24))
    source = Corpus("source", records)
    left_out = Corpora(source, source).leave_one_out()
    assert left_out is not None
    found = alignment.alignments(left_out).edited
    assert all(found.record[i] // 2 != i // 2 for i in range(24))
    assert max(found.bits) < 0.5 * min(alignment.alignments(Corpora(source, source)).edited.bits)


def test_any_number_of_threads_finds_the_same(real: tuple[Corpus, Corpus]) -> None:
    rng = random.Random(8)
    texts = [" ".join(real[0].records[i].text.split()[10:40]) + " " + note(rng) for i in range(20)]
    results = []
    for threads in (1, 2):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        found = alignment.alignments(Corpora(corpus("made", texts), *real))
        results.append([np.stack(list(vars(p).values())) for p in (found.edited, found.exact)])
    assert all(np.array_equal(a, b) for a, b in zip(*results, strict=True))


LITTLE = st.lists(
    st.lists(st.sampled_from("abcdefgh"), max_size=14).map(" ".join), min_size=1, max_size=4
)


@settings(max_examples=300)
@given(LITTLE, LITTLE, LITTLE)
def test_exact_words_in_a_row_are_equal_and_weigh_their_surprisal(
    made: list[str], real: list[str], unseen: list[str]
) -> None:
    corpora = Corpora(corpus("s", made), corpus("r", real), corpus("h", unseen))
    bits = surprisal(corpora)
    exact = alignment.alignments(corpora).exact
    for i, text in enumerate(made):
        if exact.record[i] < 0:
            continue
        here, there = alignment.place(corpora, exact, i)
        words = re.findall(r"\w+", text[here.start : here.end])
        theirs = real[exact.record[i]][there.start : there.end]
        assert words == re.findall(r"\w+", theirs)
        assert exact.bits[i] == pytest.approx(bits[exact.first[i] : exact.end[i]].sum())


@settings(max_examples=300)
@given(LITTLE, LITTLE)
def test_changes_never_weigh_more_than_the_words_they_join(
    made: list[str], real: list[str]
) -> None:
    """The score lies between that of the best words in a row and the sum of all words."""
    corpora = Corpora(corpus("s", made), corpus("r", real))
    found = alignment.alignments(corpora)
    bits, starts = surprisal(corpora), np.cumsum([0] + [len(t.split()) for t in made])
    for i in range(len(made)):
        length = found.exact.end[i] - found.exact.first[i]
        assert found.edited.bits[i] >= found.exact.bits[i] - alignment.TAKEN * length - 1e-9
        assert found.edited.bits[i] <= bits[starts[i] : starts[i + 1]].sum() + 1e-9
