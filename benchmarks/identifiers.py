"""The check `identifiers` beside stock Presidio, on annotated notes and on clean text.

    python benchmarks/identifiers.py

Recall is counted by `score_phi.py`, which comes with the corpora, whatever label was found: full_R
is the share of gold spans that are wholly covered. Years alone and ages up to 89 are neither
required nor wrong, as under Safe Harbor; names, places and organisations are shown although only
labelled ones, streets and post codes are looked for. The annotated notes are development sets: the
recognizers were adjusted on their counts. Stock Presidio: all recognizers that it loads for the
language, on a blank spaCy pipeline, offline, runs of dots blanked because they stall it. Clean
text holds no identifier by construction. Writes results/identifiers.json; prints no text.
"""

import importlib
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from corpora import DATA, RESULTS
from readme import table, write

from auditor.detect.recognizers import Detector
from auditor.detect.rules import rules_for

sys.path.insert(0, str(DATA.parent / "tools"))
scorer: Any = importlib.import_module("score_phi")

ANNOTATED = {
    "phi/asq_phi_dev": None,
    "phi/en_notes_dev": None,
    "phi/es_notes_dev": None,
    "source/es_meddocan_holdout": 100,
}
NEGATIVE = ("phi/en_negatives_dev", "phi/es_negatives_dev")
CLEAN = ("synthetic/en_mentalchat", "synthetic/en_mh_llm", "synthetic/es_mh_llm")
COVERED = ("AGE", "DATE", "EMAIL", "ID", "IP", "PHONE", "URL")
NOT_YET = ("NAME", "LOCATION", "ORG")
STOCK_LABELS = {
    "EMAIL_ADDRESS": "EMAIL", "PHONE_NUMBER": "PHONE", "DATE_TIME": "DATE", "IP_ADDRESS": "IP",
    "URL": "URL", "PERSON": "NAME", "LOCATION": "LOCATION",
}  # fmt: skip
Row = dict[str, Any]
Find = Callable[[str, str], list[Any]]


def main() -> None:
    """Measures both detectors and writes the table."""
    logging.getLogger("presidio-analyzer").setLevel(logging.CRITICAL)
    detectors = {"auditor": ours(), "presidio": stock()}
    result = {name: measured(find) for name, find in detectors.items()}
    print("\n".join(told(result)))
    (RESULTS / "identifiers.json").write_text(json.dumps(result, indent=2) + "\n")
    write("identifiers", markdown(result))


def ours() -> Find:
    """The check's detector under the default profile."""
    detector = Detector(rules_for("safe_harbor"))

    def find(text: str, lang: str) -> list[Any]:
        return [scorer.Span(h.start, h.end, h.label) for h in detector.find(text, lang)]

    return find


def stock() -> Find:
    """Presidio as it comes, without a model."""
    import spacy
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    class Blank(SpacyNlpEngine):
        def load(self) -> None:
            self.nlp: Any = {lang: spacy.blank(lang) for lang in ("en", "es")}

    offline = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    setattr(tldextract, "extract", offline)  # noqa: B010  the name is typed as another callable
    engine = Blank(models=[{"lang_code": lang, "model_name": "blank"} for lang in ("en", "es")])
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


def measured(find: Find) -> Row:
    """All figures of one detector."""
    find("Warm-up on 3 May 2021.", "en")
    find("Prueba del 3 de mayo de 2021.", "es")
    return {
        **{name: annotated(find, rows(name, limit)) for name, limit in ANNOTATED.items()},
        **{name: unannotated(find, rows(name)) for name in (*NEGATIVE, *CLEAN)},
    }


def rows(name: str, limit: int | None = None) -> list[Row]:
    """The records of one file of the corpora."""
    lines = (DATA / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines[:limit]]


def annotated(find: Find, records: list[Row]) -> Row:
    """Recall by label and precision by character."""
    found, speed = timed(find, records)
    documents = [
        scorer.Document(record["text"], list(required(record)), spans)
        for record, spans in zip(records, found, strict=True)
    ]
    optional = frozenset({"OTHER", "PROFESSION"})
    labels = scorer.score(documents, optional, 1, 0)["labels"]
    figures = {
        label: {"n": row["n"], **{rate: row[rate]["value"] for rate in ("full_R", "any_R")}}
        for label, row in labels.items()
        if row["n"]
    }
    precision = {f"charP {label}": row["charP"]["value"] for label, row in labels.items()}
    return {"labels": figures, **precision, "KB/s": speed}


