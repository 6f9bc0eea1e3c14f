"""What a signature covers and whether it still counts: edited text, newer figures or a return leave it void."""

from __future__ import annotations

from collections.abc import Sequence

from weijian.kernel.hashing import fingerprint
from weijian.reports.annual.models import Report, ReportSection, Signature


def owners(sections: Sequence[ReportSection]) -> list[str]:
    """Departments that own sections, in reading order."""
    return list(dict.fromkeys(part.owner_department for part in sections if part.owner_department))


def covered(report: Report, sections: Sequence[ReportSection], department: str = "") -> str:
    """Fingerprint of a department's texts (all texts without one) and of the snapshot that gives their figures."""
    texts = [(part.key, part.text) for part in sections if not department or part.owner_department == department]
    return fingerprint((report.snapshot_id, tuple(texts)))


def valid_cosigns(report: Report, sections: Sequence[ReportSection]) -> dict[str, Signature]:
    """The co-signature of each department that still covers its present texts and came after the last return."""
    found: dict[str, Signature] = {}
    for signature in report.signatures.select_related("signed_by").order_by("id"):
        if signature.act == Signature.Act.RETURN:
            found.clear()
        elif signature.act == Signature.Act.COSIGN:
            found[signature.department] = signature
    return {
        department: signature
        for department, signature in found.items()
        if signature.covers == covered(report, sections, department)
    }


def waiting(report: Report, sections: Sequence[ReportSection]) -> list[str]:
    """Departments whose co-signature is still missing."""
    signed = valid_cosigns(report, sections)
    return [department for department in owners(sections) if department not in signed]
