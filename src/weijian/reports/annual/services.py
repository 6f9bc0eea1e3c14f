"""Every change of a report: made from content, written by departments, brought to a newer snapshot, signed, issued."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from weijian.definitions.documents import Document
from weijian.engines.documents.freeze import freeze
from weijian.engines.documents.manuscripts import read_document
from weijian.engines.documents.markers import TextProblems
from weijian.engines.documents.resolve import ResolvedDocument
from weijian.engines.documents.sentences import SentenceRecord, confirm_sentences, record_sentences, stale_sentences
from weijian.foundation.access.door import may
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.outbox.services import Told, tell
from weijian.foundation.sign_off.services import use_unsigned
from weijian.foundation.snapshots.models import Snapshot
from weijian.foundation.snapshots.services import pin_snapshot
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import Clock, SystemClock
from weijian.reports.annual import errors
from weijian.reports.annual.manuscripts import OPENING, document_of, find_manuscript
from weijian.reports.annual.models import Report, ReportSection, Signature
from weijian.reports.annual.resolving import resolve_document
from weijian.reports.annual.signing import covered, waiting
from weijian.reports.citing.figures import Progress
from weijian.reports.citing.preliminary import marked, unsigned_of
from weijian.reports.citing.services import keep_traces

#: Named steps at which fault tests kill the making of a report.
STEPS = ("resolved", "created", "sections", "traced", "committed")


def make_annual_report(
    year: int,
    snapshot: Snapshot,
    progress: Progress | None = None,
    *,
    clock: Clock | None = None,
    step: Callable[[str], None] = lambda name: None,
) -> Report:
    """The report of a year with all its figures computed: a new draft from content, or the one that is there.

    A draft is brought to ``snapshot``; a report that was co-signed, approved or issued is left alone. Writes no file.
    Raises ``report.no_district`` before areas are loaded.
    """
    found = Report.objects.filter(year=year).first()
    if found is not None:
        return refresh(found, snapshot, progress) if found.state == Report.State.DRAFT else found
    manuscript = find_manuscript(year)
    resolved = resolve_document(read_document(manuscript), snapshot, progress)
    step("resolved")
    now = (clock or SystemClock()).now()
    with change(f"起草{year}年工作报告", clock=clock) as row:
        head = {name: value for name, value in manuscript["document"].items() if name != "opening"}
        if head.get("date"):
            head["date"] = head["date"].isoformat()
        report = Report.objects.create(
            year=year,
            title=head["title"],
            title_en=head.get("title_en", ""),
            head=head,
            snapshot=snapshot,
            created_at=now,
            change_id=row.pk,
        )
        step("created")
        sentences = _by_section(record_sentences(resolved))
        ReportSection.objects.bulk_create(
            ReportSection(
                report=report, position=position, edited_at=now, change_id=row.pk,
                sentences=sentences.get(part["key"], []), **part,
            )
            for position, part in enumerate(_parts(manuscript))
        )  # fmt: skip
        step("sections")
        _keep(resolved)
        step("traced")
    step("committed")
    return report


def refresh(report: Report, snapshot: Snapshot, progress: Progress | None = None) -> Report:
    """Bring an open report to another snapshot. Sentences whose figures change are marked; co-signatures lapse.

    Raises ``report.closed`` for a report that was approved or issued.
    """
    if not report.open:
        raise errors.closed(str(report.get_state_display()))
    if report.snapshot_id == snapshot.pk:
        return report
    resolved = resolve_document(document_of(report), snapshot, progress)
    with change(f"{report.year}年工作报告更新到快照{snapshot.pk}") as row:
        report = _locked(report.pk)
        if not report.open:
            raise errors.closed(str(report.get_state_display()))
        report.snapshot = snapshot
        report.state = Report.State.DRAFT
        report.change_id = row.pk
        report.save(update_fields=["snapshot", "state", "change_id"])
        _keep(resolved)
    return report


def write_section(
    section_id: int, text: str, *, base_version: int, actor: User, clock: Clock | None = None
) -> ReportSection:
    """Save a section's text; ``base_version`` is the version that the writer began from.

    Raises :class:`EditConflict` with both texts where somebody saved meanwhile, :class:`TextProblems` for markers that
    cannot be understood, ``report.closed`` and ``report.not_yours``. A saved edit takes the report back to draft.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    before = ReportSection.objects.select_related("report").get(pk=section_id)
    resolved = resolve_document(section_document(before, text), before.report.snapshot)
    with change(
        f"修改报告章节 {before.heading}",
        source=Change.Source.PAGE,
        actor_id=actor.pk,
        actor_name=str(actor),
        clock=clock,
    ) as row:
        report = _locked(before.report_id)
        section = ReportSection.objects.select_for_update(of=("self",)).select_related("edited_by").get(pk=section_id)
        _may_write(section, report, actor)
        if section.version != base_version and section.text != text:
            raise errors.EditConflict(text, section.text, section.version, str(section.edited_by or ""))
        if section.text == text:
            return section
        kept = [SentenceRecord.from_data(one) for one in section.sentences]
        section.sentences = [one.as_data() for one in record_sentences(resolved, kept)]
        section.text = text
        section.version += 1
        section.edited_by = actor
        section.edited_at = (clock or SystemClock()).now()
        section.change_id = row.pk
        section.save()
        if report.state != Report.State.DRAFT:
            report.state = Report.State.DRAFT
            report.change_id = row.pk
            report.save(update_fields=["state", "change_id"])
        _keep(resolved)
    return section


