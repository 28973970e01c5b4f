"""Options that several commands share."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click


def reading(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which column holds what, and the key."""
    fields = [
        click.option(f"--{name}-field", default=name, metavar="NAME", show_default=True, help=what)
        for name, what in (
            ("text", "Column or key of the text."),
            ("id", "Column or key of the record's id."),
            ("label", "Column or key of the codes."),
            ("lang", "Column or key of the language."),
            ("group", "Column or key of the patient or other group."),
        )
    ]
    key = click.option(
        "--key", metavar="FILE", help="Secret key for fingerprints and the index; any bytes."
    )

    @wraps(command)
    def mapped(**options: Any) -> Any:
        from auditor.record import Fields

        names = {name: options.pop(f"{name}_field") for name in Fields.__dataclass_fields__}
        return command(fields=Fields(**names), **options)

    for option in reversed([*fields, key]):
        mapped = option(mapped)
    return mapped


roster = click.option(
    "--roster", metavar="FILE", help="CSV of people whose identifiers must not come out."
)
codes = click.option("--codes", metavar="FILE", help="CSV of codes and what they mean.")
index = click.option("--index", metavar="DIR", help="What `auditor index` kept of the source.")
policy = click.option(
    "--policy", "name", default="strict", show_default=True, metavar="NAME|FILE",
    help="Limits to judge by; leave_one_out needs no holdout.",
)  # fmt: skip
quiet = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Tell every step on stderr.")
