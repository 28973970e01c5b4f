"""What counts as copied, where it is found, and what is not seen."""

import pytest

from auditor.checks import copied_passage
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.record import Record

SOURCE = (
    "The knee has been swollen since Monday, and climbing stairs is painful.",
    "Sleep is poor; wakes at three most nights, then lies awake until six.",
)


def corpus(*texts: str, groups: tuple[str, ...] = ()) -> Corpus:
    names = groups or [None] * len(texts)
    pairs = zip(texts, names, strict=True)
    return Corpus("test", tuple(Record(f"r{i}", t, group=g) for i, (t, g) in enumerate(pairs)))


def measured(
    *texts: str, source: Corpus | None = None, **options: int
) -> dict[tuple[str | None, str], Finding]:
    corpora = Corpora(corpus(*texts), source or corpus(*SOURCE))
    found = list(copied_passage.measure(corpora, **options))
    told = {(finding.record, finding.metric): finding for finding in found}
    assert len(told) == len(found) == 3 * len(texts)
    return told


def test_a_copied_clause_and_its_places() -> None:
    text = "She says: THE KNEE has been\nswollen since Monday. No fall."
    run = measured(text)["r0", "longest_run"]
    assert run.value == 7
    (span,) = run.spans
    assert text[span.start : span.end] == "THE KNEE has been\nswollen since Monday"
    assert run.reference is not None
    assert run.reference.span is not None
    place = run.reference.span
    assert SOURCE[0][place.start : place.end] == "The knee has been swollen since Monday"


def test_the_source_record_is_named_by_its_fingerprint() -> None:
    source = corpus(*SOURCE)
    run = measured("Wakes at three most nights, it seems.", source=source)["r0", "longest_run"]
    assert run.reference is not None
    assert run.reference.record == source.fingerprint(1)
    assert run.reference.record != "r1"


def test_characters_see_what_words_do_not() -> None:
    """Punctuation counts among characters, and so do parts of words."""
    found = measured("Xswollen since Monday, and climbing stairs is painfully slow.")
    assert found["r0", "longest_run"].value == 6
    run = found["r0", "longest_run_characters"]
    assert run.value == len("swollen since monday, and climbing stairs is painful")


def test_punctuation_cannot_hide_a_copy() -> None:
    hidden = "The knee - has been: swollen (since) Monday; and/climbing stairs. Is painful!"
    assert measured(hidden)["r0", "longest_run"].value == 12


def test_nothing_shared_is_nothing() -> None:
    for finding in measured("A cough without fever for two weeks now.").values():
        assert (finding.value, finding.spans, finding.reference) == (0, (), None)


def test_a_run_below_the_floor_counts_as_nothing() -> None:
    text = "Now has been swollen since Sunday."
    assert measured(text, min_words=5)["r0", "longest_run"].value == 0
    assert measured(text, min_words=4)["r0", "longest_run"].value == 4


def test_a_full_copy_is_covered_in_full() -> None:
    found = measured(SOURCE[0].upper())
    assert found["r0", "coverage"].value == 1
    assert found["r0", "longest_run"].value == len(SOURCE[0].split())
    assert found["r0", "longest_run_characters"].value == len(SOURCE[0])


def test_coverage_sees_the_copy_that_was_broken_up() -> None:
    """Two runs of five of one source record, and two words of one's own."""
    text = "the knee has been swollen alas climbing stairs is painful"
    coverage = measured(text, min_words=4)["r0", "coverage"]
    assert coverage.value == pytest.approx(9 / 10)
    assert [text[s.start : s.end] for s in coverage.spans] == [
        "the knee has been swollen", "climbing stairs is painful",
    ]  # fmt: skip


def test_coverage_is_by_the_one_source_record_that_covers_most() -> None:
    """Shares from several records are not added up."""
    text = "the knee has been swollen since Monday; wakes at three most nights then lies awake"
    coverage = measured(text)["r0", "coverage"]
    assert coverage.value == pytest.approx(8 / 15)
    (span,) = coverage.spans
    assert text[span.start : span.end] == "wakes at three most nights then lies awake"


def test_accents_count_and_their_encoding_does_not() -> None:
    source = corpus("El niño refiere cefalea opresiva desde anoche.")
    composed = measured("el niño refiere cefalea opresiva", source=source)
    decomposed = measured("el nin\u0303o refiere cefalea opresiva", source=source)
    plain = measured("el nino refiere cefalea opresiva", source=source)
    runs = [found["r0", "longest_run"].value for found in (composed, decomposed, plain)]
    assert runs == [5, 5, 0]
    (span,) = decomposed["r0", "longest_run"].spans
    assert span.end == len("el nin\u0303o refiere cefalea opresiva")


def test_a_copy_does_not_reach_from_one_source_record_into_the_next() -> None:
    joined = "climbing stairs is painful. Sleep is poor; wakes at three"
    assert measured(joined)["r0", "longest_run"].value == 6


def test_a_record_is_compared_with_all_groups_but_its_own() -> None:
    twice = corpus(SOURCE[0], SOURCE[0], SOURCE[1], groups=("p1", "p1", "p2"))
    alone = Corpora(twice, twice, leave_out=True)
    values = {(f.record, f.metric): f.value for f in copied_passage.measure(alone)}
    assert set(values.values()) == {0}
    others = corpus(SOURCE[0], SOURCE[0], groups=("p1", "p2"))
    found = copied_passage.measure(Corpora(others, others, leave_out=True))
    assert {f.value for f in found if f.metric == "coverage"} == {1}


def test_a_record_without_a_word() -> None:
    found = measured("...", "—")
    assert all(finding.value == 0 for finding in found.values())


def test_every_change_of_a_few_words_is_not_seen() -> None:
    """What the manual page says it cannot see."""
    text = "The knee was been swollen from Monday, and going stairs was painful."
    assert measured(text)["r0", "longest_run"].value == 0


def test_without_a_source_there_is_nothing_to_measure() -> None:
    with pytest.raises(CannotMeasure, match="--source"):
        list(copied_passage.measure(Corpora(corpus(SOURCE[0]))))
