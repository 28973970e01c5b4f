"""The people that a model is asked to invent, drawn by seed.

The data is ``rules/generation/patients.yaml``: axes such as age, setting or style, each with
values in English and Spanish. That texts differ so rests on what is asked for, not on temperature.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from operator import attrgetter
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from auditor import strict_yaml
from auditor.errors import InputError, PolicyError
from auditor.generate.taxonomy import Label
from auditor.generate.taxonomy_file import Age, Course, Severity, Sex
from auditor.resources import shipped

Setting = Literal[
    "outpatient", "day", "inpatient", "liaison", "emergency", "home", "remote", "primary"
]
KINDS: Mapping[str, tuple[str, ...]] = {
    "age": get_args(Age),
    "sex": get_args(Sex),
    "setting": get_args(Setting),
    "severity": get_args(Severity),
    "course": get_args(Course),
}
LIMITED: Mapping[str, Callable[[Label], tuple[str, ...]]] = {  # axes that a label can restrict
    "age": attrgetter("ages"),
    "sex": attrgetter("sexes"),
    "severity": attrgetter("severities"),
    "course": attrgetter("courses"),
}
AXES = (
    "age", "sex", "setting", "note", "referral", "severity", "course", "living", "occupation",
    "comorbidity", "attitude", "style", "order",
)  # fmt: skip
LANGUAGES = ("en", "es")
PLACE = "generation/patients.yaml"


class Value(BaseModel):
    """One value of an axis: its words, what it counts as, and what it goes together with.

    ``weight``  how often it is drawn, beside the others of its axis
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = ""
    weight: float = Field(default=1, gt=0, allow_inf_nan=False)
    en: str
    es: str
    ages: frozenset[Age] = frozenset()
    sexes: frozenset[Sex] = frozenset()
    settings: frozenset[Setting] = frozenset()

    def fits(self, kinds: Mapping[str, str]) -> bool:
        """Whether it goes together with what was drawn before."""
        wanted = {"age": self.ages, "sex": self.sexes, "setting": self.settings}
        return all(not allowed or kinds[axis] in allowed for axis, allowed in wanted.items())


def draw(seed: int, label: Label, lang: str, *others: Label) -> Mapping[str, str]:
    """Axis -> words for a person whom the label, and ``others`` beside it, can be given to.

    ``note`` is the kind of note, with its article; the other axes are told in the file. The same
    seed and labels are the same person in either language. Raises InputError when there are no
    words in ``lang``, or the labels share no age or sex; PolicyError when the file is at fault.
    """
    if lang not in LANGUAGES:
        raise InputError(f"{PLACE}: has no words in {lang!r:.20}; use {' or '.join(LANGUAGES)}")
    shared = _shared((label, *others))
    told: dict[str, str] = {}
    kinds = {"age": "", "sex": "", "setting": ""}
    dice = random.Random()
    for axis in axes():
        # An axis has a seed of its own, so that a value more on one does not change the others.
        dice.seed(f"patient {seed} {axis}")
        values, weights = _weighted(axis, tuple(kinds.items()), shared.get(axis, frozenset()))
        (value,) = dice.choices(values, cum_weights=weights)
        told[axis] = value.es if lang == "es" else value.en
        if axis in kinds:
            kinds[axis] = value.kind
    return told


@lru_cache(1000)
def _shared(labels: tuple[Label, ...]) -> Mapping[str, frozenset[str]]:
    """Axis -> kinds that every label goes with.

    Labels may have no course or severity in common: each is told what it is anyhow.
    """
    shared = {}
    for axis, limit in LIMITED.items():
        limits = (limit(label) for label in labels)
        shared[axis] = frozenset(KINDS[axis]).intersection(*(kinds for kinds in limits if kinds))
        if not shared[axis] and axis in ("age", "sex"):
            known = ", ".join(KINDS[axis])
            raise InputError(
                f"the labels asked for together share no {axis} (of {known});"
                " ask for each by itself"
            )
    return shared


@cache
def _weighted(
    axis: str, kinds: tuple[tuple[str, str], ...], shared: frozenset[str]
) -> tuple[Sequence[Value], Sequence[float]]:
    """Values that go with what was drawn before, of the shared kinds if there are any such.

    Beside them their weights, each with those before it added.
    """
    fitting = [value for value in axes()[axis] if value.fits(dict(kinds))]
    values = [value for value in fitting if value.kind in shared] or fitting
    return values, list(accumulate(value.weight for value in values))


@cache
def axes() -> Mapping[str, tuple[Value, ...]]:
    """Every axis with its values, in the order of drawing.

    Raises PolicyError that names the file when it is not of this form.
    """
    text = shipped("rules", "generation", "patients.yaml").read_text(encoding="utf-8")
    return read(text)


def read(text: str) -> Mapping[str, tuple[Value, ...]]:
    """The axes in the text of a file. Raises PolicyError for anything but the known axes."""
    content = strict_yaml.parse(PLACE, text)
    told = strict_yaml.shaped(PLACE, content, dict[str, tuple[Value, ...]])
    if tuple(told) != AXES:
        raise PolicyError(f"{PLACE}: its axes must be, in this order: {', '.join(AXES)}")
    for axis, values in told.items():
        kinds = {value.kind for value in values}
        if kinds != set(KINDS.get(axis, [""])):
            wanted = f"one of {', '.join(KINDS[axis])}" if axis in KINDS else "left out"
            raise PolicyError(f"{PLACE}: {axis}: the kind of each value must be {wanted}")
    return told