def confirm(section_id: int, sources: Collection[str], *, actor: User) -> ReportSection:
    """Take the mark from sentences that a person has read again and found true. Raises as :func:`write_section`."""
    before = ReportSection.objects.select_related("report").get(pk=section_id)
    resolved = resolve_document(section_document(before, before.text), before.report.snapshot)
    with change(
        f"复核报告语句 {before.heading}", source=Change.Source.PAGE, actor_id=actor.pk, actor_name=str(actor)
    ) as row:
        report = _locked(before.report_id)
        section = ReportSection.objects.select_for_update().get(pk=section_id)
        _may_write(section, report, actor)
        kept = [SentenceRecord.from_data(one) for one in section.sentences]
        section.sentences = [one.as_data() for one in confirm_sentences(kept, resolved, sources)]
        section.change_id = row.pk
        section.save(update_fields=["sentences", "change_id"])
    return section


def section_document(section: ReportSection, text: str) -> Document:
    """A document of one section with another text, for saving and preview. Raises :class:`TextProblems`."""
    draft = ReportSection(
        key=section.key, level=min(section.level, 1), heading=section.heading, text=text, standing=section.standing,
        owner_department=section.owner_department,
    )  # fmt: skip
    try:
        return document_of(section.report, [draft])
    except WeijianError as error:
        if isinstance(error.__cause__, TextProblems):
            raise error.__cause__ from None  # line by line, as the editor shows them
        raise


def may_write(section: ReportSection, report: Report, user: User) -> bool:
    """The office writes everywhere, a department its own sections, and nobody a report that was approved."""
    if not report.open or not user.is_active:
        return False
    role = Role(user.role)
    return role is Role.OFFICE or (role is Role.DEPARTMENT and bool(user.department) and
                                   user.department == section.owner_department)  # fmt: skip


def _may_write(section: ReportSection, report: Report, user: User) -> None:
    if not report.open:
        raise errors.closed(str(report.get_state_display()))
    if not may_write(section, report, user):
        raise errors.not_yours("这一节不由您的科室撰写。")


def _locked(report_id: int) -> Report:
    try:
        return Report.objects.select_for_update().get(pk=report_id)
    except Report.DoesNotExist:
        raise WeijianError("report.unknown", "没有这份报告。", str(report_id)) from None


def _parts(manuscript: dict[str, Any]) -> list[dict[str, Any]]:
    opening = {
        "key": OPENING, "level": 0, "heading": "引言", "heading_en": "Opening", "owner_department": "office",
        "text": manuscript["document"].get("opening", "").strip("\n"), "standing": {},
    }  # fmt: skip
    return [opening] + [
        {
            "key": part["id"],
            "level": part["level"],
            "heading": part["heading"],
            "heading_en": part.get("heading_en", ""),
            "owner_department": part.get("owner_department", "office"),
            "text": part.get("body", "").strip("\n"),
            "standing": {name: part[name] for name in ("table", "chart") if name in part},
        }
        for part in manuscript.get("section", ())
    ]


