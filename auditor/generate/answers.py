"""Answers: what was asked for as JSON, read strictly, or the cause why there is nothing to use.

The cause is all that is kept of an unusable answer: it can be counted, and told to the model.
"""

import json
import re
from functools import cache
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, Field

from auditor.generate import strict_json
from auditor.generate.completion import Completion, Finish
from auditor.generate.strict_json import Shape
from auditor.indexes.traces import traces
from auditor.record import LONGEST_TEXT, SURROGATE

Cause = Literal[
    "refused", "empty", "truncated", "filtered", "unclosed_reasoning", "malformed",
    "restated", "prompt_truncated", "no_evidence", "no_text_left",
]  # fmt: skip
UNFINISHED: dict[Finish, Cause] = {
    "length": "truncated",
    "content_filter": "filtered",
    "unclosed_reasoning": "unclosed_reasoning",
    "prompt_truncated": "prompt_truncated",
    "no_text_left": "no_text_left",
}
FINAL: frozenset[Cause] = frozenset({"no_text_left"})  # no other attempt would come to more
REFUSALS = ("refusal", "negativa")  # names of these kinds in rules/artifacts/, by language
LONGEST_REFUSAL = 200  # characters; what rules/artifacts/ knows is shorter
OPENING = 200  # characters in which a text shows that it is a refusal; later it may quote one


def _not_too_long(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise ValueError("too long")
    return text


# Not a length in the schema: servers turn one into as many rules of a grammar.
Text = Annotated[str, AfterValidator(_not_too_long), Field(repr=False)]


class Written(Shape):
    """A text that was asked for."""

    text: Text


class Marked(Shape):
    """One label, and the words of the text that are the evidence for it."""

    label: Text
    evidence: Text


class Labelled(Shape):
    """The labels that a text has; none is an answer too."""

    labels: list[Marked]


class Verified(Shape):
    """The labels that stay after a second look."""

    keep: list[Marked]


T = TypeVar("T", bound=BaseModel)


@cache
def schema(shape: type[BaseModel]) -> str:
    """The JSON schema of an answer as JSON text, the same for the same shape.

    Without references, titles and descriptions, which some servers do not take; every object is
    closed and every key required.
    """
    told = shape.model_json_schema()
    return json.dumps(_plain(told, told.get("$defs", {})), sort_keys=True, separators=(",", ":"))


def parse(completion: Completion, shape: type[T]) -> T | Cause:
    """The answer in the shape that was asked for, or why it cannot be used.

    The JSON may stand alone or in one fence. Any other text is ``refused`` where it reads like a
    refusal, and ``malformed`` where it does not.
    """
    if completion.finish in UNFINISHED:
        return UNFINISHED[completion.finish]
    if not completion.text.strip():
        return "empty"
    answer = _shaped(completion.text, shape)
    if answer is None:
        return "refused" if _refuses(completion.text) else "malformed"
    if isinstance(answer, Written):
        if not answer.text.strip():
            return "empty"
        if _refuses(answer.text, OPENING):
            return "refused"
    return answer


def _shaped(text: str, shape: type[T]) -> T | None:
    try:
        content = strict_json.parse(_unfenced(text))
        if SURROGATE.search(json.dumps(content, ensure_ascii=False)):
            return None
        return shape.model_validate(content)
    except (ValueError, RecursionError):  # ValidationError and JSONDecodeError are ValueErrors
        return None


def _unfenced(text: str) -> str:
    """What stands in a fence, where nothing else does; else the text."""
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and len(text) >= len("``````"):
        return text[3:-3].removeprefix("json")
    return text


def _refuses(text: str, opening: int = LONGEST_TEXT) -> bool:
    """Whether the text holds a refusal that begins in its opening characters."""
    found = _refusal().search(text[: min(opening + LONGEST_REFUSAL, LONGEST_TEXT)])
    return found is not None and found.start() < opening


@cache
def _refusal() -> re.Pattern[str]:
    """Any of them; every one begins with a word, so no other place need be tried."""
    known = [pattern.pattern for trace in traces() if trace.entry.id in REFUSALS
             for pattern in trace.patterns]  # fmt: skip
    return re.compile(rf"\b(?:{'|'.join(known)})", re.IGNORECASE)


def _plain(node: Any, named: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_plain(child, named) for child in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _plain(named[node["$ref"].rpartition("/")[2]], named)
    left_out = ("$defs", "title", "description")
    return {key: _plain(child, named) for key, child in node.items() if key not in left_out}
