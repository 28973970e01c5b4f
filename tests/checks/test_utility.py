"""Train on synthetic, test on real, where what the sets know is made up."""

import random
from collections.abc import Callable

import pytest

from auditor import measure
from auditor.checks import utility
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.measure import Measurement
from auditor.record import Record

CODES = ("F20.0", "F32.1", "G47.0")
SIGNS = {code: [f"{code[:3].lower()}sign{i}" for i in range(15)] for code in CODES}
NOISE = [f"word{i}" for i in range(60)]


def records(
    name: str, count: int, *, wrong: float = 0.0, lang: str = "en", codes: tuple[str, ...] = CODES
) -> list[Record]:
    """Notes with two signs of their code and one of any among words that say nothing.

    ``wrong``: this share carries the next code instead of its own.
    """
    rng = random.Random(name)
    made = []
    for i in range(count):
        code = codes[i % len(codes)]
        signs = [*rng.sample(SIGNS[code], 2), rng.choice(SIGNS[rng.choice(CODES)])]
        words = rng.sample(NOISE, 20) + signs
        rng.shuffle(words)
        told = codes[(i + 1) % len(codes)] if rng.random() < wrong else code
        made.append(Record(f"{name}{i}", " ".join(words), lang, (told,)))
    return made


def corpus(of: list[Record]) -> Corpus:
    return Corpus("c", tuple(of))


def measured(*sides: list[Record], **options: int) -> Measurement:
    return measure.measure("utility", options, Corpora(*(corpus(side) for side in sides)))


def values(*sides: list[Record], **options: int) -> dict[str, float]:
    found = measured(*sides, **options)
    assert not found.unmeasured
    return {metric: column[""].value for metric, column in found.findings.items()}


SYNTHETIC, SOURCE, HOLDOUT = records("made", 120), records("real", 90), records("unseen", 90)


def test_a_set_as_good_as_real_records() -> None:
    found = values(SYNTHETIC, SOURCE, HOLDOUT)
    assert set(found) == set(utility.METRICS)
    assert found["tstr_ratio"] == pytest.approx(1, abs=0.05)
    assert found["tstr_ratio"] == pytest.approx(
        found["auc_synthetic"] / found["auc_real"], abs=1e-3
    )
    assert found["gain"] == pytest.approx(found["auc_both"] - found["auc_real"], abs=2e-4)
    assert (found["labels"], found["real_records"], found["test_records"]) == (3, 90, 90)
    for metric in ("tstr_ratio", "gain", "auc_real", "auc_synthetic", "f1_both"):
        assert found[f"{metric}_low"] <= found[metric] <= found[f"{metric}_high"]


def test_a_set_with_wrong_labels_teaches_less() -> None:
    shares = (0, 0.3, 2 / 3)
    sets = [records("made", 300, wrong=share) for share in shares]
    right, some, most = (values(made, SOURCE, HOLDOUT) for made in sets)
    assert right["auc_synthetic"] > some["auc_synthetic"] > most["auc_synthetic"]
    assert right["f1_synthetic"] > some["f1_synthetic"] > most["f1_synthetic"]
    assert right["auc_real"] == some["auc_real"] == most["auc_real"]


def test_records_help_where_real_ones_are_few() -> None:
    found = measured(records("made", 600), SOURCE[:45], HOLDOUT)
    column = found.findings["gain"]
    assert column[""].value > 0
    assert set(column) == {"", "F20", "F32", "G47"}
    parts = [column[label].value for label in ("F20", "F32", "G47")]
    assert column[""].value == pytest.approx(sum(parts) / 3, abs=2e-4)


def test_a_label_that_the_set_lacks_counts_as_chance() -> None:
    with_all = values(SYNTHETIC, SOURCE, HOLDOUT)
    lacking = values(records("made", 120, codes=CODES[:2]), SOURCE, HOLDOUT)
    assert lacking["labels"] == 3
    assert lacking["auc_synthetic"] < with_all["auc_synthetic"] - 0.1


def test_the_same_again_and_another_seed_moves_the_intervals_alone() -> None:
    first, again = values(SYNTHETIC, SOURCE, HOLDOUT), values(SYNTHETIC, SOURCE, HOLDOUT)
    other = values(SYNTHETIC, SOURCE, HOLDOUT, seed=1)
    assert first == again != other
    assert {k for k in first if first[k] != other[k]} <= {
        k for k in first if k.endswith(("_low", "_high"))
    }


