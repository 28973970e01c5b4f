"""The set-level test on made-up corpora whose truth is known."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import numba
import numpy as np
import pytest

from auditor.checks import membership
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding, Unmeasured
from auditor.indexes import exposure
from auditor.record import Record

DATA = Path(os.environ.get("AUDITOR_CORPORA") or Path(__file__).parents[3] / "shared" / "data")
LENGTH = 60
VOCABULARY = 12  # so few that unrelated records share some runs of five and six words


def texts(name: str, count: int, length: int = LENGTH) -> list[str]:
    rng = random.Random(name)
    words = [f"word{i}" for i in range(VOCABULARY)]
    return [" ".join(rng.choices(words, k=length)) for _ in range(count)]


def corpus(made: list[str], groups: list[str] | None = None) -> Corpus:
    of = groups or [None] * len(made)
    pairs = zip(made, of, strict=True)
    return Corpus("c", tuple(Record(str(i), t, group=g) for i, (t, g) in enumerate(pairs)))


def outcomes(
    synthetic: Corpus, source: Corpus, holdout: Corpus, **options: int
) -> tuple[dict[str, float], dict[str, str]]:
    values: dict[str, float] = {}
    gaps: dict[str, str] = {}
    for told in membership.measure(Corpora(synthetic, source, holdout), **options):
        if isinstance(told, Unmeasured):
            gaps[told.what] = told.reason
        else:
            assert isinstance(told, Finding)
            assert told.record is None
            assert told.metric not in values
            values[told.metric] = told.value
    return values, gaps


def measured(*sides: list[str], **options: int) -> dict[str, float]:
    return outcomes(*(corpus(side) for side in sides), **options)[0]


SYNTHETIC, SOURCE, HOLDOUT = texts("synthetic", 150), texts("source", 120), texts("holdout", 120)


def test_a_set_that_knows_nothing() -> None:
    values, gaps = outcomes(corpus(SYNTHETIC), corpus(SOURCE), corpus(HOLDOUT))
    assert set(values) == set(membership.METRICS)
    assert not gaps
    assert min(values["paired_p"], values["phantom_p"]) > 0.05
    assert values["auc_low"] <= 0.5 <= values["auc_high"]
    assert values["tpr_low"] <= 0.01 <= values["tpr_high"]
    assert (values["source_patients"], values["holdout_patients"]) == (120, 120)


def test_copies_of_the_source_are_seen() -> None:
    leaking = [*SYNTHETIC[20:], *SOURCE[:20]]
    values = measured(leaking, SOURCE, HOLDOUT)
    assert max(values["paired_p"], values["phantom_p"]) < 0.001
    assert values["matched_source"] >= 20 > values["matched_phantom"]
    assert values["tpr_at_1_fpr"] == pytest.approx(20 / 120, abs=0.02)
    assert values["leaked_at_most"] > 20 / 150


def test_copies_of_the_holdout_are_none() -> None:
    values = measured([*SYNTHETIC[20:], *HOLDOUT[:20]], SOURCE, HOLDOUT)
    assert min(values["paired_p"], values["phantom_p"]) > 0.9


def test_a_little_of_many_patients_is_seen() -> None:
    """Ten words of a source record in every second record."""
    rng = random.Random(0)
    leaking = list(SYNTHETIC)
    for i in range(0, len(leaking), 2):
        words = rng.choice(SOURCE).split()
        at = rng.randrange(LENGTH - 10)
        leaking[i] = " ".join([leaking[i], *words[at : at + 10]])
    values = measured(leaking, SOURCE, HOLDOUT)
    assert values["paired_p"] < 0.01
    assert values["paired_words"] > 1


def test_risk_rises_with_the_share_of_copies() -> None:
    found = [measured([*SYNTHETIC[n:], *SOURCE[:n]], SOURCE, HOLDOUT) for n in (0, 5, 15, 40, 100)]
    for metric in ("tpr_at_1_fpr", "auc", "leaked_at_most", "paired_words", "matched_source"):
        column = [values[metric] for values in found]
        assert column == sorted(column)
        assert column[0] < column[-1]
    for p in ("paired_p", "phantom_p"):
        column = [values[p] for values in found]
        assert column[-1] <= column[2] < 0.01 < column[0]


def test_a_common_name_of_source_and_holdout_does_not_close_the_set() -> None:
    """It stands in real records of both and in most synthetic ones: nobody's."""
    name = "maria de las mercedes fontana y prado"
    source = [f"{name} {text}" if i % 3 == 0 else text for i, text in enumerate(SOURCE)]
    holdout = [f"{name} {text}" if i % 40 == 0 else text for i, text in enumerate(HOLDOUT)]
    values = measured([f"{name} {text}" for text in SYNTHETIC], source, holdout)
    assert min(values["paired_p"], values["phantom_p"]) > 0.05


