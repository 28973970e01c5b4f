"""The detectors that the benchmarks of identifiers set side by side."""

import logging
import re
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from corpora import DATA

sys.path.insert(0, str(DATA.parent / "tools"))
scorer: Any = import_module("score_phi")

Find = Callable[[str, str], list[Any]]  # text and language to spans of the scorer
STOCK_LABELS = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "DATE_TIME": "DATE", "IP_ADDRESS": "IP",
    "URL": "URL", "PERSON": "NAME", "LOCATION": "LOCATION",
}  # fmt: skip


def ours(profile: str) -> Find:
    """The detector of the check ``identifiers``."""
    from auditor.detect.detector import Detector

    detector = Detector(profile)

    def find(text: str, lang: str) -> list[Any]:
        return [scorer.Span(h.start, h.end, h.label) for h in detector.find(text, lang)]

    return find


def stock(with_model: bool = False) -> Find:
    """Presidio as it comes, offline; runs of dots are blanked because they stall it.

    ``with_model``: with an untrained name model as large as spaCy's small ones, for timing only:
    spaCy's own models are no packages of the registry, and what a model has learned takes no time.
    """
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)

    class Loaded(SpacyNlpEngine):
        def load(self) -> None:
            self.nlp: Any = {lang: _pipeline(lang, with_model) for lang in ("en", "es")}

    offline = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    setattr(tldextract, "extract", offline)  # noqa: B010  the name is typed as another callable
    engine = Loaded(models=[{"lang_code": lang, "model_name": "own"} for lang in ("en", "es")])
    engine.load()
    registry = RecognizerRegistry(supported_languages=["en", "es"])
    registry.load_predefined_recognizers(languages=["en", "es"], nlp_engine=engine)
    analyzer = AnalyzerEngine(
        registry=registry, nlp_engine=engine, supported_languages=["en", "es"]
    )

    def find(text: str, lang: str) -> list[Any]:
        quiet = re.sub(r"\.{9,}", lambda dots: " " * len(dots[0]), text)
        return [
            scorer.Span(r.start, r.end, STOCK_LABELS.get(r.entity_type, "ID"))
            for r in analyzer.analyze(quiet, language=lang)
        ]

    return find


def _pipeline(lang: str, with_model: bool) -> Any:
    import spacy

    pipeline: Any = spacy.blank(lang)
    if with_model:
        recognizer = pipeline.add_pipe("ner")
        for label in ("PERSON", "ORG", "GPE", "DATE"):
            recognizer.add_label(label)
        pipeline.initialize()
    return pipeline
