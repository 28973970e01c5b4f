"""Who holds an n-gram: by hand, and against sets of tuples."""

import re

from hypothesis import given
from hypothesis import strategies as st

from auditor.corpus import Corpora, Corpus
from auditor.indexes import ownership
from auditor.indexes.fragments import fragments
from auditor.record import Record

ROWS = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcd"), max_size=9).map(" ".join),
        st.sampled_from([None, "p", "q"]),
    ),
    min_size=1,
    max_size=5,
)
Rows = list[tuple[str, str | None]]


def corpus(name: str, *rows: tuple[str, str | None]) -> Corpus:
    records = (Record(f"{name}{i}", text, group=group) for i, (text, group) in enumerate(rows))
    return Corpus(name, tuple(records))


def grams(text: str, n: int) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def test_boilerplate_has_many_holders_and_a_secret_has_one() -> None:
    source = corpus("source", ("no known allergies", "p"), ("no known allergies blue door", "q"))
    holdout = corpus("holdout", ("no known allergies", "r"))
    made = corpus("made", ("no known allergies blue door", None))
    held = ownership.held(Corpora(made, source, holdout), 2)
    assert held.groups.tolist()[:4] == [3, 3, 1, 1]
    assert held.owner.tolist()[:2] == [ownership.NOBODY] * 2
    assert held.owner.tolist()[2:4] == [source.group_keys[1]] * 2
    assert held.whole.tolist() == [True] * 4 + [False]


def test_ten_notes_of_one_patient_are_one_holder() -> None:
    source = corpus("source", *[("red bicycle", "p")] * 10)
    held = ownership.held(Corpora(corpus("made", ("red bicycle", None)), source), 2)
    assert held.groups[0] == 1
    assert held.owner[0] == source.group_keys[0]


def test_in_a_control_the_own_group_holds_nothing() -> None:
    """A synthetic record written about p is not compared with p's record of the holdout."""
    source, holdout = (
        corpus("source", ("red bicycle", "q")),
        corpus("holdout", ("red bicycle", "p")),
    )
    of_p = Corpora(corpus("made", ("red bicycle", "p")), source, holdout)
    assert ownership.held(of_p, 2).owner[0] == source.group_keys[0]
    chance = of_p.chance()
    assert chance is not None
    assert ownership.held(chance, 2).owner[0] == source.group_keys[0]
    assert fragments(chance, 2).longest(0, 2)[0] == 0


def test_a_patient_of_the_source_may_be_copied_by_a_record_about_that_patient() -> None:
    source = corpus("source", ("red bicycle", "p"))
    of_p = Corpora(corpus("made", ("a red bicycle", "p")), source)
    assert fragments(of_p, 2).longest(0, 3) == (2, 1, source.group_keys[0])


def test_the_longest_stretch_has_one_owner() -> None:
    source = corpus("source", ("one two three four", "p"), ("five six seven", "q"))
    made = corpus("made", ("zero one two three five six seven", None))
    found = fragments(Corpora(made, source), 2)
    assert found.longest(0, 7) == (3, 1, source.group_keys[0])
    assert found.most(0, 7) == (2, min(source.group_keys))


@given(ROWS, ROWS, ROWS, st.integers(1, 3), st.booleans())
def test_holders_equal_those_of_sets(
    made: Rows, real: Rows, unseen: Rows, n: int, control: bool
) -> None:
    synthetic, source, holdout = corpus("s", *made), corpus("r", *real), corpus("h", *unseen)
    corpora = Corpora(synthetic, source, holdout, leave_out=control)
    held = ownership.held(corpora, n)
    holders: dict[tuple[str, ...], set[int]] = {}
    for side in (source, holdout):
        for record, key in zip(side.records, side.group_keys, strict=True):
            for gram in grams(record.text, n):
                holders.setdefault(gram, set()).add(key)
    at = 0
    for record, own in zip(synthetic.records, synthetic.group_keys, strict=True):
        counts = not control and own in source.group_keys
        for i, gram in enumerate(grams(record.text, n)):
            theirs = holders.get(gram, set()) - (set() if counts else {own})
            assert held.whole[at + i]
            assert held.groups[at + i] == len(theirs)
            assert {int(held.owner[at + i])} == (theirs if len(theirs) == 1 else {ownership.NOBODY})
        at += len(re.findall(r"\w+", record.text))


@given(ROWS, ROWS, ROWS)
def test_a_phrase_has_as_many_holders_in_the_control(made: Rows, real: Rows, unseen: Rows) -> None:
    corpora = Corpora(corpus("s", *made), corpus("r", *real), corpus("h", *unseen))
    plain = [(text, None) for text, _ in made]
    corpora = Corpora(corpus("s", *plain), corpora.source, corpora.holdout)
    chance = corpora.chance()
    assert chance is not None
    one, other = ownership.held(corpora, 2), ownership.held(chance, 2)
    assert one.groups.tolist() == other.groups.tolist()
    assert one.owner.tolist() == other.owner.tolist()
