"""What the editor shows beside a text: how it prints, typed numbers, unknown measures, sentences to read again."""

from __future__ import annotations

import base64
import re
from typing import Any

from weijian.engines.documents.html.writer import write_html_body
from weijian.engines.documents.markers import MarkerProblem, TextProblems
from weijian.engines.documents.printing import PrintOptions
from weijian.foundation.accounts.models import User
from weijian.foundation.ui.presentation import language
from weijian.kernel.errors import WeijianError
from weijian.reports.annual.models import ReportSection
from weijian.reports.annual.pages import heading_of
from weijian.reports.annual.queries import (
    department_name,
    earlier_versions,
    measure_choices,
    stale_by_section,
    typed_numbers_of,
    unknown_measures,
)
from weijian.reports.annual.resolving import resolve_document
from weijian.reports.annual.services import may_write, section_document


def preview_values(section: ReportSection, text: str) -> dict[str, Any]:
    """The printed text and its warnings; where markers cannot be understood, the problems instead."""
    try:
        resolved = resolve_document(section_document(section, text), section.report.snapshot)
    except TextProblems as error:
        return {"problems": [_problem_words(one) for one in error.problems]}
    except WeijianError as error:
        return {"problems": [f"{error.what} {error.fix}".strip()]}
    body = write_html_body(resolved, PrintOptions(trace_marks=False, trace_table=False))
    return {
        # The page has its own <main>; the writer's becomes a plain part of it.
        "body": _drawn_as_images(body.replace("<main>", "<div>", 1).replace("</main>", "</div>")),
        "typed": [number for numbers in typed_numbers_of(resolved).values() for number in numbers],
        "unknown": unknown_measures(resolved),
        "gaps": list(resolved.gaps()),
    }


def _problem_words(problem: MarkerProblem) -> str:
    lang = language()
    where = f"Line {problem.line}" if lang == "en" else f"第{problem.line}行"
    return f"{where} {problem.marker}: {problem.what(lang)} {problem.fix(lang)}"


def _drawn_as_images(body: str) -> str:
    """Charts as images: the page's content policy lets no style stand inside it, inside an image it may."""

    def image(match: re.Match[str]) -> str:
        data = base64.b64encode(match[0].encode()).decode()
        return f'<img alt="" src="data:image/svg+xml;base64,{data}">'  # the table twin below says it in words

    return re.sub(r"<svg.*?</svg>", image, body, flags=re.DOTALL)


def editor_values(section: ReportSection, text: str, user: User) -> dict[str, Any]:
    """Everything that the section's page draws."""
    values = preview_values(section, text)
    stale = []
    if section.report.open and text == section.text and "problems" not in values:
        resolved = resolve_document(section_document(section, text), section.report.snapshot)
        stale = [one for found in stale_by_section([section], resolved).values() for one in found]
    return values | {
        "report": section.report,
        "section": section,
        "title": heading_of(section),
        "owner": department_name(section.owner_department, language()),
        "text": text,
        "may_write": may_write(section, section.report, user),
        "stale": stale,
        "versions": earlier_versions(section),
        "standing": [
            (kind, part["id"], part["caption"])
            for kind in ("table", "chart")
            for part in section.standing.get(kind, ())
        ],
        "choices": measure_choices("", limit=12),
    }