def required(record: Row) -> Iterator[Any]:
    """Gold spans; what Safe Harbor lets pass counts as OTHER."""
    for span in scorer.gold_spans(record):
        value = record["text"][span.start : span.end]
        year = span.label == "DATE" and re.fullmatch(r"\W*\d{4}\W*", value)
        years = re.match(r"\d+", value)
        # Ages in words are few; those up to 89 cannot be told apart here, and all are left out.
        young = span.label == "AGE" and not (years and 90 <= int(years[0]) < 130)
        end = span.start + years.end() if span.label == "AGE" and years else span.end
        yield scorer.Span(span.start, end, "OTHER" if year or young else span.label)


def unannotated(find: Find, records: list[Row]) -> Row:
    """False findings on text without identifiers."""
    found, speed = timed(find, records)
    words = sum(len(record["text"].split()) for record in records)
    return {
        "records": len(records),
        "flagged": sum(map(bool, found)),
        "false findings per 10,000 words": 10_000 * sum(map(scorer.merged, found)) / words,
        "KB/s": speed,
    }


def timed(find: Find, records: Iterable[Row]) -> tuple[list[list[Any]], float]:
    """What was found in each record, and kilobytes per second of CPU."""
    begin = time.process_time()
    found = [find(record["text"], record["lang"]) for record in records]
    seconds = time.process_time() - begin
    return found, sum(len(record["text"].encode()) for record in records) / 1000 / seconds


def told(result: Row) -> Iterator[str]:
    """The table, ours beside stock."""
    yield f"{'':28s}{'n':>5s}" + "".join(f"{f'{d} full_R':>18s}" for d in result)
    for name in ANNOTATED:
        mine = [result[detector][name] for detector in result]
        yield f"{name}  KB/s " + " / ".join(f"{m['KB/s']:.0f}" for m in mine)
        for label in (*COVERED, *NOT_YET):
            if label in mine[0]["labels"]:
                row = f"    {label:24s}{mine[0]['labels'][label]['n']:5d}"
                yield row + "".join(f"{m['labels'][label]['full_R']:18.3f}" for m in mine)
        yield f"    {'charP, all labels':29s}" + "".join(f"{m['charP all']:18.3f}" for m in mine)
    yield "without identifiers: records flagged, false findings per 10,000 words"
    for name in (*NEGATIVE, *CLEAN):
        mine = [result[detector][name] for detector in result]
        yield f"    {name:24s}{mine[0]['records']:5d}" + "".join(
            f"{m['flagged']:9d}{m['false findings per 10,000 words']:9.1f}" for m in mine
        )


def markdown(result: Row) -> str:
    """The README's table: share of identifiers covered to the last letter, ours / stock."""
    header = ["ours / stock Presidio", *(name.partition("/")[2] for name in ANNOTATED)]
    lines = [[f"{label} found whole", *_pairs(result, label)] for label in (*COVERED, *NOT_YET)]
    precise = (tuple(result[d][name]["charP all"] for d in result) for name in ANNOTATED)
    lines.append(["characters found that are identifiers", *(_pair(pair) for pair in precise)])
    flagged = "; ".join(
        f"{name.partition('/')[2]} "
        + " / ".join(str(result[d][name]["flagged"]) for d in result)
        + f" of {result['auditor'][name]['records']:,}"
        for name in (*NEGATIVE, *CLEAN)
    )
    note = (
        "The sets were looked at, by label and kind of miss, while writing the patterns, so read"
        f" these as optimistic. Records without identifiers that were flagged: {flagged}."
    )
    return f"{table(header, lines)}\n\n{note}"


def _pairs(result: Row, label: str) -> Iterator[str]:
    for name in ANNOTATED:
        found = [result[d][name]["labels"].get(label) for d in result]
        yield _pair(tuple(f["full_R"] for f in found)) if all(found) else "–"


def _pair(values: tuple[float, ...]) -> str:
    return " / ".join(f"{value:.2f}" for value in values)


if __name__ == "__main__":
    main()
