"""Pages of data quality: the ranking for the bureau, one institution with its work list, exports of both."""

from __future__ import annotations

import re
from fractions import Fraction

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from weijian.exchange.submissions.quality.scores import Quality, Tallies, latest_year, ranked, tallies_of, years
from weijian.exchange.submissions.quality.shares import Share, score_of
from weijian.exchange.submissions.quality.work import Work, work_list
from weijian.exchange.submissions.queries import visible_institutions
from weijian.foundation.access.door import current_user, may, page
from weijian.foundation.organisations.models import Organisation
from weijian.foundation.today import today
from weijian.foundation.ui.components import Column, Crumb, TableQuery
from weijian.foundation.ui.presentation import language
from weijian.kernel.time import Period
from weijian.web.data_quality import pages
from weijian.web.data_quality.wording import dimension_words
from weijian.web.indicators.export import export_rows

_PERIOD = re.compile(r"^(20\d\d)(-(0[1-9]|1[0-2]))?$")


@page("quality.view")
def ranking(request: HttpRequest) -> HttpResponse:
    """Institutions by score; whoever acts for one institution alone sees its own page."""
    places = visible_institutions(current_user(request))
    first_two = list(places[:2])
    period = _period(request)
    if len(first_two) == 1:
        return redirect(reverse("quality_institution", args=[first_two[0].code]) + f"?period={period}")
    tallies = tallies_of(int(period[:4]), as_of=today())
    chosen, found = _chosen(request, places, tallies, period)
    context = {
        "period": period,
        "periods": _choices(),
        "types": Organisation.Type.choices,
        "type": request.GET.get("type", ""),
        "label": Period.parse(period).label(language()),
        "cards": pages.share_cards(_district(found)) if found else [],
        "district_score": pages.score_figure(_district(found).score) if found else None,
        "table": pages.ranking_table(found, chosen, dict(request.GET.lists()), period),
        "chart": pages.trend_chart(tallies, int(period[:4]), None),
    }
    return render(request, "data_quality/ranking.html", context)


@page("quality.view")
def ranking_export(request: HttpRequest, form: str) -> HttpResponse:
    """The ranking as a file, in the order shown, with part and whole of each share in columns of their own."""
    period = _period(request)
    places = visible_institutions(current_user(request))
    chosen, found = _chosen(request, places, tallies_of(int(period[:4]), as_of=today()), period)
    query = TableQuery.read(dict(request.GET.lists()), pages.ranking_columns(), sort="rank")
    columns: list[Column] = []
    for column in pages.ranking_columns():
        columns.append(column)
        words = dimension_words().get(column.key)
        if words:
            columns += [
                Column(column.key, f"{column.label} {words.part}", "number"),
                Column(column.key, f"{column.label} {words.whole}", "number"),
            ]
    rows = pages.expanded(pages.ranking_rows(found, chosen, query, period))
    return export_rows(form, f"quality-{period}", columns, rows, query)


@page("quality.view")
def institution(request: HttpRequest, code: str) -> HttpResponse:
    """One institution: its score and place, the five shares, how they went, and the work behind them."""
    user = current_user(request)
    place = get_object_or_404(visible_institutions(user), code=code)
    period = _period(request)
    tallies = tallies_of(int(period[:4]), as_of=today())
    found = _of(ranked(tallies, period), place)
    peers = Organisation.objects.filter(type=place.type).values_list("pk", flat=True)
    works = work_list(tallies, place.pk, period, as_of=today())
    context = {
        "place": place,
        "name": pages.name_of(place),
        "period": period,
        "periods": _choices(),
        "label": Period.parse(period).label(language()),
        "found": found,
        "score": pages.score_figure(found.score) if found else None,
        "peer": _of(ranked(tallies, period, institutions=peers), place),
        "cards": pages.share_cards(found) if found else [],
        "chart": pages.trend_chart(tallies, int(period[:4]), place),
        "table": pages.work_table(works, dict(request.GET.lists()), code, may(user, "datasets.submit")),
        "crumbs": (Crumb(_("数据质量"), reverse("quality") + f"?period={period}"), Crumb(pages.name_of(place))),
    }
    return render(request, "data_quality/institution.html", context)


@page("quality.view")
def work_export(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The work list as a file."""
    place = get_object_or_404(visible_institutions(current_user(request)), code=code)
    period = _period(request)
    works: list[Work] = work_list(tallies_of(int(period[:4]), as_of=today()), place.pk, period, as_of=today())
    columns = pages.work_columns()[:-1]
    query = TableQuery.read(dict(request.GET.lists()), columns)
    return export_rows(form, f"quality-{code}-{period}", columns, pages.work_rows(works, may_send=False), query)


def _period(request: HttpRequest) -> str:
    """The asked month or year, else the latest year that is owed; 404 for what is neither."""
    wanted = request.GET.get("period", "")
    if wanted and not _PERIOD.match(wanted):
        raise Http404
    return wanted or str(latest_year() or today().year)


def _choices() -> list[tuple[str, str]]:
    """Years and months to choose from."""
    found = []
    for year in years() or [today().year]:
        for period in (f"{year}", *(f"{year}-{month:02d}" for month in range(12, 0, -1))):
            found.append((period, period))
    return found


def _chosen(
    request: HttpRequest, places: QuerySet[Organisation], tallies: Tallies, period: str
) -> tuple[dict[int, Organisation], list[Quality]]:
    """The institutions that are asked for, and their quality with places among themselves."""
    wanted = request.GET.get("type", "")
    if wanted in Organisation.Type.values:
        places = places.filter(type=wanted)
    chosen = {one.pk: one for one in places}
    return chosen, ranked(tallies, period, institutions=chosen)


def _district(found: list[Quality]) -> Quality:
    """All of them together."""
    shares = {
        name: Share(sum(one.shares[name].part for one in found), sum(one.shares[name].whole for one in found))
        for name in found[0].shares
    }
    return Quality(0, shares, score_of(shares) or Fraction(0), 0, len(found))


def _of(found: list[Quality], place: Organisation) -> Quality | None:
    return next((one for one in found if one.institution_id == place.pk), None)
