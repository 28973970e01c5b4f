"""The audit: the whole result of a run as plain data. Every output is rendered from it alone.

Its JSON form is closed and versioned; the schema is shipped as ``rules/schemas/audit-1.json``. It
holds numbers, places, codes and record ids, and no text of any record.
"""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from auditor.errors import InputError

SCHEMA_VERSION = "1"
Value = Annotated[float, Field(allow_inf_nan=False)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InputFile(_Closed):
    """One input: what it was for, its file's name and sha256, and its size.

    Of the roster, ``records`` are people, of the table of codes, codes; no words are counted.
    """

    role: Literal["synthetic", "source", "holdout", "roster", "codes"]
    name: str
    digest: str
    records: int
    words: int
    languages: dict[str, int]


class LimitTold(_Closed):
    """A limit, the bound that came of it, and why it is there. ``low`` <= value <= ``high``."""

    text: str
    low: Value | None
    high: Value | None
    how: str
    why: str
    resolved: bool


class PartValue(_Closed):
    """A value of one part of the set, such as one label, and the band of its own if it has one."""

    part: str
    value: Value
    low: Value | None = None
    high: Value | None = None
    holds: bool | None = None


class Advised(_Closed):
    """Why a metric's values must not decide, and for how many records."""

    reason: str
    records: int


class MetricResult(_Closed):
    """All values of one metric.

    ``values``    scope "record": one per record of ``Audit.records``, in that order; null where the
                  check does not apply or could not measure
    ``value``     scope "set": the value of the whole set; ``parts``: of its parts
    ``controls``  values of each control, sorted
    ``advisory``  why the values must not decide, where the check cannot vouch for them
    ``advised``   the same, where it cannot vouch for those of some records
    """

    meaning: str
    unit: str
    values: list[Value | None] = []
    value: Value | None = None
    parts: list[PartValue] = []
    controls: dict[str, list[Value]] = {}
    limit: LimitTold | None = None
    advisory: str | None = None
    advised: list[Advised] = []


class NotMeasured(_Closed):
    """Something that a check answers for and nobody measured.

    ``records`` is how many records it concerns, null for the whole run. ``out_of_scope`` is the
    policy's reason for going on without it; without one, the gate cannot open.
    """

    what: str
    reason: str
    records: int | None = None
    out_of_scope: str | None = None

    @property
    def why(self) -> str:
        """The reason, and the policy's for going on without it."""
        return "; ".join(filter(None, (self.reason, self.out_of_scope)))


class CheckResult(_Closed):
    """One check: how many records it had to answer for, how many it did, and its metrics.

    ``blind_spots``: what it cannot see, in its own words.
    """

    name: str
    scope: Literal["record", "set"]
    summary: str
    blind_spots: str = ""
    options: dict[str, JsonValue]
    expected: int
    executed: int
    metrics: dict[str, MetricResult]
    not_measured: list[NotMeasured] = []


class JointLimit(_Closed):
    """How the joint limits of one control came about; see auditor/bounds.py."""

    control: str
    metrics: list[str]
    false_rejects: float
    ratio: float
    records: int
    rank: float
    beyond: int


class SinglingOut(_Closed):
    """How many records lead to one real record: beyond a limit on how far that one stands out.

    ``low``, ``high``: Wilson's 95 % interval of the share of ``records`` in ``of``.
    ``real_records`` is how many different ones they lead to; ``by_chance`` counts the control.
    """

    metrics: list[str]
    records: int
    of: int
    low: Value
    high: Value
    real_records: int
    by_chance: int | None
    by_chance_of: int | None

    @property
    def text(self) -> str:
        """The figure in words."""
        told = f"{self.records:,} of {self.of:,} records lead to one real record"
        if self.by_chance is None:
            return told
        return f"{told}; by chance {self.by_chance:,} of {self.by_chance_of:,} do"


class Loop(_Closed):
    """How a set was asked for until it was accepted; see auditor/generate/loop.py.

    ``asked``    records wanted
    ``missing``  label -> records that were asked for with it and never delivered
    ``drafts``   attempts in all, of which ``unusable`` came to no text and ``rejected`` were judged
                 and sent back; ``lost``: cause or limit -> how many it cost, one can have several
    ``place``    where they were written
    ``rounds``   times that drafts were judged; in between, the generator was told what kind of
                 thing was wrong, which tells it a little about the source
    ``examples`` real records shown per request; ``consent``: under which, if they left the machine
    ``stopped``  why it ended early; empty otherwise
    """

    asked: int
    missing: dict[str, int]
    drafts: int
    unusable: int = 0
    rejected: int = 0
    rounds: int
    place: str = ""
    lost: dict[str, int]
    examples: int = 0
    consent: str = ""
    stopped: str = ""


class Generation(_Closed):
    """Where the records come from, as they say themselves; see auditor/made.py.

    ``told``    records that say more than a direction
    ``counts``  what is told (such as "model") -> value -> records
    tokens      of the answers that became these records
    """

    told: int
    counts: dict[str, dict[str, int]]
    prompt_tokens: int
    completion_tokens: int
    reasoning_characters: int
    loop: Loop | None = None


class LabelYield(_Closed):
    """What the gate left of the records with one label; see auditor/label_yield.py.

    ``asked``   records that the generator was asked for, where that is known
    ``lost``    check -> records that it rejected; one record can be lost to several
    ``share_``  the label's share of all labels of generated and of accepted records, 0 to 1
    ``small``   so few records that a rate of them says nothing
    """

    label: str
    asked: int | None = None
    generated: int
    accepted: int
    lost: dict[str, int]
    share_generated: Value
    share_accepted: Value
    small: bool


class BreachTold(_Closed):
    """A limit that a value is not proven to keep; ``value`` is null when it was not measured.

    ``reference`` is the keyed fingerprint of the source record it matches, or the id of an earlier
    synthetic one, and ``reference_span`` the place in that. ``means``: what such a value says, in
    words, where the metric has some; ``detail``: what the check says besides, in codes and numbers.
    """

    check: str
    metric: str
    value: Value | None
    limit: str
    part: str = ""
    means: str = ""
    detail: str = ""
    reference: str | None = None
    reference_span: tuple[int, int] | None = None


class RecordVerdict(_Closed):
    """The verdict on one record. ``spans`` are the places of its breaches, in code points."""

    id: str
    accepted: bool
    measured: bool
    spans: list[tuple[int, int]] = []
    breaches: list[BreachTold] = []
    advisories: list[BreachTold] = []


class SetVerdict(_Closed):
    """The verdict on the set, and the exit code that says it."""

    state: Literal["open", "closed", "not measured"]
    exit_code: Literal[0, 1, 3]
    reasons: list[str]
    breaches: list[BreachTold] = []


class PolicyTold(_Closed):
    """The policy that was applied, by the sha256 of its file."""

    name: str
    description: str
    digest: str
    false_rejects: float


class Audit(_Closed):
    """The whole result.

    ``set_of``: whose records the set checks measured. A gate certifies what is shipped, the
    accepted ones; a profile of generators compares what they made.
    """

    schema_version: Literal["1"] = "1"
    verdict: SetVerdict
    policy: PolicyTold
    inputs: list[InputFile]
    set_of: Literal["accepted", "generated"] = "accepted"
    checks: list[CheckResult]
    joint: list[JointLimit]
    singling_out: SinglingOut | None = None
    labels: list[LabelYield] = []
    generation: Generation | None = None
    records: list[RecordVerdict]
    unread: list[str]
    versions: dict[str, str]

    @property
    def accepted(self) -> int:
        """Number of accepted records."""
        return sum(record.accepted for record in self.records)

    @property
    def is_short(self) -> bool:
        """Whether the gate is closed for one reason: fewer records were accepted than asked for."""
        loop = self.generation.loop if self.generation else None
        alone = self.verdict.state == "not measured" and len(self.verdict.reasons) == 1
        return alone and loop is not None and 0 < self.accepted < loop.asked


def schema() -> dict[str, Any]:
    """The JSON schema of an audit."""
    return Audit.model_json_schema()


def dumps(audit: Audit) -> str:
    """The audit as JSON: keys in order of declaration, one line per check and record."""
    return json.dumps(audit.model_dump(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def loads(place: str, text: str) -> Audit:
    """The audit in a JSON text. Raises InputError when it is not one of this version."""
    try:
        return Audit.model_validate_json(text)
    except ValueError:
        raise InputError(
            f"{place}: not an audit of schema version {SCHEMA_VERSION}; run the gate again"
        ) from None
