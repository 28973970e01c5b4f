"""The audit as JSON, by the schema that is shipped as rules/schemas/audit-1.json."""

from auditor.audit import Audit, dumps

FILE = "audit.json"


def render(audit: Audit) -> str:
    """The audit as JSON."""
    return dumps(audit)
