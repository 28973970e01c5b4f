"""What counts as copied, where it is found, and what is not seen."""

import random
import re

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
    assert len(told) == len(found) == len(copied_passage.METRICS) * len(texts)
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


def test_neither_accents_nor_their_encoding_hide_a_copy() -> None:
    source = corpus("El niño refiere cefalea opresiva desde anoche.")
    composed = measured("el niño refiere cefalea opresiva", source=source)
    decomposed = measured("el nin\u0303o refiere cefalea opresiva", source=source)
    plain = measured("el nino refiere cefalea opresiva", source=source)
    runs = [found["r0", "longest_run"].value for found in (composed, decomposed, plain)]
    assert runs == [5, 5, 5]
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


FORM = "thank you for your kind referral of this"


def test_a_phrase_of_three_patients_is_nobodys() -> None:
    source = corpus(
        f"{FORM} sailor", f"{FORM} widow", f"{FORM} young teacher with cluster headache"
    )
    text = f"Well: {FORM} young teacher with cluster headache."
    found = measured(text, source=source)
    run = found["r0", "longest_run"]
    assert run.value == 5, "of 13 words shared with the third record, 8 are shared language"
    (span,) = run.spans
    assert text[span.start : span.end] == f"{FORM} young teacher with cluster headache"
    assert run.reference is not None
    assert run.reference.record == source.fingerprint(2)
    assert found["r0", "holders"].value == 1
    assert found["r0", "longest_shared_run"].value == 8
    (span,) = found["r0", "longest_shared_run"].spans
    assert text[span.start : span.end] == FORM
    assert found["r0", "longest_run_characters"].value == len(
        " young teacher with cluster headache"
    )
    assert found["r0", "coverage"].value == found["r0", "coverage_any"].value == 5 / 14


def test_one_patient_may_say_it_often() -> None:
    source = corpus(FORM, FORM, FORM, FORM, groups=("p1", "p1", "p1", "p2"))
    found = measured(FORM, source=source)
    assert found["r0", "longest_run"].value == 8
    assert found["r0", "longest_shared_run"].value == 0
    assert found["r0", "holders"].value == 2


def test_the_holdout_tells_what_is_shared_language() -> None:
    """The control is measured by the same rule, source and holdout having changed places."""
    source, holdout = corpus(FORM, "something else"), corpus(FORM, FORM, "and another thing")
    corpora = Corpora(corpus(FORM), source, holdout)
    control = corpora.chance()
    assert control is not None
    for side in (corpora, control):
        values = {f.metric: f.value for f in copied_passage.measure(side)}
        assert values["longest_run"] == values["coverage"] == 0
        assert values["longest_shared_run"] == 8
    alone = {f.metric: f.value for f in copied_passage.measure(Corpora(corpus(FORM), source))}
    assert alone["longest_run"] == 8


def test_a_sentence_each_of_several_records() -> None:
    source = corpus(
        "At home she keeps eleven parrots and a blind donkey. She sings.",
        "He lost two fingers to a bread slicer in the navy.",
    )
    text = (
        "At home she keeps eleven parrots and a blind donkey. No fever today.\n"
        "He lost two fingers to a bread slicer. The rest of this letter is my very own."
    )
    found = measured(text, source=source)
    mosaic = found["r0", "mosaic"]
    assert mosaic.value == 2 / 3, "the sentence of three words does not count"
    assert [text[span.start : span.end] for span in mosaic.spans] == [
        "At home she keeps eleven parrots and a blind donkey",
        "He lost two fingers to a bread slicer",
    ]
    assert found["r0", "coverage"].value == 10 / 30
    assert found["r0", "coverage_any"].value == 18 / 30


def grams(words: list[str], n: int) -> set[tuple[str, ...]]:
    return {tuple(words[i : i + n]) for i in range(len(words) - n + 1)}


