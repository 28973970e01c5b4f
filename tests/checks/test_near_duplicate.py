"""Which records look alike, by sets of word 3-grams worked out by hand."""

import random

import pytest

from auditor.checks import near_duplicate
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.record import Record

TWELVE = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu"
LETTERS = TWELVE.split()
OTHER = "one two three four five six seven eight nine ten eleven twelve"


def corpus(*texts: str, groups: tuple[str, ...] = ()) -> Corpus:
    names = groups or [None] * len(texts)
    pairs = zip(texts, names, strict=True)
    return Corpus("test", tuple(Record(f"r{i}", t, group=g) for i, (t, g) in enumerate(pairs)))


def measured(
    synthetic: Corpus, source: Corpus, *, leave_out: bool = False
) -> dict[tuple[str | None, str], Finding]:
    corpora = Corpora(synthetic, source, leave_out=leave_out)
    found = list(near_duplicate.measure(corpora))
    told = {(finding.record, finding.metric): finding for finding in found}
    assert len(told) == len(found) == len(near_duplicate.METRICS) * len(synthetic.records)
    return told


def test_the_same_words_are_the_same_record() -> None:
    source = corpus(OTHER, TWELVE)
    found = measured(corpus(TWELVE.upper().replace(" ", ",  ")), source)
    assert found["r0", "jaccard"].value == 1
    assert found["r0", "containment"].value == 1
    assert found["r0", "edit_similarity"].value == 1
    reference = found["r0", "jaccard"].reference
    assert reference is not None
    assert reference.record == source.fingerprint(1)


def test_one_word_changed_in_twelve() -> None:
    """Ten 3-grams on either side; the change is in three of them: 7 shared, 13 in all."""
    words = [*LETTERS[:5], "changed", *LETTERS[6:]]
    found = measured(corpus(" ".join(words)), corpus(TWELVE))
    assert found["r0", "jaccard"].value == pytest.approx(7 / 13)
    assert found["r0", "containment"].value == pytest.approx(7 / 10)
    assert found["r0", "edit_similarity"].value == pytest.approx(22 / 24)


def test_a_record_and_as_much_again() -> None:
    """All ten 3-grams of the source stand in 22 of the record."""
    found = measured(corpus(f"{TWELVE} {OTHER}"), corpus(TWELVE))
    assert found["r0", "jaccard"].value == pytest.approx(10 / 22)
    assert found["r0", "containment"].value == 1


def test_a_sentence_at_another_place_is_the_same_sentence() -> None:
    """Save for the edits: six words of either side have to go."""
    halves = " ".join(LETTERS[6:]), " ".join(LETTERS[:6])
    found = measured(corpus(" ".join(halves)), corpus(TWELVE))
    assert found["r0", "jaccard"].value == pytest.approx(8 / 12)
    assert found["r0", "edit_similarity"].value == pytest.approx(12 / 24)


def test_nothing_alike_is_nothing() -> None:
    for finding in measured(corpus(OTHER), corpus(TWELVE)).values():
        assert (finding.value, finding.reference) == (0, None)


def test_the_nearest_of_several_counts() -> None:
    near = " ".join([*LETTERS[:11], "changed"])
    far = " ".join([*LETTERS[:6], "all", "of", "the", "rest", "is", "changed"])
    source = corpus(far, near, OTHER)
    jaccard = measured(corpus(TWELVE), source)["r0", "jaccard"]
    assert jaccard.value == pytest.approx(9 / 11)
    assert jaccard.reference is not None
    assert jaccard.reference.record == source.fingerprint(1)


def test_the_first_of_a_cluster_survives() -> None:
    source = corpus("nothing of the kind at all here")
    found = measured(corpus(TWELVE, OTHER, TWELVE, f"{TWELVE} nu", OTHER), source)
    earlier = [found[f"r{i}", "jaccard_earlier"] for i in range(5)]
    assert [f.value for f in earlier] == [0, 0, 1, pytest.approx(10 / 11), 1]
    names = [f.reference.record if f.reference else None for f in earlier]
    assert names == [None, None, "r0", "r0", "r1"]


