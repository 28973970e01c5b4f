"""Made: where the records come from, counted by what they say of it themselves."""

from collections import Counter

from auditor.audit import Generation, Loop
from auditor.corpus import Corpus
from auditor.origin import UNKNOWN, Origin

MOST = 40  # values of a part; a name that every record has another one of says nothing
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
        counts={part: _told(values) for part, values in counted.items() if values},
        prompt_tokens=sum(origin.prompt_tokens for origin in origins),
        completion_tokens=sum(origin.completion_tokens for origin in origins),
        reasoning_characters=sum(origin.reasoning_characters for origin in origins),
        loop=loop,
    )


def _told(values: Counter[str]) -> dict[str, int]:
    """The commonest values in order, and how many records have another one."""
    most = dict(values.most_common(MOST))
    told = {value: most[value] for value in sorted(most, key=_order)}
    rest = values.total() - sum(told.values())
    return told | ({"(others)": rest} if rest else {})


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
