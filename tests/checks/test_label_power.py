"""What label_fidelity is worth, chapter by chapter."""

import pytest

from auditor.checks import label_power
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.indexes.code_calibration import Calibration, Power
from auditor.record import Record


def test_power_counts_pairs_and_areas():
    power = Power(own=[3.0, 2.0, 1.0], others=[0.0, 2.5], siblings=[2.0])
    assert power.own_auc == pytest.approx(4 / 6)
    assert power.sibling_auc == pytest.approx(1.5 / 3)
    assert power.rejected == 0.5, "one of two lies below what 5 % of the own ones stay below"


def test_fit_is_read_off_sets_of_as_many_codes_or_fewer():
    known = Calibration({1: [0.0, 1.0, 2.0, 3.0], 3: [1.0, 2.0]}, {})
    assert known.share(1.5, 1, 2) == known.share(1.5, 2, 2) == 0.5
    assert known.share(0.5, 3, 2) == known.share(-1, 7, 2) == 0
    assert known.share(1.5, 3, 3) == 0.5, "two records with three codes are too few"
    assert known.share(1.5, 3, 5) is None
    assert Calibration({}, {}).share(9.0, 1, 1) is None, "nobody knows what is usual"


@pytest.mark.parametrize(
    ("own", "others", "says"),
    [
        ([2.0] * 19, [0.0], "19 labelled pairs are fewer than 20"),
        ([1.0] * 20, [1.0], "own AUC 0.50 is below 0.80"),
        ([1.0] * 20, [], "own AUC nan is below 0.80"),
        ([2.0] * 20, [1.0], ""),
    ],
)
def test_a_chapter_has_to_prove_itself(own, others, says):
    assert Calibration({}, {"5": Power(own, others)}).doubt("5", 0.8, 20) == says


def test_a_source_without_labels_has_no_power_to_tell():
    records = tuple(Record(str(at), "low mood", "en", ("F32.1",)) for at in range(3))
    unlabelled = Corpus("source", tuple(Record(r.id, r.text, "en") for r in records))
    with pytest.raises(CannotMeasure, match="give labelled ones"):
        list(label_power.measure(Corpora(Corpus("synthetic", records), unlabelled)))
