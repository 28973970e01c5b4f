"""The closed loop: drafts are judged by the gate until enough of them are accepted.

Rounds are judged by the policy's record checks, against the source and its controls, all drafts
together. The set that is left goes through the whole gate once more, and that alone decides what is
published. What the generator is told in between is the kind of limit that was broken, and the kind
of identifier: no place, no match, no number.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import get_args

from auditor import gate
from auditor.audit import Audit, Loop, RecordVerdict
from auditor.corpus import Corpora, Corpus
from auditor.errors import PolicyError
from auditor.generate.answers import Cause
from auditor.generate.directions.label_to_data import Draft
from auditor.generate.loop import Judgement, Outcome
from auditor.measure import check
from auditor.policy import Policy
from auditor.record import of_lines

NOT_MEASURED = "not_measured"
CAUSES = frozenset(get_args(Cause))
KIND = re.compile(r"identifiers\.[A-Z]+")  # told to the generator, beside the limit that counts it
Step = Callable[[str], None]


def lines(drafts: Sequence[Draft]) -> bytes:
    """The drafts as JSON lines."""
    told = (json.dumps(draft.row(), ensure_ascii=False, separators=(",", ":")) for draft in drafts)
    return "".join(f"{line}\n" for line in told).encode()


@dataclass(frozen=True)
class Gate:
    """What drafts are judged by. ``against``: corpora without synthetic records.

    ``name``: what the audit calls the drafts.
    """

    against: Corpora
    policy: Policy
    step: Step
    name: str = "drafts"

    def __post_init__(self) -> None:
        _of_records(self.policy)  # one that could reject no draft is told before any is asked for

    def __call__(self, drafts: Sequence[Draft]) -> Judgement:
        """Which drafts the record checks reject, and why."""
        audit = gate.run(self._corpora(drafts), _of_records(self.policy), self.step)
        rejected = {r.id: _codes(r) for r in audit.records if not r.accepted}
        return Judgement(rejected, _blocked(audit))

    def whole(
        self, drafts: Sequence[Draft], wanted: Sequence[tuple[str, ...]], loop: Loop
    ) -> tuple[Audit, Corpora]:
        """The audit of the whole gate over what is left, and the corpora to publish from."""
        corpora = replace(self._corpora(drafts), wanted=tuple(wanted))
        if not drafts:
            return gate.unmeasured(corpora, self.policy, loop), corpora
        return gate.run(corpora, self.policy, self.step, loop=loop), corpora

    def _corpora(self, drafts: Sequence[Draft]) -> Corpora:
        reading = of_lines(self.name, lines(drafts))  # read as strictly as what a user brings
        like = self.against.synthetic
        synthetic = Corpus(self.name, reading.records, reading.digest, like.key, like.kept_key)
        return replace(self.against, synthetic=synthetic)


def told(outcome: Outcome, place: str, examples: int, consent: str) -> Loop:
    """The loop as the audit tells it. ``place``: where drafts were written."""
    counted = {code: count for code, count in outcome.lost.items() if not KIND.fullmatch(code)}
    lost = [codes for filling in outcome.fillings for codes in filling.lost]
    unusable = sum(codes[0] in CAUSES for codes in lost)
    return Loop(
        asked=len(outcome.fillings),
        missing=dict(Counter("+".join(slot.labels) for slot in outcome.missing)),
        drafts=len(outcome.drafts) + len(lost),
        unusable=unusable,
        rejected=len(lost) - unusable,
        rounds=outcome.rounds,
        place=place,
        lost=dict(sorted(counted.items(), key=lambda item: (-item[1], item[0]))),
        examples=examples,
        consent=consent,
        stopped=outcome.stopped,
    )


def _of_records(policy: Policy) -> Policy:
    """The policy without its set checks: no record is rejected by one."""
    for name in policy.text.checks:
        if check(name).SCOPE == "set":
            policy = policy.without(name)
    if not policy.text.checks:
        raise PolicyError(f"{policy.text.name}: has no record check that could reject a draft")
    return policy


def _codes(record: RecordVerdict) -> tuple[str, ...]:
    """What is told of a rejected record: limits, and which kinds of identifiers there were."""
    codes = [f"{breach.check}.{breach.metric}" for breach in record.breaches]
    codes += [
        f"identifiers.{label}"
        for breach in record.breaches
        if breach.check == "identifiers"
        for label in breach.detail.split(", ")
        if label
    ]
    replayed = any(breach.check == "identity_replay" for breach in record.breaches)
    if replayed and not any(map(KIND.fullmatch, codes)):
        codes.append("identifiers.NAME")  # a sentence of its own would say that it is somebody's
    return tuple(dict.fromkeys(codes)) or (NOT_MEASURED,)


def _blocked(audit: Audit) -> str:
    """Why no record can be accepted, whatever its text; empty when there is no such reason."""
    for result in audit.checks:
        for gap in result.not_measured:
            if gap.records is None and gap.out_of_scope is None:
                return f"{result.name}: {gap.what} not measured: {gap.reason}"
        for metric in result.metrics.values():
            if metric.limit and not metric.limit.resolved and not metric.advisory:
                return f"{result.name}: limits not worked out: {metric.limit.how}"
    return ""
