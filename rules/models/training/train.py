"""Trains the name model of a language.

    AUDITOR_CORPORA=... python rules/models/training/train.py en

Texts are generated without end, so there are no epochs: ``--words`` says how many words to train
on. The same seed and versions give the same weights. Writes ``rules/models/<language>/``.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

import notes
from expand import Span
from ordinary import ordinary

from auditor.detect.models import features
from auditor.detect.models import shipped as model
from auditor.detect.models.tokens import Token, document, tokens

MODELS = Path(__file__).parents[1]
LABELS = (
    "NAME",
    "AGE",
    "DATE",
    "LOCATION",
    "ORG",
    "PHONE",
    "EMAIL",
    "URL",
    "IP",
    "ID",
    "PROFESSION",
)
WIDTH, DEPTH = 96, 5
ROWS = [4000, 1200, 2200, 400]
BATCH = 600  # words
HIDDEN = 0.12  # share of the vocabulary's words that are shown by their kind
MASKS = (features.ORDINARY,) * 6 + (features.RARE,) * 3 + ("<family>", "<place>", "<given>")
KINDS = ("<given>", "<family>", "<both>", "<place>")
BLIND = 0.35  # share of the texts that show no kinds of names
NAMED = ("NAME", "LOCATION", "EMAIL", "URL")
LONGEST = 25  # letters
OFTEN = 4  # texts that a word of the vocabulary stands in


def main() -> None:
    """Trains, validates and writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("language", choices=("en", "es"))
    parser.add_argument("--words", type=int, default=4_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=MODELS)
    options = parser.parse_args()
    from spacy.util import fix_random_seed

    fix_random_seed(options.seed)
    rng = random.Random(options.seed)
    words = vocabulary(options.language, random.Random(options.seed + 1))
    common = ordinary(options.language) - words
    nlp = blank(options.language, words, common)
    train(nlp, options.language, options.words, rng)
    folder = options.out / options.language
    model.save(nlp, folder, words, common)
    record(folder, options.language, options.seed, options.words)


def record(folder: Path, language: str, seed: int, words: int) -> None:
    """Writes down how a model came about and what it finds in templates it was not trained on."""
    told = {
        "language": language,
        "seed": seed,
        "words": words,
        "versions": {name: version(name) for name in ("spacy", "thinc", "faker", "numpy")},
        "templates": {
            kind: len(notes.templates(language, kind, validation=False))
            for kind in notes.STEMS[language]
        },
        "held-out templates": validate(language, folder, random.Random(seed + 2)),
    }
    (folder / "training.json").write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    model.seal(folder)
    sys.stdout.write(json.dumps(told, indent=2) + "\n")


def vocabulary(language: str, rng: random.Random) -> frozenset[str]:
    """Words that stand in several texts outside the names of people and places."""
    public: Counter[str] = Counter()
    private: Counter[str] = Counter()
    for text, spans in islice(notes.texts(language, rng), 9_000):
        named = {i for s, e, label in spans if label in NAMED for i in range(s, e)}
        seen = {(features.folded(word), start in named) for word, start, _ in tokens(text)}
        for word, within in seen:
            if word.isalpha() and len(word) < LONGEST:
                (private if within else public)[word] += 1
    return frozenset(w for w, n in public.items() if n >= max(OFTEN, private[w]))


def blank(language: str, words: frozenset[str], common: frozenset[str]) -> Any:
    """An untrained pipeline."""
    import spacy

    nlp = spacy.blank(language)
    features.teach(nlp.vocab, words, common)
    ner = nlp.add_pipe("ner", config={"model": {
        "@architectures": "spacy.TransitionBasedParser.v2", "state_type": "ner",
        "extra_state_tokens": False, "hidden_width": 64, "maxout_pieces": 2, "use_upper": True,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2", "width": WIDTH, "rows": ROWS,
                "attrs": list(features.ATTRIBUTES), "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": WIDTH, "depth": DEPTH,
                "window_size": 1, "maxout_pieces": 3,
            },
        },
    }})  # fmt: skip
    for label in LABELS:
        ner.add_label(label)
    return nlp


def train(nlp: Any, language: str, budget: int, rng: random.Random) -> None:
    """Streams texts through the model until the budget of words is spent."""
    examples = _examples(nlp, language, rng)
    optimizer = nlp.initialize(lambda: list(islice(examples, 40)))
    spent, losses, begin, shown = 0, Counter(), time.time(), 0
    while spent < budget:
        batch: list[Any] = []
        while sum(len(e.x) for e in batch) < BATCH:
            batch.append(next(examples))
        done = spent / budget
        optimizer.learn_rate = 0.001 * min(1.0, 0.1 + spent / 30_000) * (1.0 - 0.9 * done)
        nlp.update(batch, sgd=optimizer, drop=0.15, losses=losses)
        spent += sum(len(e.x) for e in batch)
        if spent - shown > 200_000:
            sys.stderr.write(
                f"{spent:,} words, loss {losses['ner'] / (spent - shown):.4f}, {time.time() - begin:.0f} s\n"
            )
            losses.clear()
            shown = spent
    with nlp.use_params(optimizer.averages):
        blob = nlp.to_bytes(exclude=["vocab", "tokenizer"])
    nlp.from_bytes(blob, exclude=["vocab", "tokenizer"])


def _examples(nlp: Any, language: str, rng: random.Random) -> Iterator[Any]:
    from spacy.training import Example

    for text, spans in notes.texts(language, rng):
        found = tokens(text)
        if not found:
            continue
        doc = document(nlp.vocab, found)
        blind = rng.random() < BLIND
        for token, (word, _, _) in zip(doc, found, strict=True):
            if token.norm_ in KINDS:
                if blind:
                    token.norm_ = features.RARE
            elif word.isalpha() and rng.random() < HIDDEN:
                token.norm_ = rng.choice(MASKS)
        gold = document(nlp.vocab, found)
        gold.ents = _entities(gold, found, spans)
        yield Example(doc, gold)


def _entities(doc: Any, found: list[Token], spans: list[Span]) -> list[Any]:
    from spacy.tokens import Span as Entity

    first = {start: i for i, (_, start, _) in enumerate(found)}
    last = {end: i for i, (_, _, end) in enumerate(found)}
    ents = []
    for start, end, label in spans:
        low, high = first.get(start), last.get(end)
        if low is not None and high is not None and low <= high:
            ents.append(Entity(doc, low, high + 1, label=label))
    return ents


def validate(language: str, folder: Path, rng: random.Random) -> dict[str, Any]:
    """Recall and precision by character and label on templates that were not trained on."""
    loaded = model.load(folder)
    gold: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    said = right = 0
    for text, spans in islice(notes.texts(language, rng, validation=True), 800):
        found = {i for s, e, _, _ in loaded.find(text) for i in range(s, e)}
        true = {i for s, e, _ in spans for i in range(s, e)}
        said, right = said + len(found), right + len(found & true)
        for s, e, label in spans:
            places = {i for i in range(s, e) if text[i].isalnum()}
            gold[label] += 1
            hit[label] += places <= found
    recall = {label: round(hit[label] / gold[label], 4) for label in gold}
    return {"recall": recall, "precision by character": round(right / said, 4)}


if __name__ == "__main__":
    main()
