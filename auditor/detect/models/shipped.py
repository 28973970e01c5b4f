"""The name models: two small spaCy pipelines that are shipped, one per language.

``rules/models/<language>/`` holds the weights, the model's vocabulary and ``digests.json``; how
they were made and what they can do stands in ``rules/models/README.md``.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from auditor.detect.models import features
from auditor.detect.models.blas import hasten, one_thread
from auditor.detect.models.plausible import plausible
from auditor.detect.models.tokens import document, tokens, unrepeated
from auditor.errors import CannotMeasure
from auditor.resources import shipped

SCORE = 0.85  # of whatever a model finds; it does not say how sure it is
REMEMBERED = 500  # texts whose words are kept for the next ones
APART = ("vocab", "tokenizer")  # neither is ours: words are not kept, texts come tokenized
Found = tuple[int, int, str, float]


class NameModel:
    """A loaded pipeline."""

    def __init__(self, pipeline: Any) -> None:
        self._pipeline = pipeline
        self._recognizer = pipeline.get_pipe("ner")
        hasten(self._recognizer.model)
        self._read = 0
        self._zone = pipeline.memory_zone()
        self._zone.__enter__()

    def find(self, text: str) -> list[Found]:
        """Start, end, label and score of what it sees as names, places, organisations ..."""
        found = unrepeated(tokens(text))
        if not found:
            return []
        self._forget()
        with one_thread():
            doc = self._recognizer(document(self._pipeline.vocab, found))
        spans = ((found[e.start][1], found[e.end - 1][2], e) for e in doc.ents)
        return [
            (start, end, entity.label_, SCORE)
            for start, end, entity in spans
            if plausible(entity, text, start, end)
        ]

    def _forget(self) -> None:
        """Drops the words that were read, now and then: they would pile up, and are not ours."""
        self._read += 1
        if self._read % REMEMBERED == 0:
            self._zone.__exit__(None, None, None)
            self._zone = self._pipeline.memory_zone()
            self._zone.__enter__()


@cache
def shipped_model(language: str) -> NameModel:
    """The model of a language. Raises CannotMeasure as ``load`` does."""
    return load(shipped("rules", "models", language))


def load(folder: Path) -> NameModel:
    """A model that ``save`` wrote. Raises CannotMeasure when a file is missing or was altered."""
    _verify(folder)
    import spacy

    pipeline = spacy.util.load_model_from_path(folder, exclude=list(APART))
    features.teach(pipeline.vocab, _words(folder / "words.txt"), _words(folder / "ordinary.txt"))
    return NameModel(pipeline)


def save(pipeline: Any, folder: Path, words: Iterable[str], ordinary: Iterable[str]) -> None:
    """Writes a model without the strings it was trained on."""
    folder.mkdir(parents=True, exist_ok=True)
    pipeline.to_disk(folder, exclude=list(APART))
    for name, content in (("words.txt", words), ("ordinary.txt", ordinary)):
        (folder / name).write_text("\n".join(sorted(content)) + "\n", encoding="utf-8")
    seal(folder)


def seal(folder: Path) -> None:
    """Writes down the digest of every file of a model."""
    digests = {name: _digest(folder / name) for name in sorted(_files(folder))}
    (folder / "digests.json").write_text(json.dumps(digests, indent=2) + "\n", encoding="utf-8")


def _words(path: Path) -> frozenset[str]:
    return frozenset(path.read_text(encoding="utf-8").splitlines())


def _verify(folder: Path) -> None:
    try:
        expected = json.loads((folder / "digests.json").read_text(encoding="utf-8"))
        altered = [name for name, digest in expected.items() if _digest(folder / name) != digest]
    except (OSError, ValueError) as error:
        reason = f"{type(error).__name__} while reading the name model {folder.name!r}"
        raise CannotMeasure(f"{reason}; install auditor again") from None
    if altered:
        raise CannotMeasure(
            f"the name model {folder.name!r} is not the one that was shipped: {altered[0]} was "
            "altered; install auditor again"
        )


def _files(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*"):
        if path.is_file() and path.name != "digests.json":
            yield path.relative_to(folder).as_posix()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
