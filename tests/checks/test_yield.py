"""How much is left, in all and for each label."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import resources
from auditor.corpus import Corpora, Corpus
from auditor.finding import Finding
from auditor.record import Record

measure = resources.load("checks", "yield").measure


def corpus(*labels: tuple[str, ...]) -> Corpus:
    numbered = enumerate(labels)
    return Corpus("test", tuple(Record(str(i), "Text.", label=codes) for i, codes in numbered))


def told(
    asked: Corpus | None,
    accepted: Corpus,
    wanted: tuple[tuple[str, ...], ...] = (),
    **options: int,
) -> dict[str | tuple[str, str], float]:
    corpora = Corpora(accepted, asked=asked, wanted=wanted)
    found: list[Finding] = list(measure(corpora, **options))
    assert all(finding.record is None for finding in found)
    values = {(f.metric, f.part) if f.part else f.metric: f.value for f in found}
    assert len(values) == len(found)
    return values


def test_two_of_four() -> None:
    asked = corpus(("F32",), ("F32",), ("G47",), ("F32", "G47"))
    values = told(asked, corpus(("F32",), ("F32", "G47")))
    counts = ("asked", "generated", "accepted", "acceptance_rate")
    assert [values[name] for name in counts] == [4, 4, 2, 0.5]
    assert values["label_acceptance_rate", "F32"] == 2 / 3
    assert values["label_acceptance_rate", "G47"] == 1 / 2


def test_a_label_that_loses_all_its_records_is_lost() -> None:
    asked = corpus(*[("F32",)] * 6, *[("G47",)] * 6)
    values = told(asked, corpus(*[("F32",)] * 6))
    assert values["labels_lost"] == 1
    assert values["label_acceptance_rate", "G47"] == 0


def test_a_label_of_few_records_is_lost_by_chance() -> None:
    asked = corpus(*[("F32",)] * 6, *[("G47",)] * 4)
    accepted = corpus(*[("F32",)] * 6)
    assert told(asked, accepted)["labels_lost"] == 0
    assert told(asked, accepted, min_records=4)["labels_lost"] == 1


def test_nothing_rejected_is_nothing_lost() -> None:
    values = told(None, corpus(("F32",), ()))
    assert values["acceptance_rate"] == 1
    assert values["labels_lost"] == 0


def test_a_label_named_twice_counts_once() -> None:
    values = told(corpus(("F32", "F32"), ("F32",)), corpus(("F32", "F32")))
    assert values["label_acceptance_rate", "F32"] == 1 / 2


def test_no_label_no_rate_of_a_label() -> None:
    assert set(told(corpus(()), corpus(()))) == {
        "asked", "generated", "accepted", "acceptance_rate", "labels_lost", "label_shift",
        "label_shift_by_chance",
    }  # fmt: skip


def test_a_label_that_is_no_code_is_not_told() -> None:
    """It might be a sentence about a patient."""
    odd = "Mrs Example, fell on Monday"
    values = told(corpus((odd,), ("<b>",), ("F32.1",)), corpus((odd,)))
    assert values["label_acceptance_rate", "(not a code)"] == 1 / 2
    assert not [name for name in values if odd in name or "<b>" in name]


def test_the_mix_of_labels_stays_or_moves() -> None:
    asked = corpus(*[("F32",)] * 6, *[("G47",)] * 2)
    assert told(asked, asked)["label_shift"] == 0
    assert told(asked, corpus(*[("F32",)] * 3, ("G47",)))["label_shift"] == 0
    # 3/4 and 1/4 become 1/2 and 1/2
    assert told(asked, corpus(*[("F32",)] * 2, *[("G47",)] * 2))["label_shift"] == 0.25
    assert told(asked, corpus(*[("G47",)] * 2))["label_shift"] == 0.75


def test_without_labels_there_is_no_mix_and_without_any_left_all_of_it_moved() -> None:
    assert told(corpus((), ()), corpus(()))["label_shift"] == 0
    assert told(corpus(("F32",), ()), corpus(()))["label_shift"] == 1


def test_a_gate_that_picks_labels_moves_the_mix_beyond_chance() -> None:
    asked = corpus(*[("F32",)] * 30, *[("G47",)] * 30)
    picked = told(asked, corpus(*[("F32",)] * 30, *[("G47",)] * 10))
    even = told(asked, corpus(*[("F32",)] * 21, *[("G47",)] * 19))
    assert picked["label_shift"] > picked["label_shift_by_chance"] > even["label_shift"]
    assert told(asked, asked)["label_shift_by_chance"] == 0


def test_what_was_asked_for_and_never_delivered_counts_as_asked() -> None:
    wanted = (("F32",),) * 8 + (("G47",),) * 4
    drafts = corpus(*[("F32",)] * 8, *[("G47",)] * 2)
    values = told(drafts, corpus(*[("F32",)] * 5), wanted)
    counts = ("asked", "generated", "accepted", "acceptance_rate")
    assert [values[name] for name in counts] == [12, 10, 5, 0.5]
    assert values["label_acceptance_rate", "F32"] == 5 / 8
    assert values["label_shift"] == pytest.approx(1 / 3, abs=1e-4)


def test_a_label_that_was_never_delivered_is_lost() -> None:
    wanted = (("F32",),) * 6 + (("G47",),) * 6
    drafts = corpus(*[("F32",)] * 6)
    assert told(drafts, drafts)["labels_lost"] == 0
    values = told(drafts, drafts, wanted)
    assert (values["labels_lost"], values["label_shift"]) == (1, 0.5)
    assert ("label_acceptance_rate", "G47") not in values  # of nothing there is no rate


def test_all_that_was_wanted_is_as_if_nobody_had_said() -> None:
    asked = corpus(("F32",), ("F32", "G47"), ())
    assert told(asked, asked, (("F32",), ("F32", "G47"), ())) == told(asked, asked)


def test_a_wanted_label_that_is_no_code_is_not_told() -> None:
    odd = "Mrs Example, fell on Monday"
    values = told(None, corpus((odd,)), ((odd,),) * 5)
    assert not [name for name in values if odd in name]
    assert values["labels_lost"] == 0  # it is the same label on both sides


CODES = st.lists(st.sampled_from(["F20", "F32", "G47"]), max_size=3).map(tuple)


@given(st.lists(st.tuples(CODES, st.booleans()), min_size=1, max_size=30))
def test_the_shift_is_no_more_than_the_share_of_labels_lost(
    records: list[tuple[tuple[str, ...], bool]],
) -> None:
    """A subset that keeps a share k of all labels cannot be further than 1 - k from the whole."""
    asked = corpus(*[codes for codes, _ in records])
    accepted = corpus(*[codes for codes, kept in records if kept])
    if accepted.records:
        of = [sum(len(set(r.label)) for r in c.records) for c in (asked, accepted)]
        share = of[1] / of[0] if of[0] else 1
        assert told(asked, accepted)["label_shift"] == pytest.approx(0, abs=1 - share + 1e-4)
