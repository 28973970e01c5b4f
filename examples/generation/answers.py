"""A made-up model's words as the answer that a server's would come to be."""

import json

from auditor.generate import reasoning
from auditor.generate.completion import Completion
from auditor.generate.request import Request

TOKEN = 4  # characters, about


def told(text: str) -> str:
    """A text in the form that prompts ask for."""
    return json.dumps({"text": text}, ensure_ascii=False)


def answered(
    model: str, request: Request, content: str, field: str | None = None, finish: str = "stop"
) -> Completion:
    """A completion: reasoning cut off, tokens counted. ``field``: reasoning in one of its own."""
    cut = reasoning.split(content, field, finish)
    return Completion(
        text=cut.text,
        finish=("length" if finish == "length" else "stop") if cut.closed else "unclosed_reasoning",
        reasoning_characters=cut.characters,
        reasoning_digest=cut.digest,
        prompt_tokens=request.characters // TOKEN,
        completion_tokens=len(content + (field or "")) // TOKEN,
        model=model,
    )
