"""The steps of ``weijian demo`` after the database runs: world, intake, snapshot, figures, plan, report, accounts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from django.conf import settings
from rich.table import Table

from weijian.config.demo_accounts import PASSWORD, create_demo_accounts
from weijian.config.demonstration import ingest_world
from weijian.config.demonstration_signing import sign_demonstration_year
from weijian.domains.governance.services import load_plan
from weijian.exchange.submissions.models import Submission
from weijian.exchange.submissions.periods.services import expect_year
from weijian.foundation.figures.queries import figures
from weijian.foundation.figures.store import store_of
from weijian.foundation.reference_data import load_reference_data
from weijian.foundation.snapshots.services import publish_snapshot
from weijian.reports.annual.services import make_annual_report
from weijian.world.write import write_world

Report = Callable[[int, int, str], None]
Steps = Callable[[str], AbstractContextManager[Report]]

#: Figures printed at the end of a demonstration.
HEADLINE = (
    "visits.total",
    "discharges.total",
    "cost.outpatient_per_visit",
    "cost.inpatient_per_discharge",
    "beds.use_rate",
    "births.resident",
    "birth.rate_resident",
    "mortality.infant_rate",
    "life.expectancy_abridged",
    "ehr.coverage",
    "contract.coverage",
    "contract.key_coverage",
    "infectious.ab_incidence",
    "approvals.on_time_rate",
    "disputes.growth",
    "hazards.rectification_rate",
)


@dataclass
class DemoSummary:
    """What the demonstration came to."""

    year: int
    scale: float
    receipts: dict[str, int] = field(default_factory=dict)
    snapshot: int = 0
    lines: list[tuple[str, str, str]] = field(default_factory=list)

    def headline(self) -> Table:
        """The headline figures and the accounts, for the terminal."""
        table = Table(title=f"{self.year}年 主要指标(演示数据,比例 {self.scale})", title_justify="left")
        for name in ("指标", "数值", "指标编号"):
            table.add_column(name)
        for line in self.lines:
            table.add_row(*line)
        received = self.receipts
        table.caption = (
            f"收到 {received.get('received', 0):,} 行 = 接受 {received.get('accepted', 0):,} + 重复 "
            f"{received.get('duplicate', 0):,} + 被更正 {received.get('superseded', 0):,} + 隔离 "
            f"{received.get('quarantined', 0):,}; 快照 {self.snapshot}\n"
            f"演示账号 director, statistician, office, clerk, reviewer, responsible, doctor, auditor, sysadmin, secadmin, "
            f"auditadmin — 密码 {PASSWORD}"
        )
        return table


def run(scale: float, year: int, district: str, steps: Steps) -> DemoSummary:
    """Run the steps that are not done yet."""
    summary = DemoSummary(year, scale)
    with steps("基础数据"):
        load_reference_data(district)
        create_demo_accounts(district)
    folder = settings.HOME / "world"
    if not Submission.objects.exists():
        if not (folder / "manifest.json").exists():
            with steps("合成区县") as report:
                write_world(scale, year, folder, district, progress=lambda name, done, total: report(done, total, name))
        with steps("报送与校验") as report:
            ingest_world(folder, report)
    for submission in Submission.objects.all().iterator():
        for name in ("received", "accepted", "duplicate", "superseded", "quarantined"):
            summary.receipts[name] = summary.receipts.get(name, 0) + getattr(submission, name)
    with steps("发布快照") as report:
        snapshot = publish_snapshot(progress=report)
        summary.snapshot = snapshot.pk
    with steps("计算指标") as report:
        store_of(snapshot, report)
        summary.lines = _headline(year)
    with steps("计划与报告") as report:
        if district == "440113":
            load_plan("panyu_2018")
        make_annual_report(year, snapshot, report)
    with steps("报送任务"):
        sign_demonstration_year(year)
        expect_year(year + 1)
    return summary


def _headline(year: int) -> list[tuple[str, str, str]]:
    from weijian.foundation.figures.catalogue import measures

    known = [one for one in HEADLINE if one in measures()]
    lines = []
    for answer in figures(known, [str(year)]):
        unit = answer.measure.unit.removeprefix("1")  # 246.90/10万, not 246.901/10万
        value = "—" if answer.rounded is None else f"{answer.rounded:,}{unit}"
        lines.append((answer.measure.zh, value, answer.measure.id))
    return lines
