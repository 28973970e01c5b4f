import random
import re
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
import pytest

from auditor.checks import label_fidelity
from auditor.corpus import Corpora, Corpus
from auditor.errors import CannotMeasure
from auditor.finding import Advisory, Finding, Unmeasured
from auditor.indexes import code_fit, embedding, taxonomy
from auditor.record import Record

TOPICS = {
    "F32.1": "major depressive disorder, a single depressive episode of moderate degree",
    "K35.80": "acute appendicitis without peritonitis, appendix removed",
    "I10": "essential hypertension, high blood pressure",
    "J45.909": "asthma, unspecified, uncomplicated, with wheezing",
    "S52.501": "fracture of the lower end of the right radius, forearm broken",
    "E11.9": "type 2 diabetes mellitus without complications",
    "G43.909": "migraine, not intractable, without status migrainosus",
    "N20.0": "calculus of kidney, renal stone, nephrolithiasis",
}
FILLER = "the visit was on a rainy day and all went well until we met again for another talk"


class WordBag:
    """Stands in for the sentence model: a text is its words, whatever their order."""

    name = "words"

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[str, embedding.Vectors]]:
        for text in texts:
            row = np.full(embedding.DIMENSIONS, 1e-3, np.float32)
            for word in re.findall(r"\w{4,}", text.lower()):
                row[crc32(word.encode()) % embedding.DIMENSIONS] += 1
            yield text, row / np.linalg.norm(row)


@pytest.fixture(autouse=True)
def word_bag(monkeypatch) -> None:
    monkeypatch.setattr(embedding, "encoder", WordBag)
    monkeypatch.setattr(code_fit, "_vectors_by_code", dict)
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)


def record(name: str, topic: str, *codes: str, lang: str = "en") -> Record:
    rng, filler = random.Random(name), FILLER.split()
    words = [*rng.choices(filler, k=rng.randint(5, 15)), *topic.split(), *rng.choices(filler, k=9)]
    return Record(name, " ".join(words), lang, codes)


def corpus(name: str, count: int = 64, **options: str) -> Corpus:
    topics = list(TOPICS.items())
    rows = (topics[at % len(topics)] for at in range(count))
    records = (record(f"{name}{at}", t, c, **options) for at, (c, t) in enumerate(rows))
    return Corpus(name, tuple(records))


def outcomes(*records: Record, source: Corpus | None = None, **options) -> list:
    corpora = Corpora(Corpus("synthetic", records), source or corpus("source"))
    return list(label_fidelity.measure(corpora, **options))


def values(found: list, metric: str) -> dict[str | None, float]:
    return {f.record: f.value for f in found if isinstance(f, Finding) and f.metric == metric}


def test_a_text_about_its_code_stands_out_from_one_that_is_about_another():
    found = outcomes(
        record("fits", TOPICS["F32.1"], "F32.1"), record("strays", TOPICS["K35.80"], "F32.1")
    )
    agreement, rank = values(found, "agreement"), values(found, "rank")
    assert agreement["fits"] > 4 + agreement["strays"]
    assert rank["fits"] < 0.02 < rank["strays"]
    assert not [outcome for outcome in found if not isinstance(outcome, Finding)]


def test_one_wrong_code_among_several_lowers_the_agreement():
    topic = f"{TOPICS['I10']} and {TOPICS['E11.9']}"
    agreement = values(
        outcomes(record("both", topic, "I10", "E11.9"), record("half", topic, "I10", "S52.501")),
        "agreement",
    )
    assert agreement["both"] > agreement["half"]


def test_other_spellings_of_a_code_and_unknown_codes_beside_it_change_nothing():
    topic = TOPICS["F32.1"]
    plain = record("same", topic, "F32.1")
    spelled = record("same", topic, "f321", "F32.1", "my-own-code")
    assert outcomes(plain) == outcomes(spelled)


def test_a_value_does_not_depend_on_the_other_records():
    alone = outcomes(record("same", TOPICS["I10"], "I10"))
    among = outcomes(*corpus("others").records, record("same", TOPICS["I10"], "I10"))
    assert [f for f in among if f.record == "same"] == alone


def test_the_same_inputs_give_the_same_values_in_any_order_of_the_source():
    source = corpus("source")
    backwards = Corpus("source", source.records[::-1])
    records = corpus("set", 16).records
    assert outcomes(*records, source=source) == outcomes(*records, source=backwards)


