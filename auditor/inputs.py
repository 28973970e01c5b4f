"""What a run is given: its policy, its corpora, and the key that its user chose."""

from pathlib import Path
from typing import Any, TypedDict, Unpack

from auditor import code_table, measure, policy
from auditor import roster as rosters
from auditor.corpus import Corpora, Corpus
from auditor.corpus import corpora as joined
from auditor.errors import InputError
from auditor.policy import Policy
from auditor.record import Fields, Reading, read


def read_policy(name: str) -> Policy:
    """A policy whose checks, metrics and options exist. Raises PolicyError."""
    path = policy.find(name)
    loaded = policy.load(path)
    policy.check_names(loaded, str(path), measure.catalogue())
    return loaded


def settings(of: Policy) -> dict[str, dict[str, Any]]:
    """The options of each check that are not the default."""
    return {name: check.options for name, check in of.text.checks.items()}


class Given(TypedDict):
    """What comes with a set: which column holds what, and the files of key, roster and codes."""

    fields: Fields
    key: str | None
    roster: str | None
    codes: str | None


def read_corpora(
    synthetic: str,
    source: str | None,
    holdout: str | None,
    *,
    published: bool,
    **given: Unpack[Given],
) -> Corpora:
    """The corpora of a run. Raises InputError as their readers do, or for a bad key.

    ``published`` marks a synthetic set whose lines are passed on when accepted.
    """
    reading = read(synthetic, given["fields"], published=published)
    return judged_against(reading, source, holdout, **given)


def judged_against(
    synthetic: Reading, source: str | None, holdout: str | None, **given: Unpack[Given]
) -> Corpora:
    """The same for synthetic records that were read already."""
    fields, roster, codes = given["fields"], given["roster"], given["codes"]
    secret = _secret(given["key"])
    return joined(
        synthetic,
        read(source, fields) if source else None,
        read(holdout, fields) if holdout else None,
        secret,
        rosters.read(roster) if roster else None,
        code_table.read(codes) if codes else None,
    )


def read_source(path: str, fields: Fields, key: str | None) -> Corpus:
    """A source on its own. Raises InputError as its reader does, or for a bad key."""
    secret = _secret(key)
    reading = read(path, fields)
    return joined(reading, reading, None, secret).real()


def _secret(key: str | None) -> bytes | None:
    try:
        secret = Path(key).read_bytes() if key else None
    except OSError as error:
        raise InputError(f"{key}: {error.strerror}; check the path of the key") from None
    if secret == b"":
        raise InputError(f"{key}: is empty; write some random bytes to it")
    return secret
