"""The gate between a generator of synthetic clinical text and everyone downstream.

    from auditor import corpora, find_policy, load_policy, read, run

    audit = run(
        corpora(read("synthetic.jsonl"), read("seen.jsonl"), read("unseen.jsonl")),
        load_policy(find_policy("strict")),
    )

``audit.verdict.exit_code`` is 0 when the gate is open; ``audit.records`` holds every verdict.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auditor.audit import Audit
    from auditor.corpus import corpora
    from auditor.gate import run
    from auditor.policy import find as find_policy
    from auditor.policy import load as load_policy
    from auditor.record import read

__version__ = "0.1.0"
__all__ = ["Audit", "corpora", "find_policy", "load_policy", "read", "run"]

_HOME = {
    "Audit": ("auditor.audit", "Audit"),
    "corpora": ("auditor.corpus", "corpora"),
    "find_policy": ("auditor.policy", "find"),
    "load_policy": ("auditor.policy", "load"),
    "read": ("auditor.record", "read"),
    "run": ("auditor.gate", "run"),
}


def __getattr__(name: str) -> Any:
    """The public names, imported when asked for: ``auditor --help`` pays for none of them."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _HOME[name]
    return getattr(import_module(module), attribute)
