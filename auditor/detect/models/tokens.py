"""Tokens for the name models: runs of one class of character.

spaCy's rule tokenizer keeps "58yo" and "MRN:482" whole, so no span could begin inside, and it takes
time quadratic in the length of hostile text. Runs of letters, runs of digits, line breaks and runs
of one other character are cut apart here in one linear pass.
"""

import re
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from spacy.tokens import Doc
    from spacy.vocab import Vocab

TOKEN = re.compile(r"[^\W\d_]+|\d+|\n\s*|([^\w\s]|_)\1*")
LONGEST = 40  # characters of a word that a model looks at
PERIODS = range(1, 13)  # tokens after which a text may repeat itself
OFTEN = 32  # tokens of a repetition that a model still looks at, and texts too short to repeat
Token = tuple[str, int, int]


def tokens(text: str) -> list[Token]:
    """Words and where they stand: ``text[start:end]``, white space apart.

    A token of more than ``LONGEST`` characters is cut short, its place is not.
    """
    return [(m[0][:LONGEST], m.start(), m.end()) for m in TOKEN.finditer(text)]


def unrepeated(found: list[Token]) -> list[Token]:
    """The tokens without the inside of what is repeated over and over, as in a row of leaders.

    A name model is the slowest reader; a thousand times the same few tokens hold nothing new.
    """
    if len(found) < 10 * OFTEN:
        return found
    numbers: dict[str, int] = {}
    words = np.array([numbers.setdefault(word, len(numbers)) for word, _, _ in found])
    keep = np.ones(len(words), dtype=bool)
    for period in PERIODS:
        same = np.concatenate([np.zeros(period, dtype=bool), words[period:] == words[:-period]])
        keep &= ~_inside(same)
    return list(compress(found, keep))


def _inside(same: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What has ``OFTEN`` tokens that are the same as before on either side."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
    inside = np.zeros(len(same) + 1, dtype=np.int8)
    long = edges.reshape(-1, 2)[np.diff(edges.reshape(-1, 2)).ravel() > 2 * OFTEN]
    inside[long[:, 0] + OFTEN] += 1
    inside[long[:, 1] - OFTEN] -= 1
    return np.cumsum(inside)[:-1] > 0


def document(vocab: "Vocab", found: list[Token]) -> "Doc":
    """The tokens as spaCy wants them; line breaks are one token each."""
    from spacy.tokens import Doc

    words = ["\n" if word[0] == "\n" else word for word, _, _ in found]
    return Doc(vocab, words=words, spaces=[False] * len(words))
