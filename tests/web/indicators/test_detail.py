"""The page of an indicator: every breakdown adds up, is held against last year and the district, and opens its records."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import pytest
from django.test import Client

from weijian.engines.measures.rollup import Scope
from weijian.foundation.accounts.models import User
from weijian.foundation.areas.models import Area
from weijian.foundation.figures.catalogue import measure_by_id, measures
from weijian.foundation.figures.queries import figure
from weijian.foundation.figures.store import current_snapshot
from weijian.foundation.organisations.models import Organisation
from weijian.kernel.ages import FIVE_YEAR_BANDS
from weijian.kernel.time import Period
from weijian.web.indicators import asking
from weijian.web.indicators.amounts import is_money, sides
from weijian.web.indicators.asking import Asked
from weijian.web.indicators.breakdown import lines_of, withheld
from weijian.web.indicators.leads import leads_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def statistician(client: Client, small_world: int) -> Client:
    client.force_login(User.objects.get(username="statistician"))
    return client


def _lines(measure_id: str, grain: str, **narrowed: object):  # type: ignore[no-untyped-def]
    asked = Asked(Period.parse("2017"), grain, **narrowed)  # type: ignore[arg-type]
    return lines_of(measure_by_id(measure_id), asked, current_snapshot())


def _rows(client: Client, address: str) -> list[dict[str, str]]:
    text = client.get(address).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("grain", ["month", "quarter", "institution", "sex", "age"])
def test_parts_add_up_to_the_figure(small_world: int, grain: str) -> None:
    whole = figure("visits.total", "2017").value
    assert sum(one.value or 0 for one in _lines("visits.total", grain)) == whole


def test_a_sex_and_an_age_band_narrow_every_other_grain(small_world: int) -> None:
    band = next(one for one in FIVE_YEAR_BANDS if one.low == 60)
    by_age = {one.key: one.value for one in _lines("visits.total", "age", sex="2")}
    narrowed = figure("visits.total", "2017", scope=Scope(sex="2", age_from=band.low, age_to=band.high)).value
    assert by_age["60"] == narrowed and narrowed
    assert sum(one.value or 0 for one in _lines("visits.total", "month", sex="2", band=band)) == narrowed


def test_the_records_of_a_line_are_as_many_as_it_counts(statistician: Client) -> None:
    page = statistician.get("/indicators/visits.total/?by=age&sex=1").content.decode()
    links = dict(re.findall(r'href="(/indicators/visits\.total/records\?[^"]*age=(?:40|65)[^"]*)"[^>]*>([\d,]+)', page))
    assert len(links) == 2
    for address, count in links.items():
        listed = statistician.get(address.replace("&amp;", "&")).content.decode()
        found = re.search(r"本页所列记录</dt><dd>.*?([\d,]+)", listed)
        assert found is not None and found.group(1) == count, address


def test_small_counts_of_persons_are_withheld_in_table_export_and_card(statistician: Client) -> None:
    measure = measure_by_id("contract.persons")
    lines = _lines(measure.id, "village")
    hidden = [one for one in lines if one.withheld]
    assert hidden and all(one.value is None and one.numerator is None for one in hidden)
    assert not any(one.value is not None and 0 < one.value < 5 for one in lines)
    page = statistician.get(f"/indicators/{measure.id}/?by=village").content.decode()
    assert "已隐去" in page and "少于5人的数隐去" in page
    rows = _rows(statistician, f"/indicators/{measure.id}/export/csv?by=village")
    assert len(rows) == len(lines)
    assert sum("隐去" in row["数值"] for row in rows) == len(hidden)
    village = Area.objects.get(code=hidden[0].key, valid_to__isnull=True)
    scope = Scope(area_id=village.pk)
    if withheld(figure(measure.id, "2017", scope=scope), scope):
        own = statistician.get(f"/indicators/{measure.id}/?area={village.code}").content.decode()
        assert "已隐去" in own


def test_money_is_told_in_yuan(small_world: int) -> None:
    measure = measure_by_id("cost.outpatient_per_visit")
    answer = figure(measure.id, "2017")
    top, bottom = sides(measure, answer.figure.numerator, answer.figure.denominator)
    assert is_money(measure.numerator) and not is_money(measure.denominator)
    assert answer.value is not None and top.value is not None and bottom.value is not None
    assert abs(Decimal(str(top.value)) / Decimal(str(bottom.value)) - answer.value) < Decimal("0.005")


def test_the_export_is_what_is_seen(statistician: Client) -> None:
    query = "by=institution&sort=value&cols=group,value"
    rows = _rows(statistician, f"/indicators/visits.total/export/csv?{query}")
    assert list(rows[0]) == ["机构", "数值"]
    values = [int(row["数值"].replace(",", "").removesuffix("人次")) for row in rows]
    assert values == sorted(values) and len(values) > 10
    page = statistician.get(f"/indicators/visits.total/?{query}").content.decode()
    shown = [one.strip() for one in re.findall(r'<th scope="row"[^>]*><a [^>]*>([^<]+)</a>', page)]
    assert shown == [row["机构"] for row in rows][: len(shown)] and shown


def test_a_street_leads_to_its_villages_and_a_chip_leads_back(statistician: Client) -> None:
    street = Area.objects.filter(level=Area.Level.STREET, valid_to__isnull=True).order_by("code").first()
    assert street is not None
    page = statistician.get("/indicators/contract.coverage/?by=area").content.decode()
    assert f"area={street.code}" in page and "by=village" in page
    inside = statistician.get(f"/indicators/contract.coverage/?by=village&area={street.code}").content.decode()
    assert 'class="wj-chip"' in inside and street.zh in inside and "全区" in inside
    villages = set(Area.objects.filter(parent=street).values_list("code", flat=True))
    assert {one.key for one in _lines("contract.coverage", "village", area=street)} <= villages


def test_grains_are_those_that_a_measure_has() -> None:
    assert asking.grains_of(measure_by_id("life.expectancy_abridged")) == ("month", "quarter")
    assert "institution" not in asking.grains_of(measure_by_id("beds.per_1000_resident"))
    assert "sex" not in asking.grains_of(measure_by_id("beds.total"))
    assert set(asking.grains_of(measure_by_id("discharges.total"))) == set(asking.GRAINS)


def test_the_page_says_definition_source_basis_exclusions_target_and_unlinked(statistician: Client) -> None:
    page = statistician.get("/indicators/contract.coverage/?period=2017").content.decode()
    for words in ("来源", "人口口径", "日期口径", "统计范围", "除外与说明", "分母", "未关联", "快照", "打开记录"):
        assert words in page, words
    assert "不低于 30%" in page and "达标" in page  # the requirement of 2017 that the plan names
    assert "wj-light-good" in page


def test_life_expectancy_stands_with_its_interval(statistician: Client) -> None:
    page = statistician.get("/indicators/life.expectancy_abridged/?period=2017").content.decode()
    answer = figure("life.expectancy_abridged", "2017").figure
    assert answer.low is not None and answer.high is not None
    assert "95% 区间" in page and f"{answer.low:.2f}" in page and f"{answer.high:.2f}" in page


@pytest.mark.parametrize("period", ["2017", "2017-06YTD", "2017-Q3", "2017-H1", "2017-02", "nonsense"])
def test_every_period_and_grain_opens(statistician: Client, period: str) -> None:
    for measure_id in ("discharges.los_mean", "life.expectancy_abridged", "disputes.growth", "alliance.total"):
        for grain in asking.GRAINS:
            answer = statistician.get(f"/indicators/{measure_id}/?period={period}&by={grain}")
            assert answer.status_code == 200, (measure_id, grain)


def test_the_list_is_sorted_narrowed_and_exported_alike(statistician: Client) -> None:
    hospital = Organisation.objects.filter(type="hospital", valid_to__isnull=True).order_by("code").first()
    assert hospital is not None
    query = f"institution={hospital.code}&sort=name&q=discharges"
    rows = _rows(statistician, f"/indicators/export/csv?{query}")
    names = [row["指标"] for row in rows]
    assert names == sorted(names) and len(names) == sum("discharges" in one for one in measures())
    page = statistician.get(f"/indicators/?{query}").content.decode()
    assert page.count('class="wj-chip"') == 2
    assert [one.strip() for one in re.findall(r'<th scope="row"[^>]*><a [^>]*>([^<]+)<', page)] == names


def test_who_may_not_see_records_gets_no_link_to_them(small_world: int) -> None:
    measure = measure_by_id("visits.total")
    asked = Asked(Period.parse("2017"), "institution")
    lines = lines_of(measure, asked, current_snapshot())
    closed = leads_of(measure, asked, lines, may_open=False)
    assert closed.records == {} and closed.whole == "" and closed.drill
    assert leads_of(measure, asked, lines, may_open=True).records
