"""Data to label: a real sentence is given its labels by a model (Li, Wang and Yu 2023, gold).

A label counts only with the words of the sentence that are the evidence for it, found there. A
second pass looks again at what the first one found, and its answer is what is kept; what it left
out and what it added is told beside it. The rows hold real text, and say so in ``origin``.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from auditor.finding import Span
from auditor.generate.answers import Cause, Labelled, Marked, Verified, parse, schema
from auditor.generate.asking import Ask
from auditor.generate.completion import Completion
from auditor.generate.prompts import Prompt
from auditor.generate.reasons import sentences
from auditor.generate.request import Identity, Request
from auditor.generate.sentences import Sentence
from auditor.generate.taxonomy import Label
from auditor.origin import NAME, Origin

SEEDS = 2**31
NOBODY = Identity(backend="", endpoint="", model="")
# Worth another attempt, which is told what was wrong. Others would be answered alike again.
REPAIRABLE: tuple[Cause, ...] = ("malformed", "no_evidence")


@dataclass(frozen=True, slots=True)
class How:
    """How models are asked. ``attempts`` bounds those of each pass, the first included."""

    seed: int = 0
    temperature: float = 0.0
    max_tokens: int = 800
    attempts: int = 3


@dataclass(frozen=True, slots=True)
class Labelling:
    """The labels of one sentence. None is an answer: a sentence that shows no sign.

    ``kept``, ``dropped``  codes of the first pass that the second one kept, and did not
    ``added``     codes that only the second one gave
    ``evidence``  a place in the sentence for every label that holds, in code points
    """

    sentence: Sentence
    kept: tuple[str, ...]
    dropped: tuple[str, ...]
    added: tuple[str, ...]
    evidence: tuple[Span, ...]
    origin: Origin

    @property
    def codes(self) -> tuple[str, ...]:
        """The labels that hold, in the order of the taxonomy."""
        return tuple(dict.fromkeys(span.label for span in self.evidence))

    def row(self) -> dict[str, Any]:
        """The record, ready for JSON."""
        evidence = [{"label": s.label, "start": s.start, "end": s.end} for s in self.evidence]
        second = {"kept": len(self.kept), "dropped": len(self.dropped), "added": len(self.added)}
        return {
            "id": self.sentence.id,
            "text": self.sentence.text,
            "lang": self.sentence.lang,
            "label": list(self.codes),
            "group": self.sentence.group,
            "origin": self.origin.row(),
            "meta": {
                "evidence": evidence,
                "first_pass": [*self.kept, *self.dropped],
                "second_pass": second,
            },
        }


@dataclass(frozen=True, slots=True)
class _Pass:
    """What one pass found, and how it was asked in the end."""

    evidence: tuple[Span, ...]
    attempt: int
    seed: int
    completion: Completion

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(span.label for span in self.evidence))


async def label(
    sentence: Sentence,
    ask: Ask,
    labels: Sequence[Label],
    prompts: tuple[Prompt, Prompt],
    how: How,
    identity: Identity = NOBODY,
) -> Labelling | Cause:
    """The labels of a sentence, or why there are none to be had.

    ``prompts``: of the first pass and of the second. Raises what ``ask`` does, and InputError for a
    prompt that cannot be filled in or a language that there are no reasons in.
    """
    first = await _asked(sentence, ask, labels, prompts[0], how, None)
    if isinstance(first, str):
        return first
    text = sentence.text
    proposed = [Marked(label=s.label, evidence=text[s.start : s.end]) for s in first.evidence]
    second = await _asked(sentence, ask, labels, prompts[1], how, proposed)
    if isinstance(second, str):
        return second
    return Labelling(
        sentence,
        kept=tuple(code for code in first.codes if code in second.codes),
        dropped=tuple(code for code in first.codes if code not in second.codes),
        added=tuple(code for code in second.codes if code not in first.codes),
        evidence=second.evidence,
        origin=_origin(first, second, prompts, identity),
    )


async def _asked(
    sentence: Sentence,
    ask: Ask,
    labels: Sequence[Label],
    prompt: Prompt,
    how: How,
    proposed: list[Marked] | None,
) -> _Pass | Cause:
    """One pass; without ``proposed`` it is the first."""
    codes = [label.code for label in labels]
    shape: type[Labelled | Verified] = Labelled if proposed is None else Verified
    told: dict[Cause, None] = {}  # in the order in which they came
    cause: Cause = "malformed"
    for attempt in range(1, how.attempts + 1):
        variables: dict[str, Any] = {} if proposed is None else {"proposed": proposed}
        request = Request(
            prompt.messages(
                sentence=sentence.text,
                labels=list(labels),
                reasons=list(sentences(list(told), sentence.lang)),
                **variables,
            ),
            how.temperature,
            how.max_tokens,
            _seed(how.seed, sentence.id, shape.__name__, attempt),
            schema=schema(shape),
            real_text=True,
            labels=tuple(codes),
            lang=sentence.lang,
        )
        completion = await ask(request)
        answer = parse(completion, shape)
        found = answer if isinstance(answer, str) else _found(answer, sentence.text, codes)
        if not isinstance(found, str):
            return _Pass(found, attempt, request.seed, completion)
        cause = found
        if cause not in REPAIRABLE:
            break
        told[cause] = None
    return cause


def _seed(seed: int, of: str, asked_for: str, attempt: int) -> int:
    """31 bits, the same for the same question in every run."""
    told = "\0".join((str(seed), of, asked_for, str(attempt)))
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8]) % SEEDS


def _found(
    answer: Labelled | Verified, text: str, codes: Sequence[str]
) -> tuple[Span, ...] | Cause:
    """Where the evidence of each label is, by label in the order of ``codes``, then by place."""
    marks = answer.labels if isinstance(answer, Labelled) else answer.keep
    spans: set[Span] = set()
    for mark in marks:
        code = mark.label.strip()
        if code not in codes:
            return "malformed"
        span = place(mark.evidence, text)
        if span is None:
            return "no_evidence"
        spans.add(Span(*span, label=code))
    return tuple(sorted(spans, key=lambda s: (codes.index(s.label), s.start, s.end)))


def place(quote: str, text: str) -> tuple[int, int] | None:
    """Where a text holds a quote, in code points; None where it does not.

    A run of white space is as good as another. Of several places the first is taken that does not
    part a word, or else the first.
    """
    wanted = " ".join(quote.split())
    if not wanted:
        return None
    taken = [i for i, c in enumerate(text) if not (c.isspace() and text[i - 1 : i].isspace())]
    plain = "".join(" " if text[i].isspace() else text[i] for i in taken)
    whole = re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", plain)
    at = whole.start() if whole else plain.find(wanted)
    return None if at < 0 else (taken[at], taken[at + len(wanted) - 1] + 1)


def _origin(
    first: _Pass, second: _Pass, prompts: tuple[Prompt, Prompt], identity: Identity
) -> Origin:
    """Tokens and reasoning are those of both answers; of a repaired pass, of its last."""
    answers = (first.completion, second.completion)
    said = second.completion.model if NAME.fullmatch(second.completion.model) else ""
    both = "".join(prompt.digest for prompt in prompts)
    return Origin(
        direction="data_to_label",
        prompt="label+verify",  # two names of a user's files may be too long together
        prompt_digest=hashlib.sha256(both.encode()).hexdigest(),
        model=identity.model or said,
        revision=identity.revision,
        backend=identity.backend,
        finish_reason=second.completion.finish,
        seed=first.seed,
        attempt=max(first.attempt, second.attempt),
        prompt_tokens=sum(answer.prompt_tokens or 0 for answer in answers),
        completion_tokens=sum(answer.completion_tokens or 0 for answer in answers),
        reasoning_characters=sum(answer.reasoning_characters for answer in answers),
    )
