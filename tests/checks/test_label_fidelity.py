import random
import re
from collections.abc import Iterator, Sequence
from zlib import crc32

import numpy as np
import pytest

from auditor.checks import label_fidelity
from auditor.code_table import CodeTable, Row
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
    monkeypatch.setattr(code_fit, "_vectors_by_text", dict)
    monkeypatch.delenv("AUDITOR_CACHE", raising=False)


def record(name: str, topic: str, *codes: str, lang: str = "en") -> Record:
    rng, filler = random.Random(name), FILLER.split()
    words = [*rng.choices(filler, k=rng.randint(5, 15)), *topic.split(), *rng.choices(filler, k=9)]
    return Record(name, " ".join(words), lang, codes)


def corpus(name: str, count: int = 160, **options: str) -> Corpus:
    topics = list(TOPICS.items())
    rows = (topics[at % len(topics)] for at in range(count))
    records = (record(f"{name}{at}", t, c, **options) for at, (c, t) in enumerate(rows))
    return Corpus(name, tuple(records))


def outcomes(*records: Record, source: Corpus | None = None, **options) -> list:
    corpora = Corpora(Corpus("synthetic", records), source or corpus("source"))
    return list(label_fidelity.measure(corpora, **options))


def advised(found: list) -> dict[tuple[str, str | None], str]:
    """Why values do not decide, but for what is for review in every run."""
    return {
        (o.metric, o.record): o.reason
        for o in found
        if isinstance(o, Advisory) and o.metric != "restated"
    }


def values(found: list, metric: str) -> dict[str | None, float]:
    return {f.record: f.value for f in found if isinstance(f, Finding) and f.metric == metric}


def test_a_text_about_its_code_stands_out_from_one_that_is_about_another():
    found = outcomes(
        record("fits", TOPICS["F32.1"], "F32.1"), record("strays", TOPICS["K35.80"], "F32.1")
    )
    agreement, rank = values(found, "agreement"), values(found, "rank")
    assert agreement["fits"] > 2 + agreement["strays"]
    assert rank["fits"] < 0.02 < rank["strays"]
    assert not advised(found)


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
    found = outcomes(spelled)
    assert outcomes(plain) == [outcome for outcome in found if not isinstance(outcome, Unmeasured)]
    told = "1 record with a code that neither lists, beside one that is compared"
    assert gaps(found) == {"labels": told}, "it is named all the same"


def test_only_the_place_among_the_codes_in_use_depends_on_the_other_records():
    def own(found: list) -> list:
        return [f for f in found if isinstance(f, Finding) and f.record == "same"]

    same = record("same", TOPICS["I10"], "I10")
    alone, among = own(outcomes(same)), own(outcomes(*corpus("others", 16).records, same))
    one, other = ({f.metric: f.value for f in found} for found in (alone, among))
    assert one | {"place": 1} == other | {"place": 1}
    (place,) = (f for f in among if f.metric == "place")
    assert place.value == 1
    assert re.fullmatch(r"fits best besides: \S+, \S+, \S+", place.detail)


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
    assert not label_fidelity.applies_to(plain, Corpora(Corpus("synthetic", ())))
    assert not label_fidelity.applies_to(foreign, Corpora(Corpus("synthetic", ())))
    told = "1 record without any code; if they have, name the field with --label-field"
    assert outcomes(plain) == [Unmeasured("unlabelled", told)]
    told = "1 record without a code that ICD-10-CM or the table of --codes lists"
    assert outcomes(plain, foreign)[0] == Unmeasured("labels", told)


def gaps(found: list) -> dict[str, str]:
    return {o.what: o.reason for o in found if isinstance(o, Unmeasured)}


def test_records_without_a_code_beside_labelled_ones_are_named():
    found = outcomes(record("fits", TOPICS["I10"], "I10"), record("plain", "text"))
    assert gaps(found) == {"unlabelled": "1 record without any code"}


def test_codes_of_another_release_are_named_and_their_ancestor_is_compared():
    found = outcomes(record("new", TOPICS["F32.1"], "F32.17"))
    assert gaps(found)["releases"].startswith("1 record with a code that this release")
    assert values(found, "agreement")["new"] > 0


def test_a_language_without_descriptions_is_named():
    found = outcomes(*corpus("set", 8, lang="es").records, source=corpus("source", lang="es"))
    assert gaps(found)["descriptions"].startswith("8 codes of 8 records have no description in")