def _by_section(records: list[SentenceRecord]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        found.setdefault(record.section or OPENING, []).append(record.as_data())
    return found


def _keep(resolved: ResolvedDocument) -> None:
    keep_traces((figure.key, figure.value) for figure in resolved.figures.values() if figure.key is not None)


def cosign(report_id: int, department: str, *, actor: User, note: str = "", clock: Clock | None = None) -> Report:
    """A department signs its sections as they stand; with the last one the report is co-signed.

    The office may enter a signature given on paper, with a note saying so. Raises ``report.not_yours``,
    ``report.closed``, ``report.no_sections``, ``report.note_missing`` and ``report.stale_sentences``.
    """
    with _signing(report_id, f"会签 {department}", actor, clock) as (report, sections, row):
        if not report.open:
            raise errors.closed(str(report.get_state_display()))
        own = [part for part in sections if part.owner_department == department]
        if not own:
            raise WeijianError("report.no_sections", "这个科室在报告里没有章节。", department)
        if Role(actor.role) is Role.OFFICE and actor.department != department:
            if not note.strip():
                raise WeijianError(
                    "report.note_missing",
                    "代其他科室录入会签要写明依据。",
                    department,
                    "写明纸质会签单的日期和签字人。",
                )
        elif actor.department != department or Role(actor.role) not in (Role.OFFICE, Role.DEPARTMENT):
            raise errors.not_yours("只能会签本科室的章节。")
        _refuse_stale(report, own)
        _sign(report, Signature.Act.COSIGN, covered(report, sections, department), row, actor, department, note, clock)
        if not waiting(report, sections):
            _move(report, Report.State.COSIGNED, row)
    return report


def approve(report_id: int, *, actor: User, note: str = "", clock: Clock | None = None) -> Report:
    """A leader approves the co-signed text and its figures. Raises ``report.wrong_state``, ``report.not_yours``."""
    with _signing(report_id, "审批报告", actor, clock) as (report, sections, row):
        if not may(actor, "reports.approve"):
            raise errors.not_yours("只有局领导可以审批。")
        missing = waiting(report, sections)
        if report.state != Report.State.COSIGNED or missing:
            raise errors.wrong_state("报告还没有会签完。", f"还差{len(missing)}个科室会签。")
        _refuse_stale(report, sections)
        _sign(report, Signature.Act.APPROVE, covered(report, sections), row, actor, "", note, clock)
        _move(report, Report.State.APPROVED, row)
    return report


def send_back(report_id: int, *, actor: User, note: str, clock: Clock | None = None) -> Report:
    """A leader returns the report with the reason; all co-signatures lapse. Raises as :func:`approve`."""
    with _signing(report_id, "退回报告", actor, clock) as (report, sections, row):
        if not may(actor, "reports.approve"):
            raise errors.not_yours("只有局领导可以退回。")
        if report.state not in (Report.State.COSIGNED, Report.State.APPROVED):
            raise errors.wrong_state("起草中或已印发的报告不能退回。", "起草中的报告可直接修改。")
        if not note.strip():
            raise WeijianError("report.note_missing", "退回要写明原因。", "", "写一句话说明要改什么。")
        _sign(report, Signature.Act.RETURN, covered(report, sections), row, actor, "", note, clock)
        _move(report, Report.State.DRAFT, row)
    return report


def issue(report_id: int, *, actor: User, reason: str = "", clock: Clock | None = None) -> Report:
    """Freeze the approved report with every figure and its evidence, and pin its snapshot for good.

    The office or a leader issues. ``reason`` says why figures over data that are not signed are issued all the same; it is
    kept for each institution concerned. Raises ``report.wrong_state``, also where a text changed after the approval, and
    ``report.unsigned`` where data beneath the figures are not signed and no reason is given.
    """
    with _signing(report_id, "印发报告", actor, clock) as (report, sections, row):
        if Role(actor.role) is not Role.OFFICE and not may(actor, "reports.approve"):
            raise errors.not_yours("由办公室或局领导印发。")
        approval = report.signatures.filter(act=Signature.Act.APPROVE).order_by("-id").first()
        if report.state != Report.State.APPROVED or approval is None or approval.covers != covered(report, sections):
            raise errors.wrong_state("报告还没有审批。", "先由局领导审批。")
        at = clock or SystemClock()
        resolved = marked(resolve_document(document_of(report, sections), report.snapshot))
        waiting_data = unsigned_of(resolved)
        reasons = {one.institution_id: reason for one in waiting_data}
        use_unsigned(f"report:{report.year}", waiting_data, reasons, code="report.unsigned", change_id=row.pk)
        frozen = freeze(resolved, at.today())
        _keep(resolved)
        pin_snapshot(report.snapshot_id, f"{report.year}年工作报告")
        report.frozen, report.frozen_sha256, report.issued_at = frozen.json, frozen.fingerprint, at.now()
        report.save(update_fields=["frozen", "frozen_sha256", "issued_at"])
        _sign(report, Signature.Act.ISSUE, frozen.fingerprint, row, actor, "", reason, clock)
        _move(report, Report.State.ISSUED, row)
        told = Told("report.issued", f"annual:{report.year}", {"year": report.year, "sha256": frozen.fingerprint})
        tell([told], change_id=row.pk, clock=clock)
    return report


@contextmanager
def _signing(
    report_id: int, reason: str, actor: User, clock: Clock | None
) -> Iterator[tuple[Report, list[ReportSection], Change]]:
    with change(reason, source=Change.Source.PAGE, actor_id=actor.pk, actor_name=str(actor), clock=clock) as row:
        report = _locked(report_id)
        # Locked too: a text saved at the same moment is either under the signature or makes it void.
        yield report, list(report.sections.select_for_update().order_by("position")), row


def _sign(
    report: Report, act: str, covers: str, row: Change, actor: User, department: str, note: str, clock: Clock | None
) -> None:
    Signature.objects.create(
        report=report, act=act, department=department, signed_by=actor, at=(clock or SystemClock()).now(),
        covers=covers, note=note.strip(), change_id=row.pk,
    )  # fmt: skip


def _move(report: Report, state: str, row: Change) -> None:
    report.state = state
    report.change_id = row.pk
    report.save(update_fields=["state", "change_id"])


def _refuse_stale(report: Report, sections: Sequence[ReportSection]) -> None:
    resolved = resolve_document(document_of(report), report.snapshot)
    records = [SentenceRecord.from_data(one) for part in sections for one in part.sentences]
    stale = stale_sentences(records, resolved)
    if stale:
        raise WeijianError(
            "report.stale_sentences",
            f"{len(stale)}句话里的数字变了,还没有人复核。",
            "",
            "在章节页逐句复核或改写后再签。",
        )
