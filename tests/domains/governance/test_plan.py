"""The loop closes: target → deviation → supervised task → the measurement that closes or reopens the same task."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from weijian.domains.governance import services
from weijian.domains.governance.lights import judge
from weijian.domains.governance.models import Plan, PlanTask, Supervision, Target
from weijian.domains.governance.queries import target_statuses
from weijian.kernel.errors import WeijianError

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
    who = {"actor_id": None, "actor_name": "测试员"}
    with pytest.raises(WeijianError, match=r"plan\.no_progress"):
        services.request_completion(task, **who)
    services.report_progress(
        task, quarter="2018-Q1", text="已完成", evidence="番卫〔2018〕1号", on=date(2018, 4, 3), **who
    )
    services.request_completion(task, **who)
    with pytest.raises(WeijianError, match=r"plan\.reason"):
        services.decide_completion(task, approved=False, reason="", **who)
    services.decide_completion(task, approved=True, reason="", **who)
    task.refresh_from_db()
    assert task.state == PlanTask.State.DONE


def test_a_revised_target_keeps_the_old_one_and_names_its_document(plan: Plan) -> None:
    target = Target.objects.filter(task__plan=plan, measure__gt="").first()
    assert target is not None
    new = services.revise_target(
        target, value=Decimal(8), document="番卫〔2018〕9号", actor_id=None, actor_name="局领导"
    )
    target.refresh_from_db()
    assert target.superseded_by == new
    assert new.code in {status.target.code for status in target_statuses(plan)}
    assert target.pk not in {status.target.pk for status in target_statuses(plan)}


def test_a_measurement_closes_and_reopens_the_same_task(plan: Plan) -> None:
    task = plan.tasks.first()
    assert task is not None
    # Bound to a register that does not scale: 58 disputes in 2017, so a limit of 60 is met and one of 50 is not.
    target = Target.objects.create(
        task=task, code="test", zh="医疗纠纷数", en="Disputes", kind="limit", comparator="<=", value=Decimal(60), unit="宗",
        period="2017", measure="disputes.total",
    )  # fmt: skip
    given = services.supervise(text="控制纠纷", due_on=date(2018, 6, 30), on=date(2018, 4, 3), target=target)
    assert services.close_by_measurement(on=date(2018, 4, 4)) == [given]
    given.refresh_from_db()
    assert (given.state, given.closed_on, given.closed_value) == (
        Supervision.State.CLOSED,
        date(2018, 4, 4),
        Decimal(58),
    )
    from weijian.foundation.changes.services import change

    with change("收紧上限"):
        given.value = Decimal(50)
        given.save(update_fields=["value"])
    assert services.close_by_measurement(on=date(2018, 4, 5)) == [given]
    given.refresh_from_db()
    assert (given.state, given.closed_on) == (Supervision.State.OPEN, None)
