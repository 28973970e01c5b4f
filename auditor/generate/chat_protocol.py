"""The chat-completions protocol: a request to bytes, and bytes, none trusted, to an answer."""

import json
import re
from dataclasses import dataclass
from typing import Any

from auditor.generate import reasoning
from auditor.generate.completion import Completion, Finish
from auditor.generate.request import Request
from auditor.record import LONGEST_TEXT

# No tokenizer makes tokens this long of prose; what was not counted was not read. Ollama cuts what
# exceeds its context (4,096 tokens unless told otherwise) and answers as if nothing had happened.
LONGEST_TOKEN = 8  # characters, on average over the prompt
FINISHES: dict[str, Finish] = {
    "stop": "stop",
    "eos": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a server understands of the protocol.

    ``schema``  that an answer can be held to a schema
    ``newer``   ``max_completion_tokens`` in place of ``max_tokens``, and no temperature: so it is
                with hosted models that reason
    """

    schema: bool
    newer: bool


# In the order of trying.
DIALECTS = tuple(Dialect(schema, newer) for newer in (False, True) for schema in (True, False))


def way(request: Request, dialect: Dialect) -> Dialect:
    """What a request makes use of: without a schema it is no matter whether there could be one."""
    return Dialect(dialect.schema and bool(request.schema), dialect.newer)


def body(model: str, request: Request, dialect: Dialect) -> bytes:
    """The request as JSON, ASCII only: half a surrogate pair in a text is no reason to fail."""
    told: dict[str, Any] = {
        "model": model,
        "messages": request.chat,
        "seed": request.seed,
    }
    if dialect.newer:
        told["max_completion_tokens"] = request.max_tokens
    else:
        told |= {"temperature": request.temperature, "max_tokens": request.max_tokens}
    if dialect.schema and request.schema:
        schema = {"name": "answer", "strict": True, "schema": json.loads(request.schema)}
        told["response_format"] = {"type": "json_schema", "json_schema": schema}
    return json.dumps(told, separators=(",", ":")).encode()


def completion(data: bytes, request: Request) -> Completion | None:
    """The answer in a body; None for what is no chat completion.

    The text is empty unless the model came to its end: one that was cut short may be reasoning
    alone, without a tag that would tell.
    """
    told = _json(data)
    choices = told.get("choices")
    choice = _object(choices[0] if isinstance(choices, list) and choices else None)
    message = _object(choice.get("message"))
    content = message.get("content") or ""
    if not message or not isinstance(content, str):
        return None
    finish = FINISHES.get(str(choice.get("finish_reason")), "other")
    fields = (message.get(name) for name in ("reasoning_content", "reasoning"))
    thought = max((told for told in fields if isinstance(told, str)), key=len, default=None)
    if len(content) + len(thought or "") > LONGEST_TEXT:
        return Completion("", "other")
    split = reasoning.split(content, thought, finish)
    usage = _object(told.get("usage"))
    prompt_tokens = _count(usage.get("prompt_tokens"))
    if not split.closed:
        finish = "unclosed_reasoning"
    if prompt_tokens and request.characters / prompt_tokens > LONGEST_TOKEN:
        finish = "prompt_truncated"
    return Completion(
        text=_whole(split.text) if finish in ("stop", "other") else "",
        finish=finish,
        reasoning_characters=split.characters,
        reasoning_digest=split.digest,
        prompt_tokens=prompt_tokens,
        completion_tokens=_count(usage.get("completion_tokens")),
        model=_name(told.get("model")),
        fingerprint=_name(told.get("system_fingerprint")),
    )


def models(data: bytes) -> list[str]:
    """Names of all models that a server tells; none when it tells but a part of them."""
    told = _json(data)
    rows = told.get("data")
    if not isinstance(rows, list) or told.get("has_more"):
        return []
    names = (_object(row).get("id") for row in rows)
    return [name for name in names if isinstance(name, str)]


def _json(data: bytes) -> dict[str, Any]:
    try:
        return _object(json.loads(data))
    except (ValueError, RecursionError):
        return {}


def _object(value: object) -> dict[str, Any]:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def _whole(text: str) -> str:
    """A text without halves of surrogate pairs, which no file could hold."""
    return text.encode("utf-8", "surrogatepass").decode(errors="replace")


def _count(value: object) -> int | None:
    """A count as a server tells it; some tell 0 for what they did not count."""
    return value if type(value) is int and 0 < value < 2**31 else None


def _name(value: object) -> str:
    return re.sub(r"[^\w./:@+-]", "", value)[:120] if isinstance(value, str) else ""
