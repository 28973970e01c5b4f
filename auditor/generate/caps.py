"""What a run may use up, and what it has: requests, tokens, money, time."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from auditor.errors import AuditorError
from auditor.generate.completion import Completion

MILLION = 1_000_000
TOKEN = 4  # characters, about


class CapReached(AuditorError):
    """A cap was reached. What there is stays; a higher cap goes on from there."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that a run may use.

    ``requests`` sent, those sent again included
    ``price``   money per million tokens of prompts and of answers
    ``rejected`` share of the drafts judged that may be rejected, once ``judged`` of them are
    ``attempts`` per record, the first included
    """

    attempts: int = 5
    requests: float = math.inf
    tokens: float = math.inf
    cost: float = math.inf
    price: tuple[float, float] = (0.0, 0.0)
    minutes: float = math.inf
    rejected: float = 0.9
    judged: int = 20


@dataclass(slots=True)
class Spent:
    """What a run has used so far. Answers that were kept from an earlier run cost nothing.

    ``clock``: seconds from any fixed moment.
    """

    caps: Caps
    clock: Callable[[], float] = time.monotonic
    requests: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.clock()

    @property
    def cost(self) -> float:
        """Money, by the tokens that the server counted."""
        prompt, completion = self.caps.price
        return (self.prompt_tokens * prompt + self.completion_tokens * completion) / MILLION

    def begin(self) -> None:
        """Counts a request that is about to be sent, for the first time or again.

        Raises CapReached when it must not be.
        """
        used = {
            "--max-requests": (self.requests, self.caps.requests),
            "--max-total-tokens": (self.prompt_tokens + self.completion_tokens, self.caps.tokens),
            "--max-cost": (self.cost, self.caps.cost),
            "--max-minutes": ((self.clock() - self.begun) / 60, self.caps.minutes),
        }
        for option, (have, cap) in used.items():
            if have >= cap:
                raise CapReached(f"{option} is reached; a higher one goes on from here")
        self.requests += 1

    @property
    def seconds_left(self) -> float:
        """How long the run may still take."""
        return self.caps.minutes * 60 - (self.clock() - self.begun)

    def end(self, completion: Completion, asked: int = 0) -> None:
        """Counts what an answer took: as the server says, else by the length of the texts.

        ``asked``: characters of the prompt.
        """
        written = len(completion.text) + completion.reasoning_characters
        counted = completion.prompt_tokens, completion.completion_tokens
        self.prompt_tokens += asked // TOKEN if counted[0] is None else counted[0]
        self.completion_tokens += written // TOKEN if counted[1] is None else counted[1]