def test_one_real_record_like_many_synthetic_ones_counts_once() -> None:
    """The phrase of one source record stands in 100 synthetic ones: one coin, not a hundred."""
    phrase = "the lamps along the harbour were lit early that winter"
    source = [f"{phrase} {SOURCE[0]}", *SOURCE[1:]]
    made = [f"{text} {phrase}" if i < 100 else text for i, text in enumerate(SYNTHETIC)]
    values = measured(made, source, HOLDOUT)
    assert values["matched_source"] >= 100
    assert min(values["paired_p"], values["phantom_p"]) > 0.05


def test_longer_source_records_are_no_leak() -> None:
    """Half of the source, and a tenth of the holdout, is four times as long."""
    source = [*texts("long source", 60, 4 * LENGTH), *SOURCE[:60]]
    holdout = [*texts("long holdout", 12, 4 * LENGTH), *HOLDOUT[:108]]
    values = measured(SYNTHETIC, source, holdout)
    assert min(values["paired_p"], values["phantom_p"]) > 0.05
    assert values["auc_low"] <= 0.5


def test_the_own_patient_is_left_out() -> None:
    """Every record copies the patient it was written about, and only that one."""
    groups = [f"p{i}" for i in range(120)]
    source = corpus(SOURCE, groups)
    made = [f"{mine} {theirs}" for mine, theirs in zip(SYNTHETIC, SOURCE, strict=False)]
    named, _ = outcomes(corpus(made, groups), source, corpus(HOLDOUT))
    nameless, _ = outcomes(corpus(made), source, corpus(HOLDOUT))
    assert min(named["paired_p"], named["phantom_p"]) > 0.05
    assert max(nameless["paired_p"], nameless["phantom_p"]) < 0.001


def test_random_splits_of_one_corpus_are_seldom_called_leaking() -> None:
    """100 splits with four of five records in the source: p < .05 in about five."""
    real = texts("real", 150)
    rng = random.Random(0)
    found = []
    for _ in range(100):
        rng.shuffle(real)
        found.append(measured(SYNTHETIC[:60], real[:110], real[110:], relabelings=399))
    for p in ("paired_p", "phantom_p"):
        assert np.mean([values[p] < 0.05 for values in found]) <= 0.1
        assert np.mean([values[p] < 0.01 for values in found]) <= 0.04


def test_a_set_trimmed_on_the_side_of_the_source_still_tells() -> None:
    """The gate rejects what shares more than six words with the source, never what shares as much
    with the holdout. Without a counterweight, the leak that is left would drown."""
    rng = random.Random(0)
    asked = list(SYNTHETIC)
    for i in range(90):
        side, length = (HOLDOUT, 12) if i % 2 else (SOURCE, 12 if i < 20 else 6)
        words = rng.choice(side).split()
        at = rng.randrange(LENGTH - length)
        asked[i] = " ".join([asked[i], *words[at : at + length]])
    everything = corpus(asked)
    real = corpus(SOURCE), corpus(HOLDOUT)
    of = exposure.groups(*real)
    shared = exposure.rare_runs(everything, *real, of, 5).longest(of.seen)
    kept = {r.id for r, words in zip(everything.records, shared, strict=True) if words <= 7}
    accepted = everything.subset(lambda record: record.id in kept)
    naive, _ = outcomes(accepted, *real)
    found = {
        f.metric: f.value
        for f in membership.measure(Corpora(accepted, *real, asked=everything))
        if isinstance(f, Finding)
    }
    assert found["records"] < naive["records"] == len(kept)
    assert naive["paired_p"] > 0.9
    assert found["paired_p"] < 0.5


def test_records_rejected_for_other_reasons_change_nothing() -> None:
    accepted, asked = corpus(SYNTHETIC[:140]), corpus([*SYNTHETIC[:140], "not a note"])
    real = corpus(SOURCE), corpus(HOLDOUT)
    alone = list(membership.measure(Corpora(accepted, *real)))
    assert list(membership.measure(Corpora(accepted, *real, asked=asked))) == alone


