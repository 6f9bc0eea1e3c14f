"""Reads about reports: marks on sentences, typed numbers, gaps, differences, earlier versions, measures to insert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from weijian import content
from weijian.definitions.documents import BulletList, FigureRef, Gap, Note, Paragraph
from weijian.engines.documents.differences import Difference, compare
from weijian.engines.documents.freeze import FrozenDocument
from weijian.engines.documents.resolve import ResolvedDocument, ResolvedFigure
from weijian.engines.documents.sentences import SentenceRecord, StaleSentence, stale_sentences
from weijian.engines.documents.typed_numbers import AllowList, TypedNumber, find_typed_numbers, load_allow_list
from weijian.foundation.changes.models import Change, History
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.reports.annual.manuscripts import OPENING
from weijian.reports.annual.models import Report, ReportSection
from weijian.reports.annual.resolving import resolve_document
from weijian.reports.citing.changed_records import ChangedBeneath


@cache
def departments() -> Mapping[str, tuple[str, str]]:
    """Chinese and English name of each department of the bureau, by its code."""
    return {row["id"]: (row["zh"], row["en"]) for row in content.read_csv("plans/departments_cn_440113.csv")}


def department_name(code: str, language: str = "zh") -> str:
    """Name of a department; its code where content does not know it."""
    return departments().get(code, (code, code))[0 if language.startswith("zh") else 1]


def report_of(year: int) -> Report:
    """The report of a year. Raises ``report.unknown``."""
    found = Report.objects.select_related("snapshot").filter(year=year).first()
    if found is None:
        fix = f"运行 weijian report annual --year {year}"
        raise WeijianError("report.unknown", f"还没有{year}年的工作报告。", str(year), fix)
    return found


def stale_by_section(sections: Sequence[ReportSection], resolved: ResolvedDocument) -> dict[str, list[StaleSentence]]:
    """Sentences whose figures changed since they were written or confirmed, by section key."""
    records = [SentenceRecord.from_data(one) for part in sections for one in part.sentences]
    found: dict[str, list[StaleSentence]] = {}
    for sentence in stale_sentences(records, resolved):
        found.setdefault(sentence.section or OPENING, []).append(sentence)
    return found


def typed_numbers_of(resolved: ResolvedDocument) -> dict[str, list[TypedNumber]]:
    """Numbers that people typed although a figure belongs there, by section key."""
    document = resolved.document
    parts = [(OPENING, document.opening), *((section.id, section.blocks) for section in document.sections)]
    found: dict[str, list[TypedNumber]] = {}
    for key, blocks in parts:
        for block in blocks:
            texts = block.items if isinstance(block, BulletList) else ()
            if isinstance(block, Paragraph | Note):
                texts = (block.runs,)
            for runs in texts:
                found.setdefault(key, []).extend(find_typed_numbers(runs, _allowed()))
    return found


@dataclass(frozen=True)
class GapLine:
    """One figure that prints as a gap: where, which, why."""

    section: str
    heading: str
    figure: str
    name: str
    reason: str


def gap_lines(resolved: ResolvedDocument) -> list[GapLine]:
    """Every gap in reading order, each figure once per section."""
    document = resolved.document
    parts = [(OPENING, "", document.opening), *((part.id, part.heading, part.blocks) for part in document.sections)]
    from weijian.definitions.documents import block_figures

    lines: dict[tuple[str, str], GapLine] = {}
    for key, heading, blocks in parts:
        for block in blocks:
            for reference in block_figures(block):
                figure = resolved.figures[reference]
                if figure.value.state.value != "gap":
                    continue
                name = reference.figure if isinstance(reference, Gap) else str(figure.key)
                lines.setdefault((key, name), GapLine(key, heading, name, figure.value.name, figure.value.reason))
    return list(lines.values())


def unknown_measures(resolved: ResolvedDocument) -> list[str]:
    """Measure ids of the text that no definition has."""
    asked = (one for one in resolved.figures if isinstance(one, FigureRef))
    return sorted({one.measure for one in asked if one.measure not in measures()})


def rerun(report: Report, snapshot: Snapshot | None = None) -> list[Difference]:
    """An issued report computed again, over its own snapshot or another: empty, or what differs and why.

    Raises ``report.wrong_state`` for a report that was not issued.
    """
    if not report.frozen:
        raise WeijianError("report.wrong_state", "报告还没有印发,没有可比的定稿。", str(report.year), "印发后再复算")
    frozen = FrozenDocument(report.frozen)
    again = resolve_document(frozen.thaw().document, snapshot or report.snapshot)
    return compare(frozen, again, ChangedBeneath())


def figure_of_code(code: str) -> tuple[Report, ResolvedFigure] | None:
    """The figure of an issued report that carries a trace code."""
    for report in Report.objects.filter(frozen__contains=f'"{code}"'):
        for figure in FrozenDocument(report.frozen).thaw().figures.values():
            if figure.value.trace_code == code:
                return report, figure
    return None


@dataclass(frozen=True)
class EarlierVersion:
    """A section's text as it stood before somebody's saving."""

    version: int
    text: str
    ended_by: str
    change: Change


def earlier_versions(section: ReportSection, limit: int = 20) -> list[EarlierVersion]:
    """Former texts of a section, newest first; savings that changed no text are left out."""
    kept = History.objects.filter(table_name=ReportSection._meta.db_table, row_id=section.pk)
    rows = kept.order_by("-id")[: limit * 2]
    changes = {one.pk: one for one in Change.objects.filter(pk__in=[row.change_id for row in rows])}
    found: list[EarlierVersion] = []
    known = {section.version}
    for row in rows:
        version = int(row.row["version"])
        if version in known or row.change_id not in changes:
            continue
        known.add(version)
        ended = changes[row.change_id]
        found.append(EarlierVersion(version, row.row["text"], ended.actor_name, ended))
    return found[:limit]


@cache
def _allowed() -> AllowList:
    return load_allow_list(content.path("documents/allowed_numbers.csv"))


@dataclass(frozen=True)
class MeasureChoice:
    """One measure as the picker offers it, with the marker that would be inserted."""

    id: str
    name: str
    unit: str
    definition: str

    @property
    def marker(self) -> str:
        """The shortest marker of the measure: document's period, usual style."""
        return "{{" + self.id + "}}"


def measure_choices(words: str, limit: int = 30) -> list[MeasureChoice]:
    """Measures whose id, name or definition holds every word typed, in the catalogue's order."""
    from weijian.foundation.ui.presentation import language

    wanted = words.lower().split()
    english = language() == "en"
    found = []
    for one in measures().values():
        text = f"{one.id} {one.zh} {one.en} {one.definition_zh}".lower()
        if all(word in text for word in wanted):
            name, definition = (one.en, one.definition_en) if english else (one.zh, one.definition_zh)
            found.append(MeasureChoice(one.id, name, one.unit, definition))
    return found[:limit]
