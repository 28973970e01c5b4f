"""A spaCy pipeline that somebody else trained: only what its named entities need is run.

Its tokenizer is its own, and takes time quadratic in the length of a run without a space, so long
runs are handed to it in slices; long texts are read in stretches that overlap.
"""

import importlib
import re
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from auditor.detect.models.own_labels import meanings
from auditor.detect.models.shipped import Found
from auditor.errors import CannotMeasure, PolicyError

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

# spaCy's factories: those that fill doc.ents, those that feed them, those whose work the patterns
# of a ruler may ask for, and those that do nothing for entities. No other is run: that of
# spacy-llm, for one, sends the text away.
FIND = {"ner", "beam_ner", "entity_ruler", "span_ruler", "future_entity_ruler"}
FEED = {"tok2vec", "transformer", "curated_transformer", "token_splitter"}
ANNOTATE = {
    "tagger", "morphologizer", "attribute_ruler", "lemmatizer", "trainable_lemmatizer", "parser",
    "senter", "sentencizer",
}  # fmt: skip
IDLE = {
    "textcat", "textcat_multilabel", "entity_linker", "spancat", "spancat_singlelabel",
    "span_finder", "merge_entities", "merge_noun_chunks", "merge_subtokens", "doc_cleaner",
}  # fmt: skip
PACKAGES = {
    "transformer": "spacy-transformers",
    "curated_transformer": "spacy-curated-transformers",
}
SCORE = 0.85  # a pipeline tells no probability
LONGEST = 100_000  # characters read at a time: memory grows with them
SHARED = 1_000  # characters that neighbouring stretches have in common, at most
LONG_RUN = re.compile(r"(?<!\S)\S{251,}")
# A slice ends between a word and what is no word, wherever there is such a place.
SLICE = re.compile(r"\S{1,250}(?:(?<!\w)|(?!\w))|\S{1,250}")


def load(folder: Path) -> Callable[[str], list[Found]]:
    """What reads a text with the pipeline in a folder.

    Raises PolicyError for a component that is not run here and for the pipeline's labels as
    ``own_labels`` does, CannotMeasure when a package that it needs is missing.
    """
    import spacy

    config = spacy.util.load_config(folder / "config.cfg")
    factories = {name: config["components"][name]["factory"] for name in config["nlp"]["pipeline"]}
    needed = _needed(factories)
    if re.search("torch|transformer", config.to_str(interpolate=False), re.IGNORECASE):
        _show_torch_to_thinc()
    idle = sorted(factories.keys() - needed)
    pipeline = spacy.util.load_model_from_path(folder, exclude=idle)
    _stop_idle_feeders(pipeline)
    finders: list[Any] = [part for name, part in pipeline.pipeline if factories[name] in FIND]
    filling = [finder for finder in finders if getattr(finder, "annotate_ents", True)]
    ours = meanings({label for finder in filling for label in finder.labels})
    return lambda text: _read(pipeline, ours, text)


def _needed(factories: dict[str, str]) -> set[str]:
    """Names of the components that entities depend on."""
    if strange := sorted(set(factories.values()) - FIND - FEED - ANNOTATE - IDLE):
        raise PolicyError(
            f"its component {strange[0]!r} is not run here; save the pipeline without it "
            "(nlp.remove_pipe)"
        )
    ruled = any(factory in FIND and "ruler" in factory for factory in factories.values())
    wanted = FIND | FEED | (ANNOTATE if ruled else set())
    needed = {name: factory for name, factory in factories.items() if factory in wanted}
    for factory in PACKAGES.keys() & needed.values():
        package = PACKAGES[factory]
        if not find_spec(package.replace("-", "_")):
            raise CannotMeasure(f"it needs {package}; pip install {package}")
    return set(needed)


def _stop_idle_feeders(pipeline: "Language") -> None:
    """Switches off the shared layers that only fed components which are gone."""
    for name, component in list(pipeline.pipeline):
        if getattr(component, "listening_components", None) == []:
            pipeline.disable_pipe(name)


def _show_torch_to_thinc() -> None:
    """Lets thinc look for torch again, which it does once, maybe while torch was hidden.

    ``recognizers.registry`` hides torch from Presidio, which imports spaCy, which imports thinc.
    """
    import thinc.compat
    import torch

    if thinc.compat.torch is torch:
        return
    importlib.reload(thinc.compat)
    seen = {name: value for name, value in vars(thinc.compat).items() if "torch" in name}
    for name, module in list(sys.modules.items()):
        if name.startswith("thinc."):
            vars(module).update((key, seen[key]) for key in seen.keys() & vars(module).keys())


def _read(pipeline: "Language", ours: dict[str, str], text: str) -> list[Found]:
    found: list[Found] = []
    for start, stretch in _stretches(text, min(pipeline.max_length, LONGEST)):
        with pipeline.memory_zone():  # words of this text are forgotten afterwards
            found += [
                (start + entity.start_char, start + entity.end_char, ours[entity.label_], SCORE)
                for entity in pipeline(_tokenized(pipeline, stretch)).ents
            ]
    return _joined([one for one in found if one[2]])


def _stretches(text: str, longest: int) -> Iterator[tuple[int, str]]:
    """Where a stretch begins, and the stretch. Neighbours overlap, so that no name is cut."""
    start = 0
    shared = min(SHARED, longest // 4)
    while len(text) - start > longest:
        end = _gap(text, start + longest // 2, start + longest)
        yield start, text[start:end]
        start = _gap(text, end - shared, end - shared // 2)
    if text[start:].strip():
        yield start, text[start:]


def _gap(text: str, low: int, high: int) -> int:
    """Behind the last line break between two places; without one, the last space; else the end."""
    behind = text.rfind("\n", low, high) + 1 or text.rfind(" ", low, high) + 1
    return behind or high


def _tokenized(pipeline: "Language", text: str) -> "Doc":
    from spacy.tokens import Doc

    slices, start = [], 0
    for run in LONG_RUN.finditer(text):
        slices += [text[start : run.start()], *SLICE.findall(run[0])]
        start = run.end()
    slices.append(text[start:])
    documents = [pipeline.make_doc(each) for each in slices if each]
    whole: Doc = Doc.from_docs(documents, ensure_whitespace=False)
    return whole


def _joined(found: list[Found]) -> list[Found]:
    """One finding where two stretches saw the same, or one of them only a part of it."""
    joined: list[Found] = []
    for start, end, label, score in sorted(found):
        if joined and joined[-1][2] == label and start < joined[-1][1]:
            first, last, *_ = joined.pop()
            joined.append((first, max(last, end), label, score))
        else:
            joined.append((start, end, label, score))
    return joined