def test_a_table_of_codes_makes_them_known_in_the_language_of_the_texts():
    rows = {"UNIT-7": Row("UNIT-7", "vigilancia nocturna de la planta")}
    codes = CodeTable("codes.csv", "digest", {"es": rows})
    texts = (record("fits", rows["UNIT-7"].description, "UNIT-7", lang="es"),)
    strays = (record("strays", TOPICS["I10"], "UNIT-7", lang="es"),)
    corpora = Corpora(Corpus("synthetic", texts + strays), corpus("source", lang="es"), codes=codes)
    found = list(label_fidelity.measure(corpora))
    agreement = values(found, "agreement")
    assert agreement["fits"] > 2 + agreement["strays"]
    assert not gaps(found)
    assert advised(found)["fit", "fits"] == "local codes (es): 0 labelled pairs are fewer than 20"


def test_without_a_source_nothing_can_be_measured():
    corpora = Corpora(corpus("synthetic", 8))
    with pytest.raises(CannotMeasure, match="--source"):
        list(label_fidelity.measure(corpora))


def test_a_chapter_with_too_few_labelled_pairs_decides_nothing():
    source = corpus("source", 152)
    found = outcomes(*corpus("set", 8).records, source=source)
    assert {metric for metric, _ in advised(found)} == {*label_fidelity.METRICS} - {"restated"}
    told = "F01-F99 (en): 19 labelled pairs are fewer than 20"
    assert advised(found)["fit", "set0"] == told
    assert len(values(found, "agreement")) == 8, "the values are shown all the same"


def test_only_the_records_of_such_a_chapter_are_advised():
    source = Corpus("source", tuple(r for r in corpus("source").records if r.label != ("F32.1",)))
    found = outcomes(*corpus("set", 8).records, source=source)
    assert {record for _, record in advised(found)} == {"set0"}


def test_a_record_with_a_code_of_another_chapter_is_judged_by_that():
    source = Corpus("source", tuple(r for r in corpus("source").records if r.label != ("F32.1",)))
    topic = f"{TOPICS['I10']} and {TOPICS['F32.1']}"
    found = outcomes(
        record("both", topic, "I10", "F32.1"), record("one", topic, "I10"), source=source
    )
    assert not advised(found)
    assert gaps(found) == {
        "chapters": "codes of F01-F99 (en) of 1 records: 0 labelled pairs are fewer than 20"
    }
    agreement = values(found, "agreement")
    assert agreement["both"] == pytest.approx(agreement["one"], abs=2)


def test_fit_is_the_share_of_real_records_that_fit_their_own_codes_no_better():
    strays, fits = (
        record(name, TOPICS[code], "F32.1") for name, code in (("strays", "I10"), ("fits", "F32.1"))
    )
    fit = values(outcomes(strays, fits), "fit")
    assert fit["strays"] == 0
    assert fit["fits"] > 0.02
    real = values(outcomes(*corpus("source").records), "fit")
    assert sum(value < 0.02 for value in real.values()) <= 0.02 * len(real)


def test_a_text_that_spells_out_its_label_is_told_for_review():
    label = taxonomy.table()["F32.1"].description
    text = f"The patient has {label.upper()}, as said before."
    found = outcomes(record("leaks", text, "F32.1"), record("tells", TOPICS["F32.1"], "F32.1"))
    restated = values(found, "restated")
    assert restated["leaks"] == 1
    assert restated["tells"] < 0.8
    (place,) = next(f for f in found if f.metric == "restated" and f.record == "leaks").spans
    assert place.end - place.start == len(label)
    assert "review" in next(o.reason for o in found if isinstance(o, Advisory))


def test_a_source_whose_labels_fit_no_text_makes_the_values_advisory():
    codes = list(TOPICS)
    shuffled = tuple(
        record(f"s{at}", topic, codes[(place + 1 + at // 8 % 7) % 8])
        for at, (place, topic) in enumerate([*enumerate(TOPICS.values())] * 21)
    )
    found = outcomes(*corpus("set", 8).records, source=Corpus("source", shuffled))
    assert re.fullmatch(
        r"F01-F99 \(en\): own AUC 0\.\d\d is below 0\.80", advised(found)["fit", "set0"]
    )


def test_one_code_for_all_source_records_leaves_the_power_unknown():
    source = Corpus("source", tuple(record(f"s{at}", "low mood", "F32.1") for at in range(30)))
    found = outcomes(*corpus("set", 8).records, source=source)
    assert "own AUC nan" in advised(found)["rank", "set0"]


def test_each_language_has_to_prove_itself():
    mixed = (*corpus("set", 8).records, *corpus("conjunto", 8, lang="es").records)
    found = advised(outcomes(*mixed))
    assert {record for _, record in found} == {f"conjunto{at}" for at in range(8)}
    assert found["fit", "conjunto0"] == "F01-F99 (es): 0 labelled pairs are fewer than 20"
    assert not advised(outcomes(*mixed, source=corpus("source", lang="und")))


def test_a_language_without_signs_is_compared_by_descriptions_alone():
    found = outcomes(*corpus("set", 8, lang="fr").records, source=corpus("source", lang="fr"))
    assert len(values(found, "fit")) == 8


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
