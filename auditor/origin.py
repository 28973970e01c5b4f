"""Where a synthetic record comes from: what the generation stage says of it, read strictly.

The field is passed on with an accepted record, so it can hold names and numbers only, and no text.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from auditor.errors import InputError

Direction = Literal["label_to_data", "data_to_label", "few_shot", "unknown"]
DIRECTIONS: tuple[str, ...] = get_args(Direction)
NAME = re.compile(r"[\w./:@+-]{0,120}")
NAMES = {
    "prompt": NAME,
    "prompt_digest": re.compile(r"([0-9a-f]{64})?"),
    "model": NAME,
    "revision": NAME,
    "backend": re.compile(r"[a-z_]{0,40}"),
    "finish_reason": re.compile(r"[a-z_]{0,20}"),
}
LARGEST = 2**40  # a longer number could spell a text
NUMBERS = (
    "seed", "attempt", "prompt_tokens", "completion_tokens", "reasoning_characters",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """How one record was made.

    ``prompt``, ``prompt_digest``  the template's name, and sha256 of its files
    ``model``, ``revision``, ``backend``  who wrote it, and how it was reached
    ``attempt``  1 for the first; each later one was told what was wrong with the one before
    tokens       as the server counted; 0 where it did not say
    """

    direction: Direction = "unknown"
    prompt: str = ""
    prompt_digest: str = ""
    model: str = ""
    revision: str = ""
    backend: str = ""
    finish_reason: str = ""
    seed: int = 0
    attempt: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_characters: int = 0

    def row(self) -> dict[str, Any]:
        """The field of a record, ready for JSON."""
        return asdict(self)


UNKNOWN = Origin()


def read(place: str, value: object) -> Origin:
    """The field ``origin`` of a record: a direction, or all that ``Origin`` holds.

    Raises InputError for anything else; the message does not quote it.
    """
    if isinstance(value, str):
        return Origin(direction=_direction(place, value))
    if not isinstance(value, Mapping) or value.keys() - {field.name for field in fields(Origin)}:
        raise InputError(f"{place}: 'origin' holds unknown fields; leave out all but its own")
    _direction(place, value.get("direction", "unknown"))
    for name, shape in NAMES.items():
        if not (isinstance(told := value.get(name, ""), str) and shape.fullmatch(told)):
            raise InputError(f"{place}: 'origin' has a {name} that is no name; shorten it")
    for name in NUMBERS:
        told = value.get(name, 0)
        if isinstance(told, bool) or not isinstance(told, int) or not 0 <= told <= LARGEST:
            raise InputError(f"{place}: 'origin' has a {name} that is no count; write a number")
    return Origin(**value)


def _direction(place: str, value: object) -> Direction:
    for direction in get_args(Direction):
        if value == direction:
            known: Direction = direction
            return known
    raise InputError(f"{place}: 'origin' is unknown; write one of {', '.join(DIRECTIONS)}")
