"""A transformer that somebody else trained to tag word pieces, run on the CPU.

Texts are read in windows that overlap; each piece is judged by the window in which it stands
further from an end.
"""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from auditor.detect.models import own_labels
from auditor.detect.models.shipped import Found
from auditor.detect.models.tokens import TOKEN
from auditor.errors import PolicyError

Chances = NDArray[np.float32]  # one row per word piece; columns are tags, or meanings
LONGEST = 512  # word pieces in a window, the markers at its ends included, at most
SHARED = 64  # of which neighbouring windows have so many in common, at most
OPENING, CLOSING = ("B", "S", "U"), ("E", "L", "S", "U")
WORD = re.compile(r"\w+|[^\w\s]+")


def load(folder: Path) -> Callable[[str], list[Found]]:
    """What reads a text with the model in a folder.

    Raises PolicyError when weights are pickled or none are for tagging, the tokenizer is missing,
    slow or another model's, and for labels as ``own_labels`` does.
    """
    if not any(folder.glob("*.safetensors")):
        raise PolicyError(
            "it has no *.safetensors, and pickled weights (*.bin) are not read because they can "
            "run code; convert them with save_pretrained"
        )
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # it warns when a process is forked
    from transformers.utils import logging

    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    model = _model(folder)
    tags = [model.config.id2label[number] for number in range(model.config.num_labels)]
    ours = own_labels.meanings(tags)
    prefixes = tuple(own_labels.prefix(tag) for tag in tags)
    tokenizer = _tokenizer(folder, model.get_input_embeddings().num_embeddings)
    return Tagger(model, tokenizer, prefixes, tuple(ours[tag] for tag in tags)).read


def _model(folder: Path) -> Any:
    import torch
    from transformers import AutoModelForTokenClassification

    model, report = AutoModelForTokenClassification.from_pretrained(
        folder,
        local_files_only=True,
        trust_remote_code=False,
        use_safetensors=True,
        output_loading_info=True,
        dtype=torch.float32,
    )
    if lacking := sorted(report["missing_keys"]):  # transformers would fill them at random
        raise PolicyError(
            f"its weights lack {lacking[0]}; name a model that was trained for token classification"
        )
    return model


def _tokenizer(folder: Path, known: int) -> Any:
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(
        folder, local_files_only=True, trust_remote_code=False
    )
    if not tokenizer.is_fast:
        raise PolicyError("its tokenizer tells no places; save a fast one (tokenizer.json)")
    # Without a file, transformers makes up a tokenizer that knows no word.
    if not any((folder / name).is_file() for name in tokenizer.vocab_files_names.values()):
        raise PolicyError("it has no tokenizer; save it beside the weights with save_pretrained")
    if len(tokenizer) > known:
        raise PolicyError(
            f"its tokenizer has {len(tokenizer)} words and its weights {known}; save the tokenizer "
            "it was trained with"
        )
    return tokenizer


@dataclass(frozen=True)
class Word:
    """A word that is tagged: where it stands, its meaning here or none, and how likely that is."""

    start: int
    end: int
    meaning: str
    prefix: str
    chance: float

    def continues(self, before: "Word", text: str) -> bool:
        """Whether both words are of one finding. Without prefixes, a line break ends it."""
        if self.meaning != before.meaning or self.prefix in OPENING or before.prefix in CLOSING:
            return False
        return bool(self.prefix) or "\n" not in text[before.end : self.start]


@dataclass(frozen=True)
class Tagger:
    """A model, and for each of its tags the prefix and the meaning; either may be empty."""

    model: Any
    tokenizer: Any
    prefixes: tuple[str, ...]
    meanings: tuple[str, ...]

    def read(self, text: str) -> list[Found]:
        """Findings: neighbouring words of one meaning; the score is their mean probability.

        Raises FloatingPointError when the model computes what is no number.
        """
        encoded = self.tokenizer(
            text,
            return_offsets_mapping=True,
            return_special_tokens_mask=True,
            truncation=False,
            verbose=False,
        )
        markers, ids = encoded["special_tokens_mask"], encoded["input_ids"]
        if 0 not in markers:
            return []
        first, last = markers.index(0), len(markers) - markers[::-1].index(0)
        chances = self._chances(ids[:first], ids[first:last], ids[last:])
        places = np.array(encoded["offset_mapping"][first:last])
        return list(_findings(text, self._words(text, chances, places)))

    def _chances(self, before: list[int], pieces: list[int], behind: list[int]) -> Chances:
        """The probabilities of the tags, (pieces, tags), worked out window by window."""
        import torch

        # Two positions are left out: RoBERTa and its kin count them from 2.
        positions = getattr(self.model.config, "max_position_embeddings", None) or LONGEST
        most = min(LONGEST, self.tokenizer.model_max_length, positions - 2)
        size = most - len(before) - len(behind)
        shared = min(SHARED, size // 4)
        chances = np.zeros((len(pieces), len(self.meanings)), np.float32)
        for start in range(0, max(len(pieces) - shared, 1), size - shared):
            window = pieces[start : start + size]
            with torch.inference_mode():
                logits = self.model(torch.tensor([[*before, *window, *behind]])).logits[0]
                tagged = logits[len(before) :][: len(window)].softmax(-1).numpy()
            skipped = shared // 2 if start else 0
            chances[start + skipped : start + len(window)] = tagged[skipped:]
        if not np.isfinite(chances).all():
            raise FloatingPointError("probabilities that are no numbers")
        return chances

    def _words(self, text: str, chances: Chances, places: NDArray[np.int64]) -> Iterator[Word]:
        """Every word of the text, tagged.

        A word is what its first piece is, because many models are trained on those alone; where
        letters and digits meet ("58yo"), what the first piece with a meaning is. Tags of one
        meaning add up: who is a patient or a doctor with equal chance certainly has a name.
        """
        kinds = sorted(set(self.meanings))
        belongs = np.array([[ours == kind for kind in kinds] for ours in self.meanings])
        by_kind = chances @ belongs.astype(np.float32)
        begins, ends = places.T
        for word in WORD.finditer(text):
            runs = [run.start() for run in TOKEN.finditer(text, *word.span())]
            pieces = np.searchsorted(ends, runs, side="right")
            seen = [at for at in pieces if at < len(ends) and begins[at] < word.end()]
            best = [(at, by_kind[at].argmax()) for at in seen]
            at, kind = next((one for one in best if kinds[one[1]]), best[0] if best else (0, -1))
            if kind >= 0:
                tag = np.where(belongs[:, kind], chances[at], -1).argmax()
                chance = float(by_kind[at, kind])
                yield Word(*word.span(), kinds[kind], self.prefixes[tag], chance)


def _findings(text: str, words: Iterable[Word]) -> Iterator[Found]:
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.continues(groups[-1][-1], text):
            groups[-1].append(word)
        else:
            groups.append([word])
    for group in groups:
        start, end, ours = group[0].start, group[-1].end, group[0].meaning
        if ours and any(map(str.isalnum, text[start:end])):  # a comma identifies nobody
            score = sum(word.chance for word in group) / len(group)
            yield start, end, ours, min(score, 1.0)
