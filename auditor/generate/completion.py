"""What a model answered, without its reasoning.

Reasoning may repeat the examples that a model was shown. It is cut off before anything is kept:
only its length and digest remain.
"""

from dataclasses import dataclass, field
from typing import Literal

Finish = Literal[
    "stop",
    "length",
    "content_filter",
    "unclosed_reasoning",
    "prompt_truncated",
    "no_text_left",
    "other",
]


@dataclass(frozen=True, slots=True)
class Completion:
    """One answer.

    ``text``    the answer itself; empty where ``finish`` says that it is unusable
    ``finish``  why the model stopped; ``unclosed_reasoning``: it never began to answer;
                ``prompt_truncated``: the server read less than it was sent;
                ``no_text_left``: of texts that were there before, all were given
    ``reasoning_digest``  sha256 of the reasoning, empty without any
    ``model``, ``fingerprint``  as the server says, empty where it does not
    """

    text: str = field(repr=False)
    finish: Finish = "stop"
    reasoning_characters: int = 0
    reasoning_digest: str = ""
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    model: str = ""
    fingerprint: str = ""
