"""The people that a model is asked to invent, drawn by seed.

The data is ``rules/generation/patients.yaml``: axes such as age, setting or style, each with
values in English and Spanish. That texts differ so rests on what is asked for, not on temperature.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from auditor import strict_yaml
from auditor.errors import InputError, PolicyError
from auditor.generate.taxonomy import Label
from auditor.resources import shipped

Age = Literal["child", "adolescent", "young_adult", "adult", "older", "very_old"]
Sex = Literal["female", "male"]
Setting = Literal[
    "outpatient", "day", "inpatient", "liaison", "emergency", "home", "remote", "primary"
]
KINDS: Mapping[str, tuple[str, ...]] = {
    "age": get_args(Age),
    "sex": get_args(Sex),
    "setting": get_args(Setting),
}
AXES = (
    "age", "sex", "setting", "note", "referral", "severity", "course", "living", "occupation",
    "comorbidity", "attitude", "style", "order",
)  # fmt: skip
LANGUAGES = ("en", "es")
PLACE = "generation/patients.yaml"


class Value(BaseModel):
    """One value of an axis: its words, what it counts as, and what it goes together with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = ""
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
    labels = (label, *others)
    told: dict[str, str] = {}
    kinds = {"age": "", "sex": "", "setting": ""}
    for axis in axes():
        # An axis has dice of its own, so that a value more on one does not change the others.
        dice = random.Random(f"patient {seed} {axis}")
        value = dice.choice(_allowed(axis, kinds, labels))
        told[axis] = value.es if lang == "es" else value.en
        if value.kind:
            kinds[axis] = value.kind
    return told


def _allowed(axis: str, kinds: Mapping[str, str], labels: Iterable[Label]) -> Sequence[Value]:
    """Values that go with what was drawn before; of ages and sexes, those that every label has."""
    if axis == "age":
        shared = _shared("age", (label.ages for label in labels))
        return [value for value in axes()[axis] if value.kind in shared]
    if axis == "sex":
        shared = _shared("sex", (label.sexes for label in labels))
        return [value for value in axes()[axis] if value.kind in shared]
    return _fitting(axis, tuple(kinds.items()))


@cache
def _fitting(axis: str, kinds: tuple[tuple[str, str], ...]) -> tuple[Value, ...]:
    return tuple(value for value in axes()[axis] if value.fits(dict(kinds)))


def _shared(axis: str, limits: Iterable[tuple[str, ...]]) -> set[str]:
    shared = set(KINDS[axis]).intersection(*(limit for limit in limits if limit))
    if not shared:
        known = ", ".join(KINDS[axis])
        raise InputError(
            f"the labels asked for together share no {axis} (of {known}); ask for each by itself"
        )
    return shared


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