def test_nothing_found_is_told_as_a_bound() -> None:
    other = texts("another language", 150)
    made = [text.replace("word", "parola") for text in other]
    values = measured(made, SOURCE, HOLDOUT)
    assert values["matched_source"] == values["matched_phantom"] == 0
    assert values["leaked_at_most"] == pytest.approx(3 / 150, abs=0.001)
    assert values["smallest_leak"] > 0
    assert (values["paired_p"], values["phantom_p"]) == (1, 1)


def test_the_smallest_leak_falls_with_the_size_of_the_set() -> None:
    few, many = (measured(texts("made", n), SOURCE, HOLDOUT)["smallest_leak"] for n in (40, 400))
    assert many == pytest.approx(few / 10, rel=0.1)


def test_small_holdouts_have_p_values_but_no_rates() -> None:
    values, gaps = outcomes(corpus(SYNTHETIC), corpus(SOURCE), corpus(HOLDOUT[:20]))
    assert set(gaps) == {"tpr_at_1_fpr", "auc"}
    assert "20 holdout patients" in gaps["tpr_at_1_fpr"]
    assert {"paired_p", "phantom_p", "smallest_leak"} <= set(values)
    assert not {"tpr_low", "tpr_high", "auc_low", "auc_high"} & set(values)


Make = Callable[[], Corpora]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Corpora(corpus(SYNTHETIC), corpus(SOURCE)), "--holdout"),
        (lambda: Corpora(corpus(SYNTHETIC), None, corpus(HOLDOUT)), "--source"),
        (lambda: sides(SYNTHETIC[:5], SOURCE, HOLDOUT), "at least 9 are needed"),
        (lambda: sides(SYNTHETIC, SOURCE[:3], HOLDOUT[:3]), "larger holdout"),
        (lambda: sides(SYNTHETIC, SOURCE, HOLDOUT[:1]), "120 source and 1 holdout"),
        (lambda: sides(SYNTHETIC, SOURCE, texts("long", 60, 200)), "counterpart of equal length"),
    ],
)
def test_what_could_not_have_shown_a_leak_is_not_measured(make: Make, why: str) -> None:
    with pytest.raises(CannotMeasure, match=why):
        list(membership.measure(make()))


def sides(*of: list[str]) -> Corpora:
    return Corpora(*(corpus(side) for side in of))


def test_patients_of_both_corpora_cannot_be_compared() -> None:
    groups = [f"p{i}" for i in range(120)]
    both = Corpora(corpus(SYNTHETIC), corpus(SOURCE, groups), corpus(HOLDOUT, groups))
    with pytest.raises(CannotMeasure, match="random parts"):
        list(membership.measure(both))


def test_the_same_for_any_number_of_threads_and_the_same_seed() -> None:
    made = [*SYNTHETIC[5:], *SOURCE[:5]]
    threads = numba.get_num_threads()
    try:
        found = []
        for n in {1, threads}:
            numba.set_num_threads(n)
            found.append(measured(made, SOURCE, HOLDOUT))
    finally:
        numba.set_num_threads(threads)
    assert all(one == found[0] for one in found)
    assert measured(made, SOURCE, HOLDOUT, seed=1) != found[0]


# --- on real text -------------------------------------------------------------


def visits(file: str, part: Callable[[str], bool] = lambda _: True) -> Corpus:
    """Notes of visits; the group of a made note is the visit that it was written about."""
    rows = map(json.loads, (DATA / f"{file}.jsonl").read_text("utf-8").splitlines())
    return Corpus(
        file,
        tuple(
            Record(r["id"], r["text"], group=r["meta"].get("derived_from", r["id"]))
            for r in rows
            if part(r["meta"].get("part", ""))
        ),
    )


@pytest.mark.corpora
@pytest.mark.parametrize(
    ("made", "tuned_on", "leaks"),
    [
        ("en_aci_bart", True, True),
        ("en_aci_bart", False, False),
        ("en_aci_llm", True, False),
        ("en_aci_llm", False, False),
    ],
)
def test_a_tuned_generator_is_told_from_prompted_ones(
    made: str, tuned_on: bool, leaks: bool
) -> None:
    source = visits("source/en_aci_train", lambda part: (part == "train") is tuned_on)
    holdout = visits("source/en_aci_holdout")
    values, _ = outcomes(visits(f"synthetic/{made}"), source, holdout)
    assert (min(values["paired_p"], values["phantom_p"]) < 0.01) is leaks
