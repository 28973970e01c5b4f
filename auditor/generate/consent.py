"""Consent: who allowed the text of one data set to leave this machine, where to, and how long.

A YAML file that a person signs for. It names one data set by its sha256, so that a file with one
record more is another one, and one endpoint, compared character by character.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

from auditor import strict_yaml
from auditor.errors import InputError, PolicyError

DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SHAPE = "write dataset, endpoint, approver, purpose, expires (YYYY-MM-DD) and, if any, model"


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one printable line")
    return text


def _day(told: object) -> date:
    """YAML makes a date of an unquoted day; a moment is none, since its time zone is not told."""
    if isinstance(told, date) and not isinstance(told, datetime):
        return told
    if isinstance(told, str) and DAY.fullmatch(told):
        return date.fromisoformat(told)  # ValueError: no such day
    raise ValueError("must be a day, written YYYY-MM-DD")


Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(_printable),
]


class Signed(BaseModel):
    """The file as it stands; any other key is an error.

    ``dataset``   sha256 of the source file, in lower-case hexadecimal digits
    ``endpoint``  base URL, with or without a slash at its end
    ``approver``  who answers for it: a role or a name
    ``expires``   the last day on which it holds
    ``model``     the only one that may be asked; any without
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    dataset: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    endpoint: Line
    approver: Line
    purpose: Line
    expires: Annotated[date, BeforeValidator(_day)]
    model: Line | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """What the audit says of a consent that was used. ``digest``: sha256 of the file."""

    digest: str
    approver: str
    purpose: str
    expires: date


def check(
    path: str | None, dataset: str, endpoint: str, remote: bool, today: date, model: str = ""
) -> Consent | None:
    """The consent under which text leaves this machine; None where it does not.

    ``dataset`` is the sha256 of the source. Raises InputError when text would leave without a
    consent, or with one that is malformed, expired, or given for something else.
    """
    if not remote:
        return None
    if path is None:
        raise InputError(
            "real text would leave this machine; use an endpoint on it, or name a consent file"
        )
    digest, told = _read(path)
    if told.dataset != dataset:
        raise InputError(f"{path}: given for another data set; get one for dataset {dataset}")
    if told.endpoint.removesuffix("/") != endpoint.removesuffix("/"):
        raise InputError(f"{path}: given for another endpoint; use that one, or get a new consent")
    if told.model is not None and told.model != model:
        raise InputError(f"{path}: given for another model; use that one, or get a new consent")
    if today > told.expires:
        raise InputError(f"{path}: expired on {told.expires}; get a new consent")
    return Consent(digest, told.approver, told.purpose, told.expires)


def _read(path: str) -> tuple[str, Signed]:
    try:
        data = Path(path).read_bytes()
        content = strict_yaml.parse(path, data.decode())
        return hashlib.sha256(data).hexdigest(), strict_yaml.shaped(path, content, Signed)
    except OSError as error:
        why = error.strerror or "cannot be read"
        raise InputError(f"{path}: {why}; check the path of the consent file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8; convert the file") from None
    except PolicyError as error:
        told = " ".join(str(error).split())  # a key may hold a line break
        raise InputError(f"{told}; {SHAPE}") from None
