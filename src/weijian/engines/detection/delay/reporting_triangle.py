"""The reporting triangle: how many events of each day have been reported after 0, 1, 2 … days as of *now*. Built once
from a line list, it is all that the nowcasts look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from weijian.engines.detection.delay import checks
from weijian.kernel.errors import WeijianError

Counts = NDArray[np.int64]
STEPS = ("day", "week", "month")
WINDOWS = ("hoehle_anderheiden2014", "lawless1994")


@dataclass(frozen=True)
class ReportingTriangle:
    """Counts by event step t = 0 … T (rows) and delay x = 0 … D (columns), as known at ``now`` (row T).

    Cells with t + x > T lie in the future and are zero. Events reported later than D steps count as delay D once they
    are reported (``long_delays`` of them). ``undated`` rows lacked a date, ``later`` ones were reported after now.
    """

    dates: tuple[date, ...]
    counts: Counts
    undated: int
    later: int
    long_delays: int

    @property
    def last(self) -> int:
        """T, the index of now."""
        return int(self.counts.shape[0]) - 1

    @property
    def max_delay(self) -> int:
        """D, the longest delay that is told apart."""
        return int(self.counts.shape[1]) - 1

    @property
    def observed(self) -> Counts:
        """Events of each step that are known now."""
        return np.asarray(self.counts.sum(axis=1))

    def window_sums(self, m: int | None = None, interpretation: str = WINDOWS[0]) -> tuple[Counts, Counts]:
        """For each delay x: n(x), events reported with exactly that delay, and N(x), events reported with at most
        that delay, over the steps of which both can be known by now.

        ``m`` keeps the latest steps only, so that a change of reporting habits is followed: T − m ≤ t
        (``hoehle_anderheiden2014``, R's default) or T − m − x ≤ t (``lawless1994``, every delay has m + 1 steps).
        """
        checks.one_of(interpretation, WINDOWS, "m_interpretation")
        back = self.last if m is None else checks.at_least(m, 1, "m")
        exactly, at_most = np.zeros(self.max_delay + 1, np.int64), np.zeros(self.max_delay + 1, np.int64)
        for x in range(self.max_delay + 1):
            first = max(0, self.last - back - (x if interpretation == "lawless1994" else 0))
            rows = self.counts[first : self.last - x + 1]
            exactly[x], at_most[x] = rows[:, x].sum(), rows[:, : x + 1].sum()
        return exactly, at_most


def reporting_triangle(
    events: Sequence[date | None],
    reports: Sequence[date | None],
    now: date,
    *,
    max_delay: int = 15,
    step: str = "day",
    start: date | None = None,
    skip_impossible: bool = False,
) -> ReportingTriangle:
    """The triangle of a line list with one event date (onset, admission) and one report date per case.

    Rows without one of the dates are left out and counted. ``step`` day, week (from Monday) or month; dates move to
    the first day of their step and ``now`` must be one. ``start`` is the first event step, by default the earliest
    event; cases before it are left out.

    Raises ``delay.report_before_event`` naming the first row where the report is earlier than the event (all such
    rows are left out with ``skip_impossible``), ``delay.nothing_reported`` when nothing is reported by now,
    ``delay.max_delay`` when the list does not span ``max_delay`` steps, ``delay.now`` when now is inside a step.
    """
    checks.one_of(step, STEPS, "step")
    checks.at_least(max_delay, 1, "max_delay")
    if len(events) != len(reports):
        raise WeijianError("delay.lengths_differ", f"{len(events)} event dates, but {len(reports)} report dates.")
    if first_of(now, step) != now:
        raise WeijianError("delay.now", f"“now” must be the first day of a {step}.", fix=f"Use {first_of(now, step)}.")
    pairs, undated = _dated(events, reports, skip_impossible)
    known = [(first_of(e, step), first_of(r, step)) for e, r in pairs if first_of(r, step) <= now]
    if not known:
        raise WeijianError("delay.nothing_reported", f"No case was reported by {now}.", fix="Choose a later date.")
    origin = first_of(start, step) if start else min(first_of(e, step) for e, _ in pairs)
    last = steps_between(origin, now, step)
    if max_delay > last:
        raise WeijianError(
            "delay.max_delay",
            f"The list spans {max(last, 0)} steps up to now, fewer than the maximum delay of {max_delay}.",
            fix="Give a smaller maximum delay or a longer list.",
        )
    rows = np.array([[steps_between(origin, e, step), steps_between(e, r, step)] for e, r in known])
    rows = rows[rows[:, 0] >= 0]
    counts = np.zeros((last + 1, max_delay + 1), np.int64)
    np.add.at(counts, (rows[:, 0], np.minimum(rows[:, 1], max_delay)), 1)
    dates = tuple(step_after(origin, i, step) for i in range(last + 1))
    return ReportingTriangle(dates, counts, undated, len(pairs) - len(known), int((rows[:, 1] > max_delay).sum()))


def _dated(
    events: Sequence[date | None], reports: Sequence[date | None], skip_impossible: bool
) -> tuple[list[tuple[date, date]], int]:
    pairs: list[tuple[date, date]] = []
    for row, (event, report) in enumerate(zip(events, reports, strict=True), start=1):
        if event is None or report is None:
            continue
        if report >= event:
            pairs.append((event, report))
        elif not skip_impossible:
            raise WeijianError(
                "delay.report_before_event",
                "A case was reported before it happened.",
                where=f"case {row}",
                fix="Correct the dates, or leave such rows out explicitly (--skip-impossible).",
            )
    undated = sum(1 for pair in zip(events, reports, strict=True) if None in pair)
    if not pairs:
        raise WeijianError("delay.empty", "The line list holds no case with both dates.")
    return pairs, undated


def first_of(day: date, step: str) -> date:
    """The first day of the step that holds ``day``: itself, its Monday, or the first of its month."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day


def steps_between(start: date, end: date, step: str) -> int:
    """Steps from ``start`` to ``end``, both first days of their step."""
    if step == "month":
        return (end.year - start.year) * 12 + end.month - start.month
    return (end - start).days // (7 if step == "week" else 1)


def step_after(start: date, count: int, step: str) -> date:
    """The first day of the step ``count`` steps after ``start``."""
    if step == "month":
        months = start.year * 12 + start.month - 1 + count
        return date(months // 12, months % 12 + 1, 1)
    return start + timedelta(days=count * (7 if step == "week" else 1))
