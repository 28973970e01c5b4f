"""Which records stand out: rewritten ones do, template families and unrelated texts do not."""

import json
import os
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from auditor.checks import linkage
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Finding
from auditor.record import Record, read

Rows = Callable[..., list[dict[str, str]]]


@pytest.fixture
def made(invent: Rows) -> Callable[..., Corpus]:
    """``made(name, count=120)``: a corpus of made-up records, two to a patient."""

    def corpus(name: str, count: int = 120) -> Corpus:
        rows = invent(name, count)
        return Corpus(name, tuple(Record(r["id"], r["text"], group=r["group"]) for r in rows))

    return corpus


def texts(*of: str, name: str = "synthetic") -> Corpus:
    return Corpus(name, tuple(Record(f"t{i}", text) for i, text in enumerate(of)))


def measured(corpora: Corpora) -> dict[tuple[str | None, str], Finding]:
    found = list(linkage.measure(corpora))
    told = {(finding.record, finding.metric): finding for finding in found}
    assert len(told) == len(found) == len(linkage.METRICS) * len(corpora.synthetic.records)
    return told


def half_rewritten(text: str) -> str:
    """Every second word replaced by one that stands nowhere else."""
    words = text.split()
    return " ".join(f"xy{i}zw" if i % 2 else word for i, word in enumerate(words))


def test_a_record_of_which_half_the_words_are_others_stands_out(made) -> None:
    source = made("source")
    rewritten = texts(*(half_rewritten(record.text) for record in source.records[::10]))
    found = measured(Corpora(rewritten, source))
    clean = measured(Corpora(made("clean"), source))
    for metric in linkage.METRICS:
        least = min(found[f"t{i}", metric].value for i in range(12))
        assert least > max(f.value for f in clean.values() if f.metric == metric)
    for i in range(12):
        reference = found[f"t{i}", "z"].reference
        assert reference is not None
        assert reference.record == source.fingerprint(10 * i)


def test_siblings_in_one_group_hide_nothing_and_in_groups_of_their_own_leave_z(made) -> None:
    family = [made("source").records[0]]
    family += [Record(f"s{i}", f"{family[0].text} Seen on day {i}.") for i in range(5)]
    apart = Corpus("apart", tuple(Record(r.id, r.text) for r in family) + made("other").records)
    group = (Record(r.id, r.text, group="family") for r in family)
    together = Corpus("together", tuple(group) + made("other").records)
    leaked = texts(half_rewritten(family[0].text))
    hidden, told = measured(Corpora(leaked, apart)), measured(Corpora(leaked, together))
    assert hidden["t0", "margin"].value < 1
    assert hidden["t0", "ratio"].value < 1.2
    assert told["t0", "margin"].value > 6
    assert told["t0", "ratio"].value > 2
    assert told["t0", "z"].value > hidden["t0", "z"].value > 3


def test_control_and_run_weigh_alike(made) -> None:
    """The nearest record is as near whichever side it is on; only the others differ."""
    shared = made("shared", 20)
    corpora = Corpora(made("clean", 10), made("source"), shared)
    chance = corpora.chance()
    assert chance is not None
    back = chance.chance()
    assert back is not None
    assert measured(back) == measured(corpora)


def test_clean_records_stand_out_as_much_in_the_control(made) -> None:
    """At the largest value of the control, hardly a clean record is lost."""
    corpora = Corpora(made("clean"), made("source"), made("holdout"))
    chance = corpora.chance()
    assert chance is not None
    found, control = measured(corpora), measured(chance)
    for metric in linkage.METRICS:
        limit = max(f.value for f in control.values() if f.metric == metric)
        beyond = [f for f in found.values() if f.metric == metric and f.value > limit]
        assert len(beyond) <= 4


def test_a_source_against_itself_leaves_out_the_own_patient(made) -> None:
    source = made("source")
    twins = (Record(f"twin-{r.id}", r.text, group=r.group) for r in source.records)
    doubled = Corpus("source", (*source.records, *twins))
    control = Corpora(doubled, doubled).leave_one_out()
    assert control is not None
    ratios = [f.value for f in measured(control).values() if f.metric == "ratio"]
    assert max(ratios) < 2


def test_a_text_without_a_word_or_without_a_shared_one_stands_out_from_nothing(made) -> None:
    found = measured(Corpora(texts("...", "漢字 漢字", ""), made("source", 20)))
    for i in range(3):
        assert [found[f"t{i}", metric].value for metric in ("z", "margin", "ratio")] == [0, 0, 1]
        assert found[f"t{i}", "z"].reference is None


def test_one_shared_word_in_a_short_text_is_no_division_by_zero(made) -> None:
    source = Corpus("source", (*made("source", 40).records, Record("rare", "zyzzyva")))
    found = measured(Corpora(texts("zyzzyva"), source))
    assert found["t0", "ratio"].value == pytest.approx(1.005 / 0.005)
    assert found["t0", "z"].value == pytest.approx(500)


def test_without_others_nothing_can_stand_out(made) -> None:
    with pytest.raises(CannotMeasure, match="--source"):
        list(linkage.measure(Corpora(texts("text"))))
    one_patient = Corpus("source", made("source", 4).records)
    with pytest.raises(CannotMeasure, match="fewer than 3 groups"):
        list(linkage.measure(Corpora(texts("text"), one_patient)))


def test_the_same_values_in_any_order_of_the_source(made) -> None:
    source = made("source").records
    shuffled = random.Random(1).sample(source, len(source))
    first, second = (
        measured(Corpora(made("clean", 20), Corpus("source", tuple(side))))
        for side in (source, shuffled)
    )
    assert {k: f.value for k, f in first.items()} == {k: f.value for k, f in second.items()}


@pytest.mark.corpora
def test_translations_stand_out_from_translations_of_unseen_records() -> None:
    shared = Path(__file__).parents[3] / "shared" / "data"
    data = Path(os.environ.get("AUDITOR_CORPORA") or shared)
    source = Corpus("source", read(str(data / "source/es_codiesp_train.jsonl")).records)
    made = Corpus("made", read(str(data / "synthetic/en_codiesp_mt.jsonl")).records)
    number = {record.id: source.fingerprint(at) for at, record in enumerate(source.records)}
    found = [f for f in linkage.measure(Corpora(made, source)) if f.metric == "z"]
    origins = [json.loads(record.line)["meta"]["derived_from"] for record in made.records]
    copied = np.array([origin in number for origin in origins])
    z = np.array([finding.value for finding in found])
    assert (z[copied] > np.quantile(z[~copied], 0.99)).mean() >= 0.98
    nearest = [finding.reference.record for finding in found if finding.reference]
    right = [number.get(o) == n for o, n in zip(origins, nearest, strict=True)]
    assert np.mean(np.array(right)[copied]) >= 0.98
