"""Shared runs against brute force, on thousands of random cases."""

import random
from collections.abc import Sequence

import numba
import numpy as np
import pytest

from auditor.corpus import Corpus
from auditor.indexes import packing, substring, substring_suffixes
from auditor.indexes.substring import Runs
from auditor.record import Record

WORDS = ["pain", "Sleep", "mood", "knee", "left", "señal"]


def corpus(*texts: str) -> Corpus:
    return Corpus("test", tuple(Record(str(i), text) for i, text in enumerate(texts)))


def numbers(values: Sequence[int]) -> substring.Groups:
    return np.array(values, np.int32)


def runs(
    source: Corpus, query: Corpus, floor: int, apart: tuple[list[int], list[int]], words: bool
) -> tuple[packing.Packed, Runs]:
    """The longest run from each unit; records of equal number in ``apart`` are not compared."""
    packed = (packing.words if words else packing.characters)(query)
    pack = packing.only_words if words else packing.only_characters
    grams = substring.index(packed, floor)
    held = substring.holders(grams, 2)
    mine, theirs = (numbers(side) for side in apart)
    stretches = substring.read(grams, source, pack, theirs, held)
    if query is source:
        found = substring.longest(grams, held.others(grams, mine) > 0, None, mine)
    else:
        held_by_any = (grams.grams >= 0) & (held.counts > 0)[grams.grams]
        found = substring.longest(grams, held_by_any, stretches, mine)
    return packed, found


def units(side: Corpus, words: bool) -> list[list[int]]:
    packed = (packing.words if words else packing.characters)(side)
    return [packed.of(i) for i in range(len(side.records))]


def longest_by_brute_force(unit: list[int], at: int, others: list[list[int]]) -> int:
    best = 0
    for other in others:
        for there in range(len(other)):
            n = 0
            while (
                at + n < len(unit) and there + n < len(other) and unit[at + n] == other[there + n]
            ):
                n += 1
            best = max(best, n)
    return best


def draw(rng: random.Random, alphabet: Sequence[str]) -> str:
    return ("" if len(alphabet[0]) == 1 else " ").join(rng.choices(alphabet, k=rng.randint(0, 30)))


@pytest.mark.parametrize("alphabet", ["a", "ab", "abcdé ", "aß" * 3 + "漢𝔘", WORDS, WORDS[:1]])
@pytest.mark.parametrize("floor", [1, 2, 3, 5, 8])
@pytest.mark.parametrize("kind", ["all", "apart", "leave one out"])
def test_equals_brute_force(alphabet: Sequence[str], floor: int, kind: str) -> None:
    rng = random.Random(f"{alphabet}{floor}{kind}")
    words = len(alphabet[0]) > 1
    for _ in range(12):
        texts = [draw(rng, alphabet) for _ in range(rng.randint(1, 4))]
        source, query = corpus(*texts), corpus(draw(rng, alphabet), texts[0][: rng.randint(0, 30)])
        query = source if kind == "leave one out" else query
        mine = [-1 if kind == "all" else rng.randrange(3) for _ in query.records]
        theirs = mine if query is source else [rng.randrange(3) for _ in source.records]
        packed, found = runs(source, query, floor, (mine, theirs), words)
        held = units(source, words)
        for i, unit in enumerate(units(query, words)):
            others = [other for other, whose in zip(held, theirs, strict=True) if whose != mine[i]]
            for at in range(len(unit)):
                here = packed.starts[i] + at
                expected = longest_by_brute_force(unit, at, others)
                length = int(found.length[here])
                assert length == (expected if expected >= floor else 0)
                if length:
                    record, first = int(found.record[here]), int(found.first[here])
                    assert theirs[record] != mine[i]
                    assert held[record][first : first + length] == unit[at : at + length]


def test_seeds_lose_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Long grams are looked for at every few units only; here short ones are too."""
    monkeypatch.setattr(substring, "SHORTEST_SEED", 1)
    for alphabet in ("a", "ab", "abcdé "):
        for floor in (2, 5, 8):
            test_equals_brute_force(alphabet, floor, "apart")


def test_the_reported_place_holds_the_same_text_on_both_sides() -> None:
    source = corpus("nothing alike here", "she kept a diary of every meal for weeks")
    query = corpus("Then she  KEPT a diary of every meal, he said.")
    packed, found = runs(source, query, 10, ([-1], [0, 1]), words=False)
    at = int(np.argmax(found.length))
    mine = packed.span(at, int(found.length[at]))
    assert query.records[0].text[mine.start : mine.end] == " she  KEPT a diary of every meal"[1:]
    assert found.record[at] == 1
    theirs = packing.characters(corpus(source.records[1].text))
    place = theirs.span(int(found.first[at]), int(found.length[at]))
    assert source.records[1].text[place.start : place.end] == "she kept a diary of every meal"


def test_no_run_crosses_from_one_record_into_the_next() -> None:
    _, found = runs(corpus("abcdef", "ghijkl"), corpus("abcdefghijkl"), 4, ([-1], [0, 1]), False)
    assert found.length.max() == 6


def test_groups_are_counted_and_the_records_of_rare_grams_noted() -> None:
    source = corpus("abc", "abcd", "abc bcd", "bcd")
    query = corpus("abcd")
    grams = substring.index(packing.characters(query), 3)
    held = substring.holders(grams, 3)
    groups = numbers([0, 0, 1, 2])
    substring.read(grams, source, packing.only_characters, groups, held, note=3)
    assert held.counts[:2].tolist() == [2, 3]  # abc in groups 0 and 1; bcd in all three
    assert held.others(grams, numbers([0]))[:2].tolist() == [1, 2]
    starts, records = held.of(3)
    assert records[starts[0] : starts[1]].tolist() == [0, 1, 2]
    assert starts[1] == starts[2]


def test_threads_change_nothing() -> None:
    rng = random.Random("threads")
    source = corpus(*(draw(rng, WORDS) for _ in range(500)))
    query = corpus(*(draw(rng, WORDS) for _ in range(50)))
    apart = [-1] * 50, [i // 2 for i in range(500)]
    before, results = numba.get_num_threads(), []
    for threads in (1, min(2, before)):
        numba.set_num_threads(threads)
        results.append(runs(source, query, 4, apart, words=True)[1])
    numba.set_num_threads(before)
    for field in ("length", "record", "first"):
        one, two = (getattr(found, field).tolist() for found in results)
        assert one == two


def test_nothing_in_nothing() -> None:
    for source, query in (("", "abc"), ("abc", ""), ("", "")):
        _, found = runs(corpus(source), corpus(query), 2, ([-1], [0]), False)
        assert not found.length.any()


@pytest.mark.parametrize("kinds", [1, 2, 5, 1000])
def test_suffixes_are_sorted(kinds: int) -> None:
    rng = random.Random(kinds)
    for _ in range(20):
        records = [
            rng.choices(range(kinds), k=rng.randint(1, 40)) for _ in range(rng.randint(1, 4))
        ]
        records += records[: rng.randint(0, 1)]
        flat = [unit for record in records for unit in [*record, -1]]
        built = substring_suffixes.build(numbers(flat))
        suffixes = [flat[i : flat.index(-1, i) + 1] for i in built.order.tolist()]
        assert suffixes == sorted(suffixes)
        assert built.order[built.rank].tolist() == list(range(len(flat)))
