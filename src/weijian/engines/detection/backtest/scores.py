"""How well alarms met outbreaks: by outbreak (found, how late) and by time (specificity, predictive value, false
alarms).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from weijian.engines.detection.parameters import Parameter, parse_all
from weijian.engines.detection.result import Detection
from weijian.engines.detection.series import DetectionError


@dataclass(frozen=True, slots=True)
class Scores:
    """Measures over all series of a replay.

    ``sensitivity``: share of outbreaks with an alarm between start and end. ``time_sensitivity``: share of outbreak
    times with an alarm. ``specificity``: share of other decided times without alarm. ``ppv``: share of alarms
    inside an outbreak. ``timeliness``: mean times from start to first alarm of the outbreaks found; ``earliness``:
    mean of 1 at the start falling to 0 at the end and 0 if missed. ``false_alarms_per_year``: alarms outside
    outbreaks per series-year; ``false_episodes_per_year`` counts runs of them. ``undecided``: share of times
    without a decision. ``nan`` where nothing can be said.
    """

    outbreaks: int
    found: int
    sensitivity: float
    time_sensitivity: float
    specificity: float
    ppv: float
    timeliness: float
    earliness: float
    false_alarms_per_year: float
    false_episodes_per_year: float
    alarms: int
    series_years: float
    undecided: float

    def as_dict(self) -> dict[str, float | int | None]:
        """Plain data; ``nan`` becomes None."""
        return {k: (None if v != v else v) for k, v in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Loss:
    """What each kind of failure costs: a missed outbreak, a time of delay for a found one, a false alarm episode
    per series-year.
    """

    missed: float = 10.0
    delay: float = 1.0
    false: float = 1.0

    @staticmethod
    def parse(text: str | None) -> Loss:
        """From ``missed=10,delay=1,false=1``."""
        if not text:
            return Loss()
        known = tuple(Parameter(n, "float", 1.0, n, n, low=0) for n in ("missed", "delay", "false"))
        pairs = [part.partition("=") for part in text.split(",") if part.strip()]
        if any(not sign for _, sign, _ in pairs):
            raise DetectionError(
                "detection.loss", f"--loss {text} needs name=value", "--loss", "missed=10,delay=1,false=1"
            )
        return Loss(**parse_all(known, {name.strip(): value for name, _, value in pairs}, "--loss"))

    def of(self, scores: Scores) -> float:
        """Expected loss of one outbreak plus one series-year of surveillance; ``nan`` without outbreaks."""
        if scores.outbreaks == 0:
            return float("nan")
        late = 0.0 if scores.timeliness != scores.timeliness else scores.timeliness
        return (
            self.missed * (1 - scores.sensitivity)
            + self.delay * scores.sensitivity * late
            + (self.false * scores.false_episodes_per_year)
        )


def score(found: Sequence[Detection], outbreaks: Sequence[Sequence[Sequence[tuple[int, int]]]]) -> Scores:
    """Score detections against outbreaks, given per batch and series as (first, last) columns.

    Every outbreak that the replay covers counts; one at which the detector could not decide is missed.
    """
    tally = _Tally()
    for detection, per_series in zip(found, outbreaks, strict=True):
        for row in range(detection.batch.size):
            tally.add(detection, row, per_series[row])
    return tally.scores()


class _Tally:
    def __init__(self) -> None:
        self.outbreaks = self.hit = self.alarms = self.true_alarms = 0
        self.inside = self.outside = self.false = self.episodes = self.times = self.undecided = 0
        self.delays: list[float] = []
        self.early: list[float] = []
        self.years = 0.0

    def add(self, d: Detection, row: int, spells: Sequence[tuple[int, int]]) -> None:
        columns, alarm = d.times, d.alarm[row]
        decided = ~np.isnan(d.upperbound[row]) | (d.reason[row] == 0) | alarm
        # Too few recent cases is a decision against an alarm, not a lack of one.
        decided |= d.reason[row] == 2
        inside = np.zeros(columns.size, bool)
        for first, last in spells:
            within = (columns >= first) & (columns <= last)
            inside |= within
            if not within.any():
                continue
            self.outbreaks += 1
            fired = columns[within & alarm]
            self.hit += bool(fired.size)
            if fired.size:
                self.delays.append(float(fired[0] - first))
            self.early.append(1 - (fired[0] - first) / (last - first + 1) if fired.size else 0.0)
        self.times += columns.size
        self.undecided += int((~decided).sum())
        self.years += float(decided.sum()) / d.batch.freq
        self.alarms += int(alarm.sum())
        self.true_alarms += int((alarm & inside).sum())
        self.inside += int((inside & decided).sum())
        self.outside += int((~inside & decided).sum())
        wrong = alarm & ~inside
        self.false += int(wrong.sum())
        self.episodes += int((wrong & ~np.r_[False, wrong[:-1]]).sum())

    def scores(self) -> Scores:
        return Scores(
            self.outbreaks, self.hit, _share(self.hit, self.outbreaks), _share(self.true_alarms, self.inside),
            1 - _share(self.false, self.outside), _share(self.true_alarms, self.alarms),
            float(np.mean(self.delays)) if self.delays else float("nan"),
            float(np.mean(self.early)) if self.early else float("nan"),
            self.false / self.years if self.years else float("nan"),
            self.episodes / self.years if self.years else float("nan"),
            self.alarms, self.years, _share(self.undecided, self.times),
        )  # fmt: skip


def _share(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
