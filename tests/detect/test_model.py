"""The shipped name models: whole, small, without a memory of their training, or not used."""

import json
import shutil
from pathlib import Path

import pytest

from auditor.detect.models import shipped as model
from auditor.detect.patterns.rules import LANGUAGES
from auditor.errors import CannotMeasure
from auditor.resources import shipped

MODELS = shipped("rules", "models")
MEGABYTE = 1_000_000
SENTENCES = {
    "en": [
        ("During the visit Rosalind Hathersage asked for another day.", ["Rosalind Hathersage"]),
        ("the bill goes to Okonkwo-Brandt, her landlord", ["Okonkwo-Brandt"]),
        ("She moved from Dayton to Portsmouth.", ["Dayton", "Portsmouth"]),
    ],
    "es": [
        ("Durante la visita Herminia Albarracín Quirós pidió otra cita.",
         ["Herminia Albarracín Quirós"]),
        ("Vive en Soria con su hermano Ginés.", ["Soria", "Ginés"]),
    ],
}  # fmt: skip


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODELS / "en", tmp_path / "en"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_model_finds_names_that_no_list_holds(language: str) -> None:
    for text, names in SENTENCES[language]:
        found = [text[s:e] for s, e, _, _ in model.shipped_model(language).find(text)]
        assert found == names


def test_both_models_together_are_small() -> None:
    files = [path for language in LANGUAGES for path in (MODELS / language).rglob("*")]
    assert sum(path.stat().st_size for path in files if path.is_file()) <= 12 * MEGABYTE


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_string_of_the_training_texts_is_shipped_but_single_words(language: str) -> None:
    folder = MODELS / language
    assert not (folder / "vocab").exists()
    words = (folder / "words.txt").read_text(encoding="utf-8").splitlines()
    assert all(word.isalpha() for word in words)
    assert words == sorted(set(words))


def test_the_words_of_a_text_are_forgotten() -> None:
    english = model.shipped_model("en")
    before = len(english._pipeline.vocab.strings)
    for number in range(2 * model.REMEMBERED):
        english.find(f"word{'abcdefghij'[number % 10] * (number % 37)} unheardof{number}")
    assert len(english._pipeline.vocab.strings) - before < 3 * model.REMEMBERED


def test_an_altered_model_is_refused(copied: Path) -> None:
    weights = copied / "ner" / "model"
    content = bytearray(weights.read_bytes())
    content[1000] ^= 1
    weights.write_bytes(content)
    with pytest.raises(CannotMeasure, match=r"ner/model was altered; install auditor again"):
        model.load(copied)


@pytest.mark.parametrize("lost", ["ner/model", "digests.json", "words.txt", "config.cfg"])
def test_a_missing_file_is_told(copied: Path, lost: str) -> None:
    (copied / lost).unlink()
    with pytest.raises(CannotMeasure, match=r"FileNotFoundError.*install auditor again"):
        model.load(copied)


def test_the_digests_cover_every_file() -> None:
    for language in LANGUAGES:
        folder = MODELS / language
        told = json.loads((folder / "digests.json").read_text(encoding="utf-8"))
        there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
        assert there == {*told, "digests.json"}