def test_a_record_is_compared_with_all_groups_but_its_own() -> None:
    one_patient = corpus(TWELVE, TWELVE, OTHER, groups=("p1", "p1", "p2"))
    found = measured(one_patient, one_patient, leave_out=True)
    assert found["r0", "jaccard"].value == 0
    two_patients = corpus(TWELVE, TWELVE, groups=("p1", "p2"))
    found = measured(two_patients, two_patients, leave_out=True)
    assert found["r0", "jaccard"].value == 1


def test_without_groups_every_record_is_its_own() -> None:
    alone = corpus(TWELVE, OTHER)
    found = measured(alone, alone, leave_out=True)
    assert {found[f"r{i}", "jaccard"].value for i in (0, 1)} == {0}


def test_short_records_are_compared_whole() -> None:
    found = measured(corpus("chest pain", "chest", "Chest pain!"), corpus("Chest pain."))
    assert [found[f"r{i}", "jaccard"].value for i in range(3)] == [1, 0, 1]


def test_records_without_a_word_are_alike_to_nothing() -> None:
    found = measured(corpus("...", "?!", "..."), corpus("...", TWELVE))
    assert all(finding.value == 0 for finding in found.values())


def test_look_alikes_are_found_among_many() -> None:
    """Candidates come from LSH; with an edit in twenty words none is missed."""
    rng = random.Random(5)
    words = [f"w{i}" for i in range(900)]
    texts = [rng.choices(words, k=80) for _ in range(150)]
    edited = [[w if i % 20 else "edit" for i, w in enumerate(text)] for text in texts]
    synthetic, source = (corpus(*(" ".join(t) for t in side)) for side in (edited, texts))
    found = measured(synthetic, source)
    for i in range(150):
        jaccard = found[f"r{i}", "jaccard"]
        assert jaccard.value > 0.5
        assert jaccard.reference is not None
        assert jaccard.reference.record == source.fingerprint(i)


def invented(rng: random.Random, count: int) -> list[str]:
    return [f"w{rng.randrange(900)}" for _ in range(count)]


def test_a_short_note_inside_a_long_text_is_found() -> None:
    """Fifty words of six hundred: Jaccard similarity below 0.1, which no LSH band is meant for."""
    rng = random.Random("contained")
    notes = [invented(rng, 50) for _ in range(100)]
    texts = [[*invented(rng, 300), *note, *invented(rng, 250)] for note in notes]
    synthetic, source = (corpus(*(" ".join(t) for t in side)) for side in (texts, notes))
    found = measured(synthetic, source)
    for i in range(100):
        assert found[f"r{i}", "jaccard"].value < 0.1
        containment = found[f"r{i}", "containment"]
        assert containment.value == 1
        assert containment.reference is not None
        assert containment.reference.record == source.fingerprint(i)


def test_a_part_of_a_long_note_is_found() -> None:
    rng = random.Random("part")
    note = invented(rng, 600)
    found = measured(corpus(" ".join(note[300:350])), corpus(" ".join(note), OTHER))
    assert found["r0", "containment"].value == 1


@pytest.mark.parametrize("length", [12, 40, 150])
def test_every_note_with_one_phrase_changed_is_found(length: int) -> None:
    rng = random.Random(length)
    notes = [invented(rng, length) for _ in range(200)]
    edited = [[*note[:5], *invented(rng, 3), *note[8:]] for note in notes]
    synthetic, source = (corpus(*(" ".join(t) for t in side)) for side in (edited, notes))
    found = measured(synthetic, source)
    for i in range(200):
        reference = found[f"r{i}", "jaccard"].reference
        assert reference is not None
        assert reference.record == source.fingerprint(i)
        assert found[f"r{i}", "edit_similarity"].value >= 1 - 3 / length


def test_without_a_source_there_is_nothing_to_measure() -> None:
    with pytest.raises(CannotMeasure, match="--source"):
        list(near_duplicate.measure(Corpora(corpus(TWELVE))))
