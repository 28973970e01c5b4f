"""The table of labels: who was generated, who is left, and which checks took the others."""

from auditor.audit import BreachTold, LabelYield, RecordVerdict
from auditor.corpus import Corpus
from auditor.label_yield import SMALL_CELL, label_yield
from auditor.record import Record


def breach(check: str, metric: str = "metric") -> BreachTold:
    return BreachTold(check=check, metric=metric, value=9, limit="at most 3")


def rows(
    *records: tuple[tuple[str, ...], list[BreachTold] | None],
    wanted: tuple[tuple[str, ...], ...] = (),
) -> list[LabelYield]:
    """The table of records by labels and breaches; None: accepted."""
    corpus = Corpus("c", tuple(Record(str(i), "Text.", label=r[0]) for i, r in enumerate(records)))
    verdicts = [
        RecordVerdict(id=str(i), accepted=b is None, measured=True, breaches=b or [])
        for i, (_, b) in enumerate(records)
    ]
    return label_yield(corpus, verdicts, wanted)


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


def test_nobody_knows_what_was_asked_for() -> None:
    (row,) = rows((("F32",), None))
    assert row.asked is None


def test_a_label_that_was_never_delivered_stands_first() -> None:
    lost = [breach("linkage")]
    table = rows(
        (("F32",), None), (("F32",), lost), (("F20",), None),
        wanted=(("F32",), ("F32",), ("F20",), ("G47",), ("G47",)),
    )  # fmt: skip
    told = [(row.label, row.asked, row.generated, row.accepted) for row in table]
    assert told == [("G47", 2, 0, 0), ("F32", 2, 2, 1), ("F20", 1, 1, 1)]
    never = table[0]
    assert (never.lost, never.small, never.share_generated, never.share_accepted) == (
        {},
        True,
        0,
        0,
    )


def test_a_label_that_nobody_asked_for_is_told_as_such() -> None:
    table = rows((("F32", "G47"), None), wanted=(("F32",),))
    assert {row.label: row.asked for row in table} == {"F32": 1, "G47": 0}


def test_a_label_asked_for_twice_in_one_record_counts_once_and_text_is_no_label() -> None:
    table = rows(wanted=(("F32", "F32"), ("Mrs Example, fell on Monday",)))
    assert {row.label: row.asked for row in table} == {"F32": 1, "(not a code)": 1}


def test_no_record_no_label_no_row() -> None:
    assert rows() == rows(((), None)) == []
