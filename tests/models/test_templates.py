"""The templates that the name models learn from: what they hold, and what becomes of them."""

import random
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

FOLDER = Path(__file__).parents[2] / "rules" / "models" / "training"
FILES = sorted(FOLDER.glob("*/*.txt"))
LANGUAGES = ("en", "es")
KINDS = ("notes", "sentences", "negatives")
FREE_OF_IDENTIFIERS = [path for path in FILES if path.name.startswith(("negatives_", "negativos_"))]
Text = tuple[str, list[tuple[int, int, str]]]


def name_of(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.fixture
def some_texts(training: SimpleNamespace) -> Callable[[str, int], list[Text]]:
    """Texts of all kinds that need no corpora, without noise."""

    def drawn(language: str, seed: int) -> list[Text]:
        rng = random.Random(seed)
        kinds = (kind for _ in range(40) for kind in KINDS)
        return [training.notes.drawn(language, kind, rng) for kind in kinds]

    return drawn


def test_there_are_templates_of_every_kind(training: SimpleNamespace) -> None:
    assert FREE_OF_IDENTIFIERS
    stems = {stem for kinds in training.notes.STEMS.values() for stem in kinds.values()}
    assert all(path.name.startswith(tuple(stems)) for path in FILES), "a file that is never read"
    for language in LANGUAGES:
        assert set(training.notes.STEMS[language]) == set(KINDS)
        assert all(training.notes.templates(language, k, validation=False) for k in KINDS)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_a_file_parses_and_all_its_slots_are_known(training: SimpleNamespace, path: Path) -> None:
    assert list(training.expand.read(path))
    assert training.check.problems(path, times=1) == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_spans_lie_in_the_text_and_are_neither_blank_nor_overlap(
    training: SimpleNamespace, path: Path
) -> None:
    rng = random.Random(path.name)
    for template in training.expand.read(path):
        values = training.values.Values(path.parent.name, rng)
        text, spans = training.expand.expand(template, values.fill, rng)
        assert text.strip()
        assert not re.search(r"\$\{?\w+\}", text), "a slot that was not filled"
        at = 0
        for start, end, label in spans:
            assert at <= start < end <= len(text)
            assert text[start:end] == text[start:end].strip()
            assert label.isupper()
            at = end


@pytest.mark.parametrize("path", FREE_OF_IDENTIFIERS, ids=name_of)
def test_what_is_said_to_hold_no_identifier_holds_none_but_ages_and_years(
    training: SimpleNamespace, path: Path
) -> None:
    values = training.values.Values(path.parent.name, random.Random(1))
    for template in training.expand.read(path):
        labelled = {slot for slot in training.expand.slots(template) if values.fill(slot)[1]}
        assert labelled <= {"age", "year"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_seed_gives_the_same_texts(
    some_texts: Callable[[str, int], list[Text]], language: str
) -> None:
    assert some_texts(language, 1) == some_texts(language, 1)
    assert some_texts(language, 1) != some_texts(language, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_noise_keeps_the_length(
    training: SimpleNamespace, some_texts: Callable[[str, int], list[Text]], language: str
) -> None:
    rng = random.Random(1)
    altered = 0
    for text, spans in some_texts(language, 1):
        disturbed = training.noise.disturbed(text, spans, rng)
        assert len(disturbed) == len(text)
        altered += disturbed != text
    assert 0.2 < altered / 120 < 0.95, "some texts stay as they are, some do not"


@pytest.mark.parametrize("template", ["{a|b", "a}", "{a|{b}", "{a}}"])
def test_a_brace_that_does_not_match_is_told_with_its_place(
    training: SimpleNamespace, tmp_path: Path, template: str
) -> None:
    path = tmp_path / "notes_wrong.txt"
    path.write_text(f"all is {{well|fine}}\n===\n{template}\n", encoding="utf-8")
    with pytest.raises(training.expand.TemplateError, match=r"^notes_wrong\.txt: template 2: "):
        list(training.expand.read(path))


def test_a_slot_without_values_is_told_with_its_place(
    training: SimpleNamespace, tmp_path: Path
) -> None:
    (tmp_path / "en").mkdir()
    path = tmp_path / "en" / "notes_wrong.txt"
    path.write_text("$patient\n===\n${sign} of $patient\n", encoding="utf-8")
    assert training.check.problems(path) == ["notes_wrong.txt: template 2: no slot $sign"]


def test_choices_nest_and_may_be_empty(training: SimpleNamespace) -> None:
    template = training.expand.parse("{a|{b|}} costs $$5|6 for ${who}s")
    rng = random.Random(1)
    seen = {training.expand.expand(template, lambda _: ("Ann", "NAME"), rng)[0] for _ in range(50)}
    assert seen == {f"{start} costs $5|6 for Anns" for start in ("a", "b", "")}


def test_a_given_and_a_family_name_are_one_name(training: SimpleNamespace) -> None:
    template = training.expand.parse("Seen: $first $last, $first")
    fill = {"first": ("Ann", "NAME"), "last": ("Li", "NAME")}.__getitem__
    text, spans = training.expand.expand(template, fill, random.Random(1))
    assert [text[start:end] for start, end, _ in spans] == ["Ann Li", "Ann"]


def test_the_patient_stays_the_same_throughout_a_note(training: SimpleNamespace) -> None:
    values = training.values.Values("es", random.Random(1))
    assert len({values.fill("patient_first") for _ in range(20)}) == 1
    assert len({values.fill("first") for _ in range(20)}) > 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_twelfth_template_is_held_out(training: SimpleNamespace, language: str) -> None:
    for kind in KINDS:
        learnt, held_out = (
            training.notes.templates(language, kind, validation=v) for v in (False, True)
        )
        assert len(held_out) == -(-(len(learnt) + len(held_out)) // 12)


def test_a_shape_is_filled_in_sign_by_sign(training: SimpleNamespace) -> None:
    text = training.shapes.drawn((r"\##-@@ {area}",), random.Random(1), area="x")
    assert re.fullmatch(r"#\d-[A-Z]{2} x", text)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("tables.yaml")), ids=name_of)
def test_the_entries_of_a_table_are_text(training: SimpleNamespace, path: Path) -> None:
    """YAML reads NO and ON as booleans, unless they stand in quotes."""
    import yaml

    language = path.parent.name if path.parent.name in LANGUAGES else "en"
    for name, table in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        if isinstance(table, dict):
            ways, shares = training.tables.weights(name, language)
            assert all(isinstance(way, str) for way in ways)
            assert min(shares) > 0
        else:
            assert training.tables.entries(name, language)
