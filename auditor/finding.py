"""What a check reports: numbers and places, never a piece of text and never a verdict."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the original text of a record, in code points: ``text[start:end]``.

    Detectors of identifiers also say what they saw (``label``), how sure they are (``score``,
    0 to 1), which recognizer spoke and, of an identifier in disguise, which one (``view``).
    """

    start: int
    end: int
    label: str = ""
    score: float | None = None
    recognizer: str = ""
    view: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """The other record of a match, and the place in it.

    ``record`` is the keyed fingerprint of a real record, or the id of a synthetic one.
    """

    record: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One measured value of one metric, for one record or (``record is None``) for the whole set.

    ``part`` names the part of the set that a value is about, such as one label. ``detail``: more
    about the value for people, in codes and numbers only.
    """

    metric: str
    value: float
    record: str | None = None
    spans: tuple[Span, ...] = ()
    reference: Reference | None = None
    part: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """Something a check answers for and could not measure: a metric, or a category of it.

    For one record, or (``record is None``) in the whole run.
    """

    what: str
    reason: str
    record: str | None = None


@dataclass(frozen=True, slots=True)
class Advisory:
    """A metric whose values are shown and must not decide: the check cannot vouch for them.

    For one record, or (``record is None``) for all.
    """

    metric: str
    reason: str
    record: str | None = None


Outcome = Finding | Unmeasured | Advisory


@dataclass(frozen=True, slots=True)
class Metric:
    """What a value means. ``low`` and ``high`` bound every value; None is unbounded.

    ``singles_out``: a value beyond its limit leads from the record to one real record.
    ``below``, ``above``: what it means to lie beyond a band on that side, in words.
    """

    meaning: str
    unit: str
    low: float | None = 0.0
    high: float | None = None
    singles_out: bool = False
    below: str = ""
    above: str = ""