def by_brute_force(
    record: Record, sides: tuple[Corpus, Corpus], own: bool, floor: int, n: int
) -> dict[str, float]:
    """The metrics in words by looking at everything. ``own``: leave out the record's own group."""
    words = record.text.replace(".", "").split()
    others = [
        (side, other.group, other.text.replace(".", "").split())
        for side, corpus_ in enumerate(sides)
        for other in corpus_.records
        if not own or other.group != record.group
    ]
    shared = [False] * len(words)
    for i in range(len(words) - n + 1):
        gram = tuple(words[i : i + n])
        if len({group for _, group, other in others if gram in grams(other, n)}) >= 3:
            shared[i : i + n] = [True] * n
    source = [(group, other) for side, group, other in others if side == 0]
    told = dict.fromkeys(("longest_run", "longest_shared_run", "coverage", "coverage_any"), 0.0)
    places = [(a, b) for a in range(len(words)) for b in range(a + floor, len(words) + 1)]
    anywhere: set[int] = set()
    sentence = [k for k, part in enumerate(record.text.split(".")) for _ in part.split()]
    most_of = dict.fromkeys(range(len(words)), 0)
    for _, other in source:
        covered: set[int] = set()
        for a, b in places:
            if tuple(words[a:b]) in grams(other, b - a):
                own_words = sum(not shared[i] for i in range(a, b))
                told["longest_run"] = max(told["longest_run"], own_words)
                if not own_words:
                    told["longest_shared_run"] = max(told["longest_shared_run"], b - a)
                covered.update(i for i in range(a, b) if not shared[i])
        told["coverage"] = max(told["coverage"], len(covered) / max(1, len(words)))
        anywhere |= covered
        for k in set(sentence):
            most_of[k] = max(most_of[k], sum(sentence[i] == k for i in covered))
    told["coverage_any"] = len(anywhere) / max(1, len(words))
    long = [k for k in set(sentence) if sentence.count(k) >= 6]
    rest = {k: sum(s == k and not shared[i] for i, s in enumerate(sentence)) for k in long}
    taken = [k for k in long if most_of[k] >= max(floor, 0.8 * rest[k])]
    told["mosaic"] = len(taken) / max(1, len(long))
    return told


def held_by(run: list[str], record: Record, source: Corpus, own: bool) -> int:
    return len(
        {
            other.group
            for other in source.records
            if tuple(run) in grams(other.text.replace(".", "").split(), len(run))
            and not (own and other.group == record.group)
        }
    )


@pytest.mark.parametrize("kinds", [2, 4, 40])
@pytest.mark.parametrize(("floor", "n"), [(3, 3), (5, 3), (2, 4)])
def test_equals_brute_force(kinds: int, floor: int, n: int) -> None:
    rng = random.Random(f"{kinds}{floor}{n}")
    phrases = [[f"w{rng.randrange(kinds)}" for _ in range(rng.randint(3, 9))] for _ in range(6)]

    def text() -> str:
        parts = [
            rng.choice(phrases) if rng.random() < 0.6 else [f"w{rng.randrange(kinds)}"] * 2
            for _ in range(rng.randint(0, 6))
        ]
        return " ".join(word + "." * (rng.random() < 0.1) for part in parts for word in part)

    def side(size: int) -> Corpus:
        records = (Record(f"r{i}", text(), group=f"p{rng.randrange(6)}") for i in range(size))
        return Corpus("test", tuple(records))

    for case in range(30):
        synthetic, source, holdout = side(3), side(rng.randint(1, 8)), side(rng.randint(0, 3))
        own = case % 3 > 0
        synthetic = source if case % 3 == 1 else synthetic
        corpora = Corpora(synthetic, source, holdout, leave_out=own)
        told: dict[str | None, dict[str, Finding]] = {}
        for finding in copied_passage.measure(corpora, min_words=floor, shared_words=n):
            told.setdefault(finding.record, {})[finding.metric] = finding
        for record in synthetic.records:
            found = told[record.id]
            expected = by_brute_force(record, (source, holdout), own, floor, n)
            assert {metric: found[metric].value for metric in expected} == pytest.approx(expected)
            for span in found["longest_run"].spans:
                run = record.text[span.start : span.end].replace(".", "").split()
                assert found["holders"].value == held_by(run, record, source, own)
            for metric in ("longest_run", "longest_shared_run"):
                same_place(found[metric], record, source)


def same_place(finding: Finding, record: Record, source: Corpus) -> None:
    """What is shown of both records is the same words."""
    for span in finding.spans:
        assert finding.reference is not None
        assert finding.reference.span is not None
        names = [source.fingerprint(i) for i in range(len(source.records))]
        other = source.records[names.index(finding.reference.record)].text
        place = finding.reference.span
        assert (
            re.findall(r"\w+", record.text[span.start : span.end])
            == re.findall(r"\w+", other[place.start : place.end])
        )  # fmt: skip


def test_without_a_source_there_is_nothing_to_measure() -> None:
    with pytest.raises(CannotMeasure, match="--source"):
        list(copied_passage.measure(Corpora(corpus(SOURCE[0]))))
