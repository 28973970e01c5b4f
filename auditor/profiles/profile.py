"""A profile: fidelity, diversity and privacy of data sets side by side, as plain data.

Its JSON form is closed and versioned; the schema is shipped as ``rules/schemas/profile-1.json``. It
holds numbers, digests, file names and reasons, and no text of any record.
"""

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from auditor.audit import Value

State = Literal["inside", "below", "above", "not judged", "not measured"]
Axis = Literal["fidelity", "diversity", "privacy", "other"]
Statistic = Literal[
    "value", "median", "largest", "lowest part",
    "any", "beyond", "lost", "singled out", "by chance", "parts",
]  # fmt: skip
BRIEF = 36  # characters
NUMBERS = {"median": "median", "largest": "largest value", "lowest part": "lowest part"}
SHARES = {
    "any": "records with any",
    "beyond": "records beyond the limit",
    "lost": "records lost",
    "singled out": "records that lead to one real one",
    "by chance": "the same by chance, control",
    "parts": "parts outside their limit",
}


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cell(_Closed):
    """One figure of one set. ``value`` is null where it was not measured, and never 0 for that.

    ``low``, ``high``      the limit or band of this set that decides ``state``
    ``count``, ``of``      where the value is a share: of how many, and how many of them
    ``least``, ``most``    95 % interval of the value
    ``means``              what it says to lie outside, in the words of the audit
    ``notes``              positions in ``Profile.notes``
    """

    state: State
    value: Value | None = None
    low: Value | None = None
    high: Value | None = None
    count: int | None = None
    of: int | None = None
    least: Value | None = None
    most: Value | None = None
    means: str = ""
    notes: list[int] = []


class Row(_Closed):
    """One figure of every set, in the order of ``Profile.sets``.

    ``metric`` is empty where all metrics of the check are taken together.
    """

    axis: Axis
    check: str
    metric: str
    statistic: Statistic
    meaning: str
    unit: str
    cells: list[Cell]

    @property
    def name(self) -> str:
        """What is measured: check and metric."""
        return f"{self.check}.{self.metric}" if self.metric else self.check

    @property
    def how(self) -> str:
        """Which figure of it this is, in words; empty for a plain value without a unit."""
        if self.statistic in SHARES:
            return SHARES[self.statistic]
        unit = f"in {self.unit}" if self.unit else ""
        return ", ".join(filter(None, (NUMBERS.get(self.statistic, ""), unit)))

    @property
    def briefly(self) -> str:
        """The same without a unit that takes a line of its own."""
        return self.how if len(self.how) <= BRIEF else NUMBERS.get(self.statistic, "")


class Judged(_Closed):
    """What a set was judged against, by the sha256 of the files; null where there was none.

    ``set_of``: whose records the set metrics are of.
    """

    policy: str
    policy_digest: str
    source: str | None
    holdout: str | None
    roster: str | None
    codes: str | None = None
    set_of: Literal["accepted", "generated"] = "accepted"
    auditor: str


class ProfiledSet(_Closed):
    """One set. ``out_of``: records in its file, where it was cut to the size of the others.

    ``comparable``: judged against the same as the first set; ``notes`` say what differs.
    """

    name: str
    digest: str
    records: int
    out_of: int | None
    accepted: int
    gate: Literal["open", "closed", "not measured"]
    judged: Judged
    comparable: bool
    notes: list[int] = []


class Profile(_Closed):
    """Sets side by side."""

    schema_version: Literal["1"] = "1"
    sets: list[ProfiledSet]
    rows: list[Row]
    notes: list[str]

    def axis(self, axis: Axis) -> list[Row]:
        """The rows of one axis."""
        return [row for row in self.rows if row.axis == axis]


def schema() -> dict[str, Any]:
    """The JSON schema of a profile."""
    return Profile.model_json_schema()


def dumps(profile: Profile) -> str:
    """The profile as JSON: keys in order of declaration."""
    return json.dumps(profile.model_dump(), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
