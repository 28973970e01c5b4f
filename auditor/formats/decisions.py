"""The verdict on every record, one JSON object per line, in the order of the input."""

import json

from auditor.audit import Audit

FILE = "decisions.jsonl"


def render(audit: Audit) -> str:
    """One line per record: id, accepted, the places of its breaches, and the breaches."""
    lines = []
    for record in audit.records:
        breaches = [
            {"check": b.check, "metric": b.metric, "value": b.value, "limit": b.limit}
            for b in record.breaches
        ]
        row = {
            "id": record.id,
            "accepted": record.accepted,
            "spans": record.spans,
            "breaches": breaches,
        }
        lines.append(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
    return "".join(lines)
