"""JSON that others wrote, read strictly: no key twice, no NaN, and no field that nobody knows."""

import json
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """A JSON object with just these fields, of just these types."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def parse(text: str) -> Any:
    """What the text holds. Raises ValueError or RecursionError, which may quote it."""
    return json.loads(text, object_pairs_hook=_unique, parse_constant=_refuse)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):  # which of the two is meant
        raise ValueError("a key stands twice in one object")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