def test_large_sides_are_drawn_from() -> None:
    found = values(SYNTHETIC, SOURCE, HOLDOUT, most_records=100)
    assert (found["synthetic_records"], found["real_records"]) == (100, 90)


def test_the_most_frequent_labels_are_used() -> None:
    more = [*SOURCE, *records("more", 20, codes=CODES[:2])]
    column = measured(SYNTHETIC, more, HOLDOUT, most_labels=2).findings["gain"]
    assert set(column) == {"", "F20", "F32"}


def test_a_source_that_teaches_nothing_gives_no_ratio_to_judge_by() -> None:
    muddled = [Record(r.id, r.text, r.lang, (CODES[i // 3 % 3],)) for i, r in enumerate(SOURCE)]
    found = measured(SYNTHETIC, muddled, HOLDOUT)
    assert {"tstr_ratio", "gain"} <= {gap.what for gap in found.unmeasured}


# --- what cannot be measured --------------------------------------------------


def relabelled(of: list[Record], label: tuple[str, ...]) -> list[Record]:
    return [Record(r.id, r.text, r.lang, label) for r in of]


FEW = records("unseen", 9)
Make = Callable[[], Corpora]


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Corpora(corpus(SYNTHETIC), corpus(SOURCE)), "--holdout"),
        (lambda: Corpora(corpus(SYNTHETIC), None, corpus(HOLDOUT)), "--source"),
        (lambda: sides(relabelled(SYNTHETIC, ()), SOURCE, HOLDOUT), "no record of the synthetic"),
        (lambda: sides(SYNTHETIC, SOURCE, relabelled(HOLDOUT, ())), "no record of the holdout"),
        (lambda: sides(SYNTHETIC, relabelled(SOURCE, ("a b c",)), HOLDOUT), "of the source"),
        (lambda: sides(SYNTHETIC, relabelled(SOURCE, ("F32",)), HOLDOUT), "fewer than 2 labels"),
        (lambda: sides(SYNTHETIC, SOURCE, FEW), "5 in the holdout"),
        (lambda: sides(relabelled(SYNTHETIC, ("F32",)), SOURCE, HOLDOUT), "share their labels"),
        (lambda: sides(relabelled(SYNTHETIC, ("X99",)), SOURCE, HOLDOUT), "share their labels"),
        (lambda: sides(SYNTHETIC, records("s", 90, lang="es"), HOLDOUT), "source in es, holdout"),
    ],
)
def test_what_cannot_be_compared_is_not_measured(make: Make, why: str) -> None:
    with pytest.raises(CannotMeasure, match=why):
        list(utility.measure(make()))


def sides(*of: list[Record]) -> Corpora:
    return Corpora(*(corpus(side) for side in of))


def test_records_without_a_label_are_left_out_and_told() -> None:
    found = measured([*SYNTHETIC, *relabelled(records("x", 3), ())], SOURCE, HOLDOUT)
    (gap,) = found.unmeasured
    assert gap.what == "labels"
    assert "3 of the synthetic" in gap.reason
    assert found.findings["synthetic_records"][""].value == 120


def test_a_language_that_not_all_have_is_left_out_and_told() -> None:
    both = [*SYNTHETIC, *records("x", 30, lang="es")]
    found = measured(both, SOURCE, [*HOLDOUT, *records("y", 6, lang="fr")])
    (gap,) = found.unmeasured
    assert gap.what == "languages"
    assert "30 of the synthetic, 6 of the holdout" in gap.reason
    assert found.findings["auc_real"] == measured(SYNTHETIC, SOURCE, HOLDOUT).findings["auc_real"]


def test_a_language_that_is_not_stated_fits_every_other() -> None:
    found = values(SYNTHETIC, records("real", 90, lang="und"), HOLDOUT)
    assert found["real_records"] == 90


def test_no_word_of_a_text_is_told() -> None:
    found = measured(SYNTHETIC, SOURCE, [*HOLDOUT, *relabelled(FEW, ("word1 f20sign2",))])
    assert "word" not in repr(found)
    assert "sign" not in repr(found)
