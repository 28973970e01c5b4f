"""The name models: two small spaCy pipelines that are shipped, one per language.

``rules/models/<language>/`` holds the weights, the model's vocabulary and ``digests.json``; how
they were made and what they can do stands in ``rules/models/README.md``.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from auditor.detect.models import features
from auditor.detect.models.blas import hasten, one_thread
from auditor.detect.models.tokens import document, tokens, unrepeated
from auditor.detect.patterns.validators import calendar_date, day_and_month
from auditor.errors import CannotMeasure
from auditor.resources import shipped

SLASHED = re.compile(r"(\d{1,9})\s?[/.-]\s?\d+").fullmatch
SCORE = 0.85  # of whatever a model finds; it does not say how sure it is
REMEMBERED = 500  # texts whose words are kept for the next ones
AROUND = 80  # characters
LED = re.compile(  # whoever is called so follows
    r"\b(?:dra?|dres|mrs?|ms|mx|miss|sra?|srta|don|doña|dña|prof|nurse|sister|brother|son|daughter|"
    r"wife|husband|mother|father|mom|mum|dad|aunt|uncle|cousin|friend|partner|hermano|hermana|hijo|"
    r"hija|mujer|marido|espos[oa]|madre|padre|t[ií][oa]|prim[oa]|amig[oa]|pareja|named|called|"
    r"llamad[oa]|name|nombre)\b[.:]?[ ]{1,2}$",
    re.IGNORECASE,
)
# What the lists must hold of a find that is written without capitals.
LISTED = {"NAME": features.PEOPLE, "LOCATION": ("<place>",), "ORG": ("<place>", *features.PEOPLE)}
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
            if _plausible(entity, _line(text, start, end), text[max(0, start - 16) : start])
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


def _plausible(entity: Any, line: str, before: str) -> bool:
    """Whether a find is more than a slip; ``line``: where it stands, ``before``: what leads to it.

    What has no capital in a line that has some is no name, unless it is a given name, follows a
    title or a relative, or is several words of which one is in the lists. In a line without
    capitals, one word must be in the lists, or at least no common one. Two numbers with a slash
    are a day and a month or a month and a year.
    """
    if entity.label_ == "DATE" and (pair := SLASHED(entity.text)):
        dated = day_and_month(entity.text) or calendar_date(entity.text)
        return dated or 1 <= int(pair[1]) <= 12
    if entity.label_ not in LISTED or not entity.text.islower():
        return True
    seen = [token.norm_ for token in entity if token.is_alpha]
    listed = any(norm in LISTED[entity.label_] for norm in seen)
    if line.islower():
        return listed or (entity.label_ != "NAME" and features.RARE in seen)
    led = entity.label_ == "NAME" and LED.search(before) is not None
    return led or (listed and (len(seen) > 1 or seen[0] in features.GIVEN))


def _line(text: str, start: int, end: int) -> str:
    """The line of a place, at most ``AROUND`` characters to either side."""
    before = text[max(0, start - AROUND) : start].rpartition("\n")[2]
    return before + text[start : end + AROUND].partition("\n")[0]


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
