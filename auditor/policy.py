"""Policies: the checks of a run, their options and every limit with its reason, from one file.

A policy is read strictly, and all its problems are told at once with their place in the file. Its
digest is the whole truth about a run: no command-line flag changes a limit.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from auditor import strict_yaml
from auditor.errors import PolicyError
from auditor.resources import near, shipped

CONTROLS = ("chance", "unseen", "leave_one_out")
Share = Annotated[float, Field(gt=0, lt=1)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Relative(_Strict):
    """A bound read off a control: one of its quantiles, and never beyond the ceiling or floor."""

    chance: Share | Literal["joint"] | None = None
    unseen: Share | Literal["joint"] | None = None
    leave_one_out: Share | Literal["joint"] | None = None
    ceiling: Finite | None = None
    floor: Finite | None = None

    @model_validator(mode="after")
    def _one_control(self) -> "Relative":
        if sum(getattr(self, name) is not None for name in CONTROLS) != 1:
            raise ValueError(f"name one control: {', '.join(CONTROLS)}")
        return self

    @property
    def control(self) -> str:
        """Name of the control that the bound is read off."""
        return next(name for name in CONTROLS if getattr(self, name) is not None)

    @property
    def quantile(self) -> float | Literal["joint"]:
        """Which quantile of the control, 0 to 1, or the one shared by all joint limits."""
        quantile: float | Literal["joint"] = getattr(self, self.control)
        return quantile


Number = Annotated[
    Annotated[Finite, Tag("number")] | Annotated[Relative, Tag("relative")],
    Discriminator(lambda value: "relative" if isinstance(value, dict | Relative) else "number"),
]


class Band(_Strict):
    """For a set: the central share of random real sets, widened by a share of their median."""

    real: Share
    widen: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0


class LimitText(_Strict):
    """One limit as it stands in the file."""

    at_most: Number | None = None
    at_least: Number | None = None
    within: Band | None = None
    why: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _one_side(self) -> "LimitText":
        if sum(side is not None for side in (self.at_most, self.at_least, self.within)) != 1:
            raise ValueError("give one of at_most, at_least, within")
        if isinstance(self.at_most, Relative) and self.at_most.floor is not None:
            raise ValueError("at_most takes a ceiling, not a floor")
        if isinstance(self.at_least, Relative) and (
            self.at_least.ceiling is not None or self.at_least.quantile == "joint"
        ):
            raise ValueError("at_least takes a floor and a quantile of its own")
        return self


class CheckText(_Strict):
    """One check as it stands in the file."""

    options: dict[str, Any] = {}
    limits: dict[str, LimitText] = {}
    out_of_scope: dict[str, Annotated[str, Field(min_length=1)]] = {}


class PolicyText(_Strict):
    """The whole file."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")]
    description: Annotated[str, Field(min_length=1)]
    false_rejects: Share = 0.02
    data_to_label: Literal["refuse", "allow"] = "refuse"
    checks: Annotated[dict[str, CheckText], Field(min_length=1)]


@dataclass(frozen=True)
class Limit:
    """One bound on one metric with its reason."""

    check: str
    metric: str
    at_most: float | Relative | None
    at_least: float | Relative | None
    within: Band | None
    why: str

    @property
    def relative(self) -> Relative | None:
        """The relative part of the limit, if it has one."""
        side = self.at_most if self.at_most is not None else self.at_least
        return side if isinstance(side, Relative) else None


@dataclass(frozen=True)
class Policy:
    """All bounds of a run. ``digest`` is the sha256 of the file."""

    text: PolicyText
    digest: str
    limits: tuple[Limit, ...] = field(init=False)

    def __post_init__(self) -> None:
        limits = tuple(
            Limit(check, metric, limit.at_most, limit.at_least, limit.within, limit.why)
            for check, section in self.text.checks.items()
            for metric, limit in section.limits.items()
        )
        object.__setattr__(self, "limits", limits)

    def without(self, check: str) -> "Policy":
        """The same policy but for one check; it keeps the digest of the file."""
        checks = {name: text for name, text in self.text.checks.items() if name != check}
        return Policy(self.text.model_copy(update={"checks": checks}), self.digest)

    @property
    def controls(self) -> frozenset[str]:
        """The controls that some limit is read off."""
        return frozenset(limit.relative.control for limit in self.limits if limit.relative)


def find(name: str) -> Path:
    """The file of a policy: a path ending in .yaml, or the name of a shipped one."""
    if name.endswith((".yaml", ".yml")):
        return Path(name)
    known = tuple(sorted(path.stem for path in shipped("rules").glob("*.yaml")))
    if name not in known:
        raise PolicyError(
            f"no policy named {name!r}{near(name, known)}; or give a path to a .yaml file"
        )
    return shipped("rules", f"{name}.yaml")


def load(path: Path) -> Policy:
    """The policy in a file. Raises PolicyError with every problem and its place in the file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolicyError(f"{path}: {error.strerror}; check the path") from None
    try:
        content = strict_yaml.parse(str(path), data.decode())
        text = PolicyText.model_validate(content)
    except UnicodeDecodeError:
        raise PolicyError(f"{path}: not UTF-8; convert the file") from None
    except ValidationError as error:
        raise PolicyError(_told(path, [_problem(e) for e in error.errors()])) from None
    return Policy(text, hashlib.sha256(data).hexdigest())


@dataclass(frozen=True)
class Known:
    """What there is to say of a check: its scope, its metrics, and its options with their types."""

    scope: str
    metrics: tuple[str, ...]
    options: Mapping[str, Any]


def check_names(policy: Policy, path: str, known: Mapping[str, Known]) -> None:
    """Raises PolicyError for every check, metric or option that does not exist or cannot be."""
    problems = list(_unknown(policy, known))
    if problems:
        raise PolicyError(_told(Path(path), problems))


def _unknown(policy: Policy, known: Mapping[str, Known]) -> Iterator[str]:
    for name, section in policy.text.checks.items():
        if name not in known:
            yield f"checks.{name}: no such check{near(name, tuple(known))}"
            continue
        metrics = known[name].metrics
        for option, value in section.options.items():
            yield from misfits(f"checks.{name}.options.{option}", known[name], option, value)
        for metric, limit in section.limits.items():
            place = f"checks.{name}.limits.{metric}"
            if metric not in metrics:
                yield f"{place}: no such metric{near(metric, metrics)}"
            elif known[name].scope == "record" and limit.within:
                yield f"{place}.within: bands are for sets; this check measures records"
            elif known[name].scope == "set" and _relative(limit):
                yield f"{place}: controls are for records; a set takes a number or within"


def _relative(limit: LimitText) -> bool:
    return isinstance(limit.at_most, Relative) or isinstance(limit.at_least, Relative)


def misfits(place: str, known: Known, option: str, value: object) -> Iterator[str]:
    """What is wrong with a value of an option; ``place`` is where it stands."""
    if option not in known.options:
        yield f"{place}: no such option{near(option, tuple(known.options))}"
        return
    try:
        TypeAdapter(known.options[option]).validate_python(value, strict=True)
    except ValidationError as error:
        for problem in error.errors():
            yield f"{place}: {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _told(path: Path, problems: list[str]) -> str:
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    return "\n  ".join([f"{path}: {count}", *problems])


def _problem(error: Any) -> str:
    place = ".".join(str(part) for part in error["loc"] if part not in ("number", "relative"))
    message = error["msg"].removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "unknown key"
    return f"{place or 'file'}: {message[0].lower()}{message[1:]}"
