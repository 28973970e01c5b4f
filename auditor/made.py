"""Made: where the records come from, counted by what they say of it themselves."""

from collections import Counter

from auditor.audit import Generation, Loop
from auditor.corpus import Corpus
from auditor.origin import UNKNOWN, Origin

DIGEST = 12  # hexadecimal digits of a prompt's sha256 that are told


def generation(synthetic: Corpus, loop: Loop | None = None) -> Generation | None:
    """Counts of every part of the origin; None when no record says anything of it."""
    origins = [record.origin for record in synthetic.records]
    if loop is None and all(origin == UNKNOWN for origin in origins):
        return None
    counted = {part: Counter[str]() for part in _parts(UNKNOWN)}
    for origin in origins:
        for part, value in _parts(origin).items():
            if value:
                counted[part][value] += 1
    return Generation(
        told=sum(origin != Origin(origin.direction) for origin in origins),
        counts={
            part: {value: values[value] for value in sorted(values, key=_order)}
            for part, values in counted.items()
            if values
        },
        prompt_tokens=sum(origin.prompt_tokens for origin in origins),
        completion_tokens=sum(origin.completion_tokens for origin in origins),
        reasoning_characters=sum(origin.reasoning_characters for origin in origins),
        loop=loop,
    )


def _order(value: str) -> tuple[int, str]:
    """Attempts by their number, all else by the alphabet."""
    return int(value) if value.isdecimal() else 0, value


def _parts(origin: Origin) -> dict[str, str]:
    prompt = f"{origin.prompt} {origin.prompt_digest[:DIGEST]}".strip()
    return {
        "direction": origin.direction,
        "model": f"{origin.model}@{origin.revision}" if origin.revision else origin.model,
        "backend": origin.backend,
        "prompt": prompt,
        "attempt": str(origin.attempt) if origin.attempt else "",
        "finish reason": origin.finish_reason,
    }
