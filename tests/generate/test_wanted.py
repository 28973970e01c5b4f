"""What a user asks for: the slots and the plan that come of it, or what is wrong, beforehand."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from auditor.errors import InputError
from auditor.generate.wanted import Wanted, planned, to_choose_among
from auditor.indexes import taxonomy as icd
from auditor.record import Reading, Record

MOOD = Wanted(labels=(("F32.1",), ("F41.1",)), per_label=2)
OWN = """\
about: {title: Signs of our own, source: A test.}
SIGN_A:
  name: {en: First sign}
  definition: {en: What it looks like.}
SIGN_B:
  name: {en: Second sign, es: Segundo signo}
  definition: {en: What it looks like., es: Cómo se ve.}
"""


def source(*labels: tuple[str, ...], lang: str = "en") -> Reading:
    numbered = enumerate(labels)
    rows = tuple(Record(str(i), f"Text {i}.", lang, codes) for i, codes in numbered)
    return Reading("source.jsonl", rows, "digest")


def ids(wanted: Wanted, of: Reading | None = None) -> list[str]:
    return [slot.id for slot in planned(wanted, of)[0]]


def refused(wanted: Wanted, of: Reading | None = None) -> str:
    with pytest.raises(InputError) as caught:
        planned(wanted, of)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_so_many_of_each_label_in_each_language() -> None:
    slots, plan = planned(replace(MOOD, langs=("en", "es"), seed=5), None)
    assert [slot.id for slot in slots[:4]] == [
        "F32.1-en-0001", "F32.1-en-0002", "F32.1-es-0001", "F32.1-es-0002",
    ]  # fmt: skip
    assert len(slots) == 8
    assert (plan.seed, set(plan.prompts), plan.examples) == (5, {"en", "es"}, None)
    assert plan.label("F32.1", "es").name != plan.label("F32.1", "en").name


def test_codes_are_written_as_the_taxonomy_writes_them() -> None:
    wanted = Wanted(labels=(("f321",), ("F32.1",), ("F411", "f41.1")), per_label=1)
    assert ids(wanted) == ["F32.1-en-0001", "F41.1-en-0001"]


def test_a_taxonomy_decides_what_kind_of_text_is_asked_for() -> None:
    _, report = planned(MOOD, None)
    sign = Wanted(labels=(("SIGN",),), per_label=1, taxonomy="alzheimer_signs")
    known = refused(sign)
    assert "alzheimer_signs has no code 'SIGN'" in known
    assert report.prompts["en"].name.startswith("report")
    assert report.words == (120, 320)
    assert planned(replace(MOOD, words=(5, 6), prompt="sentence"), None)[1].words == (5, 6)


def test_a_taxonomy_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    wanted = Wanted(labels=(("SIGN_A",), ("SIGN_B",)), per_label=1, taxonomy=str(path))
    slots, plan = planned(wanted, None)
    assert [slot.labels for slot in slots] == [("SIGN_A",), ("SIGN_B",)]
    assert (plan.prompts["en"].name.split(".")[0], plan.words) == ("sentence", (10, 35))
    assert "SIGN_A has no words in 'es'" in refused(replace(wanted, langs=("en", "es")))
    assert ids(replace(wanted, labels=(("SIGN_B",),), langs=("es",))) == ["SIGN_B-es-0001"]


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (replace(MOOD, per_label=None), "say how many: --per-label N, or --top-up-to N"),
        (replace(MOOD, top_up_to=3), "say how many"),
        (replace(MOOD, labels=()), "say what of: --labels"),
        (replace(MOOD, labels=(("F32.1", ""),)), "has no code ''"),
        (replace(MOOD, labels=(("Q99.99",),)), "has no code 'Q99.99'"),
        (replace(MOOD, labels=(("F32.1",), ("F99.99",))), "has no code 'F99.99'"),
        (replace(MOOD, labels=(("F32.1", "F31.1"),)), "F32.1+F31.1 cannot stand together"),
        (replace(MOOD, langs=("fr",)), "--lang 'fr': write en, es or both as en,es"),
        (replace(MOOD, langs=("en", "fr")), "--lang 'en,fr': write en, es or both"),
        (replace(MOOD, langs=("EN",)), "--lang 'EN': write en, es or both"),
        (replace(MOOD, langs=("en es",)), "--lang 'en es': write en, es or both"),
        (replace(MOOD, langs=()), "--lang '': write en, es or both"),
        (replace(MOOD, prompt="reprot"), "'report'"),
        (replace(MOOD, prompt="missing.j2"), "missing.j2"),
        (replace(MOOD, prompt="label"), "no prompt named 'label' (there is: report, sentence), or"),
        (replace(MOOD, prompt="verify"), "(there is: report, sentence)"),
        (
            replace(MOOD, prompt="a/mine.j2", langs=("en", "es")),
            "--prompt a/mine.j2: one file for the languages en, es; write a/mine.{lang}.j2 and put",
        ),
        (replace(MOOD, taxonomy="icd10_g"), "icd10_g"),
        (replace(MOOD, few_shot=1), "--few-shot shows records of a source; give one"),
        (replace(MOOD, per_label=None, top_up_to=3), "--top-up-to counts the records of a source"),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_asked(wanted: Wanted, problem: str) -> None:
    assert problem in refused(wanted)


TO_FOUR = Wanted(top_up_to=4)


def test_a_source_is_topped_up_in_every_label_that_is_known() -> None:
    of = source(("F32.1",), ("F32.1",), ("F41.1",), ("not a code",))
    assert ids(TO_FOUR, of) == [
        "F32.1-en-0001", "F32.1-en-0002", "F41.1-en-0001", "F41.1-en-0002", "F41.1-en-0003",
    ]  # fmt: skip
    assert ids(replace(TO_FOUR, labels=(("F32.1",),)), of) == ["F32.1-en-0001", "F32.1-en-0002"]


def test_a_source_of_which_nothing_is_known_is_told() -> None:
    assert "has no words for the source's labels; name some with --labels" in refused(
        TO_FOUR, source(("ward 7",), ("ward 8",))
    )
    assert "name some with --labels" in refused(TO_FOUR, source((), ()))


def test_a_source_that_lacks_nothing_is_told() -> None:
    assert "nothing to write: each label has 4 records or more already" in refused(
        TO_FOUR, source(*[("F32.1",)] * 4)
    )


def test_each_language_is_topped_up_in_what_it_has_words_for() -> None:
    told: list[str] = []
    of = source(*[("F32.1",)] * 3, ("G47.00", "zebra cantata"), ("G43.909",))
    both = replace(TO_FOUR, langs=("en", "es"), tell=told.append)
    asked = Counter((slot.labels, slot.lang) for slot in planned(both, of)[0])
    assert asked == {
        (("F32.1",), "en"): 1, (("G47.00",), "en"): 3, (("G43.909",), "en"): 3,
        (("F32.1",), "es"): 4,
    }  # fmt: skip
    assert told == [
        "not topped up in es, no words: G43.909, G47.00 (name them with --codes)",
        "not topped up: 1 of the source's labels that icd10_f has not",
    ]


def test_what_has_words_in_another_language_alone_is_told_too() -> None:
    told: list[str] = []
    of = source(("G47.00",), lang="es")
    assert "no words" in refused(replace(TO_FOUR, langs=("es",), tell=told.append), of)
    assert told == ["not topped up in es, no words: G47.00 (name them with --codes)"]


def test_a_long_list_of_what_is_left_out_is_cut() -> None:
    told: list[str] = []
    codes = [code for code in icd.table() if code.startswith("G47") and icd.is_listed(code)]
    of = source(("F32.1",), *[(code,) for code in codes])
    planned(replace(TO_FOUR, langs=("es",), tell=told.append), of)
    assert len(codes) > 20
    assert f"and {len(codes) - 20} more (name them" in told[0]


def test_labels_to_choose_among_fit_in_a_prompt(tmp_path: Path) -> None:
    few = to_choose_among(replace(MOOD, per_label=None), ["en", "es"])
    assert [label.code for label in few["es"]] == ["F32.1", "F41.1"]
    assert len(to_choose_among(Wanted(taxonomy="alzheimer_signs"), ["en"])["en"]) == 9
    with pytest.raises(
        InputError, match=r"data-to-label: 1112 labels of icd10_f are too many .*--la"
    ):
        to_choose_among(Wanted(), ["en"])


@pytest.mark.parametrize("named", [(), (("F32.1",),), (("f321",),)])
def test_a_source_may_write_its_codes_in_another_way(named: tuple[tuple[str, ...], ...]) -> None:
    of = source(("F321",), ("f32.1",), ("F32.1", "F321"))
    assert ids(replace(TO_FOUR, labels=named), of) == ["F32.1-en-0001"]


def test_codes_that_exclude_each_other_are_not_put_together() -> None:
    of = source(*[("F31.1", "F32.1", "F41.1")] * 3)
    slots, _ = planned(TO_FOUR, of)
    assert slots
    assert not any({"F31.1", "F32.1"} <= set(slot.labels) for slot in slots)


def test_a_combination_of_few_patients_is_not_asked_for() -> None:
    of = source(("F32.1", "F41.1"), ("F32.1", "F41.1"))
    assert {slot.labels for slot in planned(TO_FOUR, of)[0]} == {("F32.1",), ("F41.1",)}


def test_examples_are_of_the_source() -> None:
    of = source(*[("F32.1",)] * 3, *[("F41.1",)] * 3)
    slots, plan = planned(replace(MOOD, few_shot=2), of)
    assert plan.examples is not None
    for slot in slots:
        shown = plan.examples(slot)
        own = [record.text for record in of.records if record.label == slot.labels]
        assert len(shown) == 2
        assert set(shown) <= set(own)


def test_examples_need_records_of_the_language() -> None:
    assert "has 0 records in 'en'" in refused(replace(MOOD, few_shot=1), source((), lang="und"))
    assert "--few-shot 3: the source has 1" in refused(replace(MOOD, few_shot=3), source(()))


def test_no_message_holds_a_text_of_the_source() -> None:
    of = Reading("s", (Record("1", "Quixotic zebra cantata", "en", ("zebra cantata",)),), "d")
    for wanted in (TO_FOUR, replace(MOOD, few_shot=2)):
        assert "antata" not in refused(wanted, of)