def test_both_controls_measure_what_they_should():
    corpora = Corpora(corpus("synthetic", 16), corpus("source"), corpus("holdout", 32))
    for control, count in ((corpora.unseen(), 32), (corpora.chance(), 16)):
        assert control is not None
        assert len(values(list(label_fidelity.measure(control)), "agreement")) == count


def test_records_without_a_known_code_do_not_apply_and_load_no_model(monkeypatch):
    monkeypatch.setattr(embedding, "encoder", lambda: pytest.fail("loaded"))
    plain, foreign = record("plain", "text"), record("foreign", "text", "38341003")
    assert not label_fidelity.applies_to(plain)
    assert not label_fidelity.applies_to(foreign)
    assert outcomes(plain) == []
    assert outcomes(plain, foreign) == [
        Unmeasured("labels", "1 records carry no code that ICD-10-CM lists")
    ]


def test_without_a_source_nothing_can_be_measured():
    corpora = Corpora(corpus("synthetic", 8))
    with pytest.raises(CannotMeasure, match="--source"):
        list(label_fidelity.measure(corpora))


def advice(found: list) -> dict[str, str]:
    return {o.metric: o.reason for o in found if isinstance(o, Advisory)}


def test_too_few_labelled_source_records_make_the_values_advisory():
    found = outcomes(*corpus("set", 8).records, source=corpus("source", 19))
    assert set(advice(found)) == set(label_fidelity.METRICS)
    assert "19 labelled source records (en) are fewer than the 20" in advice(found)["rank"]
    assert len(values(found, "agreement")) == 8


def test_a_source_whose_labels_fit_no_text_makes_the_values_advisory():
    codes = list(TOPICS)
    shuffled = tuple(
        record(f"s{at}", topic, codes[(place + 1 + at // 8 % 7) % 8])
        for at, (place, topic) in enumerate([*enumerate(TOPICS.values())] * 7)
    )
    reason = advice(outcomes(*corpus("set", 8).records, source=Corpus("source", shuffled)))
    assert re.fullmatch(
        r"own AUC 0\.\d\d on 56 labelled source records \(en\) is below 0\.80", reason["agreement"]
    )


def test_one_code_for_all_source_records_leaves_the_power_unknown():
    source = Corpus("source", tuple(record(f"s{at}", "low mood", "F32.1") for at in range(30)))
    assert "own AUC nan" in advice(outcomes(*corpus("set", 8).records, source=source))["rank"]


def test_each_language_has_to_prove_itself():
    mixed = (*corpus("set", 8).records, *corpus("conjunto", 8, lang="es").records)
    reason = advice(outcomes(*mixed))["agreement"]
    assert reason.startswith("0 labelled source records (es)")
    undetermined = corpus("source", lang="und")
    assert not advice(outcomes(*mixed, source=undetermined))


def test_a_source_in_other_letters_is_no_division_by_zero():
    source = Corpus("source", tuple(Record(str(at), "漢字 " * at) for at in range(1, 30)))
    found = outcomes(record("fits", TOPICS["F32.1"], "F32.1"), source=source)
    assert np.isfinite(list(values(found, "agreement").values())).all()


def test_the_panel_covers_every_chapter_and_never_changes():
    chapters = {taxonomy.chapter(code) for code in code_fit.panel()}
    assert len(chapters) == 22
    assert code_fit.panel()[:3] == code_fit.panel()[:3]
    assert len(set(code_fit.panel())) == len(code_fit.panel())


def test_auc_equals_counting_all_pairs():
    rng = random.Random(1)
    for _ in range(50):
        right = [rng.randrange(6) for _ in range(rng.randint(1, 9))]
        wrong = [rng.randrange(6) for _ in range(rng.randint(1, 9))]
        pairs = [(r > w) + (r == w) / 2 for r in right for w in wrong]
        assert code_fit.auc(right, wrong) == pytest.approx(sum(pairs) / len(pairs))
    assert np.isnan(code_fit.auc([], [1.0]))


@pytest.mark.slow
def test_with_the_real_model_a_report_is_closest_to_its_own_diagnosis(monkeypatch):
    monkeypatch.undo()
    report = (
        "For five months she has woken before dawn, cries without cause, has lost nine kilos and "
        "all interest in her garden, and thinks that her family would be better off without her."
    )
    found = outcomes(Record("fits", report, "en", ("F32.1",)), Record("x", report, "en", ("K35",)))
    agreement, rank = values(found, "agreement"), values(found, "rank")
    assert agreement["fits"] > agreement["x"]
    assert rank["fits"] < rank["x"]
