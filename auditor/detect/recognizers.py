"""Presidio as host: an analyzer that holds our recognizers and nothing else.

Presidio's own recognizers are left out: without a trained model they find 10 to 27 % of the
identifiers, and one of them takes a second of CPU per kilobyte of dots. Its PatternRecognizer is
left out too: it skips a pattern that times out, and a passing checksum makes any number certain.
Presidio and spaCy take seconds to import, so both are imported inside functions only.
"""

import logging
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from auditor.detect.hit import Hit, resolve
from auditor.detect.rules import LANGUAGES, Rule, matches
from auditor.record import UNDETERMINED

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer

SPOKEN = (*LANGUAGES, UNDETERMINED)


class Detector:
    """Finds identifiers by rules. Building one takes seconds; it may be used for any text."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = {rule.name: rule for rule in rules}
        self._engine = _analyzer(tuple(self._rules.values()))

    def find(self, text: str, language: str) -> tuple[Hit, ...]:
        """Hits in the order of the text; of those that overlap, the surest, then the longest.

        ``language`` is one of ``SPOKEN``; ``und`` asks the recognizers of all languages.
        """
        results = self._engine.analyze(text, language=language)
        rules = ((r, self._rules[r.entity_type]) for r in results)
        hits = (Hit(r.start, r.end, q.label, r.score, q.name, q.kind) for r, q in rules)
        return resolve(text, hits)


def _analyzer(rules: tuple[Rule, ...]) -> "AnalyzerEngine":
    with _absent("torch", "transformers"):
        from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)
    registry = RecognizerRegistry(list(_recognizers(rules)), supported_languages=list(SPOKEN))
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=_blank_engine()(),
        supported_languages=list(SPOKEN),
        context_aware_enhancer=_no_enhancer()(0, 0, 0, 0),
    )


@contextmanager
def _absent(*modules: str) -> Iterator[None]:
    """Lets imports inside believe that optional modules are not installed.

    Presidio and spaCy import both when they can, for engines that are not used here; that takes
    five times as long as the rest of them.
    """
    hidden = [name for name in modules if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None: import fails
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


def _recognizers(rules: tuple[Rule, ...]) -> "Iterator[EntityRecognizer]":
    for rule in rules:
        for language in (*rule.languages, UNDETERMINED):
            yield _recognizer()(rule, language)


@cache
def _recognizer() -> Any:
    from presidio_analyzer import EntityRecognizer, RecognizerResult

    class RuleRecognizer(EntityRecognizer):
        """One rule in one language, as Presidio's analyzer knows it."""

        def __init__(self, rule: Rule, language: str) -> None:
            super().__init__([rule.name], name=rule.name, supported_language=language)
            self.rule = rule

        def load(self) -> None:
            """Rules come compiled."""

        def analyze(self, text: str, *_: object, **__: object) -> list[RecognizerResult]:
            """All matches of the rule."""
            name = self.rule.name
            metadata = {
                RecognizerResult.RECOGNIZER_NAME_KEY: name,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            }
            return [
                RecognizerResult(name, start, end, score, recognition_metadata=metadata)
                for start, end, score in matches(self.rule, text)
            ]

    return RuleRecognizer


@cache
def _blank_engine() -> Any:
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    class BlankNlpEngine(NlpEngine):
        """spaCy pipelines without a model, for a host that insists on one.

        No recognizer reads tokens, and spaCy's rule tokenizer is not linear on hostile text, so
        texts are not tokenized.
        """

        def __init__(self) -> None:
            self._blank: dict[str, Any] = {}

        def load(self) -> None:
            import spacy

            names = {UNDETERMINED: "xx"}
            self._blank = {tag: spacy.blank(names.get(tag, tag)) for tag in SPOKEN}

        def is_loaded(self) -> bool:
            return bool(self._blank)

        def process_text(self, text: str, language: str) -> NlpArtifacts:  # noqa: ARG002
            empty = self._blank[language].make_doc("")
            return NlpArtifacts([], empty, [], [], self, language)

        def process_batch(
            self, texts: Iterable[str], language: str, *_: object, **__: object
        ) -> Iterator[tuple[str, NlpArtifacts]]:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, word: str, language: str) -> bool:
            return bool(self._blank[language].vocab[word].is_stop)

        def is_punct(self, word: str, language: str) -> bool:
            return bool(self._blank[language].vocab[word].is_punct)

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return list(SPOKEN)

    return BlankNlpEngine


@cache
def _no_enhancer() -> Any:
    from presidio_analyzer import ContextAwareEnhancer, RecognizerResult

    class NoEnhancer(ContextAwareEnhancer):
        """Leaves scores alone: a rule looks at its context itself, and at characters."""

        def enhance_using_context(
            self,
            text: str,  # noqa: ARG002  part of Presidio's protocol
            raw_results: list[RecognizerResult],
            *_: object,
            **__: object,
        ) -> list[RecognizerResult]:
            return raw_results

    return NoEnhancer
