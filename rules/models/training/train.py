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
    "NAME", "AGE", "DATE", "LOCATION", "ORG", "PHONE", "EMAIL", "URL", "IP", "ID", "PROFESSION",
)  # fmt: skip
WIDTH, DEPTH = 96, 5
ROWS = [4000, 1200, 2200, 400]  # of the hash tables, one for each of features.ATTRIBUTES
BATCH = 600  # words
DROPOUT = 0.15
STEEPEST = 0.001  # learning rate, after the first words and before it falls
REPORTED = 200_000  # words from one line of progress to the next
HIDDEN = 0.08  # share of the vocabulary's words that are shown by their kind
MASKS = (features.ORDINARY,) * 6 + (features.RARE,) * 3 + ("<family>", "<place>", "<given>")
KINDS = ("<given>", "<family>", "<both>", "<place>")
BLIND = 0.35  # share of the texts that show no kinds of names
NAMED = ("NAME", "LOCATION", "EMAIL", "URL")
LONGEST = 25  # letters
READ, OFTEN = 9_000, 4  # texts, and how many of them a word of the vocabulary stands in
HELD_OUT = 800  # texts
APART = ("vocab", "tokenizer")  # neither is learned


def main() -> None:
    """Trains, validates and writes."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("language", choices=("en", "es"))
    parser.add_argument("--words", type=int, default=4_500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=MODELS)
    options = parser.parse_args()
    from spacy.util import fix_random_seed  # type: ignore[attr-defined]

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
    for text, spans in islice(notes.texts(language, rng), READ):
        named = {p for start, end, label in spans if label in NAMED for p in range(start, end)}
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
    ner: Any = nlp.add_pipe("ner", config={"model": _architecture()})
    for label in LABELS:
        ner.add_label(label)
    return nlp


def _architecture() -> dict[str, Any]:
    """A transition-based parser upon convolutions over hashed attributes of words."""
    return {
        "@architectures": "spacy.TransitionBasedParser.v2",
        "state_type": "ner",
        "extra_state_tokens": False,
        "hidden_width": 64,
        "maxout_pieces": 2,
        "use_upper": True,
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2",
                "width": WIDTH,
                "rows": ROWS,
                "attrs": list(features.ATTRIBUTES),
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2",
                "width": WIDTH,
                "depth": DEPTH,
                "window_size": 1,
                "maxout_pieces": 3,
            },
        },
    }


def train(nlp: Any, language: str, budget: int, rng: random.Random) -> None:
    """Streams texts through the model until the budget of words is spent."""
    examples = _examples(nlp, language, rng)
    optimizer = nlp.initialize(lambda: list(islice(examples, 40)))
    spent = reported = 0
    losses: Counter[str] = Counter()
    begin = time.monotonic()
    while spent < budget:
        batch = _batch(examples)
        optimizer.learn_rate = _learning_rate(spent, budget)
        nlp.update(batch, sgd=optimizer, drop=DROPOUT, losses=losses)
        spent += _size(batch)
        if spent - reported > REPORTED:
            loss, seconds = losses["ner"] / (spent - reported), time.monotonic() - begin
            sys.stderr.write(f"{spent:,} words, loss {loss:.4f}, {seconds:.0f} s\n")
            losses.clear()
            reported = spent
    with nlp.use_params(optimizer.averages):
        averaged = nlp.to_bytes(exclude=APART)
    nlp.from_bytes(averaged, exclude=APART)


def _batch(examples: Iterator[Any]) -> list[Any]:
    batch: list[Any] = []
    while _size(batch) < BATCH:
        batch.append(next(examples))
    return batch


def _size(batch: list[Any]) -> int:
    """Words of a batch."""
    return sum(len(example.x) for example in batch)


def _learning_rate(spent: int, budget: int) -> float:
    """Rises over the first 27,000 words and then falls to a tenth."""
    return STEEPEST * min(1.0, 0.1 + spent / 30_000) * (1.0 - 0.9 * (spent / budget))


def _examples(nlp: Any, language: str, rng: random.Random) -> Iterator[Any]:
    """What the model is shown, and what it should find."""
    from spacy.training import Example

    for text, spans in notes.texts(language, rng):
        found = tokens(text)
        if not found:
            continue
        shown, gold = document(nlp.vocab, found), document(nlp.vocab, found)
        _mask(shown, rng)
        gold.ents = _entities(gold, found, spans)
        yield Example(shown, gold)


def _mask(doc: Any, rng: random.Random) -> None:
    """Hides the kinds of all names, and words now and then, so that contexts have to do."""
    blind = rng.random() < BLIND
    for token in doc:
        if token.norm_ in KINDS:
            if blind:
                token.norm_ = features.RARE
        elif token.text.isalpha() and rng.random() < HIDDEN:
            token.norm_ = rng.choice(MASKS)


def _entities(doc: Any, found: list[Token], spans: list[Span]) -> list[Any]:
    """The labelled spans that begin and end with a token."""
    from spacy.tokens import Span as Entity

    first = {start: i for i, (_, start, _) in enumerate(found)}
    last = {end: i for i, (_, _, end) in enumerate(found)}
    return [
        Entity(doc, first[start], last[end] + 1, label=label)
        for start, end, label in spans
        if start in first and end in last and first[start] <= last[end]
    ]


def validate(language: str, folder: Path, rng: random.Random) -> dict[str, Any]:
    """Recall by label and precision by character on templates that were not trained on."""
    loaded = model.load(folder)
    gold: Counter[str] = Counter()
    hit: Counter[str] = Counter()
    said = right = 0
    for text, spans in islice(notes.texts(language, rng, validation=True), HELD_OUT):
        found = {place for start, end, _, _ in loaded.find(text) for place in range(start, end)}
        true = {place for start, end, _ in spans for place in range(start, end)}
        said, right = said + len(found), right + len(found & true)
        for start, end, label in spans:
            gold[label] += 1
            hit[label] += all(
                place in found for place in range(start, end) if text[place].isalnum()
            )
    recall = {label: round(hit[label] / gold[label], 4) for label in gold}
    return {"recall": recall, "precision by character": round(right / said, 4)}


if __name__ == "__main__":
    main()
