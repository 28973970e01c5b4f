"""Presidio as host: a registry that holds our recognizers and nothing else.

Presidio's own recognizers are left out: without a trained model they find 10 to 27 % of the
identifiers, and one of them takes a second of CPU per kilobyte of dots. Its PatternRecognizer is
left out too (it skips a pattern that times out, and a passing checksum makes any number certain),
and so is its analyzer, which compares every finding with every other. Presidio takes a second to
import, so it is imported inside functions only.
"""

import logging
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from auditor.detect.hit import Hit
from auditor.detect.models.language import may_be
from auditor.detect.patterns.rules import LANGUAGES, Rule, matches
from auditor.record import UNDETERMINED

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer, RecognizerRegistry

SPOKEN = (*LANGUAGES, UNDETERMINED)
DIRECT = ("NAME", "PHONE", "EMAIL", "URL", "IP", "ID")


class Finder(Protocol):
    """Anything that finds labelled places: a name model, or a list."""

    def find(self, text: str) -> list[tuple[int, int, str, float]]:
        """Start, end, label and score."""
        ...


Named = tuple[str, str, Finder]  # its name in findings, its language, the finder itself


def registry(rules: Iterable[Rule], finders: Iterable[Named] = ()) -> "RecognizerRegistry":
    """A registry of rules and finders, in every language that a record may have."""
    with _absent("torch", "transformers"):
        from presidio_analyzer import RecognizerRegistry

    logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)
    recognizers = [*_of_rules(rules), *_of_finders(finders)]
    return RecognizerRegistry(recognizers, supported_languages=list(SPOKEN))


def hits(recognizer: Any, text: str) -> Iterator[Hit]:
    """What one recognizer of the registry finds."""
    for found in recognizer.analyze(text, recognizer.supported_entities, None):
        label = found.entity_type
        kind = getattr(recognizer, "kind", "direct" if label in DIRECT else "quasi")
        yield Hit(found.start, found.end, label, found.score, recognizer.name, kind)


def reads_patterns(recognizer: "EntityRecognizer") -> bool:
    """Whether it is a rule, and so can read a disguise, which holds no language."""
    return hasattr(recognizer, "rule")


@contextmanager
def _absent(*modules: str) -> Iterator[None]:
    """Lets imports inside believe that optional modules are not installed.

    Presidio imports both when it can, for engines that are not used here; that takes five times as
    long as the rest of it.
    """
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: import fails
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _of_rules(rules: Iterable[Rule]) -> "Iterator[EntityRecognizer]":
    for rule in rules:
        for language in (*rule.languages, UNDETERMINED):
            yield _classes()[0](rule, language)


def _of_finders(finders: Iterable[Named]) -> "Iterator[EntityRecognizer]":
    for name, language, finder in finders:
        for spoken in (language, UNDETERMINED):
            yield _classes()[1](name, language, spoken, finder)


@cache
def _classes() -> tuple[Any, Any]:
    from presidio_analyzer import EntityRecognizer, RecognizerResult

    class RuleRecognizer(EntityRecognizer):
        """One rule in one language, as Presidio's registry knows it."""

        def __init__(self, rule: Rule, language: str) -> None:
            super().__init__([rule.label], name=rule.name, supported_language=language)
            self.rule = rule
            self.kind = rule.kind

        def load(self) -> None:
            """Rules come compiled."""

        def analyze(self, text: str, *_: object, **__: object) -> list[RecognizerResult]:
            """All matches of the rule."""
            label = self.rule.label
            found = matches(self.rule, text)
            return [RecognizerResult(label, start, end, score) for start, end, score in found]

    class FinderRecognizer(EntityRecognizer):
        """A name model or a list in one language."""

        def __init__(self, name: str, of: str, language: str, finder: Finder) -> None:
            labels: Sequence[str] = (*DIRECT, "AGE", "DATE", "LOCATION", "ORG", "PROFESSION")
            super().__init__(list(labels), name=name, supported_language=language)
            self._finder = finder
            self._of = of

        def load(self) -> None:
            """Models come loaded."""

        def analyze(self, text: str, *_: object, **__: object) -> list[RecognizerResult]:
            """All that the finder finds; nothing in a text of clearly another language."""
            if self.supported_language == UNDETERMINED and not may_be(self._of, text):
                return []
            return [
                RecognizerResult(label, start, end, score)
                for start, end, label, score in self._finder.find(text)
            ]

    return RuleRecognizer, FinderRecognizer
