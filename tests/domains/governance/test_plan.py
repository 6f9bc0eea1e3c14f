"""The loop closes: target → deviation → supervised task → the measurement that closes or reopens the same task."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from weijian.domains.governance import services
from weijian.domains.governance.lights import judge
from weijian.domains.governance.measuring import measured_period
from weijian.domains.governance.models import Attachment, Plan, PlanTask, Supervision, Target
from weijian.domains.governance.queries import (
    department_name,
    may_answer,
    may_report,
    supervisions_for,
    target_statuses,
)
from weijian.domains.governance.tasks import look
from weijian.engines.measures.rollup import Scope
from weijian.foundation.accounts.models import User
from weijian.foundation.changes.services import change
from weijian.foundation.figures.queries import figure
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.jobs.running import run_waiting
from weijian.foundation.obligations.models import Obligation
from weijian.foundation.obligations.queries import owed_by
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.today import today
from weijian.kernel.errors import WeijianError
from weijian.kernel.time import beijing_date

LIGHTS = """
comparator target actual light gap
>=         40     41.2   good  -1.2
>=         40     38.5   warn   1.5
>=         40     30     bad   10
<=          9      9     good   0
<=          9      9.4   warn   0.4
<=          9     12     bad    3
>          30     30     warn   0.0001
=          10     10     good   0
=         100     97     warn   3
"""


@pytest.mark.parametrize("line", LIGHTS.strip().splitlines()[1:])
def test_the_rule_that_sets_a_light(line: str) -> None:
    comparator, target, actual, light, gap = line.split()
    found = judge(comparator, Decimal(target), Decimal(actual), Decimal(5))
    assert (found.level, found.gap) == (light, Decimal(gap))


def test_without_data_there_is_no_light() -> None:
    assert judge(">=", Decimal(40), None, Decimal(5)).level == "none"


@pytest.fixture
def plan(small_world: int, db: None) -> Iterator[Plan]:
    yield Plan.objects.get(code="panyu-2018")


def test_the_2018_plan_is_loaded_with_its_sentences(plan: Plan) -> None:
    assert plan.sections.count() == 9
    assert plan.tasks.count() == 111
    assert Target.objects.filter(task__plan=plan).count() == 27
    assert all(task.sentence for task in plan.tasks.all())


def test_closing_needs_progress_and_an_approval(plan: Plan) -> None:
    task = plan.tasks.first()
    assert task is not None
    who: dict[str, Any] = {"actor_id": None, "actor_name": "测试员", "on": date(2018, 4, 3)}
    with pytest.raises(WeijianError, match=r"plan\.no_progress"):
        services.request_completion(task, **who)
    services.report_progress(task, quarter="2018-Q1", text="已完成", evidence="番卫〔2018〕1号", **who)
    services.request_completion(task, **who)
    director = User.objects.get(username="director")
    assert owed_by(director).filter(kind=Obligation.Kind.COMPLETION, subject=task.public_id).exists()
    with pytest.raises(WeijianError, match=r"plan\.reason"):
        services.decide_completion(task, approved=False, reason="", **who)
    services.decide_completion(task, approved=True, reason="材料齐全", **who)
    task.refresh_from_db()
    assert (task.state, task.decision, task.decided_on) == (PlanTask.State.DONE, "材料齐全", date(2018, 4, 3))
    assert not owed_by(director).filter(kind=Obligation.Kind.COMPLETION).exists()


def test_evidence_is_kept_byte_for_byte_and_refused_where_it_is_not_what_it_says(plan: Plan, client: Client) -> None:
    task = plan.tasks.get(code="s4-04")
    client.force_login(User.objects.get(username="office"))
    address = reverse("plan_task", args=[task.public_id])
    pdf = b"%PDF-1.4 minutes of a meeting"
    typed = {"act": "progress", "quarter": "2018-Q1", "text": "已约谈三级医院", "evidence": ""}
    answer = client.post(address, typed | {"proofs": [SimpleUploadedFile("会议纪要.pdf", pdf)]})
    assert answer.status_code == 302
    kept = Attachment.objects.get(progress__task=task)
    assert (kept.name, bytes(kept.content), kept.size) == ("会议纪要.pdf", pdf, len(pdf))
    page = client.get(address).content.decode()
    assert "会议纪要.pdf" in page and "已约谈三级医院" in page
    sent = client.get(reverse("plan_file", args=[kept.public_id]))
    assert sent.content == pdf and sent["Content-Disposition"].startswith("attachment")
    for name, content in (("页.html", b"<p>"), ("空.pdf", b""), ("改名.pdf", b"MZ\x90\x00")):
        refused = client.post(address, typed | {"proofs": [SimpleUploadedFile(name, content)]})
        assert refused.status_code in (200, 422)
    assert task.progress.count() == 1 and Attachment.objects.count() == 1


def test_who_may_report_on_a_task(plan: Plan) -> None:
    task = plan.tasks.get(code="s4-04")
    medical = User.objects.get(username="medical")
    assert task.lead == "medical" and may_report(medical, task)
    medical.department = "tcm"
    assert not may_report(medical, task)
    for username, expected in (("office", True), ("statistician", False), ("responsible", False), ("clerk", False)):
        assert may_report(User.objects.get(username=username), task) is expected, username


def test_a_department_owes_a_quarters_progress_until_its_last_task_is_reported(plan: Plan) -> None:
    department = "tcm"
    tasks = list(plan.tasks.filter(lead=department))
    assert tasks and services.open_progress_dues(date(2018, 3, 31)) == 0
    assert services.open_progress_dues(date(2018, 4, 1)) == plan.tasks.values("lead").distinct().count()
    assert services.open_progress_dues(date(2018, 4, 2)) == 0
    owed = Obligation.objects.get(kind=Obligation.Kind.PROGRESS, department=department)
    assert (owed.opened_on, beijing_date(owed.due_at)) == (date(2018, 4, 1), date(2018, 4, 11))  # type: ignore[arg-type]
    for number, task in enumerate(tasks):
        owed.refresh_from_db()
        assert owed.closed_on is None, number
        services.report_progress(
            task, quarter="2018-Q1", text="进行中", evidence="", on=date(2018, 4, 5), actor_id=None, actor_name="中医科"
        )
    owed.refresh_from_db()
    assert owed.closed_on == date(2018, 4, 5)
    with pytest.raises(WeijianError, match=r"plan\.quarter"):
        services.report_progress(
            tasks[0], quarter="2018-Q4", text="x", evidence="", on=date(2018, 4, 5), actor_id=None, actor_name=""
        )


def test_a_revised_target_keeps_the_old_one_and_names_its_document(plan: Plan) -> None:
    target = Target.objects.filter(task__plan=plan, measure__gt="").first()
    assert target is not None
    new = services.revise_target(
        target, value=Decimal(8), document="番卫〔2018〕9号", on=date(2018, 5, 2), actor_id=None, actor_name="局领导"
    )
    target.refresh_from_db()
    assert target.superseded_by == new
    assert new.code in {status.target.code for status in target_statuses(plan)}
    assert target.pk not in {status.target.pk for status in target_statuses(plan)}


def _target(plan: Plan, value: int) -> Target:
    """Bound to a register that does not scale: 58 disputes in 2017, so a limit of 60 is met and one of 50 is not."""
    task = plan.tasks.first()
    assert task is not None
    return Target.objects.create(
        task=task, code="test", zh="医疗纠纷数", en="Disputes", kind="limit", comparator="<=", value=Decimal(value),
        unit="宗", period="2017", measure="disputes.total",
    )  # fmt: skip


def test_a_measurement_closes_and_reopens_the_same_task(plan: Plan) -> None:
    given = services.supervise(
        text="控制纠纷", due_on=date(2018, 6, 30), on=date(2018, 4, 3), target=_target(plan, 60), department="medical"
    )
    owed = Obligation.objects.get(kind=Obligation.Kind.SUPERVISION, subject=given.public_id)
    assert services.close_by_measurement(on=date(2018, 4, 4)) == [given]
    given.refresh_from_db()
    owed.refresh_from_db()
    assert (given.state, given.closed_on, given.closed_value) == (
        Supervision.State.CLOSED,
        date(2018, 4, 4),
        Decimal(58),
    )
    assert owed.closed_on == date(2018, 4, 4)
    with change("收紧上限"):
        given.value = Decimal(50)
        given.save(update_fields=["value"])
    assert services.close_by_measurement(on=date(2018, 4, 5)) == [given]
    given.refresh_from_db()
    assert (given.state, given.closed_on) == (Supervision.State.OPEN, None)
    assert services.close_by_measurement(on=date(2018, 4, 6)) == []
    assert [step.kind for step in given.steps.order_by("id")] == ["given", "closed", "reopened"]
    again = Obligation.objects.get(kind=Obligation.Kind.SUPERVISION, subject=given.public_id, closed_on=None)
    assert again.pk != owed.pk and again.department == "medical"


def test_every_new_snapshot_is_measured_once_without_anybody_asking(plan: Plan) -> None:
    assert look() == []  # nothing waits to be measured
    given = services.supervise(text="控制纠纷", due_on=date(2018, 6, 30), on=date(2018, 4, 3), target=_target(plan, 60))
    (job,) = look()
    assert look() == []
    assert run_waiting() == 1
    job.refresh_from_db()
    given.refresh_from_db()
    assert given.state == Supervision.State.CLOSED
    assert "销号 1 项" in job.result["text"]


def test_a_task_of_an_institution_is_measured_by_its_own_value_and_reaches_its_inbox(plan: Plan) -> None:
    responsible = User.objects.get(username="responsible")
    own = responsible.organisation
    assert own is not None
    given = services.supervise(
        text="说明次均费用", due_on=date(2018, 6, 30), on=date(2018, 4, 3), target=_target(plan, 0), organisation=own
    )
    assert services.close_by_measurement(on=date(2018, 4, 4), only=[given.pk]) in ([], [given])
    step = given.steps.exclude(snapshot_id=None).get()
    expected = figure("disputes.total", "2017", scope=Scope(organisation_id=own.pk)).value
    assert step.value == expected and (expected is None or expected < 58)
    assert given.department == ""
    owed = Obligation.objects.filter(subject=given.public_id)
    if given.steps.filter(kind="closed").exists():
        assert owed.get().closed_on is not None
    else:
        assert owed_by(responsible).filter(subject=given.public_id).exists()
        assert not owed_by(User.objects.get(username="clerk")).filter(subject=given.public_id).exists()
    other = User.objects.get(username="doctor")
    assert given in supervisions_for(responsible)
    assert (given in supervisions_for(other)) is (other.organisation_id == own.pk)
    assert may_answer(responsible, given) and not may_answer(User.objects.get(username="medical"), given)


def test_reminders_count_once_a_day_and_come_by_themselves_before_it_is_due(plan: Plan) -> None:
    given = services.supervise(
        text="尽快完成", due_on=date(2018, 6, 30), on=date(2018, 4, 3), task=plan.tasks.first(), department="medical"
    )
    assert services.remind(given, on=date(2018, 4, 10), actor_id=None, actor_name="局领导")
    assert not services.remind(given, on=date(2018, 4, 10))
    assert services.remind_due(date(2018, 6, 22)) == 0
    assert services.remind_due(date(2018, 6, 23)) == 1
    assert services.remind_due(date(2018, 6, 29)) == 0
    assert services.remind_due(date(2018, 7, 1)) == 1  # overdue, a week after the last
    owed = Obligation.objects.get(subject=given.public_id)
    assert "已催办3次" in owed.source
    with pytest.raises(WeijianError, match=r"plan\.reason"):
        services.close_by_hand(given, reason=" ", on=date(2018, 7, 2))
    services.close_by_hand(given, reason="已印发", on=date(2018, 7, 2), actor_name="局领导")
    owed.refresh_from_db()
    assert owed.closed_on == date(2018, 7, 2) and not services.remind(given, on=date(2018, 7, 3))


def test_a_measured_task_is_not_closed_by_hand(plan: Plan) -> None:
    given = services.supervise(text="控制", due_on=date(2018, 6, 30), on=date(2018, 4, 3), target=_target(plan, 50))
    with pytest.raises(WeijianError, match=r"plan\.closed_by_measurement"):
        services.close_by_hand(given, reason="算了", on=date(2018, 4, 4))


def test_each_target_is_judged_over_its_own_period_and_last_year_gives_the_outlook(plan: Plan) -> None:
    found = {one.target.code: one for one in target_statuses(plan)}
    past = found["py17-fd-target-all"]  # a requirement of 2017 that the plan of 2018 builds on
    assert past.actual is not None and past.actual.figure.period == "2017" and past.judgement.level == "good"
    ahead = found["py18-staff-cost-share"]  # 2018 has no data yet; 2017 stood at 36 %
    assert ahead.actual is None and ahead.judgement.level == "none"
    assert ahead.outlook is not None and ahead.outlook.gap is not None and ahead.outlook.gap > 0
    growth = found["py18-fee-growth"]  # a growth has no numerator of its own: it is judged all the same
    assert growth.outlook is not None and growth.outlook.level in ("warn", "bad", "good")
    assert found["py18-parking"].outlook is None
    levels = [(one.judgement.level, one.outlook.level if one.outlook else "") for one in target_statuses(plan)]
    assert levels.index(("none", "bad")) < levels.index(("none", "good"))


def test_a_growth_that_was_measured_gets_its_light(plan: Plan) -> None:
    with change("改期"):
        Target.objects.filter(code="py18-fee-growth").update(period="2017")
    found = {one.target.code: one for one in target_statuses(plan)}["py18-fee-growth"]
    assert found.actual is not None and found.judgement.level != "none" and found.judgement.gap is not None


@pytest.mark.django_db
def test_supporting_institutions_are_called_by_their_names() -> None:
    assert department_name("medical") == "医政药政科"
    hospital = Organisation.objects.filter(type="hospital").first()
    assert hospital is not None and department_name(f"institution:{hospital.code}") == hospital.zh


def test_a_running_year_is_measured_up_to_its_last_month(small_world: int, db: None) -> None:
    snapshot = current_snapshot()
    assert str(measured_period("2017", snapshot)) == "2017"
    with patch("weijian.domains.governance.measuring.months_of", return_value=(date(2017, 1, 1), date(2018, 3, 1))):
        assert str(measured_period("2018", snapshot)) == "2018-03YTD"
        assert str(measured_period("2017", snapshot)) == "2017"
        assert str(measured_period("2018-Q1", snapshot)) == "2018-Q1"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pages_of_the_plan_open_for_whoever_may(plan: Plan, client: Client, language: str) -> None:
    given = services.supervise(text="控制", due_on=date(2018, 6, 30), on=date(2018, 4, 3), target=_target(plan, 50))
    services.close_by_measurement(on=date(2018, 4, 4))
    client.cookies["django_language"] = language
    client.force_login(User.objects.get(username="director"))
    target = Target.objects.filter(task__plan=plan, measure="cost.staff_share").get()
    for address in (
        reverse("cockpit"),
        reverse("plan_list") + "?section=s4&lead=medical&state=open&without=2018-Q1&q=公立",
        reverse("plan_supervisions"),
        reverse("plan_supervisions") + "?state=closed",
        reverse("plan_supervision", args=[given.public_id]),
        reverse("plan_supervise", args=[target.pk]),
        reverse("plan_revise", args=[target.pk]),
        reverse("plan_task", args=[target.task.public_id]),
    ):
        answer = client.get(address)
        assert answer.status_code == 200, address
    chips = client.get(reverse("plan_list") + "?section=s4&lead=medical").content.decode()
    assert chips.count('class="wj-chip"') == 2
    client.force_login(User.objects.get(username="clerk"))
    assert client.get(reverse("plan_supervise", args=[target.pk])).status_code == 403
    assert client.get(reverse("plan_supervision", args=[given.public_id])).status_code == 404


def test_the_director_gives_reminds_and_the_department_answers_on_pages(plan: Plan, client: Client) -> None:
    target = Target.objects.filter(task__plan=plan, measure="cost.staff_share").get()
    client.force_login(User.objects.get(username="director"))
    typed = {"text": "提出提高人员经费占比的措施", "due_on": "2099-06-30", "department": "finance", "institution": ""}
    assert client.post(reverse("plan_supervise", args=[target.pk]), typed).status_code == 302
    given = Supervision.objects.get(text=typed["text"])
    assert (given.department, given.period, given.state) == ("finance", "2018", Supervision.State.OPEN)
    address = reverse("plan_supervision", args=[given.public_id])
    client.post(address, {"act": "remind"})
    assert client.post(address, {"act": "close", "reason": "不等了"}).status_code == 422
    client.force_login(User.objects.get(username="office"))
    client.post(address, {"act": "answer", "text": "已测算,四季度调整"})
    client.post(address, {"act": "answer", "text": ""})
    assert [step.kind for step in given.steps.order_by("id")] == ["given", "measured", "reminded", "answered"]
    page = client.get(address).content.decode()
    assert "已测算,四季度调整" in page and "催办" in page


def test_the_homes_of_director_and_office_show_what_is_due_this_week(plan: Plan, client: Client) -> None:
    services.supervise(text="五日内答复", due_on=today(), on=today(), task=plan.tasks.first(), department="medical")
    for username, expected in (("director", True), ("office", True), ("statistician", False)):
        client.force_login(User.objects.get(username=username))
        assert ("五日内答复" in client.get("/").content.decode()) is expected, username
