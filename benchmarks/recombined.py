"""Corpora of any size, made from the real documents by recombination; never written to disk.

The real documents come first, shuffled. Then seven notes, one dialogue and two Spanish cases in
ten, each as long (in sentences) as a real one of its kind: three sentences in ten are the pool's
own with every number changed by up to 3, the others walk a chain over pairs of words (one step in
seven looks back one word only). So made text repeats itself more than real notes do: hard for
seeds, easy for suffix sorting.
"""

import random
import re
from collections import defaultdict
from functools import cache
from itertools import pairwise

from corpora import corpus

from auditor.corpus import Corpus
from auditor.record import Record

FILES = {
    "note": (
        "source/en_mtsamples_train", "source/en_mtsamples_holdout", "source/en_aci_train",
        "source/en_mtsdialog_train", "synthetic/en_codiesp_mt",
    ),
    "dialogue": ("source/en_counsel_train", "source/en_mtsdialog_holdout", "source/en_aci_holdout"),
    "spanish": (
        "source/es_codiesp_train", "source/es_codiesp_holdout", "source/es_meddocan_train",
        "source/es_meddocan_holdout",
    ),
}  # fmt: skip
MIX = {"note": 0.7, "dialogue": 0.1, "spanish": 0.2}
VERBATIM, STEP_BACK = 0.3, 0.15


class Kind:
    """Sentences of one kind of document, their lengths, and the chains of their words."""

    def __init__(self, name: str) -> None:
        texts = [record.text for record in corpus(name, *FILES[name]).records]
        documents = [re.split(r"(?<=[.!?\n])\s+", text) for text in texts]
        self.texts = texts
        self.lengths = [len(sentences) for sentences in documents]
        self.sentences = [sentence for sentences in documents for sentence in sentences]
        self.after_two: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.after_one: dict[str, list[str]] = defaultdict(list)
        for sentence in self.sentences:
            words = ["", "", *sentence.split(), ""]
            for (a, b), c in zip(pairwise(words), words[2:], strict=False):
                self.after_two[a, b].append(c)
                self.after_one[b].append(c)

    def sentence(self, rng: random.Random) -> str:
        """A walk through the chains."""
        words = ["", ""]
        while len(words) < 60:
            back = rng.random() < STEP_BACK
            following = self.after_one[words[-1]] if back else self.after_two[words[-2], words[-1]]
            word = following[int(rng.random() * len(following))]
            if not word:
                break
            words.append(word)
        return " ".join(words[2:])

    def document(self, rng: random.Random, verbatim: float) -> str:
        """A document as long as a real one."""
        return " ".join(
            _jittered(rng.choice(self.sentences), rng)
            if rng.random() < verbatim
            else self.sentence(rng)
            for _ in range(rng.choice(self.lengths))
        )


def _jittered(sentence: str, rng: random.Random) -> str:
    return re.sub(r"\d{1,9}", lambda m: str(max(0, int(m[0]) + rng.randint(-3, 3))), sentence)


@cache
def kinds() -> dict[str, Kind]:
    """All kinds of documents."""
    return {name: Kind(name) for name in FILES}


def source(megabytes: float, seed: str = "source") -> Corpus:
    """A source of a size: real documents first, recombined ones after them."""
    rng = random.Random(seed)
    real = [text for kind in kinds().values() for text in kind.texts]
    rng.shuffle(real)
    return _filled(megabytes, real, VERBATIM, rng)


def synthetic(megabytes: float, seed: str = "synthetic") -> Corpus:
    """Records that walk the chains alone."""
    return _filled(megabytes, [], 0, random.Random(seed))


def _filled(megabytes: float, real: list[str], verbatim: float, rng: random.Random) -> Corpus:
    texts: list[str] = []
    left = megabytes * 1e6
    while left > 0:
        if len(texts) < len(real):
            text = real[len(texts)]
        else:
            (name,) = rng.choices(list(MIX), list(MIX.values()))
            text = kinds()[name].document(rng, verbatim)
        texts.append(text)
        left -= len(text.encode())
    return Corpus("made", tuple(Record(str(i), text) for i, text in enumerate(texts)))
