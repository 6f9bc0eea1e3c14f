"""A report from draft to issue: who may write and sign, what lapses, what is frozen, what two writers at once get."""

from __future__ import annotations

import pytest

from tests.reports.conftest import person
from weijian.definitions.documents import FigureScope
from weijian.engines.documents.figures import FigureKey
from weijian.engines.documents.freeze import FrozenDocument
from weijian.engines.documents.markers import TextProblems
from weijian.foundation.accounts.models import Role, User
from weijian.foundation.changes.models import Change
from weijian.foundation.changes.services import change
from weijian.foundation.figures.catalogue import measures
from weijian.foundation.figures.models import Trace
from weijian.foundation.kinds.registry import model_of
from weijian.foundation.sign_off.queries import uses_without_signature
from weijian.foundation.snapshots.models import Snapshot
from weijian.kernel.errors import WeijianError
from weijian.reports.annual import services
from weijian.reports.annual.errors import EditConflict
from weijian.reports.annual.models import Report, ReportSection
from weijian.reports.annual.queries import earlier_versions, rerun, stale_by_section
from weijian.reports.annual.resolving import resolve_report
from weijian.reports.annual.signing import owners, valid_cosigns, waiting
from weijian.reports.citing.changed_records import ChangedBeneath
from weijian.reports.citing.printing import print_document

State = Report.State
UNSIGNED = "签核系统刚启用,书面签核单已归档"


def section(report: Report, key: str) -> ReportSection:
    return report.sections.get(key=key)


def sections(report: Report) -> list[ReportSection]:
    return list(report.sections.all())


def cosign_all(report: Report, office: User) -> Report:
    for department in owners(sections(report)):
        note = "" if department == office.department else "纸质会签单 2018-03-28"
        report = services.cosign(report.pk, department, actor=office, note=note)
    return report


def refused(code: str, act) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WeijianError) as error:
        act()
    assert error.value.code == code


def test_the_draft_holds_every_section_and_every_code(report: Report) -> None:
    assert report.state == State.DRAFT
    assert [part.key for part in sections(report)][:3] == ["opening", "part-one", "work-1"]
    codes = {figure.value.trace_code for figure in resolve_report(report).figures.values()} - {""}
    assert codes == set(Trace.objects.filter(code__in=codes).values_list("code", flat=True))


def test_making_it_again_makes_no_second_one(report: Report, snapshot: Snapshot) -> None:
    assert services.make_annual_report(2017, snapshot).pk == report.pk
    assert Report.objects.filter(year=2017).count() == 1


def test_a_year_without_a_manuscript_is_drafted_from_core_figures(snapshot: Snapshot) -> None:
    report = services.make_annual_report(2014, snapshot)
    opening = section(report, "opening").text.replace("{{", "").replace("}}", "")
    assert "2014" in report.title and "{" not in report.title + opening


def test_departments_write_their_own_sections_only(report: Report, medical: User, director: User) -> None:
    own, other = section(report, "work-2"), section(report, "work-5")
    saved = services.write_section(own.pk, "全年{{visits.total|0.0万人次}}。", base_version=1, actor=medical)
    assert (saved.version, saved.edited_by) == (2, medical)
    for actor, part in ((medical, other), (director, own)):
        refused("report.not_yours", lambda part=part, actor=actor: services.write_section(
            part.pk, "别人的文字。", base_version=part.version, actor=actor))  # fmt: skip
    assert section(report, "work-5").text == other.text


def test_of_two_writers_the_second_sees_both_texts_and_nothing_is_lost(
    report: Report, medical: User, office: User
) -> None:
    part = section(report, "work-2")
    services.write_section(part.pk, "第一个人写的。", base_version=1, actor=medical)
    with pytest.raises(EditConflict) as error:
        services.write_section(part.pk, "第二个人写的。", base_version=1, actor=office)
    assert (error.value.mine, error.value.theirs) == ("第二个人写的。", "第一个人写的。")
    merged = services.write_section(part.pk, "两个人写的。", base_version=error.value.version, actor=office)
    assert merged.version == 3
    assert [one.text for one in earlier_versions(merged)] == ["第一个人写的。", part.text]


def test_the_same_text_saved_twice_is_no_conflict(report: Report, medical: User) -> None:
    part = section(report, "work-2")
    for _attempt in range(2):
        saved = services.write_section(part.pk, "一样的文字。", base_version=1, actor=medical)
    assert saved.version == 2


def test_markers_that_cannot_be_read_are_refused_line_by_line(report: Report, medical: User) -> None:
    part = section(report, "work-2")
    with pytest.raises(TextProblems) as error:
        services.write_section(part.pk, "好的一行。\n坏的{{visits.total|}}一行{{x", base_version=1, actor=medical)
    assert [one.line for one in error.value.problems] == [2, 2]
    assert section(report, "work-2").version == 1


def test_an_unknown_measure_is_saved_and_prints_as_a_gap(report: Report, medical: User) -> None:
    part = section(report, "work-2")
    services.write_section(part.pk, "共{{visits.not_there|0次}}。", base_version=1, actor=medical)
    assert any("visits.not_there" in one.text for one in resolve_report(Report.objects.get(pk=report.pk)).gaps())


