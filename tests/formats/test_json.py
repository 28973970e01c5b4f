"""The published schema is the model's, it is closed, and a real audit keeps it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from auditor.audit import schema
from auditor.resources import shipped

SCHEMA: dict[str, Any] = json.loads(shipped("rules", "schemas", "audit-1.json").read_text())


def test_the_published_schema_is_up_to_date() -> None:
    assert json.loads(json.dumps(schema())) == SCHEMA


@pytest.mark.parametrize("name", ["Audit", *SCHEMA["$defs"]])
def test_every_object_is_closed(name: str) -> None:
    definition = SCHEMA if name == "Audit" else SCHEMA["$defs"][name]
    if definition.get("type") == "object":
        assert definition["additionalProperties"] is False


def test_the_shipped_audit_keeps_the_schema() -> None:
    examples = Path(__file__).parents[2] / "examples"
    audit = json.loads((examples / "audit" / "audit.json").read_text())
    jsonschema.validate(audit, SCHEMA)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
