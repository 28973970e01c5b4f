"""The table of labels: who was generated, who is left, and which checks took the others."""

from auditor.audit import BreachTold, LabelYield, RecordVerdict
from auditor.corpus import Corpus
from auditor.label_yield import SMALL_CELL, label_yield
from auditor.record import Record


def breach(check: str, metric: str = "metric") -> BreachTold:
    return BreachTold(check=check, metric=metric, value=9, limit="at most 3")


def rows(*records: tuple[tuple[str, ...], list[BreachTold] | None]) -> list[LabelYield]:
    """The table of records by labels and breaches; None: accepted."""
    corpus = Corpus("c", tuple(Record(str(i), "Text.", label=r[0]) for i, r in enumerate(records)))
    verdicts = [
        RecordVerdict(id=str(i), accepted=b is None, measured=True, breaches=b or [])
        for i, (_, b) in enumerate(records)
    ]
    return label_yield(corpus, verdicts)


def test_the_label_that_lost_most_comes_first() -> None:
    lost = [breach("linkage")]
    table = rows((("F20",), None), (("F32",), lost), (("F32",), lost), (("G47",), lost))
    assert [row.label for row in table] == ["F32", "G47", "F20"]
    assert [(row.generated, row.accepted) for row in table] == [(2, 0), (1, 0), (1, 1)]
    assert [row.lost for row in table] == [{"linkage": 2}, {"linkage": 1}, {}]


def test_a_record_can_be_lost_to_several_checks_once_each() -> None:
    both = [breach("identifiers"), breach("linkage", "margin"), breach("linkage", "ratio")]
    (row,) = rows((("F32",), both), (("F32",), [breach("linkage")]), (("F32",), None))
    assert row.lost == {"linkage": 2, "identifiers": 1}
    assert list(row.lost) == ["linkage", "identifiers"]


def test_a_record_without_a_breach_was_not_measured() -> None:
    (row,) = rows((("F32",), []))
    assert row.lost == {"not measured": 1}


def test_shares_before_and_after() -> None:
    table = rows((("F32", "G47"), [breach("linkage")]), (("F32",), None), (("F32",), None))
    assert {row.label: (row.share_generated, row.share_accepted) for row in table} == {
        "F32": (0.75, 1), "G47": (0.25, 0),
    }  # fmt: skip


def test_few_records_are_marked() -> None:
    table = rows(*[(("F32",), None)] * SMALL_CELL, *[(("G47",), None)] * (SMALL_CELL - 1))
    assert {row.label: row.small for row in table} == {"F32": False, "G47": True}


def test_free_text_is_no_label() -> None:
    (row,) = rows((("Mrs Example, fell on Monday", "<b>"), None))
    assert (row.label, row.generated) == ("(not a code)", 1)


def test_no_record_no_label_no_row() -> None:
    assert rows() == rows(((), None)) == []
