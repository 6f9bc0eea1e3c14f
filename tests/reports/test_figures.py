"""Figures of a document: computed together, gaps with their reason, changes exact, codes stable."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from weijian import content
from weijian.definitions.documents import FigureScope
from weijian.engines.documents.figures import Change, FigureKey, FigureState
from weijian.engines.documents.manuscripts import read_document
from weijian.engines.documents.resolve import figure_keys
from weijian.foundation.figures.queries import figure
from weijian.foundation.snapshots.models import Snapshot
from weijian.reports.citing.figures import compute_figures

DISTRICT = "440113"


def key(measure: str, period: str = "2017", change: Change = Change.NONE, **scope: str) -> FigureKey:
    dimensions = tuple((name, value) for name, value in scope.items() if name in ("sex", "age", "colour"))
    places = {name: value for name, value in scope.items() if name in ("area", "organisation")}
    return FigureKey(measure, FigureScope(period, dimensions=dimensions, **({"area": DISTRICT} | places)), change)


@pytest.mark.parametrize("name", ["annual_2017", "annual_core"])
def test_every_figure_of_the_manuscripts_is_answered(snapshot: Snapshot, name: str) -> None:
    from weijian.reports.annual.manuscripts import find_manuscript

    data = content.read_toml("reports/annual_2017.toml") if name == "annual_2017" else find_manuscript(2016)
    keys = figure_keys(read_document(data))
    values = compute_figures(keys, snapshot)
    assert set(values) == set(keys)
    for asked, value in values.items():
        if value.state is FigureState.GAP:
            assert value.reason, asked
            assert not value.reason.isascii(), f"{asked}: {value.reason} is a code, not words"
        else:
            assert value.trace_code and value.snapshot == str(snapshot.pk) and value.definition_fingerprint


def test_a_figure_is_the_one_that_every_other_page_shows(snapshot: Snapshot) -> None:
    for measure in ("visits.total", "ehr.coverage", "cost.outpatient_per_visit", "disputes.total"):
        shown = figure(measure, "2017", snapshot=snapshot)
        value = compute_figures([key(measure)], snapshot)[key(measure)]
        assert value.value == shown.figure.value
        assert (value.numerator, value.denominator) == (shown.figure.numerator, shown.figure.denominator)
        assert value.unit == shown.measure.unit


def test_what_cannot_be_asked_is_a_gap_with_words(snapshot: Snapshot) -> None:
    asked = {
        key("visits.nothing_like_it"): "尚未定义",
        key("visits.total", "soon"): "写法不对",
        key("visits.total", area="999999"): "没有区划",
        key("visits.total", organisation="NONE"): "没有机构",
        key("visits.total", colour="red"): "没有维度",
    }
    values = compute_figures([*asked, key("visits.total")], snapshot)
    for wanted, words in asked.items():
        assert values[wanted].state is FigureState.GAP
        assert words in values[wanted].reason
    assert values[key("visits.total")].state is FigureState.COMPUTED


def test_a_zero_over_a_dataset_that_nobody_sent_is_a_gap(snapshot: Snapshot) -> None:
    early = key("visits.total", "2009-03")
    value = compute_figures([early], snapshot)[early]
    assert value.state is FigureState.GAP and value.value is None


def test_a_change_is_taken_from_exact_values(snapshot: Snapshot) -> None:
    rate = key("disputes.total", change=Change.YEAR_RATE)
    difference = key("disputes.total", change=Change.YEAR_DIFFERENCE)
    values = compute_figures([rate, difference], snapshot)
    now, before = (figure("disputes.total", year, snapshot=snapshot).figure.value for year in ("2017", "2016"))
    assert now is not None and before
    exact = (Fraction(now) - Fraction(before)) / Fraction(before)
    assert abs(Fraction(values[rate].value or 0) - exact) < Fraction(1, 10**11)
    assert values[rate].unit == "1"
    assert values[difference].value == now - before
    assert (values[rate].numerator, values[rate].denominator) == (now, before)


def test_a_change_without_a_former_year_is_a_gap(snapshot: Snapshot) -> None:
    asked = key("contract.persons", change=Change.YEAR_RATE)
    former = figure("contract.persons", "2016", snapshot=snapshot).figure.value
    value = compute_figures([asked], snapshot)[asked]
    assert (value.state is FigureState.GAP) == (not former)
    if not former:
        assert "没有可比的2016年数" in value.reason


def test_few_persons_below_the_district_are_suppressed(snapshot: Snapshot) -> None:
    from weijian.foundation.areas.models import Area
    from weijian.foundation.figures.catalogue import measures

    counted = [one.id for one in measures().values() if one.suppress and one.form == "count"]
    streets = list(Area.objects.filter(level=Area.Level.STREET).values_list("code", flat=True))
    values = compute_figures([key(one, area=street) for one in counted[:12] for street in streets], snapshot)
    assert any(one.state is FigureState.SUPPRESSED for one in values.values())
    for value in values.values():
        if value.state is FigureState.COMPUTED and value.numerator is not None:
            assert value.numerator == 0 or value.numerator >= Decimal(5)
        if value.state is FigureState.SUPPRESSED:
            assert value.value is None and value.numerator is None