def test_the_way_to_issue(report: Report, office: User, medical: User, director: User) -> None:
    refused("report.not_yours", lambda: services.cosign(report.pk, "disease", actor=medical))
    refused("report.note_missing", lambda: services.cosign(report.pk, "disease", actor=office))
    refused("report.wrong_state", lambda: services.approve(report.pk, actor=director))
    services.cosign(report.pk, "medical", actor=medical)
    report = cosign_all(report, office)
    assert report.state == State.COSIGNED and waiting(report, sections(report)) == []
    refused("report.not_yours", lambda: services.approve(report.pk, actor=office))
    refused("report.wrong_state", lambda: services.issue(report.pk, actor=office))
    assert services.approve(report.pk, actor=director).state == State.APPROVED
    part = section(report, "work-2")
    refused("report.closed", lambda: services.write_section(part.pk, "太晚了。", base_version=1, actor=medical))
    refused("report.unsigned", lambda: services.issue(report.pk, actor=office, reason=" "))
    issued = services.issue(report.pk, actor=office, reason=UNSIGNED)
    assert issued.state == State.ISSUED
    assert {one.reason for one in uses_without_signature("report:2017")} == {UNSIGNED}
    frozen = FrozenDocument(issued.frozen)
    assert frozen.fingerprint == issued.frozen_sha256
    thawed = frozen.thaw()
    assert any(one.value.preliminary and one.mark.endswith("初") for one in thawed.traced())
    assert "初</a></sup>" in print_document(thawed, "html").decode()
    assert Snapshot.objects.get(pk=issued.snapshot_id).pinned
    assert rerun(issued) == []
    refused("report.closed", lambda: services.refresh(issued, issued.snapshot))


def test_an_edit_leaves_only_its_department_unsigned(report: Report, office: User, medical: User) -> None:
    report = cosign_all(report, office)
    services.write_section(section(report, "work-2").pk, "会签后改的。", base_version=1, actor=medical)
    report.refresh_from_db()
    assert report.state == State.DRAFT
    assert waiting(report, sections(report)) == ["medical"]
    assert services.cosign(report.pk, "medical", actor=medical).state == State.COSIGNED


def test_a_return_needs_a_reason_and_voids_all_signatures(report: Report, office: User, director: User) -> None:
    report = cosign_all(report, office)
    services.approve(report.pk, actor=director)
    refused("report.note_missing", lambda: services.send_back(report.pk, actor=director, note=" "))
    report = services.send_back(report.pk, actor=director, note="第三部分写得太长")
    assert report.state == State.DRAFT and valid_cosigns(report, sections(report)) == {}


def test_a_sentence_is_marked_until_somebody_reads_it_again(report: Report, office: User, medical: User) -> None:
    part = section(report, "work-2")
    services.write_section(part.pk, "诊疗{{visits.total|0人次}}。另一句。", base_version=1, actor=medical)
    saved = section(report, "work-2")
    saved.sentences[0]["figures"][0] |= {"value": "1", "text": "1人次"}  # as if written over an earlier snapshot
    with change("test"):
        saved.save()
    resolved = resolve_report(report)
    stale = stale_by_section(sections(report), resolved)["work-2"]
    assert [(one.source, one.changes[0][0].text) for one in stale] == [("诊疗{{visits.total|0人次}}。", "1人次")]
    refused("report.stale_sentences", lambda: services.cosign(report.pk, "medical", actor=medical))
    services.write_section(saved.pk, "诊疗{{visits.total|0人次}}。另一句改了。", base_version=2, actor=medical)
    assert "work-2" in stale_by_section(sections(report), resolve_report(report))
    services.confirm(saved.pk, ["诊疗{{visits.total|0人次}}。"], actor=medical)
    assert "work-2" not in stale_by_section(sections(report), resolve_report(report))
    services.cosign(report.pk, "medical", actor=medical)


def test_newer_figures_void_the_signatures(report: Report, office: User, snapshot: Snapshot) -> None:
    report = cosign_all(report, office)
    newer = Snapshot.objects.create(
        published_at=snapshot.published_at, manifest_sha256=snapshot.manifest_sha256, files=snapshot.files,
        rows=snapshot.rows, last_change_id=snapshot.last_change_id,
    )  # fmt: skip
    report = services.refresh(report, newer)
    assert report.state == State.DRAFT and valid_cosigns(report, sections(report)) == {}


def test_the_causes_of_a_difference_are_counted(report: Report, office: User, director: User) -> None:
    report = cosign_all(report, office)
    services.approve(report.pk, actor=director)
    issued = services.issue(report.pk, actor=office, reason=UNSIGNED)
    kind = measures()["disputes.total"].components()[0].kind
    fact = model_of(kind).objects.filter(voided=False).order_by("-id").first()
    assert fact is not None
    with change("更正一条纠纷") as row:
        type(fact).objects.filter(pk=fact.pk).update(change_id=row.pk)
    newer = Snapshot.objects.create(
        published_at=issued.snapshot.published_at, manifest_sha256=issued.snapshot.manifest_sha256, files=1, rows=1,
        last_change_id=Change.objects.order_by("-id").first().pk,  # type: ignore[union-attr]
    )  # fmt: skip
    counts = ChangedBeneath()(FigureKey("disputes.total", FigureScope("2017")), str(issued.snapshot_id), str(newer.pk))
    assert (counts.late, counts.corrected, counts.voided) == (0, 1, 0)


def test_an_account_that_left_signs_nothing(report: Report) -> None:
    gone = person("report-gone", Role.OFFICE, "office")
    gone.is_active = False
    assert not services.may_write(section(report, "opening"), report, gone)
