"""Label to data: a text for labels, from what they mean (Li, Wang and Yu 2023, bronze)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from auditor.generate.answers import Cause, Written, parse, schema
from auditor.generate.asking import Ask
from auditor.generate.completion import Completion
from auditor.generate.patient import draw
from auditor.generate.prompts import Prompt
from auditor.generate.reasons import sentences
from auditor.generate.request import Identity, Request
from auditor.generate.restating import restates
from auditor.generate.slots import Slot
from auditor.generate.taxonomy import Label
from auditor.origin import Origin


@dataclass(frozen=True, slots=True)
class Plan:
    """What decides the drafts of a run besides who writes them.

    ``label``     code, language -> what it means
    ``prompts``   language -> template
    ``examples``  slot -> real texts to show; none is shown without
    ``words``     shortest and longest text to ask for
    """

    seed: int
    label: Callable[[str, str], Label]
    prompts: dict[str, Prompt]
    temperature: float = 0.9
    max_tokens: int = 4096
    words: tuple[int, int] = (120, 320)
    examples: Callable[[Slot], Sequence[str]] | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A text for a slot, and how it came about. ``attempt`` is counted from 1."""

    slot: Slot
    attempt: int
    text: str = field(repr=False)
    origin: Origin

    def row(self) -> dict[str, Any]:
        """The record, ready for JSON."""
        return {
            "id": self.slot.id,
            "text": self.text,
            "lang": self.slot.lang,
            "label": list(self.slot.labels),
            "origin": self.origin.row(),
        }


async def draft(
    slot: Slot, attempt: int, told: Sequence[str], plan: Plan, ask: Ask, identity: Identity
) -> Draft | Cause:
    """One attempt: a draft, or why there is none.

    ``told``: codes of what was wrong with earlier attempts. Raises what ``ask`` does.
    """
    labels = _together([plan.label(code, slot.lang) for code in slot.labels])
    request = _request(slot, attempt, told, plan, labels)
    completion = await ask(request)
    answer = parse(completion, Written)
    if not isinstance(answer, Written):
        return answer
    if restates(answer.text, (label.definition for label in labels)):
        return "restated"
    return Draft(
        slot, attempt, answer.text.strip(), _origin(request, attempt, completion, plan, identity)
    )


def _request(
    slot: Slot, attempt: int, told: Sequence[str], plan: Plan, labels: list[Label]
) -> Request:
    """Each attempt is about another invented person: who was too close once would be again."""
    seed = slot.seed(plan.seed, attempt)
    examples = list(plan.examples(slot)) if plan.examples else []
    messages = plan.prompts[slot.lang].messages(
        labels=labels,
        patient=draw(seed, labels[0], slot.lang, *labels[1:]),
        words=plan.words[0] + seed % (plan.words[1] - plan.words[0] + 1),
        reasons=list(sentences(told, slot.lang)),
        examples=examples,
    )
    return Request(
        messages,
        plan.temperature,
        plan.max_tokens,
        seed,
        schema=schema(Written),
        real_text=bool(examples),
        labels=slot.labels,
        lang=slot.lang,
        turn=slot.number + (attempt - 1) * slot.of,
    )


def _together(labels: list[Label]) -> list[Label]:
    """The labels of one text: what one of them is told apart from is no other that is wanted."""
    names = {label.name.casefold() for label in labels}
    return [
        replace(label, excludes=tuple(e for e in label.excludes if e.casefold() not in names))
        for label in labels
    ]


def _origin(
    request: Request, attempt: int, completion: Completion, plan: Plan, identity: Identity
) -> Origin:
    origin = Origin(
        model=identity.model,
        revision=identity.revision,
        backend=identity.backend,
        finish_reason=completion.finish,
        attempt=attempt,
        prompt_tokens=completion.prompt_tokens or 0,
        completion_tokens=completion.completion_tokens or 0,
        reasoning_characters=completion.reasoning_characters,
    )
    if not identity.writes:  # no prompt and no seed of ours made it
        return origin
    prompt = plan.prompts[request.lang]
    return replace(
        origin,
        direction="few_shot" if request.real_text else "label_to_data",
        prompt=prompt.name,
        prompt_digest=prompt.digest,
        seed=request.seed,
    )
