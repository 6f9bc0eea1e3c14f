"""``weijian plan``: load a plan and show how it stands."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
    plan = typer.Typer(help="The year's plan / 年度计划", no_args_is_help=True)
    plan.command(
        "status", help="Targets against their measures, tasks by state. Example: weijian plan status --year 2018 --json"
    )(_status)
    plan.command("load", help="Load a plan from the content. Example: weijian plan load panyu_2018")(_load)
    app.add_typer(plan, name="plan")


def _load(name: Annotated[str, typer.Argument(help="Name of a file in content/plans, without .toml.")]) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.domains.governance.services import load_plan

    plan = load_plan(name)
    print(f"{plan.zh}: {plan.tasks.count()} 项任务")


def _status(
    year: Annotated[int, typer.Option(help="Year of the plan.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    from weijian.foundation.process import start

    start()
    from weijian.domains.governance.queries import plan_of, target_statuses, task_counts
    from weijian.kernel.time import SystemClock, beijing_date

    plan = plan_of(year)
    counts = task_counts(plan, beijing_date(SystemClock().now()))
    statuses = target_statuses(plan)
    if as_json:
        rows = [_as_row(status) for status in statuses]
        print(json.dumps({"year": year, "plan": plan.zh, "tasks": counts, "targets": rows}, ensure_ascii=False))
        return
    print(f"{plan.zh}: {counts['total']} 项任务, 已办结 {counts['done']}, 逾期 {counts['overdue']}")
    marks = {"good": "绿", "warn": "黄", "bad": "红", "none": "—"}
    for status in statuses:
        row = _as_row(status)
        print(
            f"{marks[status.judgement.level]} {row['zh']} {row['comparator']} {row['target']}{row['unit']} 实际 {row['actual'] or '—'} 上年 {row['baseline'] or '—'}"
        )


def _as_row(status) -> dict[str, object]:  # type: ignore[no-untyped-def]
    target = status.target
    return {
        "id": target.code,
        "zh": target.zh,
        "en": target.en,
        "measure": target.measure or None,
        "comparator": target.comparator,
        "target": f"{target.value.normalize():f}",
        "unit": target.unit,
        "actual": None if status.actual is None else f"{status.actual.rounded:f}",
        "baseline": None
        if status.baseline is None or status.baseline.rounded is None
        else f"{status.baseline.rounded:f}",
        "light": status.judgement.level,
        "rule": status.judgement.rule_zh,
        "gap": None if status.judgement.gap is None else f"{status.judgement.gap.normalize():f}",
        "lead": target.task.lead,
        "due": target.task.due_on.isoformat(),
        "task": target.task.code,
    }
