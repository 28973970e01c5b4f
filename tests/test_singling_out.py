"""The singling-out figure: who leads to one real record, and who would by chance."""

import pytest

from auditor.audit import BreachTold, RecordVerdict
from auditor.bounds import Bound
from auditor.control import Control
from auditor.finding import Metric
from auditor.policy import Limit, Relative
from auditor.singling_out import singling_out

METRICS = {
    "linkage.margin": Metric("how far it stands out", "", None, None, singles_out=True),
    "copied_passage.longest_run": Metric("longest run", "words"),
}
MARGIN = Bound(Limit("linkage", "margin", Relative(chance="joint"), None, None, "why"), None, 3.0)
RUN = Bound(Limit("copied_passage", "longest_run", 9.0, None, None, "why"), None, 9.0)


def breach(bound: Bound, reference: str) -> BreachTold:
    limit = bound.limit
    return BreachTold(
        check=limit.check, metric=limit.metric, value=9, limit="at most 3", reference=reference
    )


def records(*breaches: BreachTold | None) -> list[RecordVerdict]:
    return [
        RecordVerdict(id=f"r{i}", accepted=b is None, measured=True, breaches=[b] if b else [])
        for i, b in enumerate(breaches)
    ]


def test_two_records_that_lead_to_one_real_record() -> None:
    made = records(breach(MARGIN, "a"), breach(MARGIN, "a"), breach(RUN, "b"), None)
    chance = Control("chance", 1.0, {("linkage", "margin"): {"r0": 1.0, "r1": 4.0, "r2": 2.0}})
    found = singling_out(METRICS, made, [MARGIN, RUN], {"chance": chance})
    assert found is not None
    assert (found.records, found.of, found.real_records) == (2, 4, 1)
    assert (found.by_chance, found.by_chance_of) == (1, 3)
    assert (found.low, found.high) == pytest.approx((0.15, 0.85), abs=0.005)
    assert found.metrics == ["linkage.margin"]
    assert found.text == "2 of 4 records lead to one real record; by chance 1 of 3 do"


def test_without_a_control_chance_is_not_known() -> None:
    found = singling_out(METRICS, records(None), [MARGIN], {})
    assert found is not None
    assert (found.records, found.by_chance) == (0, None)
    assert found.text == "0 of 1 records lead to one real record"


def test_a_policy_that_does_not_ask_gets_no_figure() -> None:
    assert singling_out(METRICS, records(breach(RUN, "b")), [RUN], {}) is None


def test_a_limit_that_was_not_worked_out_gives_no_figure() -> None:
    lost = Bound(MARGIN.limit, resolved=False)
    assert singling_out(METRICS, records(None), [lost], {}) is None
