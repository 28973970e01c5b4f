"""placeholder"""

from auditor.audit import Audit

FILE = "audit.html"


def render(audit: Audit) -> str:
    return ""
