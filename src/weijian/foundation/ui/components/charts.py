"""Values behind a chart: series with a role, target line, bands; one description for drawing and for the table twin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from weijian.foundation.ui.components.figures import Caption
from weijian.foundation.ui.components.text import Text

ChartKind = Literal["line", "bar", "bar_horizontal", "stacked", "pyramid", "dot_interval", "geo"]
SeriesRole = Literal["actual", "last_year", "average", "expected", "category"]


@dataclass(frozen=True, slots=True)
class Series:
    """One row of values, in the order of the chart's categories; None = not computed, leaves a gap.

    ``low`` and ``high`` give an interval around each value where there is one.
    """

    name: Text
    values: Sequence[float | None]
    role: SeriesRole = "actual"
    low: Sequence[float | None] = ()
    high: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True)
class Band:
    """A marked stretch of the category axis (an outbreak, a holiday), both ends included."""

    start: Text
    end: Text
    label: Text


@dataclass(frozen=True, slots=True)
class Target:
    """A target or limit drawn as a labelled line."""

    value: float
    label: Text


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with the question that it answers as its title; ``finding`` is the answer in one sentence.

    ``id`` is unique on the page. ``places`` are the decimals shown. ``unit`` names the value axis, ``axis`` the
    category axis. ``geo_url`` (kind ``geo``) names the GeoJSON of the bureau's own boundaries.
    """

    id: str
    title: Text
    categories: Sequence[Text]
    series: Sequence[Series]
    kind: ChartKind = "line"
    unit: Text = ""
    axis: Text = ""
    places: int = 0
    finding: Text = ""
    target: Target | None = None
    bands: Sequence[Band] = ()
    caption: Caption | None = None
    size: Literal["short", "normal", "tall"] = "normal"
    from_zero: bool = True
    geo_url: str = ""
    links: Sequence[str] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(value is not None for series in self.series for value in series.values)

    @property
    def has_intervals(self) -> bool:
        """Whether any series carries an interval, so that the twin needs the columns for it."""
        return any(series.low for series in self.series)

    def payload(self) -> Mapping[str, object]:
        """What the chart script reads, as JSON-ready values (translations resolved here)."""
        return {
            "kind": self.kind, "title": str(self.title), "unit": str(self.unit), "axis": str(self.axis),
            "places": self.places, "fromZero": self.from_zero, "geoUrl": self.geo_url, "links": list(self.links),
            "categories": [str(name) for name in self.categories],
            "series": [
                {"name": str(s.name), "role": s.role, "values": list(s.values),
                 "low": list(s.low), "high": list(s.high)}
                for s in self.series
            ],
            "target": None if self.target is None else
            {"value": self.target.value, "label": str(self.target.label)},
            "bands": [{"start": str(b.start), "end": str(b.end), "label": str(b.label)} for b in self.bands],
        }  # fmt: skip

    def twin_rows(self) -> list[tuple[Text, list[float | None]]]:
        """The same values as table rows: category, then one value a series."""
        return [
            (name, [series.values[i] if i < len(series.values) else None for series in self.series])
            for i, name in enumerate(self.categories)
        ]
